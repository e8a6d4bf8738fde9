"""What an operation makes of an entity: ``(operation, current) -> new``. Pure: no store, no clock.

Source: ETSI GS CIM 009 V1.9.1, clauses 5.5.8 (partial update), 5.5.12 (merge patch), 5.6.1 to 5.6.6, 5.6.17 to 5.6.19.

Timestamps: ``createdAt`` of an instance stays from the write that made it; ``modifiedAt`` is that of the last write
which named it. An operation that makes no difference leaves the entity, its timestamps included, as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace as changed

from moyai.errors import AlreadyExists, BadRequestData, ResourceNotFound
from moyai.model import change
from moyai.model.change import NotUpdated
from moyai.model.entity import NULL, Attribute, Entity, Instances, Kind, find

_NO_SUCH_ATTRIBUTE = "the entity has no such attribute"
_THERE_ALREADY = "the attribute is there already"
_NO_SCOPE = "the entity has no scope to update"
SCOPE = "https://uri.etsi.org/ngsi-ld/scope"
"""The name that addresses an entity's scopes where an attribute is named."""


class Applied(Struct, frozen=True, kw_only=True):
    """What came of an operation."""

    entity: Entity | None
    """``None``: deleted."""
    created: bool = False
    changed: bool = True
    updated: tuple[str, ...] = ()
    """IRIs of the attributes that were written."""
    not_updated: tuple[NotUpdated, ...] = ()


def apply(operation: change.AnyOperation, current: Entity | None, now: str) -> Applied:
    """Raises AlreadyExists and ResourceNotFound as the operation says; BadRequestData for a merge patch of an attribute
    that is not there and has no value."""
    if isinstance(operation, change.Create):
        if current is not None:
            raise AlreadyExists(f"there is an entity {current.id} already")
        return _created(operation.entity, now)
    if isinstance(operation, change.Upsert) and current is None:
        return _created(operation.entity, now)
    if current is None:
        raise ResourceNotFound(f"there is no entity {_id_of(operation)}")
    return _on_current(operation, current, now)


def _on_current(operation: change.AnyOperation, current: Entity, now: str) -> Applied:
    match operation:
        case change.Delete():
            return Applied(entity=None, updated=tuple(current.attributes))
        case change.Replace() | change.Upsert(update=False):
            return _replaced(current, operation.entity, now)
        case change.Upsert():
            return _updated(current, operation.entity, now)
        case change.Append():
            return _appended(current, operation.fragment, now, overwrite=operation.overwrite)
        case change.Update():
            return _updated(current, operation.fragment, now)
        case change.Merge():
            return _merged(current, operation.fragment, now)
        case change.PatchAttribute():
            return _patched(current, operation, now)
        case change.ReplaceAttribute():
            return _attribute_replaced(current, operation, now)
        case change.DeleteAttribute():
            return _attribute_deleted(current, operation, now)
    raise TypeError(f"{type(operation).__name__} is no operation on one entity")


def _id_of(operation: change.AnyOperation) -> str:
    for holder in ("entity", "fragment"):
        if held := getattr(operation, holder, None):
            return str(held.id)
    return str(getattr(operation, "id", ""))


# ── whole entities ──────────────────────────────────────────────────────────────────────────────────────────────────


def _created(entity: Entity, now: str) -> Applied:
    attributes = {name: _stamped(each, (), now) for name, each in entity.attributes.items()}
    made = changed(entity, attributes=attributes, created_at=now, modified_at=now)
    return Applied(entity=made, created=True, updated=tuple(attributes))


def _replaced(current: Entity, new: Entity, now: str) -> Applied:
    attributes = {name: _stamped(each, current.attributes.get(name, ()), now) for name, each in new.attributes.items()}
    result = changed(new, types=new.types or current.types, attributes=attributes, created_at=current.created_at)
    names = tuple(dict.fromkeys((*current.attributes, *attributes)))
    return _done(current, result, now, names)


def _done(
    current: Entity, result: Entity, now: str, updated: Iterable[str], not_updated: Iterable[NotUpdated] = ()
) -> Applied:
    if result.content() == current.content():
        return Applied(entity=current, changed=False, updated=tuple(updated), not_updated=tuple(not_updated))
    entity = changed(result, modified_at=now)
    return Applied(entity=entity, updated=tuple(updated), not_updated=tuple(not_updated))


def _joined(first: tuple[str, ...] | None, second: tuple[str, ...] | None) -> tuple[str, ...] | None:
    if second is None:
        return first
    return tuple(dict.fromkeys((*(first or ()), *second)))


# ── fragments ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _appended(current: Entity, fragment: Entity, now: str, *, overwrite: bool) -> Applied:
    attributes = dict(current.attributes)
    updated: list[str] = []
    not_updated: list[NotUpdated] = []
    for name, instances in fragment.attributes.items():
        there = attributes.get(name, ())
        wanted = instances if overwrite else tuple(each for each in instances if find(there, each.dataset_id) is None)
        if len(wanted) < len(instances):
            not_updated.append(NotUpdated(name, _THERE_ALREADY))
        if wanted:
            updated.append(name)
            _put(attributes, name, _overwritten(there, wanted, now))
    scopes = _without_null(fragment.scopes, current.scopes)
    result = changed(
        current,
        types=_joined(current.types, fragment.types) or (),
        scopes=scopes if overwrite else _joined(current.scopes, scopes),
        expires_at=_member(current.expires_at, fragment.expires_at),
        attributes=attributes,
    )
    return _done(current, result, now, updated, not_updated)


