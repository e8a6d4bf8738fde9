"""From an NGSI-LD document to the model: names become IRIs, structure is checked, values stay as they are.

Source: ETSI GS CIM 009 V1.9.1, clauses 4.5 (representations), 4.6 (data types and names), 5.2.4 to 5.2.8, 5.5.4.
Normalized, concise and simplified members may stand side by side in one document (clause 4.5.0).

Errors are BadRequestData with a JSON pointer to the place in ``members["pointer"]``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import Any, Literal

from moyai.errors import BadRequestData, InvalidRequest
from moyai.ld import core, shapes, values
from moyai.ld.context import Context
from moyai.ld.lexical import checked_name, checked_uri, fault, is_moment, is_scope, within
from moyai.ld.shapes import Shape
from moyai.ld.values import is_geometry, is_null
from moyai.model.entity import NULL, Attribute, Entity, Instances, Kind

Form = Literal["normalized", "simplified"]
"""``normalized``: normalized and concise, mixed as they come. ``simplified``: what stands there is the value."""

_PLACES = frozenset(core.NAMESPACE + name for name in ("location", "observationSpace", "operationSpace"))
"""Attributes that are GeoProperties by the specification (clause 4.7.1)."""


class _Null(IntEnum):
    """Where ``urn:ngsi-ld:null`` may stand (clauses 5.2.1, 5.5.4, 5.5.12)."""

    NOWHERE = 0
    AS_VALUE = 1
    WITHIN_VALUES = 2


def entity(
    document: object,
    context: Context,
    *,
    fragment: bool = False,
    merge: bool = False,
    typed: bool = True,
    entity_id: str = "",
    form: Form = "normalized",
) -> Entity:
    """An entity, or a part of one.

    ``fragment``: the type may be absent, and an attribute's value may be ``urn:ngsi-ld:null``. ``merge``: a fragment
    for the merge patch, in which also values may be absent, and null may stand within them. ``typed=False``: a whole
    entity whose type may be absent. ``entity_id``: of the address; the document's own may be absent, or must equal it.

    Raises InvalidRequest where the document is no JSON object.
    """
    if not isinstance(document, dict):
        raise InvalidRequest("an entity is a JSON object")
    fragment = fragment or merge
    nulls = _Null.WITHIN_VALUES if merge else _Null.AS_VALUE if fragment else _Null.NOWHERE
    reading = _Reading(context, nulls, may_lack_value=merge, form=form)
    try:
        return Entity(
            id=_id(document, entity_id),
            types=_types(document, context, required=typed and not fragment),
            scopes=_scopes(document.get("scope"), nullable=fragment),
            attributes=reading.attributes(document),
            expires_at=_moment(document, "expiresAt", nullable=fragment),
        )
    except BadRequestData as error:
        raise _readable(error) from error


def attribute(
    name: str, document: object, context: Context, *, partial: bool = True, form: Form = "normalized"
) -> Instances:
    """The body of an attribute of its own. ``partial`` (PATCH of ``attrs/{name}``): an instance whose value is ``None``
    keeps the one that is stored, one with ``urn:ngsi-ld:null`` deletes it.

    Raises InvalidRequest where the document is neither a JSON object nor a list of them.
    """
    parts = document if isinstance(document, list) else [document]
    if not parts or not all(isinstance(part, dict) for part in parts):
        raise InvalidRequest("an attribute is a JSON object, or a list of them")
    if not all(parts):
        raise BadRequestData("an attribute that says nothing", pointer="")
    if name in shapes.OF_ENTITY or name in shapes.NO_ATTRIBUTES:
        raise BadRequestData(f"'{name}' is a word of NGSI-LD, and no attribute", pointer="")
    checked_name(name)
    nulls = _Null.AS_VALUE if partial else _Null.NOWHERE
    reading = _Reading(context, nulls, may_lack_value=partial, form=form)
    try:
        return reading.attribute_body(name, parts)
    except BadRequestData as error:
        raise _readable(error) from error


def valid_uri(value: object, pointer: str, what: str) -> str:
    """The value itself, if it is a URI. ``pointer`` and ``what`` are for the message."""
    try:
        return checked_uri(value, what)
    except BadRequestData as error:
        raise BadRequestData(error.detail, pointer=pointer) from error


def _readable(error: BadRequestData) -> BadRequestData:
    """With the place in the text too."""
    pointer = error.members.get("pointer", "")
    return BadRequestData(f"{error.detail} (at {pointer})" if pointer else error.detail, **error.members)


# ── the entity's own members ────────────────────────────────────────────────────────────────────────────────────────


def _id(members: Mapping[str, Any], given: str) -> str:
    own = members.get("id", members.get("@id", given or None))
    if own is None:
        raise fault("an entity has an id", "id")
    if given and own != given:
        raise fault(f"the id {own!r} is not that of the address, {given!r}", "id")
    try:
        return checked_uri(own, "the id")
    except BadRequestData as error:
        raise within("id", error) from error


def _types(members: Mapping[str, Any], context: Context, *, required: bool) -> tuple[str, ...]:
    value = members.get("type", members.get("@type"))
    if value is None and not required:
        return ()
    names = value if isinstance(value, list) else [value]
    if not names or not all(isinstance(name, str) for name in names):
        raise fault("an entity has a type, or a list of types", "type")
    return tuple(dict.fromkeys(_type(name, context) for name in names))


def _type(name: str, context: Context) -> str:
    if name in {"id", "type"}:
        raise fault(f"{name!r} is a word of NGSI-LD, and no type", "type")
    try:
        return context.expand_term(checked_name(name))
    except BadRequestData as error:
        raise within("type", error) from error


def _scopes(value: object, *, nullable: bool) -> tuple[str, ...] | None:
    if value is None:
        return None
    scopes: list[Any] = value if isinstance(value, list) else [value]
    for scope in scopes:
        if not isinstance(scope, str) or not (is_scope(scope) or (nullable and scope == NULL)):
            raise fault(f"{scope!r} is no scope: /level/level, each a letter, then letters, digits and _", "scope")
    named = (scope if scope.startswith("/") or scope == NULL else f"/{scope}" for scope in scopes)
    return tuple(dict.fromkeys(named)) or None


def _moment(members: Mapping[str, Any], name: str, *, nullable: bool) -> str | None:
    value = members.get(name)
    if value is None:
        return None
    if isinstance(value, str) and (is_moment(value) or (nullable and value == NULL)):
        return value
    raise fault(f"{name} {value!r} is no DateTime in UTC (2026-11-23T09:00:00Z)", name)


# ── attributes ──────────────────────────────────────────────────────────────────────────────────────────────────────


class _Reading:
    """How the attributes of one document are read."""

    __slots__ = ("_context", "_is_simplified", "_may_lack_value", "_nulls")

    def __init__(self, context: Context, nulls: _Null, *, may_lack_value: bool, form: Form) -> None:
        self._context = context
        self._nulls = nulls
        self._may_lack_value = may_lack_value
        self._is_simplified = form == "simplified"

    def attributes(self, members: Mapping[str, Any]) -> dict[str, Instances]:
        found: dict[str, Instances] = {}
        for name, value in members.items():
            if name not in shapes.OF_ENTITY:
                if name in shapes.NO_ATTRIBUTES:
                    raise fault(f"'{name}' is a word of NGSI-LD, and no attribute", name)
                self._read(name, value, found)
        return found

    def attribute_body(self, name: str, parts: list[Any]) -> Instances:
        iri = self._context.expand_term(name)
        if self._is_simplified or any(is_geometry(part) for part in parts):
            instances = self._instances(parts[0] if len(parts) == 1 else parts)
        else:
            instances = _ordered([self._described(self._shape(part) or shapes.PROPERTY, part) for part in parts])
        _check_place(iri, instances)
        return instances

    def _read(self, name: str, value: object, found: dict[str, Instances]) -> None:
        try:
            iri = self._context.expand_term(checked_name(name))
            if iri in found:
                raise fault(f"'{name}' and another member are the same attribute, {iri}")
            found[iri] = instances = self._instances(value)
            if iri in _PLACES:
                _check_place(iri, instances)
        except BadRequestData as error:
            raise within(name, error) from error

    def _instances(self, value: object) -> Instances:
        if isinstance(value, dict):
            if len(value) == 1 and isinstance(value.get("dataset"), dict):
                return _ordered([self._of_dataset(key, each) for key, each in value["dataset"].items()])
        elif isinstance(value, list) and not self._is_simplified and shapes.are_instances(value):
            return _ordered([self._numbered(index, each) for index, each in enumerate(value)])
        return (self._instance(value),)

    def _numbered(self, index: int, value: object) -> Attribute:
        try:
            return self._instance(value)
        except BadRequestData as error:
            raise within(index, error) from error

    def _of_dataset(self, key: str, value: object) -> Attribute:
        """Of the simplified form of several instances: ``{"dataset": {datasetId: value}}``."""
        try:
            dataset_id = _dataset_id({"datasetId": key})
            kind, plain = self._plain(value)
            return Attribute(kind=kind, value=plain, dataset_id=dataset_id)
        except BadRequestData as error:
            raise within("dataset", within(key, error)) from error

    def _instance(self, value: object) -> Attribute:
        if isinstance(value, dict) and not self._is_simplified and (shape := self._shape(value)) is not None:
            return self._described(shape, value)
        kind, plain = self._plain(value)
        return Attribute(kind=kind, value=plain)

    def _plain(self, value: object) -> tuple[Kind, object]:
        """A value with nothing around it, or the single member that names its kind in the simplified form."""
        if isinstance(value, dict):
            if is_geometry(value):
                return Kind.GEO, self._checked(shapes.GEO, value)
            if len(value) == 1 and (member := next(iter(value))) in {"languageMap", "vocab", "json"}:
                return shapes.BY_MEMBER[member].kind, self._value(shapes.BY_MEMBER[member], value)
        return Kind.PROPERTY, self._checked(shapes.PROPERTY, value)

    def _shape(self, members: Mapping[str, Any]) -> Shape | None:
        return shapes.shape_of(members, may_lack_value=self._may_lack_value)

    def _described(self, shape: Shape, members: Mapping[str, Any]) -> Attribute:
        value = self._value(shape, members)
        if members.keys() == shape.simplest:
            return Attribute(kind=shape.kind, value=value)
        others = members.keys() - shape.allowed
        nullable = self._nulls > _Null.NOWHERE
        return Attribute(
            kind=shape.kind,
            value=value,
            dataset_id=_dataset_id(members) if "datasetId" in members else None,
            observed_at=_moment(members, "observedAt", nullable=nullable),
            unit_code=_unit_code(members) if "unitCode" in members else None,
            object_type=_object_types(members, self._context) if "objectType" in members else (),
            attributes=self._sub_attributes(shape, members, others) if others else {},
            expires_at=_moment(members, "expiresAt", nullable=nullable),
        )

    def _sub_attributes(self, shape: Shape, members: Mapping[str, Any], names: set[str]) -> dict[str, Instances]:
        found: dict[str, Instances] = {}
        for name, value in members.items():
            if name in names:
                if name in shapes.RESERVED or name in shapes.BY_MEMBER:
                    raise fault(f"a {shape.kind.value} has no {name}", name)
                self._read(name, value, found)
        return found

    def _value(self, shape: Shape, members: Mapping[str, Any]) -> object:
        if shape.member not in members:
            if self._may_lack_value:
                return None
            raise fault(f"a {shape.kind.value} has a {shape.member}", shape.member)
        try:
            return self._checked(shape, members[shape.member])
        except BadRequestData as error:
            raise within(shape.member, error) from error

    def _checked(self, shape: Shape, value: object) -> object:
        if shape is shapes.PROPERTY and _is_harmless(value):
            return value
        if value is None:
            raise fault(f"null is no value; to delete, send {NULL}")
        if is_null(value):
            if self._nulls is _Null.NOWHERE:
                raise fault(f"{NULL} deletes, and there is nothing to delete here")
            return value
        if shape.can_hold_null and self._nulls is not _Null.WITHIN_VALUES and values.has_null(value):
            raise fault(f"{NULL} stands within a value; that is for the merge patch alone")
        return values.checked(shape.kind, value, self._context)


def _is_harmless(value: object) -> bool:
    """Whether this is a number, a truth value or a text that means itself."""
    kind = type(value)
    return (kind is str and value != NULL) or kind is int or kind is float or kind is bool


def _check_place(iri: str, instances: Instances) -> None:
    if iri in _PLACES and any(each.kind is not Kind.GEO and not _says_nothing(each) for each in instances):
        raise fault("this attribute is a GeoProperty by the specification: its value is a GeoJSON geometry")


def _ordered(instances: Sequence[Attribute]) -> Instances:
    """The default instance first."""
    if len({each.dataset_id for each in instances}) < len(instances):
        raise fault("two instances have the same datasetId, or none")
    return tuple(sorted(instances, key=lambda each: each.dataset_id is not None))


def _says_nothing(instance: Attribute) -> bool:
    """Whether the value is left to what is stored, or deleted."""
    return instance.value is None or instance.is_null


def _dataset_id(members: Mapping[str, Any]) -> str | None:
    value = members["datasetId"]
    if value == "@none":
        return None
    try:
        return checked_uri(value, "the datasetId")
    except BadRequestData as error:
        raise within("datasetId", error) from error


def _unit_code(members: Mapping[str, Any]) -> str:
    value = members["unitCode"]
    if not isinstance(value, str) or not value:
        raise fault("a unitCode is a text", "unitCode")
    return value


def _object_types(members: Mapping[str, Any], context: Context) -> tuple[str, ...]:
    value = members["objectType"]
    names = value if isinstance(value, list) else [value]
    if not names or not all(isinstance(name, str) and name for name in names):
        raise fault("an objectType is a type, or a list of types", "objectType")
    return tuple(dict.fromkeys(context.expand_term(checked_name(name)) for name in names))
