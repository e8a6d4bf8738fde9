"""Entities, kept: one SQLite file a tenant."""

from __future__ import annotations

from pathlib import Path

from moyai.model.ports import Render
from moyai.store.sqlite import SqliteStore
from moyai.store.writer import LocalWriter


def open_local_store(tenants: Path, *, render: Render) -> SqliteStore:
    """The store with the writer in this process: for commands while no server runs, and for tests.

    Raises Unavailable where another process is the writer.
    """
    return SqliteStore(tenants, LocalWriter(tenants, render))
