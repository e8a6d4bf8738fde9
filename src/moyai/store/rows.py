"""What an entity leaves in the side tables. Pure; ``compile`` asks for it by the same paths.

A path names what ``q`` can ask for: the IRIs from the attribute down, then the members within a structured value.
Arrays leave no trace in the path: their elements, and the members of their elements, are values of one instance.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import shapely

from moyai.errors import BadRequestData
from moyai.model.entity import Attribute, Entity, Instances, Kind, walk
from moyai.query import geo, moments

SHAPES_AT_MOST = 1024
"""Geometries of one entity; the row of a shape is the entity's times this plus n."""
_POINT = struct.Struct("<BIdd")
"""WKB of a point: byte order, type, longitude, latitude."""
_STEP, _MEMBER = "\x1f", "\x1e"
_DEEPEST = 32
"""Members deeper than this cannot be asked for."""


class Value(NamedTuple):
    """A row of ``value`` but for the entity; ``path`` is a name to be interned."""

    path: str
    instance: int
    element: int
    number: float | None
    text: str | None
    moment: str | None
    boolean: int | None


class Shape(NamedTuple):
    """A row of ``shape`` but for the entity: its bounding box in degrees and its geometry as WKB."""

    n: int
    path: str
    west: float
    south: float
    east: float
    north: float
    geometry: bytes


def path_key(attributes: Sequence[str], members: Sequence[str] = ()) -> str:
    """The name under which the values of a path stand."""
    return _STEP.join(attributes) + "".join(_MEMBER + member for member in members)


def values(attributes: Mapping[str, Instances]) -> list[Value]:
    """Every value of these attributes that q can ask for."""
    counts: dict[str, int] = {}
    found: list[Value] = []
    for path, elements in _instances(attributes):
        instance = counts.get(path, 0)
        counts[path] = instance + 1
        for n, element in enumerate(elements):
            found.append(_row(path, instance, n, element))
    return found


def shapes(entity: Entity) -> set[Shape]:
    """Every geometry of the entity. Raises BadRequestData for more than 1024, or one that is none."""
    found = [(path, each.value) for path, each in walk(entity.attributes) if each.kind is Kind.GEO]
    if len(found) > SHAPES_AT_MOST:
        raise BadRequestData(f"{entity.id} has more than {SHAPES_AT_MOST} geometries")
    rows = (_shape(n, path_key(path), value) for n, (path, value) in enumerate(found))
    return {row for row in rows if row is not None}


def has_shapes(attributes: Mapping[str, Instances]) -> bool:
    return any(each.kind is Kind.GEO for _, each in walk(attributes))


def point_of(geometry: bytes) -> tuple[float, float] | None:
    """Longitude and latitude where this WKB is a point's as we write it."""
    if len(geometry) != _POINT.size:
        return None
    _, _, longitude, latitude = _POINT.unpack(geometry)
    return longitude, latitude


def _shape(n: int, path: str, value: Any) -> Shape | None:
    match value:
        case {"type": "Point", "coordinates": [float() | int() as x, float() | int() as y, *_]}:
            # Most shapes are points, and shapely takes ten times as long.
            return Shape(n, path, x, y, x, y, _POINT.pack(1, 1, x, y))
    geometry = geo.shape_of(value)
    if geometry.is_empty:
        return None
    west, south, east, north = geometry.bounds
    return Shape(n, path, west, south, east, north, shapely.to_wkb(geometry, output_dimension=2, byte_order=1))


def _instances(attributes: Mapping[str, Instances]) -> Iterator[tuple[str, list[Any]]]:
    """Path and elements of each instance."""
    for path, attribute in walk(attributes):
        yield path_key(path), _elements(_value(attribute))
        for name, member in _members(attribute):
            yield path_key((*path, name)), [member]
        if isinstance(attribute.value, list | dict):
            yield from _structured(path, attribute)


def _value(attribute: Attribute) -> Any:
    if attribute.kind is Kind.GEO:
        return None
    if attribute.kind is Kind.LANGUAGE and isinstance(attribute.value, dict):
        return [each for text in attribute.value.values() for each in _elements(text)]
    return attribute.value


def _members(attribute: Attribute) -> list[tuple[str, str]]:
    """What a path may name beside sub-attributes."""
    found = []
    if attribute.observed_at is not None:
        found.append(("observedAt", attribute.observed_at))
    if attribute.unit_code is not None:
        found.append(("unitCode", attribute.unit_code))
    if attribute.dataset_id is not None:
        found.append(("datasetId", attribute.dataset_id))
    if attribute.expires_at is not None:
        found.append(("expiresAt", attribute.expires_at))
    return found


def _structured(path: tuple[str, ...], attribute: Attribute) -> Iterator[tuple[str, list[Any]]]:
    found: dict[tuple[str, ...], list[Any]] = {}
    if attribute.kind is Kind.GEO:  # a shape has thousands of coordinates, and a geo query to ask for them
        return
    _collect(attribute.value, (), found)
    for members, elements in found.items():
        yield path_key(path, members), elements


def _collect(value: Any, members: tuple[str, ...], found: dict[tuple[str, ...], list[Any]]) -> None:
    if isinstance(value, list):
        for each in value:
            _collect(each, members, found)
    elif isinstance(value, dict) and len(members) < _DEEPEST:
        for name, member in value.items():
            deeper = (*members, name)
            found.setdefault(deeper, []).extend(_elements(member))
            _collect(member, deeper, found)


def _elements(value: Any) -> list[Any]:
    return value if isinstance(value, list) and value else [value]


def _row(path: str, instance: int, n: int, value: Any) -> Value:
    if isinstance(value, dict) and "@value" in value:
        value = value["@value"]
    if isinstance(value, str):
        return Value(path, instance, n, None, value, moments.of(value), None)
    if isinstance(value, bool):
        return Value(path, instance, n, None, None, None, int(value))
    if isinstance(value, int | float):
        return Value(path, instance, n, _number(value), None, None, None)
    return Value(path, instance, n, None, None, None, None)


def _number(value: float) -> float:
    try:
        return float(value)
    except OverflowError:  # an integer beyond what REAL holds
        return math.inf if value > 0 else -math.inf
