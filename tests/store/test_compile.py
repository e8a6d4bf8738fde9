"""SQL as text: nothing a stranger sends is part of it, and one shape of query has one text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moyai.errors import BadRequestData
from moyai.model.geo import GeoQuery, Relation
from moyai.model.query import (
    EVERYTHING,
    Access,
    AnyOf,
    Compare,
    Exists,
    HasType,
    Number,
    Operator,
    Or,
    Page,
    Path,
    Query,
    Text,
)
from moyai.query import patterns
from moyai.store import compile as sql
from store.samples import CAPACITY, NAME, SITE

NOW = "2026-11-23T09:00:00.000000"
strange = st.text(st.characters(categories=("L", "N", "P", "S", "Z")), min_size=1, max_size=20)


def query(text: str) -> Query:
    return Query(
        types=HasType(text),
        ids=(text,),
        q=Compare(Path((text, text), (text,)), Operator.EQUAL, AnyOf((Text(text), Text(text)))),
        attrs=(text,),
        collection=text,
    )


@given(strange)
def test_what_strangers_send_is_never_part_of_the_text(text: str) -> None:
    access = Access(frozenset({text}))
    for compiled in (sql.page(query(text), access, NOW), sql.count(query(text), access, NOW)):
        assert (
            compiled.text == getattr(sql, "page" if "LIMIT" in compiled.text else "count")(query("x"), access, NOW).text
        )
        assert compiled.text.count("?") == len(compiled.parameters)


@given(st.lists(strange, min_size=1, max_size=20), st.lists(strange, max_size=20))
def test_the_number_of_ids_and_collections_does_not_change_the_text(ids: list[str], collections: list[str]) -> None:
    one = sql.page(Query(ids=("x",)), Access(frozenset({"y"})), NOW)
    assert sql.page(Query(ids=tuple(ids)), Access(frozenset(collections)), NOW).text == one.text


def test_one_type_is_read_from_its_own_index() -> None:
    compiled = sql.count(Query(types=HasType(SITE)), EVERYTHING, NOW)
    assert "FROM typed c" in compiled.text and "entity" not in compiled.text


def test_page_and_count_ask_for_the_same() -> None:
    asked = Query(q=Compare(Path((CAPACITY,)), Operator.GREATER, Number(5)), page=Page(7, 21))
    page, count = sql.page(asked, EVERYTHING, NOW), sql.count(asked, EVERYTHING, NOW)
    assert page.parameters == (*count.parameters, 7, 21)
    assert count.text.removeprefix("SELECT count(*) ") in page.text


def test_a_geometry_is_looked_for_in_boxes() -> None:
    near = GeoQuery(relation=Relation.NEAR, geometry={"type": "Point", "coordinates": [180, 0]}, max_distance=1000)
    text = sql.count(Query(geo=near), EVERYTHING, NOW).text
    assert text.count("west <= ?") == 2


@pytest.mark.parametrize("pattern", ["(", "a{2", r"(a)\1", "(?=a)", "x" * 1001, "((a{100}){100}){100}"])
def test_patterns_that_take_no_bounded_time_are_refused(pattern: str) -> None:
    if pattern == "a{2":  # RE2 takes it as it stands
        assert patterns.compiled(pattern)("xa{2x")
        return
    with pytest.raises(BadRequestData):
        patterns.compiled(pattern)


def test_a_pattern_is_searched_anywhere_in_a_text_and_in_texts_alone() -> None:
    found = patterns.compiled("公園$")
    assert found("港公園") and not found("公園前") and not found(None) and not found(5)


def test_a_hostile_pattern_is_as_quick_as_any() -> None:
    """Backtracking would take longer than the age of the universe."""
    assert not patterns.compiled("^(a+)+$")("a" * 5_000 + "b")


def test_a_name_is_one_parameter() -> None:
    compiled = sql.count(Query(attrs=(NAME,)), EVERYTHING, NOW)
    assert compiled.parameters == (NOW, f'["{NAME}"]')


@pytest.mark.parametrize("parts", [1, 50, 51, 4000])
def test_a_chain_of_conditions_is_never_deep(parts: int) -> None:
    each = Exists(Path((NAME,)))
    compiled = sql.count(Query(q=Or((each,) * parts)), EVERYTHING, NOW)
    depth = deepest = 0
    for sign in compiled.text:
        depth += (sign == "(") - (sign == ")")
        deepest = max(deepest, depth)
    assert compiled.parameters == (NOW, *(NAME,) * parts)
    assert deepest < 20
