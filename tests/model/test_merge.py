from __future__ import annotations

from typing import Any

import pytest
from msgspec import structs

from moyai.errors import BadRequestData, ResourceNotFound
from moyai.model import merge
from moyai.model.change import (
    AnyOperation,
    Append,
    Create,
    DeleteAttribute,
    Merge,
    PatchAttribute,
    Replace,
    ReplaceAttribute,
    ReplaceCollection,
    Update,
    Upsert,
)
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


# ── the clauses' own words ──────────────────────────────────────────────────────────────────────────────────────────

LATER = "2026-11-23T10:00:00.000Z"
SPEED = Attribute(kind=Kind.PROPERTY, value=25, unit_code="CEL", observed_at="2022-03-14T01:59:26.535Z")
NEXT = Attribute(kind=Kind.PROPERTY, value=100, observed_at="2022-03-14T13:00:00.000Z")
NO_SPEED = Attribute(kind=Kind.PROPERTY, value=NULL)
OF_D = structs.replace(NEXT, dataset_id="urn:d")


def car(*speeds: Attribute, **members: Any) -> Entity:
    """As it is stored."""
    attributes = {"speed": speeds} if speeds else {}
    made = merge.apply(Create(entity=Entity(id="urn:x:1", types=("T",), attributes=attributes, **members)), None, NOW)
    assert made.entity is not None
    return made.entity


def fragment(*speeds: Attribute, **members: Any) -> Entity:
    return Entity(id="urn:x:1", attributes={"speed": speeds} if speeds else {}, **members)


def speeds_after(operation: AnyOperation, current: Entity) -> list[tuple[Any, ...]]:
    entity = merge.apply(operation, current, LATER).entity
    assert entity is not None
    return [(each.value, each.unit_code, each.dataset_id) for each in entity.attributes.get("speed", ())]


def test_a_merge_patch_keeps_what_it_does_not_name() -> None:
    assert speeds_after(Merge(fragment=fragment(NEXT)), car(SPEED)) == [(100, "CEL", None)]


def test_a_partial_update_keeps_what_it_does_not_name() -> None:
    patch = PatchAttribute(id="urn:x:1", name="speed", instances=(NEXT,))
    assert speeds_after(patch, car(SPEED)) == [(100, "CEL", None)]


@pytest.mark.parametrize("make", [Update, Append])
def test_update_and_append_replace_an_attribute_whole(make: Any) -> None:
    assert speeds_after(make(fragment=fragment(NEXT)), car(SPEED)) == [(100, None, None)]


@pytest.mark.parametrize("make", [Update, Append, Merge])
def test_an_instance_of_another_dataset_is_added(make: Any) -> None:
    assert speeds_after(make(fragment=fragment(OF_D)), car(SPEED)) == [(25, "CEL", None), (100, None, "urn:d")]


@pytest.mark.parametrize("make", [Update, Append, Merge])
def test_the_default_instance_comes_first(make: Any) -> None:
    assert [each[2] for each in speeds_after(make(fragment=fragment(SPEED)), car(OF_D))] == [None, "urn:d"]


@pytest.mark.parametrize("make", [Update, Merge])
def test_null_deletes_the_instance_it_names(make: Any) -> None:
    assert speeds_after(make(fragment=fragment(NO_SPEED)), car(SPEED, OF_D)) == [(100, None, "urn:d")]
    of_d = structs.replace(NO_SPEED, dataset_id="urn:d")
    assert speeds_after(make(fragment=fragment(of_d)), car(SPEED, OF_D)) == [(25, "CEL", None)]


def test_null_for_what_is_not_there_deletes_nothing() -> None:
    applied = merge.apply(Update(fragment=fragment(NO_SPEED)), car(), LATER)
    assert (applied.changed, applied.updated, [each.name for each in applied.not_updated]) == (False, (), ["speed"])
    assert not merge.apply(Merge(fragment=fragment(NO_SPEED)), car(), LATER).changed


def test_update_adds_what_is_not_there() -> None:
    applied = merge.apply(Update(fragment=fragment(SPEED)), car(), LATER)
    assert (applied.updated, applied.not_updated) == (("speed",), ())


