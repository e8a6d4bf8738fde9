"""Decisions about datasets: which state follows which, what may be public, what a figure is. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from moyai.errors import BadRequestData
from moyai.office.datasets.models import DatasetKind, DatasetState, VersionState

FOLLOWS: Mapping[VersionState, frozenset[VersionState]] = {
    VersionState.READING: frozenset({VersionState.PREVIEWED, VersionState.FAILED}),
    VersionState.PREVIEWED: frozenset({VersionState.ACCEPTING, VersionState.REJECTED}),
    VersionState.ACCEPTING: frozenset({VersionState.ACCEPTED, VersionState.FAILED}),
    VersionState.ACCEPTED: frozenset(),
    VersionState.REJECTED: frozenset(),
    VersionState.FAILED: frozenset(),
}

ENTITY_TYPES: Mapping[DatasetKind, str] = {
    DatasetKind.EVACUATION_SITES: "EvacuationSite",
    DatasetKind.PUBLIC_FACILITIES: "PublicFacility",
    DatasetKind.PUBLIC_TOILETS: "PublicToilet",
}

ADDRESS = "fullAddress"
"""The attribute that holds an address as people write it (所在地_連結表記)."""


def check_step(now: str, then: VersionState) -> None:
    """Raises BadRequestData where that state cannot follow this one."""
    if then not in FOLLOWS[VersionState(now)]:
        label = VersionState(now).label
        raise BadRequestData(f"この版は「{label}」のため、この操作はできません。ページを開き直して確かめてください。")


def check_publishable(*, state: str, is_sample: bool, licence: str) -> None:
    """Raises BadRequestData that says what stands against publishing."""
    if is_sample:
        raise BadRequestData("見本のデータは、オープンデータとして公開できません。")
    if state == DatasetState.DRAFT:
        raise BadRequestData("まだ反映した版がありません。ファイルを取り込んでから公開してください。")
    if not licence:
        raise BadRequestData("ライセンスを決めてから公開してください。")


def kind_of(slug: str) -> DatasetKind:
    """The kind of dataset of that name. Raises BadRequestData with the names there are."""
    if slug not in DatasetKind.values:
        raise BadRequestData(
            f"「{slug}」というデータセットの種類はありません。次のどれかです: {', '.join(DatasetKind.values)}"
        )
    return DatasetKind(slug)


def share(part: int | None, whole: int | None) -> float | None:
    """Per cent, or ``None`` where there is nothing to divide."""
    return None if part is None or not whole else 100 * part / whole


def per_thousand(count: int | None, population: int | None) -> float | None:
    return None if count is None or not population else 1000 * count / population


def search_q(text: str) -> str:
    """The NGSI-LD ``q`` for records whose name or address holds every word; empty for no words."""
    return ";".join(f"(name~={pattern}|{ADDRESS}~={pattern})" for pattern in map(_quoted_pattern, text.split()))


def page_number(asked: str) -> int:
    """The number of a page as an address gives it; 1 for what is no number."""
    return max(1, int(asked)) if asked.isascii() and asked.isdigit() and len(asked) < 9 else 1


def _quoted_pattern(word: str) -> str:
    pattern = re.escape(word).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{pattern}"'


def download_name(place: str, title: str, at: datetime | None, ending: str) -> str:
    """What and when: ``有田市_避難所・避難場所_20261123.csv``."""
    date = at.strftime("_%Y%m%d") if at else ""
    name = f"{place}_{title}{date}{ending}"
    return "".join("_" if letter in '\\/:*?"<>|' or ord(letter) < 32 else letter for letter in name)
