"""A cell's text as it was meant: small repairs, each by a named rule, none of them losing anything."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator

_DIGITS = re.compile(r"[０-９]+")
_LETTERS = re.compile(r"[Ａ-Ｚａ-ｚ．／＆＋＠％]+")
_TAG = re.compile(r"\s*<br\s*/?>\s*", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:quot|amp|lt|gt|nbsp|#[0-9]{1,6});")
_BREAK = re.compile(r"[ \t]*[\r\n]+[ \t]*")
_SPACES = re.compile(r"[ \u3000]+")
_DASHES = re.compile(r"[‐‑‒–—―−ー－ｰ~〜～]")
_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,15})?")
"""No longer than a double holds exactly."""
_DASH = re.compile(r"(?<=[0-9])[‐‑‒–—―−ー－ｰ](?=[0-9])")
_HOURS = re.compile(r"(\d{1,2}):([0-5]\d)-(\d{1,2}):([0-5]\d)")


def repaired(text: str) -> Iterator[tuple[str, str]]:
    """Each repair in turn: the rule's name and the text after it. Nothing where nothing is to mend."""
    for rule, repair in _REPAIRS.items():
        new = repair(text)
        if new != text:
            yield rule, new
            text = new


def _without_html(text: str) -> str:
    plain = _ENTITY.sub(lambda found: html.unescape(found[0]), text)
    return _TAG.sub(" / ", plain).strip(" /") if _TAG.search(plain) else plain


def _without_breaks(text: str) -> str:
    return _BREAK.sub(" ", text).strip(" ") if _BREAK.search(text) else text


def _trimmed(text: str) -> str:
    return text.strip(" ")


def _narrow_spaces(text: str) -> str:
    return _SPACES.sub(" ", text).strip() if "\u3000" in text else text


def _narrow_digits(text: str) -> str:
    return _DIGITS.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)


def _narrow_letters(text: str) -> str:
    return _LETTERS.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)


def _plain_dashes(text: str) -> str:
    return _DASH.sub("-", text)


_REPAIRS = {
    "html": _without_html,
    "line-breaks": _without_breaks,
    "outer-spaces": _trimmed,
    "full-width-spaces": _narrow_spaces,
    "full-width-digits": _narrow_digits,
    "full-width-letters": _narrow_letters,
    "digit-dashes": _plain_dashes,
}


def folded(text: str) -> str:
    """A text as identities compare it: compatible characters one, no spaces, dashes one, case ignored."""
    plain = unicodedata.normalize("NFKC", text)
    return unicodedata.normalize("NFKC", _DASHES.sub("-", "".join(plain.split())).casefold())


def number(text: str) -> float | int | None:
    """The number a cell holds, thousands separated or not; ``None`` where it is none."""
    plain = text.replace(",", "").replace("，", "").strip()
    if not _NUMBER.fullmatch(plain):
        return None
    return float(plain) if "." in plain else int(plain)


def hours(text: str) -> tuple[str, str] | None:
    """Start and end as ``hh:mm`` of a cell that holds one span of a day and nothing else: 「9:00～17:00」."""
    found = _HOURS.fullmatch(folded(text))
    if found is None:
        return None
    start, end = f"{int(found[1]):02}:{found[2]}", f"{int(found[3]):02}:{found[4]}"
    return (start, end) if start < end <= "24:00" else None
