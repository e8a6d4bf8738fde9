"""Rights read from the office's database: what is committed there holds from the next call on."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from moyai.errors import NonexistentTenant, TooManyRequests, Unauthenticated
from moyai.model.tenant import ANONYMOUS, Verb
from moyai.store.rights import DevelopmentRights, OfficeRights

SCHEMA = """
CREATE TABLE organisation (id INTEGER PRIMARY KEY, tenant TEXT, kind TEXT, is_active BOOL);
CREATE TABLE api_key (
  id INTEGER PRIMARY KEY, organisation_id INTEGER, name TEXT, prefix TEXT, secret_hash TEXT, tenants TEXT, verbs TEXT,
  collection TEXT, kind TEXT, rate_per_minute INTEGER, quota_per_day INTEGER, created_at TEXT, expires_at TEXT,
  revoked_at TEXT
);
CREATE TABLE dataset (id INTEGER PRIMARY KEY, tenant TEXT, slug TEXT, state TEXT);
INSERT INTO organisation VALUES (1, '302040', 'municipality', 1), (2, '300004', 'prefecture', 1);
"""
KEY = "moyai_abcdefghij_0123456789_and-so-on"


class Office:
    """The office's own connection, as Django would use it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.connection = sqlite3.connect(path, isolation_level=None)
        self.connection.execute("PRAGMA journal_mode = WAL")

    def add_key(self, key: str = KEY, **members: Any) -> None:
        row = {
            "organisation_id": 1,
            "prefix": key.split("_")[1],
            "secret_hash": hashlib.sha256(key.encode()).hexdigest(),
            "tenants": json.dumps(["302040"]),
            "verbs": json.dumps(["read", "create"]),
            "collection": "",
            "rate_per_minute": 1000,
            "quota_per_day": 100_000,
            "expires_at": in_days(1),
            "revoked_at": None,
            **members,
        }
        places = ", ".join("?" * len(row))
        self.connection.execute(f"INSERT INTO api_key ({', '.join(row)}) VALUES ({places})", tuple(row.values()))


def in_days(days: float) -> str:
    """As Django writes it."""
    return (datetime.now(UTC) + timedelta(days=days)).strftime("%Y-%m-%d %H:%M:%S.%f")


def rights_of(folder: Path, worker: str = "a", anonymous: int = 1000) -> OfficeRights:
    return OfficeRights(
        folder / "office.sqlite3", counters=folder / "run", worker=worker, anonymous_per_minute=anonymous
    )


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    found = Office(tmp_path / "office.sqlite3")
    found.connection.executescript(SCHEMA)
    yield found
    found.connection.close()


@pytest.fixture
def rights(tmp_path: Path, office: Office) -> Iterator[OfficeRights]:
    found = rights_of(tmp_path)
    yield found
    found.close()


def test_a_key_is_its_organisations(office: Office, rights: OfficeRights) -> None:
    office.add_key(tenants='["302040", "300004"]', collection="evacuation-sites")
    caller = rights.caller(KEY)
    assert caller.name == "key:abcdefghij"
    assert caller.grants == dict.fromkeys(("302040", "300004"), frozenset({Verb.READ, Verb.CREATE}))
    assert caller.collection == "evacuation-sites"
    assert not caller.everywhere


@pytest.mark.parametrize(
    "key", ["", "moyai", "moyai__", "moyai_abcdefghij_other", "moyai_zzz_x", KEY + "x", KEY[1:], "鍵_abcdefghij_x"]
)
def test_other_keys_are_nobodys(office: Office, rights: OfficeRights, key: str) -> None:
    office.add_key()
    with pytest.raises(Unauthenticated):
        rights.caller(key)


def test_a_revoked_key_fails_with_the_next_call_in_every_process(office: Office, tmp_path: Path) -> None:
    office.add_key()
    workers = [rights_of(tmp_path, name) for name in "abc"]
    for worker in workers:
        assert worker.caller(KEY)
    office.connection.execute("UPDATE api_key SET revoked_at = ?", (in_days(0),))
    for worker in workers:
        with pytest.raises(Unauthenticated):
            worker.caller(KEY)
        worker.close()


def test_a_change_counts_when_it_is_committed(office: Office, rights: OfficeRights) -> None:
    with pytest.raises(Unauthenticated):
        rights.caller(KEY)
    office.connection.execute("BEGIN IMMEDIATE")
    office.add_key()
    with pytest.raises(Unauthenticated):
        rights.caller(KEY)
    office.connection.execute("COMMIT")
    assert rights.caller(KEY)


def test_a_key_ends_with_its_time(office: Office, rights: OfficeRights, monkeypatch: pytest.MonkeyPatch) -> None:
    office.add_key(expires_at=in_days(1))
    assert rights.caller(KEY)
    tomorrow = time.time() + 86_401
    monkeypatch.setattr(time, "time", lambda: tomorrow)
    with pytest.raises(Unauthenticated):
        rights.caller(KEY)


@pytest.mark.parametrize(
    ("expires", "is_good"), [("2999-01-01 00:00:00", True), (None, True), ("2020-01-01 00:00:00.5", False)]
)
def test_times_are_read_as_django_writes_them(
    office: Office, rights: OfficeRights, expires: str | None, is_good: bool
) -> None:
    office.add_key(expires_at=expires)
    if is_good:
        assert rights.caller(KEY)
    else:
        with pytest.raises(Unauthenticated):
            rights.caller(KEY)


