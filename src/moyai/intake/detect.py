"""What a file is, found by evidence and never assumed in silence: its encoding, its delimiter, its header."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from moyai.errors import BadRequestData

_BOM = b"\xef\xbb\xbf"
_NOT_KNOWN = "どちらの文字コードとしても読めません"


@dataclass(frozen=True)
class Encoding:
    codec: str
    name: str
    evidence: str
    """In Japanese."""


@dataclass(frozen=True)
class Header:
    first: int
    """Index of the first of the header's rows."""
    height: int
    labels: tuple[str, ...]
    """Of several rows joined as 親/子."""
    evidence: str

    @property
    def end(self) -> int:
        return self.first + self.height


def encoding(content: bytes) -> Encoding:
    """Raises BadRequestData for NULs and for bytes that are neither UTF-8 nor CP932, with their line."""
    if b"\0" in content:
        raise BadRequestData(f"{_line(content, content.index(0))}行目に NUL があり、テキストのファイルではありません。")
    if content.startswith(_BOM):
        _require(content, "utf-8-sig")
        return Encoding("utf-8-sig", "UTF-8（BOM付き）", "先頭に BOM がある")
    if _reads(content, "utf-8"):
        if content.isascii():
            return Encoding("utf-8", "UTF-8", "すべて ASCII なので、どの文字コードでも同じ")
        return Encoding("utf-8", "UTF-8（BOMなし）", "すべてのバイトが UTF-8 として正しい")
    _require(content, "cp932")
    return Encoding("cp932", "CP932（Shift_JIS）", "UTF-8 としては誤り、CP932 としてはすべて正しい")


def _reads(content: bytes, codec: str) -> bool:
    try:
        content.decode(codec)
    except UnicodeDecodeError:
        return False
    return True


def _require(content: bytes, codec: str) -> None:
    try:
        content.decode(codec)
    except UnicodeDecodeError as error:
        raise BadRequestData(
            f"{_line(content, error.start)}行目（{error.start + 1}バイト目）が UTF-8 と CP932 の{_NOT_KNOWN}。"
        ) from error


def _line(content: bytes, position: int) -> int:
    return content.count(b"\n", 0, position) + 1


def header(rows: Sequence[Sequence[str]], known: Collection[str], *, least: int = 3) -> Header:
    """The header among the first rows: where the most known labels stand, with the rows below that go on naming.

    ``known``: labels of the dataset, folded. Raises BadRequestData where no row has ``least`` of them.
    """
    best = max(range(min(len(rows), 15)), key=lambda index: (_hits(rows[index], known), -index), default=0)
    found = _hits(rows[best], known) if rows else 0
    if found < least:
        shown = "、".join(cell for cell in (rows[0] if rows else []) if cell)[:120]
        raise BadRequestData(f"見出しの行が見つかりません。1行目は「{shown}」です。")
    height = _height(rows, best)
    labels = _joined(rows[best : best + height])
    evidence = f"{best + 1}行目に知られた見出しが {found} 個ある"
    if height > 1:
        evidence += f"。下の {height - 1} 行も見出しの続き"
    return Header(best, height, labels, evidence)


def folded(label: str) -> str:
    """A label as it is compared: without spaces, line breaks and the difference of look-alike dashes."""
    return "".join("ー" if sign in "―‐-–—−" else sign for sign in label if not sign.isspace())


def _hits(row: Sequence[str], known: Collection[str]) -> int:
    return len({folded(cell) for cell in row} & set(known))


def _height(rows: Sequence[Sequence[str]], first: int) -> int:
    """A row below still belongs to the header while its first filled cell stands where the header spans columns."""
    height = 1
    while first + height < len(rows) and height < 4:
        row = rows[first + height]
        filled = [index for index, cell in enumerate(row) if cell.strip()]
        begins_blank = not any(cell.strip() for cell in row[:3])
        if not filled or not begins_blank:
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
