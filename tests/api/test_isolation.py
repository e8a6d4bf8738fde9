"""Cross-tenant isolation: every kind of caller × every operation × own and other tenant × published, draft, absent.

The keys are rows of an office's database, read as a server reads them. Each cell of the table says what the caller
gets; beside that, no request may change a tenant other than its own, nor its own where it was refused, and no draft's
content may appear before those who may not read it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest
from store.test_rights import SCHEMA, in_days
from store.test_rights import Office as OfficeFile

from api.platform import DRAFT, OTHER, OWN, PREFECTURE, PUBLISHED, Platform, at, document, header, point, site, uri
from moyai.api import app
from moyai.model.change import ReplaceCollection, Write
from moyai.model.tenant import PLATFORM, Caller
from moyai.store.rights import OfficeRights
from moyai.web.reply import Reply

AT = "2026-11-23T09:00:00.000Z"
SECRET = "非公開の下書き"
TENANTS = (PREFECTURE, OWN, OTHER)
STATES = ("published", "draft", "absent")
CELLS = [(tenant, state) for tenant in (OWN, OTHER) for state in STATES]
KEYS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "read": {"verbs": '["read"]'},
        "write": {"verbs": '["create", "update", "delete"]'},
        "create": {"verbs": '["create"]'},
        "update": {"verbs": '["update"]'},
        "delete": {"verbs": '["delete"]'},
        "collection": {"verbs": '["read", "create", "update", "delete"]', "collection": PUBLISHED},
        "other": {"verbs": '["read", "create", "update", "delete"]', "tenants": f'["{OTHER}"]'},
        "expired": {"verbs": '["read", "create", "update", "delete"]', "expires_at": in_days(-1)},
        "revoked": {"verbs": '["read", "create", "update", "delete"]', "revoked_at": in_days(-1)},
    }
)
"""Rows of the office's table of keys, for OWN unless they say otherwise."""
CALLERS = ("anonymous", *KEYS, "unknown", "malformed", "platform")
NO_GOOD = ("expired", "revoked", "unknown", "malformed")

# ── operations ──────────────────────────────────────────────────────────────────────────────────────────────────────


class Operation(NamedTuple):
    method: str
    path: str
    """For the entity that a cell is about, ``{id}``."""
    body: Callable[[str], object] | None
    expected: Mapping[str, str]
    """Caller → the outcome of each cell of CELLS."""


def _row(by_caller: Mapping[str, str]) -> Mapping[str, str]:
    """``"a b": …`` is the same for a and for b; what is refused to everyone need not be said."""
    spread = {caller: cells for callers, cells in by_caller.items() for caller in callers.split()}
    return {**dict.fromkeys(NO_GOOD, "401 401 401  401 401 401"), **spread}


#                    own tenant       other tenant
#                    pub drf abs      pub drf abs
ENTITY_READ = _row(
    {
        "anonymous": "200 404 404     200 404 404",
        "write create update delete": "200 404 404  200 404 404",
        "read collection": "200 200 404     200 404 404",
        "other": "    200 404 404     200 200 404",
        "platform": " 200 200 404     200 200 404",
    }
)
HOW_MANY = _row(
    {
        "anonymous": "1 0 0  1 0 0",
        "write create update delete": "1 0 0  1 0 0",
        "read collection": "1 1 0  1 0 0",
        "other": "1 0 0  1 1 0",
        "platform": "1 1 0  1 1 0",
    }
)
CREATED = _row(
    {
        "anonymous": "401 401 401     401 401 401",
        "read update delete": "403 403 403    403 403 403",
        "write create": "409 409 201  403 403 403",
        "collection": "409 409 201  403 403 403",
        "other": "    403 403 403     409 409 201",
        "platform": " 409 409 201     409 409 201",
    }
)
UPDATED = _row(
    {
        "anonymous": "401 401 401     401 401 401",
        "read create delete": "403 403 403    403 403 403",
        "write update": "204 204 404  403 403 403",
        "collection": "204 404 404  403 403 403",
        "other": "    403 403 403     204 204 404",
        "platform": " 204 204 404     204 204 404",
    }
)
DELETED = _row(
    {
        "anonymous": "401 401 401     401 401 401",
        "read create update": "403 403 403    403 403 403",
        "write delete": "204 204 404  403 403 403",
        "collection": "204 404 404  403 403 403",
        "other": "    403 403 403     204 204 404",
        "platform": " 204 204 404     204 204 404",
    }
)
UPSERTED = _row(
    {
        "anonymous": "401 401 401     401 401 401",
        "read create update delete": "403 403 403    403 403 403",
        "write": "    204 204 201     403 403 403",
        "collection": "204 207:409 201  403 403 403",
        "other": "    403 403 403     204 204 201",
        "platform": " 204 204 201     204 204 201",
    }
)