def test_the_keys_of_an_organisation_that_is_closed_are_closed(office: Office, rights: OfficeRights) -> None:
    office.add_key()
    office.connection.execute("UPDATE organisation SET is_active = 0 WHERE id = 1")
    with pytest.raises(Unauthenticated):
        rights.caller(KEY)


def test_only_published_collections_are_for_everybody(office: Office, rights: OfficeRights) -> None:
    office.connection.execute(
        "INSERT INTO dataset (tenant, slug, state) VALUES ('302040', 'sites', 'published'),"
        " ('302040', 'halls', 'published'), ('302040', 'secret', 'draft'), ('300004', 'toilets', 'published')"
    )
    assert rights.published("302040") == {"sites", "halls"}
    assert rights.published("o-nobody") == frozenset()
    office.connection.execute("UPDATE dataset SET state = 'draft' WHERE slug = 'sites'")
    assert rights.published("302040") == {"halls"}


def test_the_default_tenant_is_the_prefectures(office: Office, rights: OfficeRights) -> None:
    assert rights.default_tenant() == "300004"
    office.connection.execute("UPDATE organisation SET is_active = 0 WHERE kind = 'prefecture'")
    with pytest.raises(NonexistentTenant, match="prefecture"):
        rights.default_tenant()


def test_without_the_offices_database_nobody_has_rights_until_it_is_there(tmp_path: Path) -> None:
    rights = rights_of(tmp_path)
    with pytest.raises(Unauthenticated):
        rights.caller(KEY)
    with pytest.raises(NonexistentTenant):
        rights.default_tenant()
    assert rights.published("302040") == frozenset()
    office = Office(tmp_path / "office.sqlite3")
    with pytest.raises(Unauthenticated):
        rights.caller(KEY)
    office.connection.executescript(SCHEMA)
    office.add_key()
    assert rights.caller(KEY)
    office.connection.close()
    rights.close()


def test_a_change_is_seen_though_the_office_opens_and_closes_in_this_very_process(
    office: Office, rights: OfficeRights, tmp_path: Path
) -> None:
    office.connection.close()
    for number in range(5):
        key = f"moyai_{number:010}_secret"
        request = Office(office.path)
        request.add_key(key)
        request.connection.close()
        assert rights.caller(key)


def test_tables_that_come_later_are_missed_by_nobody(tmp_path: Path) -> None:
    office = Office(tmp_path / "office.sqlite3")
    office.connection.executescript(SCHEMA.partition("CREATE TABLE dataset")[0])
    office.connection.execute("INSERT INTO organisation VALUES (1, '302040', 'municipality', 1)")
    office.add_key()
    rights = rights_of(tmp_path)
    assert rights.caller(KEY)
    assert rights.published("302040") == frozenset()
    office.connection.close()
    rights.close()


def test_a_database_that_was_put_in_place_of_another_is_read(
    office: Office, rights: OfficeRights, tmp_path: Path
) -> None:
    office.add_key()
    assert rights.caller(KEY)
    restored = Office(tmp_path / "restored.sqlite3")
    restored.connection.execute("PRAGMA journal_mode = DELETE")
    restored.connection.executescript(SCHEMA)
    restored.connection.close()
    office.connection.close()
    for ending in ("-wal", "-shm"):
        office.path.with_name(office.path.name + ending).unlink(missing_ok=True)
    restored.path.replace(office.path)
    with pytest.raises(Unauthenticated):
        rights.caller(KEY)
    office.path.unlink()
    with pytest.raises(NonexistentTenant):
        rights.default_tenant()


def test_a_keys_rate_and_quota_hold_across_processes(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = 1_800_000_000.0
    monkeypatch.setattr(time, "time", lambda: at)
    office.add_key(rate_per_minute=4, quota_per_day=6, expires_at=None)
    workers = [rights_of(tmp_path, name) for name in "ab"]
    for n in range(4):
        workers[n % 2].caller(KEY)
    with pytest.raises(TooManyRequests, match="minute") as refused:
        workers[0].caller(KEY)
    assert 1 <= refused.value.retry_after <= 61
    at += 60
    workers[0].caller(KEY)
    workers[1].caller(KEY)
    with pytest.raises(TooManyRequests, match="today") as refused:
        workers[1].caller(KEY)
    assert refused.value.retry_after > 61
    for worker in workers:
        worker.close()


def test_an_address_without_a_key_has_its_own_limit(tmp_path: Path) -> None:
    rights = rights_of(tmp_path, anonymous=2)
    for address in ("192.0.2.1", "::ffff:192.0.2.1"):
        assert rights.anonymous(address) == ANONYMOUS
    with pytest.raises(TooManyRequests):
        rights.anonymous("192.0.2.1")
    assert rights.anonymous("192.0.2.2").is_anonymous
    rights.anonymous("2001:db8::1")
    rights.anonymous("2001:db8::2")
    with pytest.raises(TooManyRequests):
        rights.anonymous("2001:db8:0:0:ffff::3")
    assert rights.anonymous("2001:db8:0:1::1") and rights.anonymous("not an address")
    rights.close()


def test_under_development_nobody_needs_a_key(office: Office, rights: OfficeRights) -> None:
    open_rights = DevelopmentRights(rights)
    assert open_rights.anonymous("127.0.0.1").may(Verb.DELETE, "302040")
    assert open_rights.default_tenant() == "300004"
    office.connection.execute("DELETE FROM organisation WHERE kind = 'prefecture'")
    assert open_rights.default_tenant() == DevelopmentRights.TENANT
    assert open_rights.published("302040") == frozenset()
    with pytest.raises(Unauthenticated):
        open_rights.caller("moyai_x_y")
