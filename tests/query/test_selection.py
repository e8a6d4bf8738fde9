"""Type selection: what is read and refused, and that what is written is read back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moyai.errors import BadRequestData
from moyai.model.query import AllTypes, AnyType, HasType, TypeSelection
from moyai.query import selection

PREFIX = "https://example.org/"
A, B, C = (HasType(PREFIX + name) for name in "ABC")


def expand(name: str) -> str:
    return PREFIX + name


def compact(iri: str) -> str:
    return iri.removeprefix(PREFIX)


def parse(text: str) -> TypeSelection:
    return selection.parse(text, expand)


SELECTIONS: st.SearchStrategy[TypeSelection] = st.recursive(
    st.sampled_from(["EvacuationSite", "避難所", "fiware:Building", "https://example.net/A.b#c"]).map(
        lambda name: HasType(expand(name))
    ),
    lambda inner: (
        st.lists(inner, min_size=2, max_size=3).map(lambda each: AllTypes(tuple(each)))
        | st.lists(inner, min_size=2, max_size=3).map(lambda each: AnyType(tuple(each)))
    ),
    max_leaves=8,
)


@given(SELECTIONS)
def test_what_is_written_is_read_back(selected: TypeSelection) -> None:
    assert parse(selection.write(selected, compact)) == selected


@given(st.text(alphabet="AB(),|; ", max_size=20) | st.text(max_size=20))
def test_any_text_is_a_selection_or_refused(text: str) -> None:
    try:
        selected = parse(text)
    except BadRequestData as error:
        assert error.detail
    else:
        assert parse(selection.write(selected, compact)) == selected


@pytest.mark.parametrize(
    ("text", "selected"),
    [
        ("A", A),
        ("A,B", AnyType((A, B))),
        ("A|B", AnyType((A, B))),
        ("A,B|C", AnyType((A, B, C))),
        ("A;B", AllTypes((A, B))),
        ("A;B|C", AnyType((AllTypes((A, B)), C))),
        ("A|B;C", AnyType((A, AllTypes((B, C))))),
        ("(A;B)|C", AnyType((AllTypes((A, B)), C))),
        ("(A|B);C", AllTypes((AnyType((A, B)), C))),
        ("((A))", A),
    ],
)
def test_and_binds_closer_than_or(text: str, selected: TypeSelection) -> None:
    assert parse(text) == selected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "both sides"),
        ("A,", "both sides"),
        (";A", "both sides"),
        ("A||B", "both sides"),
        ("()", "both sides"),
        ("(A", "closes its parentheses"),
        ("A)", "part 2, '\\)' has no place"),
        ("A(B)", "part 2, '\\(' has no place"),
        ("A B", "no selection"),
        ("A ", "no selection"),
        ("A" * 4001, "no selection"),
        ("(" * 51 + "A" + ")" * 51, "deeper than 50"),
    ],
)
def test_what_is_no_selection_is_refused(text: str, reason: str) -> None:
    with pytest.raises(BadRequestData, match=reason):
        parse(text)


def test_parentheses_go_fifty_deep_and_types_may_be_many() -> None:
    assert parse("(" * 50 + "A" + ")" * 50) == A
    assert parse("(A)," * 199 + "B") == AnyType((A,) * 199 + (B,))
    with pytest.raises(BadRequestData, match="at most 200"):
        parse("(A)," * 200 + "B")
