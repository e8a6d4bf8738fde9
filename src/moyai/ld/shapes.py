"""What the attributes of each kind look like: which members they have, and how one tells them from a bare value.

Source: ETSI GS CIM 009 V1.9.1, clauses 4.5.1 to 4.5.5, 4.5.18 to 4.5.24.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from moyai.ld import core
from moyai.ld.lexical import fault
from moyai.ld.values import is_geometry
from moyai.model.entity import Kind

_OF_SYSTEM = frozenset({"createdAt", "modifiedAt", "deletedAt"})
"""Set by the broker; passed over where a writer sends them back."""
OF_ENTITY = frozenset({"id", "@id", "type", "@type", "scope", "expiresAt", "@context"}) | _OF_SYSTEM
_OF_INSTANCE = frozenset({"type", "@type", "observedAt", "datasetId", "expiresAt", "instanceId"}) | _OF_SYSTEM
DESCRIBING = frozenset({"observedAt", "datasetId", "expiresAt", "unitCode", "objectType", "valueType"})
"""An object with one of these describes an attribute; it is not a bare value."""


class Shape(Struct, frozen=True):
    """What an attribute of a kind looks like."""

    kind: Kind
    member: str
    """That holds the value."""
    simplest: frozenset[str]
    """The members of one that has nothing but a value."""
    allowed: frozenset[str]
    """The members that are no attributes of it."""
    can_hold_null: bool
    """Whether its values have room for ``urn:ngsi-ld:null`` inside."""


def _shape(kind: Kind) -> Shape:
    special = {"unitCode"} if kind in {Kind.PROPERTY, Kind.LIST} else set()
    if kind in {Kind.RELATIONSHIP, Kind.LIST_RELATIONSHIP}:
        special = {"objectType"}
    return Shape(
        kind=kind,
        member=kind.member,
        simplest=frozenset({"type", kind.member}),
        allowed=_OF_INSTANCE | special | {kind.member},
        can_hold_null=kind not in {Kind.GEO, Kind.RELATIONSHIP, Kind.LIST_RELATIONSHIP},
    )


_SHAPES = {kind: _shape(kind) for kind in Kind}
PROPERTY, GEO = _SHAPES[Kind.PROPERTY], _SHAPES[Kind.GEO]
BY_MEMBER = {shape.member: shape for kind, shape in _SHAPES.items() if kind is not Kind.GEO}
_BY_NAME = {prefix + kind.value: shape for kind, shape in _SHAPES.items() for prefix in ("", core.NAMESPACE)}

RESERVED = frozenset(
    {"@context", "entity", "entityList", "entityIdSealed", "entityTypeSealed", "unitCode", "objectType", "valueType"}
    | {f"previous{member[0].upper()}{member[1:]}" for member in BY_MEMBER}
)
"""Core terms that are no attributes of attributes (clauses 4.5.2.2, 4.5.3.2)."""
NO_ATTRIBUTES = RESERVED | {"observedAt", "datasetId", "instanceId"}
"""Core terms that are no attributes of entities (clause 4.5.1)."""


def shape_of(members: Mapping[str, Any], *, may_lack_value: bool) -> Shape | None:
    """``None``: the object does not describe an attribute, it is the value. Raises BadRequestData where it describes
    one that cannot be."""
    named = members.get("type", members.get("@type"))
    if named is not None:
        return _named(named, members)
    found = [shape for member, shape in BY_MEMBER.items() if member in members]
    if len(found) > 1:
        raise fault("an attribute has one kind of value, not " + " and ".join(shape.member for shape in found))
    if found:
        return GEO if found[0] is PROPERTY and is_geometry(members["value"]) else found[0]
    if not DESCRIBING.isdisjoint(members) or (may_lack_value and _has_attributes(members)):
        return PROPERTY
    return None


def _named(named: object, members: Mapping[str, Any]) -> Shape | None:
    shape = _BY_NAME.get(named) if isinstance(named, str) else None
    if shape is not None:
        return shape
    if is_geometry(members) or "@value" in members:
        return None
    raise fault(f"{named!r} is no type of attribute", "type")


def are_instances(value: list[Any]) -> bool:
    """Whether a list is of an attribute's instances, and not itself a value."""
    if not value or not all(isinstance(each, dict) for each in value):
        return False
    return any("datasetId" in each or _names_kind(each) for each in value) or all(map(_has_value, value))


def _has_attributes(members: Mapping[str, Any]) -> bool:
    """Whether some member of an object is an attribute in the normalized or concise form."""
    return any(isinstance(each, dict) and (_names_kind(each) or _has_value(each)) for each in members.values())


def _names_kind(members: Mapping[str, Any]) -> bool:
    named = members.get("type", members.get("@type"))
    return isinstance(named, str) and named in _BY_NAME


def _has_value(members: Mapping[str, Any]) -> bool:
    return any(member in members for member in BY_MEMBER)
