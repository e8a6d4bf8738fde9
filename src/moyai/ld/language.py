"""Which of several languages a reader gets. Source: ETSI GS CIM 009 V1.9.1, clause 4.15; RFC 4647, RFC 5646."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

ANY = "*"


def best(texts: Mapping[str, Any], wanted: str) -> str:
    """The tag among those of a languageMap that serves best.

    ``wanted``: a list in the manner of Accept-Language, ``ja, en;q=0.8``. Each range is looked up as itself, then
    shortened (``nl-BE`` by ``nl``), then as the beginning of a longer tag (``en`` by ``en-US``). Where none is there,
    ``@none``, else the first.
    """
    known = {tag.lower(): tag for tag in texts}
    for language in _ranges(wanted):
        found = _look_up(language, known)
        if found is not None:
            return found
    return "@none" if "@none" in texts else next(iter(texts))


def _look_up(language: str, known: Mapping[str, str]) -> str | None:
    if language == ANY:
        return next(iter(known.values()), None)
    shortened = language
    while shortened:
        if shortened in known:
            return known[shortened]
        shortened = shortened.rpartition("-")[0]
    return next((tag for lower, tag in known.items() if lower.startswith(f"{language}-")), None)


@lru_cache(maxsize=256)
def _ranges(wanted: str) -> tuple[str, ...]:
    """Language ranges in lower case, the best first; those of weight 0 left out."""
    weighted = [_weighted(part) for part in wanted.split(",") if part.strip()]
    ordered = sorted((each for each in weighted if each[1] > 0), key=lambda each: -each[1])
    return tuple(language for language, _ in ordered)


def _weighted(part: str) -> tuple[str, float]:
    language, _, parameter = part.partition(";")
    name, _, value = parameter.partition("=")
    try:
        weight = float(value) if name.strip() == "q" else 1.0
    except ValueError:
        weight = 1.0
    return language.strip().lower(), weight
