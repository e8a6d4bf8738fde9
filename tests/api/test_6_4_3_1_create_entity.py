"""POST entities/. Source: ETSI GS CIM 009 V1.9.1, clauses 5.6.1 and 6.4.3.1."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from api.platform import BODY_LIMIT, CONTEXT_RELATION, DRAFT, Platform, document, header, point, refused, site, uri

CORE = "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.9.jsonld"
TERMS = {"Site": "https://example.org/Site", "name": "https://example.org/name"}


def create(platform: Platform, document: object, **others: Any) -> Any:
    return platform.ask("POST", "entities", document, **others)


def test_created_says_where(platform: Platform) -> None:
    reply = create(platform, site(name="箕島公園"))
    assert (reply.status, reply.body) == (201, b"")
    assert header(reply, "location") == f"/ngsi-ld/v1/entities/{uri()}"
    assert platform.entity() == {"id": uri(), "type": "Site", "name": {"type": "Property", "value": "箕島公園"}}


@pytest.mark.parametrize(
    "attribute",
    [
        {"type": "Property", "value": 12, "unitCode": "MTR", "observedAt": "2026-11-23T09:00:00Z"},
        {"value": 12, "unitCode": "MTR", "observedAt": "2026-11-23T09:00:00Z"},
    ],
)
def test_normalized_and_concise_attributes_are_one(platform: Platform, attribute: Any) -> None:
    create(platform, site(height=attribute))
    height = platform.entity()["height"]
    assert height == {"type": "Property", "value": 12, "unitCode": "MTR", "observedAt": "2026-11-23T09:00:00Z"}


def test_key_values_are_read_as_properties_and_places(platform: Platform) -> None:
    create(platform, site(name="公園", seats=[1, 2], location=point(135.1, 34.0)))
    entity = platform.entity()
    assert entity["seats"] == {"type": "Property", "value": [1, 2]}
    assert entity["location"] == {"type": "GeoProperty", "value": point(135.1, 34.0)}


def test_an_entity_that_is_there_stays_as_it_is(platform: Platform) -> None:
    create(platform, site(name="前"))
    refused(create(platform, site(name="後")), 409, "AlreadyExists")
    assert platform.entity()["name"]["value"] == "前"


def test_an_entity_of_a_collection_that_one_may_not_touch_counts_as_there(platform: Platform) -> None:
    platform.put(site(name="前"), collection=DRAFT)
    refused(create(platform, site(name="後"), key="collection"), 409, "AlreadyExists")


@pytest.mark.parametrize("name", ["urn:ngsi-ld:施設:有田市:箕島公園", "https://example.org/a/b?c=d&e", "urn:x:a%2Fb"])
def test_any_uri_is_an_id(platform: Platform, name: str) -> None:
    reply = create(platform, {"id": name, "type": "避難所", "名称": "公園"})
    assert reply.status == 201
    location = header(reply, "location").removeprefix("/ngsi-ld/v1/")
    assert document(platform.get(location))["id"] == name
    assert document(platform.get(f"entities/{quote(name, safe='')}"))["名称"]["value"] == "公園"
    assert len(document(platform.get("entities", {"type": "避難所", "q": '名称=="公園"'}))) == 1


# ── @context ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_terms_of_a_body_s_context_are_expanded(platform: Platform) -> None:
    sent = {**site(name="公園"), "@context": [TERMS, CORE]}
    assert create(platform, sent, content_type="application/ld+json").status == 201
    assert platform.entity()["type"] == "https://example.org/Site"
    assert "https://example.org/name" in platform.entity()


@pytest.mark.parametrize("version", ["", "-v1.3", "-v1.8", "-v1.9"])
def test_every_version_of_the_core_context_is_at_hand(platform: Platform, version: str) -> None:
    url = f"https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context{version}.jsonld"
    sent = {**site(name="公園"), "@context": url}
    assert create(platform, sent, content_type="application/ld+json").status == 201
    assert create(platform, site("2"), link=f'<{url}>; rel="{CONTEXT_RELATION}"').status == 201


def test_a_remote_context_is_refused_and_never_fetched(platform: Platform) -> None:
    url = "https://example.org/context.jsonld"
    within = create(platform, {**site(), "@context": url}, content_type="application/ld+json")
    assert url in refused(within, 503, "LdContextNotAvailable")
    beside = create(platform, site(), link=f'<{url}>; rel="{CONTEXT_RELATION}"; type="application/ld+json"')
    refused(beside, 503, "LdContextNotAvailable")
    assert platform.found(type="Site") == []


def test_ld_json_carries_its_context_and_no_link(platform: Platform) -> None:
    link = f'<{CORE}>; rel="{CONTEXT_RELATION}"'
    both = create(platform, {**site(), "@context": CORE}, content_type="application/ld+json", link=link)
    assert "Link" in refused(both, 400, "BadRequestData")
    refused(create(platform, site(), content_type="application/ld+json"), 400, "BadRequestData")


def test_json_carries_no_context(platform: Platform) -> None:
    refused(create(platform, {**site(), "@context": CORE}), 400, "BadRequestData")


def test_a_link_of_another_relation_is_none_of_ours(platform: Platform) -> None:
    assert create(platform, site(), link='<https://example.org/>; rel="help"').status == 201


# ── what is refused ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"  ",
        b"{",
        b'{"id": "urn:a:b", "type": "Site"} x',
        b'{"id": "urn:a:b", "type": "Site", "a": 1, "a": 2}',
        b'{"id": "urn:a:b", "type": "Site", "a": NaN}',
        b'{"id": "urn:a:b", "type": "Site", "a": Infinity}',
        b'{"id": "urn:a:b", "type": "Site", "a": 99999999999999999999999}',
        b'{"id": "urn:a:b", "type": "Site", "a": "\xff"}',
        b'{"id": "urn:a:b", "type": "Site", "a": ' + b"[" * 200 + b"]" * 200 + b"}",
        b"[]",
        b'"text"',
        b"null",
    ],
)
def test_what_is_no_json_object_is_an_invalid_request(platform: Platform, content: bytes) -> None:
    refused(create(platform, None, content=content), 400, "InvalidRequest")


@pytest.mark.parametrize(
    ("document", "pointer"),
    [
        ({"type": "Site"}, "/id"),
        ({"id": "urn:a:b"}, "/type"),
        ({"id": "no uri", "type": "Site"}, "/id"),
        ({"id": 5, "type": "Site"}, "/id"),
        ({"id": "urn:a:b", "type": []}, "/type"),
        ({"id": "urn:a:b", "type": "a b"}, "/type"),
        ({"id": "urn:a:b", "type": "Site", "no name": 1}, "/no name"),
        ({"id": "urn:a:b", "type": "Site", "a": None}, "/a"),
        ({"id": "urn:a:b", "type": "Site", "a": {"type": "Property", "value": None}}, "/a/value"),
        ({"id": "urn:a:b", "type": "Site", "a": {"type": "Property"}}, "/a/value"),
        ({"id": "urn:a:b", "type": "Site", "a": "urn:ngsi-ld:null"}, "/a"),
        ({"id": "urn:a:b", "type": "Site", "a": {"value": {"b": "urn:ngsi-ld:null"}}}, "/a/value"),
        ({"id": "urn:a:b", "type": "Site", "a": {"type": "Relationship", "object": "no uri"}}, "/a/object"),
        ({"id": "urn:a:b", "type": "Site", "location": "有田市"}, "/location"),
        ({"id": "urn:a:b", "type": "Site", "location": point(235.0, 34.0)}, "/location"),
        ({"id": "urn:a:b", "type": "Site", "a": {"value": 1, "observedAt": "yesterday"}}, "/a/observedAt"),
    ],
)
def test_what_is_no_entity_is_refused_with_its_place(platform: Platform, document: Any, pointer: str) -> None:
    reply = create(platform, document)
    assert pointer in refused(reply, 400, "BadRequestData")
    assert platform.content("302040")[1:] == []


@pytest.mark.parametrize(
    "media_type", ["", "text/plain", "application/xml", "application/geo+json", "multipart/form-data"]
)
def test_another_media_type_is_not_supported(platform: Platform, media_type: str) -> None:
    refused(create(platform, site(), content_type=media_type), 415)


@pytest.mark.parametrize("media_type", ["application/json; charset=utf-8", "Application/JSON"])
def test_a_media_type_may_have_parameters(platform: Platform, media_type: str) -> None:
    assert create(platform, site(), content_type=media_type).status == 201


def test_a_large_value_is_kept_whole(platform: Platform) -> None:
    text = "避" * (BODY_LIMIT // 4)
    assert create(platform, site(name=text)).status == 201
    assert platform.entity()["name"]["value"] == text
