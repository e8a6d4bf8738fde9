"""What RFC 7946 allows of a geometry."""

from __future__ import annotations

from typing import Any

import pytest

from moyai.errors import BadRequestData
from moyai.model.geo import validated_geometry

RING = [[0, 0], [1, 0], [1, 1], [0, 0]]
POINT = {"type": "Point", "coordinates": [135.1, 34.0]}


@pytest.mark.parametrize(
    "geometry",
    [
        POINT,
        {"type": "Point", "coordinates": [-180, 90, 12.5]},
        {"type": "MultiPoint", "coordinates": []},
        {"type": "LineString", "coordinates": [[0, 0], [1, 1]]},
        {"type": "MultiLineString", "coordinates": [[[0, 0], [1, 1]], [[2, 2], [3, 3]]]},
        {"type": "Polygon", "coordinates": [RING]},
        {"type": "MultiPolygon", "coordinates": [[RING], [RING]]},
        {"type": "GeometryCollection", "geometries": [POINT, {"type": "Polygon", "coordinates": [RING]}]},
    ],
)
def test_geometries(geometry: dict[str, Any]) -> None:
    assert validated_geometry(geometry) is geometry


@pytest.mark.parametrize(
    ("geometry", "reason"),
    [
        ("here", "object"),
        ({}, "type"),
        ({"type": "Circle", "coordinates": [0, 0]}, "Circle"),
        ({"type": ["Point"], "coordinates": [0, 0]}, "type"),
        ({"type": "Point"}, "position"),
        ({"type": "Point", "coordinates": [0]}, "position"),
        ({"type": "Point", "coordinates": [0, 0, 0, 0]}, "position"),
        ({"type": "Point", "coordinates": ["0", "0"]}, "position"),
        ({"type": "Point", "coordinates": [True, 0]}, "position"),
        ({"type": "Point", "coordinates": [float("nan"), 0]}, "position"),
        ({"type": "Point", "coordinates": [181, 0]}, "outside"),
        ({"type": "Point", "coordinates": [34, 135]}, "outside"),
        ({"type": "LineString", "coordinates": [[0, 0]]}, "two positions"),
        ({"type": "LineString", "coordinates": [0, 0]}, "position"),
        ({"type": "MultiLineString", "coordinates": [[[0, 0]]]}, "two positions"),
        ({"type": "Polygon", "coordinates": RING}, "nested|position"),
        ({"type": "Polygon", "coordinates": 5}, "nested"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [0, 0]]]}, "four"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1]]]}, "began"),
        ({"type": "GeometryCollection", "coordinates": []}, "list of geometries"),
        ({"type": "GeometryCollection", "geometries": [POINT, {"type": "Point", "coordinates": []}]}, "position"),
    ],
)
def test_what_is_no_geometry(geometry: Any, reason: str) -> None:
    with pytest.raises(BadRequestData, match=reason):
        validated_geometry(geometry)
