"""The sample region's real files, as the tests of the intake read them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

from moyai.intake import importing, sample
from moyai.intake.importing import Intake
from moyai.intake.report import Finding

REGION = sample.region()
SITES = "evacuation-sites"


def content(path: str) -> bytes:
    """A file below the sample's folder."""
    return files("moyai").joinpath("sample", "wakayama", *path.split("/")).read_bytes()


def read(path: str, dataset: str, town: str | None = None) -> Intake:
    return importing.read_file(content(path), path.rpartition("/")[2], dataset, REGION, town)


@cache
def lists() -> dict[str, Intake]:
    """The thirty evacuation lists by town."""
    return {file.town: read(file.path, SITES, file.town) for file in sample.index() if file.dataset == SITES}


def entities() -> Iterator[dict[str, Any]]:
    """Every evacuation site of the thirty lists."""
    for town, intake in lists().items():
        yield from intake.tenants[town]


def found(rule: str) -> list[Finding]:
    """What the rule has found in the thirty lists."""
    return [finding for intake in lists().values() for finding in intake.report.findings if finding.rule == rule]


def rows_with(rule: str) -> set[tuple[str, int | None]]:
    """File and row of whatever the rule has found in the thirty lists."""
    return {(finding.file, finding.row) for finding in found(rule)}


def value(entity: dict[str, Any], name: str) -> Any:
    return entity[name]["value"] if name in entity else None
