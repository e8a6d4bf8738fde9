"""Entities, kept: one SQLite file a tenant, and one process that writes them all."""

from __future__ import annotations

from pathlib import Path

from moyai.model.ports import Render
from moyai.store import writer_client, writer_server
from moyai.store.sqlite import SqliteStore
from moyai.store.writer import LocalWriter


def open_store(tenants: Path, *, writer_socket: Path) -> SqliteStore:
    """The store of a process that is not the writer: reads the files, and asks the writer to write."""
    return SqliteStore(tenants, writer_client.RemoteWriter(writer_socket))


def open_local_store(tenants: Path, *, render: Render) -> SqliteStore:
    """The store with the writer in this process: for commands while no server runs, and for tests.

    Raises Unavailable where another process is the writer.
    """
    return SqliteStore(tenants, LocalWriter(tenants, render))


async def serve_writer(tenants: Path, socket: Path, *, render: Render) -> None:
    """Be the writer, until cancelled. Raises Unavailable where another process is."""
    await writer_server.serve(tenants, socket, render=render)


async def writer_is_running(socket: Path) -> bool:
    """Whether a writer answers at that socket, however long its path is."""
    return await writer_client.is_running(socket)
