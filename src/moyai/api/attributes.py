"""Single attributes over HTTP. Source: ETSI GS CIM 009 V1.9.1, clause 6.7."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from moyai.api import carried
from moyai.api.carried import Carried
from moyai.broker import Broker
from moyai.ld import expand
from moyai.ld.lexical import checked_name
from moyai.model.change import DeleteAttribute, PatchAttribute
from moyai.model.entity import Instances
from moyai.model.tenant import Caller
from moyai.web.reply import Reply
from moyai.web.request import Request

NO_CONTENT = Reply(204)


@dataclass(frozen=True)
class AttributeHandlers:
    broker: Broker

    def _sent(self, request: Request, entity_id: str, name: str, *, partial: bool) -> tuple[Carried, str, Instances]:
        expand.valid_uri(entity_id, "", "the id")
        sent = carried.body(request, self.broker.contexts)
        instances = expand.attribute(name, _without_context(sent.document), sent.terms.context, partial=partial)
        return sent, sent.terms.context.expand_term(name), instances

    async def patch(self, request: Request, caller: Caller, tenant: str, entity_id: str, name: str) -> Reply:
        sent, iri, instances = self._sent(request, entity_id, name, partial=True)
        operation = PatchAttribute(id=entity_id, name=iri, instances=instances)
        await self.broker.attributes.patch(caller, tenant, operation, sent.terms.context.source)
        return NO_CONTENT

    async def replace(self, request: Request, caller: Caller, tenant: str, entity_id: str, name: str) -> Reply:
        sent, iri, instances = self._sent(request, entity_id, name, partial=False)
        await self.broker.attributes.replace(caller, tenant, entity_id, iri, instances, sent.terms.context.source)
        return NO_CONTENT

    async def delete(self, request: Request, caller: Caller, tenant: str, entity_id: str, name: str) -> Reply:
        expand.valid_uri(entity_id, "", "the id")
        terms = carried.terms(request, self.broker.contexts)
        parameters = request.parameters()
        dataset_id = parameters.get("datasetId", [""])[0]
        operation = DeleteAttribute(
            id=entity_id,
            name=terms.context.expand_term(checked_name(name)),
            dataset_id=dataset_id or None,
            every_instance=parameters.get("deleteAll", [""])[0] == "true",
        )
        await self.broker.attributes.delete(caller, tenant, operation)
        return NO_CONTENT


def _without_context(document: Any) -> Any:
    if isinstance(document, dict):
        return {name: value for name, value in document.items() if name != "@context"}
    return document
