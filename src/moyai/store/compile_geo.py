"""A geo query as SQL: the R-tree names candidates by their boxes, shapely decides. Source: clause 4.10.

Relations other than ``near`` are those of OGC Simple Features in the plane of longitude and latitude, as GeoJSON
means it: what crosses the 180th meridian is cut there by its author (RFC 7946, section 3.1.9).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import msgspec
import shapely

from moyai.model.geo import GeoQuery, Relation
from moyai.query import geo as places
from moyai.query import geodesy
from moyai.query.geodesy import Box
from moyai.store import rows
from moyai.store.fragment import Fragment, any_of, path_is

_MARGIN = 1e-5
"""Degrees: boxes are kept in single precision, which is as coarse as this."""

_OF_POINTS: Mapping[Relation, Callable[[shapely.Geometry, float, float], bool]] = {
    Relation.WITHIN: lambda asked, x, y: bool(shapely.contains_xy(asked, x, y)),
    Relation.INTERSECTS: lambda asked, x, y: bool(shapely.intersects_xy(asked, x, y)),
    Relation.DISJOINT: lambda asked, x, y: not shapely.intersects_xy(asked, x, y),
}
"""Without making a geometry of each point."""


@dataclass(frozen=True)
class Related:
    """Whether a stored geometry (WKB) stands in a relation to one that was asked for (GeoJSON)."""

    relation: Relation
    asked: bytes

    def __call__(self, geometry: Any) -> bool:
        point = rows.point_of(geometry)
        if point is not None and self.relation in _OF_POINTS:
            return _OF_POINTS[self.relation](self._asked, *point)
        stored = shapely.from_wkb(geometry)
        match self.relation:
            case Relation.WITHIN:
                return bool(self._asked.contains(stored))
            case Relation.CONTAINS:
                return bool(self._asked.within(stored))
            case Relation.INTERSECTS:
                return bool(self._asked.intersects(stored))
            case Relation.DISJOINT:
                return bool(self._asked.disjoint(stored))
            case Relation.OVERLAPS:
                return bool(self._asked.overlaps(stored))
        return bool(self._asked.equals(stored))

    @cached_property
    def _asked(self) -> shapely.Geometry:
        geometry = shapely.from_geojson(self.asked)
        shapely.prepare(geometry)
        return geometry


@dataclass(frozen=True)
class Near:
    """Whether a stored geometry is at most, and at least, so many metres away."""

    asked: bytes
    most: float | None
    least: float | None

    def __call__(self, geometry: Any) -> bool:
        point = rows.point_of(geometry)
        if point is not None and self._point is not None:
            metres = geodesy.between(self._point, point)
        else:
            metres = geodesy.distance(self._asked, shapely.from_wkb(geometry))
        return (self.most is None or metres <= self.most) and (self.least is None or metres >= self.least)

    @cached_property
    def _asked(self) -> shapely.Geometry:
        return shapely.from_geojson(self.asked)

    @cached_property
    def _point(self) -> tuple[float, float] | None:
        is_point = self._asked.geom_type == "Point" and not self._asked.is_empty
        return (self._asked.x, self._asked.y) if is_point else None


def condition(geo: GeoQuery) -> Fragment:
    """Of candidates ``c.id``. Raises BadRequestData for a geometry that is none."""
    asked = places.shape_of(geo.geometry)
    here, boxes = path_is(rows.path_key((geo.attribute,))), _boxes(geo, asked)
    document = msgspec.json.encode(geo.geometry)
    if geo.relation is Relation.NEAR:
        test: Near | Related = Near(document, geo.max_distance, geo.min_distance)
    else:
        test = Related(geo.relation, document)
    text = f"c.id IN (SELECT entity FROM shape WHERE ({boxes.text}) AND {here.text} AND matches(geometry, ?))"
    return Fragment(text, (*boxes.parameters, *here.parameters, test))


def _boxes(geo: GeoQuery, asked: shapely.Geometry) -> Fragment:
    """Where an answer must have its box."""
    if asked.is_empty:
        return Fragment("0") if geo.relation is not Relation.DISJOINT else Fragment("1")
    if geo.relation is Relation.DISJOINT or (geo.relation is Relation.NEAR and geo.max_distance is None):
        return Fragment("1")
    box = Box(*asked.bounds)
    found = geodesy.around(box, geo.max_distance) if geo.relation is Relation.NEAR and geo.max_distance else [box]
    return any_of([_meets(each) for each in found])


def _meets(box: Box) -> Fragment:
    text = "west <= ? AND east >= ? AND south <= ? AND north >= ?"
    return Fragment(text, (box.east + _MARGIN, box.west - _MARGIN, box.north + _MARGIN, box.south - _MARGIN))
