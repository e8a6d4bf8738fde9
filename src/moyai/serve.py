"""The only place that builds things: which store, which rights, which broker, and what answers on the port."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import os
import threading
from datetime import UTC, datetime
from typing import cast

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from moyai import broker, logs, prepare, processes, settings, store
from moyai.api.app import Api
from moyai.broker import Broker
from moyai.door import Door
from moyai.errors import Error, Unavailable
from moyai.ld import compact
from moyai.model.ports import Rights, Store
from moyai.settings import Settings
from moyai.store.rights import DevelopmentRights, OfficeRights
from moyai.web import asgi, reply
from moyai.web.asgi import Application, Receive, Scope, Send

log = logging.getLogger(__name__)


def now() -> str:
    """ISO 8601 in UTC with milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


# ── the platform ────────────────────────────────────────────────────────────────────────────────────────────────────


def open_store(using: Settings, *, alone: bool = False) -> Store:
    """The tenants' files: read here, and written by the writer process, or with ``alone`` by this one."""
    if alone:
        return store.open_local_store(using.tenants, render=compact.render)
    return store.open_store(using.tenants, writer_socket=using.writer_socket)


def open_rights(using: Settings, worker: str) -> Rights:
    rights = OfficeRights(
        using.office_database,
        counters=using.run / "counters",
        worker=worker,
        anonymous_per_minute=using.rate_anonymous,
    )
    return DevelopmentRights(rights) if using.development else rights


def open_broker(using: Settings, worker: str, *, alone: bool = False) -> Broker:
    """``worker`` tells this process's counters from those of others."""
    return broker.build(
        open_store(using, alone=alone), open_rights(using, worker), now, implicit_tenants=using.development
    )


async def run_writer(using: Settings) -> None:
    """The writer process: owns every tenant's file for writing, until it is cancelled."""
    await store.serve_writer(using.tenants, using.writer_socket, render=compact.render)


async def writer_is_running(using: Settings) -> bool:
    return await store.writer_is_running(using.writer_socket)


async def _wait_for_writer(using: Settings) -> None:
    """Raises Unavailable where none answers within ten seconds."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + 10
    while not await writer_is_running(using):
        if loop.time() > deadline:
            raise Unavailable("書き込みプロセスが応答しません。ログを確かめてください。")
        await asyncio.sleep(0.02)


# ── the office ──────────────────────────────────────────────────────────────────────────────────────────────────────


def open_office(using: Settings, *, alone: bool = False) -> None:
    """Make Django ready in this process, with the platform behind its door."""
    import django

    from moyai.office import settings as office_settings
    from moyai.office.base import broker as door

    office_settings.adopt()
    django.setup()
    door.connect(Door(lambda: open_broker(using, f"office-{os.getpid()}", alone=alone)))


def prepare_office(using: Settings, progress: prepare.Progress) -> None:
    """Before anyone is answered. The writer may be starting beside it, and is waited for when it is needed."""
    open_office(using)
    prepare.migrate_office()
    asyncio.run(_wait_for_writer(using))
    prepare.finish_what_a_crash_left()
    prepare.load_sample(using, progress)
    prepare.write_welcome(using)


def run_jobs(using: Settings) -> None:
    """The job worker: imports and other long work, and the region's figures kept up with the data."""
    open_office(using)
    from moyai.office import jobs

    jobs.run()


# ── what answers on the port ────────────────────────────────────────────────────────────────────────────────────────


def application() -> Application:
    """The ASGI application of an HTTP worker: the platform at once, the office when Django has loaded."""
    parent = multiprocessing.parent_process()
    processes.end_with_parent(parent.pid if parent else None)
    using = settings.current()
    logs.configure(using)
    return Server(using)


class Server:
    def __init__(self, using: Settings) -> None:
        self._settings = using
        self._office: Application | None = None
        self._office_loaded = asyncio.Event()
        self._api: Api | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        self._start()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})

    def _start(self) -> None:
        using = self._settings
        self._api = Api(
            open_broker(using, worker=f"http-{os.getpid()}"),
            body_limit=using.body_limit,
            trusted_proxies=using.trusted_proxies,
        )
        loop = asyncio.get_running_loop()
        threading.Thread(target=self._load_office, args=(loop,), name="office-loader", daemon=True).start()

    def _load_office(self, loop: asyncio.AbstractEventLoop) -> None:
        open_office(self._settings)
        from moyai.office.asgi import application as office

        self._office = cast(Application, office)
        loop.call_soon_threadsafe(self._office_loaded.set)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        assert self._api is not None
        if path.startswith("/ngsi-ld/"):
            await self._api(scope, receive, send)
        elif path == "/healthz":
            await asgi.send_reply(reply.text("ok\n"), send)
        elif path == "/readyz":
            await asgi.send_reply(await self._readiness(), send)
        else:
            await self._office_loaded.wait()
            assert self._office is not None
            await self._office(scope, receive, send)

    async def _readiness(self) -> reply.Reply:
        """503 with the names of what is missing, until platform, writer and office all answer."""
        assert self._api is not None
        missing = []
        if not self._office_loaded.is_set():
            missing.append("office")
        if not await writer_is_running(self._settings):
            missing.append("writer")
        try:
            await self._api.broker.store.tenants()
        except Error as error:
            missing.append(f"store: {error.detail}")
        return reply.as_json({"ready": not missing, "missing": missing}, 503 if missing else 200)


def _server_level(using: Settings) -> LogLevels:
    """The server's own lines: only what went wrong, unless the settings ask for more than info."""
    return LogLevels.debug if using.log_level == "debug" else LogLevels.warning


def run_http(using: Settings) -> None:
    """The HTTP workers, until a signal."""
    server = Granian(
        "moyai.serve:application",
        factory=True,
        address=using.host,
        port=using.port,
        interface=Interfaces.ASGI,
        workers=using.workers,
        respawn_failed_workers=True,
        respawn_interval=0.5,
        workers_kill_timeout=5,
        websockets=False,
        backlog=2048,
        log_level=_server_level(using),
    )
    server.serve()
