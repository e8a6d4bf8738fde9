"""Values by kind of attribute: checked, and brought into the form that the model keeps.

Source: ETSI GS CIM 009 V1.9.1, clauses 4.5.2, 4.5.3, 4.5.18, 4.5.20 to 4.5.24, 4.6.3, 4.6.5, 4.7.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from moyai.ld.context import Context
from moyai.ld.lexical import checked_uri, fault, is_language
from moyai.model import geo
from moyai.model.entity import NULL, Kind

GEOMETRIES = frozenset({"Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon"})


def is_geometry(value: object) -> bool:
    """Whether this means to be a GeoJSON geometry."""
    if not isinstance(value, dict) or "coordinates" not in value:
        return False
    kind = value.get("type")
    return isinstance(kind, str) and kind in GEOMETRIES


def is_null(value: object) -> bool:
    """Whether this is a fragment's way to say: delete."""
    return value == NULL or value == {"@none": NULL}


def has_null(value: object) -> bool:
    """Whether ``urn:ngsi-ld:null`` stands anywhere within."""
    if isinstance(value, dict):
        return any(map(has_null, value.values()))
    if isinstance(value, list):
        return any(map(has_null, value))
    return value == NULL


def checked(kind: Kind, value: object, context: Context) -> object:
    """The value in the model's form. Raises BadRequestData."""
    return _CHECKS[kind](value, context)


def _property(value: object, context: Context) -> object:
    return value


def _geometry(value: object, context: Context) -> object:
    if isinstance(value, str):
        value = _decoded(value)
    if isinstance(value, dict) and value.get("type") == "GeometryCollection":
        raise fault("a GeoProperty has one geometry, not a GeometryCollection")
    return geo.validated_geometry(value)


def _decoded(text: str) -> object:
    """A geometry may come as a string of JSON (clause 4.7.2)."""
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError as error:
        raise fault("a GeoProperty has a GeoJSON geometry") from error


def _relationship(value: object, context: Context) -> object:
    if isinstance(value, list) and value:
        return [checked_uri(each, "the object") for each in value]
    return checked_uri(value, "the object")


def _language(value: object, context: Context) -> object:
    if not isinstance(value, dict) or not value:
        raise fault("a languageMap is an object: a text for each language tag")
    for tag, text in value.items():
        if not is_language(tag):
            raise fault(f"{tag!r} is no language tag", tag)
        if not _is_text(text):
            raise fault("a languageMap has a text, or a list of texts, for each language", tag)
    return value


def _is_text(value: object) -> bool:
    if isinstance(value, list):
        return all(isinstance(each, str) for each in value)
    return isinstance(value, str)


def _vocabulary(value: object, context: Context) -> object:
    terms: list[Any] = value if isinstance(value, list) else [value]
    if not terms or not all(isinstance(term, str) and term for term in terms):
        raise fault("a vocab is a term, or a list of terms")
    iris = [context.expand_term(term) for term in terms]
    return iris if isinstance(value, list) else iris[0]


def _list(value: object, context: Context) -> object:
    if not isinstance(value, list):
        raise fault("a valueList is a list")
    return value


def _objects(value: object, context: Context) -> object:
    if not isinstance(value, list):
        raise fault("an objectList is a list")
    return [checked_uri(_object_of(each), "the object") for each in value]


def _object_of(item: object) -> object:
    """Normalized ``{"object": URI}``, concise the URI itself."""
    return item["object"] if isinstance(item, dict) and list(item) == ["object"] else item


def _json(value: object, context: Context) -> object:
    if isinstance(value, dict):
        return value
    if isinstance(value, list) and all(isinstance(each, dict) for each in value):
        return value
    raise fault("a json is an object, or a list of objects")


_CHECKS: Mapping[Kind, Callable[[object, Context], object]] = {
    Kind.PROPERTY: _property,
    Kind.GEO: _geometry,
    Kind.RELATIONSHIP: _relationship,
    Kind.LANGUAGE: _language,
    Kind.VOCABULARY: _vocabulary,
    Kind.LIST: _list,
    Kind.LIST_RELATIONSHIP: _objects,
    Kind.JSON: _json,
}
