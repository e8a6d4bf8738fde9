"""A query as data: what ``query.params`` makes of a request, ``query.plan`` narrows and ``store`` turns into SQL.

Source: ETSI GS CIM 009 V1.9.1, clauses 4.9 (query language), 4.17 (type selection), 4.19 (scope), 5.7.2 (query).
Attribute names and types are IRIs here.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from moyai.model.geo import GeoQuery

# ── type selection ──────────────────────────────────────────────────────────────────────────────────────────────────


class HasType(Struct, frozen=True, tag=True):
    iri: str


class AllTypes(Struct, frozen=True, tag=True):
    """``A;B``"""

    parts: tuple[TypeSelection, ...]


class AnyType(Struct, frozen=True, tag=True):
    """``A,B`` and ``A|B``"""

    parts: tuple[TypeSelection, ...]


TypeSelection = HasType | AllTypes | AnyType

# ── q ───────────────────────────────────────────────────────────────────────────────────────────────────────────────


class Operator(StrEnum):
    EQUAL = "=="
    UNEQUAL = "!="
    GREATER_EQUAL = ">="
    GREATER = ">"
    LESS_EQUAL = "<="
    LESS = "<"
    MATCHES = "~="
    DIFFERS = "!~="


class Path(Struct, frozen=True, tag=True):
    """``a.b[c.d]``: attribute a, its sub-attribute b, and within b's value the member c.d."""

    attributes: tuple[str, ...]
    """IRIs; or last the name of a member such as observedAt, unitCode, datasetId, as it is."""
    members: tuple[str, ...] = ()
    """Names within a structured value, as they are (not expanded); for a LanguageProperty the language tag or ``*``."""


class Text(Struct, frozen=True, tag=True):
    value: str


class Number(Struct, frozen=True, tag=True):
    value: float


class Boolean(Struct, frozen=True, tag=True):
    value: bool


class Moment(Struct, frozen=True, tag=True):
    """A DateTime, Date or Time as sent: ``2026-11-23T09:00:00Z``, ``2026-11-23``, ``09:00:00Z``."""

    value: str


class Uri(Struct, frozen=True, tag=True):
    """An unquoted URI: what a Relationship's target is compared with."""

    value: str


Scalar = Text | Number | Boolean | Moment | Uri


class Range(Struct, frozen=True, tag=True):
    """``lowest..highest``, both included."""

    lowest: Scalar
    highest: Scalar


class AnyOf(Struct, frozen=True, tag=True):
    """``a,b,c``: equal to one of them."""

    values: tuple[Scalar | Range, ...]


Value = Scalar | Range | AnyOf


class Exists(Struct, frozen=True, tag=True):
    path: Path


class Compare(Struct, frozen=True, tag=True):
    path: Path
    operator: Operator
    value: Value


class And(Struct, frozen=True, tag=True):
    parts: tuple[Condition, ...]


class Or(Struct, frozen=True, tag=True):
    parts: tuple[Condition, ...]


class Not(Struct, frozen=True, tag=True):
    """``!path``"""

    part: Condition


Condition = Exists | Compare | And | Or | Not

# ── the whole ───────────────────────────────────────────────────────────────────────────────────────────────────────


class Page(Struct, frozen=True):
    """Which part of the answer, ordered by the entities' creation."""

    limit: int = 20
    offset: int = 0
    count: bool = False
    """Whether the number of all matching entities is wanted."""


class Query(Struct, frozen=True, kw_only=True):
    """All conditions hold together; one that is absent holds always."""

    types: TypeSelection | None = None
    ids: tuple[str, ...] = ()
    id_pattern: str = ""
    """A regular expression, anchored by itself."""
    q: Condition | None = None
    geo: GeoQuery | None = None
    attrs: tuple[str, ...] = ()
    """IRIs: at least one of them is there; the answer has no others."""
    collection: str = ""
    """Entities of this one collection."""
    page: Page = Page()


class Access(Struct, frozen=True):
    """What a caller may read in a tenant. What it may not read does not exist for it."""

    collections: frozenset[str] | None = None
    """``None``: every collection."""

    def allows(self, collection: str) -> bool:
        return self.collections is None or collection in self.collections


EVERYTHING = Access()
NOTHING = Access(frozenset())
