"""The one writer: owns every tenant's file for writing. Requests that wait for a tenant share its next commit."""

from __future__ import annotations

import asyncio
import fcntl
import logging
import os
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import apsw

from moyai.errors import Error, NonexistentTenant, Unavailable
from moyai.model.change import Outcome, Write
from moyai.model.ports import Render
from moyai.store import folder
from moyai.store.writing import Result, TenantWriter

log = logging.getLogger(__name__)

T = TypeVar("T")

_THREADS = 4
"""Tenants that are written at the same time: one waits for the disk while another computes."""
_TOGETHER = 64
"""Requests that share a commit."""
_OPEN_AT_MOST = 64
"""Tenants whose files are kept open for writing."""


class Lock:
    """Held by the only process that may write under a folder of tenants, for as long as it lives."""

    def __init__(self, tenants: Path) -> None:
        """Raises Unavailable where another process holds it."""
        run = tenants.parent / "run"
        run.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._descriptor = os.open(run / "writer.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(self._descriptor)
            raise Unavailable(
                f"another process is writing under {tenants}: let it do the work, or stop it first"
            ) from error

    def release(self) -> None:
        os.close(self._descriptor)


class LocalWriter:
    """The writer in this process. Its methods are called in one event loop."""

    def __init__(self, tenants: Path, render: Render) -> None:
        """Raises Unavailable where another process is the writer."""
        self._lock = Lock(tenants)
        self._folder = tenants
        self._render = render
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="writer")
        self._desks: OrderedDict[str, _Desk] = OrderedDict()

    async def close(self) -> None:
        """After what has been asked for is done."""
        while self._desks:
            _, desk = self._desks.popitem()
            await desk.finish()
        self._threads.shutdown()
        self._lock.release()

    async def write(self, write: Write) -> Sequence[Outcome]:
        result = await (await self._desk(write.tenant)).write(write)
        if isinstance(result, Error):
            raise result
        return result

    async def create_tenant(self, tenant: str) -> bool:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, folder.create, self._folder, tenant)

    async def remove_tenant(self, tenant: str) -> None:
        desk = self._at(tenant)
        await desk.alone(lambda: desk.remove(self._folder))

    async def prepare_tenant(self, tenant: str) -> None:
        desk = await self._desk(tenant)
        await desk.alone(desk.open)

    async def _desk(self, tenant: str) -> _Desk:
        desk = self._at(tenant)
        self._desks.move_to_end(tenant)
        if len(self._desks) > _OPEN_AT_MOST:
            oldest = next((name for name, each in self._desks.items() if each.is_idle and each is not desk), None)
            if oldest is not None:
                await self._desks.pop(oldest).finish()
        return desk

    def _at(self, tenant: str) -> _Desk:
        desk = self._desks.get(tenant)
        if desk is None:
            path = folder.path(self._folder, tenant)
            desk = self._desks[tenant] = _Desk(path, self._render, self._threads)
        return desk


class _Desk:
    """The queue before one tenant's file."""

    def __init__(self, path: Path, render: Render, threads: ThreadPoolExecutor) -> None:
        self._path = path
        self._render = render
        self._threads = threads
        self._waiting: deque[tuple[Write, asyncio.Future[Result]]] = deque()
        self._turn = asyncio.Lock()
        self._serving: asyncio.Task[None] | None = None
        self._file: TenantWriter | None = None

    @property
    def is_idle(self) -> bool:
        return self._serving is None and not self._turn.locked()

    async def write(self, write: Write) -> Result:
        answer: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((write, answer))
        if self._serving is None:
            # A task of its own: who asked first may go away before the others are served.
            self._serving = asyncio.create_task(self._serve())
        return await answer

    async def finish(self) -> None:
        """Close the file when all that wait are served."""
        while self._serving is not None:
            await self._serving
        await self.alone(self.close)

    async def alone(self, work: Callable[[], T]) -> T:
        """On a thread, with nobody writing meanwhile."""
        async with self._turn:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    async def _serve(self) -> None:
        """Until nobody waits."""
        while self._waiting:
            group = [self._waiting.popleft() for _ in range(min(_TOGETHER, len(self._waiting)))]
            results = await self._results([write for write, _ in group])
            for (_, answer), result in zip(group, results, strict=True):
                if not answer.done():
                    answer.set_result(result)
        self._serving = None

    async def _results(self, writes: Sequence[Write]) -> Sequence[Result]:
        try:
            return await self.alone(lambda: self.open().run(writes))
        except Error as error:
            return [error] * len(writes)
        except Exception as error:
            log.exception("the writer of %s failed", self._path)
            return [Unavailable(f"the write failed: {type(error).__name__}")] * len(writes)

    def open(self) -> TenantWriter:
        """Raises NonexistentTenant, NewerData, StorageFull."""
        if self._file is None:
            try:
                self._file = TenantWriter(self._path, self._render)
            except apsw.CantOpenError as error:
                raise NonexistentTenant(f"there is no tenant '{self._path.stem}'") from error
        return self._file

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def remove(self, tenants: Path) -> None:
        self.close()
        folder.remove(tenants, self._path.stem)
