"""A disk that is full refuses a write, keeps what was there, and takes the next write when there is room."""

from __future__ import annotations

import asyncio
import errno
from pathlib import Path

import apsw
import pytest

from moyai.errors import StorageFull
from moyai.model.change import Create, Write
from moyai.store import connection, folder
from moyai.store.writing import TenantWriter
from store.keeper import Keeper
from store.samples import AT, TENANT, entity, uri

BULKY = "x" * 300_000


def limit(keeper: Keeper, pages: int) -> None:
    """Let the file grow by so many pages and no more, as a full disk would."""
    desk = keeper.store._writer._desks[TENANT]  # type: ignore[attr-defined]
    open_file: TenantWriter = desk._file
    used = int(open_file._connection.execute("PRAGMA page_count").get)
    open_file._connection.execute(f"PRAGMA max_page_count = {used + pages}")


def test_a_write_that_does_not_fit_leaves_nothing_and_the_next_one_works(keeper: Keeper) -> None:
    keeper.write(Create(entity=entity("a")))
    limit(keeper, 20)
    with pytest.raises(StorageFull):
        keeper.write(Create(entity=entity("b")), Create(entity=entity("c", name=BULKY)))
    assert keeper.ids() == ["a"]
    keeper.write(Create(entity=entity("d")))
    limit(keeper, 1000)
    keeper.write(Create(entity=entity("c", name=BULKY)))
    assert keeper.ids() == ["a", "d", "c"]


def test_neighbours_in_the_same_commit_do_not_suffer(keeper: Keeper) -> None:
    keeper.write(Create(entity=entity("a")))
    limit(keeper, 40)

    async def together() -> list[object]:
        contents = {"b": "small", "c": BULKY, "d": "small"}
        writes = [
            Write(tenant=TENANT, operations=(Create(entity=entity(last, name=text)),), at=AT)
            for last, text in contents.items()
        ]
        return await asyncio.gather(*[keeper.store.write(each) for each in writes], return_exceptions=True)

    results = keeper.run(together())
    assert [type(each).__name__ for each in results] == ["list", "StorageFull", "list"]
    assert keeper.ids() == ["a", "b", "d"]


def test_a_tenant_that_does_not_fit_is_not_there(keeper: Keeper, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "rename", refused)
    with pytest.raises(StorageFull, match="No space"):
        keeper.run(keeper.store.create_tenant("300004"))
    monkeypatch.undo()
    assert folder.names(keeper.folder) == [TENANT]
    assert keeper.run(keeper.store.create_tenant("300004"))


def test_a_failing_disk_is_told_as_one_that_is_full() -> None:
    with pytest.raises(StorageFull), connection.full_disk_told():
        raise apsw.IOError("disk I/O error")


def test_other_errors_of_the_system_stay_what_they_are() -> None:
    with pytest.raises(PermissionError), connection.full_disk_told():
        raise PermissionError(errno.EACCES, "no")


def test_a_refused_write_is_not_read(keeper: Keeper) -> None:
    keeper.write(Create(entity=entity("a")))
    limit(keeper, 5)
    with pytest.raises(StorageFull):
        keeper.write(Create(entity=entity("b", name=BULKY)))
    assert keeper.entity(uri("b")) is None
