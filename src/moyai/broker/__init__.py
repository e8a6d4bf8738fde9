"""The verbs and the rules of the area-data platform."""

from __future__ import annotations

from dataclasses import dataclass

from moyai.broker.access import Gate
from moyai.broker.batch import Batch
from moyai.broker.collections import Collections
from moyai.broker.contexts import Contexts
from moyai.broker.entities import Attributes, Entities
from moyai.broker.tenants import Tenants
from moyai.broker.writes import Writes
from moyai.model.ports import Clock, Rights, Store


@dataclass(frozen=True)
class Broker:
    """A hallway: each capability is a door."""

    entities: Entities
    attributes: Attributes
    batch: Batch
    collections: Collections
    tenants: Tenants
    contexts: Contexts
    rights: Rights
    store: Store


def build(store: Store, rights: Rights, clock: Clock, *, implicit_tenants: bool = False) -> Broker:
    """The broker over these ports."""
    gate = Gate(rights)
    writes = Writes(store, gate, clock, implicit_tenants)
    return Broker(
        entities=Entities(store, gate, writes),
        attributes=Attributes(writes),
        batch=Batch(writes),
        collections=Collections(store, writes),
        tenants=Tenants(rights),
        contexts=Contexts(),
        rights=rights,
        store=store,
    )
