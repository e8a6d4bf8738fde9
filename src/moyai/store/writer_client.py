"""The writer of another process, asked over its socket."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Sequence
from pathlib import Path

import msgspec

from moyai.errors import BadRequestData, Unavailable
from moyai.model.change import Outcome, Write
from moyai.store import wire

_LOST = "the writer was gone before it answered: whether the change was made is not known; look, then try again"


class RemoteWriter:
    """Connects when first asked, and again after the connection was lost. Used within one event loop.

    Nothing is asked twice: an answer that was lost with the writer is Unavailable, for the asker alone knows whether
    it may ask again.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._numbers = itertools.count(1)
        self._line: _Line | None = None
        self._connecting = asyncio.Lock()

    async def close(self) -> None:
        if self._line is not None:
            await self._line.close()

    async def write(self, write: Write) -> Sequence[Outcome]:
        answer = await self._ask(wire.Store(write))
        return answer.outcomes

    async def create_tenant(self, tenant: str) -> bool:
        answer = await self._ask(wire.CreateTenant(tenant))
        return answer.created

    async def remove_tenant(self, tenant: str) -> None:
        await self._ask(wire.RemoveTenant(tenant))

    async def prepare_tenant(self, tenant: str) -> None:
        await self._ask(wire.PrepareTenant(tenant))

    async def _ask(
        self, wanted: wire.Store | wire.CreateTenant | wire.RemoveTenant | wire.PrepareTenant
    ) -> wire.Answer:
        """Raises what the writer raised, Unavailable and BadRequestData."""
        number = next(self._numbers)
        body = wire.frame(_encoded(wire.Request(number, wanted)))
        line = await self._connected()
        answer = await line.ask(number, body)
        error = wire.error_of(answer)
        if error is not None:
            raise error
        return answer

    async def _connected(self) -> _Line:
        async with self._connecting:
            if self._line is None or self._line.is_lost:
                self._line = await _connect(self._path)
            return self._line


def _encoded(request: wire.Request) -> bytes:
    """Raises BadRequestData."""
    try:
        return wire.encode(request)
    except OverflowError as error:
        raise BadRequestData("an integer is outside -2^63 … 2^64-1, which is more than is kept exactly") from error


async def is_running(path: Path) -> bool:
    """Whether a writer listens there."""
    try:
        line = await _connect(path)
    except Unavailable:
        return False
    await line.close()
    return True


async def _connect(path: Path) -> _Line:
    try:
        with wire.short(path) as name:
            incoming, outgoing = await asyncio.open_unix_connection(name)
    except OSError as error:
        raise Unavailable("the writer is not running: nothing was stored; try again shortly") from error
    return _Line(incoming, outgoing)


class _Line:
    """One connection, with the questions that wait for their answers."""

    def __init__(self, incoming: asyncio.StreamReader, outgoing: asyncio.StreamWriter) -> None:
        self._incoming = incoming
        self._outgoing = outgoing
        self._waiting: dict[int, asyncio.Future[wire.Answer]] = {}
        self._listening = asyncio.create_task(self._listen())
        self.is_lost = False

    async def ask(self, number: int, body: bytes) -> wire.Answer:
        """Raises Unavailable."""
        if self.is_lost:
            raise Unavailable(_LOST)
        answer: asyncio.Future[wire.Answer] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        try:
            self._outgoing.write(body)
            await self._outgoing.drain()
        except ConnectionError:
            self._lose()
        try:
            return await answer
        finally:
            self._waiting.pop(number, None)

    async def close(self) -> None:
        self._listening.cancel()
        self._outgoing.close()
        await asyncio.gather(self._listening, return_exceptions=True)

    async def _listen(self) -> None:
        try:
            while (body := await wire.read_frame(self._incoming)) is not None:
                answer = wire.decode_answer(body)
                waiting = self._waiting.get(answer.number)
                if waiting is not None and not waiting.done():
                    waiting.set_result(answer)
        except (ConnectionError, msgspec.MsgspecError):
            pass  # told below to all who wait
        finally:
            self._lose()

    def _lose(self) -> None:
        self.is_lost = True
        self._outgoing.close()
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(Unavailable(_LOST))
