"""Files to read: those of the sample region, and small ones made of rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from moyai.intake import importing, sample
from moyai.intake.datasets import evacuation_sites as sites
from moyai.intake.importing import Intake
from moyai.intake.region import Region
from moyai.intake.report import Finding

ARIDA = "302040"
HEADER = (sites.NAME, sites.TOWN, sites.ADDRESS, sites.LONGITUDE, sites.LATITUDE, "収容人数", "収容人数（一時）")
ROW = ("箕島公園", "有田市", "有田市箕島１-0", "135.1305", "34.0835", "100", "50")


@dataclass(frozen=True)
class Lists:
    by_town: Mapping[str, Intake]

    @property
    def findings(self) -> list[Finding]:
        return [finding for each in self.by_town.values() for finding in each.report.findings]

    @property
    def entities(self) -> list[dict[str, Any]]:
        return [entity for each in self.by_town.values() for own in each.tenants.values() for entity in own]

    def rows(self, rule: str) -> int:
        """How many rows a rule was applied to."""
        return len({(each.file, each.row) for each in self.findings if each.rule == rule})


def read_lists(region: Region) -> Lists:
    return Lists(
        {
            each.town: importing.read_file(each.content, each.name, each.dataset, region, each.town)
            for each in sample.index()
            if each.dataset == "evacuation-sites"
        }
    )


def carried(path: str) -> bytes:
    """A file of the sample region."""
    return files("moyai").joinpath("sample", "wakayama", *path.split("/")).read_bytes()


def table(*rows: Sequence[str], header: Sequence[str] = HEADER) -> bytes:
    """A CSV of these rows."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows((header, *rows))
    return buffer.getvalue().encode()


def row(**cells: str) -> tuple[str, ...]:
    """``ROW`` with other cells, by their number: ``row(_2="有田市港町1")``."""
    return tuple(cells.get(f"_{index}", cell) for index, cell in enumerate(ROW))


def read(content: bytes, region: Region, town: str | None = ARIDA, dataset: str = "evacuation-sites") -> Intake:
    return importing.read_file(content, "list.csv", dataset, region, town)


def entities(intake: Intake) -> list[dict[str, Any]]:
    return [entity for own in intake.tenants.values() for entity in own]


def lines_of(intake: Intake, rule: str) -> list[Finding]:
    return [each for each in intake.report.findings if each.rule == rule]


def ids(documents: Iterable[Mapping[str, Any]]) -> set[str]:
    return {str(each["id"]) for each in documents}
