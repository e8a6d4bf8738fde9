"""避難先一覧: evacuation sites and shelters. The type is described in docs/reference/evacuation-site.md."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from moyai.intake import places
from moyai.intake.region import Municipality, Region
from moyai.intake.rows import Row

TYPE = "EvacuationSite"
TITLE = "避難先一覧"

NAME = "避難先名称"
TOWN = "管轄市町村名"
ADDRESS = "所在地"
LONGITUDE = "経度：東経（世界測地系10進法）"
LATITUDE = "緯度：北緯（世界測地系10進法）"
_CAPACITY = "収容人数"
_TEMPORARY = "収容人数（一時）"
_HEIGHT = "標高（メートル）"

_TEXTS = {
    "避難が予想される住民の地区名": "targetDistricts",
    "指定場所": "designatedSpot",
    "避難種別": "shelterType",
    "備蓄品目（備蓄品目）": "stockpiledItems",
    "備考1": "remarks",
}
_LISTS = {
    "災害区分": "hazards",
    "土砂災害・浸水・津波浸水予測地域": "hazardZones",
}
_LEVELS = {
    "緊急避難場所レベル（風水害）": "stormFloodLevel",
    "緊急避難場所レベル（津波）": "tsunamiLevel",
}
_MARKS = {
    "備蓄品目（備蓄の有無）": "hasStockpile",
    "備蓄品目（食料の有無）": "hasFoodStockpile",
    "発電機（発電機の有無）": "hasGenerator",
    "発電機（発動発電機（可搬型））": "hasPortableGenerator",
    "発電機（自家発電機）": "hasStationaryGenerator",
}
_AREAS = {
    "施設面積（平米）屋内": "indoorArea",
    "施設面積（平米）屋外": "outdoorArea",
}
_DESIGNATIONS = ("備考２-１", "備考２-２")
_STOCK = "備蓄の有無"
_EARTHQUAKE = "耐震性"

_COLUMNS = (
    NAME,
    TOWN,
    ADDRESS,
    LONGITUDE,
    LATITUDE,
    _CAPACITY,
    _TEMPORARY,
    _HEIGHT,
    _STOCK,
    _EARTHQUAKE,
    *_TEXTS,
    *_LISTS,
    *_LEVELS,
    *_MARKS,
    *_AREAS,
    *_DESIGNATIONS,
)
LABELS: Mapping[str, str] = {label: label for label in _COLUMNS}
"""A label as files write it → the name this module has for the column."""
REQUIRED: Sequence[str] = (NAME, ADDRESS, LONGITUDE, LATITUDE)

_NO_NUMBER = re.compile(r"\s*(?<!\d)0-0$|-0$")
"""An end without a branch number, or without any."""
_EARTHQUAKE_RESISTANCE = {each: each for each in ("耐震", "非耐震", "耐震化済")}


def named_town(row: Row, region: Region) -> Municipality | None:
    return places.named(row, region, TOWN, ADDRESS)


def town_of(row: Row, region: Region, given: str | None) -> Municipality | None:
    """The town in charge of the site, which need not be the one of its address."""
    places.doubt_other_prefecture(row, region, ADDRESS)
    said = row.cell(TOWN)
    town = named_town(row, region)
    whose = town if given is None else region.by_code[given]
    if whose is None:
        row.say("no-municipality", TOWN, said, region.prefecture.name)
        return None
    if said and town is not whose:
        message = f"{TOWN}は「{said}」です。{whose.name}のファイルなので、{whose.name}の記録としました。"
        row.say("municipality-disagrees", TOWN, said, whose.name, message)
    _doubt_address_elsewhere(row, whose, region)
    return whose


def _doubt_address_elsewhere(row: Row, whose: Municipality, region: Region) -> None:
    address = row.cell(ADDRESS)
    there = region.of_address(address)
    if there is not None and there is not whose:
        message = f"{whose.name}が管轄し、所在地は{there.name}です。所在地の団体コードを{there.name}としました。"
        row.say("address-elsewhere", ADDRESS, address, there.name, message)


def place(row: Row) -> tuple[str, str]:
    """Name and address."""
    address = row.cell(ADDRESS)
    repaired = _NO_NUMBER.sub("", address)
    if repaired != address:
        row.say("address-minus-zero", ADDRESS, address, repaired)
    return row.cell(NAME), repaired


def fill(row: Row, town: Municipality | None, region: Region) -> None:
    """Every attribute but name, address and the town's, which all datasets share."""
    for column, name in _TEXTS.items():
        row.text(name, column)
    for column, name in _LISTS.items():
        row.several(name, column)
    for column, name in _LEVELS.items():
        _level(row, name, column)
    for column, name in _MARKS.items():
        row.one_of(name, column, {"○": True})
    row.one_of("hasStock", _STOCK, {"有": True, "無": False})
    row.one_of("earthquakeResistance", _EARTHQUAKE, _EARTHQUAKE_RESISTANCE)
    for column, name in _AREAS.items():
        _area(row, name, column)
    _designations(row)
    _height(row)
    _capacity(row, "maxCapacity", _CAPACITY)
    _capacity(row, "maxTemporaryCapacity", _TEMPORARY)
    places.check_position(row, row.position(LONGITUDE, LATITUDE), town, region)


def _level(row: Row, name: str, column: str) -> None:
    """☆ to ☆☆☆ as 1 to 3; what stands beside the stars is kept as a note."""
    text = row.cell(column)
    if not text:
        return
    stars = text.count("☆")
    if not stars:
        row.say("unknown-value", column, text, text, f"「{text}」に☆がありません。")
        row.put(name, text)
        return
    row.put(name, stars)
    note = text.replace("☆", "").strip("（）() ")
    if note:
        row.attributes[name]["note"] = {"type": "Property", "value": note}


def _area(row: Row, name: str, column: str) -> None:
    value = row.number_of(column)
    if value == 0:
        row.say("unknown-area", column, row.raw.get(column, ""), "")
    elif value is not None:
        row.put(name, value, "MTK")


def _designations(row: Row) -> None:
    names = [text for text in (row.cell(column) for column in _DESIGNATIONS) if text]
    if names:
        row.put("designations", list(dict.fromkeys(names)))


def _height(row: Row) -> None:
    value = row.number_of(_HEIGHT)
    if value is None:
        return
    if value == 0:
        row.say("zero-elevation", _HEIGHT, row.raw.get(_HEIGHT, ""), "0")
    row.put("heightType", "標高")
    row.put("height", value, "MTR")


def _capacity(row: Row, name: str, column: str) -> None:
    """0 and empty are unknown: no number is put, and the status says so."""
    value = row.number_of(column)
    is_stated = value is not None and value > 0
    if is_stated:
        row.put(name, value, "IE")
    elif column == _CAPACITY:
        row.say("unknown-capacity", column, row.raw.get(column, ""), "")
    row.put(f"{name}Status", "stated" if is_stated else "unknown")
