"""The query language: what is read, what is refused and where, and that what is written is read back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moyai.errors import BadRequestData, OperationNotSupported
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
    Value,
)
from moyai.query import q

PREFIX = "https://example.org/"
A, B, C = (Exists(Path((PREFIX + name,))) for name in "abc")


def expand(name: str) -> str:
    return PREFIX + name


def compact(iri: str) -> str:
    return iri.removeprefix(PREFIX)


def parse(text: str) -> Condition:
    return q.parse(text, expand)


def read_back(condition: Condition) -> Condition:
    return parse(q.write(condition, compact))


NAMES = st.sampled_from(["name", "名称", "height", "a1", "address", "観測:値", "observedAt", "type"])
MEMBERS = st.lists(st.sampled_from(["city", "block", "番地", "*", "a b"]), max_size=2).map(tuple)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False).map(Number)
TEXTS = st.text(max_size=6).map(Text)
MOMENTS = st.sampled_from(["2026-11-23", "2026-11-23T09:00:00Z", "2026-11-23T09:00:00,5+09:00", "09:00:00Z"]).map(
    Moment
)
URIS = st.sampled_from(["urn:ngsi-ld:Site:1", "https://example.org/a/../b?c=d#e", "urn:x:観測"]).map(Uri)
SCALARS = TEXTS | NUMBERS | MOMENTS | URIS | st.booleans().map(Boolean)
RANGES = st.builds(Range, NUMBERS, NUMBERS) | st.builds(Range, TEXTS, TEXTS) | st.builds(Range, MOMENTS, MOMENTS)
SEVERAL = st.lists(SCALARS | RANGES, min_size=2, max_size=3).map(lambda values: AnyOf(tuple(values)))
EQUALITY = st.sampled_from([Operator.EQUAL, Operator.UNEQUAL])
ORDER = st.sampled_from([Operator.GREATER, Operator.GREATER_EQUAL, Operator.LESS, Operator.LESS_EQUAL])
PATTERN = st.sampled_from([Operator.MATCHES, Operator.DIFFERS])


@st.composite
def paths(draw: st.DrawFn) -> Path:
    first = expand(draw(NAMES))
    names = [expand(name) for name in draw(st.lists(NAMES.filter(lambda name: name not in q.MEMBERS), max_size=2))]
    member = draw(st.sampled_from(["", "observedAt", "unitCode", "modifiedAt"]))
    return Path((first, *names, member) if member else (first, *names), draw(MEMBERS))


COMPARISONS = (
    st.builds(Compare, paths(), EQUALITY, SCALARS | RANGES | SEVERAL)
    | st.builds(Compare, paths(), ORDER, TEXTS | NUMBERS | MOMENTS)
    | st.builds(Compare, paths(), PATTERN, TEXTS)
)
CONDITIONS: st.SearchStrategy[Condition] = st.recursive(
    paths().map(Exists) | COMPARISONS,
    lambda inner: (
        st.lists(inner, min_size=2, max_size=3).map(lambda each: And(tuple(each)))
        | st.lists(inner, min_size=2, max_size=3).map(lambda each: Or(tuple(each)))
        | inner.map(Not)
    ),
    max_leaves=6,
)


@given(CONDITIONS)
def test_what_is_written_is_read_back(condition: Condition) -> None:
    assert read_back(condition) == condition


@given(st.text(alphabet='ab=!<>~;|()[].,"\\ 15TZ:{}-+e', max_size=30) | st.text(max_size=30))
def test_any_text_is_a_condition_or_refused_in_words(text: str) -> None:
    try:
        condition = parse(text)
    except (BadRequestData, OperationNotSupported) as error:
        assert error.detail.startswith("q, at character ")
    else:
        assert read_back(condition) == condition


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("a", Path((expand("a"),))),
        ("a.b.c", Path((expand("a"), expand("b"), expand("c")))),
        ("a.observedAt", Path((expand("a"), "observedAt"))),
        ("a.b.unitCode", Path((expand("a"), expand("b"), "unitCode"))),
        ("observedAt", Path((expand("observedAt"),))),
        ("observedAt.b", Path((expand("observedAt"), expand("b")))),
        ("a[b]", Path((expand("a"),), ("b",))),
        ("a.b[c.d]", Path((expand("a"), expand("b")), ("c", "d"))),
        ("a[*]", Path((expand("a"),), ("*",))),
        ("名称[ja-Hira]", Path((expand("名称"),), ("ja-Hira",))),
    ],
)
def test_a_path_leads_to_an_attribute_a_member_or_into_a_value(text: str, path: Path) -> None:
    assert parse(text) == Exists(path)


@pytest.mark.parametrize("operator", [each for each in Operator if each not in (Operator.MATCHES, Operator.DIFFERS)])
def test_every_operator_compares(operator: Operator) -> None:
    assert parse(f"a{operator.value}5") == Compare(A.path, operator, Number(5.0))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5", Number(5.0)),
        ("-0.5", Number(-0.5)),
        ("+1.5e3", Number(1500.0)),
        ("５", Text("５")),
        (".5", Text(".5")),
        ("true", Boolean(True)),
        ("false", Boolean(False)),
        ("True", Text("True")),
        ('"5"', Text("5")),
        ('"true"', Text("true")),
        ('""', Text("")),
        ('"a;b|(c),d..e"', Text("a;b|(c),d..e")),
        ('"\\"x\\\\"', Text('"x\\')),
        ('"\\d"', Text("\\d")),
        ('"a\\nb\\t\\/"', Text("a\nb\t/")),
        ('"\\\\n"', Text("\\n")),
        ('"\\u6709\\u7530 \\ud83c\\udfe5"', Text("有田 🏥")),
        ('"\\u67"', Text("\\u67")),
        ("有田市", Text("有田市")),
        (" a b ", Text("a b")),
        ("2026-11-23", Moment("2026-11-23")),
        ("2026-11-23T09:00:00Z", Moment("2026-11-23T09:00:00Z")),
        ("2026-11-23T09:00:00,5+09:00", Moment("2026-11-23T09:00:00,5+09:00")),
        ("09:00:00,5", AnyOf((Moment("09:00:00"), Number(5.0)))),
        ("09:00:00,5Z..10:00:00,5Z", Range(Moment("09:00:00,5Z"), Moment("10:00:00,5Z"))),
        ("09:00", Moment("09:00")),
        ("09:00:00.25Z", Moment("09:00:00.25Z")),
        ("urn:ngsi-ld:Site:1", Uri("urn:ngsi-ld:Site:1")),
        ("https://example.org/a/../b?c=d", Uri("https://example.org/a/../b?c=d")),
        ("1..5", Range(Number(1.0), Number(5.0))),
        ("1.5..2.5", Range(Number(1.5), Number(2.5))),
        ('"a".."b"', Range(Text("a"), Text("b"))),
        ("2026-01-01..2026-12-31", Range(Moment("2026-01-01"), Moment("2026-12-31"))),
        ("1,x,3..4", AnyOf((Number(1.0), Text("x"), Range(Number(3.0), Number(4.0))))),
        ('"a,b",c', AnyOf((Text("a,b"), Text("c")))),
    ],
)
def test_every_kind_of_value_is_read(text: str, value: Value) -> None:
    assert parse(f"a=={text}") == Compare(A.path, Operator.EQUAL, value)


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ('"^避難|公園$"', "^避難|公園$"),
        ("^避難", "^避難"),
        ("x(1;2|3)", "x(1;2|3)"),
        ("[;|)]+", "[;|)]+"),
        ("[(]x", "[(]x"),
        ("a\\;b", "a\\;b"),
        ("[\\];]", "[\\];]"),
        ("x]", "x]"),
        ('"\\d{2}"', "\\d{2}"),
        ('"\\\\d\\b\\n"', "\\d\\b\\n"),
        ("5", "5"),
    ],
)
def test_a_pattern_ends_where_its_own_parentheses_and_brackets_are_closed(text: str, pattern: str) -> None:
    like = Compare(A.path, Operator.MATCHES, Text(pattern))
    assert parse(f"a~={text}") == like
    assert parse(f"a!~={text}") == Compare(A.path, Operator.DIFFERS, Text(pattern))
    assert parse(f"(a~={text});b|c") == Or((And((like, B)), C))


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("a|b;c", Or((A, And((B, C))))),
        ("a;b|c", Or((And((A, B)), C))),
        ("(a|b);c", And((Or((A, B)), C))),
        ("a;(b;c)", And((A, And((B, C))))),
        ("a|b|c", Or((A, B, C))),
        ("((a))", A),
        ("!a", Not(A)),
        ("!!a", Not(Not(A))),
        ("!a;b", And((Not(A), B))),
        ("!(a;b)", Not(And((A, B)))),
        ("!a==1", Not(Compare(A.path, Operator.EQUAL, Number(1.0)))),
    ],
)
def test_and_binds_closer_than_or_and_not_closest(text: str, condition: Condition) -> None:
    assert parse(text) == condition


@pytest.mark.parametrize(
    ("text", "character", "reason"),
    [
        ("", 1, "an attribute's name, found the end"),
        ("a;", 3, "an attribute's name"),
        ("a.", 3, "an attribute's name"),
        ("==1", 1, "an attribute's name, found '==1'"),
        ("a>", 3, "a value, found the end"),
        ("a==  ;b", 4, "a value"),
        ("a==1..", 7, "a value"),
        ("a==1,", 6, "a value"),
        ("a~=", 4, "a regular expression"),
        ("a=1", 2, "the end, found '=1'"),
        ("a==1)", 5, "the end"),
        ('a=="x"y', 7, "the end"),
        ("a b", 2, "the end"),
        ("(a", 3, "'\\)'"),
        ('a=="x', 4, "a closing '\"'"),
        ("a[b", 4, "'\\]'"),
        ("a[]", 3, "no path into a value"),
        ("a[b..c]", 3, "no path into a value"),
        ("a[" + "b." * 32 + "b]", 3, "at most 32"),
        ("a>1,2", 3, "compared with == or !=, not with >"),
        ("a<=1..2", 4, "compared with == or !=, not with <="),
        ("a>true", 3, "compared with == or !="),
        ("a>urn:x:1", 3, "compared with == or !="),
        ("a==1..x", 4, "ends of a range"),
        ("a==true..false", 4, "ends of a range"),
        ("a==1e999", 4, "beyond all"),
        ("b;a==1..1e999", 9, "beyond all"),
        ("!" * 51 + "a", 51, "deeper than 50"),
        ("(" * 51 + "a" + ")" * 51, 51, "deeper than 50"),
    ],
)
def test_a_refusal_says_where_and_why(text: str, character: int, reason: str) -> None:
    with pytest.raises(BadRequestData, match=f"at character {character}: .*{reason}"):
        parse(text)


def test_a_condition_on_a_linked_entity_is_not_supported() -> None:
    with pytest.raises(OperationNotSupported, match=r"at character 6: .*linked"):
        parse("owner{name}==1")


def test_parentheses_may_be_many_and_go_fifty_deep() -> None:
    assert parse("(" * 50 + "a" + ")" * 50) == A
    assert parse(";".join(["(a)"] * 60)) == And((A,) * 60)


def test_half_of_a_pair_of_surrogates_is_no_text() -> None:
    with pytest.raises(BadRequestData, match="at character 4: half"):
        parse('a=="\\ud83c"')


def test_conditions_are_at_most_two_hundred_and_values_any_number() -> None:
    assert parse(";".join(["a"] * 200)) == And((A,) * 200)
    with pytest.raises(BadRequestData, match="at character 401: has more than 200 conditions"):
        parse("|".join(["a"] * 201))
    assert parse("a==" + ",".join(["1"] * 3000)) == Compare(A.path, Operator.EQUAL, AnyOf((Number(1.0),) * 3000))


def test_a_text_of_eight_thousand_characters_is_read_and_a_longer_one_refused() -> None:
    assert parse("a" * 8000) == Exists(Path((expand("a" * 8000),)))
    with pytest.raises(BadRequestData, match="8000"):
        parse("a" * 8001)


@pytest.mark.parametrize("uri", ["https://ja.wikipedia.org/wiki/有田市_(和歌山県)", "urn:x:a,b", "urn:x:a;b"])
def test_a_uri_with_signs_of_the_language_is_written_as_a_text(uri: str) -> None:
    assert read_back(Compare(A.path, Operator.EQUAL, Uri(uri))) == Compare(A.path, Operator.EQUAL, Text(uri))
