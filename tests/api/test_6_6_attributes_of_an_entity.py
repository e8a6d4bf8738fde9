"""POST and PATCH entities/{id}/attrs. Source: ETSI GS CIM 009 V1.9.1, clauses 5.6.2, 5.6.3, 6.6.3.1 and 6.6.3.2."""

from __future__ import annotations

from typing import Any

import pytest

from api.platform import Platform, at, document, refused, site

ATTRS = at(rest="/attrs")


@pytest.fixture
def park(platform: Platform) -> Platform:
    platform.put(site(name="前", capacity={"value": 100, "unitCode": "C62"}))
    return platform


def values(platform: Platform) -> dict[str, Any]:
    entity = platform.entity(options="keyValues")
    return {name: value for name, value in entity.items() if name not in ("id", "type")}


def test_append_adds_and_overwrites(park: Platform) -> None:
    assert park.ask("POST", ATTRS, {"name": "後", "備考": "新"}).status == 204
    assert values(park) == {"name": "後", "capacity": 100, "備考": "新"}


def test_append_replaces_an_attribute_whole(park: Platform) -> None:
    park.ask("POST", ATTRS, {"capacity": {"value": 50}})
    assert park.entity()["capacity"] == {"type": "Property", "value": 50}


def test_append_without_overwriting_says_what_it_left(park: Platform) -> None:
    reply = park.ask("POST", f"{ATTRS}?options=noOverwrite", {"name": "後", "備考": "新"})
    assert reply.status == 207
    result = document(reply)
    assert result["updated"] == ["備考"]
    assert [each["attributeName"] for each in result["notUpdated"]] == ["name"]
    assert all(each["reason"] for each in result["notUpdated"])
    assert values(park) == {"name": "前", "capacity": 100, "備考": "新"}


def test_append_adds_a_type(park: Platform) -> None:
    assert park.ask("POST", ATTRS, {"type": "Park"}).status == 204
    assert sorted(park.entity()["type"]) == ["Park", "Site"]


def test_update_replaces_what_is_there_and_adds_what_is_not(park: Platform) -> None:
    assert park.ask("PATCH", ATTRS, {"name": "後", "備考": "新"}).status == 204
    assert values(park) == {"name": "後", "capacity": 100, "備考": "新"}


def test_update_adds_no_scope(park: Platform) -> None:
    reply = park.ask("PATCH", ATTRS, {"name": "後", "scope": "/A"})
    assert reply.status == 207
    assert document(reply)["updated"] == ["name"]
    assert [each["attributeName"] for each in document(reply)["notUpdated"]] == ["scope"]
    assert "scope" not in park.entity()


def test_update_of_what_is_there_has_nothing_to_say(park: Platform) -> None:
    reply = park.ask("PATCH", ATTRS, {"name": "後"})
    assert (reply.status, reply.body) == (204, b"")


@pytest.mark.parametrize("method", ["POST", "PATCH"])
@pytest.mark.parametrize("body", [{"name": None}, {"bad name": 1}, {"location": 5}, {"name": {"type": "Property"}}])
def test_what_is_refused_changes_nothing(park: Platform, method: str, body: dict[str, Any]) -> None:
    before = park.content("302040")
    refused(park.ask(method, ATTRS, body), 400, "BadRequestData")
    assert park.content("302040") == before


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_there_must_be_an_entity(park: Platform, method: str) -> None:
    refused(park.ask(method, at("2", "/attrs"), {"name": "x"}), 404, "ResourceNotFound")