def _batched(single: Mapping[str, str]) -> Mapping[str, str]:
    """In a batch an entity's own failure is reported beside the others."""
    return {caller: cells.replace("404", "207:404").replace("409", "207:409") for caller, cells in single.items()}


def _new(entity_id: str) -> dict[str, Any]:
    return {"id": entity_id, "type": "Site", "name": "新"}


TABLE: Mapping[tuple[str, str], Operation] = MappingProxyType(
    {
        (method, route): Operation(method, path or route, body, expected)
        for method, route, path, body, expected in (
            ("POST", "entities", "", _new, CREATED),
            ("GET", "entities", "entities?type=Site&id={id}&count=true", None, HOW_MANY),
            ("GET", "entities/{id}", "", None, ENTITY_READ),
            ("DELETE", "entities/{id}", "", None, DELETED),
            ("PUT", "entities/{id}", "", _new, UPDATED),
            ("PATCH", "entities/{id}", "", lambda _: {"name": "新"}, UPDATED),
            ("POST", "entities/{id}/attrs", "", lambda _: {"name": "新"}, UPDATED),
            ("PATCH", "entities/{id}/attrs", "", lambda _: {"name": "新"}, UPDATED),
            ("PATCH", "entities/{id}/attrs/{name}", "entities/{id}/attrs/name", lambda _: {"value": "新"}, UPDATED),
            ("DELETE", "entities/{id}/attrs/{name}", "entities/{id}/attrs/name", None, UPDATED),
            ("PUT", "entities/{id}/attrs/{name}", "entities/{id}/attrs/name", lambda _: {"value": "新"}, UPDATED),
            ("POST", "entityOperations/create", "", lambda each: [_new(each)], _batched(CREATED)),
            ("POST", "entityOperations/upsert", "", lambda each: [_new(each)], UPSERTED),
            ("POST", "entityOperations/update", "", lambda each: [_new(each)], _batched(UPDATED)),
            ("POST", "entityOperations/delete", "", lambda each: [each], _batched(DELETED)),
            (
                "POST",
                "entityOperations/query",
                "entityOperations/query?count=true",
                lambda each: {"type": "Query", "entities": [{"type": "Site", "id": each}], "q": "name"},
                HOW_MANY,
            ),
        )
    }
)

# ── the platform ────────────────────────────────────────────────────────────────────────────────────────────────────


class Rights(OfficeRights):
    """The office's, and the platform's own processes beside, which have no key."""

    def caller(self, key: str) -> Caller:
        return PLATFORM if key == "platform" else super().caller(key)


def key_of(caller: str) -> str:
    """What stands behind ``Bearer``."""
    if caller in KEYS:
        return f"moyai_{caller}_secret"
    return {"anonymous": "", "unknown": "moyai_unknown_secret", "malformed": "%&!", "platform": "platform"}[caller]


class World(Platform):
    """Every tenant with one published entity and one draft."""

    _full: Mapping[str, object] = MappingProxyType({})

    def fill(self) -> None:
        """Whatever a request has done to it."""
        if self._kept() != self._full:
            for tenant in TENANTS:
                self._fill(tenant)
            self._full = self._kept()

    def _kept(self) -> Mapping[str, object]:
        return {tenant: self.content(tenant)[1:] for tenant in TENANTS}

    def _fill(self, tenant: str) -> None:
        operations = tuple(ReplaceCollection(collection=each, entities=()) for each in (PUBLISHED, DRAFT, "default"))
        self.run(self.store.write(Write(tenant=tenant, operations=operations, at=AT)))
        self.put(site("published", name=f"{tenant}の公園", location=point(135.1, 34.1)), tenant=tenant)
        draft = site("draft", name=f"{tenant}の{SECRET}", location=point(135.1, 34.1))
        self.put(draft, tenant=tenant, collection=DRAFT)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder: Path = tmp_path_factory.mktemp("isolation")
    office = OfficeFile(folder / "office.sqlite3")
    office.connection.executescript(SCHEMA)
    for name, row in KEYS.items():
        office.add_key(f"moyai_{name}_secret", rate_per_minute=100_000, quota_per_day=1_000_000, **row)
    for tenant in TENANTS:
        office.connection.execute("INSERT INTO dataset VALUES (NULL, ?, ?, 'published')", (tenant, PUBLISHED))
        office.connection.execute("INSERT INTO dataset VALUES (NULL, ?, ?, 'draft')", (tenant, DRAFT))
    rights = Rights(folder / "office.sqlite3", counters=folder / "run", worker="a", anonymous_per_minute=100_000)
    platform = World(folder / "tenants", rights)
    yield platform
    platform.close()
    rights.close()
    office.connection.close()


