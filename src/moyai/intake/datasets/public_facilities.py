"""公共施設一覧: public facilities with what they offer to people with special needs.

Attribute names are those of デジタル庁's model 公共施設 wherever it has one. The model asks あり or なし where this
file says how many and of what kind, so the text is kept beside.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from moyai.intake import cells, places
from moyai.intake.region import Municipality, Region
from moyai.intake.rows import Row

TYPE = "PublicFacility"
TITLE = "公共施設一覧"

NAME = "名称"
ADDRESS = "住所"
LONGITUDE = "経度"
LATITUDE = "緯度"
_TOWN = "住所2"
_CATEGORY = "カテゴリー"
_FLOORS = "階数"
_HOURS = "利用時間"

_TEXTS = {
    "電話": "contactPointPhoneNumber",
    "FAX": "contactPointFaxNumber",
    _HOURS: "dateTimeRemarks",
    "定休日": "closedDays",
    _FLOORS: "floors",
    _CATEGORY: "facilityTypeDetail",
    "分類": "facilityClass",
    "備考": "remarks",
}
_EQUIPMENT = {
    "駐車場": "parking",
    "敷地内の状況および施設入口": "entrance",
    "誘導施設": "guidance",
    "案内設備": "information",
    "昇降設備": "lifts",
    "トイレ": "toilets",
    "公衆電話": "publicTelephone",
    "その他の設備": "otherEquipment",
}
_FROM_TEXT = (
    ("wheelchairAccessible", "entrance", ("車椅子利用：可", "車いす利用：可"), "可"),
    ("multipurposeToilet", "toilets", ("障害者（車椅子）用便所 有り",), "あり"),
    ("toiletForOstomates", "toilets", ("オストメイト",), "あり"),
    ("mobilitySupportForBrailleBlocksEtc", "guidance", ("誘導ブロック 有り",), "あり"),
    ("priorityParking", "parking", ("障害者用駐車場 有り",), "あり"),
    ("rampsElevatorsEscalators", "lifts", ("エレベーター", "エスカレーター"), "あり"),
    ("wheelchairRental", "otherEquipment", ("車椅子の常備 有り",), "あり"),
)
"""Attribute of the model, where its evidence stands, what must be written there, the model's word for it."""

_COLUMNS = (NAME, ADDRESS, "住所1", _TOWN, "住所3", LONGITUDE, LATITUDE, *_TEXTS, *_EQUIPMENT)
LABELS: Mapping[str, str] = {label: label for label in _COLUMNS}
REQUIRED: Sequence[str] = (NAME, ADDRESS, LONGITUDE, LATITUDE)


def named_town(row: Row, region: Region) -> Municipality | None:
    return places.named(row, region, ADDRESS, _TOWN)


def town_of(row: Row, region: Region, given: str | None) -> Municipality | None:
    return places.by_address(row, region, given, address=ADDRESS, said=_TOWN)


def place(row: Row) -> tuple[str, str]:
    return row.cell(NAME), row.cell(ADDRESS)


def fill(row: Row, town: Municipality | None, region: Region) -> None:
    for column, name in _TEXTS.items():
        row.text(name, column)
    for column, name in _EQUIPMENT.items():
        row.text(name, column)
    if span := cells.hours(row.cell(_HOURS)):
        row.put("startTime", span[0])
        row.put("endTime", span[1])
    for name, source, evidence, word in _FROM_TEXT:
        text = str(row.attributes.get(source, {}).get("value", ""))
        if any(each in text for each in evidence):
            row.put(name, word)
    places.check_position(row, row.position(LONGITUDE, LATITUDE), town, region)
