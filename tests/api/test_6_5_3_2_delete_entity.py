"""DELETE entities/{id}. Source: ETSI GS CIM 009 V1.9.1, clauses 5.6.6 and 6.5.3.2."""

from __future__ import annotations

from api.platform import DRAFT, Platform, at, refused, site


def test_deleted_is_gone(platform: Platform) -> None:
    platform.put(site("1"), site("2"))
    reply = platform.ask("DELETE", at("1"))
    assert (reply.status, reply.body) == (204, b"")
    refused(platform.get(at("1")), 404, "ResourceNotFound")
    assert platform.found(type="Site") == ["2"]


def test_what_is_not_there_cannot_be_deleted(platform: Platform) -> None:
    refused(platform.ask("DELETE", at("1")), 404, "ResourceNotFound")
    refused(platform.ask("DELETE", "entities/no-uri"), 400, "BadRequestData")


def test_what_a_key_of_one_collection_cannot_touch_is_not_there(platform: Platform) -> None:
    platform.put(site("1"), collection=DRAFT)
    refused(platform.ask("DELETE", at("1"), key="collection"), 404, "ResourceNotFound")
    assert platform.found(type="Site") == ["1"]


def test_an_id_may_be_used_again(platform: Platform) -> None:
    platform.put(site(name="前"))
    platform.ask("DELETE", at())
    assert platform.ask("POST", "entities", site(name="後")).status == 201
    assert platform.entity()["name"]["value"] == "後"
