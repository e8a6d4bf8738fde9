from __future__ import annotations

import math
import struct
from typing import Any

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from moyai.errors import BadRequestData
from moyai.model.entity import Attribute, Kind
from moyai.store import rows
from moyai.store.rows import Value, path_key
from store.samples import CAPACITY, NAME, OWNER, entity, place, point, prop


def found(**members: Any) -> list[tuple[str, Any]]:
    """Path and value of each row."""
    return [(each.path, plain(each)) for each in rows.values(entity("a", **members).attributes)]


def plain(value: Value) -> Any:
    if value.boolean is not None:
        return bool(value.boolean)
    return value.number if value.number is not None else value.text


def test_a_value_is_of_its_kind_alone() -> None:
    assert rows.values(entity("a", name="x").attributes) == [Value(NAME, 0, 0, None, "x", None, None)]
    assert rows.values(entity("a", capacity=1).attributes) == [Value(CAPACITY, 0, 0, 1.0, None, None, None)]
    assert rows.values(entity("a", capacity=True).attributes) == [Value(CAPACITY, 0, 0, None, None, None, 1)]


def test_an_array_is_many_values_of_one_instance() -> None:
    values = rows.values(entity("a", capacity=[1, "x", [2]]).attributes)
    assert [(each.instance, each.element) for each in values] == [(0, 0), (0, 1), (0, 2)]
    assert found(capacity=[]) == [(CAPACITY, None)]


def test_instances_are_told_apart() -> None:
    values = rows.values(entity("a", capacity=(prop(1), prop(2, dataset_id="urn:d:1"))).attributes)
    assert [(each.path, each.instance) for each in values if each.number] == [(CAPACITY, 0), (CAPACITY, 1)]


def test_members_have_paths_of_their_own() -> None:
    assert found(owner={"a": {"b": 1}, "c": [{"d": 2}, {"d": 3}]}) == [
        (OWNER, None),
        (path_key((OWNER,), ("a",)), None),
        (path_key((OWNER,), ("a", "b")), 1.0),
        (path_key((OWNER,), ("c",)), None),
        (path_key((OWNER,), ("c",)), None),
        (path_key((OWNER,), ("c", "d")), 2.0),
        (path_key((OWNER,), ("c", "d")), 3.0),
    ]


def test_sub_attributes_and_their_members_have_too() -> None:
    under = prop(1, expires_at="2999-01-01T00:00:00Z", attributes={NAME: (prop("x", unit_code="C62"),)})
    assert found(capacity=under) == [
        (CAPACITY, 1.0),
        (path_key((CAPACITY, "expiresAt")), "2999-01-01T00:00:00Z"),
        (path_key((CAPACITY, NAME)), "x"),
        (path_key((CAPACITY, NAME, "unitCode")), "C62"),
    ]


def test_languages_are_members_and_all_together_the_value() -> None:
    name = Attribute(kind=Kind.LANGUAGE, value={"ja": "港", "en": ["harbour", "port"]})
    assert found(name=name) == [
        (NAME, "港"),
        (NAME, "harbour"),
        (NAME, "port"),
        (path_key((NAME,), ("ja",)), "港"),
        (path_key((NAME,), ("en",)), "harbour"),
        (path_key((NAME,), ("en",)), "port"),
    ]


def test_the_coordinates_of_a_shape_are_no_values() -> None:
    assert len(found(location=point(135, 34))) == 1


def test_an_integer_beyond_every_double_is_without_end() -> None:
    assert found(capacity=[10**400, -(10**400)]) == [(CAPACITY, math.inf), (CAPACITY, -math.inf)]


def test_members_below_the_deepest_cannot_be_asked_for() -> None:
    deep: dict[str, Any] = {}
    for _ in range(200):
        deep = {"a": deep}
    assert len(found(owner=deep)) == 33


_values = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=10,
)


@given(_values)
def test_rows_are_distinct_and_every_path_exists(value: Any) -> None:
    values = rows.values({OWNER: (prop(value),)})
    assert len({each[:3] for each in values}) == len(values)
    assert values[0].path == OWNER


def test_a_points_shape_is_that_of_shapely() -> None:
    (shape,) = rows.shapes(entity("a", location=point(135.5, 34.25)))
    assert shapely.from_wkb(shape.geometry) == shapely.Point(135.5, 34.25)
    assert shape[2:6] == (135.5, 34.25, 135.5, 34.25)
    assert rows.point_of(shape.geometry) == (135.5, 34.25)
    assert rows.point_of(shapely.to_wkb(shapely.LineString([(0, 0), (1, 1)]))) is None


def test_heights_are_left_out() -> None:
    line = place({"type": "LineString", "coordinates": [[0, 0, 5], [1, 1, 5]]})
    (shape,) = rows.shapes(entity("a", location=line))
    assert len(shape.geometry) == struct.calcsize("<BII4d")


def test_a_geometry_without_coordinates_has_no_shape_and_a_wrong_one_is_refused() -> None:
    assert rows.shapes(entity("a", location=place({"type": "MultiPoint", "coordinates": []}))) == set()
    with pytest.raises(BadRequestData, match="geometry"):
        rows.shapes(entity("a", location=place({"type": "Polygon", "coordinates": [[0, 0]]})))
