"""Entities to keep, and a form to answer them in."""

from __future__ import annotations

from typing import Any

import msgspec

from moyai.model.change import ContextSource
from moyai.model.entity import Attribute, Entity, Instances, Kind
from moyai.model.geo import LOCATION

TENANT = "302040"
AT = "2026-11-23T09:00:00.000Z"
LATER = "2026-11-23T10:00:00.000Z"
SITE = "https://example.org/Site"
TOILET = "https://example.org/Toilet"
NAME, CAPACITY, OPENED, OWNER = (f"https://example.org/{each}" for each in ("name", "capacity", "opened", "owner"))


def render(entity: Entity, context: ContextSource) -> bytes:
    """An answer form that tells what it was made of."""
    return msgspec.json.encode({"id": entity.id, "context": context.hash, "names": sorted(entity.attributes)})


def uri(name: str) -> str:
    return f"urn:ngsi-ld:Site:302040:{name}"


def entity(last: str, /, *types: str, expires_at: str | None = None, **values: Any) -> Entity:
    """``Site`` where no type is given; values are plain JSON, an Attribute or its instances."""
    attributes = {_NAMES[member]: _instances(value) for member, value in values.items()}
    return Entity(id=uri(last), types=types or (SITE,), attributes=attributes, expires_at=expires_at)


def prop(value: Any, **members: Any) -> Attribute:
    return Attribute(kind=Kind.PROPERTY, value=value, **members)


def point(longitude: float, latitude: float) -> Attribute:
    return place({"type": "Point", "coordinates": [longitude, latitude]})


def place(geometry: dict[str, Any], **members: Any) -> Attribute:
    return Attribute(kind=Kind.GEO, value=geometry, **members)


_NAMES = {"name": NAME, "capacity": CAPACITY, "opened": OPENED, "owner": OWNER, "location": LOCATION}


def _instances(value: Any) -> Instances:
    if isinstance(value, tuple):
        return value
    return (value if isinstance(value, Attribute) else prop(value),)
