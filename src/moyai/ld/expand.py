"""From an NGSI-LD document to the model: names become IRIs, structure is checked, values stay as they are.

Source: ETSI GS CIM 009 V1.9.1, clauses 4.5 (representations), 4.6 (data types and names), 5.2.4 to 5.2.8. Normalized,
concise and simplified members may stand side by side in one document (clause 4.5.0).

Errors are BadRequestData with a JSON pointer to the place in ``members["pointer"]``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from moyai.errors import BadRequestData
from moyai.ld.context import Context
from moyai.model import geo
from moyai.model.entity import NULL, Attribute, Entity, Instances, Kind

_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d([.,]\d{1,9})?(Z|[+-]\d\d:\d\d)")
_FORBIDDEN_IN_NAMES = re.compile(r"[\s<>\"'=;()|\\^`{}]")
_SCOPE = re.compile(r"/?[^\s/#+,;()]+(/[^\s/#+,;()]+)*")

_BY_MEMBER = {kind.member: kind for kind in Kind if kind is not Kind.GEO}
_KINDS = {kind.value: kind for kind in Kind}
_GEOMETRIES = frozenset(
    {"Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection"}
)
_ENTITY_MEMBERS = frozenset({"id", "@id", "type", "@type", "scope", "expiresAt", "createdAt", "modifiedAt", "@context"})
_ATTRIBUTE_MEMBERS = frozenset(
    {
        "type",
        "@type",
        "value",
        "object",
        "languageMap",
        "vocab",
        "valueList",
        "objectList",
        "json",
        "observedAt",
        "unitCode",
        "datasetId",
        "objectType",
        "expiresAt",
        "createdAt",
        "modifiedAt",
        "deletedAt",
        "instanceId",
        "previousValue",
        "previousObject",
        "previousLanguageMap",
        "previousVocab",
        "previousValueList",
        "previousObjectList",
        "previousJson",
    }
)
_DEEPEST = 20
"""Attributes of attributes of attributes …"""


def entity(document: object, context: Context, *, fragment: bool = False, entity_id: str = "") -> Entity:
    """An entity, or with ``fragment`` a part of one, whose ``id`` and ``type`` may be absent and whose values may be
    ``urn:ngsi-ld:null``. ``entity_id``: of the address, which a fragment's own must equal."""
    members = _object(document, "")
    return Entity(
        id=_entity_id(members, entity_id),
        types=_types(members, context, required=not fragment),
        scopes=_scopes(members.get("scope"), fragment=fragment),
        attributes=_attributes(members, _ENTITY_MEMBERS, context, "", fragment=fragment),
        expires_at=_moment(members, "expiresAt", "", fragment=fragment),
    )


def attribute(name: str, document: object, context: Context) -> Instances:
    """The body of an attribute of its own (PUT and PATCH of ``attrs/{name}``): a fragment, in which an instance
    whose value is ``None`` keeps the one that is stored."""
    return _instances(document, context, "", fragment=True, name=name)


def valid_uri(value: object, pointer: str, what: str) -> str:
    """The value itself, if it is a URI."""
    if not isinstance(value, str) or _URI.fullmatch(value) is None:
        raise _fault(f"{what} {value!r} is no URI", pointer)
    return value


# ── the entity's own members ────────────────────────────────────────────────────────────────────────────────────────


def _entity_id(members: Mapping[str, Any], given: str) -> str:
    own = members.get("id", members.get("@id", given or None))
    if own is None:
        raise _fault("an entity has an id", "/id")
    if given and own != given:
        raise _fault(f"the id {own!r} is not that of the address, {given!r}", "/id")
    return valid_uri(own, "/id", "the id")


def _types(members: Mapping[str, Any], context: Context, *, required: bool) -> tuple[str, ...]:
    value = members.get("type", members.get("@type"))
    if value is None and not required:
        return ()
    names = value if isinstance(value, list) else [value]
    if not names or not all(isinstance(name, str) and name for name in names):
        raise _fault("an entity has a type, or a list of types", "/type")
    for name in names:
        _check_name(name, "/type")
    return tuple(dict.fromkeys(context.expand_term(name) for name in names))


def _scopes(value: object, *, fragment: bool) -> tuple[str, ...] | None:
    if value is None:
        return None
    scopes: list[Any] = value if isinstance(value, list) else [value]
    for scope in scopes:
        if not isinstance(scope, str) or not (_SCOPE.fullmatch(scope) or (fragment and scope == NULL)):
            raise _fault(f"{scope!r} is no scope", "/scope")
    return tuple(scope if scope.startswith("/") or scope == NULL else f"/{scope}" for scope in scopes)


