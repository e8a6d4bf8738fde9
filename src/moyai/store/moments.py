"""Moments as text whose order is the order of time.

A DateTime becomes UTC with microseconds, ``2026-11-23T09:00:00.000000``; a Date stays ``2026-11-23`` and so sorts
before every DateTime of its day; a Time becomes ``T09:00:00.000000``, after all dates and comparable with times alone.
"""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime

_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:\d\d)", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_TIME = re.compile(r"(\d\d:\d\d:\d\d)(?:[.,](\d+))?Z", re.ASCII)
TIMES = "T"
"""Every time of day sorts at or after this, every date before it."""


def of(text: str) -> str | None:
    """The moment a text means; ``None`` where it means none."""
    if not 9 <= len(text) <= 40 or not text[0].isdigit():
        return None
    if _DATE_TIME.fullmatch(text):
        return _date_time(text)
    if _DATE.fullmatch(text):
        return text if _is_valid(text) else None
    matched = _TIME.fullmatch(text)
    if matched and _is_valid(f"2000-01-01T{matched[1]}"):
        return f"T{matched[1]}.{(matched[2] or '')[:6]:0<6}"
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
        return _as_text(datetime.fromisoformat(text).astimezone(UTC))
    except (ValueError, OverflowError):
        return None


def _as_text(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat(timespec="microseconds")


def _is_valid(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True
