"""GET entities/. Source: ETSI GS CIM 009 V1.9.1, clauses 4.9, 4.10, 5.7.2, 6.3.10 and 6.4.3.2."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest

from api.platform import CONTEXT_RELATION, Platform, at, document, header, point, refused, site, uri

CORE_LINK = "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.9.jsonld"
SQUARE = [[[135.10, 34.05], [135.16, 34.05], [135.16, 34.10], [135.10, 34.10], [135.10, 34.05]]]
SITES = (
    site(
        "park",
        name="箕島公園",
        capacity=100,
        open=True,
        hazards=["津波", "地震"],
        address={"city": "有田市", "block": {"number": 3}},
        since={"type": "Property", "value": {"@type": "Date", "@value": "2015-04-01"}},
        height={"value": 12.5, "unitCode": "MTR", "accuracy": {"value": 2}, "observedAt": "2026-11-01T00:00:00Z"},
        owner={"type": "Relationship", "object": "urn:ngsi-ld:Owner:1"},
        location=point(135.13, 34.08),
    ),
    site(
        "school",
        name="保田小学校",
        capacity=250,
        open=False,
        hazards=["洪水"],
        address={"city": "有田市", "block": {"number": 9}},
        since={"type": "Property", "value": {"@type": "Date", "@value": "2020-04-01"}},
        height={"value": 4, "unitCode": "MTR", "accuracy": {"value": 5}, "observedAt": "2026-11-20T00:00:00Z"},
        owner={"type": "Relationship", "object": "urn:ngsi-ld:Owner:2"},
        location={
            "type": "Polygon",
            "coordinates": [[[135.20, 34.05], [135.21, 34.05], [135.21, 34.06], [135.20, 34.06], [135.20, 34.05]]],
        },
    ),
    site(
        "road",
        type=["Road", "Site"],
        name={"type": "LanguageProperty", "languageMap": {"ja": "国道42号", "en": "Route 42"}},
        location={"type": "LineString", "coordinates": [[135.05, 34.08], [135.25, 34.08]]},
    ),
    {"id": "urn:ngsi-ld:Toilet:302040:wc", "type": "Toilet", "name": '駅前; "便所"', "capacity": 3},
)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """Four entities that nobody changes."""
    folder: Path = tmp_path_factory.mktemp("town")
    platform = Platform(folder / "tenants")
    platform.put(*SITES)
    yield platform
    platform.close()


# ── type, id, idPattern, attrs ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("parameters", "found"),
    [
        ({"type": "Site"}, "park school road"),
        ({"type": "Toilet"}, "wc"),
        ({"type": "Road,Toilet"}, "road wc"),
        ({"type": "Road|Toilet"}, "road wc"),
        ({"type": "Road;Site"}, "road"),
        ({"type": "(Road;Site)|Toilet"}, "road wc"),
        ({"type": "Nothing"}, ""),
        ({"type": "*"}, "park school road wc"),
        ({"type": "*", "local": "true"}, "park school road wc"),
        ({"local": "true", "id": uri("park")}, "park"),
        ({"type": "*", "id": f"{uri('park')},{uri('road')},urn:a:none"}, "park road"),
        ({"local": "true", "idPattern": "^urn:ngsi-ld:Toilet:"}, "wc"),
        ({"type": "*", "idPattern": "school|road"}, "school road"),
        ({"attrs": "hazards"}, "park school"),
        ({"attrs": "hazards,capacity"}, "park school wc"),
        ({"type": "Site,Toilet", "pick": "id,unheard"}, "park school road wc"),
        ({"type": "Site", "id": uri("park"), "idPattern": "school"}, ""),
    ],
)
def test_what_narrows_a_query(town: Platform, parameters: dict[str, str], found: str) -> None:
    assert town.found(**parameters) == found.split()


@pytest.mark.parametrize(
    ("pick", "members"),
    [
        ({"pick": "name"}, ["name"]),
        ({"pick": "id|capacity,unheard"}, ["capacity", "id"]),
        ({"pick": "id,type,scope"}, ["id", "type"]),
        ({"omit": "name,address,hazards,open,since,height,owner,location"}, ["capacity", "id", "type"]),
        ({"omit": "id,type", "pick": "id,name"}, None),
        ({"pick": "name", "options": "sysAttrs"}, ["createdAt", "modifiedAt", "name"]),
    ],
)
def test_members_are_picked_and_omitted(town: Platform, pick: dict[str, str], members: list[str] | None) -> None:
    reply = town.get("entities", {"type": "*", "id": uri("park"), **pick})
    if members is None:
        refused(reply, 400, "BadRequestData")
    else:
        assert [sorted(each) for each in document(reply)] == [members]


def test_an_entity_with_nothing_of_what_was_picked_is_left_out(town: Platform) -> None:
    assert document(town.get("entities", {"type": "Site", "pick": "open"}, accept="application/ld+json")) == [
        {"open": {"type": "Property", "value": is_open}, "@context": CORE_LINK} for is_open in (True, False)
    ]
    alone = town.get(f"entities/{uri('road')}", {"pick": "open"}, accept="application/ld+json")
    assert document(alone) == {"@context": CORE_LINK}


def test_members_of_a_feature_are_picked(town: Platform) -> None:
    picked = {"type": "Toilet", "pick": "capacity", "options": "keyValues"}
    (feature,) = document(town.get("entities", picked, accept="application/geo+json"))["features"]
    assert feature == {"type": "Feature", "geometry": None, "properties": {"capacity": 3}}


@pytest.mark.parametrize("pattern", ["(", "[[", "(?=a)", "a{5000}", "a" * 1001])
def test_a_pattern_that_is_none_is_refused(town: Platform, pattern: str) -> None:
    refused(town.get("entities", {"type": "Site", "idPattern": pattern}), 400, "BadRequestData")


def test_attrs_alone_are_answered(town: Platform) -> None:
    (entity,) = document(town.get("entities", {"type": "*", "id": uri("park"), "attrs": "capacity,name"}))
    assert sorted(entity) == ["capacity", "id", "name", "type"]


def test_a_query_says_what_it_wants(town: Platform) -> None:
    refused(town.get("entities"), 400, "BadRequestData")
    refused(town.get("entities", {"limit": 5}), 400, "BadRequestData")


# ── q ───────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("capacity", "park school wc"),
        ("!capacity", "road"),
        ("capacity==100", "park"),
        ("capacity==100.0", "park"),
        ("capacity!=100", "school wc"),
        ("capacity>100", "school"),
        ("capacity>=100", "park school"),
        ("capacity<100", "wc"),
        ("capacity<=100", "park wc"),
        ("capacity==50..150", "park"),
        ("capacity!=50..150", "school wc"),
        ("capacity==3,250", "school wc"),
        ("capacity==1..5,200..300", "school wc"),
        ("capacity!=3,250", "park"),
        ('capacity=="100"', ""),
        ("open==true", "park"),
        ("open==false", "school"),
        ('name=="箕島公園"', "park"),
        ("name==箕島公園", "park"),
        ('name=="箕島公園","保田小学校"', "park school"),
        ('name=="駅前; \\"便所\\""', "wc"),
        ("name~=公園$", "park"),
        ('name~="^保田"', "school"),
        ("name~=(公園|学校)", "park school"),
        ('name!~="公園"', "road school wc"),
        ('hazards=="津波"', "park"),
        ('hazards=="津波","洪水"', "park school"),
        ('address[city]=="有田市"', "park school"),
        ("address[block.number]>5", "school"),
        ("address[city]", "park school"),
        ("!address[block.street]", "park school road wc"),
        ("height.accuracy<3", "park"),
        ("height.accuracy", "park school"),
        ("height.observedAt>2026-11-10T00:00:00Z", "school"),
        ("height.observedAt==2026-11-01T00:00:00Z..2026-11-10T00:00:00Z", "park"),
        ('height.unitCode=="MTR"', "park school"),
        ("since>2018-01-01", "school"),
        ("owner==urn:ngsi-ld:Owner:1", "park"),
        ("owner!=urn:ngsi-ld:Owner:1", "school"),
        ('name[en]=="Route 42"', "road"),
        ('name[*]=="国道42号"', "road"),
        ("capacity>50;open==true", "park"),
        ("capacity>200|open==true", "park school"),
        ("capacity<50|capacity>50;open==true", "park wc"),
        ("(capacity<50|capacity>50);open==true", "park"),
        ("!(capacity>50)", "road wc"),
        ("createdAt>2026-11-22T00:00:00Z", "park school road wc"),
        ("unheard", ""),
    ],
)
def test_q(town: Platform, q: str, found: str) -> None:
    assert sorted(town.found(q=q)) == sorted(found.split())


@pytest.mark.parametrize(
    "q",
    [
        "capacity>",
        "capacity=100",
        "capacity==100;",
        "(capacity==100",
        'name=="open',
        "capacity>1..5",
        "name~=(",
        "address[city",
        "address[]==1",
        ";",
        "capacity==1..",
        "(" * 60 + "a" + ")" * 60,
        "a" * 9000,
    ],
)
def test_a_q_that_is_not_understood_is_refused(town: Platform, q: str) -> None:
    refused(town.get("entities", {"q": q}), 400, "BadRequestData")


def test_conditions_on_linked_entities_are_no_silence(town: Platform) -> None:
    assert town.get("entities", {"q": "owner{name}==1"}).status in (400, 422)


# ── geo ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("georel", "geometry", "coordinates", "found"),
    [
        ("near;maxDistance==1000", "Point", [135.131, 34.081], "park road"),
        ("near;maxDistance==50", "Point", [135.131, 34.081], ""),
        ("near;minDistance==5000", "Point", [135.13, 34.08], "school"),
        ("within", "Polygon", SQUARE, "park"),
        ("intersects", "Polygon", SQUARE, "park road"),
        ("intersects", "Point", [135.205, 34.055], "school"),
        ("intersects", "LineString", [[135.13, 34.0], [135.13, 34.2]], "park road"),
        ("intersects", "MultiPoint", [[135.205, 34.055], [135.13, 34.08]], "park school road"),
        ("intersects", "MultiPolygon", [SQUARE], "park road"),
        ("disjoint", "Polygon", SQUARE, "school"),
        ("contains", "Point", [135.205, 34.055], "school"),
        ("equals", "Point", [135.13, 34.08], "park"),
        ("overlaps", "LineString", [[135.00, 34.08], [135.10, 34.08]], "road"),
    ],
)
def test_geo(town: Platform, georel: str, geometry: str, coordinates: Any, found: str) -> None:
    parameters = {"type": "Site", "georel": georel, "geometry": geometry, "coordinates": str(coordinates)}
    assert town.found(**parameters) == found.split()


def test_geo_and_q_hold_together(town: Platform) -> None:
    where = {"georel": "intersects", "geometry": "Polygon", "coordinates": str(SQUARE)}
    assert town.found(q="capacity", geoproperty="location", **where) == ["park"]
    assert town.found(geoproperty="elsewhere", **where) == []


@pytest.mark.parametrize(
    "parameters",
    [
        {"georel": "near;maxDistance==10"},
        {"georel": "near", "geometry": "Point", "coordinates": "[135,34]"},
        {"georel": "near;maxDistance==-5", "geometry": "Point", "coordinates": "[135,34]"},
        {"georel": "beside", "geometry": "Point", "coordinates": "[135,34]"},
        {"georel": "within;maxDistance==5", "geometry": "Polygon", "coordinates": str(SQUARE)},
        {"georel": "within", "geometry": "Circle", "coordinates": "[135,34]"},
        {"georel": "within", "geometry": "Polygon", "coordinates": "[135,34]"},
        {"georel": "within", "geometry": "Polygon", "coordinates": "[[[135,34],[136,34],[135,34]]]"},
        {"georel": "within", "geometry": "Point", "coordinates": "135,34"},
        {"georel": "within", "geometry": "Point", "coordinates": "[235,34]"},
    ],
)
def test_a_geo_query_that_is_not_whole_is_refused(town: Platform, parameters: dict[str, str]) -> None:
    refused(town.get("entities", {"type": "Site", **parameters}), 400, "BadRequestData")


# ── paging and counts ───────────────────────────────────────────────────────────────────────────────────────────────


def pages(reply: Any) -> dict[str, dict[str, str]]:
    links = re.findall(r'<([^>]*)>; rel="(next|prev)"', header(reply, "link"))
    return {relation: dict(parse_qsl(url.partition("?")[2])) for url, relation in links}


def test_pages_link_to_one_another_and_hold_everything_once(town: Platform) -> None:
    parameters: dict[str, str] = {"type": "Site,Toilet", "limit": "2", "q": 'capacity|name~="号"|name[ja]'}
    first = town.get("entities", parameters)
    assert set(pages(first)) == {"next"}
    second = town.get("entities", pages(first)["next"])
    assert pages(second).keys() >= {"prev"}
    ids = [each["id"] for each in document(first) + document(second)]
    assert len(set(ids)) == len(ids) == 4
    assert town.get("entities", pages(second)["prev"]).body == first.body


def test_a_count_ends_the_pages_where_the_results_end(town: Platform) -> None:
    last = town.get("entities", {"type": "Site,Toilet", "limit": 2, "offset": 2, "count": "true"})
    assert header(last, "ngsild-results-count") == "4"
    assert set(pages(last)) == {"prev"}


def test_an_offset_smaller_than_a_page_leads_back_to_the_start(town: Platform) -> None:
    reply = town.get("entities", {"type": "Site", "limit": 2, "offset": 1})
    assert pages(reply)["prev"]["offset"] == "0"


@pytest.mark.parametrize("parameters", [{"count": "true"}, {"options": "count"}])
def test_a_count_without_entities(town: Platform, parameters: dict[str, str]) -> None:
    reply = town.get("entities", {"type": "Site", "limit": 0, **parameters})
    assert (reply.status, document(reply)) == (200, [])
    assert header(reply, "ngsild-results-count") == "3"
    assert pages(reply) == {}


def test_no_result_is_an_empty_list(town: Platform) -> None:
    reply = town.get("entities", {"type": "Nothing", "count": "true"})
    assert (reply.status, reply.body) == (200, b"[]")
    assert header(reply, "ngsild-results-count") == "0"
    assert header(town.get("entities", {"type": "Nothing"}), "ngsild-results-count") == ""


def test_beyond_the_end_there_is_nothing(town: Platform) -> None:
    assert town.found(type="Site", offset=100) == []


@pytest.mark.parametrize(
    "parameters", [{"limit": 0}, {"limit": -1}, {"limit": "ten"}, {"limit": 1001}, {"offset": -1}, {"limit": "１"}]
)
def test_a_page_that_cannot_be(town: Platform, parameters: dict[str, Any]) -> None:
    refused(town.get("entities", {"type": "Site", **parameters}), 400, "BadRequestData")


# ── parameters ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_parameter_that_is_not_known_is_no_silence(town: Platform) -> None:
    refused(town.get("entities", {"type": "Site", "tpye": "Road"}), 400, "InvalidRequest")
    refused(town.get("entities", {"type": "Site", "options": "keyvalues"}), 400, "InvalidRequest")
    refused(town.get("entities", {"type": "Site", "scopeQ": "/a"}), 422, "OperationNotSupported")


@pytest.mark.parametrize("query", ["type=Site&q=%FF", "type=Site&" + "&".join(f"a{index}=1" for index in range(300))])
def test_a_query_that_cannot_be_read(town: Platform, query: str) -> None:
    refused(town.get(f"entities?{query}"), 400, "InvalidRequest")


def test_a_condition_stands_once(town: Platform) -> None:
    refused(town.get("entities?q=capacity==3&q=open==true"), 400, "InvalidRequest")
    assert town.get("entities?type=Site&type=Toilet").status == 200


# ── forms ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("how", [{"options": "keyValues"}, {"options": "simplified"}, {"format": "simplified"}])
def test_key_values(town: Platform, how: dict[str, str]) -> None:
    (entity,) = document(town.get("entities", {"type": "*", "id": uri("park"), "attrs": "name,owner,location", **how}))
    assert entity == {
        "id": uri("park"),
        "type": "Site",
        "name": "箕島公園",
        "owner": "urn:ngsi-ld:Owner:1",
        "location": point(135.13, 34.08),
    }


def test_concise(town: Platform) -> None:
    (entity,) = document(
        town.get("entities", {"type": "*", "id": uri("park"), "attrs": "name,height", "options": "concise"})
    )
    assert entity["name"] == "箕島公園"
    assert entity["height"] == {
        "value": 12.5,
        "unitCode": "MTR",
        "observedAt": "2026-11-01T00:00:00Z",
        "accuracy": 2,
    }


def test_two_forms_at_once_are_refused(town: Platform) -> None:
    refused(town.get("entities", {"type": "Site", "options": "keyValues,concise"}), 400, "BadRequestData")


def test_one_language_of_several(town: Platform) -> None:
    (entity,) = document(town.get("entities", {"type": "*", "id": uri("road"), "lang": "en"}))
    assert entity["name"] == {"type": "Property", "value": "Route 42", "lang": "en"}


def test_system_attributes_are_shown_where_asked_for(town: Platform) -> None:
    (entity,) = document(town.get("entities", {"type": "*", "id": uri("park"), "options": "sysAttrs"}))
    assert entity["createdAt"] == entity["modifiedAt"] == "2026-11-23T09:00:00.000Z"
    (plain,) = document(town.get("entities", {"type": "*", "id": uri("park")}))
    assert "createdAt" not in plain


# ── media types ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_json_names_its_context_in_a_link(town: Platform) -> None:
    reply = town.get("entities", {"type": "Toilet"})
    assert header(reply, "content-type") == "application/json"
    assert f'<{CORE_LINK}>; rel="{CONTEXT_RELATION}"; type="application/ld+json"' in header(reply, "link")
    assert "@context" not in document(reply)[0]


def test_ld_json_carries_its_context(town: Platform) -> None:
    reply = town.get("entities", {"type": "Site"}, accept="application/ld+json")
    assert header(reply, "content-type") == "application/ld+json"
    assert {each["@context"] for each in document(reply)} == {CORE_LINK}
    assert CONTEXT_RELATION not in header(reply, "link")


def test_geojson_is_a_collection_of_features(town: Platform) -> None:
    reply = town.get("entities", {"type": "Site,Toilet", "options": "keyValues"}, accept="application/geo+json")
    assert header(reply, "content-type") == "application/geo+json"
    collection = document(reply)
    assert collection["type"] == "FeatureCollection"
    geometries = {each["id"].rpartition(":")[2]: each["geometry"] for each in collection["features"]}
    assert geometries["park"] == point(135.13, 34.08)
    assert geometries["wc"] is None
    assert collection["features"][0]["properties"]["name"] == "箕島公園"
    assert collection["@context"] == CORE_LINK


@pytest.mark.parametrize(
    ("accept", "answered"),
    [
        ("", "application/json"),
        ("*/*", "application/json"),
        ("text/html, */*;q=0.1", "application/json"),
        ("application/json;q=0.5, application/geo+json", "application/geo+json"),
        ("application/ld+json, application/json", "application/json"),
    ],
)
def test_the_answer_is_what_is_liked_best(town: Platform, accept: str, answered: str) -> None:
    assert header(town.get("entities", {"type": "Site"}, accept=accept), "content-type") == answered


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "application/json;q=0"])
def test_nothing_acceptable_is_406(town: Platform, accept: str) -> None:
    refused(town.get("entities", {"type": "Site"}, accept=accept), 406)
    refused(town.get(at("park"), accept=accept), 406)
