from __future__ import annotations

from pathlib import Path

import apsw
import pytest

from moyai.errors import NewerData
from moyai.model.change import Create
from moyai.store import migrate
from moyai.store.connection import open_reader, open_writer
from store.keeper import Keeper
from store.samples import TENANT, entity, uri


def test_a_new_file_is_of_the_latest_version(tmp_path: Path) -> None:
    connection = open_writer(tmp_path / "x.sqlite3", create=True)
    assert migrate.version(connection) == migrate.latest()
    assert not migrate.bring_up_to_date(connection)
    connection.close()


def test_a_tenant_has_eight_tables_at_most(tmp_path: Path) -> None:
    connection = open_writer(tmp_path / "x.sqlite3", create=True)
    names = [name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    shadows = [name for name in names if name.startswith(("shape_", "sqlite_"))]
    assert len(set(names) - set(shadows)) <= 8
    connection.close()


def test_a_step_that_fails_leaves_the_file_of_the_old_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.sqlite3"
    open_writer(path, create=True).close()
    steps = (*migrate.steps(), "CREATE TABLE more (x); CREATE TABLE more (x)")
    monkeypatch.setattr(migrate, "steps", lambda: steps)
    with pytest.raises(apsw.SQLError):
        open_writer(path)
    connection = apsw.Connection(str(path))
    assert migrate.version(connection) == len(steps) - 1
    assert connection.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'more'").get == 0
    connection.close()


@pytest.mark.parametrize("asks_for_many", [True, False])
def test_a_file_of_an_older_version_is_brought_up_to_date_by_the_first_who_reads(
    keeper: Keeper, asks_for_many: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper.write(Create(entity=entity("a")))
    keeper.reopen()
    steps = (*migrate.steps(), "CREATE TABLE more (x)")
    monkeypatch.setattr(migrate, "steps", lambda: steps)
    if asks_for_many:
        assert keeper.ids() == ["a"]
    else:
        assert keeper.entity(uri("a")) is not None
    connection = open_reader(keeper.file)
    assert migrate.version(connection) == len(steps)
    connection.close()


def test_a_newer_file_is_refused_for_reading_and_for_writing(keeper: Keeper) -> None:
    keeper.reopen()
    connection = apsw.Connection(str(keeper.file))
    connection.execute(f"PRAGMA user_version = {migrate.latest() + 1}")
    connection.close()
    with pytest.raises(NewerData, match=TENANT):
        keeper.entity(uri("a"))
    with pytest.raises(NewerData):
        keeper.write(Create(entity=entity("a")))
