"""A route table as a list of rows, and the look-up in it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field

from moyai.web.reply import Reply
from moyai.web.request import Request

Handler = Callable[..., Awaitable[Reply]]
"""``(request, *path variables) -> Reply``"""


@dataclass(frozen=True)
class Route:
    method: str
    path: str
    """``entities/{id}/attrs``: no leading slash; variables in braces."""
    handler: Handler
    clause: str
    """Of the specification."""


@dataclass
class _Node:
    literals: dict[str, _Node] = field(default_factory=dict)
    variable: _Node | None = None
    handlers: dict[str, Handler] = field(default_factory=dict)


@dataclass(frozen=True)
class Match:
    handler: Handler | None
    """``None``: the path is known, the method is not."""
    variables: tuple[str, ...]
    allowed: tuple[str, ...]


class Table:
    """Rows of routes under a prefix. A literal segment wins over a variable."""

    def __init__(self, prefix: str, routes: Iterable[Route]) -> None:
        self._root = _Node()
        for route in routes:
            node = self._root
            for segment in (*_split(prefix), *_split(route.path)):
                node = _descend(node, segment)
            node.handlers[route.method] = route.handler

    def find(self, request: Request) -> Match | None:
        """``None`` where no row has this path."""
        found = _walk(self._root, request.segments, ())
        if found is None:
            return None
        node, variables = found
        return Match(node.handlers.get(request.method), variables, tuple(sorted(node.handlers)))


def _split(path: str) -> list[str]:
    return [part for part in path.split("/") if part]


def _descend(node: _Node, segment: str) -> _Node:
    if segment.startswith("{"):
        node.variable = node.variable or _Node()
        return node.variable
    return node.literals.setdefault(segment, _Node())


def _walk(node: _Node, segments: Sequence[str], variables: tuple[str, ...]) -> tuple[_Node, tuple[str, ...]] | None:
    if not segments:
        return (node, variables) if node.handlers else None
    head, rest = segments[0], segments[1:]
    if head in node.literals and (found := _walk(node.literals[head], rest, variables)):
        return found
    if node.variable and head:
        return _walk(node.variable, rest, (*variables, head))
    return None
