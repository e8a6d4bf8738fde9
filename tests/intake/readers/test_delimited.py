"""CSV and TSV: bytes to rows."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moyai.errors import BadRequestData
from moyai.intake.readers import delimited

_cell = st.text(alphabet='あ1 ,"\n\tａ;', max_size=4)
_table = st.lists(st.lists(_cell, min_size=2, max_size=4), min_size=1, max_size=5)


@settings(deadline=None)
@given(_table)
def test_what_was_written_is_read(table: list[list[str]]) -> None:
    out = io.StringIO(newline="")
    # A header of many commas, so that what the cells hold does not decide about the delimiter.
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerows([["見出し"] * 40, *table])
    rows = delimited.read(out.getvalue().encode()).rows
    assert [list(row.cells) for row in rows[1:]] == table


@pytest.mark.parametrize(("sign", "name"), [(",", "コンマ"), ("\t", "タブ"), (";", "セミコロン")])
def test_the_delimiter_is_told_with_its_evidence(sign: str, name: str) -> None:
    table = delimited.read(f"名称{sign}住所\n公民館{sign}有田市\n".encode())
    assert (table.delimiter.sign, table.delimiter.name) == (sign, name)
    assert "2 個" in table.delimiter.evidence
    assert table.rows[1].cells == ("公民館", "有田市")


def test_rows_are_numbered_as_a_spreadsheet_numbers_them() -> None:
    rows = delimited.read('名称,備考\n"一\n階",x\n\n公民館,y\n'.encode()).rows
    assert [(row.number, row.cells[1]) for row in rows] == [(1, "備考"), (2, "x"), (4, "y")]


def test_rows_with_more_and_fewer_cells_stay_as_they_are() -> None:
    rows = delimited.read(b"a,b\n1,2,3\n1\n").rows
    assert [row.cells for row in rows] == [("a", "b"), ("1", "2", "3"), ("1",)]


def test_values_quoted_twice_over_are_mended_where_that_makes_the_rows_even() -> None:
    content = 'a,b,c\n1,2,3\nx,""駐車場\n３台"\n",z\n4,5,6\n'.encode()
    table = delimited.read(content)
    assert table.mended_quotes == 1
    assert [len(row.cells) for row in table.rows] == [3, 3, 3, 3]


def test_an_empty_cell_in_quotes_is_no_value_quoted_twice_over() -> None:
    table = delimited.read(b'a,b\n"",""\n"",x\n')
    assert table.mended_quotes == 0
    assert [row.cells for row in table.rows] == [("a", "b"), ("", ""), ("", "x")]


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_refused(content: bytes) -> None:
    with pytest.raises(BadRequestData, match="ファイルが空です"):
        delimited.read(content)


def test_a_cell_without_end_is_refused() -> None:
    with pytest.raises(BadRequestData, match="CSV として読めません"):
        delimited.read(b'a,b\n"' + b"x" * 1_000_001)


@pytest.mark.parametrize("end", ["", "\n", "\n三,z\n"])
def test_a_quote_that_is_never_closed_is_refused_with_its_row(end: str) -> None:
    with pytest.raises(BadRequestData, match=r"3行目の引用符（\"）が閉じておらず"):
        delimited.read(f'名称,備考\n"一\n階",x\n公民館,"有田市{end}'.encode())


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_rows_or_refused(content: bytes) -> None:
    try:
        table = delimited.read(content)
    except BadRequestData:
        return
    assert table.rows
