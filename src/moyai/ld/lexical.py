"""How the small pieces are written: URIs, names, scopes, moments, language tags; and where a fault is.

Source: ETSI GS CIM 009 V1.9.1, clauses 4.5.1 (id), 4.6.2 (names), 4.6.3 (DateTime), 4.6.5 (languages), 4.18 (scope).
"""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from functools import lru_cache
from typing import Any

from moyai.errors import BadRequestData
from moyai.model.entity import NULL

_ASCII_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[!#-;=?-\[\]_a-z~]+")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20\"<>\\^`{|}\x7f-\x9f]+")
_NAME = re.compile(r"[^\W\d_]\w*")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d{1,9})?Z", re.ASCII)
_LANGUAGE = re.compile(r"@none|[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")

_BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and symbols that show as nothing."""


def fault(detail: str, *where: str | int) -> BadRequestData:
    """What is wrong, and at which members of the document."""
    return BadRequestData(detail, pointer="".join(f"/{_escaped(str(part))}" for part in where))


def within(member: str | int, error: BadRequestData) -> BadRequestData:
    """The same fault, seen from one level further out."""
    pointer = f"/{_escaped(str(member))}{error.members.get('pointer', '')}"
    return BadRequestData(error.detail, **{**error.members, "pointer": pointer})


def _escaped(part: str) -> str:
    """A reference token of RFC 6901."""
    return part.replace("~", "~0").replace("/", "~1")


@lru_cache(maxsize=4096)
def is_uri(value: str) -> bool:
    """Whether this is a URI, or an IRI all of whose characters can be seen."""
    if _ASCII_URI.fullmatch(value):
        return True
    return not value.isascii() and _URI.fullmatch(value) is not None and not any(map(_is_invisible, value))


def _is_invisible(character: str) -> bool:
    if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zs", "Zl", "Zp"} or character in _BLANKS:
        return True
    code = ord(character)
    is_variation_selector = 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF
    is_noncharacter = 0xFDD0 <= code <= 0xFDEF or code & 0xFFFE == 0xFFFE
    return is_variation_selector or is_noncharacter


def checked_uri(value: object, what: str) -> str:
    """The value itself, if it is a URI and not the one that means null."""
    if not isinstance(value, str) or not is_uri(value):
        raise fault(f"{what} {value!r} is no URI")
    if value == NULL:
        raise fault(f"{NULL} is no {what.removeprefix('the ')}")
    return value


@lru_cache(maxsize=4096)
def is_name(name: str) -> bool:
    """Whether an attribute or an entity type may be called so.

    A letter, then letters, digits and underscores of any script; or a compact or absolute IRI. The marks with which
    many scripts write their vowels count as part of a letter, which the grammar of clause 4.6.2 leaves open.
    """
    prefix, colon, suffix = name.partition(":")
    if colon:
        return is_uri(name) or (is_name(prefix) and is_name(suffix))
    if _NAME.fullmatch(name) is not None:
        return name[0].isalpha()
    return not name.isascii() and _is_written_with_marks(name)


def _is_written_with_marks(name: str) -> bool:
    kinds = [unicodedata.category(character)[0] for character in name]
    return kinds[0] == "L" and all(
        kind in "LMN" or character == "_" for kind, character in zip(kinds, name, strict=True)
    )


def checked_name(name: str) -> str:
    if not is_name(name):
        raise fault(f"{name!r} is no name: a letter, then letters, digits and _; or an IRI")
    return name


def is_scope(value: str) -> bool:
    levels = value.removeprefix("/").split("/")
    return all(":" not in level and is_name(level) for level in levels)


@lru_cache(maxsize=4096)
def is_moment(value: str) -> bool:
    """Whether this is a date and time of day in UTC: ``2026-11-23T09:00:00Z``, the seconds with or without decimals."""
    if _MOMENT.fullmatch(value) is None:
        return False
    try:
        datetime.fromisoformat(value[:19])
    except ValueError:
        return False
    return True


def is_language(tag: Any) -> bool:
    """Whether this is formed as a tag of RFC 5646, or ``@none``."""
    return isinstance(tag, str) and _LANGUAGE.fullmatch(tag) is not None
