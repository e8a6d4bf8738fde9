"""Type selection: ``A,B``, ``A|B``, ``A;B``, ``(A;B)|C``. Source: ETSI GS CIM 009 V1.9.1, clause 4.17."""

from __future__ import annotations

import re
from collections.abc import Callable

from moyai.errors import BadRequestData
from moyai.model.query import AllTypes, AnyType, HasType, TypeSelection

_TOKEN = re.compile(r"[(),|;]|[^\s(),|;]+")
_LONGEST = 4000


def parse(text: str, expand: Callable[[str], str]) -> TypeSelection:
    """Raises BadRequestData."""
    tokens = _TOKEN.findall(text)
    if len(text) > _LONGEST or "".join(tokens) != text:
        raise BadRequestData(f"'{text[:100]}' is no selection of types")
    selection, rest = _any(tokens, expand)
    if rest:
        raise BadRequestData(f"in the selection of types '{text}', '{rest[0]}' has no place")
    return selection


def _any(tokens: list[str], expand: Callable[[str], str]) -> tuple[TypeSelection, list[str]]:
    first, rest = _all(tokens, expand)
    parts = [first]
    while rest and rest[0] in ",|":
        part, rest = _all(rest[1:], expand)
        parts.append(part)
    return (parts[0] if len(parts) == 1 else AnyType(tuple(parts))), rest


def _all(tokens: list[str], expand: Callable[[str], str]) -> tuple[TypeSelection, list[str]]:
    first, rest = _one(tokens, expand)
    parts = [first]
    while rest and rest[0] == ";":
        part, rest = _one(rest[1:], expand)
        parts.append(part)
    return (parts[0] if len(parts) == 1 else AllTypes(tuple(parts))), rest


def _one(tokens: list[str], expand: Callable[[str], str]) -> tuple[TypeSelection, list[str]]:
    if not tokens or tokens[0] in "),|;":
        raise BadRequestData("a selection of types has a type on both sides of ',', '|' and ';'")
    if tokens[0] != "(":
        return HasType(expand(tokens[0])), tokens[1:]
    selection, rest = _any(tokens[1:], expand)
    if not rest or rest[0] != ")":
        raise BadRequestData("a selection of types closes its parentheses")
    return selection, rest[1:]
