"""Tables that a spreadsheet opens without running anything."""

from __future__ import annotations

import pytest

from moyai.office.base import sheets


def test_excel_finds_the_encoding_and_the_lines() -> None:
    assert sheets.csv_bytes(["名称"], [["有田市"], [None]]) == '\ufeff名称\r\n有田市\r\n""\r\n'.encode()


@pytest.mark.parametrize("text", ["=1+1", "+A1", "-A1", "@x", "\t=1"])
def test_text_that_looks_like_a_formula_stays_text(text: str) -> None:
    assert f"'{text}" in sheets.csv_bytes(["a"], [[text]]).decode("utf-8-sig")


@pytest.mark.parametrize("number", ["-12", "+3.5", "-0.1"])
def test_a_number_stays_a_number(number: str) -> None:
    assert sheets.csv_bytes(["a"], [[number]]).decode("utf-8-sig").splitlines()[1] == number
