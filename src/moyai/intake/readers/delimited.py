"""CSV and TSV: bytes to rows, each with the number that a spreadsheet shows for it."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass

from moyai.errors import BadRequestData
from moyai.intake import detect
from moyai.intake.detect import Encoding

csv.field_size_limit(1_000_000)

_BEGINNING = 4000
_DELIMITERS = {",": "コンマ", "\t": "タブ", ";": "セミコロン"}
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
    rows = _rows(text, delimiter.sign)
    mended, quotes = _with_quotes_mended(text)
    if quotes and _irregular(rows):
        better = _rows(mended, delimiter.sign)
        if _irregular(better) < _irregular(rows):
            return Table(encoding, delimiter, better, quotes)
    if not rows:
        raise BadRequestData("ファイルが空です。")
    return Table(encoding, delimiter, rows)


def _delimiter(text: str) -> Delimiter:
    """The sign that is the most frequent where a header is to be expected; a comma where none is."""
    counts = {sign: text[:_BEGINNING].count(sign) for sign in _DELIMITERS}
    sign = max(counts, key=lambda each: counts[each])
    return Delimiter(sign, _DELIMITERS[sign], f"先頭の {_BEGINNING:,} 字に {counts[sign]:,} 個ある")


def _rows(text: str, delimiter: str) -> tuple[Row, ...]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        return tuple(
            Row(number, tuple(cells))
            for number, cells in enumerate(reader, 1)
            if len(cells) > 1 or any(cell.strip() for cell in cells)
        )
    except csv.Error as error:
        raise BadRequestData(f"{reader.line_num}行目が CSV として読めません（{error}）。") from error


def _with_quotes_mended(text: str) -> tuple[str, int]:
    """Where a value that holds line breaks was quoted, and then its quotes again without being doubled within."""
    text, opened = _OPENED_TWICE.subn('"', text)
    text, _ = _CLOSED_TWICE.subn(r'\1"', text)
    return text, opened


def _irregular(rows: tuple[Row, ...]) -> int:
    """Rows with fewer cells than most."""
    usual = Counter(len(row.cells) for row in rows).most_common(1)[0][0] if rows else 0
    return sum(len(row.cells) < usual for row in rows)
