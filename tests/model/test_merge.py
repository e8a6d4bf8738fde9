from __future__ import annotations

from typing import Any

import pytest

from moyai.errors import BadRequestData
from moyai.model import merge
from moyai.model.change import Merge, PatchAttribute
from moyai.model.entity import NULL, Attribute, Entity, Kind

NOW = "2026-11-23T09:00:00.000Z"
ADDRESS = Attribute(kind=Kind.PROPERTY, value={"street": "箕島27", "city": "有田市", "country": "JP"})
CURRENT = Entity(id="urn:x:1", types=("T",), attributes={"address": (ADDRESS,)})


def merged(**attributes: Attribute) -> dict[str, tuple[Attribute, ...]]:
    fragment = Entity(id="urn:x:1", attributes={name: (each,) for name, each in attributes.items()})
    entity = merge.apply(Merge(fragment=fragment), CURRENT, NOW).entity
    assert entity is not None
    return entity.attributes


@pytest.mark.parametrize(
    ("patch", "result"),
    [
        ({"city": "海南市", "country": NULL}, {"street": "箕島27", "city": "海南市"}),
        ({"geo": {"x": NULL, "y": 1}}, {**ADDRESS.value, "geo": {"y": 1}}),
        ({"street": {"x": NULL, "y": 1}}, {**ADDRESS.value, "street": {"y": 1}}),
        ([1, 2], [1, 2]),
    ],
)
def test_a_merge_patch_goes_into_the_value(patch: Any, result: Any) -> None:
    assert merged(address=Attribute(kind=Kind.PROPERTY, value=patch))["address"][0].value == result


def test_null_is_never_stored_where_the_attribute_is_new() -> None:
    inner = Attribute(kind=Kind.PROPERTY, value={"x": NULL, "y": 1})
    outer = Attribute(kind=Kind.JSON, value={"x": {"y": NULL}}, attributes={"inner": (inner,)})
    (instance,) = merged(new=outer)["new"]
    assert (instance.value, instance.attributes["inner"][0].value) == ({"x": {}}, {"y": 1})


def test_null_is_never_stored_where_the_attribute_was_of_another_kind() -> None:
    patch = Attribute(kind=Kind.JSON, value={"city": NULL, "zip": "649-0304"})
    assert merged(address=patch)["address"][0].value == {"zip": "649-0304"}


def test_an_attribute_that_is_new_has_a_value() -> None:
    part = Attribute(kind=Kind.PROPERTY, observed_at=NOW)
    with pytest.raises(BadRequestData, match="value"):
        merged(new=part)
    under = PatchAttribute(
        id="urn:x:1", name="address", instances=(Attribute(kind=Kind.PROPERTY, attributes={"new": (part,)}),)
    )
    with pytest.raises(BadRequestData, match="value"):
        merge.apply(under, CURRENT, NOW)


def test_a_part_without_a_value_keeps_the_one_that_is_there() -> None:
    for kind in (Kind.PROPERTY, Kind.JSON):
        (instance,) = merged(address=Attribute(kind=kind, observed_at=NOW))["address"]
        assert (instance.kind, instance.value, instance.observed_at) == (Kind.PROPERTY, ADDRESS.value, NOW)
