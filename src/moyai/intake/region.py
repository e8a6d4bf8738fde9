"""A region as files: `municipalities.csv` and `boundaries.geojson`, read whole or refused with every reason.

The layout is described in docs/reference/region-layout.md. Coordinates are longitude and latitude, JGD2011 or WGS 84.
"""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import shapely
import shapely.errors
from shapely.geometry.base import BaseGeometry

from moyai.errors import BadRequestData
from moyai.model import municipality as codes

COLUMNS = (
    "code",
    "prefecture",
    "county",
    "bureau",
    "name",
    "kana",
    "kind",
    "population",
    "census_year",
    "area_km2",
    "hall_latitude",
    "hall_longitude",
    "url",
    "neighbours",
)
KINDS = frozenset({"city", "town", "village", "ward"})

_WHOLE = re.compile(r"[0-9]{1,12}")
_DECIMAL = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,15})?")
_COUNTY = re.compile("^[^0-9０-９市町村]{1,4}郡")
_METRES_A_DEGREE = 111_320.0


@dataclass(frozen=True)
class Prefecture:
    code: str
    name: str


@dataclass(frozen=True)
class Municipality:
    code: str
    """6 digits, the check digit right."""
    name: str
    kana: str
    kind: str
    """city, town, village or ward."""
    county: str
    """郡; empty for a city."""
    bureau: str
    """振興局, or empty."""
    population: int | None
    census_year: int | None
    area: float | None
    """km²"""
    hall_latitude: float | None
    hall_longitude: float | None
    url: str
    neighbours: tuple[str, ...]
    """6-digit codes."""
    shape: Mapping[str, Any]
    """A GeoJSON Polygon or MultiPolygon."""

    @cached_property
    def area_of_shape(self) -> BaseGeometry:
        geometry = shapely.from_geojson(json.dumps(self.shape))
        shapely.prepare(geometry)
        return geometry

    def contains(self, longitude: float, latitude: float) -> bool:
        return bool(shapely.intersects_xy(self.area_of_shape, longitude, latitude))

    def metres_outside(self, longitude: float, latitude: float) -> float:
        """How far a point is from the municipality, 0 within.

        Measured on a plane on which a degree of longitude is shortened by the point's latitude: within 1 % of the
        geodesic distance for the few kilometres that matter here.
        """
        if self.contains(longitude, latitude):
            return 0.0
        shrink = math.cos(math.radians(latitude))
        flat = shapely.transform(self.area_of_shape, lambda xy: xy * [shrink, 1.0])
        point = shapely.Point(longitude * shrink, latitude)
        return float(shapely.distance(flat, point)) * _METRES_A_DEGREE


@dataclass(frozen=True)
class Region:
    prefecture: Prefecture
    municipalities: tuple[Municipality, ...]
    """In 団体コード order."""
    attribution: str
    """The credit line of the boundaries."""

    @cached_property
    def by_code(self) -> Mapping[str, Municipality]:
        return {each.code: each for each in self.municipalities}

    @cached_property
    def _by_name(self) -> Sequence[tuple[str, Municipality]]:
        """Every way an address may begin, the longest first; the name alone only where one municipality has it."""
        alone = Counter(each.name for each in self.municipalities)
        names = [
            (start + each.name, each)
            for each in self.municipalities
            for start in {each.county, ""}
            if start or not each.county or alone[each.name] == 1
        ]
        return sorted(names, key=lambda item: -len(item[0]))

    def at(self, longitude: float, latitude: float) -> Municipality | None:
        """The municipality that a point lies in."""
        return next((each for each in self.municipalities if each.contains(longitude, latitude)), None)

    def of_address(self, address: str) -> Municipality | None:
        """The municipality that an address begins with, with or without prefecture and county, spaces or none.

        A county of former days does no harm: 西牟婁郡串本町 is 東牟婁郡串本町.
        """
        rest = "".join(address.split()).removeprefix(self.prefecture.name)
        return self._beginning(rest) or self._beginning(_COUNTY.sub("", rest))

    def _beginning(self, text: str) -> Municipality | None:
        return next((town for start, town in self._by_name if text.startswith(start)), None)


