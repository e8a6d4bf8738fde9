from __future__ import annotations

import asyncio
from pathlib import Path

import apsw
import pytest

from moyai import store
from moyai.errors import BadRequestData, NonexistentTenant, Unavailable
from moyai.model.change import Create, Upsert, Write
from moyai.model.query import EVERYTHING, Page, Query
from moyai.store.writing import TenantWriter
from store.keeper import Keeper
from store.samples import AT, TENANT, entity, render, uri


def test_tenants_come_and_go(keeper: Keeper) -> None:
    assert not keeper.run(keeper.store.create_tenant(TENANT))
    assert keeper.run(keeper.store.create_tenant("o-harbour"))
    assert keeper.run(keeper.store.tenants()) == [TENANT, "o-harbour"]
    keeper.write(Create(entity=entity("a")))
    assert keeper.entity(uri("a")) is not None
    keeper.run(keeper.store.remove_tenant(TENANT))
    keeper.run(keeper.store.remove_tenant(TENANT))
    assert keeper.run(keeper.store.tenants()) == ["o-harbour"]
    with pytest.raises(NonexistentTenant):
        keeper.entity(uri("a"))
    assert keeper.run(keeper.store.create_tenant(TENANT))
    assert keeper.entity(uri("a")) is None


@pytest.mark.parametrize("name", ["", "..", "a/b", "302041", "O-x", "o-", "３０２０４０"])
def test_a_name_that_can_be_no_tenants_makes_no_file(keeper: Keeper, name: str) -> None:
    before = sorted(path.name for path in keeper.folder.iterdir())
    with pytest.raises(BadRequestData):
        keeper.run(keeper.store.create_tenant(name))
    assert sorted(path.name for path in keeper.folder.iterdir()) == before


def test_a_folder_that_is_not_there_has_no_tenants(tmp_path: Path) -> None:
    async def names() -> list[str]:
        return await store.open_store(tmp_path / "nowhere", writer_socket=tmp_path / "s").tenants()

    assert asyncio.run(names()) == []


def test_files_that_are_no_tenants_are_not_named(keeper: Keeper) -> None:
    (keeper.folder / "notes.sqlite3").touch()
    assert keeper.run(keeper.store.tenants()) == [TENANT]


def test_what_a_removed_file_left_behind_is_not_taken_for_the_new_one(keeper: Keeper) -> None:
    keeper.run(keeper.store.remove_tenant(TENANT))
    keeper.file.with_name(keeper.file.name + "-wal").write_bytes(b"old")
    assert keeper.run(keeper.store.create_tenant(TENANT))
    assert keeper.ids() == []


def test_there_is_one_writer(keeper: Keeper) -> None:
    with pytest.raises(Unavailable, match="another process"):
        store.open_local_store(keeper.folder, render=render)


def test_the_next_writer_follows_when_one_has_ended(keeper: Keeper) -> None:
    keeper.write(Create(entity=entity("a")))
    keeper.reopen()
    keeper.write(Create(entity=entity("b")))
    assert keeper.ids() == ["a", "b"]


def test_after_a_clean_end_the_one_file_is_whole(keeper: Keeper, tmp_path: Path) -> None:
    keeper.write(Create(entity=entity("a")))
    assert keeper.ids() == ["a"]
    keeper.reopen()
    copied = tmp_path / "elsewhere.sqlite3"
    copied.write_bytes(keeper.file.read_bytes())
    connection = apsw.Connection(str(copied))
    assert connection.execute("SELECT uri FROM entity").fetchall() == [(uri("a"),)]
    connection.close()


def test_requests_that_wait_share_a_commit(keeper: Keeper, monkeypatch: pytest.MonkeyPatch) -> None:
    groups: list[int] = []
    run = TenantWriter.run

    def counted(self: TenantWriter, writes: list[Write]) -> object:
        groups.append(len(writes))
        return run(self, writes)

    monkeypatch.setattr(TenantWriter, "run", counted)

    async def together() -> None:
        writes = [Write(tenant=TENANT, operations=(Create(entity=entity(str(n))),), at=AT) for n in range(150)]
        await asyncio.gather(*[keeper.store.write(each) for each in writes])

    keeper.run(together())
    assert sum(groups) == 150 and len(groups) <= 6 and max(groups) <= 64
    assert len(keeper.ids()) == 150


