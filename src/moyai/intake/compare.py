"""Two states of the same data, told apart: an import against what is there, a combined file against its parts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from moyai.intake.importing import Intake
from moyai.intake.report import Finding, Report

EntityDocument = Mapping[str, Any]


@dataclass(frozen=True)
class Changed:
    id: str
    attributes: tuple[str, ...]
    """Names of those that were added, changed or removed."""


@dataclass(frozen=True)
class Difference:
    added: tuple[str, ...]
    changed: tuple[Changed, ...]
    removed: tuple[str, ...]
    unchanged: int


def difference(current: Iterable[EntityDocument], new: Iterable[EntityDocument]) -> Difference:
    """From one set of entities to another, by id."""
    before = {str(each["id"]): each for each in current}
    after = {str(each["id"]): each for each in new}
    changed = [
        Changed(each, names) for each in after if each in before and (names := _differing(before[each], after[each]))
    ]
    return Difference(
        added=tuple(each for each in after if each not in before),
        changed=tuple(changed),
        removed=tuple(each for each in before if each not in after),
        unchanged=sum(each in before for each in after) - len(changed),
    )


def _differing(before: EntityDocument, after: EntityDocument) -> tuple[str, ...]:
    names = dict.fromkeys((*before, *after))
    return tuple(name for name in names if before.get(name) != after.get(name))


def combined(parts: Sequence[Intake], whole: Intake) -> Report:
    """What a combined file lacks of its parts, by name within each town; one line for each missing record."""
    report = Report(whole.report.file, rows=whole.report.rows)
    left = Counter((tenant, _name(entity)) for tenant, entity in _records(whole))
    for part in parts:
        for tenant, entity in _records(part):
            name = _name(entity)
            if left[tenant, name]:
                left[tenant, name] -= 1
                continue
            where = f"{part.report.file} {part.rows[str(entity['id'])]}行目"
            message = f"{where}の「{name or '（名称なし）'}」が統合ファイルにありません。"
            report.put(Finding(report.file, None, "", name, "", "combined-file-short", message, tenant=tenant))
    total = sum(part.report.rows for part in parts)
    report.facts["件数"] = f"市町村のファイルの合計 {total:,} 件、統合ファイル {whole.report.rows:,} 件"
    return report


def _records(intake: Intake) -> Iterable[tuple[str, EntityDocument]]:
    for tenant, entities in intake.tenants.items():
        for entity in entities:
            yield tenant, entity


def _name(entity: EntityDocument) -> str:
    return str(entity.get("name", {}).get("value", ""))
