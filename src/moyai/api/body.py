"""A request's body as JSON, taken strictly. Source: ETSI GS CIM 009 V1.9.1, clauses 4.6.1, 5.5.4; RFC 8259.

UTF-8; no name twice in an object; no NaN and nothing infinite; nothing behind the end; numbers and nesting that every
part of the system can carry.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

import msgspec

from moyai.errors import InvalidRequest

DEEPEST = 100
"""Objects and lists within one another."""
_SMALLEST, _GREATEST = -(2**63), 2**64 - 1
_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?')
"""Every string of a JSON text in turn; a member's name together with the colon behind it."""

Json = Any


def decoded(content: bytes) -> Json:
    """Raises InvalidRequest that says what is wrong."""
    if not content.strip():
        raise InvalidRequest("the body is empty")
    try:
        document = msgspec.json.decode(content)
    except UnicodeDecodeError as error:
        raise InvalidRequest(f"the body is no UTF-8: {error.reason}") from error
    except msgspec.DecodeError as error:
        raise InvalidRequest(f"the body is no JSON: {error}") from error
    except RecursionError as error:
        raise InvalidRequest(f"the body nests deeper than {DEEPEST}") from error
    # Decoding keeps the last of two members of one name; the text has them both.
    names = _STRING.findall(content)
    if len(names) - names.count(b"") != _members(document, DEEPEST):
        raise InvalidRequest(f"the member {_name_twice(content)!r} stands twice in one object")
    return document


def _members(value: Json, depth: int) -> int:
    """How many members the objects within have in all; checks depth and numbers on the way."""
    if depth == 0:
        raise InvalidRequest(f"the body nests deeper than {DEEPEST}")
    count = 0
    parts: Iterable[Json] = ()
    if isinstance(value, dict):
        count, parts = len(value), value.values()
    elif isinstance(value, list):
        parts = value
    elif type(value) is int and not _SMALLEST <= value <= _GREATEST:
        raise InvalidRequest("the body has an integer of more than 64 bits")
    for each in parts:
        if type(each) is not str:
            count += _members(each, depth - 1)
    return count


def _name_twice(content: bytes) -> str:
    """The first name that an object has twice. Slow: for the message alone."""
    twice: list[str] = []

    def look(pairs: list[tuple[str, Json]]) -> None:
        names = [name for name, _ in pairs]
        twice.extend(name for name in names if names.count(name) > 1)

    json.loads(content, object_pairs_hook=look)
    return twice[0]
