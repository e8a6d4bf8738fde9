"""POST entityOperations/query. Source: ETSI GS CIM 009 V1.9.1, clauses 5.2.23, 5.2.33 and 6.23.3.1."""

from __future__ import annotations

from typing import Any

import pytest

from api.platform import Platform, document, header, point, refused, site, uri


@pytest.fixture
def town(platform: Platform) -> Platform:
    platform.put(
        site("park", name="箕島公園", capacity=100, location=point(135.13, 34.08)),
        site("school", name="保田小学校", capacity=250, location=point(135.20, 34.05)),
        {"id": "urn:ngsi-ld:Toilet:302040:wc", "type": "Toilet", "capacity": 3},
    )
    return platform


def ask(platform: Platform, parameters: str = "", **members: Any) -> Any:
    return platform.ask("POST", f"entityOperations/query{parameters}", {"type": "Query", **members})


def found(reply: Any) -> str:
    assert reply.status == 200, reply.body
    return " ".join(each["id"].rpartition(":")[2] for each in document(reply))


@pytest.mark.parametrize(
    ("members", "ids"),
    [
        ({"entities": [{"type": "Site"}]}, "park school"),
        ({"entities": [{"type": "Site"}, {"type": "Toilet"}]}, "park school wc"),
        ({"entities": [{"type": "*"}, {"type": "Toilet"}], "q": "capacity"}, "park school wc"),
        ({"entities": [{"type": "Site", "id": uri("park")}]}, "park"),
        ({"entities": [{"type": "Site", "id": [uri("park"), uri("school")]}]}, "park school"),
        ({"entities": [{"type": "Site", "idPattern": "school$"}]}, "school"),
        ({"q": "capacity>=100;name~=公園"}, "park"),
        (
            {
                "geoQ": {
                    "georel": "near;maxDistance==500",
                    "geometry": "Point",
                    "coordinates": [135.13, 34.08],
                    "geoproperty": "location",
                }
            },
            "park",
        ),
        ({"attrs": ["name"]}, "park school"),
    ],
)
def test_what_a_body_asks_for(town: Platform, members: dict[str, Any], ids: str) -> None:
    assert found(ask(town, **members)) == ids


def test_attributes_and_forms_are_chosen_as_with_get(town: Platform) -> None:
    reply = ask(town, "?options=keyValues&limit=1&count=true", entities=[{"type": "Site"}], attrs=["capacity"])
    assert document(reply) == [{"id": uri("park"), "type": "Site", "capacity": 100}]
    assert header(reply, "ngsild-results-count") == "2"
    assert 'rel="next"' in header(reply, "link")


@pytest.mark.parametrize(
    "members",
    [
        {},
        {"type": "Querry", "q": "a"},
        {"q": 5},
        {"q": "a", "lang": ["ja"]},
        {"attrs": "name"},
        {"attrs": [5]},
        {"entities": {"type": "Site"}},
        {"entities": ["Site"]},
        {"entities": [{"id": uri("park")}]},
        {"entities": [{"type": "Site", "id": 5}]},
        {"entities": [{"type": "Site", "idPattern": 5}]},
        {"entities": [{"type": "Site", "idPattern": "("}]},
        {"geoQ": "near"},
        {"geoQ": {"georel": "near"}},
        {"geoQ": {"georel": "within", "geometry": "Polygon", "coordinates": {"a": 1}}},
        {"q": "a", "unheard": 1},
    ],
)
def test_what_is_no_query_is_refused(town: Platform, members: dict[str, Any]) -> None:
    refused(ask(town, **members), 400, "BadRequestData")


@pytest.mark.parametrize(
    "members",
    [
        {"q": "a", "scopeQ": "/a"},
        {"q": "a", "temporalQ": {}},
        {"entities": [{"type": "Site", "id": uri("park")}, {"type": "Toilet"}]},
    ],
)
def test_what_is_not_supported_is_said_and_never_passed_over(town: Platform, members: dict[str, Any]) -> None:
    refused(ask(town, **members), 422, "OperationNotSupported")


def test_a_list_is_no_query(town: Platform) -> None:
    refused(town.ask("POST", "entityOperations/query", [{"type": "Query"}]), 400, "BadRequestData")