def _updated(current: Entity, fragment: Entity, now: str) -> Applied:
    """What is there is replaced, what is not is added; a scope is replaced, never added."""
    attributes = dict(current.attributes)
    updated: list[str] = []
    not_updated: list[NotUpdated] = []
    for name, instances in fragment.attributes.items():
        there = attributes.get(name, ())
        wanted = tuple(each for each in instances if not each.is_null or find(there, each.dataset_id) is not None)
        if len(wanted) < len(instances):
            not_updated.append(NotUpdated(name, _NO_SUCH_ATTRIBUTE))
        if wanted:
            updated.append(name)
            _put(attributes, name, _overwritten(there, wanted, now))
    has_scope = current.scopes is not None
    if fragment.scopes is not None and not has_scope:
        not_updated.append(NotUpdated(SCOPE, _NO_SCOPE))
    result = changed(
        current,
        types=_joined(current.types, fragment.types) or (),
        scopes=_without_null(fragment.scopes, current.scopes) if has_scope else None,
        expires_at=_member(current.expires_at, fragment.expires_at),
        attributes=attributes,
    )
    return _done(current, result, now, updated, not_updated)


def _merged(current: Entity, fragment: Entity, now: str) -> Applied:
    result = changed(
        current,
        types=_joined(current.types, fragment.types) or (),
        scopes=_without_null(fragment.scopes, current.scopes),
        expires_at=_member(current.expires_at, fragment.expires_at),
        attributes=_merged_attributes(current.attributes, fragment.attributes, now),
    )
    return _done(current, result, now, fragment.attributes)


def _without_null(given: tuple[str, ...] | None, current: tuple[str, ...] | None) -> tuple[str, ...] | None:
    if given is None:
        return current
    return tuple(scope for scope in given if scope != NULL) or None


def _put(attributes: dict[str, Instances], name: str, instances: Instances) -> None:
    if instances:
        attributes[name] = instances
    else:
        attributes.pop(name, None)


# ── single attributes ───────────────────────────────────────────────────────────────────────────────────────────────


def _patched(current: Entity, operation: change.PatchAttribute, now: str) -> Applied:
    there = _require(current, operation.name)
    patched = list(there)
    for each in operation.instances:
        old = _require_instance(there, operation.name, each.dataset_id)
        patched[there.index(old)] = each if each.is_null else _patched_instance(old, each, now)
    attributes = dict(current.attributes)
    _put(attributes, operation.name, tuple(each for each in patched if not each.is_null))
    return _done(current, changed(current, attributes=attributes), now, (operation.name,))


def _attribute_replaced(current: Entity, operation: change.ReplaceAttribute, now: str) -> Applied:
    there = _require(current, operation.name)
    for each in operation.instances:
        _require_instance(there, operation.name, each.dataset_id)
    attributes = dict(current.attributes)
    _put(attributes, operation.name, _overwritten(there, operation.instances, now))
    return _done(current, changed(current, attributes=attributes), now, (operation.name,))


def _attribute_deleted(current: Entity, operation: change.DeleteAttribute, now: str) -> Applied:
    if operation.name == SCOPE and current.scopes is not None:
        return _done(current, changed(current, scopes=None), now, (SCOPE,))
    there = _require(current, operation.name)
    if operation.every_instance:
        left: Instances = ()
    else:
        _require_instance(there, operation.name, operation.dataset_id)
        left = tuple(each for each in there if each.dataset_id != operation.dataset_id)
    attributes = dict(current.attributes)
    _put(attributes, operation.name, left)
    return _done(current, changed(current, attributes=attributes), now, (operation.name,))


def _require(current: Entity, name: str) -> Instances:
    there = current.attributes.get(name)
    if there is None:
        raise ResourceNotFound(f"the entity {current.id} has no attribute {name}")
    return there


def _require_instance(there: Instances, name: str, dataset_id: str | None) -> Attribute:
    found = find(there, dataset_id)
    if found is None:
        which = f"with the datasetId {dataset_id}" if dataset_id else "without a datasetId"
        raise ResourceNotFound(f"the attribute {name} has no instance {which}")
    return found


# ── instances ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _overwritten(there: Instances, given: Instances, now: str) -> Instances:
    """Given instances in place of those with the same datasetId; null ones take theirs away."""
    instances = {each.dataset_id: each for each in there}
    for each in given:
        if each.is_null:
            instances.pop(each.dataset_id, None)
        else:
            instances[each.dataset_id] = _stamp(_whole(each), instances.get(each.dataset_id), now)
    return _ordered(instances.values())


