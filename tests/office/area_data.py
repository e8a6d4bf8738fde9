"""A platform in memory, for tests of the office: what ``office.base.broker.AreaData`` promises and no more."""

from __future__ import annotations

import re
from collections.abc import Sequence
from copy import deepcopy

from moyai.errors import Error, NonexistentTenant
from moyai.office.base.broker import CollectionChange, EntityDocument, Form, Page

_CONDITION = re.compile(r'(\w+)~="((?:[^"\\]|\\.)*)"')


class MemoryAreaData:
    def __init__(self) -> None:
        self.collections: dict[str, dict[str, dict[str, EntityDocument]]] = {}
        self.positions: dict[str, int] = {}
        self.calls: list[str] = []
        self.fails_with: Error | None = None
        """Raised by the next writes instead of storing anything."""

    def _tenant(self, tenant: str) -> dict[str, dict[str, EntityDocument]]:
        if tenant not in self.collections:
            raise NonexistentTenant(tenant)
        return self.collections[tenant]

    async def tenants(self) -> list[str]:
        return sorted(self.collections)

    async def create_tenant(self, tenant: str) -> bool:
        is_new = tenant not in self.collections
        self.collections.setdefault(tenant, {})
        self.positions.setdefault(tenant, 0)
        return is_new

    async def remove_tenant(self, tenant: str) -> None:
        self.collections.pop(tenant, None)

    async def replace_collection(
        self, tenant: str, collection: str, entities: Sequence[EntityDocument], *, by: str
    ) -> CollectionChange:
        self.calls.append(f"replace {tenant} {collection} by {by}")
        if self.fails_with is not None:
            raise self.fails_with
        change = await self.compare_collection(tenant, collection, entities)
        before = self._tenant(tenant).get(collection, {})
        after = {each["id"]: deepcopy(each) for each in entities}
        kept = {key: after[key] for key in before if key in after}
        self._tenant(tenant)[collection] = {**kept, **after}
        self.positions[tenant] += len(change.added) + len(change.changed) + len(change.removed)
        return change

    async def compare_collection(
        self, tenant: str, collection: str, entities: Sequence[EntityDocument]
    ) -> CollectionChange:
        before = self._tenant(tenant).get(collection, {})
        after = {each["id"]: each for each in entities}
        same = [key for key in after if before.get(key) == after[key]]
        return CollectionChange(
            added=tuple(key for key in after if key not in before),
            changed=tuple(key for key in after if key in before and before[key] != after[key]),
            removed=tuple(key for key in before if key not in after),
            unchanged=len(same),
        )

    async def page(
        self, tenant: str, collection: str, *, q: str = "", limit: int = 100, offset: int = 0, form: Form = "simplified"
    ) -> Page:
        self.calls.append(f"page {tenant} {collection}")
        every = [each for each in self._tenant(tenant).get(collection, {}).values() if _matches(each, q)]
        return Page(tuple(_in_form(each, form) for each in every[offset : offset + limit]), len(every))

    async def entity(
        self, tenant: str, collection: str, id: str, *, form: Form = "normalized"
    ) -> EntityDocument | None:
        found = self._tenant(tenant).get(collection, {}).get(id)
        return None if found is None else _in_form(found, form)

    async def position(self, tenant: str) -> int:
        self._tenant(tenant)
        return self.positions[tenant]


def _in_form(entity: EntityDocument, form: Form) -> EntityDocument:
    if form == "normalized":
        return deepcopy(entity)
    return {
        name: each.get("value", each.get("object")) if isinstance(each, dict) else each for name, each in entity.items()
    }


def _matches(entity: EntityDocument, q: str) -> bool:
    """Of the query language only what the office's search writes: groups of patterns, one of each group must match."""
    values = _in_form(entity, "simplified")
    return all(
        any(
            re.search(re.sub(r'\\(["\\])', r"\1", pattern), str(values.get(name, "")))
            for name, pattern in _CONDITION.findall(group)
        )
        for group in (q.split(";") if q else [])
    )
