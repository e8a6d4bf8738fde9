"""What stands behind the office's door: its words turned into the broker's, in this same process."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from moyai.broker import Broker
from moyai.broker.collections import Difference
from moyai.errors import BadRequestData
from moyai.ld import compact, expand
from moyai.ld.context import Context
from moyai.model.change import CORE
from moyai.model.entity import Entity
from moyai.model.query import Page, Query
from moyai.model.tenant import Caller, Verb
from moyai.office.base import broker as office
from moyai.query import q as q_language

_EVERYTHING = frozenset(Verb)


@dataclass
class Door:
    """``office.base.broker.AreaData`` over a broker. The office has checked the right before it calls."""

    open_broker: Callable[[], Broker]
    """Called once, within the event loop that will use the broker."""
    _context: Context = field(default_factory=lambda: Context.of(CORE))

    @cached_property
    def _broker(self) -> Broker:
        return self.open_broker()

    async def tenants(self) -> list[str]:
        return await self._broker.store.tenants()

    async def create_tenant(self, tenant: str) -> bool:
        return await self._broker.store.create_tenant(tenant)

    async def remove_tenant(self, tenant: str) -> None:
        await self._broker.store.remove_tenant(tenant)

    async def replace_collection(
        self, tenant: str, collection: str, entities: Sequence[office.EntityDocument], *, by: str
    ) -> office.CollectionChange:
        caller = Caller(name=by, grants={tenant: _EVERYTHING})
        expanded = self._expanded(entities)
        return _change(await self._broker.collections.replace(caller, tenant, collection, expanded))

    async def compare_collection(
        self, tenant: str, collection: str, entities: Sequence[office.EntityDocument]
    ) -> office.CollectionChange:
        return _change(await self._broker.collections.compare(tenant, collection, self._expanded(entities)))

    async def page(
        self,
        tenant: str,
        collection: str,
        *,
        q: str = "",
        limit: int = 100,
        offset: int = 0,
        form: office.Form = "simplified",
    ) -> office.Page:
        caller = Caller(name="office", grants={tenant: frozenset({Verb.READ})})
        query = Query(
            collection=collection,
            q=q_language.parse(q, self._context.expand_term) if q else None,
            page=Page(limit=limit, offset=offset, count=True),
        )
        selection = await self._broker.entities.query(caller, tenant, query)
        documents = tuple(self._document(stored.entity(), form) for stored in selection.entities)
        return office.Page(documents, selection.total or 0)

    async def entity(
        self, tenant: str, collection: str, id: str, *, form: office.Form = "normalized"
    ) -> office.EntityDocument | None:
        caller = Caller(name="office", grants={tenant: frozenset({Verb.READ})})
        query = Query(ids=(id,), collection=collection, page=Page(limit=1))
        selection = await self._broker.entities.query(caller, tenant, query)
        return next((self._document(stored.entity(), form) for stored in selection.entities), None)

    async def position(self, tenant: str) -> int:
        return await self._broker.store.position(tenant)

    def _expanded(self, documents: Sequence[office.EntityDocument]) -> list[Entity]:
        return [self._expand(document) for document in documents]

    def _expand(self, document: office.EntityDocument) -> Entity:
        try:
            return expand.entity(document, self._context)
        except BadRequestData as error:
            raise BadRequestData(f"{document.get('id')}: {error.detail}", **error.members) from error

    def _document(self, entity: Entity, form: office.Form) -> office.EntityDocument:
        return compact.document(entity, self._context, form=form)


def _change(difference: Difference) -> office.CollectionChange:
    return office.CollectionChange(
        added=difference.added,
        changed=difference.changed,
        removed=difference.removed,
        unchanged=difference.unchanged,
    )
