"""Regular expressions that strangers send: RE2, whose time grows with the text alone, whatever the pattern.

The syntax is RE2's; it has no back-references and no look-around, which is what makes that promise possible.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import re2  # type: ignore[import-untyped]

from moyai.errors import BadRequestData

LONGEST = 1_000
"""Characters of a pattern."""
_MEMORY = 4 << 20
"""Bytes that one pattern may use."""


@dataclass(frozen=True)
class Pattern:
    """Whether a text has a match somewhere in it."""

    text: str

    def __call__(self, value: Any) -> bool:
        return isinstance(value, str) and _compile(self.text).search(value) is not None


def compiled(text: str) -> Pattern:
    """Raises BadRequestData where this is no regular expression, or one that is too large."""
    if len(text) > LONGEST:
        raise BadRequestData(f"a pattern has at most {LONGEST} characters")
    try:
        _compile(text)
    except re2.error as error:
        reason = error.args[0].decode(errors="replace") if isinstance(error.args[0], bytes) else error
        raise BadRequestData(f"'{text}' is no regular expression (RE2 syntax): {reason}") from error
    return Pattern(text)


@lru_cache(maxsize=256)
def _compile(text: str) -> Any:
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MEMORY
    return re2.compile(text, options)
