"""The room's one public verb: a file of a dataset becomes entities for each town, and a report."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType, ModuleType
from typing import Any

from moyai.errors import BadRequestData
from moyai.intake import addresses, detect, identify, places
from moyai.intake.datasets import evacuation_sites, public_facilities, public_toilets
from moyai.intake.detect import Header
from moyai.intake.readers import delimited
from moyai.intake.region import Municipality, Region
from moyai.intake.report import Report
from moyai.intake.rows import Row

EntityDocument = dict[str, Any]
Progress = Callable[[int, int], None]
"""``(rows done, rows in all)``"""

DATASETS: Mapping[str, ModuleType] = MappingProxyType(
    {
        "evacuation-sites": evacuation_sites,
        "public-facilities": public_facilities,
        "public-toilets": public_toilets,
    }
)
"""Slug → the module that knows the dataset's columns and attributes."""


@dataclass(frozen=True)
class Intake:
    """What a file holds."""

    tenants: Mapping[str, tuple[EntityDocument, ...]]
    """Local government code → NGSI-LD entities in normalized form, terms of the core and default @context."""
    report: Report
    rows: Mapping[str, int]
    """Id of an entity → its row, as a spreadsheet numbers rows."""


@dataclass(frozen=True)
class _Placed:
    """A row with its town, name and address."""

    row: Row
    tenant: str
    town: Municipality | None
    name: str
    address: str


def read_file(
    content: bytes,
    file_name: str,
    dataset: str,
    region: Region,
    town: str | None = None,
    progress: Progress | None = None,
) -> Intake:
    """Read a file. The same bytes give the same entities.

    ``town``: the local government code of whom the whole file is; without it each record goes to the town of its
    address. Raises BadRequestData, in Japanese, for an unknown dataset or town, a file of another town, missing
    columns, and bytes that are no table.
    """
    module = _module(dataset)
    if town is not None and town not in region.by_code:
        raise BadRequestData(f"団体コード {town} の市町村は {region.prefecture.name} にありません。")
    report = Report(unicodedata.normalize("NFC", file_name))
    rows = _rows(content, module, report)
    if town is not None:
        _refuse_other_towns(rows, module, region, region.by_code[town])
    placed = []
    for index, row in enumerate(rows, 1):
        placed.append(_place(row, module, region, town))
        if progress and (index % 100 == 0 or index == len(rows)):
            progress(index, len(rows))
    report.rows = len(placed)
    identifiers = identify.assign(
        module.TYPE, [(each.tenant, each.name, each.address, each.row.attributes) for each in placed]
    )
    rows_of = {identifier: each.row.number for identifier, each in zip(identifiers, placed, strict=True)}
    tenants = _entities(placed, identifiers, module.TYPE)
    return Intake(MappingProxyType(tenants), report, MappingProxyType(rows_of))


def _module(dataset: str) -> ModuleType:
    if dataset not in DATASETS:
        raise BadRequestData(f"データセット「{dataset}」はありません。使えるのは {'、'.join(DATASETS)} です。")
    return DATASETS[dataset]


# ── rows ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _rows(content: bytes, module: ModuleType, report: Report) -> list[Row]:
    table = delimited.read(content)
    report.facts["文字コード"] = f"{table.encoding.name}（{table.encoding.evidence}）"
    report.facts["区切り文字"] = f"{table.delimiter.name}（{table.delimiter.evidence}）"
    if table.mended_quotes:
        report.facts["引用符"] = f"二重になっていた引用符を {table.mended_quotes} か所直した"
    labels = {detect.folded(label): name for label, name in module.LABELS.items()}
    beginning = table.rows[:30]
    numbers = [row.number for row in beginning]
    header = detect.header([row.cells for row in beginning], labels, numbers=numbers)
    report.facts["見出し行"] = header.evidence
    if title := " ".join(cell for row in table.rows[: header.first] for cell in row.cells if cell.strip()):
        report.facts["見出しの上"] = title
    names = _column_names(header, labels, module.REQUIRED, report, numbers[header.first])
    rows = table.rows[header.end :]
    if short := [row.number for row in rows if len(row.cells) < len(names)]:
        report.facts["足りないセル"] = f"見出しより短い行が {len(short):,} 行ある（はじめは {short[0]}行目）"
    return [_row(report, row.number, row.cells, names) for row in rows]


def _column_names(
    header: Header, labels: Mapping[str, str], required: Sequence[str], report: Report, number: int
) -> tuple[str, ...]:
    """The dataset's own name of each column, or the file's label where the dataset has none.

    Nothing for a column whose name an earlier one has: its cells are kept as cells without a label.
    """
    names = tuple(labels.get(detect.folded(label), label) for label in header.labels)
    missing = [label for label in required if label not in names]
    if missing:
        found = "、".join(label for label in header.labels if label)
        raise BadRequestData(f"必要な列（{'、'.join(missing)}）がありません。見つかった列: {found}")
    module_names = set(labels.values())
    unknown = [label for label in dict.fromkeys(names) if label and label not in module_names]
    for label in unknown:
        report.add("unknown-column", row=number, column=label)
    report.facts["列の対応"] = f"{sum(name in module_names for name in names)} 列を属性に対応させた"
    return tuple(_first_only(names, report, number))


