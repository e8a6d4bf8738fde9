"""One supervisor and its few processes: start in order, restart what dies, stop in the reverse order."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import fcntl
import logging
import os
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from moyai.errors import Error, Unavailable

log = logging.getLogger(__name__)

_STOP_WITHIN = 10.0
"""Seconds that a process has to finish what it began."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 10.0
"""Seconds between a process's death and its restart, doubled each time."""
_STEADY_AFTER = 30.0
"""Seconds after which a process counts as well, and its next pause is the first again."""


@dataclass
class Process:
    """One child: ``python -m moyai serve NAME``."""

    name: str
    ready: Callable[[], Awaitable[bool]] | None = None
    """Asked until it says yes before the next process is started; ``None``: not waited for."""
    once: bool = False
    """Runs to its end before the next process is started, and is not restarted."""
    running: asyncio.subprocess.Process | None = field(default=None, init=False)


class Supervisor:
    """Runs processes until a signal, or until one cannot be started at all."""

    def __init__(self, processes: Sequence[Process]) -> None:
        self._processes = processes
        self._stopping = asyncio.Event()

    async def run(self, started: Callable[[], Awaitable[None]]) -> None:
        """``started`` is called once all are ready. Returns after a clean stop; raises Unavailable."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._stopping.set)
        watchers: list[asyncio.Task[None]] = []
        try:
            for process in self._processes:
                if self._stopping.is_set():
                    return
                await self._start(process)
                if process.once:
                    await self._wait_until_done(process)
                    continue
                watchers.append(asyncio.create_task(self._keep(process)))
                await self._wait_until_ready(process)
            if self._stopping.is_set():
                return
            await started()
            await self._stopping.wait()
        finally:
            self._stopping.set()
            await self._stop_all(watchers)

    async def _start(self, process: Process) -> None:
        arguments = [sys.executable, "-m", "moyai", "serve", process.name, "--parent", str(os.getpid())]
        # A session of its own: Ctrl-C in the terminal reaches the supervisor alone, which stops the rest in order.
        process.running = await asyncio.create_subprocess_exec(*arguments, start_new_session=True)

    async def _wait_until_ready(self, process: Process) -> None:
        """Raises Unavailable where the process ends instead. Returns early when the stop is asked for."""
        while process.ready is not None and not self._stopping.is_set() and not await process.ready():
            if process.running is None or process.running.returncode is not None:
                raise Unavailable(f"{process.name} could not be started; the reason is above")
            await _happens_within(self._stopping, 0.02)

    async def _wait_until_done(self, process: Process) -> None:
        """Raises Unavailable where the process fails. Stops it when the stop is asked for."""
        assert process.running is not None
        done = asyncio.create_task(process.running.wait())
        stopped = asyncio.create_task(self._stopping.wait())
        await asyncio.wait({done, stopped}, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        if self._stopping.is_set():
            await _stop(process)
        if await done and not self._stopping.is_set():
            raise Unavailable(f"{process.name} failed; the reason is above")

    async def _keep(self, process: Process) -> None:
        """Restart the process whenever it ends, until the stop."""
        loop = asyncio.get_running_loop()
        pause = _FIRST_PAUSE
        while process.running is not None:
            began = loop.time()
            status = await process.running.wait()
            if self._stopping.is_set():
                return
            if loop.time() - began > _STEADY_AFTER:
                pause = _FIRST_PAUSE
            log.error("%s ended with status %s; restarting it in %.1f s", process.name, status, pause)
            if await _happens_within(self._stopping, pause):
                return
            pause = min(pause * 2, _LONGEST_PAUSE)
            await self._start(process)

    async def _stop_all(self, watchers: Sequence[asyncio.Task[None]]) -> None:
        for process in reversed(self._processes):
            await _stop(process)
        for watcher in watchers:
            await watcher


async def _stop(process: Process) -> None:
    running = process.running
    if running is None or running.returncode is not None:
        return
    running.terminate()
    try:
        await asyncio.wait_for(running.wait(), _STOP_WITHIN)
    except TimeoutError:
        log.error("%s did not stop within %.0f s and is killed", process.name, _STOP_WITHIN)
        running.kill()
        await running.wait()


async def _happens_within(event: asyncio.Event, seconds: float) -> bool:
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return False
    return True


def run_until_signal(work: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine that goes on until SIGINT or SIGTERM cancels it."""

    async def cancellable() -> None:
        task = asyncio.ensure_future(work)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, task.cancel)
        with contextlib.suppress(asyncio.CancelledError):
            await task

    asyncio.run(cancellable())


_PR_SET_PDEATHSIG = 1


def end_with_parent(parent: int | None) -> None:
    """Have the kernel send SIGTERM to this process when ``parent``, which started it, is gone, however it went."""
    if parent is None or sys.platform != "linux":
        return
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGTERM)


class AlreadyRunning(Error):
    """この data フォルダでは Moyai がすでに動いています。"""


def hold(path: Path) -> int:
    """Hold a lock file for as long as this process lives; raises AlreadyRunning where another one holds it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(descriptor)
        raise AlreadyRunning from error
    return descriptor


def port_is_free(host: str, port: int) -> bool:
    """Whether a server could listen there now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True
