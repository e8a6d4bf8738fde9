"""A file, read by the intake: what each town gets of it, and the report. The one place that calls the intake."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from moyai.errors import BadRequestData
from moyai.intake import importing, report
from moyai.intake.report import Report
from moyai.intake.rules import RULES, Severity
from moyai.office.base.broker import EntityDocument
from moyai.office.datasets import files, rules
from moyai.office.datasets.models import DatasetKind, DatasetVersion, Finding
from moyai.office.region import queries as region


@dataclass(frozen=True)
class Share:
    """What one town gets of a file."""

    entities: Sequence[EntityDocument] = ()
    findings: Sequence[report.Finding] = ()
    rows: int = 0

    def severities(self) -> tuple[int, int, int]:
        """How many errors, doubts and repairs."""
        count = Counter(finding.severity for finding in self.findings)
        return count[Severity.ERROR], count[Severity.DOUBT], count[Severity.REPAIR]


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
    served = region.region()
    if town and town not in served.by_code:
        raise BadRequestData("取り込めるのは市町村のデータです。この団体のファイルは取り込めません。")
    intake = importing.read_file(content, file_name, kind.value, served, town)
    tenants = dict.fromkeys([town] if town else intake.tenants)
    findings = _by_tenant(intake.report, tenants)
    shares = {
        tenant: Share(intake.tenants.get(tenant, ()), findings[tenant], len(intake.tenants.get(tenant, ())))
        for tenant in tenants
    }
    return Reading(shares, intake.report, covers_region=town is None, facts=intake.report.facts)


def _by_tenant(whole: Report, tenants: Iterable[str]) -> dict[str, list[report.Finding]]:
    """Each town's findings; what is said of the file as a whole is said to each."""
    found: dict[str, list[report.Finding]] = {tenant: [] for tenant in tenants}
    for finding in whole.findings:
        for tenant in [finding.tenant] if finding.tenant in found else found:
            found[tenant].append(finding)
    return found


def again(version: DatasetVersion) -> Reading:
    """A version's file, read once more from what was kept."""
    dataset = version.dataset
    town = None if version.covers_region else dataset.tenant
    content = files.read(version.file_sha256)
    return read(rules.kind_of(dataset.kind), content, version.file_name, town=town)


def rule_label(rule: str) -> str:
    """What a rule of the report is called on screen; its name where this program does not know it any more."""
    return RULES[rule].title if rule in RULES else rule


def report_of(version: DatasetVersion, rows: Iterable[Finding]) -> Report:
    """A version's report as the intake wrote it."""
    tenant = version.dataset.tenant
    findings = [
        report.Finding(
            file=version.file_name,
            row=row.row,
            column=row.column,
            before=row.before,
            after=row.after,
            rule=row.rule,
            message=row.message,
            sheet=row.sheet,
            tenant=tenant,
            entity=row.entity,
        )
        for row in rows
        if row.rule in RULES
    ]
    return Report(version.file_name, version.rows, version.facts, findings)


def description(kind: DatasetKind, organisation: str) -> str:
    """What a new dataset says of itself until someone writes it better."""
    return f"{organisation}の{kind.label}の一覧です。"
