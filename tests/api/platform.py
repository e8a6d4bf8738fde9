"""The real interface over a real store in a folder, asked without ``await``."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine, Mapping
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

from moyai import broker, store
from moyai.api.app import Api
from moyai.errors import NonexistentTenant, TooManyRequests, Unauthenticated
from moyai.ld import compact, expand
from moyai.ld.context import resolve
from moyai.ld.core import URL as CORE_URL
from moyai.model.change import Create
from moyai.model.ports import Rights
from moyai.model.query import EVERYTHING, Page, Query
from moyai.model.tenant import ANONYMOUS, PLATFORM, Caller, Verb
from moyai.store.sqlite import SqliteStore
from moyai.web.reply import Reply
from moyai.web.request import Request

T = TypeVar("T")

PREFECTURE, OWN, OTHER = "300004", "302040", "302023"
"""The default tenant; the one that most keys are for; one that they are not for."""
PUBLISHED, DRAFT = "evacuation-sites", "draft"
AT = "2026-11-23T09:00:00.000Z"
BODY_LIMIT = 200_000
ETSI = "https://uri.etsi.org/ngsi-ld/errors/"
CONTEXT_RELATION = "http://www.w3.org/ns/json-ld#context"

LIVING: Mapping[str, Caller] = {
    "all": Caller(name="key:all", grants={OWN: frozenset(Verb)}),
    "read": Caller(name="key:read", grants={OWN: frozenset({Verb.READ})}),
    "write": Caller(name="key:write", grants={OWN: frozenset({Verb.CREATE, Verb.UPDATE, Verb.DELETE})}),
    "create": Caller(name="key:create", grants={OWN: frozenset({Verb.CREATE})}),
    "update": Caller(name="key:update", grants={OWN: frozenset({Verb.UPDATE})}),
    "delete": Caller(name="key:delete", grants={OWN: frozenset({Verb.DELETE})}),
    "collection": Caller(name="key:collection", grants={OWN: frozenset(Verb)}, collection=PUBLISHED),
    "other": Caller(name="key:other", grants={OTHER: frozenset(Verb)}),
    "platform": PLATFORM,
}
"""Keys that are good."""
EXHAUSTED = "exhausted"
"""A key whose rate limit is used up."""


class Office:
    """Rights as an office would have them: what is not in ``LIVING`` is unknown, expired or revoked alike."""

    def caller(self, key: str) -> Caller:
        if key == EXHAUSTED:
            raise TooManyRequests(retry_after=7)
        if key not in LIVING:
            raise Unauthenticated
        return LIVING[key]

    def anonymous(self, address: str) -> Caller:
        return ANONYMOUS

    def default_tenant(self) -> str:
        return PREFECTURE

    def published(self, tenant: str) -> frozenset[str]:
        return frozenset({PUBLISHED})


class EmptyOffice(Office):
    """Before anybody has loaded a region."""

    def default_tenant(self) -> str:
        raise NonexistentTenant("there is no prefecture")


class Platform:
    """Three tenants, empty; every request is the platform's own on ``OWN`` unless it says otherwise."""

    def __init__(self, folder: Path, rights: Rights | None = None, *, implicit_tenants: bool = False) -> None:
        self._runner = asyncio.Runner()
        self.store = self.run(_opened(folder))
        self.broker = broker.build(self.store, rights or Office(), lambda: AT, implicit_tenants=implicit_tenants)
        self.api = Api(self.broker, body_limit=BODY_LIMIT)
        for tenant in (PREFECTURE, OWN, OTHER):
            self.run(self.store.create_tenant(tenant))

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(work)

    def close(self) -> None:
        self.run(self.store.close())
        self._runner.close()

    # asking

    def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        key: str = "platform",
        tenant: str = OWN,
        content: bytes | None = None,
        **headers: str,
    ) -> Reply:
        """``path``: below ``/ngsi-ld/v1/``, percent-encoded. ``body``: sent as JSON; ``content``: sent as it is.
        ``key`` and ``tenant``: empty ones are left out. Headers with ``_`` for ``-``."""
        return self.run(
            self.api.answer(request(method, path, body, key=key, tenant=tenant, content=content, **headers))
        )

    def get(self, path: str, parameters: Mapping[str, Any] | None = None, **others: Any) -> Reply:
        return self.ask("GET", f"{path}?{urlencode(parameters)}" if parameters else path, **others)

    def found(self, **parameters: Any) -> list[str]:
        """The last part of the id of each entity that a query finds."""
        reply = self.get("entities", {"limit": 100, **parameters})
        assert reply.status == 200, reply.body
        return [each["id"].rpartition(":")[2] for each in document(reply)]

    def entity(self, last: str = "1", **parameters: Any) -> Any:
        """As it is stored, normalized."""
        reply = self.get(f"entities/{uri(last)}", parameters)
        assert reply.status == 200, reply.body
        return document(reply)

    # what is there

    def put(self, *documents: dict[str, Any], tenant: str = OWN, collection: str = PUBLISHED) -> None:
        """Store entities, without going through the interface."""
        caller = Caller(name="seed", everywhere=frozenset(Verb), collection=collection)
        context = resolve(CORE_URL, {})
        operations = [Create(entity=expand.entity(each, context)) for each in documents]
        outcomes = self.run(self.broker.entities.writes.many(caller, tenant, (Verb.CREATE,), operations))
        assert not [each.error for each in outcomes if each.error]

    def content(self, tenant: str) -> list[tuple[str, str, bytes, bytes]]:
        """Everything a tenant holds, as bytes, and the number of its last change."""
        selection = self.run(self.store.select(tenant, Query(page=Page(limit=1000)), EVERYTHING))
        kept = [(each.id, each.collection, each.expanded, each.answer) for each in selection.entities]
        position = self.run(self.store.position(tenant))
        return [("", str(position), b"", b""), *kept]


