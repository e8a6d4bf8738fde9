"""From the model to an NGSI-LD document. Source: ETSI GS CIM 009 V1.9.1, clause 4.5."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Literal

import msgspec

from moyai.ld.context import Context
from moyai.model.change import ContextSource
from moyai.model.entity import Attribute, Entity, Instances, Kind, find

Form = Literal["normalized", "concise", "simplified"]
Document = dict[str, Any]

_encode = msgspec.json.Encoder().encode


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
    """``attrs``: IRIs of the attributes wanted, all where empty. ``lang``: a language tag; a LanguageProperty then
    becomes a Property in that language (clause 4.15)."""
    writer = _Writer(context, form, sys_attrs, lang)
    result: Document = {"id": entity.id, "type": _one_or_list([context.compact_iri(iri) for iri in entity.types])}
    if entity.scopes:
        result["scope"] = _one_or_list(entity.scopes)
    if entity.expires_at:
        result["expiresAt"] = entity.expires_at
    if sys_attrs:
        _add_timestamps(result, entity)
    for name, instances in entity.attributes.items():
        if not attrs or name in attrs:
            result[context.compact_iri(name)] = writer.instances(instances)
    return result


def _one_or_list(values: Iterable[Any]) -> Any:
    each = list(values)
    return each[0] if len(each) == 1 else each


def _add_timestamps(result: Document, of: Entity | Attribute) -> None:
    if of.created_at:
        result["createdAt"] = of.created_at
    if of.modified_at:
        result["modifiedAt"] = of.modified_at


class _Writer:
    """Attributes in one form and one @context."""

    def __init__(self, context: Context, form: Form, sys_attrs: bool, lang: str) -> None:
        self._context = context
        self._form = form
        self._sys_attrs = sys_attrs
        self._lang = lang

    def instances(self, instances: Instances) -> Any:
        if self._form == "simplified":
            return self._simplified(instances)
        each = [self._attribute(instance) for instance in instances]
        return self._shortened(each[0]) if len(each) == 1 else each

    def _simplified(self, instances: Instances) -> Any:
        if len(instances) == 1 and instances[0].dataset_id is None:
            return self._plain(instances[0])
        return {"dataset": {each.dataset_id or "@none": self._plain(each) for each in instances}}

    def _plain(self, instance: Attribute) -> Any:
        kind, value = self._translated(instance)
        if kind is Kind.LANGUAGE or kind is Kind.JSON or kind is Kind.LIST or kind is Kind.LIST_RELATIONSHIP:
            return {kind.member: value}
        if kind is Kind.VOCABULARY:
            return {kind.member: self._terms(value)}
        return value

    def _attribute(self, instance: Attribute) -> Document:
        kind, value = self._translated(instance)
        result: Document = {} if self._form == "concise" else {"type": kind.value}
        result[kind.member] = self._terms(value) if kind is Kind.VOCABULARY else value
        if kind is not instance.kind:
            result["lang"] = self._spoken(instance.value)
        self._add_members(result, instance)
        for name, instances in instance.attributes.items():
            result[self._context.compact_iri(name)] = self.instances(instances)
        return result

    def _shortened(self, attribute: Document) -> Any:
        """In the concise form a value alone needs no object around it."""
        if self._form == "concise" and list(attribute) == ["value"] and not _looks_like_attribute(attribute["value"]):
            return attribute["value"]
        return attribute

    def _add_members(self, result: Document, instance: Attribute) -> None:
        if instance.dataset_id:
            result["datasetId"] = instance.dataset_id
        if instance.observed_at:
            result["observedAt"] = instance.observed_at
        if instance.unit_code:
            result["unitCode"] = instance.unit_code
        if instance.object_type:
            result["objectType"] = _one_or_list(self._context.compact_iri(iri) for iri in instance.object_type)
        if instance.expires_at:
            result["expiresAt"] = instance.expires_at
        if self._sys_attrs:
            _add_timestamps(result, instance)

    def _terms(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._context.compact_iri(iri) for iri in value]
        return self._context.compact_iri(value)

    def _translated(self, instance: Attribute) -> tuple[Kind, Any]:
        if self._lang and instance.kind is Kind.LANGUAGE:
            return Kind.PROPERTY, instance.value[self._spoken(instance.value)]
        return instance.kind, instance.value

    def _spoken(self, texts: Mapping[str, Any]) -> str:
        """The tag nearest to the language asked for: itself, its main language, ``@none``, the first."""
        for tag in (self._lang, self._lang.partition("-")[0], "@none"):
            if tag in texts:
                return tag
        return next(iter(texts))


def _looks_like_attribute(value: Any) -> bool:
    """Whether a bare value would be read as something else than a Property's or GeoProperty's value."""
    if isinstance(value, list):
        return any(isinstance(each, dict) for each in value)
    return isinstance(value, dict) and "coordinates" not in value


def default_instance(entity: Entity, name: str) -> Attribute | None:
    """The instance without a datasetId."""
    return find(entity.attributes.get(name, ()), None)
