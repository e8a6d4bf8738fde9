"""One row of a file on its way to an entity: its cells repaired, its attributes gathered, every doubt reported."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from moyai.intake import cells
from moyai.intake.region import Municipality, Region
from moyai.intake.report import Finding, Report
from moyai.intake.rules import RULES

Attributes = dict[str, dict[str, Any]]

_NEAR = 1000.0
"""Metres outside the municipality beyond which a position is an error and not a doubt."""
_JAPAN = (122.0, 154.0, 20.0, 46.0)
"""Longitudes and latitudes."""


@dataclass
class Row:
    """Reads cells by their column's label and gathers attributes in normalized form."""

    report: Report
    number: int
    """As a spreadsheet shows it."""
    raw: Mapping[str, str]
    """Label → the cell as it stands in the file."""
    surplus: Sequence[str] = ()
    attributes: Attributes = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    _texts: dict[str, str] = field(default_factory=dict)
    _numbers: dict[str, float | int | None] = field(default_factory=dict)

    def say(self, rule: str, column: str = "", before: str = "", after: str = "", message: str = "") -> None:
        finding = Finding(self.report.file, self.number, column, before, after, rule, message or RULES[rule].title)
        self.findings.append(finding)

    def say_once(self, rule: str, column: str, before: str, after: str) -> None:
        if not any(finding.rule == rule and finding.column == column for finding in self.findings):
            self.say(rule, column, before, after)

    def cell(self, column: str) -> str:
        """The text of a cell, repaired; each repair is reported once."""
        if column not in self._texts:
            text = self.raw.get(column, "")
            for rule, mended in cells.repaired(text):
                self.say(rule, column, text, mended)
                text = mended
            self._texts[column] = text
        return self._texts[column]

    # attributes

    def put(self, name: str, value: Any, unit: str = "") -> None:
        attribute = {"type": "Property", "value": value}
        if unit:
            attribute["unitCode"] = unit
        self.attributes[name] = attribute

    def text(self, name: str, column: str) -> str:
        """The cell as a text; an empty one gives no attribute."""
        value = self.cell(column)
        if value:
            self.put(name, value)
        return value

    def one_of(self, name: str, column: str, allowed: Mapping[str, Any]) -> None:
        """The meaning of a permitted value; another one is kept as it is and doubted."""
        value = self.cell(column)
        if not value:
            return
        if value not in allowed:
            self.say(
                "unknown-value", column, value, value, f"「{value}」は {'、'.join(allowed)} のどれでもありません。"
            )
        self.put(name, allowed.get(value, value))

    def several(self, name: str, column: str) -> None:
        """A list of what is set apart by spaces."""
        values = [each for each in self.cell(column).split(" ") if each]
        if values:
            self.put(name, values)

    def number_of(self, column: str) -> float | int | None:
        """A cell's number; ``None`` where it is empty or, reported once, no number."""
        if column not in self._numbers:
            text = self.cell(column)
            self._numbers[column] = cells.number(text)
            if text and self._numbers[column] is None:
                self.say("not-a-number", column, text, "", f"「{text}」は数として読めません。")
        return self._numbers[column]

    def position(self, longitude_column: str, latitude_column: str) -> tuple[float, float] | None:
        """Longitude and latitude; puts ``location``."""
        longitude, latitude = self.cell(longitude_column), self.cell(latitude_column)
        if not longitude or not latitude:
            self.say("no-coordinates", f"{longitude_column}、{latitude_column}", f"{longitude} {latitude}".strip())
            return None
        x, y = cells.number(longitude), cells.number(latitude)
        west, east, south, north = _JAPAN
        if x is None or y is None or not (west <= x <= east and south <= y <= north):
            self.say("bad-coordinates", f"{longitude_column}、{latitude_column}", f"{longitude} {latitude}")
            return None
        point = {"type": "Point", "coordinates": [float(x), float(y)]}
        self.attributes["location"] = {"type": "GeoProperty", "value": point}
        return float(x), float(y)

    def check_place(self, position: tuple[float, float] | None, town: Municipality, region: Region) -> None:
        """Whether the position lies in the town; where it does not, whether it agrees with the address at least."""
        if position is None or town.contains(*position):
            return
        metres = town.metres_outside(*position)
        there = region.at(*position)
        where = f"{there.name}の中" if there else "県内のどの市町村でもないところ"
        rule = "near-boundary" if metres <= _NEAR else "outside-municipality"
        place = f"{position[0]} {position[1]}"
        message = f"位置が{town.name}の外 約{metres:,.0f} m（{where}）にあります。"
        if there and self.attributes.get("locatedLocalGovernmentCode", {}).get("value") == there.code:
            message += f"住所も{there.name}です。"
        self.say(rule, "緯度・経度", place, place, message)

    def keep_surplus(self) -> None:
        """What stands to the right of the header's last label."""
        if self.surplus:
            left = [cell for cell in self.surplus if cell.strip()]
            self.say("surplus-cells", "", " | ".join(self.surplus), " | ".join(left))
            if left:
                self.put("surplusCells", left)
