"""Copies of databases, taken while they are in use."""

from __future__ import annotations

import os
from pathlib import Path

import apsw

from moyai.errors import BadRequestData
from moyai.store.connection import full_disk_told

_BUSY_MS = 5_000


def copy(source: Path, destination: Path) -> None:
    """One transaction's state of a database, as one whole file that is on the disk when this returns.

    Nobody who writes is kept waiting. Raises BadRequestData where the source is no database or the copy is not sound,
    StorageFull, FileNotFoundError; then there is no file at the destination.
    """
    if not source.exists():
        raise FileNotFoundError(source)
    draft = destination.with_name(destination.name + ".draft")
    try:
        with full_disk_told():
            _copy(source, draft)
            check(draft)
            _sync(draft)
            draft.rename(destination)
            _sync(destination.parent)
    finally:
        for ending in ("", "-journal", "-wal", "-shm"):
            draft.with_name(draft.name + ending).unlink(missing_ok=True)


def check(path: Path) -> None:
    """Raises BadRequestData with what is wrong, where a database is not sound."""
    try:
        connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
        try:
            found = [row[0] for row in connection.execute("PRAGMA integrity_check")]
        finally:
            connection.close()
    except (apsw.NotADBError, apsw.CorruptError) as error:
        raise BadRequestData(f"{path} is no sound database: {error}") from error
    if found != ["ok"]:
        raise BadRequestData(f"{path} is no sound database: {'; '.join(map(str, found[:5]))}")


def _copy(source: Path, draft: Path) -> None:
    draft.unlink(missing_ok=True)
    reading = apsw.Connection(str(source), flags=apsw.SQLITE_OPEN_READONLY)
    writing = apsw.Connection(str(draft))
    try:
        reading.set_busy_timeout(_BUSY_MS)
        with writing.backup("main", reading, "main") as backup:
            # All in one step: a backup in several begins again whenever somebody has written.
            backup.step(-1)
        # A file that needs no other beside it.
        writing.execute("PRAGMA journal_mode = DELETE")
    except (apsw.NotADBError, apsw.CorruptError) as error:
        raise BadRequestData(f"{source} is no sound database: {error}") from error
    finally:
        writing.close()
        reading.close()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
