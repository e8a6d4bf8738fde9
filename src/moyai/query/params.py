"""A request for entities as data: from the parameters of GET, or from the body of a POST query.

Source: ETSI GS CIM 009 V1.9.1, clauses 6.4.3.2, 6.5.3.1 (parameters), 5.2.23 (Query body), 6.3.10 (paging),
6.3.12 (options).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal

from msgspec import Struct

from moyai.errors import BadRequestData, InvalidRequest, OperationNotSupported
from moyai.model.geo import LOCATION, GeoQuery
from moyai.model.query import AnyType, Page, Query, TypeSelection
from moyai.query import geo, q, selection

Form = Literal["normalized", "concise", "simplified"]
Expand = Callable[[str], str]

DEFAULT_LIMIT = 20
GREATEST_LIMIT = 1000
_GREATEST_OFFSET = 10_000_000

_FORMS: Mapping[str, Form] = {
    "normalized": "normalized",
    "concise": "concise",
    "simplified": "simplified",
    "keyValues": "simplified",
}
_REPRESENTATION = frozenset({"options", "format", "attrs", "pick", "omit", "lang", "geometryProperty", "local"})
_QUERY = _REPRESENTATION | {
    "type",
    "id",
    "idPattern",
    "q",
    "georel",
    "geometry",
    "coordinates",
    "geoproperty",
    "limit",
    "offset",
    "count",
}
_OF_GEO = ("georel", "geometry", "coordinates", "geoproperty")
_LISTS = frozenset({"options", "attrs", "pick", "omit", "type", "id"})
_OF_BODY = frozenset({"@context", "type", "entities", "attrs", "pick", "q", "geoQ", "lang"})
_LATER_IN_BODY = frozenset({"omit", "csf", "scopeQ", "temporalQ", "join", "joinLevel", "containedBy", "expandValues"})
_LATER = frozenset({"csf", "scopeQ", "join", "joinLevel", "containedBy", "orderBy", "entityMap", "jsonKeys"})
"""Parameters of the specification that are not supported yet: refused, never passed over."""


class Representation(Struct, frozen=True, kw_only=True):
    """How the answer is wanted."""

    form: Form = "normalized"
    sys_attrs: bool = False
    attrs: tuple[str, ...] = ()
    """IRIs; empty: all."""
    lang: str = ""
    geometry_property: str = LOCATION
    """IRI."""

    @property
    def is_stored_form(self) -> bool:
        return self.form == "normalized" and not self.sys_attrs and not self.attrs and not self.lang


class Asked(Struct, frozen=True):
    """What a request asks for."""

    query: Query
    representation: Representation


def for_one(parameters: Mapping[str, list[str]], expand: Expand) -> Representation:
    """Of GET entities/{id}."""
    _check_known(parameters, _REPRESENTATION | {"type"})
    return _representation(_single(parameters), expand)


def for_many(parameters: Mapping[str, list[str]], expand: Expand) -> Asked:
    """Of GET entities. Raises BadRequestData where nothing narrows the query (clause 5.7.2.4).

    Whether an idPattern is a regular expression the store says, whose syntax it is.
    """
    _check_known(parameters, _QUERY)
    given = _single(parameters)
    representation = _representation(given, expand)
    query = Query(
        types=_types(given.get("type", ""), expand),
        ids=_listed(given.get("id", "")),
        id_pattern=given.get("idPattern", ""),
        q=q.parse(given["q"], expand) if given.get("q") else None,
        geo=_geo(given, expand),
        attrs=_names(_listed(given.get("attrs", "")), expand),
        page=_page(given),
    )
    _refuse_everything(query, local=_truth(given, "local"))
    return Asked(query, representation)


def for_body(body: Mapping[str, Any], parameters: Mapping[str, list[str]], expand: Expand) -> Asked:
    """Of POST entityOperations/query: the Query data type, with paging and options in the address."""
    _check_known(parameters, (_REPRESENTATION - {"attrs", "pick"}) | {"limit", "offset", "count"})
    _check_body(body)
    given = _single(parameters)
    attrs, picked = (_names(_strings(body.get(name, []), name), expand) for name in ("attrs", "pick"))
    representation = _representation({**given, "lang": _text(body, "lang") or given.get("lang", "")}, expand)
    selected = _selected(body.get("entities", []), expand)
    condition = _text(body, "q")
    query = Query(
        types=selected.types,
        ids=selected.ids,
        id_pattern=selected.id_pattern,
        q=q.parse(condition, expand) if condition else None,
        geo=_geo_of_body(body.get("geoQ"), expand),
        attrs=attrs,
        page=_page(given),
    )
    _refuse_everything(query, local=_truth(given, "local"))
    if body.get("pick") and not attrs and not picked:
        raise _nothing_picked()
    return Asked(query, _with_attrs(representation, attrs or picked))


def _with_attrs(representation: Representation, attrs: tuple[str, ...]) -> Representation:
    return Representation(
        form=representation.form,
        sys_attrs=representation.sys_attrs,
        attrs=attrs,
        lang=representation.lang,
        geometry_property=representation.geometry_property,
    )


def _check_body(body: Mapping[str, Any]) -> None:
    if body.get("type") != "Query":
        raise BadRequestData("the body of a query has the type 'Query'")
    for name in body:
        if name in _LATER_IN_BODY:
            raise OperationNotSupported(f"'{name}' in the body of a query is not supported")
        if name not in _OF_BODY:
            raise BadRequestData(f"the body of a query has no '{name}'; known: {', '.join(sorted(_OF_BODY))}")


def _text(members: Mapping[str, Any], name: str) -> str:
    value = members.get(name, "")
    if not isinstance(value, str):
        raise BadRequestData(f"'{name}' is a text")
    return value


def _selected(entities: object, expand: Expand) -> Query:
    """What the list of EntitySelectors (clause 5.2.33) selects, as far as one query can say it."""
    if not isinstance(entities, list):
        raise BadRequestData("the entities of a query are a list")
    selectors = [_selector(each, expand) for each in entities]
    if len(selectors) == 1:
        return selectors[0]
    if any(each.ids or each.id_pattern for each in selectors):
        raise OperationNotSupported("several entities, each with an id or idPattern of its own, are not supported")
    # One that takes any type takes what the others take too.
    is_any = any(each.types is None for each in selectors)
    return Query(types=None if is_any else _any_of(each.types for each in selectors))


def _selector(entity: object, expand: Expand) -> Query:
    if not isinstance(entity, dict) or not isinstance(entity.get("type"), str):
        raise BadRequestData("each of a query's entities is an object with a type")
    ids = entity.get("id", [])
    return Query(
        types=_types(entity["type"], expand),
        ids=tuple(_strings([ids] if isinstance(ids, str) else ids, "id")),
        id_pattern=_text(entity, "idPattern"),
    )


def _any_of(selections: Iterable[TypeSelection | None]) -> TypeSelection | None:
    parts = tuple(each for each in selections if each is not None)
    return parts[0] if len(parts) == 1 else (AnyType(parts) if parts else None)


# ── parameters ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _check_known(parameters: Mapping[str, list[str]], known: frozenset[str]) -> None:
    """Clause 6.3.20: a parameter that is not known is an error, not silence."""
    for name in parameters:
        if name in _LATER:
            raise OperationNotSupported(f"the parameter '{name}' is not supported")
        if name not in known:
            raise InvalidRequest(f"the parameter '{name}' is not known here; known: {', '.join(sorted(known))}")


def _single(parameters: Mapping[str, list[str]]) -> dict[str, str]:
    """Parameters that are lists may be repeated, and are joined; of the others two would be two meanings."""
    for name, values in parameters.items():
        if len(values) > 1 and name not in _LISTS:
            raise InvalidRequest(f"the parameter '{name}' stands {len(values)} times; it can stand once")
    return {name: ",".join(values) for name, values in parameters.items()}


def _types(text: str, expand: Expand) -> TypeSelection | None:
    return selection.parse(text, expand) if text and text != "*" else None


def _listed(text: str) -> tuple[str, ...]:
    return tuple(each for each in (part.strip() for part in text.split(",")) if each)


def _strings(value: object, what: str) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise BadRequestData(f"{what} is a list of texts")
    return value


def _representation(given: Mapping[str, str], expand: Expand) -> Representation:
    if given.get("omit"):
        raise OperationNotSupported("the parameter 'omit' is not supported")
    options = _listed(given.get("options", ""))
    geometry = given.get("geometryProperty", "")
    attrs = _names(_listed(given.get("attrs", "") or given.get("pick", "")), expand)
    if given.get("pick") and not attrs:
        raise _nothing_picked()
    return Representation(
        form=_form([*options, *_listed(given.get("format", ""))]),
        sys_attrs="sysAttrs" in options,
        attrs=attrs,
        lang=given.get("lang", ""),
        geometry_property=expand(geometry) if geometry else LOCATION,
    )


def _names(names: Iterable[str], expand: Expand) -> tuple[str, ...]:
    """``pick`` may name id and type too, which are always there."""
    return tuple(expand(name) for name in names if name not in ("id", "type"))


def _nothing_picked() -> OperationNotSupported:
    return OperationNotSupported("'pick' without one attribute's name is not supported")


def _form(names: Iterable[str]) -> Form:
    forms = {_FORMS[name] for name in names if name in _FORMS}
    unknown = [name for name in names if name not in _FORMS and name not in ("sysAttrs", "count")]
    if unknown:
        raise InvalidRequest(f"the option '{unknown[0]}' is not known")
    if len(forms) > 1:
        raise BadRequestData("one form can be asked for: normalized, concise or simplified")
    return next(iter(forms), "normalized")


def _page(given: Mapping[str, str]) -> Page:
    count = _truth(given, "count") or "count" in _listed(given.get("options", ""))
    limit = _number(given, "limit", DEFAULT_LIMIT, GREATEST_LIMIT)
    if limit == 0 and not count:
        raise BadRequestData("limit=0 makes sense with count=true only")
    return Page(limit=limit, offset=_number(given, "offset", 0, _GREATEST_OFFSET), count=count)


def _number(given: Mapping[str, str], name: str, default: int, greatest: int) -> int:
    text = given.get(name, "")
    if not text:
        return default
    # Digits are counted first: Python refuses to read a number of thousands.
    if not (text.isascii() and text.isdigit() and len(text) <= 20 and int(text) <= greatest):
        raise BadRequestData(f"{name} is a number from 0 to {greatest}, not '{text[:30]}'")
    return int(text)


def _truth(given: Mapping[str, str], name: str) -> bool:
    text = given.get(name) or "false"
    if text not in ("true", "false"):
        raise BadRequestData(f"{name} is true or false, not '{text[:30]}'")
    return text == "true"


def _geo(given: Mapping[str, str], expand: Expand) -> GeoQuery | None:
    texts = {name: given.get(name, "") for name in _OF_GEO}
    return geo.parse(**texts, expand=expand) if any(texts.values()) else None


def _geo_of_body(value: object, expand: Expand) -> GeoQuery | None:
    if value is None:
        return None
    if not isinstance(value, dict):
        raise BadRequestData("geoQ is an object with georel, geometry and coordinates")
    for name in value:
        if name not in _OF_GEO:
            raise BadRequestData(f"geoQ has no '{name}'; known: {', '.join(_OF_GEO)}")
    texts = {name: _text(value, name) for name in _OF_GEO if name != "coordinates"}
    return geo.parse(**texts, coordinates=value.get("coordinates"), expand=expand)


def _refuse_everything(query: Query, *, local: bool) -> None:
    narrows = query.types or query.attrs or query.q or query.geo or query.ids or query.id_pattern
    if not narrows and not local:
        raise BadRequestData("a query has at least one of type, attrs, q, georel, id and idPattern, or local=true")
