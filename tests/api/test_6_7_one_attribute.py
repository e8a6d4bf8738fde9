"""PATCH, PUT and DELETE entities/{id}/attrs/{name}.

Source: ETSI GS CIM 009 V1.9.1, clauses 5.6.4, 5.6.5, 5.6.19 and 6.7.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from api.platform import Platform, at, refused, site

DATASET = "urn:ngsi-ld:dataset:old"


@pytest.fixture
def park(platform: Platform) -> Platform:
    platform.put(
        site(
            name="前",
            名称="箕島",
            height={"value": 12, "unitCode": "MTR", "accuracy": 2},
            seats=[
                {"type": "Property", "value": 10},
                {"type": "Property", "value": 20, "datasetId": DATASET},
            ],
            owner={"type": "Relationship", "object": "urn:ngsi-ld:Owner:1"},
        )
    )
    return platform


def attr(name: str) -> str:
    return at(rest=f"/attrs/{quote(name, safe='')}")


# ── PATCH ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_patch_changes_what_is_sent_alone(park: Platform) -> None:
    assert park.ask("PATCH", attr("height"), {"value": 13}).status == 204
    height = park.entity()["height"]
    assert (height["value"], height["unitCode"], height["accuracy"]["value"]) == (13, "MTR", 2)


def test_patch_without_a_value_keeps_the_value(park: Platform) -> None:
    assert park.ask("PATCH", attr("height"), {"unitCode": "FOT"}).status == 204
    assert park.entity()["height"]["value"] == 12
    assert park.entity()["height"]["unitCode"] == "FOT"


def test_patch_of_one_instance_leaves_the_others(park: Platform) -> None:
    assert park.ask("PATCH", attr("seats"), {"value": 25, "datasetId": DATASET}).status == 204
    assert [each["value"] for each in park.entity()["seats"]] == [10, 25]


def test_a_japanese_name_in_the_address(park: Platform) -> None:
    assert park.ask("PATCH", attr("名称"), {"value": "箕島公園"}).status == 204
    assert park.entity()["名称"]["value"] == "箕島公園"


def test_an_attribute_of_the_reader_s_context(platform: Platform) -> None:
    iri = "https://example.org/name"
    platform.put({"id": site()["id"], "type": "Site", iri: "前"})
    body = {"value": "後", "@context": {"name": iri}}
    assert platform.ask("PATCH", attr("name"), body, content_type="application/ld+json").status == 204
    assert platform.entity()[iri]["value"] == "後"


# ── PUT ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_put_replaces_the_attribute_whole(park: Platform) -> None:
    assert park.ask("PUT", attr("height"), {"type": "Property", "value": 13}).status == 204
    assert park.entity()["height"] == {"type": "Property", "value": 13}


# ── DELETE ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_delete_takes_the_attribute(park: Platform) -> None:
    assert park.ask("DELETE", attr("name")).status == 204
    assert "name" not in park.entity()


def test_delete_takes_the_default_instance(park: Platform) -> None:
    assert park.ask("DELETE", attr("seats")).status == 204
    assert park.entity()["seats"]["value"] == 20


def test_delete_takes_the_instance_that_is_named(park: Platform) -> None:
    assert park.ask("DELETE", f"{attr('seats')}?datasetId={DATASET}").status == 204
    assert park.entity()["seats"] == {"type": "Property", "value": 10}


def test_delete_takes_all_instances(park: Platform) -> None:
    assert park.ask("DELETE", f"{attr('seats')}?deleteAll=true").status == 204
    assert "seats" not in park.entity()


# ── refusals ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("method", ["PATCH", "PUT", "DELETE"])
def test_an_attribute_that_is_not_there(park: Platform, method: str) -> None:
    body = None if method == "DELETE" else {"value": 1}
    refused(park.ask(method, attr("unheard"), body), 404, "ResourceNotFound")
    refused(park.ask(method, at("2", "/attrs/name"), body), 404, "ResourceNotFound")


def test_an_instance_that_is_not_there(park: Platform) -> None:
    refused(park.ask("DELETE", f"{attr('name')}?datasetId={DATASET}"), 404, "ResourceNotFound")


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
@pytest.mark.parametrize(
    "body", [{}, {"value": None}, {"value": 1, "observedAt": "now"}, {"value": 1, "type": "Unheard"}]
)
def test_what_is_refused_changes_nothing(park: Platform, method: str, body: dict[str, Any]) -> None:
    before = park.content("302040")
    refused(park.ask(method, attr("height"), body), 400, "BadRequestData")
    assert park.content("302040") == before


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
def test_an_attribute_is_an_object(park: Platform, method: str) -> None:
    refused(park.ask(method, attr("height"), 5), 400, "InvalidRequest")


@pytest.mark.parametrize("name", ["id", "type", "scope", "createdAt", "@context"])
def test_an_entity_s_own_members_are_no_attributes(park: Platform, name: str) -> None:
    before = park.content("302040")
    refused(park.ask("PATCH", attr(name), {"value": "Other"}), 400, "BadRequestData")
    assert park.ask("DELETE", attr(name)).status in (400, 404)
    assert park.content("302040") == before


@pytest.mark.parametrize(("path", "status"), [("entities/no-uri/attrs/name", 400), (at(rest="/attrs/bad%20name"), 400)])
@pytest.mark.parametrize("method", ["PATCH", "PUT", "DELETE"])
def test_addresses_that_cannot_be(park: Platform, method: str, path: str, status: int) -> None:
    body = None if method == "DELETE" else {"value": 1}
    refused(park.ask(method, path, body), status, "BadRequestData")
