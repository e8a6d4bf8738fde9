"""Open a tenant's file for reading or for writing, and say what goes wrong in our words."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw

from moyai.errors import StorageFull
from moyai.store import migrate

_BUSY_MS = 5_000
"""A checkpoint or a backup may hold a lock for a moment; there is no second writer to wait for."""
_CACHE_KIB = 2_000
"""Of a reader; the writer has four times as much. Files are not mapped into memory: it was not measurably faster, and
every page once touched would count as the process's."""
_FULL = {errno.ENOSPC, errno.EDQUOT}


def open_reader(path: Path) -> apsw.Connection:
    """Raises apsw.CantOpenError where there is no file, NewerData."""
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY, statementcachesize=200)
    connection.set_busy_timeout(_BUSY_MS)
    connection.execute(f"PRAGMA cache_size = {-_CACHE_KIB}")
    return connection


def open_writer(path: Path, *, create: bool = False) -> apsw.Connection:
    """Raises apsw.CantOpenError where there is no file and none is to be created, NewerData, StorageFull."""
    flags = apsw.SQLITE_OPEN_READWRITE | (apsw.SQLITE_OPEN_CREATE if create else 0)
    with full_disk_told():
        connection = apsw.Connection(str(path), flags=flags, statementcachesize=200)
        connection.set_busy_timeout(_BUSY_MS)
        for name, value in (
            ("journal_mode", "WAL"),
            ("synchronous", "FULL"),
            ("cache_size", -4 * _CACHE_KIB),
            ("temp_store", "MEMORY"),
        ):
            connection.execute(f"PRAGMA {name} = {value}")
        migrate.bring_up_to_date(connection)
    return connection


@contextmanager
def full_disk_told() -> Iterator[None]:
    """Raises StorageFull where the disk, or the file's limit, is used up or cannot be written."""
    try:
        yield
    except (apsw.FullError, apsw.IOError) as error:
        raise StorageFull(f"the disk refused a write ({error}): nothing was stored") from error
    except OSError as error:
        if error.errno in _FULL:
            raise StorageFull(f"the disk refused a write ({error}): nothing was stored") from error
        raise


@contextmanager
def savepoint(connection: apsw.Connection) -> Iterator[None]:
    """All of it or nothing, within a transaction. Where SQLite has given the whole transaction up, as it does when the
    disk is full, there is nothing to go back to."""
    connection.execute("SAVEPOINT here")
    try:
        yield
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK TO here")
            connection.execute("RELEASE here")
        raise
    connection.execute("RELEASE here")