def _ordered(instances: Iterable[Attribute]) -> Instances:
    """The default instance first."""
    return tuple(sorted(instances, key=lambda each: each.dataset_id is not None))


def _stamped(given: Instances, there: Instances, now: str) -> Instances:
    return tuple(_stamp(each, find(there, each.dataset_id), now) for each in given)


def _stamp(given: Attribute, there: Attribute | None, now: str) -> Attribute:
    """The given instance in place of one that is there: what it holds, with the timestamps that this makes."""
    if there is not None and given.content() == there.content():
        return there
    under: Mapping[str, Instances] = there.attributes if there is not None else {}
    return changed(
        given,
        attributes={name: _stamped(each, under.get(name, ()), now) for name, each in given.attributes.items()},
        created_at=there.created_at if there is not None else now,
        modified_at=now,
    )


def _patched_instance(old: Attribute, patch: Attribute, now: str) -> Attribute:
    """Clause 5.5.8 at the level of an attribute: members given replace, sub-attributes among them; others stay.

    Raises BadRequestData for another type of attribute, which clause 5.6.4 does not allow.
    """
    # Without a value, Property is what a reader takes a part for that names no type.
    says_its_kind = patch.value is not None or patch.kind is not Kind.PROPERTY
    if says_its_kind and patch.kind is not old.kind:
        raise BadRequestData(f"a {old.kind} stays one under a partial update; this would make it a {patch.kind}")
    attributes = dict(old.attributes)
    for name, instances in patch.attributes.items():
        _put(attributes, name, _overwritten(attributes.get(name, ()), instances, now))
    value = old.value if patch.value is None else patch.value
    return _with_members(old, patch, now, kind=old.kind, value=value, attributes=attributes)


def _merged_attributes(
    there: Mapping[str, Instances], patch: Mapping[str, Instances], now: str
) -> dict[str, Instances]:
    result = dict(there)
    for name, instances in patch.items():
        merged = {each.dataset_id: each for each in result.get(name, ())}
        for each in instances:
            if each.is_null:
                merged.pop(each.dataset_id, None)
            else:
                merged[each.dataset_id] = _merged_instance(merged.get(each.dataset_id), each, now)
        _put(result, name, _ordered(merged.values()))
    return result


def _merged_instance(old: Attribute | None, patch: Attribute, now: str) -> Attribute:
    """Clause 5.5.12 at the level of an attribute."""
    if old is None:
        return _stamp(_whole(patch), None, now)
    keeps = patch.value is None
    merge = _MERGED.get(patch.kind, _taken)
    value = old.value if keeps else merge(old.value if old.kind is patch.kind else {}, patch.value)
    attributes = _merged_attributes(old.attributes, patch.attributes, now)
    kind = old.kind if keeps else patch.kind
    return _with_members(old, patch, now, kind=kind, value=value, attributes=attributes)


def _with_members(
    old: Attribute, patch: Attribute, now: str, *, kind: Kind, value: Any, attributes: dict[str, Instances]
) -> Attribute:
    result = changed(
        old,
        kind=kind,
        value=value,
        observed_at=_member(old.observed_at, patch.observed_at),
        unit_code=_member(old.unit_code, patch.unit_code),
        object_type=patch.object_type or old.object_type,
        expires_at=_member(old.expires_at, patch.expires_at),
        attributes=attributes,
    )
    return old if result.content() == old.content() else changed(result, modified_at=now)


def _whole(part: Attribute) -> Attribute:
    """What a fragment says of an instance, as an instance that stands by itself: without what it says to delete.

    Raises BadRequestData where it has no value.
    """
    if part.value is None:
        raise BadRequestData(f"an attribute that is not there yet has a {part.kind.member}")
    attributes = {
        name: tuple(_whole(each) for each in instances if not each.is_null)
        for name, instances in part.attributes.items()
    }
    return changed(
        part,
        value=_MERGED.get(part.kind, _taken)({}, part.value),
        observed_at=_member(None, part.observed_at),
        unit_code=_member(None, part.unit_code),
        expires_at=_member(None, part.expires_at),
        attributes={name: instances for name, instances in attributes.items() if instances},
    )


def _member(old: str | None, given: str | None) -> str | None:
    if given is None:
        return old
    return None if given == NULL else given


# ── values, under the merge patch ───────────────────────────────────────────────────────────────────────────────────


def _taken(old: Any, new: Any) -> Any:
    return new


def _merged_value(old: Any, new: Any) -> Any:
    """Objects member by member, as RFC 7396, with ``urn:ngsi-ld:null`` for null; anything else is replaced."""
    if not isinstance(new, dict):
        return new
    before = old if isinstance(old, dict) else {}
    merged = {name: value for name, value in before.items() if new.get(name) != NULL}
    for name, value in new.items():
        if value != NULL:
            merged[name] = _merged_value(merged.get(name), value)
    return merged


_MERGED: Mapping[Kind, Callable[[Any, Any], Any]] = {
    Kind.PROPERTY: _merged_value,
    Kind.LANGUAGE: _merged_value,
    Kind.JSON: _merged_value,
}
