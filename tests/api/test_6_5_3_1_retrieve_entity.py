"""GET entities/{id}. Source: ETSI GS CIM 009 V1.9.1, clauses 5.7.1 and 6.5.3.1."""

from __future__ import annotations

import json

import pytest

from api.platform import CONTEXT_RELATION, DRAFT, Platform, at, document, header, point, refused, site, uri

CORE_LINK = "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.9.jsonld"


@pytest.fixture
def park(platform: Platform) -> Platform:
    platform.put(
        site(
            name="箕島公園",
            height={"value": 12.5, "unitCode": "MTR"},
            location=point(135.13, 34.08),
            entrance={"type": "GeoProperty", "value": point(135.14, 34.09)},
        )
    )
    return platform


def test_normalized(park: Platform) -> None:
    assert document(park.get(at())) == {
        "id": uri(),
        "type": "Site",
        "name": {"type": "Property", "value": "箕島公園"},
        "height": {"type": "Property", "value": 12.5, "unitCode": "MTR"},
        "location": {"type": "GeoProperty", "value": point(135.13, 34.08)},
        "entrance": {"type": "GeoProperty", "value": point(135.14, 34.09)},
    }


def test_concise(park: Platform) -> None:
    entity = document(park.get(at(), {"options": "concise", "attrs": "name,height"}))
    assert entity == {"id": uri(), "type": "Site", "name": "箕島公園", "height": {"value": 12.5, "unitCode": "MTR"}}


def test_key_values(park: Platform) -> None:
    entity = document(park.get(at(), {"options": "keyValues", "attrs": "name,height"}))
    assert entity == {"id": uri(), "type": "Site", "name": "箕島公園", "height": 12.5}


def test_ld_json(park: Platform) -> None:
    reply = park.get(at(), accept="application/ld+json")
    assert header(reply, "content-type") == "application/ld+json"
    assert document(reply)["@context"] == CORE_LINK


def test_json_names_its_context_in_a_link(park: Platform) -> None:
    reply = park.get(at())
    assert header(reply, "content-type") == "application/json"
    assert header(reply, "link") == f'<{CORE_LINK}>; rel="{CONTEXT_RELATION}"; type="application/ld+json"'


def test_geojson_is_a_feature(park: Platform) -> None:
    reply = park.get(at(), accept="application/geo+json")
    feature = document(reply)
    assert (feature["type"], feature["id"], feature["geometry"]) == ("Feature", uri(), point(135.13, 34.08))
    assert feature["properties"]["type"] == "Site"
    assert feature["properties"]["name"] == {"type": "Property", "value": "箕島公園"}


def test_geojson_of_another_place(park: Platform) -> None:
    reply = park.get(at(), {"geometryProperty": "entrance"}, accept="application/geo+json")
    assert document(reply)["geometry"] == point(135.14, 34.09)


def test_names_follow_the_reader_s_context(platform: Platform) -> None:
    context = {"公園名": "https://example.org/name", "Site": "https://example.org/Site"}
    sent = {**site(), "公園名": "箕島", "@context": context}
    assert platform.ask("POST", "entities", sent, content_type="application/ld+json").status == 201
    entity = document(platform.get(at()))
    assert entity["type"] == "https://example.org/Site"
    assert entity["https://example.org/name"]["value"] == "箕島"


def test_attributes_that_are_not_there_leave_id_and_type(park: Platform) -> None:
    assert document(park.get(at(), {"attrs": "unheard"})) == {"id": uri(), "type": "Site"}


def test_an_entity_that_is_not_there(park: Platform) -> None:
    detail = refused(park.get(at("2")), 404, "ResourceNotFound")
    assert uri("2") in detail


def test_an_unpublished_entity_is_not_there_for_strangers(platform: Platform) -> None:
    platform.put(site(), collection=DRAFT)
    hidden = platform.get(at(), key="")
    refused(hidden, 404, "ResourceNotFound")
    assert hidden.body == platform.get(at("2"), key="").body.replace(uri("2").encode(), uri().encode())
    assert platform.get(at(), key="read").status == 200


@pytest.mark.parametrize("path", ["entities/no-uri", "entities/a%20b", "entities/%00"])
def test_what_is_no_uri_is_no_id(platform: Platform, path: str) -> None:
    refused(platform.get(path), 400, "BadRequestData")


def test_parameters_that_are_not_known_are_refused(park: Platform) -> None:
    refused(park.get(at(), {"q": "name"}), 400, "InvalidRequest")
    refused(park.get(at(), {"options": "normalised"}), 400, "InvalidRequest")


def test_what_was_sent_with_the_core_context_goes_out_as_it_is_stored(park: Platform) -> None:
    (kept,) = park.content("302040")[1:]
    assert park.get(at()).body == kept[3]
    assert json.loads(kept[3])["id"] == uri()
