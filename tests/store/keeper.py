"""A store over real files, asked without ``await``."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Any, TypeVar

from moyai import store
from moyai.model.change import AnyOperation, Outcome, Write
from moyai.model.ports import Selection, StoredEntity
from moyai.model.query import EVERYTHING, Access, Page, Query
from store.samples import AT, TENANT, render

T = TypeVar("T")


class Keeper:
    """A store of one tenant with the writer in this process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._runner = asyncio.Runner()
        self.open()
        self.run(self.store.create_tenant(TENANT))

    @property
    def file(self) -> Path:
        return self.folder / f"{TENANT}.sqlite3"

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(work)

    def close(self) -> None:
        self.run(self.store.close())
        self._runner.close()

    def open(self) -> None:
        self.store = self.run(self._open())

    def reopen(self) -> None:
        self.run(self.store.close())
        self.open()

    def write(self, *operations: AnyOperation, **members: Any) -> Sequence[Outcome]:
        request = Write(tenant=TENANT, operations=operations, **{"at": AT, **members})
        return self.run(self.store.write(request))

    def entity(self, uri: str, access: Access = EVERYTHING) -> StoredEntity | None:
        return self.run(self.store.entity(TENANT, uri, access))

    def select(self, query: Query, access: Access = EVERYTHING) -> Selection:
        return self.run(self.store.select(TENANT, query, access))

    def ids(self, access: Access = EVERYTHING, **members: Any) -> list[str]:
        """The last part of the id of each entity that matches, in order."""
        selection = self.select(Query(**{"page": Page(limit=1000, count=True), **members}), access)
        assert selection.total == len(selection.entities)
        return [each.id.rpartition(":")[2] for each in selection.entities]

    async def _open(self) -> store.SqliteStore:
        return store.open_local_store(self.folder, render=render)
