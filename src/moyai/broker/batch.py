"""Many entities in one request. Source: ETSI GS CIM 009 V1.9.1, clauses 5.6.7 to 5.6.10."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from moyai.broker.writes import Writes
from moyai.model import change
from moyai.model.change import CORE, ContextSource, Outcome
from moyai.model.entity import Entity
from moyai.model.tenant import Caller, Verb


@dataclass(frozen=True)
class Batch:
    """Each method is one transaction with an outcome for each entity: one that fails leaves the others standing."""

    writes: Writes

    async def create(
        self, caller: Caller, tenant: str, entities: Sequence[Entity], context: ContextSource = CORE
    ) -> Sequence[Outcome]:
        operations = [change.Create(entity=entity) for entity in entities]
        return await self.writes.many(caller, tenant, (Verb.CREATE,), operations, context)

    async def upsert(
        self,
        caller: Caller,
        tenant: str,
        entities: Sequence[Entity],
        context: ContextSource = CORE,
        *,
        update: bool = False,
    ) -> Sequence[Outcome]:
        """With ``update`` attributes are added and overwritten; without it an entity that is there is replaced."""
        operations = [change.Upsert(entity=entity, update=update) for entity in entities]
        return await self.writes.many(caller, tenant, (Verb.CREATE, Verb.UPDATE), operations, context)

    async def update(
        self,
        caller: Caller,
        tenant: str,
        fragments: Sequence[Entity],
        context: ContextSource = CORE,
        *,
        overwrite: bool = True,
    ) -> Sequence[Outcome]:
        operations = [change.Append(fragment=fragment, overwrite=overwrite) for fragment in fragments]
        return await self.writes.many(caller, tenant, (Verb.UPDATE,), operations, context)

    async def delete(self, caller: Caller, tenant: str, entity_ids: Sequence[str]) -> Sequence[Outcome]:
        operations = [change.Delete(id=entity_id) for entity_id in entity_ids]
        return await self.writes.many(caller, tenant, (Verb.DELETE,), operations)
