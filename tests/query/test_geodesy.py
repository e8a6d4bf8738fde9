from __future__ import annotations

import math

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from moyai.query import geodesy
from moyai.query.geodesy import Box

longitudes = st.floats(-180, 180)
latitudes = st.floats(-90, 90)
points = st.tuples(longitudes, latitudes)


@pytest.mark.parametrize(
    ("first", "second", "metres"),
    [
        # A degree of latitude and of longitude on WGS 84 (NGA, TR8350.2): the known lengths of arcs.
        ((0, 0), (0, 1), 110_574.39),
        ((0, 89), (0, 90), 111_693.86),
        ((0, 0), (1, 0), 111_319.49),
        # Flinders Peak to Buninyong, the surveyors' worked example (on GRS 80, the same within a millimetre).
        ((144.424867889, -37.951033417), (143.926495528, -37.652821139), 54_972.271),
        ((135, 34), (135, 34), 0),
    ],
)
def test_distances_are_those_of_the_ellipsoid(
    first: tuple[float, float], second: tuple[float, float], metres: float
) -> None:
    assert geodesy.between(first, second) == pytest.approx(metres, rel=2e-5, abs=1e-9)


def test_antipodes_are_half_an_equator_apart() -> None:
    assert geodesy.between((0, 0), (180, 0)) == pytest.approx(math.pi * geodesy.EQUATOR)


@given(points, points)
def test_a_distance_is_the_same_both_ways_and_bounded(first: tuple[float, float], second: tuple[float, float]) -> None:
    there, back = geodesy.between(first, second), geodesy.between(second, first)
    assert 0 <= there <= 20_100_000
    assert there == pytest.approx(back, rel=1e-9, abs=1e-6)


def test_the_180th_meridian_is_no_border() -> None:
    fiji, west = shapely.Point(179.9, -17), shapely.Point(-179.9, -17)
    assert geodesy.distance(fiji, west) == pytest.approx(0.2 * 111_320 * math.cos(math.radians(17)), rel=5e-3)
    line = shapely.LineString([(-179.9, -17), (-179.8, -17)])
    assert geodesy.distance(fiji, line) == pytest.approx(geodesy.distance(fiji, west))


def test_the_distance_to_a_shape_is_that_to_its_nearest_point() -> None:
    square = shapely.box(135.0, 34.0, 135.1, 34.1)
    assert geodesy.distance(shapely.Point(135.05, 34.05), square) == 0
    east = geodesy.distance(shapely.Point(135.2, 34.05), square)
    assert east == pytest.approx(geodesy.between((135.2, 34.05), (135.1, 34.05)), rel=1e-3)
    assert geodesy.distance(square, shapely.Point(135.2, 34.05)) == pytest.approx(east, rel=1e-3)
    assert geodesy.distance(shapely.Point(), square) == math.inf


@given(points, points, st.floats(0, 3_000_000))
def test_the_boxes_around_a_place_hold_all_that_is_near(
    middle: tuple[float, float], other: tuple[float, float], metres: float
) -> None:
    boxes = geodesy.around(Box(middle[0], middle[1], middle[0], middle[1]), metres)
    if geodesy.between(middle, other) <= metres:
        assert any(_holds(box, other) for box in boxes)


def _holds(box: Box, place: tuple[float, float]) -> bool:
    """Within the margin that a query adds."""
    longitude, latitude = place
    is_high_enough = box.south - 1e-6 <= latitude <= box.north + 1e-6
    is_border = abs(longitude) == 180 and 180 in (-box.west, box.east)
    return is_high_enough and (box.west - 1e-6 <= longitude <= box.east + 1e-6 or is_border)


@pytest.mark.parametrize(
    ("box", "metres", "expected"),
    [
        (Box(135, 34, 135, 34), 1000, 1),
        (Box(179.99, 34, 179.99, 34), 100_000, 2),
        (Box(-179.99, 34, -179.99, 34), 100_000, 2),
        (Box(0, 89.5, 0, 89.5), 1000, 1),
        (Box(0, 0, 0, 0), 9_000_000, 1),
        (Box(-100, 0, 100, 0), 9_000_000, 1),
    ],
)
def test_boxes_are_two_where_the_180th_meridian_is_crossed(box: Box, metres: float, expected: int) -> None:
    assert len(geodesy.around(box, metres)) == expected
