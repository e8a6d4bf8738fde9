"""Type selection: ``A,B``, ``A|B``, ``A;B``, ``(A;B)|C``. Source: ETSI GS CIM 009 V1.9.1, clause 4.17."""

from __future__ import annotations

import re
from collections.abc import Callable

from moyai.errors import BadRequestData
from moyai.model.query import AllTypes, AnyType, HasType, TypeSelection

_TOKEN = re.compile(r"[(),|;]|[^\s(),|;]+")
_SIGNS = frozenset("(),|;")
_LONGEST = 4000
_TYPES_AT_MOST = 200
"""Each is a search of its own, and a database plans a thousand of them for seconds."""
_DEEPEST = 50
"""Parentheses within one another."""


def parse(text: str, expand: Callable[[str], str]) -> TypeSelection:
    """Raises BadRequestData."""
    tokens = _TOKEN.findall(text)
    if len(text) > _LONGEST or "".join(tokens) != text:
        raise BadRequestData(f"'{text[:100]}' is no selection of types")
    if sum(token not in _SIGNS for token in tokens) > _TYPES_AT_MOST:
        raise BadRequestData(f"a selection of types has at most {_TYPES_AT_MOST} of them")
    return _Parser(tokens, expand).whole()


class _Parser:
    def __init__(self, tokens: list[str], expand: Callable[[str], str]) -> None:
        self._tokens = tokens
        self._expand = expand
        self._at = 0
        self._depth = 0

    def whole(self) -> TypeSelection:
        selection = self._any()
        if self._at < len(self._tokens):
            raise BadRequestData(f"in a selection of types, part {self._at + 1}, '{self._next()}' has no place")
        return selection

    def _any(self) -> TypeSelection:
        parts = [self._all()]
        while self._take(",") or self._take("|"):
            parts.append(self._all())
        return parts[0] if len(parts) == 1 else AnyType(tuple(parts))

    def _all(self) -> TypeSelection:
        parts = [self._one()]
        while self._take(";"):
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else AllTypes(tuple(parts))

    def _one(self) -> TypeSelection:
        if self._take("("):
            return self._in_parentheses()
        name = self._next()
        if not name or name in _SIGNS:
            raise BadRequestData("a selection of types has a type on both sides of ',', '|' and ';'")
        self._at += 1
        return HasType(self._expand(name))

    def _in_parentheses(self) -> TypeSelection:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise BadRequestData(f"a selection of types nests deeper than {_DEEPEST} parentheses")
        selection = self._any()
        if not self._take(")"):
            raise BadRequestData("a selection of types closes its parentheses")
        self._depth -= 1
        return selection

    def _next(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _take(self, sign: str) -> bool:
        if self._next() != sign:
            return False
        self._at += 1
        return True


def write(selection: TypeSelection, compact: Callable[[str], str]) -> str:
    """The text that ``parse`` makes this selection of."""
    match selection:
        case HasType(iri):
            return compact(iri)
        case AllTypes(parts):
            return ";".join(_within(part, compact, (AllTypes, AnyType)) for part in parts)
        case AnyType(parts):
            return ",".join(_within(part, compact, (AnyType,)) for part in parts)


def _within(selection: TypeSelection, compact: Callable[[str], str], in_parentheses: tuple[type, ...]) -> str:
    text = write(selection, compact)
    return f"({text})" if isinstance(selection, in_parentheses) else text