def _outcome(reply: Reply) -> str:
    """The status; of a query, how many it found; of a batch, what became of the entity too."""
    if reply.status == 207:
        (error,) = document(reply)["errors"]
        return f"207:{error['error']['status']}"
    if count := header(reply, "ngsild-results-count"):
        assert count == str(len(document(reply)))
        return count
    return str(reply.status)


# ── the tests ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_route_has_its_row(world: World) -> None:
    assert {(route.method, route.path) for route in app.routes(world.broker)} == set(TABLE)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row[0]} {row[1]}")
def test_every_caller_is_in_every_row(row: tuple[str, str]) -> None:
    assert set(TABLE[row].expected) == set(CALLERS)
    assert {len(cells.split()) for cells in TABLE[row].expected.values()} == {len(CELLS)}


@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row[0]} {row[1]}")
def test_isolation(world: World, row: tuple[str, str], caller: str) -> None:
    operation = TABLE[row]
    expected = operation.expected[caller].split()
    got = [_cell(world, operation, caller, tenant, state) for tenant, state in CELLS]
    assert dict(zip(CELLS, got, strict=True)) == dict(zip(CELLS, expected, strict=True))


def _cell(world: World, operation: Operation, caller: str, tenant: str, state: str) -> str:
    """What the caller gets; checks what must hold in every cell."""
    world.fill()
    before = {each: world.content(each) for each in TENANTS}
    path = operation.path.replace("{id}", uri(state))
    body = operation.body(uri(state)) if operation.body else None
    reply = world.ask(operation.method, path, body, key=key_of(caller), tenant=tenant)
    outcome = _outcome(reply)
    untouched = [each for each in before if each != tenant or outcome not in ("201", "204")]
    assert {each: world.content(each) for each in untouched} == {each: before[each] for each in untouched}
    may_see_drafts = (caller, tenant) in {("read", OWN), ("collection", OWN), ("other", OTHER)} or caller == "platform"
    assert may_see_drafts or SECRET.encode() not in reply.body
    return outcome


# ── what counts and areas tell ──────────────────────────────────────────────────────────────────────────────────────

SEES_DRAFTS = {("read", OWN), ("collection", OWN), ("other", OTHER), ("platform", OWN), ("platform", OTHER)}
NEAR = "georel=near;maxDistance==100&geometry=Point&coordinates=[135.1,34.1]"
AROUND = "georel=within&geometry=Polygon&coordinates=[[[135,34],[136,34],[136,35],[135,35],[135,34]]]"


@pytest.mark.parametrize("tenant", [OWN, OTHER])
@pytest.mark.parametrize("caller", [each for each in CALLERS if each not in NO_GOOD])
@pytest.mark.parametrize(
    "query",
    ["type=Site", "q=name", f"q=name~={SECRET}|name~=公園", NEAR, AROUND, "type=Site&idPattern=.*", "attrs=location"],
)
def test_drafts_are_in_no_query_and_no_count(world: World, query: str, caller: str, tenant: str) -> None:
    world.fill()
    seen = ["published", "draft"] if (caller, tenant) in SEES_DRAFTS else ["published"]
    reply = world.get(f"entities?{query}&count=true", key=key_of(caller), tenant=tenant)
    assert [each["id"] for each in document(reply)] == [uri(each) for each in seen]
    assert header(reply, "ngsild-results-count") == str(len(seen))
    nothing = world.get(f"entities?{query}&count=true&limit=0", key=key_of(caller), tenant=tenant)
    assert (document(nothing), header(nothing, "ngsild-results-count")) == ([], str(len(seen)))


def test_a_draft_and_an_absence_look_alike(world: World) -> None:
    world.fill()
    draft = world.get(at("draft"), key="")
    absent = world.get(at("absent"), key="")
    assert draft.status == absent.status == 404
    assert draft.headers == absent.headers
    assert draft.body.replace(b"draft", b"absent") == absent.body


def test_without_a_tenant_a_key_is_a_stranger_at_the_prefecture_s(world: World) -> None:
    world.fill()
    assert world.ask("POST", "entities", site("new"), key=key_of("collection"), tenant="").status == 403
    assert world.get(at("draft"), key=key_of("read"), tenant="").status == 404