def test_append_without_overwriting_leaves_what_is_there() -> None:
    operation = Append(fragment=fragment(NEXT, OF_D), overwrite=False)
    applied = merge.apply(operation, car(SPEED), LATER)
    assert speeds_after(operation, car(SPEED)) == [(25, "CEL", None), (100, None, "urn:d")]
    assert (applied.updated, [each.name for each in applied.not_updated]) == (("speed",), ["speed"])


@pytest.mark.parametrize("name", ["unit_code", "observed_at", "expires_at"])
def test_null_deletes_a_member(name: str) -> None:
    current = car(structs.replace(SPEED, expires_at="2030-01-01T00:00:00Z"))
    patch = structs.replace(Attribute(kind=Kind.PROPERTY), **{name: NULL})
    for operation in (
        Merge(fragment=fragment(patch)),
        PatchAttribute(id="urn:x:1", name="speed", instances=(patch,)),
    ):
        entity = merge.apply(operation, current, LATER).entity
        assert entity is not None
        (instance,) = entity.attributes["speed"]
        assert (getattr(instance, name), instance.value) == (None, 25)


def test_null_deletes_a_language() -> None:
    current = car(Attribute(kind=Kind.LANGUAGE, value={"ja": "速い", "en": "fast"}))
    patch = Attribute(kind=Kind.LANGUAGE, value={"en": NULL, "fr": "vite"})
    assert speeds_after(Merge(fragment=fragment(patch)), current) == [({"ja": "速い", "fr": "vite"}, None, None)]


WITH_SUB = structs.replace(SPEED, attributes={"accuracy": (SPEED,), "source": (NEXT,)})


def test_a_partial_update_replaces_a_sub_attribute_whole() -> None:
    patch = Attribute(kind=Kind.PROPERTY, attributes={"accuracy": (NEXT,), "source": (NO_SPEED,)})
    operation = PatchAttribute(id="urn:x:1", name="speed", instances=(patch,))
    entity = merge.apply(operation, car(WITH_SUB), LATER).entity
    assert entity is not None
    (instance,) = entity.attributes["speed"]
    assert instance.attributes.keys() == {"accuracy"}
    (accuracy,) = instance.attributes["accuracy"]
    assert (accuracy.value, accuracy.unit_code, accuracy.created_at, accuracy.modified_at) == (100, None, NOW, LATER)


def test_a_merge_patch_merges_a_sub_attribute() -> None:
    patch = Attribute(kind=Kind.PROPERTY, attributes={"accuracy": (NEXT,)})
    entity = merge.apply(Merge(fragment=fragment(patch)), car(WITH_SUB), LATER).entity
    assert entity is not None
    (instance,) = entity.attributes["speed"]
    assert [each.unit_code for each in instance.attributes["accuracy"]] == ["CEL"]
    assert instance.attributes["source"][0].modified_at == NOW
    assert instance.modified_at == LATER


def test_a_partial_update_keeps_the_type_of_the_attribute() -> None:
    other = Attribute(kind=Kind.RELATIONSHIP, value="urn:x:2")
    with pytest.raises(BadRequestData, match="Relationship"):
        merge.apply(PatchAttribute(id="urn:x:1", name="speed", instances=(other,)), car(SPEED), LATER)
    says_no_kind = Attribute(kind=Kind.PROPERTY, observed_at=LATER)
    owned = car(Attribute(kind=Kind.RELATIONSHIP, value="urn:x:1"))
    operation = PatchAttribute(id="urn:x:1", name="speed", instances=(says_no_kind,))
    assert speeds_after(operation, owned) == [("urn:x:1", None, None)]


def test_a_partial_update_can_delete_an_instance() -> None:
    operation = PatchAttribute(id="urn:x:1", name="speed", instances=(NO_SPEED,))
    assert speeds_after(operation, car(SPEED, OF_D)) == [(100, None, "urn:d")]
    assert speeds_after(operation, car(SPEED)) == []


def test_replacing_an_attribute_leaves_its_other_instances() -> None:
    operation = ReplaceAttribute(id="urn:x:1", name="speed", instances=(NEXT,))
    assert speeds_after(operation, car(SPEED, OF_D)) == [(100, None, None), (100, None, "urn:d")]


