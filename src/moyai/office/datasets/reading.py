"""A file, read by the intake: what each town gets of it, and the report. The one place that calls the intake."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from moyai.office.base.broker import EntityDocument
from moyai.office.datasets import files, rules
from moyai.office.datasets.models import DatasetKind, DatasetVersion, Severity

if TYPE_CHECKING:
    from moyai.intake.report import Report


@dataclass(frozen=True)
class Line:
    """One repair or doubt, in this app's words."""

    row: int | None
    column: str
    before: str
    after: str
    rule: str
    severity: Severity
    message: str
    entity: str = ""


@dataclass(frozen=True)
class Share:
    """What one town gets of a file."""

    entities: Sequence[EntityDocument] = ()
    lines: Sequence[Line] = ()
    rows: int = 0

    def severities(self) -> tuple[int, int, int]:
        """How many errors, warnings and repairs."""
        count = Counter(line.severity for line in self.lines)
        return count[Severity.ERROR], count[Severity.WARNING], count[Severity.INFO]


@dataclass(frozen=True)
class Reading:
    shares: Mapping[str, Share]
    report: Report
    covers_region: bool
    facts: dict[str, str] = field(default_factory=dict)
    """What was decided about the file as a whole, each with its name on screen."""

    @property
    def tenants(self) -> list[str]:
        """In 団体コード order."""
        return sorted(self.shares)

    def share(self, tenant: str) -> Share:
        return self.shares.get(tenant, Share())


def read(kind: DatasetKind, content: bytes, file_name: str, *, town: str | None) -> Reading:
    """The file's records by town. Raises BadRequestData that says what cannot be read, and where."""
    raise NotImplementedError


def again(version: DatasetVersion) -> Reading:
    """A version's file, read once more from what was kept."""
    dataset = version.dataset
    town = None if version.covers_region else dataset.tenant
    content = files.read(version.file_sha256)
    return read(rules.kind_of(dataset.kind), content, version.file_name, town=town)


def rule_label(rule: str) -> str:
    """What a rule of the report is called on screen."""
    return rule


def description(kind: DatasetKind, organisation: str) -> str:
    """What a new dataset says of itself until someone writes it better."""
    return f"{organisation}の{kind.label}の一覧です。"
