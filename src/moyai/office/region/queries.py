"""Reads. The region is public: nothing here asks who asks."""

from __future__ import annotations

import json
from functools import lru_cache

from django.db.models import QuerySet

from moyai.errors import ResourceNotFound
from moyai.intake import region as files
from moyai.intake.region import Region
from moyai.office.region.models import Bureau, Municipality, Prefecture


def prefecture() -> Prefecture | None:
    """The prefecture that this installation serves; ``None`` before a region is loaded."""
    return Prefecture.objects.first()


def version() -> str:
    """A name for the region as it is now."""
    found = prefecture()
    return f"{found.code}-{found.version}-{found.loaded_at.timestamp()}" if found else "none"


def municipalities() -> QuerySet[Municipality]:
    """In 団体コード order, with their bureaus, without their shapes."""
    return Municipality.objects.select_related("bureau").defer("shape").order_by("code")


def municipality(code: str) -> Municipality:
    """Raises ResourceNotFound."""
    found = municipalities().filter(pk=code).first()
    if found is None:
        raise ResourceNotFound("お探しの市町村は見つかりません。")
    return found


def bureaus() -> QuerySet[Bureau]:
    return Bureau.objects.order_by("position")


def boundaries() -> bytes:
    """A GeoJSON FeatureCollection of all municipalities."""
    return _boundaries(version())


@lru_cache(maxsize=2)
def _boundaries(version: str) -> bytes:
    features = [
        {
            "type": "Feature",
            "id": town.code,
            "properties": {"code": town.code, "name": town.name, "kana": town.kana},
            "geometry": town.shape,
        }
        for town in Municipality.objects.order_by("code")
    ]
    found = prefecture()
    document = {"type": "FeatureCollection", "attribution": found.credit if found else "", "features": features}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def region() -> Region:
    """The region as the intake knows it: towns with their shapes. Raises ResourceNotFound before one is loaded."""
    return _region(version())


@lru_cache(maxsize=1)
def _region(version: str) -> Region:
    found = prefecture()
    if found is None:
        raise ResourceNotFound("地域データがまだ読み込まれていません（moyai region load）。")
    towns = Municipality.objects.select_related("bureau").prefetch_related("neighbours").order_by("code")
    return Region(files.Prefecture(found.code, found.name), tuple(map(_town, towns)), found.credit)


def _town(town: Municipality) -> files.Municipality:
    return files.Municipality(
        code=town.code,
        name=town.name,
        kana=town.kana,
        kind=town.kind,
        county=town.county,
        bureau=town.bureau.name if town.bureau else "",
        population=town.population,
        census_year=town.census_year,
        area=town.area,
        hall_latitude=town.hall_latitude,
        hall_longitude=town.hall_longitude,
        url=town.url,
        neighbours=tuple(sorted(each.code for each in town.neighbours.all())),
        shape=town.shape,
    )
