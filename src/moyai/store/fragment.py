"""Pieces of SQL with their parameters, and how they are joined."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

Test = Callable[[Any], bool]
"""What SQL asks of a value through ``matches(value, test)``."""

Parameter = str | float | int | None | Test


class Fragment(NamedTuple):
    text: str
    parameters: tuple[Parameter, ...] = ()


_AT_ONCE = 50
"""SQLite counts a chain of n as n deep, and goes down to 1000."""
ALWAYS = Fragment("1")
NEVER = Fragment("0")


def all_of(parts: Sequence[Fragment]) -> Fragment:
    return _joined(parts, " AND ") if parts else ALWAYS


def any_of(parts: Sequence[Fragment]) -> Fragment:
    return _joined(parts, " OR ") if parts else NEVER


def negated(part: Fragment) -> Fragment:
    return Fragment(f"NOT ({part.text})", part.parameters)


def path_is(key: str, column: str = "path") -> Fragment:
    """The rows of one path (``rows.path_key``)."""
    return Fragment(f"{column} = (SELECT id FROM term WHERE name = ?)", (key,))


def _joined(parts: Sequence[Fragment], word: str) -> Fragment:
    if len(parts) == 1:
        return parts[0]
    if len(parts) > _AT_ONCE:
        half = len(parts) // 2
        return _joined([_joined(parts[:half], word), _joined(parts[half:], word)], word)
    text = word.join(f"({part.text})" for part in parts)
    return Fragment(text, tuple(each for part in parts for each in part.parameters))
