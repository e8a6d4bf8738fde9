"""The query language: every condition that can be written is read back as it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moyai.errors import BadRequestData
from moyai.model.query import (
    And,
    AnyOf,
    Boolean,
    Compare,
    Condition,
    Exists,
    Moment,
    Not,
    Number,
    Operator,
    Or,
    Path,
    Range,
    Text,
    Uri,
)
from moyai.query import q

PREFIX = "https://example.org/"


def expand(name: str) -> str:
    return PREFIX + name


def compact(iri: str) -> str:
    return iri.removeprefix(PREFIX)


NAMES = st.sampled_from(["name", "名称", "height", "a1", "address"])
MEMBERS = st.lists(st.sampled_from(["city", "block", "番地"]), max_size=2).map(tuple)
SCALARS = (
    st.text(max_size=6).map(Text)
    | st.floats(-1e9, 1e9, allow_nan=False).map(lambda value: Number(round(value, 3)))
    | st.booleans().map(Boolean)
    | st.sampled_from(["2026-11-23", "2026-11-23T09:00:00Z", "09:00:00Z"]).map(Moment)
    | st.just(Uri("urn:ngsi-ld:Site:1"))
)
RANGES = st.builds(Range, SCALARS, SCALARS)
SEVERAL = st.lists(SCALARS | RANGES, min_size=2, max_size=3).map(lambda values: AnyOf(tuple(values)))
EQUALITY = st.sampled_from([Operator.EQUAL, Operator.UNEQUAL])
ORDER = st.sampled_from([Operator.GREATER, Operator.GREATER_EQUAL, Operator.LESS, Operator.LESS_EQUAL])
PATTERN = st.sampled_from([Operator.MATCHES, Operator.DIFFERS])


@st.composite
def paths(draw: st.DrawFn) -> Path:
    names = [expand(name) for name in draw(st.lists(NAMES, min_size=1, max_size=3))]
    member = draw(st.sampled_from(["", "observedAt", "unitCode", "modifiedAt"]))
    return Path((*names, member) if member else tuple(names), draw(MEMBERS))


COMPARISONS = (
    st.builds(Compare, paths(), EQUALITY, SCALARS | RANGES | SEVERAL)
    | st.builds(Compare, paths(), ORDER, SCALARS)
    | st.builds(Compare, paths(), PATTERN, st.text(max_size=6).map(Text))
)


def _joined(parts: st.SearchStrategy[Condition], kind: type[And] | type[Or]) -> st.SearchStrategy[Condition]:
    """Of what is not the same kind itself: ``(a;b);c`` and ``a;b;c`` are one text's two readings."""
    others = parts.filter(lambda part: not isinstance(part, kind))
    return st.lists(others, min_size=2, max_size=3).map(lambda each: kind(tuple(each)))


CONDITIONS: st.SearchStrategy[Condition] = st.recursive(
    paths().map(Exists) | COMPARISONS,
    lambda inner: _joined(inner, And) | _joined(inner, Or) | inner.map(Not),
    max_leaves=6,
)


@given(CONDITIONS)
def test_what_is_written_is_read_back(condition: Condition) -> None:
    assert q.parse(q.write(condition, compact), expand) == condition


@given(st.text(alphabet='ab=!<>~;|()[].,"\\ 15TZ:{}-', max_size=30))
def test_any_text_is_a_condition_or_refused_in_words(text: str) -> None:
    try:
        condition = q.parse(text, expand)
    except BadRequestData as error:
        assert error.detail
    else:
        assert q.parse(q.write(condition, compact), expand) == condition


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("a", Exists(Path((expand("a"),)))),
        ("!a", Not(Exists(Path((expand("a"),))))),
        ("a.b", Exists(Path((expand("a"), expand("b"))))),
        ("a.observedAt", Exists(Path((expand("a"), "observedAt")))),
        ("observedAt", Exists(Path((expand("observedAt"),)))),
        ("a[b.c]", Exists(Path((expand("a"),), ("b", "c")))),
        ("a==5", Compare(Path((expand("a"),)), Operator.EQUAL, Number(5.0))),
        ('a=="5"', Compare(Path((expand("a"),)), Operator.EQUAL, Text("5"))),
        ("a==true", Compare(Path((expand("a"),)), Operator.EQUAL, Boolean(True))),
        ("a==1..5", Compare(Path((expand("a"),)), Operator.EQUAL, Range(Number(1.0), Number(5.0)))),
        ("a==1,x", Compare(Path((expand("a"),)), Operator.EQUAL, AnyOf((Number(1.0), Text("x"))))),
        ("a~=x(1;2)", Compare(Path((expand("a"),)), Operator.MATCHES, Text("x(1;2)"))),
        ('a=="\\"x\\\\"', Compare(Path((expand("a"),)), Operator.EQUAL, Text('"x\\'))),
    ],
)
def test_a_condition_is_read(text: str, condition: Condition) -> None:
    assert q.parse(text, expand) == condition


def test_and_binds_closer_than_or() -> None:
    a, b, c = (Exists(Path((expand(name),))) for name in "abc")
    assert q.parse("a|b;c", expand) == Or((a, And((b, c))))
    assert q.parse("(a|b);c", expand) == And((Or((a, b)), c))


@pytest.mark.parametrize(("text", "character"), [("a>", 3), ("a;", 3), ("(a", 3), ("a==1)", 5), ("", 1)])
def test_a_refusal_says_where(text: str, character: int) -> None:
    with pytest.raises(BadRequestData, match=f"at character {character}:"):
        q.parse(text, expand)
