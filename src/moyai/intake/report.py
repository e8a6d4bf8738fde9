"""The report of an import: what was decided, what was mended, what is doubtful; each with its place."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import asdict, dataclass, field

import msgspec

from moyai.intake.rules import BY_TITLE, RULES, Severity

COLUMNS = ("file", "sheet", "row", "column", "before", "after", "rule", "severity", "message")


@dataclass(frozen=True)
class Finding:
    """One repair, doubt, error or fact."""

    file: str
    row: int | None
    """As a spreadsheet numbers rows: from 1, the header's included; ``None``: the whole file."""
    column: str
    before: str
    after: str
    rule: str
    message: str
    sheet: str = ""
    tenant: str = ""
    """Whose record it is about: a local government code."""
    entity: str = ""
    """The record's id."""

    @property
    def severity(self) -> Severity:
        return RULES[self.rule].severity


@dataclass
class Report:
    """Lines in the order of the file."""

    file: str
    rows: int = 0
    """Records in the file."""
    facts: dict[str, str] = field(default_factory=dict)
    """What was decided about the file as a whole, by the title of its rule: 文字コード, 見出し行 …"""
    findings: list[Finding] = field(default_factory=list)

    def add(self, rule: str, *, row: int | None = None, column: str = "", before: str = "", after: str = "") -> Finding:
        return self.put(Finding(self.file, row, column, before, after, rule, RULES[rule].title))

    def put(self, finding: Finding) -> Finding:
        self.findings.append(finding)
        return finding

    def count(self, rule: str) -> int:
        return sum(finding.rule == rule for finding in self.findings)

    def severities(self) -> Counter[Severity]:
        return Counter(finding.severity for finding in self.findings)

    def summary(self) -> list[str]:
        """Japanese lines for people."""
        facts = [f"{name}: {value}" for name, value in self.facts.items()]
        counts = Counter(finding.rule for finding in self.findings if finding.row is not None)
        return [*facts, f"記録: {self.rows:,} 件"] + [
            f"{RULES[rule].title}: {count:,} 件（{_SEVERITY_NAMES[RULES[rule].severity]}）"
            for rule, count in counts.most_common()
        ]

    def as_csv(self) -> bytes:
        """UTF-8 with BOM, so that a spreadsheet reads it; cells that it would take for formulas begin with ``'``."""
        buffer = io.StringIO(newline="")
        writer = csv.writer(buffer)
        writer.writerow(COLUMNS)
        for finding in (*self._decisions(), *self.findings):
            row = _as_row(finding)
            writer.writerow([_harmless(str(row[name] if row[name] is not None else "")) for name in COLUMNS])
        return buffer.getvalue().encode("utf-8-sig")

    def _decisions(self) -> list[Finding]:
        """The facts as lines, those that have a rule."""
        return [
            Finding(self.file, None, "", "", value, BY_TITLE[name].name, name)
            for name, value in self.facts.items()
            if name in BY_TITLE
        ]

    def as_json(self) -> bytes:
        document = {
            "file": self.file,
            "rows": self.rows,
            "facts": self.facts,
            "counts": Counter(finding.rule for finding in self.findings),
            "findings": [_as_row(finding) for finding in self.findings],
        }
        return msgspec.json.format(msgspec.json.encode(document), indent=1)


_SEVERITY_NAMES = {
    Severity.ERROR: "誤り",
    Severity.DOUBT: "疑い",
    Severity.REPAIR: "修正",
    Severity.INFO: "情報",
}


def _as_row(finding: Finding) -> dict[str, object]:
    return {**asdict(finding), "severity": str(finding.severity)}


_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a formula begins with; a Japanese spreadsheet takes full width for half."""


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA_SIGNS) else text
