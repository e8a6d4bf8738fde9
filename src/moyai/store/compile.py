"""From a query to SQL: text and parameters. Pure; needs no database.

The text of one shape of query is always the same, whatever the values, so that prepared statements are used again.
Candidates ``c`` are rows of ``typed`` where the query names one type, else of ``entity``; both have id, collection and
expires.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec

from moyai.model.query import Access, AllTypes, AnyType, HasType, Query, TypeSelection
from moyai.query import patterns
from moyai.store import compile_geo, compile_q, rows
from moyai.store.fragment import Fragment, Parameter, all_of, any_of

_COLUMNS = "e.uri, e.collection, e.expanded, e.answer, e.context"
ONE = f"SELECT e.expires, {_COLUMNS} FROM entity e WHERE e.uri = ?"
"""The entity of an id: when it ends, uri, collection, expanded, answer, context."""


@dataclass(frozen=True)
class Statement:
    text: str
    parameters: tuple[Parameter, ...] = field(default=())


def page(query: Query, access: Access, now: str) -> Statement:
    """The entities of the query's page, in the order of their creation.

    Raises BadRequestData for a pattern that is no regular expression, and for a geometry that is none.
    """
    hits = _hits(query, access, now)
    text = (
        f"SELECT {_COLUMNS} FROM entity e WHERE e.id IN"
        f" (SELECT c.id {hits.text} ORDER BY c.id LIMIT ? OFFSET ?) ORDER BY e.id"
    )
    return Statement(text, (*hits.parameters, query.page.limit, query.page.offset))


def count(query: Query, access: Access, now: str) -> Statement:
    """How many match in all."""
    hits = _hits(query, access, now)
    return Statement(f"SELECT count(*) {hits.text}", hits.parameters)


def _hits(query: Query, access: Access, now: str) -> Fragment:
    """``FROM … WHERE …``"""
    source, types = _source(query.types)
    conditions = [*source.conditions, *_reach(query, access, now)]
    if types is not None:
        conditions.append(_types(types))
    if query.ids:
        conditions.append(_ids(query.ids))
    if query.id_pattern:
        conditions.append(_id_pattern(query.id_pattern))
    if query.attrs:
        conditions.append(_has_one_of(query.attrs))
    if query.q is not None:
        conditions.append(compile_q.condition(query.q))
    if query.geo is not None:
        conditions.append(compile_geo.condition(query.geo))
    where = all_of(conditions)
    return Fragment(f"FROM {source.table} c WHERE {where.text}", where.parameters)


@dataclass(frozen=True)
class _Source:
    table: str
    conditions: tuple[Fragment, ...] = ()


def _source(types: TypeSelection | None) -> tuple[_Source, TypeSelection | None]:
    """Where candidates come from, and what is left to check of the types."""
    match types:
        case HasType(iri=iri):
            return _of_type(iri), None
        case AllTypes(parts=(HasType(iri=iri), *others)):
            return _of_type(iri), AllTypes(tuple(others)) if others else None
    return _Source("entity"), types


def _of_type(iri: str) -> _Source:
    return _Source("typed", (Fragment("c.type = (SELECT id FROM term WHERE name = ?)", (iri,)),))


def _reach(query: Query, access: Access, now: str) -> list[Fragment]:
    """What may be read and is not over."""
    found = [Fragment("(c.expires IS NULL OR c.expires > ?)", (now,))]
    if query.collection:
        found.append(Fragment("c.collection = ?", (query.collection,)))
    if access.collections is not None:
        found.append(_one_of("c.collection", sorted(access.collections)))
    return found


def _types(types: TypeSelection) -> Fragment:
    match types:
        case HasType(iri=iri):
            text = "c.id IN (SELECT id FROM typed WHERE type = (SELECT id FROM term WHERE name = ?))"
            return Fragment(text, (iri,))
        case AllTypes(parts=parts):
            return all_of([_types(part) for part in parts])
        case AnyType(parts=parts):
            return any_of([_types(part) for part in parts])


def _ids(ids: Sequence[str]) -> Fragment:
    listed = _one_of("uri", ids)
    return Fragment(f"c.id IN (SELECT id FROM entity WHERE {listed.text})", listed.parameters)


def _id_pattern(pattern: str) -> Fragment:
    text = "matches((SELECT uri FROM entity WHERE id = c.id), ?)"
    return Fragment(text, (patterns.compiled(pattern),))


def _has_one_of(names: Sequence[str]) -> Fragment:
    listed = _one_of("name", [rows.path_key((name,)) for name in names])
    text = f"EXISTS (SELECT 1 FROM value WHERE id = c.id AND path IN (SELECT id FROM term WHERE {listed.text}))"
    return Fragment(text, listed.parameters)


def _one_of(column: str, values: Sequence[str]) -> Fragment:
    """One parameter for any number of values."""
    listed = msgspec.json.encode(values).decode()
    return Fragment(f"{column} IN (SELECT value FROM json_each(?))", (listed,))