def test_what_addresses_an_attribute_must_find_it() -> None:
    gone = structs.replace(NEXT, dataset_id="urn:gone")
    for operation in (
        PatchAttribute(id="urn:x:1", name="speed", instances=(gone,)),
        ReplaceAttribute(id="urn:x:1", name="speed", instances=(gone,)),
        DeleteAttribute(id="urn:x:1", name="speed", dataset_id="urn:gone"),
    ):
        with pytest.raises(ResourceNotFound, match="urn:gone"):
            merge.apply(operation, car(SPEED), LATER)
        with pytest.raises(ResourceNotFound, match="no attribute speed"):
            merge.apply(operation, car(), LATER)
    with pytest.raises(ResourceNotFound, match="without a datasetId"):
        merge.apply(DeleteAttribute(id="urn:x:1", name="speed"), car(OF_D), LATER)


def test_deleting_one_instance_leaves_the_others() -> None:
    assert speeds_after(DeleteAttribute(id="urn:x:1", name="speed"), car(SPEED, OF_D)) == [(100, None, "urn:d")]


# ── scopes and times ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("operation", "scopes"),
    [
        (Append(fragment=fragment(scopes=("/B",))), ("/B",)),
        (Append(fragment=fragment(scopes=("/B",)), overwrite=False), ("/A", "/B")),
        (Update(fragment=fragment(scopes=("/B",))), ("/B",)),
        (Merge(fragment=fragment(scopes=("/B", "/A"))), ("/B", "/A")),
        (Update(fragment=fragment(scopes=(NULL,))), None),
        (Merge(fragment=fragment(scopes=(NULL,))), None),
        (Merge(fragment=fragment(NEXT)), ("/A",)),
        (Replace(entity=fragment(NEXT)), None),
        (DeleteAttribute(id="urn:x:1", name=merge.SCOPE), None),
    ],
)
def test_scopes(operation: AnyOperation, scopes: Any) -> None:
    entity = merge.apply(operation, car(scopes=("/A",)), LATER).entity
    assert entity is not None
    assert entity.scopes == scopes


def test_an_update_adds_no_scope() -> None:
    applied = merge.apply(Update(fragment=fragment(scopes=("/B",))), car(), LATER)
    assert (applied.changed, [each.name for each in applied.not_updated]) == (False, [merge.SCOPE])
    with pytest.raises(ResourceNotFound):
        merge.apply(DeleteAttribute(id="urn:x:1", name=merge.SCOPE), car(), LATER)


@pytest.mark.parametrize("make", [Update, Append, Merge])
def test_the_end_of_an_entity_moves_and_goes(make: Any) -> None:
    ending = car(expires_at="2030-01-01T00:00:00Z")
    for given, expected in ((NULL, None), ("2031-01-01T00:00:00Z",) * 2, (None, "2030-01-01T00:00:00Z")):
        entity = merge.apply(make(fragment=fragment(expires_at=given)), ending, LATER).entity
        assert entity is not None
        assert entity.expires_at == expected


@pytest.mark.parametrize(("before", "now"), [(1, True), (0, False), (True, 1), ([1], [True]), ({"a": 0}, {"a": False})])
def test_a_truth_value_is_no_number(before: Any, now: Any) -> None:
    given = Attribute(kind=Kind.PROPERTY, value=now)
    for operation in (Merge(fragment=fragment(given)), Update(fragment=fragment(given))):
        applied = merge.apply(operation, car(Attribute(kind=Kind.PROPERTY, value=before)), LATER)
        assert applied.changed
        assert applied.entity is not None
        assert repr(applied.entity.attributes["speed"][0].value) == repr(now)


def test_the_order_of_members_is_no_difference() -> None:
    current = car(Attribute(kind=Kind.PROPERTY, value={"a": 1, "b": 2}))
    same = fragment(Attribute(kind=Kind.PROPERTY, value={"b": 2, "a": 1}), types=("T",))
    assert not merge.apply(Upsert(entity=same), current, LATER).changed


def test_a_collection_is_more_than_one_entity() -> None:
    with pytest.raises(TypeError, match="ReplaceCollection"):
        merge.apply(ReplaceCollection(collection="c", entities=()), car(), LATER)
