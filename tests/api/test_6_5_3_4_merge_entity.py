"""PATCH entities/{id}. Source: ETSI GS CIM 009 V1.9.1, clauses 5.5.12, 5.6.17 and 6.5.3.4."""

from __future__ import annotations

from typing import Any

import pytest

from api.platform import Platform, at, refused, site, uri

NULL = "urn:ngsi-ld:null"


@pytest.fixture
def park(platform: Platform) -> Platform:
    platform.put(site(name="箕島公園", address={"city": "有田市", "block": 3}, height={"value": 12, "unitCode": "MTR"}))
    return platform


def merge(platform: Platform, body: object, **others: Any) -> Any:
    return platform.ask("PATCH", at(), body, **others)


def test_what_is_sent_is_merged_with_what_is_there(park: Platform) -> None:
    assert merge(park, {"capacity": 100, "height": {"value": 13}}).status == 204
    entity = park.entity()
    assert entity["capacity"] == {"type": "Property", "value": 100}
    assert entity["height"] == {"type": "Property", "value": 13, "unitCode": "MTR"}
    assert entity["name"]["value"] == "箕島公園"


def test_an_object_is_merged_member_by_member(park: Platform) -> None:
    assert merge(park, {"address": {"value": {"block": 4, "street": "港"}}}).status == 204
    assert park.entity()["address"]["value"] == {"city": "有田市", "block": 4, "street": "港"}


@pytest.mark.parametrize("null", [NULL, {"type": "Property", "value": NULL}])
def test_null_deletes_an_attribute(park: Platform, null: object) -> None:
    assert merge(park, {"name": null}).status == 204
    assert "name" not in park.entity()


def test_null_deletes_a_member_of_a_value(park: Platform) -> None:
    assert merge(park, {"address": {"value": {"block": NULL}}}).status == 204
    assert park.entity()["address"]["value"] == {"city": "有田市"}


def test_null_is_never_stored(park: Platform) -> None:
    assert merge(park, {"new": {"value": {"a": NULL, "b": 1}}, "gone": NULL}).status in (204, 400)
    assert NULL.encode() not in park.get(at()).body


def test_a_type_is_added_and_none_taken(park: Platform) -> None:
    assert merge(park, {"type": "Park"}).status == 204
    assert sorted(park.entity()["type"]) == ["Park", "Site"]


def test_the_media_type_of_a_merge_patch_is_understood(park: Platform) -> None:
    assert merge(park, {"capacity": 1}, content_type="application/merge-patch+json").status == 204


def test_the_change_is_dated(park: Platform) -> None:
    merge(park, {"capacity": 1})
    assert park.entity(options="sysAttrs")["modifiedAt"] == "2026-11-23T09:00:00.000Z"


@pytest.mark.parametrize(
    "body", [{"name": None}, {"id": uri("2")}, {"bad name": 1}, {"location": "here"}, {"a": {"type": "Unheard"}}]
)
def test_what_is_refused_changes_nothing(park: Platform, body: dict[str, Any]) -> None:
    before = park.content("302040")
    refused(merge(park, body), 400, "BadRequestData")
    assert park.content("302040") == before


def test_there_must_be_one(park: Platform) -> None:
    refused(park.ask("PATCH", at("2"), {"name": "x"}), 404, "ResourceNotFound")
