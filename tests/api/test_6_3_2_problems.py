"""Every failure is a problem document. Source: ETSI GS CIM 009 V1.9.1, clauses 5.5.2, 5.5.3 and 6.3.2; RFC 9457."""

from __future__ import annotations

import inspect
from collections.abc import MutableMapping, Sequence
from typing import Any

import pytest

from api.platform import BODY_LIMIT, EXHAUSTED, Platform, at, document, header, refused, site
from moyai import errors
from moyai.api import problem
from moyai.model.change import Outcome, Write

KINDS = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if kind is not errors.Error]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_kind_of_error_has_a_status_of_its_own(kind: type[errors.Error]) -> None:
    details = problem.details(kind())
    assert details["status"] != 500
    assert details["detail"]


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "entities", "GET, POST"),
        ("POST", at(), "DELETE, GET, PATCH, PUT"),
        ("GET", at(rest="/attrs"), "PATCH, POST"),
        ("GET", at(rest="/attrs/name"), "DELETE, PATCH, PUT"),
        ("GET", "entityOperations/create", "POST"),
        ("TRACE", "entities", "GET, POST"),
    ],
)
def test_a_method_that_is_not_there(platform: Platform, method: str, path: str, allowed: str) -> None:
    reply = platform.ask(method, path)
    refused(reply, 405)
    assert header(reply, "allow") == allowed


@pytest.mark.parametrize("path", ["", "unheard", "entities/a:b/unheard", "entityOperations/unheard", "entities//attrs"])
def test_an_address_that_is_not_there(platform: Platform, path: str) -> None:
    refused(platform.get(path), 404, "ResourceNotFound")


# ── who is calling ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "authorization", ["Bearer unknown", "Bearer ", "Bearer", "Basic YTpi", "platform", "Bearer a b"]
)
def test_a_key_that_is_no_good_is_said_so_for_reading_too(platform: Platform, authorization: str) -> None:
    reply = platform.get("entities?type=Site", key="", authorization=authorization)
    refused(reply, 401)
    assert header(reply, "www-authenticate").startswith("Bearer")


def test_writing_without_a_key_asks_for_one(platform: Platform) -> None:
    reply = platform.ask("POST", "entities", site(), key="")
    assert "Bearer" in refused(reply, 401)
    assert header(reply, "www-authenticate").startswith("Bearer")


def test_a_key_without_the_right_is_told_which(platform: Platform) -> None:
    assert "create" in refused(platform.ask("POST", "entities", site(), key="read"), 403)


def test_the_scheme_is_read_in_any_case(platform: Platform) -> None:
    assert platform.get("entities?type=Site", key="", authorization="bearer platform").status == 200


def test_a_limit_that_is_used_up_says_when_to_come_back(platform: Platform) -> None:
    reply = platform.get("entities?type=Site", key=EXHAUSTED)
    refused(reply, 429)
    assert header(reply, "retry-after") == "7"


# ── when the system itself fails ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("error", "status", "kind"),
    [
        (errors.StorageFull(), 507, ""),
        (errors.Unavailable("the writer is not running"), 503, ""),
        (errors.NewerData(), 503, ""),
        (ZeroDivisionError("secret"), 500, "InternalError"),
    ],
)
def test_a_store_that_fails(
    platform: Platform, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int, kind: str
) -> None:
    async def fail(write: Write) -> Sequence[Outcome]:
        raise error

    monkeypatch.setattr(platform.store, "write", fail)
    reply = platform.ask("POST", "entities", site())
    refused(reply, status, kind)
    assert b"secret" not in reply.body
    monkeypatch.undo()
    assert platform.found(type="Site") == []


def test_what_went_wrong_inside_is_in_the_log(
    platform: Platform, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(*_: object) -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(platform.store, "entity", fail)
    refused(platform.get(at()), 500, "InternalError")
    assert "secret" in caplog.text


# ── through the server's own messages ───────────────────────────────────────────────────────────────────────────────


class Sent(list[MutableMapping[str, Any]]):
    async def __call__(self, message: MutableMapping[str, Any]) -> None:
        self.append(message)


def over_asgi(
    platform: Platform, chunks: Sequence[bytes], *headers: tuple[bytes, bytes]
) -> tuple[int, dict[str, str], bytes]:
    """POST entities in these chunks; status, headers and body."""
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/ngsi-ld/v1/entities",
        "raw_path": b"/ngsi-ld/v1/entities",
        "query_string": b"",
        "headers": [(b"Authorization", b"Bearer platform"), (b"NGSILD-Tenant", b"302040"), *headers],
        "client": ("192.0.2.1", 40000),
    }
    waiting: list[MutableMapping[str, Any]] = [
        {"type": "http.request", "body": each, "more_body": True} for each in chunks
    ]
    waiting.append({"type": "http.request", "body": b"", "more_body": False})
    sent = Sent()

    async def receive() -> MutableMapping[str, Any]:
        return waiting.pop(0)

    platform.run(platform.api(scope, receive, sent))
    start, body = sent
    names = {name.decode(): value.decode() for name, value in start["headers"]}
    return start["status"], names, body["body"]


JSON = (b"content-type", b"application/json")


def test_a_body_in_pieces_is_one(platform: Platform) -> None:
    content = b'{"id":"urn:a:1","type":"Site","name":"\xe6\x9c\x89\xe7\x94\xb0"}'
    status, headers, body = over_asgi(platform, [content[:45], content[45:]], JSON)
    assert (status, headers["location"], body) == (201, "/ngsi-ld/v1/entities/urn:a:1", b"")
    assert headers["ngsild-tenant"] == "302040"
    assert headers["content-length"] == "0"


@pytest.mark.parametrize("announced", [(), ((b"content-length", str(BODY_LIMIT + 1).encode()),)])
def test_a_body_that_is_too_large_is_refused(platform: Platform, announced: tuple[tuple[bytes, bytes], ...]) -> None:
    status, headers, body = over_asgi(platform, [b" " * BODY_LIMIT, b" "], JSON, *announced)
    assert (status, headers["content-type"]) == (413, "application/problem+json")
    assert str(BODY_LIMIT).encode() in body


def test_a_location_can_always_be_sent(platform: Platform) -> None:
    content = '{"id":"urn:ngsi-ld:施設:箕島","type":"Site"}'.encode()
    status, headers, _ = over_asgi(platform, [content], JSON)
    assert status == 201
    assert headers["location"].isascii()
    assert document(platform.get(headers["location"].removeprefix("/ngsi-ld/v1/")))["id"] == "urn:ngsi-ld:施設:箕島"
