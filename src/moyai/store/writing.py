"""Writes on one tenant's file: many requests, one transaction, one sync of the disk."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

import apsw

from moyai.errors import AlreadyExists, BadRequestData, Error, Forbidden, ResourceNotFound, StorageFull, Unavailable
from moyai.model import merge
from moyai.model.change import AnyOperation, Create, Delete, Outcome, Replace, ReplaceCollection, Upsert, Write
from moyai.model.entity import Entity
from moyai.model.ports import Render
from moyai.store.connection import full_disk_told, open_writer, savepoint
from moyai.store.tables import Stored, Tables

log = logging.getLogger(__name__)

Result = Sequence[Outcome] | Error
"""What became of one write."""


class TenantWriter:
    """The one that writes a tenant's file. Its methods block; one thread at a time calls them."""

    def __init__(self, path: Path, render: Render) -> None:
        """Raises apsw.CantOpenError where there is no file, NewerData, StorageFull."""
        self._connection = open_writer(path)
        self._tables = Tables(self._connection, render)

    def close(self) -> None:
        """Everything is in the one file afterwards, unless a reader holds on to an older state."""
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._connection.close()

    def run(self, writes: Sequence[Write]) -> list[Result]:
        """Carry out all, and return when what succeeded is durable.

        A write that cannot be stored leaves nothing; the others stand.
        """
        try:
            return self._commit(writes)
        except StorageFull as error:
            if len(writes) == 1:
                return [error]
        # One of them may be too large for what is left of the disk; the others need not suffer for it.
        return [result for write in writes for result in self.run([write])]

    def _commit(self, writes: Sequence[Write]) -> list[Result]:
        """Raises StorageFull; then nothing was stored."""
        try:
            with full_disk_told():
                self._connection.execute("BEGIN IMMEDIATE")
                results = [self._one(write) for write in writes]
                self._tables.trim_changes()
                self._connection.execute("COMMIT")
        except BaseException:
            self._tables.forget()
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise
        return results

    def _one(self, write: Write) -> Result:
        """Raises apsw.FullError, apsw.IOError, which end the whole transaction."""
        try:
            with savepoint(self._connection):
                outcomes = [self._operate(operation, write) for operation in write.operations]
        except (apsw.FullError, apsw.IOError):
            raise
        except Exception as error:
            # A mistake of ours in one request must not take its neighbours along.
            log.exception("a write on tenant %s failed", write.tenant)
            self._tables.forget()
            return Unavailable(f"the write failed: {type(error).__name__}")
        return outcomes

    def _operate(self, operation: AnyOperation, write: Write) -> Outcome:
        try:
            if not isinstance(operation, ReplaceCollection):
                return self._apply(operation, write)
            with savepoint(self._connection):
                outcome = self._replace_collection(operation, write)
        except Error as error:
            if isinstance(operation, ReplaceCollection):
                self._tables.forget()
            return Outcome(id=_subject(operation), error=type(error).__name__, detail=error.detail)
        return outcome

    # ── one entity ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _apply(self, operation: AnyOperation, write: Write) -> Outcome:
        uri = _subject(operation)
        found = self._tables.find(uri, write.at)
        self._check_reach(operation, found, write)
        current = found.entity if found else None
        applied = merge.apply(operation, current, write.at)
        if applied.entity is None:
            assert found is not None
            self._tables.delete(found, write)
        elif found is None:
            self._tables.insert(applied.entity, write.collection, write)
        elif applied.changed or found.context != write.context.hash:
            self._tables.update(applied.entity, found, write, applied.updated if applied.changed else None)
        return Outcome(
            id=uri,
            created=applied.created,
            changed=applied.changed,
            updated=applied.updated,
            not_updated=applied.not_updated,
        )

    def _check_reach(self, operation: AnyOperation, found: Stored | None, write: Write) -> None:
        """Raises ResourceNotFound, AlreadyExists, Forbidden for what the writer may not touch."""
        if found is not None and not _within(write, found.collection):
            if isinstance(operation, Create | Upsert):
                raise AlreadyExists(f"there is an entity {found.entity.id} already")
            raise ResourceNotFound(f"there is no entity {found.entity.id}")
        if found is None and isinstance(operation, Create | Upsert) and not _within(write, write.collection):
            raise Forbidden(f"{write.by} may not add to the collection '{write.collection}'")

    # ── a whole collection ──────────────────────────────────────────────────────────────────────────────────────────

    def _replace_collection(self, operation: ReplaceCollection, write: Write) -> Outcome:
        if not _within(write, operation.collection):
            raise Forbidden(f"{write.by} may not change the collection '{operation.collection}'")
        if len({entity.id for entity in operation.entities}) < len(operation.entities):
            raise BadRequestData(f"the collection '{operation.collection}' was given one id twice")
        added: list[str] = []
        altered: list[str] = []
        untouched = 0
        for entity in operation.entities:
            found = self._tables.find(entity.id, write.at)
            if found is None:
                self._add(entity, operation.collection, write)
                added.append(entity.id)
            elif found.collection != operation.collection:
                raise AlreadyExists(f"{entity.id} belongs to another collection")
            elif found.entity.content() == entity.content():
                untouched += 1
            else:
                self._alter(entity, found, write)
                altered.append(entity.id)
        removed = self._remove_others(operation, write)
        return Outcome(
            id=operation.collection,
            changed=bool(added or altered or removed),
            added=tuple(added),
            altered=tuple(altered),
            removed=tuple(removed),
            untouched=untouched,
        )

    def _add(self, entity: Entity, collection: str, write: Write) -> None:
        applied = merge.apply(Create(entity=entity), None, write.at)
        assert applied.entity is not None
        self._tables.insert(applied.entity, collection, write)

    def _alter(self, entity: Entity, found: Stored, write: Write) -> None:
        applied = merge.apply(Replace(entity=entity), found.entity, write.at)
        assert applied.entity is not None
        self._tables.update(applied.entity, found, write, applied.updated)

    def _remove_others(self, operation: ReplaceCollection, write: Write) -> list[str]:
        kept = {entity.id for entity in operation.entities}
        removed = []
        for uri in self._tables.uris(operation.collection):
            found = None if uri in kept else self._tables.find(uri, write.at)
            if found is not None:
                self._tables.delete(found, write)
                removed.append(uri)
        return removed


def _subject(operation: AnyOperation) -> str:
    """The id that an operation is about; of a collection, its name."""
    match operation:
        case ReplaceCollection(collection=name):
            return name
        case Delete(id=uri):
            return uri
    for member in ("entity", "fragment"):
        inner = getattr(operation, member, None)
        if isinstance(inner, Entity):
            return inner.id
    return str(operation.id)  # type: ignore[union-attr]


def _within(write: Write, collection: str) -> bool:
    return write.within is None or collection in write.within
