"""Collections: what a dataset's version puts into a tenant as a whole."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from moyai.broker.writes import Writes, raise_error
from moyai.model import change
from moyai.model.change import Outcome
from moyai.model.entity import Entity
from moyai.model.ports import Store, StoredEntity
from moyai.model.query import EVERYTHING, Page, Query
from moyai.model.tenant import Caller, Verb

_PAGE = 1000


@dataclass(frozen=True)
class Difference:
    """What telling two states of a collection apart found, as entity ids."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: int = 0


@dataclass(frozen=True)
class Collections:
    store: Store
    writes: Writes

    async def replace(self, caller: Caller, tenant: str, collection: str, entities: Sequence[Entity]) -> Difference:
        """Make the collection hold exactly these; equal ones stay untouched; all or nothing, in one transaction.

        Raises AlreadyExists where an entity belongs to another collection, and what every write raises.
        """
        operation = change.ReplaceCollection(collection=collection, entities=tuple(entities))
        verbs = (Verb.CREATE, Verb.UPDATE, Verb.DELETE)
        outcomes = await self.writes.many(caller, tenant, verbs, (operation,))
        return _difference(outcomes[0])

    async def compare(self, tenant: str, collection: str, entities: Sequence[Entity]) -> Difference:
        """What ``replace`` would do now."""
        current = {stored.id: stored.entity() async for stored in self.all(tenant, collection)}
        new = {entity.id: entity for entity in entities}
        common = [each for each in new if each in current]
        changed = [each for each in common if new[each].content() != current[each].content()]
        return Difference(
            added=tuple(each for each in new if each not in current),
            changed=tuple(changed),
            removed=tuple(each for each in current if each not in new),
            unchanged=len(common) - len(changed),
        )

    async def all(self, tenant: str, collection: str) -> AsyncIterator[StoredEntity]:
        """Every entity of a collection, in the order of creation."""
        page = Page(limit=_PAGE)
        while True:
            selection = await self.store.select(tenant, Query(collection=collection, page=page), EVERYTHING)
            for stored in selection.entities:
                yield stored
            if len(selection.entities) < _PAGE:
                return
            page = Page(limit=_PAGE, offset=page.offset + _PAGE)


def _difference(outcome: Outcome) -> Difference:
    raise_error(outcome)
    return Difference(outcome.added, outcome.altered, outcome.removed, outcome.untouched)
