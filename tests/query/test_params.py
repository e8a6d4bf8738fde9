"""What a request asks for, from its parameters or its body."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from moyai.errors import BadRequestData, InvalidRequest, OperationNotSupported
from moyai.model.geo import LOCATION, Relation
from moyai.model.query import AnyType, Compare, HasType, Number, Operator, Page, Path
from moyai.query import params
from moyai.query.params import Asked, Representation

BASE = "https://example.org/"


def iri(name: str) -> str:
    return BASE + name


def short(name: str) -> str:
    return name.removeprefix(BASE)


def asked(**parameters: str | list[str]) -> Asked:
    return params.for_many(listed(parameters), iri)


def listed(parameters: dict[str, Any]) -> dict[str, list[str]]:
    return {name: [value] if isinstance(value, str) else value for name, value in parameters.items()}


def of_body(body: dict[str, Any], **parameters: str) -> Asked:
    return params.for_body({"type": "Query", **body}, listed(parameters), iri)


# ── what is asked ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_condition_of_an_address() -> None:
    query = asked(
        type="Site,Park",
        id="urn:a:1,urn:a:2",
        idPattern="^urn",
        attrs="name,capacity",
        q="capacity>5",
        georel="near;maxDistance==2e3",
        geometry="Point",
        coordinates="[135,34]",
        geoproperty="place",
    ).query
    assert query.types == AnyType((HasType(iri("Site")), HasType(iri("Park"))))
    assert (query.ids, query.id_pattern) == (("urn:a:1", "urn:a:2"), "^urn")
    assert query.attrs == (iri("name"), iri("capacity"))
    assert query.q == Compare(Path((iri("capacity"),)), Operator.GREATER, Number(5))
    assert query.geo is not None
    assert (query.geo.relation, query.geo.max_distance, query.geo.attribute) == (Relation.NEAR, 2000, iri("place"))
    assert query.page == Page(limit=20, offset=0, count=False)


def test_a_body_asks_for_the_same_as_an_address() -> None:
    geo: dict[str, Any] = {"georel": "within", "geometry": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}
    by_body = of_body(
        {
            "entities": [{"type": "Site", "id": ["urn:a:1", "urn:a:2"], "idPattern": "^urn"}],
            "attrs": ["name"],
            "q": "capacity>5",
            "geoQ": geo,
            "lang": "ja",
        },
        limit="5",
        options="sysAttrs",
    )
    by_address = asked(
        type="Site",
        id="urn:a:1,urn:a:2",
        idPattern="^urn",
        attrs="name",
        q="capacity>5",
        **{**geo, "coordinates": msgspec.json.encode(geo["coordinates"]).decode()},
        lang="ja",
        limit="5",
        options="sysAttrs",
    )
    assert by_body == by_address


def test_several_types_of_a_body_are_one_selection() -> None:
    both = of_body({"entities": [{"type": "Site"}, {"type": "Park"}]}).query.types
    assert both == AnyType((HasType(iri("Site")), HasType(iri("Park"))))
    assert of_body({"entities": [{"type": "Site"}, {"type": "*"}]}).query.types is None
    assert of_body({"attrs": ["name"]}).query.types is None


@pytest.mark.parametrize("name", ["limit", "offset"])
def test_numbers_of_a_page(name: str) -> None:
    assert getattr(asked(type="Site", **{name: "7"}).query.page, name) == 7
    for wrong in ("-1", "1.5", "x", "１", "9" * 30, "10000001"):
        with pytest.raises(BadRequestData, match=name):
            asked(type="Site", **{name: wrong})


def test_no_entities_are_asked_for_only_to_count_them() -> None:
    assert asked(type="Site", limit="0", count="true").query.page == Page(limit=0, offset=0, count=True)
    with pytest.raises(BadRequestData, match="count"):
        asked(type="Site", limit="0")


# ── too wide ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "parameters", [{}, {"id": "urn:a:1"}, {"idPattern": ".*"}, {"pick": "name"}, {"geoproperty": "a"}]
)
def test_a_query_of_everything_is_refused(parameters: dict[str, str]) -> None:
    with pytest.raises(BadRequestData, match="local=true"):
        asked(**parameters)
    assert asked(**parameters, local="true").query.types is None
    assert asked(**parameters, type="*").query.types is None


def test_a_body_of_everything_is_refused() -> None:
    with pytest.raises(BadRequestData, match="local=true"):
        of_body({})
    assert of_body({}, local="true").query.types is None
    assert of_body({"entities": [{"type": "*", "id": "urn:a:1"}]}).query.ids == ("urn:a:1",)


def test_any_type_is_local() -> None:
    with pytest.raises(BadRequestData, match="local=false"):
        asked(type="*", local="false")


# ── the answer's form ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("parameters", "form", "sys_attrs"),
    [
        ({}, "normalized", False),
        ({"options": "keyValues"}, "simplified", False),
        ({"options": "concise,sysAttrs"}, "concise", True),
        ({"options": ["sysAttrs", "simplified"]}, "simplified", True),
        ({"format": "keyValues"}, "simplified", False),
        ({"format": "normalized", "options": "normalized,count"}, "normalized", False),
    ],
)
def test_forms(parameters: dict[str, Any], form: str, sys_attrs: bool) -> None:
    found = params.for_one(listed(parameters), iri)
    assert (found.form, found.sys_attrs) == (form, sys_attrs)
    assert found.is_stored_form == (form == "normalized" and not sys_attrs)


def test_one_form_alone() -> None:
    with pytest.raises(BadRequestData, match="one form"):
        params.for_one({"options": ["concise"], "format": ["keyValues"]}, iri)
    with pytest.raises(InvalidRequest, match="pretty"):
        params.for_one({"options": ["pretty"]}, iri)


def test_the_geometry_of_a_feature() -> None:
    assert params.for_one({}, iri).geometry_property == LOCATION
    assert params.for_one({"geometryProperty": ["area"]}, iri).geometry_property == iri("area")


@pytest.mark.parametrize("how", [{"attrs": "name"}, {"pick": "name"}, {"omit": "name"}, {"lang": "ja"}])
def test_what_is_stored_goes_out_only_where_nothing_else_is_asked(how: dict[str, str]) -> None:
    assert not params.for_one(listed(how), iri).is_stored_form


# ── pick and omit ───────────────────────────────────────────────────────────────────────────────────────────────────

DOCUMENT = {"id": "urn:a:1", "type": "Site", "scope": "/A", "createdAt": "then", "name": 1, "備考": 2}


@pytest.mark.parametrize(
    ("parameters", "names"),
    [
        ({}, "id type scope createdAt name 備考"),
        ({"pick": "name"}, "createdAt name"),
        ({"pick": "id|備考"}, "id createdAt 備考"),
        ({"pick": "scope,unheard"}, "scope createdAt"),
        ({"omit": "type,name"}, "id scope createdAt 備考"),
        ({"pick": "id,name", "omit": "scope"}, "id createdAt name"),
    ],
)
def test_what_is_shown(parameters: dict[str, str], names: str) -> None:
    found = params.for_one(listed(parameters), iri)
    assert list(found.shown(DOCUMENT, short)) == names.split()
    assert found.shows_all == (not parameters)


def test_picking_narrows_nothing() -> None:
    wanted = asked(type="Site", pick="id,name")
    assert (wanted.query.attrs, wanted.representation.pick) == ((), ("id", iri("name")))
    assert of_body({"entities": [{"type": "Site"}], "pick": ["id", "name"]}) == wanted
    assert of_body({"q": "a", "omit": ["name"]}).representation.omit == (iri("name"),)


@pytest.mark.parametrize("name", ["pick", "omit"])
@pytest.mark.parametrize(
    "text", ["id;name", "id,,name", "a{b", "a{{b}", "a{,b}", "a{}", "{a}", "a}", ",", "a,", "a b", "1"]
)
def test_a_projection_that_is_none_is_refused(name: str, text: str) -> None:
    with pytest.raises(BadRequestData, match=name):
        params.for_one({name: [text]}, iri)


@pytest.mark.parametrize("text", ["id,at{name}", "at{name|in{id,name},b},c"])
def test_a_projection_of_linked_entities_is_not_supported(text: str) -> None:
    with pytest.raises(OperationNotSupported, match="linked"):
        params.for_one({"pick": [text]}, iri)


@pytest.mark.parametrize(
    "parameters",
    [
        {"pick": "a", "omit": "a"},
        {"attrs": "a", "pick": "a"},
        {"attrs": "a", "omit": "b"},
        {"pick": "id", "omit": "id"},
    ],
)
def test_what_contradicts_itself_is_refused(parameters: dict[str, str]) -> None:
    with pytest.raises(BadRequestData):
        params.for_one(listed(parameters), iri)


# ── refusals ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "parameters",
    [
        {"type": "Site", "id": "no uri"},
        {"attrs": "id,type"},
        {"attrs": "name,scope"},
        {"attrs": "a b"},
        {"type": "Site", "count": "yes"},
        {"type": "Site", "local": "1"},
        {"type": "Site", "georel": "near;maxDistance==0"},
        {"type": "Site", "geometry": "Point"},
        {"q": "a==", "type": "Site"},
        {"type": "("},
    ],
)
def test_what_cannot_be_asked(parameters: dict[str, str]) -> None:
    with pytest.raises(BadRequestData):
        asked(**parameters)


def test_a_parameter_that_is_not_known_is_refused() -> None:
    with pytest.raises(InvalidRequest, match=r"Type.*known: attrs, coordinates"):
        asked(type="Site", Type="x")
    with pytest.raises(InvalidRequest, match="'q'"):
        params.for_one({"q": ["a"]}, iri)
    with pytest.raises(InvalidRequest, match="'pick'"):
        of_body({"q": "a"}, pick="a")


@pytest.mark.parametrize("name", ["scopeQ", "csf", "join", "datasetId", "orderBy", "entityMap"])
def test_what_is_not_supported_is_never_passed_over(name: str) -> None:
    with pytest.raises(OperationNotSupported, match=name):
        asked(type="Site", **{name: "x"})
    with pytest.raises(OperationNotSupported, match=name):
        of_body({"q": "a", name: "x"})


def test_two_values_are_two_meanings() -> None:
    with pytest.raises(InvalidRequest, match="'q' stands 2 times"):
        asked(q=["a", "b"])
    assert asked(type=["Site", "Park"]).query.types == AnyType((HasType(iri("Site")), HasType(iri("Park"))))


@pytest.mark.parametrize(
    "body",
    [
        {"type": "Querry"},
        {"q": 5},
        {"attrs": "name"},
        {"attrs": [5]},
        {"entities": {}},
        {"entities": ["Site"]},
        {"entities": [{"id": "urn:a:1"}]},
        {"entities": [{"type": "Site", "id": "no uri"}]},
        {"entities": [{"type": "Site", "idPattern": 5}]},
        {"geoQ": "near"},
        {"geoQ": {"georel": "near;maxDistance==5", "near": 5}},
        {"geoQ": {"georel": 5}},
        {"unheard": 1},
    ],
)
def test_what_is_no_body_of_a_query(body: dict[str, Any]) -> None:
    with pytest.raises(BadRequestData):
        of_body({"q": "a", **body})


def test_entities_with_ids_of_their_own_are_not_supported() -> None:
    with pytest.raises(OperationNotSupported, match="several"):
        of_body({"entities": [{"type": "Site", "id": "urn:a:1"}, {"type": "Park"}]})


def test_the_plain_form_is_the_default() -> None:
    assert Representation() == params.for_one({}, iri)
