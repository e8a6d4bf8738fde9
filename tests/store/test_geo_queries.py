"""Geo queries over real files, held against shapely asked of every entity."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from moyai.errors import BadRequestData
from moyai.model.change import Create
from moyai.model.geo import GeoQuery, Relation
from moyai.query import geodesy
from store.keeper import Keeper
from store.samples import CAPACITY, entity, place, point, prop


def square(west: float, south: float, side: float) -> dict[str, Any]:
    east, north = west + side, south + side
    return {
        "type": "Polygon",
        "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]],
    }


SHAPES: dict[str, dict[str, Any]] = {
    "a": {"type": "Point", "coordinates": [135.0, 34.0]},
    "b": {"type": "Point", "coordinates": [135.1, 34.1]},
    "c": square(135.2, 34.2, 0.2),
    "d": {"type": "LineString", "coordinates": [[135.0, 34.3], [135.3, 34.3]]},
    "e": {"type": "MultiPoint", "coordinates": [[134.0, 33.0], [135.3, 34.3]]},
    "f": {"type": "Point", "coordinates": [179.99, -17.0]},
    "g": {
        "type": "GeometryCollection",
        "geometries": [{"type": "Point", "coordinates": [135.0, 34.0]}, square(135.0, 35.0, 0.1)],
    },
    "h": {"type": "MultiPolygon", "coordinates": [square(135.2, 34.2, 0.2)["coordinates"]]},
}


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keeper]:
    found = Keeper(tmp_path_factory.mktemp("geo") / "tenants")
    for last, geometry in SHAPES.items():
        found.write(Create(entity=entity(last, location=place(geometry))))
    found.write(Create(entity=entity("nowhere")))
    found.write(Create(entity=entity("empty", location=place({"type": "MultiPoint", "coordinates": []}))))
    two = (point(10.0, 50.0), place({"type": "Point", "coordinates": [20.0, 50.0]}, dataset_id="urn:d:1"))
    found.write(Create(entity=entity("two", location=two)))
    found.write(Create(entity=entity("under", capacity=prop(1, attributes={CAPACITY: (point(30.0, 50.0),)}))))
    yield found
    found.close()


def ids(keeper: Keeper, relation: Relation, geometry: dict[str, Any], **members: Any) -> list[str]:
    return keeper.ids(geo=GeoQuery(relation=relation, geometry=geometry, **members))


def at(longitude: float, latitude: float) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [longitude, latitude]}


@pytest.mark.parametrize(
    ("relation", "geometry", "found"),
    [
        (Relation.WITHIN, square(134.9, 33.9, 0.51), "abcdh"),
        (Relation.INTERSECTS, square(135.25, 34.25, 0.01), "ch"),
        (Relation.INTERSECTS, square(134.9, 33.9, 0.5), "abcdegh"),
        (Relation.CONTAINS, at(135.3, 34.25), "ch"),
        (Relation.CONTAINS, at(135.05, 35.05), "g"),
        (Relation.EQUALS, square(135.2, 34.2, 0.2), "ch"),
        (Relation.EQUALS, at(135.0, 34.0), "a"),
        (Relation.OVERLAPS, square(135.3, 34.3, 0.2), "ch"),
        (Relation.DISJOINT, square(134.9, 33.9, 2.0), "f"),
        (Relation.WITHIN, {"type": "MultiPoint", "coordinates": []}, ""),
    ],
)
def test_relations_are_those_of_simple_features(
    full: Keeper, relation: Relation, geometry: dict[str, Any], found: str
) -> None:
    assert [each for each in ids(full, relation, geometry) if each in SHAPES] == list(found)


def test_near_is_measured_in_metres(full: Keeper) -> None:
    assert ids(full, Relation.NEAR, at(135.0, 34.0), max_distance=0) == ["a", "g"]
    assert ids(full, Relation.NEAR, at(135.0, 34.0), max_distance=14_400) == ["a", "g"]
    assert ids(full, Relation.NEAR, at(135.0, 34.0), max_distance=14_450) == ["a", "b", "g"]
    assert ids(full, Relation.NEAR, at(135.2, 34.19), max_distance=1_200) == ["c", "h"]
    far = ids(full, Relation.NEAR, at(135.0, 34.0), min_distance=1_000_000)
    assert far == ["f", "two"]


def test_near_reaches_over_the_180th_meridian(full: Keeper) -> None:
    assert ids(full, Relation.NEAR, at(-179.99, -17.0), max_distance=3_000) == ["f"]
    assert ids(full, Relation.NEAR, at(-179.99, -17.0), max_distance=1_000) == []


def test_any_instance_may_be_near_and_other_attributes_may_be_asked_of(full: Keeper) -> None:
    assert ids(full, Relation.NEAR, at(20.0, 50.0), max_distance=1) == ["two"]
    assert ids(full, Relation.NEAR, at(10.0, 50.0), max_distance=1) == ["two"]
    assert ids(full, Relation.NEAR, at(10.0, 50.0), max_distance=1, attribute=CAPACITY) == []


def test_a_geometry_that_is_none_is_refused(full: Keeper) -> None:
    with pytest.raises(BadRequestData, match="geometry"):
        ids(full, Relation.WITHIN, {"type": "Circle", "coordinates": [1, 2]})
    outcomes = full.write(Create(entity=entity("bad", location=place({"type": "Point", "coordinates": ["x"]}))))
    assert outcomes[0].error == "BadRequestData"


_MEMBERS = {
    Relation.WITHIN: shapely.within,
    Relation.INTERSECTS: shapely.intersects,
    Relation.CONTAINS: shapely.contains,
    Relation.EQUALS: shapely.equals,
    Relation.OVERLAPS: shapely.overlaps,
    Relation.DISJOINT: shapely.disjoint,
}
_tenths = st.integers(0, 6).map(lambda n: 134.9 + n / 10)
_squares = st.builds(
    lambda west, south, side: square(west, south - 101, side / 10), _tenths, _tenths, st.integers(1, 5)
)
_places = st.builds(lambda west, south: at(west, south - 101), _tenths, _tenths)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.sampled_from(sorted(_MEMBERS)), _squares | _places)
def test_the_r_tree_loses_nothing(full: Keeper, relation: Relation, geometry: dict[str, Any]) -> None:
    asked = shapely.geometry.shape(geometry)
    stored = {last: shapely.geometry.shape(each) for last, each in SHAPES.items()}
    expected = [last for last, each in stored.items() if _MEMBERS[relation](each, asked)]
    assert [last for last in ids(full, relation, geometry) if last in SHAPES] == expected


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(_places, st.floats(1, 200_000))
def test_near_loses_nothing(full: Keeper, geometry: dict[str, Any], metres: float) -> None:
    asked = shapely.geometry.shape(geometry)
    stored = {last: shapely.geometry.shape(each) for last, each in SHAPES.items()}
    expected = [last for last, each in stored.items() if geodesy.distance(asked, each) <= metres]
    assert [last for last in ids(full, Relation.NEAR, geometry, max_distance=metres) if last in SHAPES] == expected
