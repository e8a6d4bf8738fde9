"""What the broker needs of the world. ``serve`` fills these in; the broker knows no other room's classes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import msgspec

from moyai.model.change import ContextSource, Outcome, Write
from moyai.model.entity import Entity
from moyai.model.query import Access, Query
from moyai.model.tenant import Caller

_decode_entity = msgspec.json.Decoder(Entity).decode


class StoredEntity(msgspec.Struct, frozen=True):
    """An entity as the store keeps it, nothing parsed."""

    id: str
    collection: str
    expanded: bytes
    """JSON of ``model.entity.Entity``."""
    answer: bytes
    """The normalized form in UTF-8 JSON, compacted with the writer's @context; without ``@context``, createdAt and
    modifiedAt: what goes out as it is where nothing else was asked for."""
    context: str
    """The hash of the context of ``answer`` (ContextSource.hash)."""

    def entity(self) -> Entity:
        return _decode_entity(self.expanded)


class Selection(msgspec.Struct, frozen=True):
    """One page of a query's answer."""

    entities: tuple[StoredEntity, ...]
    total: int | None = None
    """How many match in all, where the query wanted the count."""


class Store(Protocol):
    """Entities, kept. Every method raises NonexistentTenant where the tenant is not there."""

    async def tenants(self) -> list[str]:
        """Names, in order."""
        ...

    async def create_tenant(self, tenant: str) -> bool:
        """Whether it was new. Raises BadRequestData for a name that cannot be one, StorageFull."""
        ...

    async def remove_tenant(self, tenant: str) -> None:
        """The tenant and all it holds; nothing happens where there is none."""
        ...

    async def entity(self, tenant: str, id: str, access: Access) -> StoredEntity | None:
        """The entity of that id; ``None`` where it is not there or may not be read."""
        ...

    async def select(self, tenant: str, query: Query, access: Access) -> Selection:
        """Entities that match, in the order of their creation. Raises BadRequestData for a pattern that is no regular
        expression."""
        ...

    async def position(self, tenant: str) -> int:
        """The number of the tenant's last change."""
        ...

    async def write(self, write: Write) -> Sequence[Outcome]:
        """Carry out the operations, in order, in one transaction; one outcome for each. Returns when the transaction
        is durable. Raises StorageFull, Unavailable; then nothing was stored."""
        ...


class Render(Protocol):
    """Makes the stored answer form; ``ld.compact`` does, ``serve`` hands it to the store."""

    def __call__(self, entity: Entity, context: ContextSource, /) -> bytes: ...


class Rights(Protocol):
    """Who may do what, as the office has it now: each call sees every change committed before it."""

    def caller(self, key: str) -> Caller:
        """Whose key this is. Raises Unauthenticated, TooManyRequests."""
        ...

    def anonymous(self, address: str) -> Caller:
        """A caller without a key, from this address. Raises TooManyRequests."""
        ...

    def default_tenant(self) -> str:
        """The tenant meant by a caller that names none: the prefecture's. Raises NonexistentTenant."""
        ...

    def published(self, tenant: str) -> frozenset[str]:
        """The collections of a tenant that anybody may read."""
        ...


class Clock(Protocol):
    def __call__(self) -> str:
        """Now, ISO 8601 in UTC with milliseconds: ``2026-11-23T09:00:00.000Z``."""
        ...
