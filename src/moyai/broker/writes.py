"""The one way a change takes: checked, stamped, written, its outcome read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from moyai import errors
from moyai.broker.access import Gate
from moyai.model.change import CORE, AnyOperation, ContextSource, Outcome, Write
from moyai.model.ports import Clock, Store
from moyai.model.tenant import DEFAULT_COLLECTION, Caller, Verb


@dataclass(frozen=True)
class Writes:
    store: Store
    gate: Gate
    clock: Clock
    implicit_tenants: bool = False
    """Whether writing to a tenant that is not there creates it (clause 4.14 permits it)."""

    async def many(
        self,
        caller: Caller,
        tenant: str,
        verbs: Sequence[Verb],
        operations: Sequence[AnyOperation],
        context: ContextSource = CORE,
    ) -> Sequence[Outcome]:
        """One transaction. Raises Unauthenticated, Forbidden, NonexistentTenant, StorageFull, Unavailable."""
        self.gate.require(caller, tenant, *verbs)
        write = Write(
            tenant=tenant,
            operations=tuple(operations),
            context=context,
            collection=caller.collection or DEFAULT_COLLECTION,
            within=self.gate.writable(caller),
            by=caller.name,
            at=self.clock(),
        )
        try:
            return await self.store.write(write)
        except errors.NonexistentTenant:
            if not self.implicit_tenants:
                raise
            await self.store.create_tenant(tenant)
            return await self.store.write(write)

    async def one(
        self,
        caller: Caller,
        tenant: str,
        verb: Verb,
        operation: AnyOperation,
        context: ContextSource = CORE,
    ) -> Outcome:
        """The same for one operation; raises its error too."""
        (outcome,) = await self.many(caller, tenant, (verb,), (operation,), context)
        raise_error(outcome)
        return outcome


def raise_error(outcome: Outcome) -> None:
    """Raise the error that an operation ended with, if it did."""
    if outcome.error:
        kind = getattr(errors, outcome.error)
        raise kind(outcome.detail)
