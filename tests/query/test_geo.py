"""The geo query: its relations, geometries and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moyai.errors import BadRequestData
from moyai.model.geo import LOCATION, GeoQuery, Relation
from moyai.query import geo

SQUARE = [[[135.0, 34.0], [135.1, 34.0], [135.1, 34.1], [135.0, 34.1], [135.0, 34.0]]]


def parse(
    georel: str = "within", geometry: str = "Point", coordinates: Any = "[135.1,34.0]", name: str = ""
) -> GeoQuery:
    return geo.parse(
        georel=georel,
        geometry=geometry,
        coordinates=coordinates,
        geoproperty=name,
        expand="https://example.org/".__add__,
    )


@pytest.mark.parametrize("relation", [each for each in Relation if each is not Relation.NEAR])
def test_every_relation_is_read(relation: Relation) -> None:
    expected = GeoQuery(relation=relation, geometry={"type": "Point", "coordinates": [135.1, 34.0]})
    assert parse(relation.value) == expected
    assert expected.attribute == LOCATION


@pytest.mark.parametrize(
    ("georel", "most", "least"),
    [
        ("near;maxDistance==2000", 2000.0, None),
        ("near;maxDistance==2e3", 2000.0, None),
        ("near;minDistance==0.5", None, 0.5),
    ],
)
def test_near_has_one_distance_in_metres(georel: str, most: float | None, least: float | None) -> None:
    found = parse(georel)
    assert (found.relation, found.max_distance, found.min_distance) == (Relation.NEAR, most, least)


@pytest.mark.parametrize(
    "georel",
    [
        "near",
        "near;",
        "near;maxDistance=2000",
        "near;maxDistance==-1",
        "near;maxDistance==0",
        "near;minDistance==0.0",
        "near;maxDistance==1e",
        "near;maxDistance==２０００",
        "near;maxDistance==" + "9" * 400,
        "near;maxDistance==1;minDistance==2",
        "near;distance==1",
        "within;maxDistance==1",
        "beside",
        "Within",
        "",
    ],
)
def test_other_relations_are_refused(georel: str) -> None:
    with pytest.raises(BadRequestData, match="georel"):
        parse(georel)


@pytest.mark.parametrize(
    ("kind", "coordinates"),
    [
        ("Point", [135.1, 34.0]),
        ("MultiPoint", [[135.1, 34.0], [135.2, 34.0]]),
        ("LineString", [[135.1, 34.0], [135.2, 34.0]]),
        ("MultiLineString", [[[135.1, 34.0], [135.2, 34.0]]]),
        ("Polygon", SQUARE),
        ("MultiPolygon", [SQUARE]),
    ],
)
def test_every_geometry_is_read_as_json_or_as_its_text(kind: str, coordinates: list[Any]) -> None:
    expected = {"type": kind, "coordinates": coordinates}
    assert parse(geometry=kind, coordinates=coordinates).geometry == expected
    assert parse(geometry=kind, coordinates=str(coordinates)).geometry == expected


@pytest.mark.parametrize(
    ("kind", "coordinates", "reason"),
    [
        ("Point", "135.1,34.0", "no JSON array"),
        ("Point", "[135.1,34.0", "no JSON array"),
        ("Point", "[" * 100_000, "no JSON array"),
        ("Point", "[]", "position"),
        ("Point", "5", "position"),
        ("Point", "[34.0]", "position"),
        ("Point", '["135","34"]', "position"),
        ("Point", "[34.0,135.1]", "outside"),
        ("Polygon", str(SQUARE[0]), "position|nested"),
        ("Polygon", str([SQUARE[0][:-1]]), "ring"),
        ("LineString", "[[135.1,34.0]]", "two positions"),
        ("Circle", "[135.1,34.0]", "no GeoJSON geometry type"),
        ("GeometryCollection", "[[135.1,34.0]]", "list of geometries"),
        ("", "[135.1,34.0]", "georel, geometry and coordinates"),
        ("Point", "", "georel, geometry and coordinates"),
    ],
)
def test_what_is_no_geometry_is_refused(kind: str, coordinates: str, reason: str) -> None:
    with pytest.raises(BadRequestData, match=reason):
        parse(geometry=kind, coordinates=coordinates)


def test_another_attribute_may_be_asked_of() -> None:
    assert parse(name="entrance").attribute == "https://example.org/entrance"


def test_a_shape_has_no_heights_and_is_one() -> None:
    assert geo.shape_of({"type": "Point", "coordinates": [135.1, 34.0, 9.0]}).wkt == "POINT (135.1 34)"
    with pytest.raises(BadRequestData, match="no geometry"):
        geo.shape_of({"type": "Circle", "coordinates": [1, 2]})


@given(
    st.text(max_size=12) | st.sampled_from(["near;maxDistance==5", "within"]),
    st.text(max_size=6) | st.sampled_from(["Point", "Polygon", "LineString"]),
    st.text(alphabet="[]0123456789.,-e ", max_size=20) | st.recursive(st.integers(), st.lists, max_leaves=8),
)
def test_anything_is_a_geo_query_or_refused(georel: str, kind: str, coordinates: Any) -> None:
    try:
        found = parse(georel, kind, coordinates)
    except BadRequestData as error:
        assert error.detail
    else:
        assert geo.shape_of(found.geometry).geom_type == kind
