"""CSV and TSV: bytes to rows, each with the number that a spreadsheet shows for it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass

from moyai.errors import BadRequestData
from moyai.intake import detect
from moyai.intake.detect import Encoding

csv.field_size_limit(1_000_000)

_BEGINNING = 4000
_DELIMITERS = {",": "コンマ", "\t": "タブ", ";": "セミコロン"}
_END = "\n\0"
"""A last row that no file has: NULs are refused."""
_OPENED_TWICE = re.compile(r'(?<=[,\n])""(?=[^",\r\n])')
_CLOSED_TWICE = re.compile(r'(?<=[^",\r\n])"((?:\r?\n)+)"(?=,)')


@dataclass(frozen=True)
class Row:
    number: int
    """As a spreadsheet numbers rows: from 1, empty ones included; a cell's line breaks make no further row."""
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Delimiter:
    sign: str
    name: str
    evidence: str
    """In Japanese."""


@dataclass(frozen=True)
class Table:
    encoding: Encoding
    delimiter: Delimiter
    rows: tuple[Row, ...]
    """Without empty lines."""
    mended_quotes: int = 0
    """Cells that were quoted twice over."""


def read(content: bytes) -> Table:
    """Raises BadRequestData for what is no text, or no table."""
    encoding = detect.encoding(content)
    text = content.decode(encoding.codec)
    delimiter = _delimiter(text)
    rows = _rows(text + _END, delimiter.sign)
    mended, quotes = _with_quotes_mended(text)
    if quotes and len({len(row.cells) for row in rows[:-1]}) > 1:
        better = _even_rows(mended, delimiter.sign)
        if better and len(better[0].cells) == len(rows[0].cells):
            return Table(encoding, delimiter, better, quotes)
    rows = _without_end(rows)
    if not rows:
        raise BadRequestData("ファイルが空です。")
    return Table(encoding, delimiter, rows)


def _delimiter(text: str) -> Delimiter:
    """The sign that is the most frequent where a header is to be expected; a comma where none is."""
    counts = {sign: text[:_BEGINNING].count(sign) for sign in _DELIMITERS}
    sign = max(counts, key=lambda each: counts[each])
    others = "、".join(f"{name}は {counts[each]:,} 個" for each, name in _DELIMITERS.items() if each != sign)
    return Delimiter(sign, _DELIMITERS[sign], f"先頭の {_BEGINNING:,} 字に {counts[sign]:,} 個ある。{others}")


def _rows(text: str, delimiter: str) -> tuple[Row, ...]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        return _numbered(reader)
    except csv.Error as error:
        raise BadRequestData(f"{reader.line_num}行目が CSV として読めません（{error}）。") from error


def _without_end(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """A quote that is never closed takes the rest of the file, its end included, for one cell."""
    if rows[-1].cells == (_END[-1],):
        return rows[:-1]
    raise BadRequestData(
        f'{rows[-1].number}行目の引用符（"）が閉じておらず、その後ろがすべて一つのセルになります。'
        "引用符を直して、もう一度取り込んでください。"
    )


def _even_rows(text: str, delimiter: str) -> tuple[Row, ...]:
    """The rows of a text that has no fault and whose rows are all of one width; of any other, none."""
    try:
        rows = _numbered(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        return ()
    return rows if len({len(row.cells) for row in rows}) == 1 else ()


def _numbered(cells: Iterable[list[str]]) -> tuple[Row, ...]:
    return tuple(
        Row(number, tuple(row))
        for number, row in enumerate(cells, 1)
        if len(row) > 1 or any(cell.strip() for cell in row)
    )


def _with_quotes_mended(text: str) -> tuple[str, int]:
    """Where a value that holds line breaks was quoted, and then its quotes again without being doubled within."""
    text, opened = _OPENED_TWICE.subn('"', text)
    text, _ = _CLOSED_TWICE.subn(r'\1"', text)
    return text, opened
