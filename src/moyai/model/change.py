"""What a write asks for, and what it did.

A request becomes one ``Write``. The writer carries out its operations in order in one transaction, says of each what
happened, and answers when the transaction is durable. Both travel between processes as msgpack.
"""

from __future__ import annotations

from msgspec import Struct

from moyai.model.entity import Entity, Instances


class ContextSource(Struct, frozen=True):
    """An @context as it travels: what ``ld.context`` needs to build it again."""

    hash: str
    """Equal for equal contexts; the empty string is the core @context alone."""
    document: bytes = b""
    """JSON of the flat term definitions beside the core ones."""


CORE = ContextSource("")


class Operation(Struct, frozen=True, tag=True, kw_only=True):
    """One step of a write."""


class Create(Operation, frozen=True):
    """Clause 5.6.1. AlreadyExists where there is one of that id."""

    entity: Entity


class Replace(Operation, frozen=True):
    """Clause 5.6.18: all attributes and scopes; the creation time stays. ResourceNotFound."""

    entity: Entity


class Upsert(Operation, frozen=True):
    """Clause 5.6.8: create; where there is one, replace it, or with ``update`` do as Update."""

    entity: Entity
    update: bool = False


class Merge(Operation, frozen=True):
    """Clause 5.6.17: the merge patch of clause 5.5.12. ResourceNotFound."""

    fragment: Entity


class Append(Operation, frozen=True):
    """Clause 5.6.3: add attributes; those that are there stay as they are unless ``overwrite``, which replaces the
    scopes too. ResourceNotFound."""

    fragment: Entity
    overwrite: bool = True


class Update(Operation, frozen=True):
    """Clause 5.6.2: replace attributes that are there, add the others; a scope is replaced, never added.
    ResourceNotFound."""

    fragment: Entity


class PatchAttribute(Operation, frozen=True):
    """Clause 5.6.4, partial attribute update: members given replace, others stay. ResourceNotFound."""

    id: str
    name: str
    """IRI."""
    instances: Instances
    """``kind`` and ``value`` of an instance may be those of the stored one (see ``keeps_value``)."""
    keeps_value: bool = False
    """The request gave no value: the stored one stays."""


class ReplaceAttribute(Operation, frozen=True):
    """Clause 5.6.19: one attribute, whole. ResourceNotFound where entity or attribute is not there."""

    id: str
    name: str
    instances: Instances


class DeleteAttribute(Operation, frozen=True):
    """Clause 5.6.5: the default instance, the one of ``dataset_id``, or all; or the scopes (``merge.SCOPE``).
    ResourceNotFound."""

    id: str
    name: str
    dataset_id: str | None = None
    every_instance: bool = False


class Delete(Operation, frozen=True):
    """Clause 5.6.6. ResourceNotFound."""

    id: str


class ReplaceCollection(Operation, frozen=True):
    """Make a collection hold exactly these entities. Equal ones stay untouched; all or nothing.

    AlreadyExists where an entity of that id belongs to another collection.
    """

    collection: str
    entities: tuple[Entity, ...]


AnyOperation = (
    Create
    | Replace
    | Upsert
    | Merge
    | Append
    | Update
    | PatchAttribute
    | ReplaceAttribute
    | DeleteAttribute
    | Delete
    | ReplaceCollection
)


class Write(Struct, frozen=True, kw_only=True):
    """One request's operations on one tenant: one transaction."""

    tenant: str
    operations: tuple[AnyOperation, ...]
    context: ContextSource = CORE
    """The writer's @context: the stored answer form is compacted with it."""
    collection: str = "default"
    """Where new entities go."""
    within: frozenset[str] | None = None
    """The collections that may be touched; entities of others are not found. ``None``: all."""
    by: str = "anonymous"
    at: str
    """The time of the request, ISO 8601 UTC with milliseconds: createdAt and modifiedAt."""


class NotUpdated(Struct, frozen=True):
    """An attribute that an operation left alone, and why."""

    name: str
    reason: str


class Outcome(Struct, frozen=True, kw_only=True):
    """What one operation did. An operation that failed changed nothing; those beside it stand."""

    id: str
    created: bool = False
    changed: bool = False
    """False where the write made no difference."""
    updated: tuple[str, ...] = ()
    """IRIs of the attributes that were written."""
    not_updated: tuple[NotUpdated, ...] = ()
    error: str = ""
    """The name of a class of ``errors``; empty where the operation succeeded."""
    detail: str = ""
    added: tuple[str, ...] = ()
    """Of ReplaceCollection: ids that are new. ``altered``, ``removed``, ``untouched`` likewise."""
    altered: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    untouched: int = 0