def _first_only(names: Sequence[str], report: Report, number: int) -> Iterator[str]:
    seen: set[str] = set()
    for name in names:
        if name and name in seen:
            report.add("repeated-column", row=number, column=name)
        yield "" if name in seen else name
        seen.add(name)


def _row(report: Report, number: int, cells: Sequence[str], names: Sequence[str]) -> Row:
    """Cells without a label are surplus: those right of the header, and filled ones under an open column."""
    labelled = {name: cell for name, cell in zip(names, cells, strict=False) if name}
    unlabelled = [cell for name, cell in zip(names, cells, strict=False) if not name and cell.strip()]
    return Row(report, number, labelled, (*unlabelled, *cells[len(names) :]))


def _refuse_other_towns(rows: Sequence[Row], module: ModuleType, region: Region, given: Municipality) -> None:
    """A file of which most rows name another town is another town's; single rows are doubted one by one."""
    named = [(row, town) for row in rows if (town := module.named_town(row, region)) is not None]
    others = [(row, town) for row, town in named if town is not given]
    if len(others) * 2 > len(named):
        row, town = others[0]
        raise BadRequestData(
            f"{row.number}行目は{town.name}の記録で、{given.name}（{given.code}）のものではありません"
            f"（市町村の分かる {len(named):,} 行のうち {len(others):,} 行が{given.name}以外）。"
            "団体コードかファイルが違います。何も取り込んでいません。県全体のファイルなら団体コードを指定しないでください。"
        )


def _place(row: Row, module: ModuleType, region: Region, given: str | None) -> _Placed:
    """The row as a record. A row of a file is never dropped: one without name and address is reported, and kept."""
    town: Municipality | None = module.town_of(row, region, given)
    name, address = module.place(row)
    if not name and not address:
        row.say("empty-row")
    elif name == "削除" and not address:
        row.say("marked-deleted", before=name, after=name)
    for attribute, text in (("name", name), ("fullAddress", address)):
        if text:
            row.put(attribute, text)
    _put_town(row, region, town, address)
    module.fill(row, town, region)
    row.keep_surplus()
    tenant = town.code if town else region.prefecture.code
    return _Placed(row, tenant, town, name, address)


def _put_town(row: Row, region: Region, town: Municipality | None, address: str) -> None:
    """Whose record it is, and where it is: a town's shelter may stand in another town, or another prefecture."""
    whose = town.code if town else region.prefecture.code
    row.put("localGovernmentCode", whose)
    row.put("localGovernmentName", region.prefecture.name + (town.county + town.name if town else ""))
    elsewhere = places.other_prefecture(address, region)
    row.put("prefecture", elsewhere or region.prefecture.name)
    located = None if elsewhere else region.of_address(address) or town
    if located is not None:
        row.put("locatedLocalGovernmentCode", located.code)
        row.put("city", located.county + located.name)
        parts = addresses.parts(address, (region.prefecture.name, located.county, located.name))
        if parts is not None:
            row.put("streetAddress", parts.street)
            row.put("cityBlock", parts.block)


# ── entities ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _entities(
    placed: Sequence[_Placed], identifiers: Sequence[str], entity_type: str
) -> dict[str, tuple[EntityDocument, ...]]:
    _doubt_duplicates(placed)
    by_tenant: dict[str, list[EntityDocument]] = defaultdict(list)
    for each, identifier in zip(placed, identifiers, strict=True):
        by_tenant[each.tenant].append({"id": identifier, "type": entity_type, **each.row.attributes})
        each.row.report.findings.extend(
            replace(finding, tenant=each.tenant, entity=identifier) for finding in each.row.findings
        )
    return {tenant: tuple(by_tenant[tenant]) for tenant in sorted(by_tenant)}


def _doubt_duplicates(placed: Sequence[_Placed]) -> None:
    """Every row after the first of a place is doubted; one that is equal in full by its own rule."""
    places: dict[tuple[str, str], int] = {}
    rows: dict[tuple[object, ...], int] = {}
    for each in placed:
        place = (each.tenant, identify.key(each.tenant, each.name, each.address))
        whole = (each.tenant, *each.row.raw.values(), *each.row.surplus)
        if whole in rows:
            each.row.say("duplicate-row", message=f"{rows[whole]}行目とすべての列が同じです。")
        if place in places:
            each.row.say("duplicate-place", message=f"{places[place]}行目と名称・住所が同じです。")
        places.setdefault(place, each.row.number)
        rows.setdefault(whole, each.row.number)