# ── attributes ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _attributes(
    members: Mapping[str, Any], reserved: frozenset[str], context: Context, pointer: str, *, fragment: bool
) -> dict[str, Instances]:
    found: dict[str, Instances] = {}
    if pointer.count("/") > _DEEPEST:
        raise _fault(f"attributes nest deeper than {_DEEPEST}", pointer)
    for name, value in members.items():
        if name in reserved:
            continue
        where = f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}"
        _check_name(name, where)
        iri = context.expand_term(name)
        if iri in found:
            raise _fault(f"'{name}' and another member are the same attribute {iri}", where)
        found[iri] = _instances(value, context, where, fragment=fragment, name=name)
    return found


def _check_name(name: str, pointer: str) -> None:
    """Clause 4.6.2: what a query could not say is no name."""
    if not name or _FORBIDDEN_IN_NAMES.search(name) or name.startswith("@"):
        raise _fault(f"{name!r} is no name of a type or attribute", pointer)


def _instances(value: object, context: Context, pointer: str, *, fragment: bool, name: str) -> Instances:
    if not (isinstance(value, list) and value and all(_is_instance(each) for each in value)):
        return (_instance(value, context, pointer, fragment=fragment),)
    instances = [_instance(each, context, f"{pointer}/{index}", fragment=fragment) for index, each in enumerate(value)]
    if len({each.dataset_id for each in instances}) < len(instances):
        raise _fault(f"two instances of '{name}' have the same datasetId", pointer)
    return tuple(sorted(instances, key=lambda each: each.dataset_id is not None))


def _is_instance(value: object) -> bool:
    """Whether an element of a list is an instance of an attribute, and the list not a value."""
    return isinstance(value, dict) and (
        value.get("type") in _KINDS or "datasetId" in value or any(member in value for member in _BY_MEMBER)
    )


def _instance(value: object, context: Context, pointer: str, *, fragment: bool) -> Attribute:
    if value is None:
        raise _fault("null is no value; to delete, send urn:ngsi-ld:null", pointer)
    if not isinstance(value, dict) or _is_plain(value, fragment):
        return Attribute(kind=_kind_of_plain(value, pointer), value=_checked_null(value, pointer, fragment=fragment))
    kind = _kind(value, pointer)
    return Attribute(
        kind=kind,
        value=_value(kind, value, context, pointer, fragment=fragment),
        dataset_id=_dataset_id(value, pointer),
        observed_at=_moment(value, "observedAt", pointer, fragment=fragment),
        unit_code=_unit_code(value, pointer),
        object_type=_object_types(value, context, pointer),
        attributes=_attributes(value, _ATTRIBUTE_MEMBERS, context, pointer, fragment=fragment),
        expires_at=_moment(value, "expiresAt", pointer, fragment=fragment),
    )


def _is_plain(value: Mapping[str, Any], fragment: bool) -> bool:
    """Whether an object is itself the value (simplified form), not a description of one."""
    kind = value.get("type", value.get("@type"))
    if kind in _GEOMETRIES:
        return "value" not in value
    if kind in _KINDS or any(member in value for member in _BY_MEMBER):
        return False
    if "@value" in value:
        return True
    return not fragment and not _ATTRIBUTE_MEMBERS.intersection(value)


def _kind_of_plain(value: object, pointer: str) -> Kind:
    if isinstance(value, dict) and value.get("type") in _GEOMETRIES:
        _checked(geo.validated_geometry, value, pointer)
        return Kind.GEO
    return Kind.PROPERTY


def _kind(members: Mapping[str, Any], pointer: str) -> Kind:
    named = members.get("type", members.get("@type"))
    if named is not None:
        if not isinstance(named, str) or named not in _KINDS:
            raise _fault(f"{named!r} is no type of attribute", f"{pointer}/type")
        return _KINDS[named]
    found = [kind for member, kind in _BY_MEMBER.items() if member in members]
    if len(found) > 1:
        raise _fault("an attribute has one kind of value", pointer)
    if found and found[0] is Kind.PROPERTY and _is_geometry(members.get("value")):
        return Kind.GEO
    return found[0] if found else Kind.PROPERTY


def _is_geometry(value: object) -> bool:
    return isinstance(value, dict) and value.get("type") in _GEOMETRIES


