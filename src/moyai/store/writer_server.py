"""The writer as a process: answers on a Unix socket."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from pathlib import Path

import msgspec

from moyai.errors import Error, Unavailable
from moyai.model.ports import Render
from moyai.store import wire
from moyai.store.sqlite import Writer
from moyai.store.writer import LocalWriter

log = logging.getLogger(__name__)

_BACKLOG = 128
_UNANSWERED_AT_MOST = 256
"""Requests of one connection that are under way; what comes after waits in the socket."""


async def serve(tenants: Path, path: Path, *, render: Render) -> None:
    """Own the folder and answer until cancelled; then finish what has begun.

    Raises Unavailable where another process is the writer.
    """
    writer = LocalWriter(tenants, render)
    try:
        # The lock is ours, so whatever stands at the path is of a writer that is no more.
        listening = _listen(path)
        connections = _Connections(writer)
        server = await asyncio.start_unix_server(connections.accept, sock=listening)
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            server.close()
            path.unlink(missing_ok=True)
            await connections.finish()
    finally:
        await writer.close()


def _listen(path: Path) -> socket.socket:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    mask = os.umask(0o177)
    try:
        with wire.short(path) as name:
            listening.bind(name)
    finally:
        os.umask(mask)
    listening.listen(_BACKLOG)
    listening.setblocking(False)
    return listening


class _Connections:
    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._open: set[asyncio.Task[None]] = set()

    async def accept(self, incoming: asyncio.StreamReader, outgoing: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        try:
            await _Connection(self._writer, incoming, outgoing).serve()
        except (ConnectionError, msgspec.MsgspecError) as error:
            log.warning("a connection to the writer ended: %s", error)
        except asyncio.CancelledError:
            log.debug("a connection to the writer is closed")
        finally:
            self._open.discard(task)
            outgoing.close()

    async def finish(self) -> None:
        """Read no more; answer what has been read."""
        tasks = list(self._open)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class _Connection:
    def __init__(self, writer: Writer, incoming: asyncio.StreamReader, outgoing: asyncio.StreamWriter) -> None:
        self._writer = writer
        self._incoming = incoming
        self._outgoing = outgoing
        self._room = asyncio.Semaphore(_UNANSWERED_AT_MOST)
        self._under_way: set[asyncio.Task[None]] = set()

    async def serve(self) -> None:
        try:
            while (body := await wire.read_frame(self._incoming)) is not None:
                await self._room.acquire()
                task = asyncio.create_task(self._answer(wire.decode_request(body)))
                self._under_way.add(task)
                task.add_done_callback(self._done)
        finally:
            if self._under_way:
                await asyncio.wait(set(self._under_way))

    def _done(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        self._room.release()

    async def _answer(self, request: wire.Request) -> None:
        answer = await self._carry_out(request)
        if self._outgoing.is_closing():
            return
        self._outgoing.write(wire.frame(wire.encode(answer)))
        try:
            await self._outgoing.drain()
        except ConnectionError:
            log.warning("the asker was gone before the answer to request %d", request.number)

    async def _carry_out(self, request: wire.Request) -> wire.Answer:
        number = request.number
        try:
            match request.wanted:
                case wire.Store(write=write):
                    return wire.Answer(number=number, outcomes=tuple(await self._writer.write(write)))
                case wire.CreateTenant(tenant=tenant):
                    return wire.Answer(number=number, created=await self._writer.create_tenant(tenant))
                case wire.RemoveTenant(tenant=tenant):
                    await self._writer.remove_tenant(tenant)
                case wire.PrepareTenant(tenant=tenant):
                    await self._writer.prepare_tenant(tenant)
        except Error as error:
            return wire.Answer(number=number, error=type(error).__name__, detail=error.detail)
        except Exception as error:
            log.exception("the writer could not answer a request")
            return wire.Answer(number=number, error=Unavailable.__name__, detail=f"the writer failed: {error}")
        return wire.Answer(number=number)
