"""公衆トイレ一覧: public toilets, in the three layouts in which the list has been published.

Attribute names are those of デジタル庁's model 公衆トイレ wherever it has one. Its totals are sums of the columns of a
layout; a total is put only where a column that belongs to it holds a number. The lists have no coordinates.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from moyai.intake import places
from moyai.intake.region import Municipality, Region
from moyai.intake.rows import Row

TYPE = "PublicToilet"
TITLE = "公衆トイレ一覧"

NAME = "名称"
TOWN = "市町村名"
ADDRESS = "住所"
_HOURS = "利用時間"

_SAME = (NAME, TOWN, ADDRESS, _HOURS)
_OTHER_NAMES = {
    "トイレ名": NAME,
    "利用可能時間": _HOURS,
    "Ｎｏ": "番号",
    "№": "番号",
    "一般トイレ設備内容/備考": "特記事項",
}

_MALE_URINALS = ("便器数/男性用/小", "一般トイレ設備内容/男性用トイレ/小便器")
_MALE = (
    "便器数/男性用/洋",
    "便器数/男性用/和",
    *_MALE_URINALS,
    "一般トイレ設備内容/男性用トイレ/洋式",
    "一般トイレ設備内容/男性用トイレ/和式",
)
_FEMALE_WESTERN = ("便器数/女性用/洋", "一般トイレ設備内容/女性用トイレ/洋式")
_FEMALE_JAPANESE = ("便器数/女性用/和", "一般トイレ設備内容/女性用トイレ/和式")
_UNISEX = ("便器数/兼用/洋", "便器数/兼用/和")
_MULTIPURPOSE = ("多目的トイレ設備内容/洋式",)

_TOTALS = {
    "totalMaleToilet": _MALE,
    "urinalMaleToilet": _MALE_URINALS,
    "totalFemaleToilet": (*_FEMALE_WESTERN, *_FEMALE_JAPANESE),
    "westernStyleFemaleToilet": _FEMALE_WESTERN,
    "japaneseStyleFemaleToilet": _FEMALE_JAPANESE,
    "totalUnisexToilet": _UNISEX,
    "numberOfMultipurposeToilet": _MULTIPURPOSE,
}
_PRESENT = {
    "multipurposeToilet": (
        "多目的（障害者用）トイレ/手すり",
        "多目的（障害者用）トイレ/段差解消",
        "多目的（障害者用）トイレ/非常ボタン",
        "多目的（障害者用）トイレ/ドア形態",
        "多目的トイレ設備内容/洋式",
        "多目的トイレ設備内容/表示アイコン/多",
    ),
    "toiletForOstomates": (
        "多目的（障害者用）トイレ/オストメイト",
        "多目的トイレ設備内容/表示アイコン/オ",
        "多目的トイレ設備内容/オストメイト",
    ),
    "babyCareToilet": (
        "設備/乳幼児イス",
        "設備/乳幼児ベッド",
        "多目的トイレ設備内容/表示アイコン/ベ",
        "多目的トイレ設備内容/ベビーベッド",
        "多目的トイレ設備内容/ベビーチェア",
        "一般トイレ設備内容/男性用トイレ/ベビーベッド",
        "一般トイレ設備内容/男性用トイレ/ベビーチェア",
        "一般トイレ設備内容/女性用トイレ/ベビーベッド",
        "一般トイレ設備内容/女性用トイレ/ベビーチェア",
    ),
}
_TEXTS = {
    _HOURS: "dateTimeRemarks",
    "形式": "flushType",
    "近隣の観光スポット": "nearbySights",
    "特記事項": "remarks",
    "駐車場台数/一般": "parkingSpaces",
    "駐車場台数/障害者用": "accessibleParkingSpaces",
    "駐車場/障害者": "accessibleParkingSpaces",
}
_BRACKETED = re.compile(r"(\d+)\s*[（(][^（）()]*[）)]")
_ALL_DAY = frozenset({"終日", "24時間", "24h"})

_KNOWN = (
    *_SAME,
    *(column for columns in (*_TOTALS.values(), *_PRESENT.values()) for column in columns),
    *_TEXTS,
)
LABELS: Mapping[str, str] = {**{label: label for label in _KNOWN}, **_OTHER_NAMES}
REQUIRED: Sequence[str] = (NAME, ADDRESS)


def named_town(row: Row, region: Region) -> Municipality | None:
    return places.named(row, region, ADDRESS, TOWN)


def town_of(row: Row, region: Region, given: str | None) -> Municipality | None:
    return places.by_address(row, region, given, address=ADDRESS, said=TOWN)


def place(row: Row) -> tuple[str, str]:
    return row.cell(NAME), row.cell(ADDRESS)


def fill(row: Row, town: Municipality | None, region: Region) -> None:
    for column, name in _TEXTS.items():
        row.text(name, column)
    for name, columns in _TOTALS.items():
        numbers = [number for column in columns if (number := _count(row, column)) is not None]
        if numbers:
            row.put(name, sum(numbers), "C62")
    for name, columns in _PRESENT.items():
        if any(row.cell(column) not in ("", "×", "無") for column in columns):
            row.put(name, "あり")
    if row.cell(_HOURS).casefold() in _ALL_DAY:
        row.put("fullTimeAvailable", "可")


def _count(row: Row, column: str) -> float | int | None:
    """How many; of 「3(1)」, where the lists do not say what the bracket counts, the number before it."""
    bracketed = _BRACKETED.fullmatch(row.cell(column))
    if bracketed is None:
        return row.number_of(column)
    row.say_once("bracketed-number", column, row.cell(column), bracketed[1])
    return int(bracketed[1])
