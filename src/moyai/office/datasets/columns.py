"""How a record is shown: its columns in the words of the standard models, in an order that reads well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from moyai.office.base.broker import EntityDocument
from moyai.office.datasets.models import DatasetKind
from moyai.office.datasets.rules import ADDRESS

Value = object


@dataclass(frozen=True)
class Column:
    """One column of a table: the attribute, or a member of an attribute, that it shows."""

    label: str
    path: tuple[str, ...]

    def value(self, entity: EntityDocument) -> Value:
        value: Value = entity
        for name in self.path:
            value = value.get(name) if isinstance(value, Mapping) else None
        return value

    def text(self, entity: EntityDocument) -> str:
        return as_text(self.value(entity))


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
    known = {column.path[0]: column.label for column in reversed(every(kind)) if len(column.path) == 1}
    order = {name: place for place, name in enumerate(dict.fromkeys(column.path[0] for column in every(kind)))}
    names = [name for name in entity if name not in ("id", "type", "@context")]
    names.sort(key=lambda name: order.get(name, len(order)))
    return [_attribute_row(name, known.get(name, name), entity[name]) for name in names]


def _attribute_row(name: str, label: str, attribute: object) -> AttributeRow:
    value = _value_of(attribute)
    unit = attribute.get("unitCode", "") if isinstance(attribute, Mapping) else ""
    if name == "location" and isinstance(value, Mapping):
        value = ", ".join(f"{each:.6f}" for each in reversed(value.get("coordinates", []))) or value
        return AttributeRow("緯度・経度", name, as_text(value), "")
    return AttributeRow(label, name, as_text(value), UNITS.get(unit, unit))


def point(entity: EntityDocument) -> tuple[float, float] | None:
    """Longitude and latitude of a normalized entity that is at a point."""
    location = _value_of(entity.get("location"))
    if not isinstance(location, Mapping) or location.get("type") != "Point":
        return None
    longitude, latitude = location["coordinates"][:2]
    return longitude, latitude


UNITS = {"MTR": "m", "MTK": "m²", "KMK": "km²", "C62": "", "P1": "%"}
"""UN/CEFACT common codes → what people write."""


_PLACE = (
    Column("名称", ("name",)),
    Column("所在地", (ADDRESS,)),
    Coordinate("緯度", ("location",), place=1),
    Coordinate("経度", ("location",), place=0),
)
_KNOWN: Mapping[DatasetKind, Columns] = {
    DatasetKind.EVACUATION_SITES: (*_PLACE, *_simple(capacity="収容人数")),
    DatasetKind.PUBLIC_FACILITIES: _PLACE,
    DatasetKind.PUBLIC_TOILETS: _PLACE,
}


def every(kind: DatasetKind) -> Columns:
    """All columns, for files."""
    return (Column("識別子", ("id",)), *_KNOWN[kind])


def summary(kind: DatasetKind) -> Columns:
    """The few columns of a table on a page, the name first."""
    return _KNOWN[kind][:6]