def test_requests_of_one_caller_are_carried_out_in_order(keeper: Keeper) -> None:
    async def together() -> None:
        writes = [Write(tenant=TENANT, operations=(Create(entity=entity(f"{n:03}")),), at=AT) for n in range(100)]
        await asyncio.gather(*[keeper.store.write(each) for each in writes])

    keeper.run(together())
    assert keeper.ids() == [f"{n:03}" for n in range(100)]


def test_an_asker_that_gives_up_holds_nobody_up(keeper: Keeper) -> None:
    async def give_up() -> None:
        writes = [Write(tenant=TENANT, operations=(Create(entity=entity(str(n))),), at=AT) for n in range(20)]
        tasks = [asyncio.create_task(keeper.store.write(each)) for each in writes]
        await asyncio.sleep(0)
        for task in tasks[::2]:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        assert not any(isinstance(each, BaseException) for each in results[1::2])

    keeper.run(give_up())
    keeper.write(Create(entity=entity("after")))
    assert "after" in keeper.ids()


def test_a_reader_that_gives_up_leaves_the_file_usable(keeper: Keeper, monkeypatch: pytest.MonkeyPatch) -> None:
    keeper.write(*[Create(entity=entity(str(n))) for n in range(200)])
    monkeypatch.setattr("moyai.store.sqlite._AT_ONCE_SECONDS", -1.0)
    monkeypatch.setattr("moyai.store.reading._STEPS", 1)
    keeper.reopen()

    async def give_up() -> None:
        task = asyncio.create_task(keeper.store.select(TENANT, Query(page=Page(1000)), EVERYTHING))
        await asyncio.sleep(0)
        task.cancel()
        (result,) = await asyncio.gather(task, return_exceptions=True)
        assert isinstance(result, asyncio.CancelledError)

    for _ in range(20):
        keeper.run(give_up())
    assert len(keeper.ids()) == 200


def test_data_is_on_the_disk_before_the_answer(keeper: Keeper) -> None:
    keeper.write(Create(entity=entity("a")))
    desk = keeper.store._writer._desks[TENANT]  # type: ignore[attr-defined]
    assert desk._file._connection.execute("PRAGMA synchronous").get == 2
    assert desk._file._connection.execute("PRAGMA journal_mode").get == "wal"
    assert keeper.file.with_name(keeper.file.name + "-wal").stat().st_size > 0


def test_no_more_files_are_kept_open_for_writing_than_are_allowed(
    keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("moyai.store.writer._OPEN_AT_MOST", 3)
    tenants = [f"o-{n}" for n in range(8)]
    for tenant in tenants:
        keeper.run(keeper.store.create_tenant(tenant))
    for tenant in tenants * 2:
        asked = Write(tenant=tenant, operations=(Upsert(entity=entity("a")),), at=AT)
        keeper.run(keeper.store.write(asked))
    logs = {path.name for path in keeper.folder.glob("o-*.sqlite3-wal")}
    assert len(logs) <= 4


def test_a_failure_that_nobody_foresaw_is_told_to_all_who_wait(keeper: Keeper, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(self: TenantWriter, writes: list[Write]) -> object:
        raise RuntimeError("unforeseen")

    async def together() -> list[object]:
        writes = [Write(tenant=TENANT, operations=(Create(entity=entity(str(n))),), at=AT) for n in range(3)]
        return await asyncio.gather(*[keeper.store.write(each) for each in writes], return_exceptions=True)

    monkeypatch.setattr(TenantWriter, "run", fails)
    assert [type(each) for each in keeper.run(together())] == [Unavailable] * 3
    monkeypatch.undo()
    keeper.write(Create(entity=entity("after")))
    assert keeper.ids() == ["after"]


def test_an_end_waits_for_what_was_asked(keeper: Keeper) -> None:
    async def ask_and_close() -> list[object]:
        writes = [Write(tenant=TENANT, operations=(Create(entity=entity(str(n))),), at=AT) for n in range(100)]
        tasks = [asyncio.create_task(keeper.store.write(each)) for each in writes]
        await asyncio.sleep(0)
        await keeper.store.close()
        return await asyncio.gather(*tasks)

    assert len(keeper.run(ask_and_close())) == 100
    keeper.open()
    assert len(keeper.ids()) == 100