# ── reading ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def read(municipalities: bytes, boundaries: bytes) -> Region:
    """Raises BadRequestData with one line for each problem, each with its file and line."""
    reading = _Reading()
    shapes, attribution = reading.shapes(boundaries)
    towns = reading.towns(municipalities, shapes)
    reading.check_neighbours(towns)
    reading.check_shapes(shapes)
    if not reading.prefecture and not reading.problems:
        reading.problems.append("municipalities.csv: 市町村が一行もありません。")
    if reading.problems or not reading.prefecture:
        raise BadRequestData("\n".join(reading.problems))
    prefecture = Prefecture(*reading.prefecture)
    return Region(prefecture, tuple(sorted(towns, key=lambda town: town.code)), attribution)


class _Reading:
    """Goes through both files and gathers what is wrong with them."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.prefecture: tuple[str, str] | None = None
        """Code and name, of the first municipality."""
        self._lines: dict[str, int] = {}

    def shapes(self, content: bytes) -> tuple[dict[str, dict[str, Any]], str]:
        """Code → geometry, and the credit line."""
        try:
            document = json.loads(content)
        except (ValueError, RecursionError):
            document = None
        features = document.get("features") if isinstance(document, dict) else None
        if not isinstance(features, list):
            self.problems.append("boundaries.geojson: GeoJSON の FeatureCollection として読めません。")
            return {}, ""
        found: dict[str, dict[str, Any]] = {}
        for number, feature in enumerate(features, 1):
            code, geometry = _code_and_geometry(feature)
            if reason := _fault_of_shape(code, geometry, found):
                self.problems.append(f"boundaries.geojson {number}番目の図形: {reason}")
            else:
                found[code] = feature["geometry"]
        return found, str(document.get("attribution", ""))

    def towns(self, content: bytes, shapes: Mapping[str, dict[str, Any]]) -> list[Municipality]:
        towns: list[Municipality] = []
        for line, row in self._rows(content):
            town = self._town(line, row, shapes)
            if town is not None:
                towns.append(town)
        return towns

    def _rows(self, content: bytes) -> Iterator[tuple[int, dict[str, str]]]:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = content[: error.start].count(b"\n") + 1
            self.problems.append(f"municipalities.csv {line}行目: UTF-8 として読めません。")
            return
        reader = csv.reader(io.StringIO(text, newline=""))
        try:
            header = [cell.strip() for cell in next(reader, [])]
            missing = [name for name in COLUMNS if header.count(name) != 1]
            if missing:
                self._say(1, f"列がないか、二つあります（{'、'.join(missing)}）。")
                return
            yield from self._cells(reader, header)
        except csv.Error as error:
            self._say(reader.line_num, f"CSV として読めません（{error}）。")

    def _cells(self, reader: Any, header: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
        line = reader.line_num + 1
        for cells in reader:
            if cells and len(cells) != len(header):
                self._say(line, f"セルが {len(cells)} 個あります。見出しは {len(header)} 個です。")
            elif cells:
                yield line, dict(zip(header, (cell.strip() for cell in cells), strict=True))
            line = reader.line_num + 1

    def _town(self, line: int, row: dict[str, str], shapes: Mapping[str, dict[str, Any]]) -> Municipality | None:
        before = len(self.problems)
        code = row["code"]
        self._check_identity(line, row, shapes)
        values: dict[str, Any] = {
            "population": self._number(line, row, "population", _WHOLE, 0, 10**9),
            "census_year": self._number(line, row, "census_year", _WHOLE, 1920, 2200),
            "area": self._number(line, row, "area_km2", _DECIMAL, 0, 10**6),
            "hall_latitude": self._number(line, row, "hall_latitude", _DECIMAL, -90, 90),
            "hall_longitude": self._number(line, row, "hall_longitude", _DECIMAL, -180, 180),
        }
        if len(self.problems) > before:
            return None
        return Municipality(
            code=code,
            name=row["name"],
            kana=row["kana"],
            kind=row["kind"],
            county=row["county"],
            bureau=row["bureau"],
            url=row["url"],
            neighbours=tuple(row["neighbours"].split()),
            shape=shapes[code],
            **values,
        )

    def _check_identity(self, line: int, row: dict[str, str], shapes: Mapping[str, dict[str, Any]]) -> None:
        code = row["code"]
        try:
            codes.validated_code(code)
        except BadRequestData as error:
            self._say(line, error.detail)
            return
        if code in self._lines:
            self._say(line, f"団体コード {code} は {self._lines[code]}行目にもあります。")
        elif code not in shapes:
            self._say(line, f"{row['name']}（{code}）の境界が boundaries.geojson にありません。")
        self._lines.setdefault(code, line)
        self._check_prefecture(line, row)
        if not row["name"]:
            self._say(line, "name が空です。")
        if row["kind"] not in KINDS:
            self._say(line, f"kind「{row['kind']}」は {'、'.join(sorted(KINDS))} のどれでもありません。")

    def _check_prefecture(self, line: int, row: dict[str, str]) -> None:
        own = (codes.prefecture_code(row["code"]), row["prefecture"])
        self.prefecture = self.prefecture or own
        if not row["prefecture"]:
            self._say(line, "prefecture が空です。")
        elif own != self.prefecture:
            first = f"{self.prefecture[1]}（{self.prefecture[0]}）"
            self._say(line, f"都道府県は{own[1]}（{own[0]}）で、はじめの行の{first}と違います。")

    def _number(self, line: int, row: dict[str, str], name: str, form: re.Pattern[str], least: int, most: int) -> Any:
        """The number, of the kind that its form tells; ``None`` where the cell is empty or wrong."""
        text = row[name]
        if not text:
            return None
        if not form.fullmatch(text):
            kind = "整数" if form is _WHOLE else "数"
            self._say(line, f"{name}「{text}」は半角の{kind}ではありません。")
            return None
        value = int(text) if form is _WHOLE else float(text)
        if not least <= value <= most:
            self._say(line, f"{name}「{text}」は {least:,} から {most:,} までの数ではありません。")
        return value

    def check_neighbours(self, towns: Sequence[Municipality]) -> None:
        for town in towns:
            for code in town.neighbours:
                if code not in self._lines:
                    self._say(self._lines[town.code], f"隣接する {code} という市町村はありません。")

    def check_shapes(self, shapes: Mapping[str, object]) -> None:
        """Only where every line could be read: a line that is wrong has been told of already."""
        if not self.problems:
            self.problems.extend(
                f"boundaries.geojson: 団体コード {code} の市町村は municipalities.csv にありません。"
                for code in shapes
                if code not in self._lines
            )

    def _say(self, line: int, what: str) -> None:
        self.problems.append(f"municipalities.csv {line}行目: {what}")


def _fault_of_shape(code: str, geometry: object, found: Mapping[str, object]) -> str:
    if not codes.is_valid_code(code):
        return f"properties.code「{code}」は検査数字の正しい6桁の団体コードではありません。"
    if code in found:
        return f"団体コード {code} の図形が二つあります。"
    if not isinstance(geometry, dict) or geometry.get("type") not in ("Polygon", "MultiPolygon"):
        return f"{code} の geometry は Polygon か MultiPolygon ではありません。"
    return _fault_of_geometry(code, geometry)


def _fault_of_geometry(code: str, geometry: Mapping[str, Any]) -> str:
    try:
        shape = shapely.from_geojson(json.dumps(geometry))
    except (shapely.errors.ShapelyError, ValueError) as error:
        return f"{code} の geometry の座標が読めません（{error}）。"
    if shape.is_empty:
        return f"{code} の geometry に座標がありません。"
    west, south, east, north = shape.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        return f"{code} の geometry の座標は経度・緯度（度）ではありません。"
    if not shape.is_valid:
        return f"{code} の geometry の輪が交わるなどして、面になりません（{shapely.is_valid_reason(shape)}）。"
    return ""


def _code_and_geometry(feature: object) -> tuple[str, object]:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    code = properties.get("code") if isinstance(properties, dict) else None
    return str(code or ""), feature.get("geometry") if isinstance(feature, dict) else None
