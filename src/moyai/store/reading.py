"""Tenants' files open for reading: as many as are needed, no more than a bound."""

from __future__ import annotations

import math
import os
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import apsw

from moyai.errors import NonexistentTenant
from moyai.model.ports import Selection, StoredEntity
from moyai.store import folder, migrate
from moyai.store.compile import ONE, Statement
from moyai.store.connection import open_reader

T = TypeVar("T")

OPEN_AT_MOST = 64
"""Connections that are kept though nobody uses them; each holds two or three descriptors."""
_STEPS = 2_000
"""Instructions of SQLite's machine between two looks at the clock."""


class TookTooLong(Exception):
    """The time is over; nothing came of it."""


class Reader:
    """A connection to one tenant's file. One at a time uses it."""

    def __init__(self, path: Path, identity: tuple[int, int]) -> None:
        """Raises apsw.CantOpenError, NewerData."""
        self.identity = identity
        self._connection = open_reader(path)
        self.is_outdated = migrate.version(self._connection) < migrate.latest()
        self._ends = 0.0
        self._connection.create_scalar_function("matches", _matches, 2, deterministic=True)
        self._connection.set_progress_handler(self._is_over, _STEPS)

    def close(self) -> None:
        self._connection.close()

    def within(self, seconds: float, work: Callable[[Reader], T]) -> T:
        """Raises TookTooLong."""
        self._ends = time.monotonic() + seconds
        try:
            return work(self)
        except apsw.InterruptError as error:
            raise TookTooLong from error

    def stop(self) -> None:
        """Have what is under way on another thread end with TookTooLong."""
        self._ends = -math.inf

    def entity(self, uri: str, now: Callable[[], str]) -> StoredEntity | None:
        """The clock is asked only where the entity has an end."""
        self._ends = math.inf
        row = self._connection.execute(ONE, (uri,)).fetchone()
        if row is None:
            return None
        expires, *columns = row
        return None if expires is not None and expires <= now() else StoredEntity(*columns)

    def entities(self, statement: Statement) -> tuple[StoredEntity, ...]:
        cursor = self._connection.execute(statement.text, _bound(statement))
        return tuple([StoredEntity(*row) for row in cursor])

    def selection(self, page: Statement, count: Statement | None) -> Selection:
        """Page and count see one state of the file."""
        if count is None:
            return Selection(self.entities(page))
        with self._connection:
            total = int(self._connection.execute(count.text, _bound(count)).get)
            found = self.entities(page)
        return Selection(found, total)

    def position(self) -> int:
        return int(self._connection.execute("SELECT coalesce(max(sequence), 0) FROM change").get)

    def _is_over(self) -> bool:
        return time.monotonic() > self._ends


class Readers:
    """Idle readers, those used last at the end."""

    def __init__(self, tenants: Path) -> None:
        self._folder = tenants
        self._idle: OrderedDict[int, tuple[str, Reader]] = OrderedDict()
        self._of: dict[str, list[int]] = {}

    @contextmanager
    def borrow(self, tenant: str) -> Iterator[Reader]:
        """A reader for one's own use. Called in the event loop only. Raises NonexistentTenant, NewerData."""
        reader = self._take(tenant)
        try:
            yield reader
        finally:
            self._give_back(tenant, reader)

    def close(self) -> None:
        while self._idle:
            self._close_oldest()

    def _take(self, tenant: str) -> Reader:
        path = folder.path(self._folder, tenant)
        try:
            status = os.stat(path)  # noqa: PTH116  Path.stat() takes twice as long
            # A file that was removed and made anew is another one.
            identity = (status.st_dev, status.st_ino)
            while idle := self._of.get(tenant):
                _, reader = self._idle.pop(idle.pop())
                if reader.identity == identity:
                    return reader
                reader.close()
            return Reader(path, identity)
        except (FileNotFoundError, apsw.CantOpenError) as error:
            raise NonexistentTenant(f"there is no tenant '{tenant}'") from error

    def _give_back(self, tenant: str, reader: Reader) -> None:
        if reader.is_outdated:
            reader.close()
            return
        self._idle[id(reader)] = (tenant, reader)
        self._of.setdefault(tenant, []).append(id(reader))
        if len(self._idle) > OPEN_AT_MOST:
            self._close_oldest()

    def _close_oldest(self) -> None:
        key, (tenant, reader) = self._idle.popitem(last=False)
        self._of[tenant].remove(key)
        if not self._of[tenant]:
            del self._of[tenant]
        reader.close()


def _matches(*given: Any) -> bool:
    value, test = given
    return bool(test(value))


def _bound(statement: Statement) -> tuple[Any, ...]:
    return tuple([apsw.pyobject(each) if callable(each) else each for each in statement.parameters])
