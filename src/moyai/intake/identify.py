"""Identifiers for records that have none.

The key of a record is made from its town, name and address, each folded (``cells.folded``): full width or half, a
space more or a dash of another kind makes no other place. Records that are equal in all three are told apart by an
ordinal, given in the order of their location and then of their whole content, and not of their rows: a file sorted
anew keeps every identifier, and so does a record of which anything but the location is edited. Of places that are
equal in everything, one stands for the other.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from moyai.intake import cells

_LENGTH = 16
"""Characters of base32: 80 bits."""


def key(town: str, name: str, address: str) -> str:
    """The same for the same place, whatever its spelling's width, spaces and dashes."""
    text = "\n".join((town, cells.folded(name), cells.folded(address)))
    digest = hashlib.sha256(text.encode()).digest()
    return base64.b32encode(digest).decode().lower()[:_LENGTH]


def assign(entity_type: str, records: Sequence[tuple[str, str, str, Mapping[str, Any]]]) -> list[str]:
    """An identifier for each ``(town, name, address, content)``, in their order."""
    alike: dict[tuple[str, str], list[int]] = defaultdict(list)
    for index, (town, name, address, _) in enumerate(records):
        alike[town, key(town, name, address)].append(index)
    identifiers = [""] * len(records)
    for (town, place), indexes in alike.items():
        ordered = sorted(indexes, key=lambda index: _content(records[index][3]))
        for ordinal, index in enumerate(ordered, 1):
            suffix = "" if ordinal == 1 else f"-{ordinal}"
            identifiers[index] = f"urn:ngsi-ld:{entity_type}:{town}:{place}{suffix}"
    return identifiers


def _content(content: Mapping[str, Any]) -> str:
    return json.dumps([content.get("location"), content], ensure_ascii=False, sort_keys=True)
