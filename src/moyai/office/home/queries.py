"""Reads that put together what the other apps know of a town."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from moyai.office.datasets import rules
from moyai.office.datasets.models import TownFigure
from moyai.office.region import queries as region
from moyai.office.region.models import Municipality


@dataclass(frozen=True)
class Figures:
    """Counts of a town, or of several; ``None`` where nothing is known."""

    population: int | None = None
    area: float | None = None
    sites: int | None = None
    located: int | None = None
    capacity_unknown: int | None = None

    @property
    def sites_per_thousand(self) -> float | None:
        return rules.per_thousand(self.sites, self.population)

    @property
    def located_share(self) -> float | None:
        return rules.share(self.located, self.sites)

    @property
    def capacity_unknown_share(self) -> float | None:
        return rules.share(self.capacity_unknown, self.sites)


@dataclass(frozen=True)
class TownRow:
    town: Municipality
    figures: Figures


def figures(town: Municipality, counted: TownFigure | None) -> Figures:
    if counted is None:
        return Figures(town.population, town.area)
    return Figures(town.population, town.area, counted.evacuation_sites, counted.located, counted.capacity_unknown)


def rows(bureau: str = "") -> list[TownRow]:
    """Every town, or those of a bureau, in 団体コード order."""
    towns = region.municipalities().select_related("figure")
    if bureau:
        towns = towns.filter(bureau__name=bureau)
    return [TownRow(town, figures(town, getattr(town, "figure", None))) for town in towns]


def total(of: Iterable[TownRow]) -> Figures:
    """All of them together; what is known of some only is the sum of those."""
    every = [row.figures for row in of]

    def summed(name: str) -> int | None:
        known = [value for each in every if (value := getattr(each, name)) is not None]
        return sum(known) if known else None

    area = sum(each.area or 0 for each in every)
    return Figures(summed("population"), area, summed("sites"), summed("located"), summed("capacity_unknown"))


SORTS: Mapping[str, Callable[[TownRow], Any]] = {
    "code": lambda row: row.town.code,
    "name": lambda row: row.town.kana,
    "bureau": lambda row: (row.town.bureau.position if row.town.bureau else -1, row.town.code),
    "population": lambda row: row.figures.population,
    "sites": lambda row: row.figures.sites,
    "sites-per-thousand": lambda row: row.figures.sites_per_thousand,
    "located": lambda row: row.figures.located_share,
    "capacity-unknown": lambda row: row.figures.capacity_unknown_share,
}


def in_order(of: Sequence[TownRow], sort: str) -> list[TownRow]:
    """Sorted by the name of a column, downwards with a leading ``-``; what is unknown comes last either way."""
    key = SORTS.get(sort.removeprefix("-"), SORTS["code"])
    known = [row for row in of if key(row) is not None]
    unknown = [row for row in of if key(row) is None]
    return [*sorted(known, key=key, reverse=sort.startswith("-")), *unknown]
