"""Reads. The region is public: nothing here asks who asks."""

from __future__ import annotations

import json
from functools import lru_cache

from django.db.models import QuerySet

from moyai.errors import ResourceNotFound
from moyai.office.region.models import Bureau, Municipality, Prefecture


def prefecture() -> Prefecture | None:
    """The prefecture that this installation serves; ``None`` before a region is loaded."""
    return Prefecture.objects.first()


def version() -> str:
    """A name for the region as it is now."""
    found = prefecture()
    return f"{found.code}-{found.version}" if found else "none"


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
