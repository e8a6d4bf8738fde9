"""What a file is, found by evidence and never assumed in silence: its encoding, its delimiter, its header."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from moyai.errors import BadRequestData

_BOM = b"\xef\xbb\xbf"
_STRAY = re.compile("[\x80\uf8f0-\uf8f3]")
"""What the codec makes of the bytes 80, A0 and FD to FF, to which CP932 gives no character."""
_OTHER_FORMATS = {
    b"PK\x03\x04": "Excel のファイル（xlsx など）です。CSV（UTF-8）で保存し直してください。",
    b"\xd0\xcf\x11\xe0": "古い Excel のファイル（xls）です。CSV（UTF-8）で保存し直してください。",
    b"%PDF": "PDF のファイルです。元の表を CSV（UTF-8）で保存してください。",
    b"\xff\xfe": "文字コードが UTF-16 です。UTF-8 で保存し直してください。",
    b"\xfe\xff": "文字コードが UTF-16 です。UTF-8 で保存し直してください。",
}
"""How a file begins that is no text in UTF-8 or CP932 → what to do."""


@dataclass(frozen=True)
class Encoding:
    codec: str
    name: str
    evidence: str
    """In Japanese."""


@dataclass(frozen=True)
class Header:
    first: int
    """Index of the first of the header's rows among those given."""
    height: int
    labels: tuple[str, ...]
    """Of several rows joined as 親/子."""
    evidence: str

    @property
    def end(self) -> int:
        return self.first + self.height


def encoding(content: bytes) -> Encoding:
    """Raises BadRequestData for other formats, NULs, and bytes that are neither UTF-8 nor CP932, with their line."""
    for beginning, advice in _OTHER_FORMATS.items():
        if content.startswith(beginning):
            raise BadRequestData(advice)
    if b"\0" in content:
        position = content.index(0)
        raise BadRequestData(
            f"{_line(content, position)}行目（ファイルの先頭から {position + 1:,} バイト目）に NUL があり、"
            "UTF-8 や CP932 のテキストではありません。"
        )
    if b"\x1b$" in content:
        raise BadRequestData("文字コードが JIS（ISO-2022-JP）です。UTF-8 で保存し直してください。")
    if content.startswith(_BOM):
        _refuse_bad_bytes(content, "utf-8")
        return Encoding("utf-8-sig", "UTF-8（BOM付き）", "先頭に BOM がある")
    if _first_bad_byte(content, "utf-8") is None:
        if content.isascii():
            return Encoding("utf-8", "UTF-8", "すべて ASCII なので、どの文字コードでも同じ")
        return Encoding("utf-8", "UTF-8（BOMなし）", "すべてのバイトが UTF-8 として正しい")
    if _first_bad_byte(content, "cp932") is not None and _first_bad_byte(content, "euc_jp") is None:
        raise BadRequestData(
            "文字コードが EUC-JP のようです（UTF-8 と CP932 としては誤り、EUC-JP としてはすべて正しい）。"
            "UTF-8 で保存し直してください。"
        )
    _refuse_bad_bytes(content, "utf-8", "cp932")
    return Encoding("cp932", "CP932（Shift_JIS）", "UTF-8 としては誤り、CP932 としてはすべて正しい")


def _first_bad_byte(content: bytes, codec: str) -> int | None:
    try:
        text = content.decode(codec)
    except UnicodeDecodeError as error:
        return error.start
    stray = _STRAY.search(text) if codec == "cp932" else None
    return len(text[: stray.start()].encode(codec)) if stray else None


def _refuse_bad_bytes(content: bytes, *codecs: str) -> None:
    """Where none of the codecs reads the content, the one that gets the furthest is the one that was meant."""
    faults = {codec: _first_bad_byte(content, codec) for codec in codecs}
    if None in faults.values():
        return
    codec, position = max(faults.items(), key=lambda item: item[1] or 0)
    raise BadRequestData(
        f"{_line(content, position or 0)}行目（ファイルの先頭から {(position or 0) + 1:,} バイト目）が"
        f" {' としても '.join(each.upper() for each in codecs)} としても読めません。"
        f"そこまでは {codec.upper()} として正しい文字です。"
    )


def _line(content: bytes, position: int) -> int:
    return content.count(b"\n", 0, position) + 1


def header(
    rows: Sequence[Sequence[str]], known: Collection[str], *, numbers: Sequence[int] = (), least: int = 3
) -> Header:
    """The header among the first rows: where the most known labels stand, with the rows below that go on naming.

    ``numbers``: what a spreadsheet shows for these rows, for the evidence. ``known``: labels of the dataset, folded.
    Raises BadRequestData where no row has ``least`` of them.
    """
    best = max(range(min(len(rows), 15)), key=lambda index: (_hits(rows[index], known), -index), default=0)
    found = _hits(rows[best], known) if rows else 0
    if found < least:
        shown = "、".join(cell for cell in (rows[0] if rows else []) if cell)[:120]
        raise BadRequestData(f"見出しの行が見つかりません。最初の行は「{shown}」です。")
    height = _height(rows, best)
    labels = _joined(rows[best : best + height])
    evidence = f"{numbers[best] if numbers else best + 1}行目に知られた見出しが {found} 個ある"
    if height > 1:
        evidence += f"。下の {height - 1} 行も見出しの続き"
    return Header(best, height, labels, evidence)


def folded(label: str) -> str:
    """A label as it is compared: width, spaces, line breaks and look-alike dashes make no difference."""
    plain = unicodedata.normalize("NFKC", label)
    return "".join("ー" if sign in "―‐-–—−" else sign for sign in plain if not sign.isspace())


def _hits(row: Sequence[str], known: Collection[str]) -> int:
    return len({folded(cell) for cell in row} & set(known))


def _height(rows: Sequence[Sequence[str]], first: int) -> int:
    """A row below belongs to the header while it begins blank and only names columns that a label above spans."""
    open_columns = {index for index, cell in enumerate(rows[first]) if not cell.strip()}
    spanned = open_columns | {index - 1 for index in open_columns}
    height = 1
    while first + height < len(rows) and height < 4:
        filled = {index for index, cell in enumerate(rows[first + height]) if cell.strip()}
        if not filled or not filled <= spanned or filled & {0, 1, 2}:
            return height
        height += 1
    return height


def _joined(rows: Sequence[Sequence[str]]) -> tuple[str, ...]:
    width = max(len(row) for row in rows)
    labels = []
    above = [""] * len(rows)
    for column in range(width):
        parts: list[str] = []
        for level, row in enumerate(rows):
            cell = row[column].strip() if column < len(row) else ""
            if cell:
                above[level] = cell
                above[level + 1 :] = [""] * (len(rows) - level - 1)
            spans = (
                len(rows) > 1
                and level < len(rows) - 1
                and not cell
                and any(row_below[column].strip() for row_below in rows[level + 1 :] if column < len(row_below))
            )
            part = cell or (above[level] if spans else "")
            if part and (not parts or parts[-1] != part):
                parts.append(part)
        labels.append("/".join("".join(part.split()) for part in parts))
    return tuple(labels)
