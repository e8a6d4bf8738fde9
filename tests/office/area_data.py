"""The platform behind the office's door in tests: the real one over files, listened to, and made to fail on demand."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from moyai import broker, store
from moyai.broker import Broker
from moyai.door import Door
from moyai.errors import Error, TooManyRequests
from moyai.ld import compact
from moyai.model.tenant import ANONYMOUS, Caller
from moyai.store.sqlite import SqliteStore


class _NoRights:
    """The office checks rights itself and comes in as the platform: nobody asks these."""

    def caller(self, key: str) -> Caller:
        raise TooManyRequests

    def anonymous(self, address: str) -> Caller:
        return ANONYMOUS

    def default_tenant(self) -> str:
        return "300004"

    def published(self, tenant: str) -> frozenset[str]:
        return frozenset()


class ListenedAreaData:
    """An ``office.base.broker.AreaData`` that notes who asked what."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stores: list[SqliteStore] = []
        self._door = Door(self._open)
        self.calls: list[str] = []
        """``<method> <tenant> <collection>``, and for writes by whom."""
        self.fails_with: Error | None = None
        """Raised by the next writes instead of storing anything."""

    def _open(self) -> Broker:
        self._stores.append(store.open_local_store(self._folder, render=compact.render))
        return broker.build(self._stores[0], _NoRights(), lambda: "2026-11-23T09:00:00.000Z")

    async def close(self) -> None:
        for each in self._stores:
            await each.close()

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        method = getattr(self._door, name)

        async def call(*args: Any, **options: Any) -> Any:
            by = f" by {options['by']}" if "by" in options else ""
            self.calls.append(" ".join([name, *(each for each in args if isinstance(each, str))]) + by)
            if self.fails_with is not None and name == "replace_collection":
                raise self.fails_with
            return await method(*args, **options)

        return call
