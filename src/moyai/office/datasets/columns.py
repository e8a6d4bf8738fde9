"""How a record is shown: its columns in the words of the standard models, in an order that reads well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from moyai.office.base.broker import EntityDocument
from moyai.office.datasets.models import DatasetKind
from moyai.office.datasets.rules import ADDRESS

Value = object


@dataclass(frozen=True)
class Column:
    """One column of a table: the attribute, or a member of an attribute, that it shows."""

    label: str
    path: tuple[str, ...]
    words: Mapping[str, str] = field(default_factory=dict)
    """Value → what it is called, where people read it."""

    def value(self, entity: EntityDocument) -> Value:
        value: Value = entity
        for name in self.path:
            value = value.get(name) if isinstance(value, Mapping) else None
        return value

    def text(self, entity: EntityDocument) -> str:
        text = as_text(self.value(entity))
        return self.words.get(text, text)


def as_text(value: Value) -> str:
    """A JSON value as people read it in a cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "有" if value else "無"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, Mapping):
        return " ".join(as_text(each) for name, each in value.items() if name not in ("type", "@type"))
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ";".join(as_text(each) for each in value)
    return str(value)


def name_of(entity: EntityDocument) -> str:
    return as_text(entity.get("name")) or str(entity["id"])


def address_of(entity: EntityDocument) -> str:
    return as_text(entity.get(ADDRESS))


@dataclass(frozen=True)
class Coordinate(Column):
    """Longitude (place 0) or latitude (place 1) of a point."""

    place: int = 0

    def value(self, entity: EntityDocument) -> Value:
        location = entity.get("location")
        if not isinstance(location, Mapping) or location.get("type") != "Point":
            return None
        coordinate: Value = location["coordinates"][self.place]
        return coordinate


Columns = Sequence[Column]


def _simple(**labels: str) -> tuple[Column, ...]:
    return tuple(Column(label, (name,)) for name, label in labels.items())


@dataclass(frozen=True)
class AttributeRow:
    """One attribute on a record's page."""

    label: str
    name: str
    text: str
    unit: str


def simplified(entity: EntityDocument) -> EntityDocument:
    """A normalized entity with its attributes' values alone."""
    return {name: _value_of(attribute) for name, attribute in entity.items()}


def _value_of(attribute: object) -> object:
    if not isinstance(attribute, Mapping):
        return attribute
    members = ("value", "object", "languageMap", "vocab", "valueList", "objectList", "json")
    return next((attribute[member] for member in members if member in attribute), attribute)


def attributes(kind: DatasetKind, entity: EntityDocument) -> list[AttributeRow]:
    """Every attribute of a normalized entity, the known ones first in their order."""
    known = {column.path[0]: column for column in every(kind)}
    order = {name: place for place, name in enumerate(known)}
    names = [name for name in entity if name not in ("id", "type", "@context")]
    names.sort(key=lambda name: order.get(name, len(order)))
    return [_attribute_row(known.get(name) or Column(name, (name,)), entity[name]) for name in names]


def _attribute_row(column: Column, attribute: object) -> AttributeRow:
    name = column.path[0]
    value = _value_of(attribute)
    unit = attribute.get("unitCode", "") if isinstance(attribute, Mapping) else ""
    if name == "location" and isinstance(value, Mapping):
        value = ", ".join(f"{each:.6f}" for each in reversed(value.get("coordinates", []))) or value
        return AttributeRow("緯度・経度", name, as_text(value), "")
    return AttributeRow(column.label, name, column.text({name: value}), UNITS.get(unit, unit))


def point(entity: EntityDocument) -> tuple[float, float] | None:
    """Longitude and latitude of a normalized entity that is at a point."""
    location = _value_of(entity.get("location"))
    if not isinstance(location, Mapping) or location.get("type") != "Point":
        return None
    longitude, latitude = location["coordinates"][:2]
    return longitude, latitude


UNITS = {"MTR": "m", "MTK": "㎡", "KMK": "km²", "C62": "", "IE": "人", "P1": "%"}
"""UN/CEFACT common codes → what people write."""


