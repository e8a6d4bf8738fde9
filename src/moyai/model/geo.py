"""Where things are: the geo query, and the checks on a GeoJSON geometry.

Source: ETSI GS CIM 009 V1.9.1, clauses 4.7 (geospatial properties) and 4.10 (geo-query language); RFC 7946.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from msgspec import Struct

from moyai.errors import BadRequestData

Geometry = dict[str, Any]
"""A GeoJSON geometry: ``{"type": "Point", "coordinates": [longitude, latitude]}`` and so on."""

LOCATION = "https://uri.etsi.org/ngsi-ld/location"
"""The attribute that a geo query means where it names none."""


class Relation(StrEnum):
    NEAR = "near"
    WITHIN = "within"
    CONTAINS = "contains"
    INTERSECTS = "intersects"
    EQUALS = "equals"
    DISJOINT = "disjoint"
    OVERLAPS = "overlaps"


class GeoQuery(Struct, frozen=True, kw_only=True):
    relation: Relation
    geometry: Geometry
    attribute: str = LOCATION
    """IRI of a GeoProperty."""
    max_distance: float | None = None
    """Metres; ``near`` alone, which has one of the two."""
    min_distance: float | None = None


_DEPTH = {"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}


def validated_geometry(value: object) -> Geometry:
    """The geometry itself; raises BadRequestData that says what RFC 7946 does not allow.

    Positions are longitude −180…180, latitude −90…90; lines have two positions or more, rings four or more, the last
    equal to the first.
    """
    if not isinstance(value, dict):
        raise BadRequestData("a geometry is a GeoJSON object")
    kind = value.get("type")
    if kind == "GeometryCollection":
        members = value.get("geometries")
        if not isinstance(members, list):
            raise BadRequestData("a GeometryCollection has a list of geometries")
        for member in members:
            validated_geometry(member)
        return value
    if not isinstance(kind, str) or kind not in _DEPTH:
        raise BadRequestData(f"'{kind}' is no GeoJSON geometry type")
    _check_coordinates(value.get("coordinates"), kind, _DEPTH[kind])
    return value


def _check_coordinates(value: object, kind: str, depth: int) -> None:
    if depth == 0:
        _check_position(value)
        return
    if not isinstance(value, list):
        raise BadRequestData(f"the coordinates of a {kind} are not nested as RFC 7946 says")
    for each in value:
        _check_coordinates(each, kind, depth - 1)
    if depth == 1:
        _check_length(value, kind)


def _check_length(positions: list[Any], kind: str) -> None:
    if kind in {"LineString", "MultiLineString"} and len(positions) < 2:
        raise BadRequestData("a line has two positions or more")
    if kind in {"Polygon", "MultiPolygon"} and (len(positions) < 4 or positions[0] != positions[-1]):
        raise BadRequestData("a polygon's ring has four positions or more and ends where it began")


def _check_position(value: object) -> None:
    if not isinstance(value, list) or not 2 <= len(value) <= 3 or not all(_is_number(each) for each in value):
        raise BadRequestData("a position is [longitude, latitude] in numbers")
    longitude, latitude = value[0], value[1]
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        raise BadRequestData(f"[{longitude}, {latitude}] is outside longitude -180…180, latitude -90…90")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value == value  # NaN is not itself
