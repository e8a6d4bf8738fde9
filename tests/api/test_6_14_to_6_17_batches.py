"""POST entityOperations/create, upsert, update and delete. Source: ETSI GS CIM 009 V1.9.1, clauses 5.6.7 to 5.6.10."""

from __future__ import annotations

from typing import Any

import pytest

from api.platform import CONTEXT_RELATION, DRAFT, Platform, document, header, refused, site, uri
from moyai.api.batch import GREATEST

CREATE, UPSERT, UPDATE, DELETE = (f"entityOperations/{name}" for name in ("create", "upsert", "update", "delete"))


def names(platform: Platform) -> dict[str, Any]:
    """What each entity is called now."""
    entities = document(platform.get("entities", {"type": "Site", "options": "keyValues"}))
    return {each["id"].rpartition(":")[2]: each.get("name") for each in entities}


def errors(reply: Any) -> dict[str, tuple[int, str]]:
    """Of a 207: entity → status and type of its error."""
    assert reply.status == 207, reply.body
    return {
        each["entityId"].rpartition(":")[2]: (each["error"]["status"], each["error"]["type"].rpartition("/")[2])
        for each in document(reply)["errors"]
    }


# ── create ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_create_names_what_it_created(platform: Platform) -> None:
    reply = platform.ask("POST", CREATE, [site("1", name="一"), site("2", name="二")])
    assert (reply.status, document(reply)) == (201, [uri("1"), uri("2")])
    assert names(platform) == {"1": "一", "2": "二"}


def test_what_cannot_be_created_leaves_the_others(platform: Platform) -> None:
    platform.put(site("1", name="前"))
    batch = [site("1", name="後"), site("2", name="二"), {"id": uri("3")}, site("4", location="here"), 5]
    reply = platform.ask("POST", CREATE, batch)
    assert document(reply)["success"] == [uri("2")]
    assert errors(reply) == {
        "1": (409, "AlreadyExists"),
        "3": (400, "BadRequestData"),
        "4": (400, "BadRequestData"),
        "": (400, "InvalidRequest"),
    }
    assert names(platform) == {"1": "前", "2": "二"}


def test_one_id_twice_in_a_batch_is_created_once(platform: Platform) -> None:
    reply = platform.ask("POST", CREATE, [site("1", name="一"), site("1", name="二")])
    assert errors(reply) == {"1": (409, "AlreadyExists")}
    assert names(platform) == {"1": "一"}


def test_each_entity_may_have_a_context_of_its_own(platform: Platform) -> None:
    own = {**site("1"), "名": "一", "@context": {"名": "https://example.org/name"}}
    remote = {**site("2"), "@context": "https://example.org/context.jsonld"}
    reply = platform.ask("POST", CREATE, [own, remote], content_type="application/ld+json")
    assert document(reply)["success"] == [uri("1")]
    assert errors(reply) == {"2": (503, "LdContextNotAvailable")}
    assert platform.entity("1")["https://example.org/name"]["value"] == "一"


def test_a_batch_of_ld_json_has_no_link(platform: Platform) -> None:
    link = f'<https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context.jsonld>; rel="{CONTEXT_RELATION}"'
    reply = platform.ask("POST", CREATE, [site()], content_type="application/ld+json", link=link)
    refused(reply, 400, "BadRequestData")


def test_an_entity_with_a_context_in_a_batch_of_json_is_refused(platform: Platform) -> None:
    reply = platform.ask("POST", CREATE, [{**site("1"), "@context": {}}, site("2")])
    assert errors(reply) == {"1": (400, "BadRequestData")}
    assert platform.found(type="Site") == ["2"]


# ── upsert ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_upsert_creates_and_replaces(platform: Platform) -> None:
    platform.put(site("1", name="前", capacity=100))
    reply = platform.ask("POST", UPSERT, [site("1", name="後"), site("2", name="二")])
    assert (reply.status, document(reply)) == (201, [uri("2")])
    assert names(platform) == {"1": "後", "2": "二"}
    assert "capacity" not in platform.entity("1")


