"""A request for entities as data: from the parameters of GET, or from the body of a POST query.

Source: ETSI GS CIM 009 V1.9.1, clauses 6.4.3.2, 6.5.3.1 (parameters), 5.2.23 (Query body), 6.3.10 (paging),
6.3.12 (options).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal

from msgspec import Struct

from moyai.errors import BadRequestData, InvalidRequest, OperationNotSupported
from moyai.ld.lexical import checked_name, checked_uri, is_name
from moyai.model.geo import LOCATION, GeoQuery
from moyai.model.query import AnyType, Page, Query, TypeSelection
from moyai.query import geo, q, selection

Form = Literal["normalized", "concise", "simplified"]
Expand = Callable[[str], str]
_ANY = "*"
"""The type of every entity."""

DEFAULT_LIMIT = 20
GREATEST_LIMIT = 1000
_GREATEST_OFFSET = 10_000_000

WORDS = frozenset({"id", "type", "scope"})
"""Members of an entity that can be picked and omitted as attributes can."""
_LINKED = re.compile(r"([^{},|]+)\{[^{},|]+(?:[,|][^{},|]+)*\}")
"""Of a projection: a relationship with what is wanted of the entity it leads to."""

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
_OF_BODY = frozenset({"@context", "type", "entities", "attrs", "pick", "omit", "q", "geoQ", "lang"})
_LATER = frozenset(
    {"csf", "scopeQ", "datasetId", "join", "joinLevel", "containedBy", "expandValues", "jsonKeys", "splitEntities"}
    | {"entityMap", "entityMapLifetime", "orderBy", "orderFrom", "orderGeometry", "collation"}
)
"""Parameters of the specification that are not supported yet: refused, never passed over."""
_LATER_IN_BODY = _LATER | {"temporalQ", "ordering", "aggrParams"}


class Representation(Struct, frozen=True, kw_only=True):
    """How the answer is wanted."""

    form: Form = "normalized"
    sys_attrs: bool = False
    attrs: tuple[str, ...] = ()
    """IRIs; empty: all."""
    pick: tuple[str, ...] = ()
    """IRIs of attributes and the words id, type, scope: the members that are shown; empty: all (clause 4.21)."""
    omit: tuple[str, ...] = ()
    """Likewise: those that are not."""
    lang: str = ""
    geometry_property: str = LOCATION
    """IRI."""

    @property
    def is_stored_form(self) -> bool:
        return self.form == "normalized" and not self.sys_attrs and not self.lang and self.shows_all

    @property
    def shows_all(self) -> bool:
        return not (self.attrs or self.pick or self.omit)

    def shown(self, document: Mapping[str, Any], compact: Callable[[str], str]) -> dict[str, Any]:
        """The members of an entity's document that were picked and not omitted; the system's times if any were asked
        for. ``compact``: from an IRI to the document's name for it."""
        picked, omitted = (
            {name if name in WORDS else compact(name) for name in names} for names in (self.pick, self.omit)
        )
        always = {"createdAt", "modifiedAt"}
        return {
            name: value
            for name, value in document.items()
            if (not picked or name in picked or name in always) and name not in omitted
        }


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
        ids=_uris(_listed(given.get("id", ""))),
        id_pattern=given.get("idPattern", ""),
        q=q.parse(given["q"], expand) if given.get("q") else None,
        geo=_geo(given, expand),
        attrs=representation.attrs,
        page=_page(given),
    )
    _refuse_everything(query, given, is_any=given.get("type") == _ANY)
    return Asked(query, representation)


def for_body(body: Mapping[str, Any], parameters: Mapping[str, list[str]], expand: Expand) -> Asked:
    """Of POST entityOperations/query: the Query data type, with paging and options in the address."""
    _check_known(parameters, (_REPRESENTATION - {"attrs", "pick", "omit"}) | {"limit", "offset", "count"})
    _check_body(body)
    given = _single(parameters)
    members = {name: ",".join(_strings(body.get(name, []), name)) for name in ("attrs", "pick", "omit")}
    language = _text(body, "lang") or given.get("lang", "")
    representation = _representation({**given, **members, "lang": language}, expand)
    entities = body.get("entities", [])
    selected = _selected(entities, expand)
    condition = _text(body, "q")
    query = Query(
        types=selected.types,
        ids=selected.ids,
        id_pattern=selected.id_pattern,
        q=q.parse(condition, expand) if condition else None,
        geo=_geo_of_body(body.get("geoQ"), expand),
        attrs=representation.attrs,
        page=_page(given),
    )
    _refuse_everything(query, given, is_any=any(each["type"] == _ANY for each in entities))
    return Asked(query, representation)


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
        ids=_uris(_strings([ids] if isinstance(ids, str) else ids, "id")),
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
    return selection.parse(text, expand) if text and text != _ANY else None


def _uris(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(checked_uri(text, "the id") for text in texts)


def _listed(text: str) -> tuple[str, ...]:
    return tuple(each for each in (part.strip() for part in text.split(",")) if each)


def _strings(value: object, what: str) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise BadRequestData(f"{what} is a list of texts")
    return value


def _representation(given: Mapping[str, str], expand: Expand) -> Representation:
    options = _listed(given.get("options", ""))
    geometry = given.get("geometryProperty", "")
    pick, omit = (_projection(name, given.get(name, ""), expand) for name in ("pick", "omit"))
    attrs = tuple(_attribute(name, expand) for name in _listed(given.get("attrs", "")))
    if attrs and (pick or omit):
        raise BadRequestData("attrs does not go with pick and omit: it has a meaning of both")
    if both := set(pick) & set(omit):
        raise BadRequestData(f"{', '.join(sorted(both))} cannot be picked and omitted")
    return Representation(
        form=_form([*options, *_listed(given.get("format", ""))]),
        sys_attrs="sysAttrs" in options,
        attrs=attrs,
        pick=pick,
        omit=omit,
        lang=given.get("lang", ""),
        geometry_property=expand(geometry) if geometry else LOCATION,
    )


def _attribute(name: str, expand: Expand) -> str:
    if name in WORDS:
        raise BadRequestData(f"attrs names attributes; '{name}' is none")
    return expand(checked_name(name))


def _projection(what: str, text: str, expand: Expand) -> tuple[str, ...]:
    """Clause 4.21: names with a comma or a bar between. Raises BadRequestData, OperationNotSupported."""
    if not text:
        return ()
    plain = text
    while (without := _LINKED.sub(r"\1", plain)) != plain:
        plain = without
    names = re.split(r"[,|]", plain)
    if not all(is_name(name) for name in names):
        raise BadRequestData(f"{what} is names with ',' or '|' between, not '{text[:100]}'")
    if plain != text:
        raise OperationNotSupported(f"{what} of linked entities, '{{…}}', is not supported")
    return tuple(dict.fromkeys(name if name in WORDS else expand(name) for name in names))


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
    is_asked = any(text for name, text in texts.items() if name != "geoproperty")
    return geo.parse(**texts, expand=expand) if is_asked else None


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


def _refuse_everything(query: Query, given: Mapping[str, str], *, is_any: bool) -> None:
    """``is_any``: the type ``*``, which means local=true (clause 6.4.3.2)."""
    is_local = _truth(given, "local")
    if is_any and given.get("local") == "false":
        raise BadRequestData("the type '*' means local=true, and does not go with local=false")
    narrows = query.types or query.attrs or query.q or query.geo
    if not (narrows or is_any or is_local):
        raise BadRequestData("a query has at least one of type, attrs, q and georel, or local=true")
