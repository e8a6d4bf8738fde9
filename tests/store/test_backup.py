from __future__ import annotations

import errno
import os
import threading
from pathlib import Path

import apsw
import pytest

from moyai.errors import BadRequestData, StorageFull
from moyai.model.change import Create
from moyai.store import backup
from store.keeper import Keeper
from store.samples import TENANT, entity, uri


def test_a_copy_holds_what_was_committed_and_opens_alone(keeper: Keeper, tmp_path: Path) -> None:
    keeper.write(*[Create(entity=entity(str(n))) for n in range(100)])
    target = tmp_path / "elsewhere" / "tenants" / f"{TENANT}.sqlite3"
    target.parent.mkdir(parents=True)
    backup.copy(keeper.file, target)
    assert [path.name for path in target.parent.iterdir()] == [target.name]
    backup.check(target)
    keeper.write(Create(entity=entity("later")))
    restored = Keeper(target.parent)
    assert len(restored.ids()) == 100
    assert restored.write(Create(entity=entity("more")))[0].created
    restored.close()


def test_a_copy_taken_while_somebody_writes_is_one_moment(keeper: Keeper, tmp_path: Path) -> None:
    keeper.write(Create(entity=entity("a-0")), Create(entity=entity("b-0")))
    copies = [tmp_path / f"copy-{n}.sqlite3" for n in range(5)]
    copying = threading.Thread(target=lambda: [backup.copy(keeper.file, each) for each in copies])
    copying.start()
    n = 0
    while copying.is_alive():
        n += 1
        keeper.write(Create(entity=entity(f"a-{n}")), Create(entity=entity(f"b-{n}")))
    copying.join()
    for each in copies:
        connection = apsw.Connection(str(each))
        pairs = connection.execute("SELECT count(*) FROM entity").get
        connection.close()
        assert pairs >= 2 and pairs % 2 == 0


def test_what_is_no_database_is_refused(tmp_path: Path) -> None:
    source, target = tmp_path / "x.sqlite3", tmp_path / "y.sqlite3"
    source.write_bytes(b"no database" * 1000)
    with pytest.raises(BadRequestData, match=r"x\.sqlite3"):
        backup.copy(source, target)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["x.sqlite3"]
    with pytest.raises(BadRequestData):
        backup.check(source)
    with pytest.raises(FileNotFoundError):
        backup.copy(tmp_path / "nothing", target)


def test_damage_is_found(keeper: Keeper, tmp_path: Path) -> None:
    keeper.write(*[Create(entity=entity(str(n), name="x" * 500)) for n in range(200)])
    target = tmp_path / "copy.sqlite3"
    backup.copy(keeper.file, target)
    with target.open("r+b") as file:
        for page in range(20, 40):
            file.seek(page * 4096)
            file.write(os.urandom(200))
    with pytest.raises(BadRequestData, match="sound"):
        backup.check(target)


def test_a_copy_that_does_not_fit_leaves_no_file(
    keeper: Keeper, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    keeper.write(Create(entity=entity("a")))
    target = tmp_path / "kept"
    target.mkdir()
    monkeypatch.setattr("moyai.store.backup.os.fsync", full)
    with pytest.raises(StorageFull):
        backup.copy(keeper.file, target / "copy.sqlite3")
    assert list(target.iterdir()) == []
    monkeypatch.undo()
    assert keeper.entity(uri("a")) is not None
