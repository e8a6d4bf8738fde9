"""The store over one SQLite file a tenant: reads here, writes by the one writer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Protocol, TypeVar

from moyai.errors import BadRequestData
from moyai.model.change import Outcome, Write
from moyai.model.ports import Selection, StoredEntity
from moyai.model.query import Access, Query
from moyai.query import moments
from moyai.store import compile as sql
from moyai.store import folder
from moyai.store.reading import Reader, Readers, TookTooLong

T = TypeVar("T")

_THREADS = 4
_AT_ONCE_SECONDS = 0.001
"""What a query may take in the event loop before it is sent to a thread."""
_SECONDS_AT_MOST = 30.0


class Writer(Protocol):
    """Who writes: in this process, or another one behind a socket."""

    async def write(self, write: Write) -> Sequence[Outcome]: ...

    async def create_tenant(self, tenant: str) -> bool: ...

    async def remove_tenant(self, tenant: str) -> None: ...

    async def prepare_tenant(self, tenant: str) -> None:
        """Bring the tenant's file to this program's schema."""
        ...

    async def close(self) -> None: ...


class SqliteStore:
    """``model.ports.Store``."""

    def __init__(self, tenants: Path, writer: Writer) -> None:
        self._folder = tenants
        self._writer = writer
        self._readers = Readers(tenants)
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="store")

    async def close(self) -> None:
        await self._writer.close()
        self._threads.shutdown()
        self._readers.close()

    async def tenants(self) -> list[str]:
        return folder.names(self._folder)

    async def create_tenant(self, tenant: str) -> bool:
        return await self._writer.create_tenant(tenant)

    async def remove_tenant(self, tenant: str) -> None:
        await self._writer.remove_tenant(tenant)

    async def write(self, write: Write) -> Sequence[Outcome]:
        return await self._writer.write(write)

    async def entity(self, tenant: str, id: str, access: Access) -> StoredEntity | None:
        with self._readers.borrow(tenant) as reader:
            if reader.is_outdated:
                await self._writer.prepare_tenant(tenant)
            found = reader.entity(id, moments.now)
        return found if found is not None and access.allows(found.collection) else None

    async def select(self, tenant: str, query: Query, access: Access) -> Selection:
        now = moments.now()
        page = sql.page(query, access, now)
        count = sql.count(query, access, now) if query.page.count else None
        return await self._read(tenant, lambda reader: reader.selection(page, count))

    async def position(self, tenant: str) -> int:
        return await self._read(tenant, Reader.position)

    async def _read(self, tenant: str, work: Callable[[Reader], T]) -> T:
        """At once where it is quick, else on a thread."""
        with self._readers.borrow(tenant) as reader:
            if reader.is_outdated:
                await self._writer.prepare_tenant(tenant)
            try:
                return reader.within(_AT_ONCE_SECONDS, work)
            except TookTooLong:
                return await self._on_thread(reader, work)

    async def _on_thread(self, reader: Reader, work: Callable[[Reader], T]) -> T:
        loop = asyncio.get_running_loop()
        running = loop.run_in_executor(self._threads, reader.within, _SECONDS_AT_MOST, work)
        try:
            return await asyncio.shield(running)
        except asyncio.CancelledError:
            # The asker is gone, but the reader is given back only when the thread has let go of it.
            reader.stop()
            await asyncio.wait([running])
            raise
        except TookTooLong as error:
            raise BadRequestData(f"the query takes more than {_SECONDS_AT_MOST:.0f} seconds: narrow it") from error
