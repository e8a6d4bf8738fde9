"""Parts of an address, told apart only where there is one way to read it."""

from __future__ import annotations

import re
from dataclasses import dataclass

_LOT = re.compile(
    r"(?P<street>[^0-9]*?[^0-9\s字](?:[0-9]{1,2}丁目)?)\s*"
    r"(?P<block>(?P<first>[1-9][0-9]{0,4})(?P<more>(?:-[0-9]{1,5})*)(?:番地?)?)"
)
_NO_DISTRICT = 100
"""No town has as many 丁目: a number from here on is a lot's."""


@dataclass(frozen=True)
class Parts:
    street: str
    """所在地_町字: 箕島, 大字里, 湊通り丁北1丁目."""
    block: str
    """所在地_番地以下: 50, 1052-13, 3番地."""


def parts(address: str, beginnings: tuple[str, ...]) -> Parts | None:
    """What follows the municipality, or ``None`` where it may be read in more than one way.

    ``beginnings``: prefecture, county and municipality, each of which may be left out but the last. 「太田1-13」 may be
    lot 1-13 or lot 13 of 太田一丁目: it is not taken apart, and neither is an address that goes on after its lot.
    """
    *before, last = map(re.escape, beginnings)
    start = "".join(rf"(?:{each})?\s*" for each in before) + rf"{last}\s*"
    found = re.fullmatch(start + _LOT.pattern, address)
    if found is None:
        return None
    is_lot = found["street"].endswith("丁目") or not found["more"] or int(found["first"]) >= _NO_DISTRICT
    return Parts(found["street"], found["block"]) if is_lot else None
