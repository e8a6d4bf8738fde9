"""What holds of every entity and every fragment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.fragments import FRAGMENTS, ID, WHOLE
from moyai.errors import AlreadyExists, ResourceNotFound
from moyai.model import merge
from moyai.model.change import (
    AnyOperation,
    Append,
    Create,
    Delete,
    DeleteAttribute,
    Merge,
    Replace,
    Update,
    Upsert,
)
from moyai.model.entity import NULL, Attribute, Entity, walk

FIRST, SECOND, THIRD = (f"2026-11-23T0{n}:00:00.000Z" for n in (1, 2, 3))

WITH_A_FRAGMENT: list[Callable[[Entity], AnyOperation]] = [
    lambda fragment: Merge(fragment=fragment),
    lambda fragment: Update(fragment=fragment),
    lambda fragment: Append(fragment=fragment),
    lambda fragment: Append(fragment=fragment, overwrite=False),
    lambda fragment: Upsert(entity=fragment, update=True),
]
fragment_operations = st.builds(lambda make, fragment: make(fragment), st.sampled_from(WITH_A_FRAGMENT), FRAGMENTS)
whole_operations = st.builds(Replace, entity=WHOLE) | st.builds(Upsert, entity=WHOLE)


def stored(entity: Entity) -> Entity:
    made = merge.apply(Create(entity=entity), None, FIRST).entity
    assert made is not None
    return made


def after(operation: AnyOperation, current: Entity, now: str = SECOND) -> Entity:
    result = merge.apply(operation, current, now).entity
    assert result is not None
    return result


def everything_in(entity: Entity) -> Iterator[Any]:
    yield from entity.scopes or ()
    for _, each in walk(entity.attributes):
        yield from (each.observed_at, each.unit_code, each.expires_at)
        yield from leaves(each.value)


def leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from leaves(each)
    else:
        yield value


def by_place(entity: Entity) -> dict[tuple[Any, ...], Attribute]:
    """Every instance by its path and the datasetId; sub-attributes of one instance are told from another's."""
    found: dict[tuple[Any, ...], Attribute] = {}
    for name, instances in entity.attributes.items():
        for each in instances:
            found[name, each.dataset_id] = each
            for sub, below in each.attributes.items():
                found |= {(name, each.dataset_id, sub, inner.dataset_id): inner for inner in below}
    return found


@settings(deadline=None)
@given(WHOLE, fragment_operations | whole_operations)
def test_a_write_done_twice_is_done_once(entity: Entity, operation: AnyOperation) -> None:
    once = after(operation, stored(entity))
    again = merge.apply(operation, once, THIRD)
    assert (again.changed, again.entity) == (False, once)


@settings(deadline=None)
@given(WHOLE, fragment_operations | whole_operations)
def test_changed_tells_whether_anything_differs(entity: Entity, operation: AnyOperation) -> None:
    current = stored(entity)
    applied = merge.apply(operation, current, SECOND)
    assert applied.entity is not None
    assert applied.changed == (applied.entity.content() != current.content())
    if not applied.changed:
        assert applied.entity is current


@settings(deadline=None)
@given(WHOLE)
def test_equal_content_changes_nothing(entity: Entity) -> None:
    current = stored(entity)
    for operation in (Upsert(entity=entity), Replace(entity=entity), Upsert(entity=entity, update=True)):
        assert not merge.apply(operation, current, SECOND).changed


@settings(deadline=None)
@given(WHOLE, WHOLE, WHOLE)
def test_the_last_replacement_stands(entity: Entity, second: Entity, third: Entity) -> None:
    straight = after(Replace(entity=third), stored(entity), THIRD)
    by_way_of = after(Replace(entity=third), after(Replace(entity=second), stored(entity)), THIRD)
    assert straight.content() == by_way_of.content() == third.content()


@settings(deadline=None)
@given(WHOLE, fragment_operations | whole_operations)
def test_everything_keeps_its_times(entity: Entity, operation: AnyOperation) -> None:
    current = stored(entity)
    result = after(operation, current)
    before = by_place(current)
    assert result.created_at == FIRST
    assert result.modified_at == (FIRST if result.content() == current.content() else SECOND)
    for place, each in by_place(result).items():
        old = before.get(place)
        if old is None:
            assert (each.created_at, each.modified_at) == (SECOND, SECOND)
        elif each.content() == old.content():
            assert each == old
        else:
            assert (each.created_at, each.modified_at) == (FIRST, SECOND)


@settings(deadline=None)
@given(WHOLE, fragment_operations)
def test_what_is_not_named_stays(entity: Entity, operation: AnyOperation) -> None:
    current = stored(entity)
    result = after(operation, current)
    fragment = getattr(operation, "fragment", None) or getattr(operation, "entity", None)
    assert fragment is not None
    for name in current.attributes.keys() - fragment.attributes.keys():
        assert result.attributes[name] is current.attributes[name]
    assert set(result.types) == {*current.types, *fragment.types}


@settings(deadline=None)
@given(WHOLE, fragment_operations)
def test_null_is_never_stored(entity: Entity, operation: AnyOperation) -> None:
    assert NULL not in everything_in(after(operation, stored(entity)))


@settings(deadline=None)
@given(WHOLE, fragment_operations | whole_operations)
def test_no_attribute_is_left_without_an_instance(entity: Entity, operation: AnyOperation) -> None:
    assert all(after(operation, stored(entity)).attributes.values())


@settings(deadline=None)
@given(WHOLE)
def test_an_attribute_that_is_deleted_is_gone(entity: Entity) -> None:
    current = stored(entity)
    for name in current.attributes:
        result = after(DeleteAttribute(id=ID, name=name, every_instance=True), current)
        assert result.attributes.keys() == current.attributes.keys() - {name}


@settings(deadline=None)
@given(WHOLE)
def test_a_deleted_entity_is_gone(entity: Entity) -> None:
    applied = merge.apply(Delete(id=ID), stored(entity), SECOND)
    assert (applied.entity, applied.changed) == (None, True)


@settings(deadline=None)
@given(WHOLE)
def test_an_entity_is_created_once(entity: Entity) -> None:
    for operation in (Create(entity=entity), Upsert(entity=entity)):
        applied = merge.apply(operation, None, FIRST)
        assert (applied.created, applied.updated) == (True, tuple(entity.attributes))
    with pytest.raises(AlreadyExists, match=ID):
        merge.apply(Create(entity=entity), stored(entity), SECOND)


@settings(deadline=None)
@given(fragment_operations.filter(lambda each: not isinstance(each, Upsert)) | st.just(Delete(id=ID)))
def test_what_is_not_there_cannot_be_changed(operation: AnyOperation) -> None:
    with pytest.raises(ResourceNotFound, match=ID):
        merge.apply(operation, None, SECOND)
