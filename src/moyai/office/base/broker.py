"""The one door from the office to the broker.

The office is synchronous (Django in threads), the broker asynchronous. The door owns an event loop in a thread of
its own and passes each call to it. ``serve`` fills the door in with ``connect``; whether the broker behind it lives in
this process or in another, no app can tell.

Entities cross the door as NGSI-LD JSON: *normalized* (``{"id", "type", "name": {"type": "Property", "value": …}}``)
or *simplified* (``{"id", "type", "name": …}``), terms of the core and default @context.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, Protocol, TypeVar

from moyai.errors import Unavailable

Result = TypeVar("Result")
EntityDocument = dict[str, Any]
Form = Literal["normalized", "simplified"]


@dataclass(frozen=True)
class CollectionChange:
    """What replacing a collection did, as entity ids."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: int = 0


@dataclass(frozen=True)
class Page:
    """Some entities of a query, in the order of their creation, and how many there are in all."""

    entities: tuple[EntityDocument, ...]
    total: int


class AreaData(Protocol):
    """What the office may ask of the broker. ``by`` is the caller's name for the log: ``person:3 post:5``."""

    async def tenants(self) -> list[str]: ...

    async def create_tenant(self, tenant: str) -> bool:
        """Whether it was new."""
        ...

    async def remove_tenant(self, tenant: str) -> None:
        """The tenant and all it holds; nothing happens where there is none."""
        ...

    async def replace_collection(
        self, tenant: str, collection: str, entities: Sequence[EntityDocument], *, by: str
    ) -> CollectionChange:
        """Make the collection hold exactly these normalized entities, in one transaction.

        Entities that are equal stay untouched. Raises NonexistentTenant, BadRequestData, StorageFull; the tenant is
        then as it was.
        """
        ...

    async def compare_collection(
        self, tenant: str, collection: str, entities: Sequence[EntityDocument]
    ) -> CollectionChange:
        """What ``replace_collection`` would do."""
        ...

    async def page(
        self, tenant: str, collection: str, *, q: str = "", limit: int = 100, offset: int = 0, form: Form = "simplified"
    ) -> Page:
        """Entities of one collection, filtered by an NGSI-LD ``q``. Raises NonexistentTenant, BadRequestData."""
        ...

    async def entity(
        self, tenant: str, collection: str, id: str, *, form: Form = "normalized"
    ) -> EntityDocument | None:
        """One entity of a collection; ``None`` where it is not there. Raises NonexistentTenant."""
        ...

    async def position(self, tenant: str) -> int:
        """The number of the tenant's last change; grows with each change of any entity."""
        ...


class _Loop:
    """An event loop in a thread of its own."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, name="broker-door", daemon=True).start()

    def call(self, coroutine: Coroutine[Any, Any, Result]) -> Result:
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result()


_behind_the_door: list[AreaData] = []


@cache
def _loop() -> _Loop:
    return _Loop()


def connect(area_data: AreaData | None) -> None:
    """Put a broker behind the door, or take it away with ``None``."""
    _behind_the_door[:] = [area_data] if area_data is not None else []


def _area_data() -> AreaData:
    if not _behind_the_door:
        raise Unavailable("エリアデータ連携基盤に接続していません。")
    return _behind_the_door[0]


def tenants() -> list[str]:
    return _loop().call(_area_data().tenants())


def create_tenant(tenant: str) -> bool:
    return _loop().call(_area_data().create_tenant(tenant))


def remove_tenant(tenant: str) -> None:
    _loop().call(_area_data().remove_tenant(tenant))


def replace_collection(
    tenant: str, collection: str, entities: Sequence[EntityDocument], *, by: str
) -> CollectionChange:
    return _loop().call(_area_data().replace_collection(tenant, collection, entities, by=by))


def compare_collection(tenant: str, collection: str, entities: Sequence[EntityDocument]) -> CollectionChange:
    return _loop().call(_area_data().compare_collection(tenant, collection, entities))


def page(
    tenant: str, collection: str, *, q: str = "", limit: int = 100, offset: int = 0, form: Form = "simplified"
) -> Page:
    return _loop().call(_area_data().page(tenant, collection, q=q, limit=limit, offset=offset, form=form))


def entity(tenant: str, collection: str, id: str, *, form: Form = "normalized") -> EntityDocument | None:
    return _loop().call(_area_data().entity(tenant, collection, id, form=form))


def position(tenant: str) -> int:
    return _loop().call(_area_data().position(tenant))
