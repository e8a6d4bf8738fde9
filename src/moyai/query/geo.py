"""The geo query: ``georel``, ``geometry``, ``coordinates``, ``geoproperty``. Source: ETSI GS CIM 009 V1.9.1, 4.10."""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec
import shapely
from shapely.errors import ShapelyError

from moyai.errors import BadRequestData
from moyai.model.geo import LOCATION, Geometry, GeoQuery, Relation, validated_geometry

_DISTANCE = re.compile(r"(maxDistance|minDistance)==(\d{1,12}(?:\.\d{1,12})?(?:[eE][+-]?\d{1,2})?)", re.ASCII)


def parse(
    *, georel: str, geometry: str, coordinates: object, geoproperty: str, expand: Callable[[str], str]
) -> GeoQuery:
    """``coordinates``: a JSON array, or its text. Raises BadRequestData for what is missing or not understood."""
    if not (georel and geometry and coordinates):
        raise BadRequestData("a geo query has georel, geometry and coordinates")
    relation, maximum, minimum = _relation(georel)
    return GeoQuery(
        relation=relation,
        geometry=validated_geometry({"type": geometry, "coordinates": _coordinates(coordinates)}),
        attribute=expand(geoproperty) if geoproperty else LOCATION,
        max_distance=maximum,
        min_distance=minimum,
    )


def shape_of(geometry: Geometry) -> shapely.Geometry:
    """A GeoJSON geometry as shapely has it, without heights. Raises BadRequestData."""
    try:
        return shapely.force_2d(shapely.from_geojson(msgspec.json.encode(geometry)))
    except ShapelyError as error:
        raise BadRequestData(f"this is no geometry: {error}") from error


def _relation(text: str) -> tuple[Relation, float | None, float | None]:
    name, _, modifier = text.partition(";")
    if name not in {each.value for each in Relation}:
        raise BadRequestData(f"'{name}' is no georel: {', '.join(Relation)}")
    relation = Relation(name)
    if relation is not Relation.NEAR:
        if modifier:
            raise BadRequestData(f"georel {name} takes no '{modifier}'")
        return relation, None, None
    found = _DISTANCE.fullmatch(modifier)
    metres = float(found[2]) if found else 0.0
    if not found or not metres:
        raise BadRequestData(
            "georel near has a distance in metres, above 0: near;maxDistance==2000 or near;minDistance==2000"
        )
    return (relation, metres, None) if found[1] == "maxDistance" else (relation, None, metres)


def _coordinates(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return msgspec.json.decode(value)
    except (msgspec.DecodeError, RecursionError) as error:
        raise BadRequestData(f"the coordinates '{value[:60]}' are no JSON array of positions") from error
