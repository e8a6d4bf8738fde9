"""Files of the tests, and reading them without the intake, whose rules have tests of their own."""

from __future__ import annotations

import csv
import io

from moyai.errors import BadRequestData
from moyai.intake.report import Finding, Report
from moyai.intake.rules import RULES
from moyai.office.base import broker
from moyai.office.datasets.models import DatasetKind
from moyai.office.datasets.reading import Reading, Share


def file_of(*rows: tuple[str, str, str]) -> bytes:
    """A file of the tests: name, longitude and capacity, one record a line."""
    out = io.StringIO()
    csv.writer(out).writerows([("name", "longitude", "capacity"), *rows])
    return out.getvalue().encode()


def identifier(town: str, name: str) -> str:
    """The id of the record of that name."""
    return f"urn:ngsi-ld:EvacuationSite:{town}:{name.encode().hex()}"


def _entity(kind: DatasetKind, town: str, place: int, row: dict[str, str]) -> broker.EntityDocument:
    entity: broker.EntityDocument = {
        "id": identifier(town, row["name"]),
        "type": "EvacuationSite",
        "name": {"type": "Property", "value": row["name"]},
        "fullAddress": {"type": "Property", "value": f"有田市箕島{place}"},
    }
    if row["longitude"]:
        point = {"type": "Point", "coordinates": [float(row["longitude"]), 34.05]}
        entity["location"] = {"type": "GeoProperty", "value": point}
    if row["capacity"]:
        entity["maxCapacity"] = {"type": "Property", "value": int(row["capacity"])}
    entity["maxCapacityStatus"] = {"type": "Property", "value": "stated" if row["capacity"] else "unknown"}
    return entity


def read(kind: DatasetKind, content: bytes, file_name: str, *, town: str | None) -> Reading:
    rows = list(csv.DictReader(io.StringIO(content.decode())))
    if rows and "name" not in rows[0]:
        raise BadRequestData("名称の列が見つかりません。")
    towns = [town] if town else ["302040", "302023"]
    report = Report(file_name, len(rows), {"文字コード": "UTF-8"})
    shares = {}
    for code in towns:
        entities = [_entity(kind, code, place, row) for place, row in enumerate(rows, 2)]
        for place, (row, entity) in enumerate(zip(rows, entities, strict=True), 2):
            if not row["longitude"]:
                title = RULES["no-coordinates"].title
                report.put(
                    Finding(file_name, place, "longitude", "", "", "no-coordinates", title, "", code, entity["id"])
                )
        lines = [finding for finding in report.findings if finding.tenant == code]
        shares[code] = Share(entities, lines, len(rows))
    return Reading(shares, report, covers_region=town is None, facts=report.facts)
