"""Who may do what, read from the office's database. Every call sees what was committed before it."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import os
import sqlite3
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from moyai.errors import NonexistentTenant, Unauthenticated
from moyai.model.ports import Rights
from moyai.model.tenant import Caller, Verb
from moyai.store.counters import Counters, Limits

_BUSY_SECONDS = 5.0
_KEYS = 4_096
_ADDRESSES = 65_536
_TABLES = """
SELECT name FROM sqlite_schema WHERE type = 'table' AND name IN ('api_key', 'organisation', 'dataset')
"""
_READ_KEYS = """
SELECT k.prefix, k.secret_hash, k.tenants, k.verbs, k.collection, k.rate_per_minute, k.quota_per_day, k.expires_at
FROM api_key k JOIN organisation o ON o.id = k.organisation_id
WHERE k.revoked_at IS NULL AND o.is_active
"""
_READ_PREFECTURES = "SELECT tenant FROM organisation WHERE kind = 'prefecture' AND is_active ORDER BY tenant"
_READ_PUBLISHED = "SELECT tenant, slug FROM dataset WHERE state = 'published'"

_decode_names = msgspec.json.Decoder(list[str]).decode


@dataclass(frozen=True)
class _Key:
    secret_hash: str
    caller: Caller
    limits: Limits
    expires: float | None
    """Seconds since 1970."""


@dataclass(frozen=True)
class _Known:
    """What the office's database said at one of its versions."""

    keys: Mapping[str, _Key] = field(default_factory=dict)
    """By prefix."""
    default_tenant: str = ""
    published: Mapping[str, frozenset[str]] = field(default_factory=dict)


class OfficeRights:
    """``model.ports.Rights``. Where the office's database or a table of it is not there yet, nobody has any."""

    def __init__(self, database: Path, *, counters: Path, worker: str, anonymous_per_minute: int) -> None:
        """``counters``: the folder of counter files. ``worker`` names this process in messages."""
        self.worker = worker
        self._office = _Office(database)
        self._key_counters = Counters(counters, "keys", slots=_KEYS)
        self._address_counters = Counters(counters, "addresses", slots=_ADDRESSES)
        self._anonymous = Limits(anonymous_per_minute)

    def close(self) -> None:
        self._office.close()
        self._key_counters.close()
        self._address_counters.close()

    def caller(self, key: str) -> Caller:
        now = time.time()
        prefix = _prefix(key)
        found = self._office.known().keys.get(prefix)
        given = hashlib.sha256(key.encode()).hexdigest()
        if found is None or not hmac.compare_digest(found.secret_hash, given):
            raise Unauthenticated
        if found.expires is not None and found.expires <= now:
            raise Unauthenticated
        self._key_counters.admit(prefix, found.limits, now)
        return found.caller

    def anonymous(self, address: str) -> Caller:
        self._address_counters.admit(_household(address), self._anonymous, time.time())
        return Caller()

    def default_tenant(self) -> str:
        tenant = self._office.known().default_tenant
        if not tenant:
            raise NonexistentTenant("the request names no tenant, and there is no prefecture here whose it could be")
        return tenant

    def published(self, tenant: str) -> frozenset[str]:
        return self._office.known().published.get(tenant, frozenset())


class DevelopmentRights:
    """For conformance runs and local trials: who has no key may do everything."""

    TENANT = "o-development"
    """Meant by callers that name no tenant where there is no prefecture."""

    def __init__(self, rights: Rights) -> None:
        self._rights = rights

    def caller(self, key: str) -> Caller:
        return self._rights.caller(key)

    def anonymous(self, address: str) -> Caller:
        return Caller(name="development", everywhere=frozenset(Verb))

    def default_tenant(self) -> str:
        try:
            return self._rights.default_tenant()
        except NonexistentTenant:
            return self.TENANT

    def published(self, tenant: str) -> frozenset[str]:
        return self._rights.published(tenant)


class _Office:
    """The office's database, read again when its version has changed."""

    def __init__(self, path: Path) -> None:
        self._path = path.absolute()
        self._connection: sqlite3.Connection | None = None
        self._identity = (0, 0)
        self._version = -1
        self._known = _Known()

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def known(self) -> _Known:
        connection = self._connected()
        if connection is None:
            return _Known()
        (version,) = connection.execute("PRAGMA data_version").fetchone()
        if version != self._version:
            # Read after the version was: what is committed in between is read now, and once more at the next call.
            connection.execute("BEGIN")
            try:
                self._known = _read(connection)
            finally:
                connection.execute("COMMIT")
            self._version = version
        return self._known

    def _connected(self) -> sqlite3.Connection | None:
        try:
            status = os.stat(self._path)  # noqa: PTH116  Path.stat() takes twice as long
        except FileNotFoundError:
            self.close()
            return None
        identity = (status.st_dev, status.st_ino)
        if self._connection is None or identity != self._identity:
            self.close()
            self._connection = _open(self._path)
            self._identity, self._version = identity, -1
        return self._connection


def _open(path: Path) -> sqlite3.Connection:
    """Through the SQLite that Django has, not through apsw's own.

    Two copies of SQLite in one process do not see each other's locks: when Django closes what it takes for the last
    connection, its copy removes the write-ahead log, and the other goes on reading the one that is gone.
    """
    return sqlite3.connect(
        f"{path.as_uri()}?mode=ro", uri=True, isolation_level=None, check_same_thread=False, timeout=_BUSY_SECONDS
    )


def _read(connection: sqlite3.Connection) -> _Known:
    tables = {name for (name,) in connection.execute(_TABLES)}
    keys = _keys(connection) if {"api_key", "organisation"} <= tables else {}
    prefectures = [str(row[0]) for row in connection.execute(_READ_PREFECTURES)] if "organisation" in tables else []
    published: dict[str, set[str]] = {}
    for tenant, slug in connection.execute(_READ_PUBLISHED) if "dataset" in tables else ():
        published.setdefault(tenant, set()).add(slug)
    return _Known(
        keys=keys,
        default_tenant=prefectures[0] if prefectures else "",
        published={tenant: frozenset(slugs) for tenant, slugs in published.items()},
    )


def _keys(connection: sqlite3.Connection) -> dict[str, _Key]:
    found = {}
    for prefix, secret_hash, tenants, verbs, collection, minute, day, expires in connection.execute(_READ_KEYS):
        allowed = frozenset(Verb(verb) for verb in _decode_names(verbs))
        grants = dict.fromkeys(_decode_names(tenants), allowed)
        caller = Caller(name=f"key:{prefix}", grants=grants, collection=collection)
        found[prefix] = _Key(secret_hash, caller, Limits(minute, day), _seconds(expires))
    return found


def _seconds(text: str | None) -> float | None:
    """Django keeps UTC without saying so, and leaves out a fraction that is zero."""
    return None if text is None else datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


def _prefix(key: str) -> str:
    """Of ``moyai_<prefix>_<secret>``; a key that is none has one that nobody has."""
    parts = key.split("_", 2)
    return parts[1] if len(parts) == 3 else ""


def _household(address: str) -> str:
    """An address as it is counted: whoever has one of IPv6 has all of its /64."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return address
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((int(found) >> 64 << 64, 64)))
