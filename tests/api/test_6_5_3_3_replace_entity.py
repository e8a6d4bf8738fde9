"""PUT entities/{id}. Source: ETSI GS CIM 009 V1.9.1, clauses 5.6.18 and 6.5.3.3."""

from __future__ import annotations

from typing import Any

import pytest

from api.platform import Platform, at, refused, site, uri


@pytest.fixture
def park(platform: Platform) -> Platform:
    platform.put(site(name="前", capacity=100))
    return platform


@pytest.mark.parametrize("body", [site(name="後"), {"type": "Site", "name": "後"}, {"name": "後"}])
def test_what_is_not_sent_is_gone(park: Platform, body: dict[str, Any]) -> None:
    assert park.ask("PUT", at(), body).status == 204
    assert park.entity() == {"id": uri(), "type": "Site", "name": {"type": "Property", "value": "後"}}


def test_the_time_of_creation_stays(park: Platform) -> None:
    before = park.entity(options="sysAttrs")["createdAt"]
    park.ask("PUT", at(), site(name="後"))
    assert park.entity(options="sysAttrs")["createdAt"] == before


def test_there_must_be_one(park: Platform) -> None:
    refused(park.ask("PUT", at("2"), site("2")), 404, "ResourceNotFound")
    assert park.found(type="Site") == ["1"]


@pytest.mark.parametrize("body", [site("2"), {"name": None}, {"name": "urn:ngsi-ld:null"}, {"type": 5}])
def test_what_is_refused_changes_nothing(park: Platform, body: dict[str, Any]) -> None:
    before = park.content("302040")
    refused(park.ask("PUT", at(), body), 400, "BadRequestData")
    assert park.content("302040") == before
