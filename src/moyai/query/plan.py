"""From what is asked and what may be seen to what the sources are asked, in one sentence for the log.

There is one source, the tenant's store: it is asked for the collections that the caller may read, and for nothing
where there is none among them.
"""

from __future__ import annotations

import re

from msgspec import Struct

from moyai.model.geo import GeoQuery, Relation
from moyai.model.query import Access, Query
from moyai.query import q, selection

_LAST = re.compile(r"[^/#]+$")


class Plan(Struct, frozen=True):
    """``str`` of it is the sentence."""

    query: Query
    access: Access

    @property
    def is_idle(self) -> bool:
        """Whether nothing can be found, so that no source need be asked."""
        if self.query.collection:
            return not self.access.allows(self.query.collection)
        return self.access.collections is not None and not self.access.collections

    def __str__(self) -> str:
        conditions = [condition for condition in _conditions(self.query) if condition]
        wanted = " and ".join(conditions) if conditions else "everything"
        sentence = f"{_page(self.query)}: {wanted}; {_collections(self)}"
        # What a stranger sent must not begin a line of the log.
        return "".join(sign if sign.isprintable() else "�" for sign in sentence)


def make(query: Query, access: Access) -> Plan:
    """The access as narrow as the query's own collection."""
    if query.collection and access.allows(query.collection):
        return Plan(query, Access(frozenset({query.collection})))
    return Plan(query, access)


def _conditions(query: Query) -> list[str]:
    return [
        f"type {selection.write(query.types, _name)}" if query.types else "",
        f"id among {len(query.ids)}" if query.ids else "",
        f"id like {query.id_pattern}" if query.id_pattern else "",
        f"one of {', '.join(map(_name, query.attrs))}" if query.attrs else "",
        q.write(query.q, _name) if query.q else "",
        _place(query.geo) if query.geo else "",
    ]


def _name(iri: str) -> str:
    """The end of an IRI: what people call it."""
    found = _LAST.search(iri)
    return found.group() if found else iri


def _place(geo: GeoQuery) -> str:
    if geo.relation is not Relation.NEAR:
        return f"{_name(geo.attribute)} {geo.relation} a {geo.geometry['type']}"
    bounds = [
        f"{word} {metres:g} m"
        for word, metres in (("at most", geo.max_distance), ("at least", geo.min_distance))
        if metres is not None
    ]
    return f"{_name(geo.attribute)} {' and '.join(bounds)} from a {geo.geometry['type']}"


def _page(query: Query) -> str:
    page = query.page
    counted = ", counted" if page.count else ""
    return f"entities {page.offset + 1} to {page.offset + page.limit}{counted}"


def _collections(plan: Plan) -> str:
    if plan.is_idle:
        return "no collection"
    names = plan.access.collections
    return "every collection" if names is None else f"collections {', '.join(sorted(names))}"
