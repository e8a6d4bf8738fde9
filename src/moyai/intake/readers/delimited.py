"""CSV and TSV: bytes to rows, each with the number a spreadsheet gives it."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from moyai.errors import BadRequestData
from moyai.intake import detect
from moyai.intake.detect import Encoding

_WIDEST_CELL = 1_000_000
csv.field_size_limit(_WIDEST_CELL)


@dataclass(frozen=True)
class Table:
    encoding: Encoding
    delimiter: str
    rows: tuple[tuple[str, ...], ...]
    """All rows, the header's and the empty ones included; row *n* of a spreadsheet is ``rows[n - 1]``."""


def read(content: bytes) -> Table:
    """Raises BadRequestData for what is no text, or no table."""
    encoding = detect.encoding(content)
    text = content.decode(encoding.codec)
    delimiter = "\t" if text[:4000].count("\t") > text[:4000].count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[tuple[str, ...]] = []
    try:
        rows.extend(tuple(row) for row in reader)
    except csv.Error as error:
        raise BadRequestData(f"{reader.line_num}行目が CSV として読めません（{error}）。") from error
    if not rows:
        raise BadRequestData("ファイルが空です。")
    return Table(encoding, delimiter, tuple(rows))
