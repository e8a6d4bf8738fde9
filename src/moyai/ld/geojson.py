"""Entities as GeoJSON features. Source: ETSI GS CIM 009 V1.9.1, clauses 4.5.16, 4.5.17, 5.2.29 to 5.2.31."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from moyai.ld import compact
from moyai.ld.compact import Document, Form
from moyai.ld.context import Context
from moyai.model.entity import Entity, Kind
from moyai.model.geo import LOCATION


def feature(
    entity: Entity,
    context: Context,
    *,
    form: Form = "normalized",
    sys_attrs: bool = False,
    attrs: Collection[str] = (),
    geometry_property: str = LOCATION,
    lang: str = "",
) -> Document:
    """``geometry_property``: IRI of the GeoProperty whose default instance is the geometry, also where ``attrs`` leaves
    it out of the properties; null where there is none."""
    properties = compact.document(entity, context, form=form, sys_attrs=sys_attrs, attrs=attrs, lang=lang)
    return {
        "id": properties.pop("id"),
        "type": "Feature",
        "geometry": _geometry(entity, geometry_property),
        "properties": properties,
    }


def collection(features: Iterable[Document]) -> Document:
    return {"type": "FeatureCollection", "features": list(features)}


def _geometry(entity: Entity, name: str) -> Any:
    instance = entity.instance(name)
    return instance.value if instance is not None and instance.kind is Kind.GEO else None
