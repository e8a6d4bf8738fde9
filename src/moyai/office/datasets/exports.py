"""Entities as the files that people download. Everything is made piece by piece, so size costs time, not memory."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence

from moyai.office.base import sheets
from moyai.office.base.broker import EntityDocument
from moyai.office.datasets import columns
from moyai.office.datasets.columns import Column

GETA = "〓"
"""Stands for a character that CP932 does not have, as printers have always done."""
CORE_CONTEXT = "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context.jsonld"

_SAME_IN_CP932 = str.maketrans({"〜": "～", "−": "－", "‖": "∥", "—": "―", "¢": "￠", "£": "￡", "¬": "￢"})
"""Characters that CP932 has under a twin's code point."""


def in_cp932(text: str) -> bytes:
    """The text in CP932; what it lacks becomes 〓."""
    text = text.translate(_SAME_IN_CP932)
    try:
        return text.encode("cp932")
    except UnicodeEncodeError:
        return "".join(letter if _is_in_cp932(letter) else GETA for letter in text).encode("cp932")


def _is_in_cp932(letter: str) -> bool:
    try:
        letter.encode("cp932")
    except UnicodeEncodeError:
        return False
    return True


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)


def lost_in_cp932(entities: Iterable[EntityDocument]) -> int:
    """How many characters of all texts CP932 does not have."""
    lost = 0
    for text in _texts(list(entities)):
        if not text.isascii():
            lost += in_cp932(text).count(GETA.encode("cp932")) - text.count(GETA)
    return lost


def _line(cells: Sequence[object]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([sheets.harmless(cell) for cell in cells])
    return out.getvalue()


def _table(entities: Iterable[EntityDocument], shown: Sequence[Column]) -> Iterator[str]:
    yield _line([column.label for column in shown])
    for entity in entities:
        yield _line([column.text(entity) for column in shown])


def as_csv(entities: Iterable[EntityDocument], shown: Sequence[Column]) -> Iterator[bytes]:
    """UTF-8 with BOM and CRLF, as Excel in Japan expects. Of simplified entities."""
    yield "\ufeff".encode()
    for line in _table(entities, shown):
        yield line.encode()


def as_cp932_csv(entities: Iterable[EntityDocument], shown: Sequence[Column]) -> Iterator[bytes]:
    for line in _table(entities, shown):
        yield in_cp932(line)


def _joined(first: str, pieces: Iterable[object], last: str) -> Iterator[bytes]:
    """A JSON array of pieces between two texts."""
    yield first.encode()
    for place, piece in enumerate(pieces):
        text = json.dumps(piece, ensure_ascii=False, separators=(",", ":"))
        yield (text if place == 0 else f",\n{text}").encode()
    yield last.encode()


def _feature(entity: EntityDocument) -> dict[str, object]:
    properties = {name: value for name, value in entity.items() if name not in ("id", "location")}
    return {"type": "Feature", "id": entity["id"], "geometry": entity.get("location"), "properties": properties}


def as_geojson(entities: Iterable[EntityDocument], credit: str = "") -> Iterator[bytes]:
    """RFC 7946, of simplified entities; one without a location has ``null`` for its geometry."""
    head = json.dumps({"type": "FeatureCollection", "attribution": credit}, ensure_ascii=False)
    return _joined(f'{head[:-1]}, "features": [\n', map(_feature, entities), "\n]}\n")


def as_ngsi_ld(entities: Iterable[EntityDocument]) -> Iterator[bytes]:
    """JSON-LD, of normalized entities, each with its @context."""
    return _joined("[\n", ({**entity, "@context": CORE_CONTEXT} for entity in entities), "\n]\n")


def points(entities: Iterable[EntityDocument], address_of: Callable[[EntityDocument], str]) -> Iterator[bytes]:
    """GeoJSON with what a map needs and no more; ``address_of`` gives the page of a record."""
    located = (entity for entity in entities if "location" in entity)
    features = (
        {
            "type": "Feature",
            "geometry": entity["location"],
            "properties": {
                "id": entity["id"],
                "name": columns.name_of(entity),
                "address": columns.address_of(entity),
                "url": address_of(entity),
            },
        }
        for entity in located
    )
    return _joined('{"type": "FeatureCollection", "features": [\n', features, "\n]}\n")
