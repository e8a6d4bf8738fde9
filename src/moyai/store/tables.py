"""The tables of a tenant's file as the writer keeps them: documents, side tables and outbox in step."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import apsw
import msgspec

from moyai.model.change import ContextSource, Write
from moyai.model.entity import Entity, Instances
from moyai.model.ports import Render
from moyai.query import moments
from moyai.store import rows

CHANGES_KEPT = 1_000_000
"""Of the outbox, the newest. Nothing is owed for older ones."""

_encode = msgspec.json.encode
_decode = msgspec.json.Decoder(Entity).decode


class Stored(msgspec.Struct, frozen=True):
    """An entity as the writer finds it."""

    row: int
    collection: str
    context: str
    entity: Entity


class Tables:
    """Within a transaction of the caller's."""

    def __init__(self, connection: apsw.Connection, render: Render) -> None:
        self._connection = connection
        self._render = render
        self._terms: dict[str, int] = {}

    def forget(self) -> None:
        """After a rollback: what was interned in it is gone."""
        self._terms.clear()

    def find(self, uri: str, at: str) -> Stored | None:
        """The entity; one that has expired is taken away."""
        row = self._connection.execute(
            "SELECT id, collection, expires, context, expanded FROM entity WHERE uri = ?", (uri,)
        ).fetchone()
        if row is None:
            return None
        number, collection, expires, context, expanded = row
        found = Stored(number, collection, context, _decode(expanded))
        if expires is not None and expires <= moments.instant(at):
            self._erase(found)
            return None
        return found

    def uris(self, collection: str) -> list[str]:
        found = self._connection.execute("SELECT uri FROM entity WHERE collection = ? ORDER BY id", (collection,))
        return [uri for (uri,) in found]

    def insert(self, entity: Entity, collection: str, write: Write) -> None:
        # Whatever may be refused is refused before the first row is written.
        values, shapes = rows.values(entity.attributes), rows.shapes(entity)
        created = moments.instant(entity.created_at or "")
        head = (entity.id, collection, _expiry(entity), created, *self._document(entity, write.context))
        self._connection.execute(
            "INSERT INTO entity (uri, collection, expires, created, modified, context, answer, expanded)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            head,
        )
        row = self._connection.last_insert_rowid()
        self._add_types(row, entity.types, collection, _expiry(entity))
        self._add_values(row, values)
        self._add_shapes(row, shapes)
        self._note(entity, collection, "created", tuple(entity.attributes), write)

    def update(self, entity: Entity, found: Stored, write: Write, names: Sequence[str] | None) -> None:
        """``names``: the attributes that were written; ``None`` where only the form of the answer is another."""
        row, expiry, old = found.row, _expiry(entity), found.entity
        # Most updates touch one attribute of many: only the rows that differ are written.
        before, after = _differing(old, entity)
        gone, come = rows.values(before), rows.values(after)
        moves = rows.has_shapes(before) or rows.has_shapes(after)
        old_shapes, new_shapes = (rows.shapes(old), rows.shapes(entity)) if moves else (set(), set())
        modified, *document = self._document(entity, write.context)
        self._connection.execute(
            "UPDATE entity SET modified = ?, context = ?, answer = ?, expanded = ? WHERE id = ?",
            (modified, *document, row),
        )
        if expiry != _expiry(old):
            # Apart, for it stands in an index, which would be written with every update.
            self._connection.execute("UPDATE entity SET expires = ? WHERE id = ?", (expiry, row))
        if old.types != entity.types or _expiry(old) != expiry:
            self._drop_types(row, old.types)
            self._add_types(row, entity.types, found.collection, expiry)
        self._drop_values(row, set(gone).difference(come))
        self._add_values(row, set(come).difference(gone))
        self._drop_shapes(row, old_shapes - new_shapes)
        self._add_shapes(row, new_shapes - old_shapes)
        if names is not None:
            self._note(entity, found.collection, "updated", names, write)

    def delete(self, found: Stored, write: Write) -> None:
        self._erase(found)
        self._note(found.entity, found.collection, "deleted", tuple(found.entity.attributes), write)

    def _erase(self, found: Stored) -> None:
        row, entity = found.row, found.entity
        self._connection.execute("DELETE FROM entity WHERE id = ?", (row,))
        self._connection.execute("DELETE FROM value WHERE id = ?", (row,))
        self._drop_types(row, entity.types)
        self._drop_shapes(row, rows.shapes(entity))

    def _document(self, entity: Entity, context: ContextSource) -> tuple[str, str, bytes, bytes]:
        """The columns modified, context, answer, expanded."""
        answer = self._render(entity, context)
        return moments.instant(entity.modified_at or ""), context.hash, answer, _encode(entity)

    def _each(self, text: str, found: Sequence[tuple[apsw.SQLiteValue, ...]]) -> None:
        if found:
            self._connection.executemany(text, found)

    def _add_types(self, row: int, types: Sequence[str], collection: str, expiry: str | None) -> None:
        found = [(self._term(iri), row, collection, expiry) for iri in types]
        self._each("INSERT INTO typed (type, id, collection, expires) VALUES (?, ?, ?, ?)", found)

    def _drop_types(self, row: int, types: Sequence[str]) -> None:
        found = [(self._term(iri), row) for iri in types]
        self._each("DELETE FROM typed WHERE type = ? AND id = ?", found)

    def _add_values(self, row: int, values: Iterable[rows.Value]) -> None:
        found = [(row, self._term(each[0]), *each[1:]) for each in values]
        self._each("INSERT INTO value VALUES (?, ?, ?, ?, ?, ?, ?, ?)", found)

    def _drop_values(self, row: int, values: Iterable[rows.Value]) -> None:
        found = [(row, self._term(each.path), each.instance, each.element) for each in values]
        self._each("DELETE FROM value WHERE id = ? AND path = ? AND instance = ? AND element = ?", found)

    def _add_shapes(self, row: int, shapes: set[rows.Shape]) -> None:
        found = [
            (_shape_row(row, each), each.west, each.east, each.south, each.north, row, self._term(each.path), each[6])
            for each in shapes
        ]
        self._each("INSERT INTO shape VALUES (?, ?, ?, ?, ?, ?, ?, ?)", found)

    def _drop_shapes(self, row: int, shapes: set[rows.Shape]) -> None:
        found = [(_shape_row(row, each),) for each in shapes]
        self._each("DELETE FROM shape WHERE id = ?", found)

    def _note(self, entity: Entity, collection: str, kind: str, names: Sequence[str], write: Write) -> None:
        """Into the outbox."""
        self._connection.execute(
            "INSERT INTO change (uri, collection, kind, types, names, at, by) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (entity.id, collection, kind, _text(entity.types), _text(names), write.at, write.by),
        )

    def trim_changes(self) -> None:
        self._connection.execute(
            "DELETE FROM change WHERE sequence <= (SELECT max(sequence) FROM change) - ?", (CHANGES_KEPT,)
        )

    def _term(self, name: str) -> int:
        number = self._terms.get(name)
        if number is None:
            number = self._terms[name] = self._intern(name)
        return number

    def _intern(self, name: str) -> int:
        row = self._connection.execute("SELECT id FROM term WHERE name = ?", (name,)).fetchone()
        if row is None:
            self._connection.execute("INSERT INTO term (name) VALUES (?)", (name,))
            return self._connection.last_insert_rowid()
        return int(row[0])


def _text(names: Sequence[str]) -> str:
    return _encode(names).decode()


def _expiry(entity: Entity) -> str | None:
    return moments.of(entity.expires_at) if entity.expires_at else None


def _differing(old: Entity, new: Entity) -> tuple[dict[str, Instances], dict[str, Instances]]:
    """The attributes that are not the same in both, as they are in each."""
    names = {
        name for name in (*old.attributes, *new.attributes) if old.attributes.get(name) != new.attributes.get(name)
    }
    before, after = [{n: each.attributes[n] for n in each.attributes if n in names} for each in (old, new)]
    return before, after


def _shape_row(row: int, shape: rows.Shape) -> int:
    return row * rows.SHAPES_AT_MOST + shape.n
