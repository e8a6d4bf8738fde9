"""The entity of NGSI-LD in memory: names are IRIs, values are as their writer sent them.

Source: ETSI GS CIM 009 V1.9.1, clauses 4.5.1 to 4.5.24 (representation) and 5.2.4 to 5.2.8 (data types).
A *fragment* (what PATCH and batch operations carry) is an Entity too, in which ``types`` may be empty.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

import msgspec
from msgspec import Struct, field

NULL = "urn:ngsi-ld:null"
"""In a fragment: delete this (clause 4.5.0)."""

_canonical = msgspec.json.Encoder(order="sorted").encode

Json = Any
"""A JSON value: str, int, float, bool, None, list or dict of the same."""


class Kind(StrEnum):
    """The attribute types of clause 4.5.2 and following; the value is the name on the wire."""

    PROPERTY = "Property"
    GEO = "GeoProperty"
    RELATIONSHIP = "Relationship"
    LANGUAGE = "LanguageProperty"
    VOCABULARY = "VocabProperty"
    LIST = "ListProperty"
    LIST_RELATIONSHIP = "ListRelationship"
    JSON = "JsonProperty"

    @property
    def member(self) -> str:
        """The member of the normalized form that holds the value."""
        return _MEMBER[self]


_MEMBER = {
    Kind.PROPERTY: "value",
    Kind.GEO: "value",
    Kind.RELATIONSHIP: "object",
    Kind.LANGUAGE: "languageMap",
    Kind.VOCABULARY: "vocab",
    Kind.LIST: "valueList",
    Kind.LIST_RELATIONSHIP: "objectList",
    Kind.JSON: "json",
}


class Attribute(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One instance of an attribute.

    ``value`` by kind: Property any JSON value but null; GeoProperty a GeoJSON geometry; Relationship a URI or a list of
    URIs; LanguageProperty ``{tag: text}``; VocabProperty an IRI or a list of them; ListProperty a list;
    ListRelationship a list of URIs; JsonProperty any JSON value. In a fragment it may be ``urn:ngsi-ld:null``.
    """

    kind: Kind
    value: Json = None
    dataset_id: str | None = None
    observed_at: str | None = None
    """As sent: ISO 8601 in UTC."""
    unit_code: str | None = None
    object_type: tuple[str, ...] = ()
    """IRIs of the types of a Relationship's target."""
    attributes: dict[str, tuple[Attribute, ...]] = field(default_factory=dict)
    """Attributes of this attribute, by IRI."""
    created_at: str | None = None
    modified_at: str | None = None
    expires_at: str | None = None

    @property
    def is_null(self) -> bool:
        """Whether this is a fragment's way to say: delete."""
        return bool(self.value == NULL or self.value == {"@none": NULL})

    def content(self) -> tuple[object, ...]:
        """Everything but the system's timestamps: what tells whether something has changed."""
        return (
            self.kind,
            _canonical(self.value),  # to Python, 1 equals True
            self.dataset_id,
            self.observed_at,
            self.unit_code,
            self.object_type,
            self.expires_at,
            {name: tuple(each.content() for each in instances) for name, instances in self.attributes.items()},
        )


Instances = tuple[Attribute, ...]
"""The instances of one attribute, at most one for each datasetId; the default instance (no datasetId) first."""


class Entity(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An entity, or a fragment of one."""

    id: str
    types: tuple[str, ...] = ()
    """IRIs, without repetition, in the order they came."""
    scopes: tuple[str, ...] | None = None
    """``/A/B`` paths; ``None`` where there are none (in a fragment: not mentioned)."""
    attributes: dict[str, Instances] = field(default_factory=dict)
    created_at: str | None = None
    modified_at: str | None = None
    expires_at: str | None = None

    def instance(self, name: str, dataset_id: str | None = None) -> Attribute | None:
        """The instance of an attribute with this datasetId; ``None``: the default instance."""
        return find(self.attributes.get(name, ()), dataset_id)

    def content(self) -> tuple[object, ...]:
        """Everything but the system's timestamps."""
        return (
            self.id,
            frozenset(self.types),
            self.scopes,
            self.expires_at,
            {name: tuple(each.content() for each in instances) for name, instances in self.attributes.items()},
        )


def find(instances: Instances, dataset_id: str | None) -> Attribute | None:
    return next((each for each in instances if each.dataset_id == dataset_id), None)


def walk(
    attributes: Mapping[str, Instances], prefix: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Attribute]]:
    """Every instance of every attribute with its path of IRIs, sub-attributes after their parent."""
    for name, instances in attributes.items():
        path = (*prefix, name)
        for instance in instances:
            yield path, instance
            yield from walk(instance.attributes, path)
