from __future__ import annotations

import pytest

from moyai.model.query import EVERYTHING, NOTHING, Access, Page, Query
from moyai.query import geo, plan, q, selection

TOWNS = Access(frozenset({"public-toilets", "evacuation-sites"}))


def iri(name: str) -> str:
    return f"https://uri.etsi.org/ngsi-ld/default-context/{name}"


def near(georel: str, geometry: str = "Point", coordinates: str = "[135,34]") -> Query:
    asked = geo.parse(georel=georel, geometry=geometry, coordinates=coordinates, geoproperty="", expand=iri)
    return Query(geo=asked)


@pytest.mark.parametrize(
    ("query", "access", "sentence"),
    [
        (
            Query(
                types=selection.parse("Site|(Park;Garden)", iri),
                q=q.parse('temperature>20;name~="^避難"', iri),
                page=Page(limit=20, offset=40, count=True),
            ),
            TOWNS,
            'entities 41 to 60, counted: type Site,Park;Garden and temperature>20.0;name~="^避難";'
            " collections evacuation-sites, public-toilets",
        ),
        (Query(), EVERYTHING, "entities 1 to 20: everything; every collection"),
        (Query(ids=("urn:a:1", "urn:a:2")), NOTHING, "entities 1 to 20: id among 2; no collection"),
        (
            Query(id_pattern="^urn", attrs=(iri("name"), iri("備考"))),
            EVERYTHING,
            "entities 1 to 20: id like ^urn and one of name, 備考; every collection",
        ),
        (
            near("near;maxDistance==1500"),
            EVERYTHING,
            "entities 1 to 20: location at most 1500 m from a Point; every collection",
        ),
        (
            near("near;minDistance==1500"),
            EVERYTHING,
            "entities 1 to 20: location at least 1500 m from a Point; every collection",
        ),
        (near("within"), EVERYTHING, "entities 1 to 20: location within a Point; every collection"),
    ],
)
def test_a_plan_says_itself_in_one_sentence(query: Query, access: Access, sentence: str) -> None:
    assert str(plan.make(query, access)) == sentence


def test_the_access_is_as_narrow_as_the_query() -> None:
    query = Query(collection="public-toilets")
    for access in (EVERYTHING, TOWNS):
        made = plan.make(query, access)
        assert (made.access, made.is_idle) == (Access(frozenset({"public-toilets"})), False)


@pytest.mark.parametrize(("query", "access"), [(Query(), NOTHING), (Query(collection="drafts"), TOWNS)])
def test_what_may_not_be_read_is_not_asked_for(query: Query, access: Access) -> None:
    made = plan.make(query, access)
    assert made.is_idle
    assert made.access == access
    assert str(made).endswith("no collection")


def test_a_name_that_ends_in_nothing_stays_whole() -> None:
    query = Query(attrs=("https://example.org/",))
    assert "one of https://example.org/" in str(plan.make(query, EVERYTHING))


def test_a_plan_is_one_line_whatever_was_asked() -> None:
    assert "\n" not in str(plan.make(Query(id_pattern="a\nERROR all is lost"), EVERYTHING))
