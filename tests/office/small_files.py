"""Files of the tests, and reading them without the intake, whose rules have tests of their own."""

from __future__ import annotations

import csv
import io

from moyai.errors import BadRequestData
from moyai.office.base import broker
from moyai.office.datasets.models import DatasetKind, Severity
from moyai.office.datasets.reading import Line, Reading, Share


def file_of(*rows: tuple[str, str, str]) -> bytes:
    """A file of the tests: name, longitude and capacity, one record a line."""
    out = io.StringIO()
    csv.writer(out).writerows([("name", "longitude", "capacity"), *rows])
    return out.getvalue().encode()


def _entity(kind: DatasetKind, town: str, place: int, row: dict[str, str]) -> broker.EntityDocument:
    entity: broker.EntityDocument = {
        "id": f"urn:ngsi-ld:Site:{town}:{row['name']}",
        "type": "EvacuationSite",
        "name": {"type": "Property", "value": row["name"]},
        "fullAddress": {"type": "Property", "value": f"有田市箕島{place}"},
    }
    if row["longitude"]:
        point = {"type": "Point", "coordinates": [float(row["longitude"]), 34.05]}
        entity["location"] = {"type": "GeoProperty", "value": point}
    if row["capacity"]:
        entity["capacity"] = {"type": "Property", "value": int(row["capacity"]), "unitCode": "C62"}
    return entity


class _Report:
    def as_json(self) -> bytes:
        return b"{}"


def read(kind: DatasetKind, content: bytes, file_name: str, *, town: str | None) -> Reading:
    rows = list(csv.DictReader(io.StringIO(content.decode())))
    if rows and "name" not in rows[0]:
        raise BadRequestData("名称の列が見つかりません。")
    towns = [town] if town else ["302040", "302023"]
    shares = {}
    for code in towns:
        entities = [_entity(kind, code, place, row) for place, row in enumerate(rows, 2)]
        lines = [
            Line(
                place,
                "longitude",
                "",
                "",
                "位置なし",
                Severity.WARNING,
                "位置がありません。",
                entities[place - 2]["id"],
            )
            for place, row in enumerate(rows, 2)
            if not row["longitude"]
        ]
        shares[code] = Share(entities, lines, len(rows))
    return Reading(shares, _Report(), covers_region=town is None, facts={"encoding": "utf-8"})  # type: ignore[arg-type]