def _value(kind: Kind, members: Mapping[str, Any], context: Context, pointer: str, *, fragment: bool) -> object:
    value = members.get(kind.member)
    where = f"{pointer}/{kind.member}"
    if kind is Kind.JSON and kind.member in members:
        return value
    if value is None:
        if fragment and kind.member not in members:
            return None
        raise _fault(f"a {kind} has a {kind.member}", where)
    if value == NULL or value == {"@none": NULL}:
        return _checked_null(value, where, fragment=fragment)
    return _CHECKS[kind](value, context, where)


def _checked_null(value: object, pointer: str, *, fragment: bool) -> object:
    if value == NULL and not fragment:
        raise _fault("urn:ngsi-ld:null deletes, and there is nothing to delete here", pointer)
    return value


# ── values by kind ──────────────────────────────────────────────────────────────────────────────────────────────────


def _property(value: object, context: Context, pointer: str) -> object:
    return value


def _geo(value: object, context: Context, pointer: str) -> object:
    return _checked(geo.validated_geometry, value, pointer)


def _relationship(value: object, context: Context, pointer: str) -> object:
    if isinstance(value, list):
        return [valid_uri(each, f"{pointer}/{index}", "the object") for index, each in enumerate(value)]
    return valid_uri(value, pointer, "the object")


def _language(value: object, context: Context, pointer: str) -> object:
    texts = _object(value, pointer)
    for tag, text in texts.items():
        each = text if isinstance(text, list) else [text]
        if not tag or not all(isinstance(part, str) for part in each):
            raise _fault("a languageMap has a text for each language tag", pointer)
    return texts


def _vocabulary(value: object, context: Context, pointer: str) -> object:
    terms: list[Any] = value if isinstance(value, list) else [value]
    if not terms or not all(isinstance(term, str) and term for term in terms):
        raise _fault("a vocab is a term, or a list of terms", pointer)
    iris = [context.expand_term(term) for term in terms]
    return iris if isinstance(value, list) else iris[0]


def _list(value: object, context: Context, pointer: str) -> object:
    return value if isinstance(value, list) else [value]


def _objects(value: object, context: Context, pointer: str) -> object:
    objects = value if isinstance(value, list) else [value]
    plain = [each["object"] if isinstance(each, dict) and "object" in each else each for each in objects]
    return [valid_uri(each, f"{pointer}/{index}", "the object") for index, each in enumerate(plain)]


_CHECKS: Mapping[Kind, Callable[[object, Context, str], object]] = {
    Kind.PROPERTY: _property,
    Kind.GEO: _geo,
    Kind.RELATIONSHIP: _relationship,
    Kind.LANGUAGE: _language,
    Kind.VOCABULARY: _vocabulary,
    Kind.LIST: _list,
    Kind.LIST_RELATIONSHIP: _objects,
    Kind.JSON: _property,
}


# ── members of an attribute ─────────────────────────────────────────────────────────────────────────────────────────


def _dataset_id(members: Mapping[str, Any], pointer: str) -> str | None:
    value = members.get("datasetId")
    if value is None or value == "@none":
        return None
    return valid_uri(value, f"{pointer}/datasetId", "the datasetId")


def _moment(members: Mapping[str, Any], name: str, pointer: str, *, fragment: bool) -> str | None:
    value = members.get(name)
    if value is None:
        return None
    if fragment and value == NULL:
        return NULL
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        try:
            datetime.fromisoformat(value.replace(",", "."))
        except ValueError as error:
            raise _fault(f"{name} {value!r}: {error}", f"{pointer}/{name}") from error
        return value
    raise _fault(f"{name} {value!r} is no DateTime (2026-11-23T09:00:00Z)", f"{pointer}/{name}")


def _unit_code(members: Mapping[str, Any], pointer: str) -> str | None:
    value = members.get("unitCode")
    if value is not None and (not isinstance(value, str) or not value):
        raise _fault("a unitCode is a text", f"{pointer}/unitCode")
    return value


def _object_types(members: Mapping[str, Any], context: Context, pointer: str) -> tuple[str, ...]:
    value = members.get("objectType")
    if value is None:
        return ()
    names = value if isinstance(value, list) else [value]
    if not all(isinstance(name, str) and name for name in names):
        raise _fault("an objectType is a type, or a list of types", f"{pointer}/objectType")
    return tuple(context.expand_term(name) for name in names)


def _object(value: object, pointer: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _fault("this must be a JSON object", pointer)
    return value


def _checked(check: Callable[[object], object], value: object, pointer: str) -> object:
    try:
        return check(value)
    except BadRequestData as error:
        raise _fault(error.detail, pointer) from error


def _fault(detail: str, pointer: str) -> BadRequestData:
    return BadRequestData(f"{detail} (at {pointer})" if pointer else detail, pointer=pointer)
