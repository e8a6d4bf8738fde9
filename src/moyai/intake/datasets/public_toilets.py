"""公衆トイレ一覧: public toilets, in the three layouts in which the list has been published.

Attribute names are those of デジタル庁's model 公衆トイレ wherever it has one, and ours, described in
docs/reference/public-toilet.md, for the rest. The model's totals are sums of the columns of a layout; a total is put
only where a column that belongs to it holds a number and none holds what cannot be counted. The lists have no
coordinates.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from moyai.intake import cells, places
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
_COUNTS = {
    "便器数/子供用/大": "childToilet",
    "便器数/子供用/小": "urinalChildToilet",
    "便器数/うちｳｫｼｭﾚｯﾄ": "bidetToilet",
    "一般トイレ設備内容/女性用トイレ/小便器": "urinalFemaleToilet",
}
_MARKS = {
    "多目的（障害者用）トイレ/手すり": "multipurposeToiletHandrail",
    "多目的（障害者用）トイレ/段差解消": "multipurposeToiletStepFree",
    "多目的（障害者用）トイレ/非常ボタン": "multipurposeToiletEmergencyButton",
    "多目的（障害者用）トイレ/ｳｫｼｭﾚｯﾄ": "multipurposeToiletBidet",
    "多目的（障害者用）トイレ/介護ベッド": "multipurposeToiletCareBed",
    "設備/温風乾燥機": "handDryer",
    "設備/休憩スペース": "restSpace",
    "設備/荷物台・棚": "luggageShelf",
    "設備/フック": "hook",
    "設備/乳幼児イス": "babyChair",
    "設備/乳幼児ベッド": "babyBed",
}
_TEXTS = {
    _HOURS: "dateTimeRemarks",
    "形式": "flushType",
    "近隣の観光スポット": "nearbySights",
    "特記事項": "remarks",
    "駐車場台数/一般": "parkingSpaces",
    "駐車場/無料": "parkingSpaces",
    "駐車場/有料": "paidParkingSpaces",
    "駐車場/スペース": "parkingArea",
    "駐車場台数/障害者用": "accessibleParkingSpaces",
    "駐車場/障害者": "accessibleParkingSpaces",
    "多目的（障害者用）トイレ/レバー": "multipurposeToiletFlushControl",
    "多目的（障害者用）トイレ/ドア形態": "multipurposeToiletDoor",
    "多目的（障害者用）トイレ/内部ｽﾍﾟｰｽｍ×ｍ": "multipurposeToiletSpace",
    "多目的（障害者用）トイレ/移乗方向": "multipurposeToiletTransferSide",
    "多目的（障害者用）トイレ/オストメイト": "ostomateEquipment",
    "多目的トイレ設備内容/オストメイト": "ostomateEquipment",
    "多目的トイレ設備内容/介護用ベッド": "careBeds",
    "多目的トイレ設備内容/温水洗浄": "multipurposeToiletBidets",
    "設備/蛇口": "tapType",
    "一般トイレ設備内容/男性用トイレ/温水洗浄便座": "bidetMaleToilet",
    "一般トイレ設備内容/女性用トイレ/温水洗浄便座": "bidetFemaleToilet",
    "一般トイレ設備内容/男性用トイレ/荷物置き場": "luggagePlaceMaleToilet",
    "一般トイレ設備内容/女性用トイレ/荷物置き場": "luggagePlaceFemaleToilet",
    "一般トイレ設備内容/男性用トイレ/音姫": "soundMaskingMaleToilet",
    "一般トイレ設備内容/女性用トイレ/音姫": "soundMaskingFemaleToilet",
}
"""Columns of words, and those in which words and numbers are mixed: 「1(手)」「有」「洋室1」."""
_BRACKETED = re.compile(r"(\d+)\s*[（(][^（）()]*[）)]")
_ABSENT = frozenset({"", "×", "無", "なし", "0"})
_ALL_DAY = frozenset({"終日", "24時間", "24h"})

_KNOWN = (
    *_SAME,
    *(column for columns in (*_TOTALS.values(), *_PRESENT.values()) for column in columns),
    *_COUNTS,
    *_MARKS,
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
    for column, name in _MARKS.items():
        row.one_of(name, column, {"○": True, "×": False})
    for column, name in _COUNTS.items():
        _total(row, name, (column,))
    for name, columns in _TOTALS.items():
        _total(row, name, columns)
    for name, columns in _PRESENT.items():
        if any(row.cell(column) not in _ABSENT for column in columns):
            row.put(name, "あり")
    _hours(row)


def _total(row: Row, name: str, columns: Sequence[str]) -> None:
    """The sum, unless a cell holds something that cannot be counted: what is left would be too few."""
    filled = [column for column in columns if row.cell(column)]
    numbers = [_count(row, column) for column in filled]
    counted = [number for number in numbers if number is not None]
    if counted and len(counted) == len(numbers):
        row.put(name, sum(counted), "C62")


def _count(row: Row, column: str) -> float | int | None:
    """How many; of 「3(1)」, where the lists do not say what the bracket counts, the number before it."""
    bracketed = _BRACKETED.fullmatch(row.cell(column))
    if bracketed is None:
        return row.number_of(column)
    row.say_once("bracketed-number", column, row.cell(column), bracketed[1])
    return int(bracketed[1])


def _hours(row: Row) -> None:
    text = row.cell(_HOURS)
    if text.casefold() in _ALL_DAY:
        row.put("fullTimeAvailable", "可")
    elif span := cells.hours(text):
        row.put("startTime", span[0])
        row.put("endTime", span[1])
        row.put("fullTimeAvailable", "不可")
