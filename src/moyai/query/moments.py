"""Moments as text whose order is the order of time.

A DateTime becomes UTC with microseconds, ``2026-11-23T09:00:00.000000``; a Date stays ``2026-11-23`` and so sorts
before every DateTime of its day; a Time becomes ``T09:00:00.000000``, after all dates and comparable with times alone.
"""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime

_CLOCK = r"\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:\d\d)?"
_DATE_TIME = re.compile(rf"\d{{4}}-\d\d-\d\dT{_CLOCK}", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_TIME = re.compile(_CLOCK, re.ASCII)
TIMES = "T"
"""Every time of day sorts at or after this, every date before it."""


def of(text: str) -> str | None:
    """The moment a text means, UTC where it names no zone; ``None`` where it means none."""
    if not 5 <= len(text) <= 40 or not text[0].isdigit():
        return None
    if _DATE_TIME.fullmatch(text):
        return _date_time(text)
    if _DATE.fullmatch(text):
        return text if _date_time(text) else None
    if _TIME.fullmatch(text):
        moment = _date_time(f"2000-01-02T{text}")
        return moment and moment[10:]
    return None


def instant(text: str) -> str:
    """The moment of a DateTime; raises ValueError for any other text."""
    found = of(text)
    if found is None or len(found) != 26:
        raise ValueError(f"'{text}' is no DateTime")
    return found


def now() -> str:
    return _as_text(datetime.fromtimestamp(time.time(), UTC))


def _date_time(text: str) -> str | None:
    try:
        found = datetime.fromisoformat(text)
        return _as_text(found.astimezone(UTC) if found.tzinfo else found)
    except (ValueError, OverflowError):
        return None


def _as_text(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat(timespec="microseconds")