async def _opened(folder: Path) -> SqliteStore:
    return store.open_local_store(folder, render=compact.render)


def request(
    method: str,
    path: str,
    body: object = None,
    *,
    key: str = "platform",
    tenant: str = OWN,
    content: bytes | None = None,
    **headers: str,
) -> Request:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    if key:
        sent.setdefault("authorization", f"Bearer {key}")
    if tenant:
        sent["ngsild-tenant"] = tenant
    if body is not None or content is not None:
        sent.setdefault("content-type", "application/json")
    path, _, query = path.partition("?")
    raw = content if content is not None else b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
    return Request(method=method, path=f"/ngsi-ld/v1/{path}", query=query, headers=sent, body=raw, client="192.0.2.1")


# ── entities ────────────────────────────────────────────────────────────────────────────────────────────────────────


def uri(last: str = "1") -> str:
    return f"urn:ngsi-ld:Site:302040:{last}"


def at(last: str = "1", rest: str = "") -> str:
    """The path of an entity."""
    return f"entities/{quote(uri(last), safe='')}{rest}"


def site(last: str = "1", **values: Any) -> dict[str, Any]:
    """An entity in concise form, of type Site unless ``type`` says otherwise."""
    return {"id": uri(last), "type": "Site", **values}


def point(longitude: float, latitude: float) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [longitude, latitude]}


# ── replies ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def document(reply: Reply) -> Any:
    return json.loads(reply.body)


def header(reply: Reply, name: str) -> str:
    """All headers of that name, joined; empty where there is none."""
    return ", ".join(value for key, value in reply.headers if key == name)


def refused(reply: Reply, status: int, kind: str = "") -> str:
    """Check that this is a problem of the specification's type; its detail."""
    assert reply.status == status, reply.body
    assert header(reply, "content-type") == "application/problem+json"
    problem = document(reply)
    assert problem["status"] == status
    assert problem["type"] == (ETSI + kind if kind else "about:blank")
    assert problem["title"]
    assert problem["detail"]
    return str(problem["detail"])
