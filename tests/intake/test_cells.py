"""A cell's text as it was meant."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moyai.intake import cells


def mended(text: str) -> tuple[str, list[str]]:
    rules = []
    for rule, after in cells.repaired(text):
        rules.append(rule)
        text = after
    return text, rules


@pytest.mark.parametrize(
    ("before", "after", "rules"),
    [
        ("津波　", "津波", ["full-width-spaces"]),
        ("洪水　津波", "洪水 津波", ["full-width-spaces"]),
        (" 9:00~17:00 ", "9:00~17:00", ["outer-spaces"]),
        ("073-423-5041\n", "073-423-5041", ["line-breaks"]),
        ("１２３－４", "123-4", ["full-width-digits", "digit-dashes"]),
        ("12ー3、1990～2000、サービス", "12-3、1990～2000、サービス", ["digit-dashes"]),
        ("ＪＡ会館", "JA会館", ["full-width-letters"]),
        ("一階\r\n二階", "一階 二階", ["line-breaks"]),
        ("駐車場<br>３台", "駐車場 / 3台", ["html", "full-width-digits"]),
        ("有田市箕島50", "有田市箕島50", []),
        ("", "", []),
    ],
)
def test_each_repair_has_its_rule(before: str, after: str, rules: list[str]) -> None:
    assert mended(before) == (after, rules)


@settings(deadline=None)
@given(st.text(alphabet="あア漢1１aＡ　 \n<br>-－", max_size=12))
def test_a_mended_text_needs_no_more_mending(text: str) -> None:
    once, _ = mended(text)
    assert mended(once) == (once, [])


@settings(deadline=None)
@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert cells.folded(cells.folded(text)) == cells.folded(text)


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", 0), ("12", 12), ("1,234", 1234), ("12.5", 12.5), ("-3", -3), (" 7 ", 7), ("12.0", 12.0)],
)
def test_what_a_cell_holds_as_a_number(text: str, number: float) -> None:
    assert cells.number(text) == number
    assert type(cells.number(text)) is type(number)


@pytest.mark.parametrize("text", ["", "約12", "12人", "1-2", "nan", "inf", "1e3", "9" * 400, "1.2.3", "--1", "０"])
def test_what_is_no_number(text: str) -> None:
    assert cells.number(text) is None


@settings(deadline=None)
@given(st.text())
def test_any_text_is_a_finite_number_or_none(text: str) -> None:
    value = cells.number(text)
    assert value is None or abs(value) < 10**16


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("9:00~17:00", ("09:00", "17:00")),
        ("９：００～１７：００", ("09:00", "17:00")),
        ("8：30 〜 17:15", ("08:30", "17:15")),
        ("0:00-24:00", ("00:00", "24:00")),
        ("平日 8:30~17:15", None),
        ("9:00～12:00、13:00～17:00", None),
        ("17:00~9:00", None),
        ("9:00~25:00", None),
        ("9:60~17:00", None),
        ("24時間", None),
        ("", None),
    ],
)
def test_hours_are_read_where_a_cell_holds_one_span_and_nothing_else(text: str, span: tuple[str, str] | None) -> None:
    assert cells.hours(text) == span
