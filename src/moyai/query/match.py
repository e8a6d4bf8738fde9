"""Whether one entity in memory is what a query asks for: the plain reading of the language.

The store answers the same in SQL, and a test holds the two equal. Source: ETSI GS CIM 009 V1.9.1, clauses 4.9, 4.10,
4.17.

A comparison holds where one instance of the attribute satisfies it, whatever its datasetId. An array is equal to what
is among its elements, and unequal to what is not; an attribute that is not there is neither. Values of different kinds
are unequal, and are unequal, and neither is greater. What has no text neither matches a pattern nor fails to.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import shapely

from moyai.errors import BadRequestData, OperationNotSupported
from moyai.model.entity import Attribute, Entity, Instances, Json, Kind
from moyai.model.geo import GeoQuery, Relation
from moyai.model.query import (
    AllTypes,
    And,
    AnyOf,
    AnyType,
    Boolean,
    Compare,
    Condition,
    Exists,
    HasType,
    Moment,
    Not,
    Number,
    Operator,
    Or,
    Path,
    Query,
    Range,
    Scalar,
    Text,
    TypeSelection,
    Uri,
    Value,
)
from moyai.query import geo as places
from moyai.query import geodesy, moments, patterns

_CORE = "https://uri.etsi.org/ngsi-ld/"
_OF_ENTITY: Mapping[str, Callable[[Entity], str | None]] = {
    f"{_CORE}createdAt": lambda entity: entity.created_at,
    f"{_CORE}modifiedAt": lambda entity: entity.modified_at,
}
_OF_ATTRIBUTE: Mapping[str, Callable[[Attribute], str | None]] = {
    "observedAt": lambda attribute: attribute.observed_at,
    "unitCode": lambda attribute: attribute.unit_code,
    "datasetId": lambda attribute: attribute.dataset_id,
    "expiresAt": lambda attribute: attribute.expires_at,
}
_NOT_KEPT = frozenset({"createdAt", "modifiedAt", "lang", "type"})
_ANY_LANGUAGE = "*"
_NEGATIVE = {Operator.UNEQUAL: Operator.EQUAL, Operator.DIFFERS: Operator.MATCHES}
_SIGNS: Mapping[Operator, Callable[[Any, Any], bool]] = {
    Operator.EQUAL: operator.eq,
    Operator.GREATER: operator.gt,
    Operator.GREATER_EQUAL: operator.ge,
    Operator.LESS: operator.lt,
    Operator.LESS_EQUAL: operator.le,
}
_RELATIONS: Mapping[Relation, Callable[[shapely.Geometry, shapely.Geometry], bool]] = {
    Relation.WITHIN: lambda stored, asked: bool(stored.within(asked)),
    Relation.CONTAINS: lambda stored, asked: bool(stored.contains(asked)),
    Relation.INTERSECTS: lambda stored, asked: bool(stored.intersects(asked)),
    Relation.EQUALS: lambda stored, asked: bool(stored.equals(asked)),
    Relation.DISJOINT: lambda stored, asked: bool(stored.disjoint(asked)),
    Relation.OVERLAPS: lambda stored, asked: bool(stored.overlaps(asked)),
}


class _Instant(NamedTuple):
    """A time the system keeps: a moment and no text."""

    text: str


def matches(entity: Entity, query: Query) -> bool:
    """Whether all of the query's conditions hold; its page and collection are not the entity's to know.

    Raises BadRequestData for a pattern or a geometry that is none, OperationNotSupported for a member of an attribute
    that is not kept; but not where an earlier condition has decided.
    """
    return (
        (query.types is None or _is_of(entity, query.types))
        and (not query.ids or entity.id in query.ids)
        and (not query.id_pattern or patterns.compiled(query.id_pattern)(entity.id))
        and (not query.attrs or any(entity.attributes.get(name) for name in query.attrs))
        and (query.q is None or holds(entity, query.q))
        and (query.geo is None or _is_placed(entity, query.geo))
    )


def holds(entity: Entity, condition: Condition) -> bool:
    """Whether a condition of ``q`` holds. Raises as ``matches``."""
    match condition:
        case And(parts):
            return all(holds(entity, part) for part in parts)
        case Or(parts):
            return any(holds(entity, part) for part in parts)
        case Not(part):
            return not holds(entity, part)
        case Exists(path):
            return bool(_instances(entity, path))
        case Compare(path, sign, value):
            return _compare(_instances(entity, path), sign, value)


def _is_of(entity: Entity, types: TypeSelection) -> bool:
    match types:
        case HasType(iri):
            return iri in entity.types
        case AllTypes(parts):
            return all(_is_of(entity, part) for part in parts)
        case AnyType(parts):
            return any(_is_of(entity, part) for part in parts)


# ── what stands at a path ───────────────────────────────────────────────────────────────────────────────────────────


def _instances(entity: Entity, path: Path) -> list[list[Json]]:
    """The elements of each instance that is there."""
    if len(path.attributes) == 1 and not path.members and path.attributes[0] in _OF_ENTITY:
        text = _OF_ENTITY[path.attributes[0]](entity)
        return [] if text is None else [[_Instant(text)]]
    *above, last = path.attributes
    if not above or last not in _OF_ATTRIBUTE.keys() | _NOT_KEPT:
        found = _attributes(entity.attributes, path.attributes)
        return [elements for each in found if (elements := _elements(each, path.members))]
    if last in _NOT_KEPT:
        raise OperationNotSupported(f"q cannot ask for the member '{last}' of an attribute")
    texts = [_OF_ATTRIBUTE[last](each) for each in _attributes(entity.attributes, above)]
    return [[text] for text in texts if text is not None and _without_any(path.members) == ()]


def _attributes(attributes: Mapping[str, Instances], names: Sequence[str]) -> list[Attribute]:
    found = list(attributes.get(names[0], ()))
    for name in names[1:]:
        found = [under for each in found for under in each.attributes.get(name, ())]
    return found


def _elements(attribute: Attribute, members: tuple[str, ...]) -> list[Json]:
    """None where the members lead to nothing; what is there without a value that can be compared is one element."""
    names, value = _without_any(members), attribute.value
    if attribute.kind is Kind.GEO:
        return [] if names else [None]
    if attribute.kind is Kind.LANGUAGE and isinstance(value, dict) and not names:
        return _flat([each for text in value.values() for each in _flat(text)])
    return _within(value, names)


def _without_any(members: tuple[str, ...]) -> tuple[str, ...]:
    return members[:-1] if members[-1:] == (_ANY_LANGUAGE,) else members


def _within(value: Json, members: Sequence[str]) -> list[Json]:
    """Arrays are no step of the way: it goes on in each of their elements."""
    if not members:
        return _flat(value)
    if isinstance(value, list):
        return [found for each in value for found in _within(each, members)]
    if isinstance(value, dict) and members[0] in value:
        return _within(value[members[0]], members[1:])
    return []


def _flat(value: Json) -> list[Json]:
    return value if isinstance(value, list) and value else [value]


# ── comparison ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _compare(instances: list[list[Json]], sign: Operator, value: Value) -> bool:
    if sign is Operator.DIFFERS:
        instances = [elements for elements in instances if any(isinstance(_plain(each), str) for each in elements)]
    if sign in _NEGATIVE:
        positive = _NEGATIVE[sign]
        return any(not any(_satisfies(each, positive, value) for each in elements) for elements in instances)
    return any(_satisfies(each, sign, value) for elements in instances for each in elements)


def _satisfies(element: Json, sign: Operator, value: Value) -> bool:
    if isinstance(value, AnyOf | Range) and sign is not Operator.EQUAL:
        raise BadRequestData(f"{sign} cannot be asked of a list or a range")
    element = _plain(element)
    match value:
        case AnyOf(values):
            return any(_satisfies(element, sign, each) for each in values)
        case Range(lowest, highest):
            is_above = _satisfies(element, Operator.GREATER_EQUAL, lowest)
            return is_above and _satisfies(element, Operator.LESS_EQUAL, highest)
    if sign is Operator.MATCHES:
        return patterns.compiled(str(value.value))(element)
    pair = _comparable(element, value)
    return pair is not None and _SIGNS[sign](*pair)


def _plain(element: Json) -> Json:
    """Of a typed value, what the type is said of."""
    return element["@value"] if isinstance(element, dict) and "@value" in element else element


def _comparable(element: Json, value: Scalar) -> tuple[Any, Any] | None:
    """Both as what can be compared, where they are of one kind."""
    match value:
        case Number(number):
            is_number = isinstance(element, int | float) and not isinstance(element, bool)
            return (_double(element), number) if is_number else None
        case Boolean(truth):
            return (element, truth) if isinstance(element, bool) else None
        case Moment(text) if moment := moments.of(text):
            return _moments(element, moment)
        case Text(text) | Uri(text) | Moment(text):
            return (element, text) if isinstance(element, str) else None


def _moments(element: Json, moment: str) -> tuple[str, str] | None:
    """A time of day is neither before nor after a date."""
    text = element.text if isinstance(element, _Instant) else element
    found = moments.of(text) if isinstance(text, str) else None
    if found is None or found.startswith(moments.TIMES) != moment.startswith(moments.TIMES):
        return None
    return found, moment


def _double(number: float) -> float:
    try:
        return float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf


# ── places ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _is_placed(entity: Entity, geo: GeoQuery) -> bool:
    asked = places.shape_of(geo.geometry)
    instances = [each for each in entity.attributes.get(geo.attribute, ()) if each.kind is Kind.GEO]
    stored = [places.shape_of(each.value) for each in instances]
    # What has no extent is nowhere: it stands in no relation to anything.
    return any(_is_related(each, geo, asked) for each in stored if not each.is_empty)


def _is_related(stored: shapely.Geometry, geo: GeoQuery, asked: shapely.Geometry) -> bool:
    if geo.relation is not Relation.NEAR:
        return _RELATIONS[geo.relation](stored, asked)
    if asked.is_empty:
        return False
    metres = geodesy.distance(asked, stored)
    is_near = geo.max_distance is None or metres <= geo.max_distance
    return is_near and (geo.min_distance is None or metres >= geo.min_distance)
