from __future__ import annotations

from typing import Any

import pytest

from moyai.errors import BadRequestData
from moyai.ld import values
from moyai.ld.context import Context
from moyai.ld.core import DEFAULT, NAMESPACE
from moyai.model.change import CORE
from moyai.model.entity import NULL, Kind

CONTEXT = Context.of(CORE)
POINT = {"type": "Point", "coordinates": [135.127, 34.083]}


@pytest.mark.parametrize(
    ("kind", "sent", "kept"),
    [
        (Kind.GEO, '{"type": "Point", "coordinates": [135.127, 34.083]}', POINT),
        (Kind.LIST_RELATIONSHIP, ["urn:a:b", {"object": "urn:a:c"}], ["urn:a:b", "urn:a:c"]),
        (Kind.LIST_RELATIONSHIP, [], []),
        (Kind.VOCABULARY, ["location", "non-commercial"], [NAMESPACE + "location", DEFAULT + "non-commercial"]),
        (Kind.LANGUAGE, {"en": ["school", "academy"], "@none": "x"}, {"en": ["school", "academy"], "@none": "x"}),
        (Kind.JSON, {"type": "raw", "null": None}, {"type": "raw", "null": None}),
        (Kind.PROPERTY, {"@type": "DateTime", "@value": "x"}, {"@type": "DateTime", "@value": "x"}),
    ],
)
def test_a_value_is_kept_in_the_models_form(kind: Kind, sent: Any, kept: Any) -> None:
    assert values.checked(kind, sent, CONTEXT) == kept


@pytest.mark.parametrize(
    ("kind", "sent", "because"),
    [
        (Kind.GEO, "not a geometry", "GeoJSON"),
        (Kind.GEO, '"Point"', "geometry"),
        (Kind.GEO, {"type": "GeometryCollection", "geometries": [POINT]}, "GeometryCollection"),
        (Kind.GEO, {"type": "Point", "coordinates": [1]}, "position"),
        (Kind.RELATIONSHIP, "not a uri", "no URI"),
        (Kind.RELATIONSHIP, [], "no URI"),
        (Kind.RELATIONSHIP, ["urn:a:b", 5], "no URI"),
        (Kind.LIST_RELATIONSHIP, ["not a uri"], "no URI"),
        (Kind.LIST_RELATIONSHIP, "urn:a:b", "list"),
        (Kind.LIST_RELATIONSHIP, [{"object": "urn:a:b", "x": 1}], "no URI"),
        (Kind.LIST, 5, "list"),
        (Kind.LANGUAGE, "text", "object"),
        (Kind.LANGUAGE, {}, "object"),
        (Kind.LANGUAGE, {"en": 5}, "text"),
        (Kind.LANGUAGE, {"en": ["a", 5]}, "text"),
        (Kind.LANGUAGE, {"日本語": "x"}, "language tag"),
        (Kind.VOCABULARY, "", "term"),
        (Kind.VOCABULARY, [], "term"),
        (Kind.VOCABULARY, {"a": 1}, "term"),
        (Kind.JSON, 5, "object"),
        (Kind.JSON, [{"a": 1}, 5], "object"),
    ],
)
def test_a_value_that_is_none_of_its_kind_is_refused(kind: Kind, sent: Any, because: str) -> None:
    with pytest.raises(BadRequestData, match=because):
        values.checked(kind, sent, CONTEXT)


def test_null_is_found_however_deep_it_stands() -> None:
    assert values.has_null({"a": [1, {"b": NULL}]})
    assert not values.has_null({"a": [1, {NULL: "b"}], "c": None})
