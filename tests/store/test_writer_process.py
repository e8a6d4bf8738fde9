"""The writer as a process of its own, asked over its socket; and what is left when it is killed."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import struct
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest

from moyai import store
from moyai.errors import AlreadyExists, BadRequestData, NonexistentTenant, PayloadTooLarge, Unavailable
from moyai.model.change import Create, Delete, Write
from moyai.model.query import EVERYTHING
from moyai.store import migrate, wire
from moyai.store.sqlite import SqliteStore
from store.samples import AT, TENANT, entity, render, uri

TESTS = Path(__file__).parent.parent
SCRIPT = Path(__file__).parent / "writing_process.py"


def write(*names: str, tenant: str = TENANT) -> Write:
    return Write(tenant=tenant, operations=tuple(Create(entity=entity(name)) for name in names), at=AT)


@asynccontextmanager
async def serving(folder: Path, socket: Path) -> AsyncIterator[SqliteStore]:
    """A writer in this process, and a store that asks it over its socket."""
    task = asyncio.create_task(store.serve_writer(folder, socket, render=render))
    while not await store.writer_is_running(socket):
        assert not task.done(), task.exception()
        await asyncio.sleep(0)
    client = store.open_store(folder, writer_socket=socket)
    try:
        yield client
    finally:
        await client.close()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def with_writer(folder: Path, work: Callable[[SqliteStore], Awaitable[None]], socket: Path | None = None) -> None:
    async def run() -> None:
        async with serving(folder / "tenants", socket or folder / "run" / "writer.sock") as client:
            await client.create_tenant(TENANT)
            await work(client)

    asyncio.run(run())


def test_a_store_asks_the_writer_for_every_change(tmp_path: Path) -> None:
    async def work(client: SqliteStore) -> None:
        assert not await client.create_tenant(TENANT)
        outcomes = await client.write(write("a", "a"))
        assert [each.error for each in outcomes] == ["", "AlreadyExists"]
        assert await client.entity(TENANT, uri("a"), EVERYTHING) is not None
        await client.remove_tenant(TENANT)
        assert await client.tenants() == []

    with_writer(tmp_path, work)


def test_the_writers_errors_arrive_as_they_were_raised(tmp_path: Path) -> None:
    async def work(client: SqliteStore) -> None:
        with pytest.raises(NonexistentTenant, match="300004"):
            await client.write(write("a", tenant="300004"))
        with pytest.raises(BadRequestData, match="no tenant name"):
            await client.create_tenant("../x")

    with_writer(tmp_path, work)


def test_an_integer_that_cannot_be_kept_is_refused(tmp_path: Path) -> None:
    async def work(client: SqliteStore) -> None:
        too_large = Create(entity=entity("a", capacity=2**64))
        with pytest.raises(BadRequestData, match="integer"):
            await client.write(Write(tenant=TENANT, operations=(too_large,), at=AT))
        await client.write(write("a"))

    with_writer(tmp_path, work)


def test_many_requests_are_under_way_on_one_connection(tmp_path: Path) -> None:
    async def work(client: SqliteStore) -> None:
        results = await asyncio.gather(*[client.write(write(str(n))) for n in range(600)])
        assert all(outcome.created for (outcome,) in results)

    with_writer(tmp_path, work)


def test_a_socket_may_be_deep_in_the_tree(tmp_path: Path) -> None:
    async def work(client: SqliteStore) -> None:
        await client.write(write("a"))

    socket = tmp_path / ("deep" * 30) / "writer.sock"
    assert len(str(socket)) > 108
    with_writer(tmp_path, work, socket)


def test_only_the_owner_may_ask(tmp_path: Path) -> None:
    async def work(client: SqliteStore) -> None:
        assert (tmp_path / "run" / "writer.sock").stat().st_mode & 0o777 == 0o600

    with_writer(tmp_path, work)


def test_a_second_writer_is_refused_and_the_first_goes_on(tmp_path: Path) -> None:
    async def work(client: SqliteStore) -> None:
        with pytest.raises(Unavailable, match="another process"):
            await store.serve_writer(tmp_path / "tenants", tmp_path / "run" / "writer.sock", render=render)
        await client.write(write("a"))

    with_writer(tmp_path, work)


@pytest.mark.parametrize(
    "garbage", [b"\xff\xff\xff\xff", struct.pack("!I", 3) + b"\xc1\xc1\xc1", b"\0\0", b"\0\0\0\x09abc"]
)
def test_garbage_ends_its_own_connection_alone(tmp_path: Path, garbage: bytes) -> None:
    async def work(client: SqliteStore) -> None:
        incoming, outgoing = await asyncio.open_unix_connection(str(tmp_path / "run" / "writer.sock"))
        outgoing.write(garbage)
        outgoing.write_eof()
        assert await incoming.read() == b""
        outgoing.close()
        await client.write(write("a"))

    with_writer(tmp_path, work)


def test_a_mistake_of_the_writers_is_unavailable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fails(*_: object) -> bool:
        raise RuntimeError("a mistake")

    async def work(client: SqliteStore) -> None:
        monkeypatch.setattr("moyai.store.writer.LocalWriter.create_tenant", fails)
        with pytest.raises(Unavailable, match="a mistake"):
            await client.create_tenant("300004")

    with_writer(tmp_path, work)


def test_an_error_of_a_later_version_is_unavailable() -> None:
    assert isinstance(wire.error_of(wire.Answer(number=1, error="Unheard")), Unavailable)
    assert isinstance(wire.error_of(wire.Answer(number=1, error="AlreadyExists")), AlreadyExists)
    assert wire.error_of(wire.Answer(number=1)) is None


def test_a_frame_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "_LONGEST", 3)
    with pytest.raises(PayloadTooLarge):
        wire.frame(b"1234")


def test_without_a_writer_reading_works_and_writing_says_why_not(tmp_path: Path) -> None:
    async def work(client: SqliteStore) -> None:
        await client.write(write("a"))

    async def after() -> None:
        socket = tmp_path / "run" / "writer.sock"
        assert not await store.writer_is_running(socket)
        client = store.open_store(tmp_path / "tenants", writer_socket=socket)
        assert await client.entity(TENANT, uri("a"), EVERYTHING) is not None
        with pytest.raises(Unavailable, match="not running"):
            await client.write(write("b"))
        await client.close()

    with_writer(tmp_path, work)
    asyncio.run(after())


def test_an_asker_that_leaves_before_the_answer_disturbs_nobody(tmp_path: Path) -> None:
    async def work(client: SqliteStore) -> None:
        _, outgoing = await asyncio.open_unix_connection(str(tmp_path / "run" / "writer.sock"))
        outgoing.write(wire.frame(wire.encode(wire.Request(1, wire.Store(write(*map(str, range(300))))))))
        await outgoing.drain()
        outgoing.transport.abort()
        await client.write(write("a"))
        assert await client.entity(TENANT, uri("a"), EVERYTHING) is not None

    with_writer(tmp_path, work)


def test_an_asker_may_give_up_waiting(tmp_path: Path) -> None:
    async def work(client: SqliteStore) -> None:
        tasks = [asyncio.create_task(client.write(write(str(n)))) for n in range(10)]
        await asyncio.sleep(0)
        tasks[3].cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        assert [isinstance(each, asyncio.CancelledError) for each in results].count(True) == 1
        await client.write(write("a"))

    with_writer(tmp_path, work)


def test_whoever_waits_for_a_writer_that_goes_is_told(tmp_path: Path) -> None:
    """A stand-in for a writer: takes a request and hangs up."""

    async def hang_up(incoming: asyncio.StreamReader, outgoing: asyncio.StreamWriter) -> None:
        await incoming.readexactly(8)
        outgoing.transport.abort()

    async def run() -> None:
        server = await asyncio.start_unix_server(hang_up, tmp_path / "s")
        client = store.open_store(tmp_path / "tenants", writer_socket=tmp_path / "s")
        for _ in range(2):
            with pytest.raises(Unavailable, match="not known"):
                await client.write(write("a"))
        await client.close()
        server.close()
        await server.wait_closed()

    asyncio.run(run())


def test_a_tenant_of_an_older_schema_is_brought_up_to_date_by_the_writer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def make(client: SqliteStore) -> None:
        await client.write(write("a"))

    async def look(client: SqliteStore) -> None:
        assert await client.entity(TENANT, uri("a"), EVERYTHING) is not None

    with_writer(tmp_path, make)
    steps = (*migrate.steps(), "CREATE TABLE more (x)")
    monkeypatch.setattr(migrate, "steps", lambda: steps)
    with_writer(tmp_path, look)


# ── killed ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@contextmanager
def writer_process(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    arguments = [sys.executable, str(SCRIPT), str(folder / "tenants"), str(folder / "run" / "writer.sock")]
    path = os.pathsep.join([str(TESTS), str(TESTS.parent / "src")])
    process = subprocess.Popen(arguments, env={"PYTHONPATH": path}, stdout=subprocess.PIPE)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


async def until_ready(folder: Path, process: subprocess.Popen[bytes]) -> None:
    while not await store.writer_is_running(folder / "run" / "writer.sock"):
        assert process.poll() is None
        await asyncio.sleep(0.01)


async def keep_writing(client: SqliteStore, names: Iterator[str], acknowledged: set[str]) -> None:
    """Until the writer is gone."""
    try:
        for name in names:
            (outcome,) = await client.write(write(name))
            assert outcome.created
            acknowledged.add(uri(name))
    except Unavailable:
        return


async def write_until_killed(folder: Path, turn: int, acknowledged: set[str]) -> None:
    with writer_process(folder) as process:
        await until_ready(folder, process)
        client = store.open_store(folder / "tenants", writer_socket=folder / "run" / "writer.sock")
        await client.create_tenant(TENANT)
        names = (f"{turn}-{n}" for n in range(1_000_000))
        writers = [asyncio.create_task(keep_writing(client, names, acknowledged)) for _ in range(8)]
        await asyncio.sleep(random.uniform(0.005, 0.25))
        process.send_signal(signal.SIGKILL)
        await asyncio.gather(*writers)
        await client.close()


def test_what_was_acknowledged_is_there_after_kill_9(tmp_path: Path) -> None:
    acknowledged: set[str] = set()
    for turn in range(12):
        asyncio.run(write_until_killed(tmp_path, turn, acknowledged))

    async def kept() -> set[str]:
        found = store.open_local_store(tmp_path / "tenants", render=render)
        ids = {each for each in acknowledged if await found.entity(TENANT, each, EVERYTHING) is not None}
        await found.close()
        return ids

    assert len(acknowledged) > 100
    assert asyncio.run(kept()) == acknowledged


def test_a_store_finds_the_next_writer_by_itself(tmp_path: Path) -> None:
    async def run() -> None:
        client = store.open_store(tmp_path / "tenants", writer_socket=tmp_path / "run" / "writer.sock")
        for name in ("a", "b"):
            with writer_process(tmp_path) as process:
                await until_ready(tmp_path, process)
                await client.create_tenant(TENANT)
                await client.write(write(name))
        with pytest.raises(Unavailable):
            await client.write(Write(tenant=TENANT, operations=(Delete(id=uri("a")),), at=AT))
        assert await client.entity(TENANT, uri("a"), EVERYTHING) is not None
        await client.close()

    asyncio.run(run())


def test_a_writer_that_is_stopped_answers_what_it_has_been_asked(tmp_path: Path) -> None:
    async def run() -> None:
        with writer_process(tmp_path) as process:
            await until_ready(tmp_path, process)
            client = store.open_store(tmp_path / "tenants", writer_socket=tmp_path / "run" / "writer.sock")
            await client.create_tenant(TENANT)
            answers = [asyncio.create_task(client.write(write(str(n)))) for n in range(20)]
            await answers[0]
            process.terminate()
            results = await asyncio.gather(*answers, return_exceptions=True)
            assert process.wait(10) == 0
            for n, result in enumerate(results):
                is_there = await client.entity(TENANT, uri(str(n)), EVERYTHING) is not None
                assert is_there or isinstance(result, Unavailable)
            await client.close()
        assert not (tmp_path / "run" / "writer.sock").exists()
        log = tmp_path / "tenants" / f"{TENANT}.sqlite3-wal"
        assert not log.exists() or log.stat().st_size == 0

    asyncio.run(run())
