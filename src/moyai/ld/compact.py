"""From the model to an NGSI-LD document. Source: ETSI GS CIM 009 V1.9.1, clauses 4.5.1 to 4.5.5, 4.5.18 to 4.5.24."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any, Literal

import msgspec

from moyai.ld import language
from moyai.ld.context import Context
from moyai.ld.values import is_geometry
from moyai.model.change import ContextSource
from moyai.model.entity import Attribute, Entity, Instances, Kind

Form = Literal["normalized", "concise", "simplified"]
Document = dict[str, Any]

_encode = msgspec.json.Encoder().encode
_BARE = frozenset({Kind.PROPERTY, Kind.GEO, Kind.RELATIONSHIP, Kind.LIST, Kind.LIST_RELATIONSHIP})
"""Kinds whose value stands alone in the simplified form; others keep the member that names them (clause 4.5.4)."""
_DESCRIBING = frozenset(
    {"type", "@type", "observedAt", "datasetId", "expiresAt", "unitCode", "objectType", "valueType", "dataset"}
    | {kind.member for kind in Kind}
)
"""An object with one of these would not be read as a bare value."""


def render(entity: Entity, source: ContextSource) -> bytes:
    """``model.ports.Render``: the normalized form in UTF-8, without the system's timestamps."""
    return _encode(document(entity, Context.of(source)))


def document(
    entity: Entity,
    context: Context,
    *,
    form: Form = "normalized",
    sys_attrs: bool = False,
    attrs: Collection[str] = (),
    lang: str = "",
) -> Document:
    """``attrs``: IRIs of the attributes wanted, all where empty. ``lang``: languages wanted, as in Accept-Language; a
    LanguageProperty then becomes a Property in the one that serves best (clause 4.15)."""
    name_of = context.compact_iri
    result: Document = {"id": entity.id, "type": _one_or_list([name_of(iri) for iri in entity.types])}
    if entity.scopes:
        result["scope"] = _one_or_list(entity.scopes)
    if entity.expires_at:
        result["expiresAt"] = entity.expires_at
    if sys_attrs:
        _add_timestamps(result, entity)
    written = _Writing(context, form, sys_attrs, lang).instances
    for name, instances in entity.attributes.items():
        if not attrs or name in attrs:
            result[name_of(name)] = written(instances)
    return result


def _one_or_list(values: Sequence[str]) -> Any:
    return values[0] if len(values) == 1 else list(values)


def _add_timestamps(result: Document, of: Entity | Attribute) -> None:
    if of.created_at:
        result["createdAt"] = of.created_at
    if of.modified_at:
        result["modifiedAt"] = of.modified_at


class _Writing:
    """How the attributes of one document are written. ``instances`` makes what stands under an attribute's name."""

    __slots__ = ("_has_type", "_lang", "_name_of", "_sys_attrs", "instances")

    def __init__(self, context: Context, form: Form, sys_attrs: bool, lang: str) -> None:
        self._name_of = context.compact_iri
        self._sys_attrs = sys_attrs
        self._lang = lang
        self._has_type = form == "normalized"
        forms: dict[Form, Callable[[Instances], Any]] = {
            "normalized": self._normalized,
            "concise": self._concise,
            "simplified": self._simplified,
        }
        self.instances = forms[form]

    def _normalized(self, instances: Instances) -> Any:
        if len(instances) == 1:
            return self._described(instances[0])
        return [self._described(each) for each in instances]

    def _concise(self, instances: Instances) -> Any:
        if len(instances) > 1:
            return [self._described(each) for each in instances]
        described = self._described(instances[0])
        return described["value"] if _is_plain(described) else described

    def _simplified(self, instances: Instances) -> Any:
        if len(instances) == 1 and instances[0].dataset_id is None:
            return self._value_alone(instances[0])
        return {"dataset": {each.dataset_id or "@none": self._value_alone(each) for each in instances}}

    def _value_alone(self, instance: Attribute) -> Any:
        kind, value = instance.kind, instance.value
        if kind is Kind.LANGUAGE and self._lang and isinstance(value, dict):
            return value[language.best(value, self._lang)]
        if kind in _BARE:
            return value
        return {kind.member: self._value(kind, value)}

    def _described(self, instance: Attribute) -> Document:
        kind = instance.kind
        result: Document = {}
        if self._has_type or (kind is Kind.PROPERTY and is_geometry(instance.value)):
            result["type"] = kind.value  # without it, a Property that holds a geometry would be a GeoProperty
        if kind is Kind.LANGUAGE and self._lang and isinstance(instance.value, dict):
            self._translate(result, instance.value)
        else:
            result[kind.member] = self._value(kind, instance.value)
        self._add_members(result, instance)
        if instance.attributes:
            for name, instances in instance.attributes.items():
                result[self._name_of(name)] = self.instances(instances)
        return result

    def _translate(self, result: Document, texts: dict[str, Any]) -> None:
        tag = language.best(texts, self._lang)
        if self._has_type:
            result["type"] = Kind.PROPERTY.value
        result["value"] = texts[tag]
        result["lang"] = tag

    def _value(self, kind: Kind, value: Any) -> Any:
        if kind is Kind.VOCABULARY:
            return [self._name_of(iri) for iri in value] if isinstance(value, list) else self._name_of(value)
        if kind is Kind.LIST_RELATIONSHIP and self._has_type and isinstance(value, list):
            return [{"object": each} for each in value]
        return value

    def _add_members(self, result: Document, instance: Attribute) -> None:
        if instance.observed_at is not None:
            result["observedAt"] = instance.observed_at
        if instance.unit_code is not None:
            result["unitCode"] = instance.unit_code
        if instance.dataset_id is not None:
            result["datasetId"] = instance.dataset_id
        if instance.object_type:
            result["objectType"] = _one_or_list([self._name_of(iri) for iri in instance.object_type])
        if instance.expires_at is not None:
            result["expiresAt"] = instance.expires_at
        if self._sys_attrs:
            _add_timestamps(result, instance)


def _is_plain(described: Document) -> bool:
    """Whether, in the concise form, the value needs no object around it and is still read as what it is."""
    if len(described) != 1 or "value" not in described:
        return False
    value = described["value"]
    if isinstance(value, list):
        return not any(isinstance(each, dict) for each in value)
    return not isinstance(value, dict) or is_geometry(value) or ("@value" in value or _DESCRIBING.isdisjoint(value))
