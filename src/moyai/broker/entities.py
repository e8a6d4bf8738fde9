"""Entities: provide, retrieve, query. Source: ETSI GS CIM 009 V1.9.1, clauses 5.6.1 to 5.6.6, 5.6.17 to 5.6.19, 5.7."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from moyai.broker.access import Gate
from moyai.broker.writes import Writes
from moyai.errors import ResourceNotFound
from moyai.model import change
from moyai.model.change import CORE, ContextSource, Outcome
from moyai.model.entity import Entity, Instances
from moyai.model.ports import Selection, Store, StoredEntity
from moyai.model.query import Query
from moyai.model.tenant import Caller, Verb
from moyai.query import plan

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Entities:
    """Every method raises NonexistentTenant; those that write Unauthenticated, Forbidden, StorageFull, Unavailable."""

    store: Store
    gate: Gate
    writes: Writes

    async def create(self, caller: Caller, tenant: str, entity: Entity, context: ContextSource = CORE) -> None:
        """Raises AlreadyExists."""
        await self.writes.one(caller, tenant, Verb.CREATE, change.Create(entity=entity), context)

    async def retrieve(self, caller: Caller, tenant: str, entity_id: str) -> StoredEntity:
        """Raises ResourceNotFound, also where the caller may not read the entity."""
        stored = await self.store.entity(tenant, entity_id, self.gate.readable(caller, tenant))
        if stored is None:
            raise ResourceNotFound(f"there is no entity {entity_id}")
        return stored

    async def query(self, caller: Caller, tenant: str, query: Query) -> Selection:
        """What matches of all that the caller may read."""
        planned = plan.make(query, self.gate.readable(caller, tenant))
        _log.debug("%s asks %s for %s", caller.name, tenant, planned)
        return await self.store.select(tenant, planned.query, planned.access)

    async def merge(self, caller: Caller, tenant: str, fragment: Entity, context: ContextSource = CORE) -> Outcome:
        """Merge patch. Raises ResourceNotFound, BadRequestData."""
        return await self.writes.one(caller, tenant, Verb.UPDATE, change.Merge(fragment=fragment), context)

    async def replace(self, caller: Caller, tenant: str, entity: Entity, context: ContextSource = CORE) -> Outcome:
        """Raises ResourceNotFound."""
        return await self.writes.one(caller, tenant, Verb.UPDATE, change.Replace(entity=entity), context)

    async def append(
        self,
        caller: Caller,
        tenant: str,
        fragment: Entity,
        context: ContextSource = CORE,
        *,
        overwrite: bool = True,
    ) -> Outcome:
        """Add attributes. Raises ResourceNotFound."""
        operation = change.Append(fragment=fragment, overwrite=overwrite)
        return await self.writes.one(caller, tenant, Verb.UPDATE, operation, context)

    async def update(self, caller: Caller, tenant: str, fragment: Entity, context: ContextSource = CORE) -> Outcome:
        """Overwrite attributes that are there. Raises ResourceNotFound."""
        return await self.writes.one(caller, tenant, Verb.UPDATE, change.Update(fragment=fragment), context)

    async def delete(self, caller: Caller, tenant: str, entity_id: str) -> None:
        """Raises ResourceNotFound."""
        await self.writes.one(caller, tenant, Verb.DELETE, change.Delete(id=entity_id))


@dataclass(frozen=True)
class Attributes:
    """Single attributes of an entity. Every method raises what those of ``Entities`` that write do, and
    ResourceNotFound where entity or attribute is not there."""

    writes: Writes

    async def patch(
        self, caller: Caller, tenant: str, operation: change.PatchAttribute, context: ContextSource = CORE
    ) -> Outcome:
        return await self.writes.one(caller, tenant, Verb.UPDATE, operation, context)

    async def replace(
        self,
        caller: Caller,
        tenant: str,
        entity_id: str,
        name: str,
        instances: Instances,
        context: ContextSource = CORE,
    ) -> Outcome:
        operation = change.ReplaceAttribute(id=entity_id, name=name, instances=instances)
        return await self.writes.one(caller, tenant, Verb.UPDATE, operation, context)

    async def delete(self, caller: Caller, tenant: str, operation: change.DeleteAttribute) -> Outcome:
        return await self.writes.one(caller, tenant, Verb.UPDATE, operation)
