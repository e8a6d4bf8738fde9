"""A request's body as JSON, taken strictly. Source: ETSI GS CIM 009 V1.9.1, clauses 4.6.1, 5.5.4; RFC 8259.

UTF-8; no name twice in an object; no NaN and nothing infinite; nothing behind the end; numbers and nesting that every
part of the system can carry.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import msgspec

from moyai.errors import InvalidRequest

DEEPEST = 100
"""Objects and lists within one another."""
_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?')
"""Every string of a JSON text in turn; a member's name together with the colon behind it."""
_SPACE_BEFORE_COLON = re.compile(rb'"\s+:')

Json = Any


def decoded(content: bytes) -> Json:
    """Raises InvalidRequest that says what is wrong."""
    if not content.strip():
        raise InvalidRequest("the body is empty")
    document = _parsed(content)
    if content.count(b"{") + content.count(b"[") > DEEPEST:
        _check_depth(document)
    _check_numbers(document)
    # Decoding keeps the last of two members of one name; the text has them both.
    if _names(content) != _names(msgspec.json.encode(document)):
        raise InvalidRequest(f"the member {_name_twice(content)!r} stands twice in one object")
    return document


def _parsed(content: bytes) -> Json:
    try:
        return msgspec.json.decode(content)
    except UnicodeDecodeError as error:
        raise InvalidRequest(f"the body is no UTF-8: {error.reason}") from error
    except msgspec.DecodeError as error:
        raise InvalidRequest(f"the body is no JSON: {error}") from error
    except RecursionError as error:
        raise InvalidRequest(f"the body nests deeper than {DEEPEST}") from error


def _check_depth(document: Json) -> None:
    if any(depth >= DEEPEST for depth, _ in enumerate(_levels(document))):
        raise InvalidRequest(f"the body nests deeper than {DEEPEST}")


def _check_numbers(document: Json) -> None:
    try:
        msgspec.msgpack.encode(document)  # as it will travel to the writer
    except OverflowError as error:
        raise InvalidRequest("the body has an integer of more than 64 bits") from error


def _levels(document: Json) -> Iterator[list[Json]]:
    """The objects and lists at each depth of nesting."""
    level = [document] if isinstance(document, dict | list) else []
    while level:
        yield level
        parts = [each.values() if isinstance(each, dict) else each for each in level]
        level = [child for part in parts for child in part if isinstance(child, dict | list)]


def _names(text: bytes) -> int:
    """How many members a JSON text has, those of the same name counted each."""
    if b"\\" not in text and _SPACE_BEFORE_COLON.search(text) is None:
        return text.count(b'":')
    strings = _STRING.findall(text)
    return len(strings) - strings.count(b"")


def _name_twice(content: bytes) -> str:
    """The first name that an object has twice. Slow: for the message alone."""
    twice: list[str] = []

    def look(pairs: list[tuple[str, Json]]) -> None:
        names = [name for name, _ in pairs]
        twice.extend(name for name in names if names.count(name) > 1)

    json.loads(content, object_pairs_hook=look)
    return twice[0]