def test_upsert_may_update_instead(platform: Platform) -> None:
    platform.put(site("1", name="前", capacity=100))
    reply = platform.ask("POST", f"{UPSERT}?options=update", [site("1", name="後")])
    assert (reply.status, reply.body) == (204, b"")
    assert platform.entity("1")["capacity"]["value"] == 100
    assert names(platform) == {"1": "後"}


def test_upsert_says_what_failed(platform: Platform) -> None:
    reply = platform.ask("POST", UPSERT, [site("1"), {"type": "Site"}])
    assert document(reply)["success"] == [uri("1")]
    assert errors(reply) == {"": (400, "BadRequestData")}


def test_upsert_cannot_touch_another_collection(platform: Platform) -> None:
    platform.put(site("1", name="前"), collection=DRAFT)
    reply = platform.ask("POST", UPSERT, [site("1", name="後"), site("2")], key="collection")
    assert errors(reply) == {"1": (409, "AlreadyExists")}
    assert names(platform)["1"] == "前"


# ── update ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_update_adds_and_overwrites(platform: Platform) -> None:
    platform.put(site("1", name="前", capacity=100))
    reply = platform.ask("POST", UPDATE, [{"id": uri("1"), "name": "後", "備考": "新"}])
    assert (reply.status, reply.body) == (204, b"")
    assert platform.entity("1", options="keyValues") == site("1", name="後", capacity=100, 備考="新")


def test_update_may_leave_what_is_there(platform: Platform) -> None:
    platform.put(site("1", name="前"))
    platform.ask("POST", f"{UPDATE}?options=noOverwrite", [{"id": uri("1"), "name": "後", "備考": "新"}])
    assert platform.entity("1", options="keyValues") == site("1", name="前", 備考="新")


def test_update_of_what_is_not_there_is_reported(platform: Platform) -> None:
    platform.put(site("1", name="前"))
    reply = platform.ask("POST", UPDATE, [{"id": uri("1"), "name": "後"}, {"id": uri("2"), "name": "二"}])
    assert document(reply)["success"] == [uri("1")]
    assert errors(reply) == {"2": (404, "ResourceNotFound")}


# ── delete ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_delete(platform: Platform) -> None:
    platform.put(site("1"), site("2"), site("3"))
    assert platform.ask("POST", DELETE, [uri("1"), uri("3")]).status == 204
    assert platform.found(type="Site") == ["2"]


def test_delete_of_what_is_not_there_or_no_id_is_reported(platform: Platform) -> None:
    platform.put(site("1"))
    reply = platform.ask("POST", DELETE, [uri("1"), uri("2"), "no-uri", 5])
    assert document(reply)["success"] == [uri("1")]
    assert errors(reply)["2"] == (404, "ResourceNotFound")
    assert len(document(reply)["errors"]) == 3
    assert platform.found(type="Site") == []


# ── every batch ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", [CREATE, UPSERT, UPDATE, DELETE])
@pytest.mark.parametrize("body", [[], {}, site(), "text"])
def test_a_batch_is_a_list_with_something_in_it(platform: Platform, path: str, body: object) -> None:
    refused(platform.ask("POST", path, body), 400, "BadRequestData")


@pytest.mark.parametrize("path", [CREATE, UPSERT, UPDATE, DELETE])
def test_a_batch_has_its_limit(platform: Platform, path: str) -> None:
    assert str(GREATEST) in refused(platform.ask("POST", path, [0] * (GREATEST + 1)), 400, "BadRequestData")


@pytest.mark.parametrize("path", [CREATE, UPSERT, UPDATE, DELETE])
def test_a_batch_of_nothing_that_can_be_read_is_refused_to_strangers_too(platform: Platform, path: str) -> None:
    refused(platform.ask("POST", path, [5], key=""), 401)
    refused(platform.ask("POST", path, [5], key="other"), 403)


def test_the_media_type_of_what_failed(platform: Platform) -> None:
    reply = platform.ask("POST", CREATE, [site("1"), {"type": "Site"}])
    assert header(reply, "content-type") == "application/json"