_STATUS = {"stated": "記載あり", "unknown": "不明"}
_PLACE = (
    Column("名称", ("name",)),
    Column("所在地", (ADDRESS,)),
    Coordinate("緯度", ("location",), place=1),
    Coordinate("経度", ("location",), place=0),
    *_simple(
        localGovernmentCode="団体コード",
        locatedLocalGovernmentCode="所在地の団体コード",
        localGovernmentName="地方公共団体名",
        prefecture="都道府県",
        city="市区町村",
        streetAddress="町字",
        cityBlock="番地以下",
    ),
)
_REST = _simple(remarks="備考", surplusCells="見出しのないセル", isSample="見本")
_KNOWN: Mapping[DatasetKind, Columns] = {
    DatasetKind.EVACUATION_SITES: (
        *_PLACE,
        *_simple(
            shelterType="避難種別",
            hazards="災害区分",
            hazardZones="土砂災害・浸水・津波浸水予測地域",
            stormFloodLevel="緊急避難場所レベル（風水害）",
            tsunamiLevel="緊急避難場所レベル（津波）",
            earthquakeResistance="耐震性",
            maxCapacity="収容人数",
        ),
        Column("収容人数の状況", ("maxCapacityStatus",), _STATUS),
        *_simple(maxTemporaryCapacity="収容人数（一時）"),
        Column("収容人数（一時）の状況", ("maxTemporaryCapacityStatus",), _STATUS),
        *_simple(
            height="標高（m）",
            heightType="高度の種別",
            indoorArea="屋内の面積（㎡）",
            outdoorArea="屋外の面積（㎡）",
            hasStock="備蓄の有無",
            hasStockpile="備蓄品目の有無",
            hasFoodStockpile="食料の有無",
            stockpiledItems="備蓄品目",
            hasGenerator="発電機の有無",
            hasPortableGenerator="発動発電機（可搬型）",
            hasStationaryGenerator="自家発電機",
            designations="指定の区分",
            targetDistricts="避難が予想される住民の地区名",
            designatedSpot="指定場所",
        ),
        *_REST,
    ),
    DatasetKind.PUBLIC_FACILITIES: (
        *_PLACE,
        *_simple(
            facilityTypeDetail="施設種別",
            facilityClass="分類",
            contactPointPhoneNumber="電話番号",
            contactPointFaxNumber="FAX番号",
            startTime="開始時間",
            endTime="終了時間",
            dateTimeRemarks="利用可能時間特記事項",
            closedDays="定休日",
            floors="階数",
            wheelchairAccessible="車椅子可",
            multipurposeToilet="バリアフリートイレ",
            toiletForOstomates="オストメイト対応トイレ",
            mobilitySupportForBrailleBlocksEtc="点字ブロック等の移動支援",
            priorityParking="優先駐車場",
            rampsElevatorsEscalators="スロープ、エレベータ、エスカレータ",
            wheelchairRental="車椅子貸出",
            parking="駐車場",
            entrance="敷地内の状況および施設入口",
            guidance="誘導施設",
            information="案内設備",
            lifts="昇降設備",
            toilets="トイレ",
            publicTelephone="公衆電話",
            otherEquipment="その他の設備",
        ),
        *_REST,
    ),
    DatasetKind.PUBLIC_TOILETS: (
        *_PLACE,
        *_simple(
            startTime="利用開始時間",
            endTime="利用終了時間",
            fullTimeAvailable="24時間利用可能可否",
            dateTimeRemarks="利用可能時間特記事項",
            flushType="形式",
            totalMaleToilet="男性トイレ総数",
            urinalMaleToilet="男性トイレ数（小便器）",
            totalFemaleToilet="女性トイレ総数",
            japaneseStyleFemaleToilet="女性トイレ数（和式）",
            westernStyleFemaleToilet="女性トイレ数（洋式）",
            totalUnisexToilet="男女共用トイレ総数",
            numberOfMultipurposeToilet="バリアフリートイレ数",
            multipurposeToilet="車椅子使用者用トイレ有無",
            toiletForOstomates="オストメイト設置トイレ有無",
            babyCareToilet="乳幼児用設備設置トイレ有無",
            childToilet="子供用トイレ数（大）",
            urinalChildToilet="子供用トイレ数（小）",
            urinalFemaleToilet="女性トイレ数（小便器）",
            bidetToilet="温水洗浄便座数",
            bidetMaleToilet="男性トイレの温水洗浄便座",
            bidetFemaleToilet="女性トイレの温水洗浄便座",
            luggagePlaceMaleToilet="男性トイレの荷物置き場",
            luggagePlaceFemaleToilet="女性トイレの荷物置き場",
            soundMaskingMaleToilet="男性トイレの音姫",
            soundMaskingFemaleToilet="女性トイレの音姫",
            multipurposeToiletHandrail="多目的トイレの手すり",
            multipurposeToiletStepFree="多目的トイレの段差解消",
            multipurposeToiletEmergencyButton="多目的トイレの非常ボタン",
            multipurposeToiletBidet="多目的トイレの温水洗浄",
            multipurposeToiletBidets="多目的トイレの温水洗浄便座",
            multipurposeToiletCareBed="多目的トイレの介護ベッド",
            careBeds="介護用ベッド",
            multipurposeToiletFlushControl="多目的トイレのレバー",
            multipurposeToiletDoor="多目的トイレのドア形態",
            multipurposeToiletSpace="多目的トイレの内部スペース",
            multipurposeToiletTransferSide="多目的トイレの移乗方向",
            ostomateEquipment="オストメイト設備",
            tapType="蛇口",
            handDryer="温風乾燥機",
            restSpace="休憩スペース",
            luggageShelf="荷物台・棚",
            hook="フック",
            babyChair="乳幼児イス",
            babyBed="乳幼児ベッド",
            nearbySights="近隣の観光スポット",
            parkingSpaces="駐車場台数",
            paidParkingSpaces="有料駐車場",
            accessibleParkingSpaces="障害者用駐車場",
            parkingArea="駐車場のスペース",
        ),
        *_REST,
    ),
}
_SUMMARIES: Mapping[DatasetKind, Sequence[str]] = {
    DatasetKind.EVACUATION_SITES: ("name", ADDRESS, "shelterType", "hazards", "maxCapacity", "height"),
    DatasetKind.PUBLIC_FACILITIES: ("name", ADDRESS, "facilityTypeDetail", "contactPointPhoneNumber", "closedDays"),
    DatasetKind.PUBLIC_TOILETS: ("name", ADDRESS, "dateTimeRemarks", "multipurposeToilet", "toiletForOstomates"),
}


def every(kind: DatasetKind) -> Columns:
    """All columns, for files."""
    return (Column("識別子", ("id",)), *_KNOWN[kind])


def summary(kind: DatasetKind) -> Columns:
    """The few columns of a table on a page, the name first."""
    by_name = {column.path[0]: column for column in _KNOWN[kind]}
    return [by_name[name] for name in _SUMMARIES[kind]]
