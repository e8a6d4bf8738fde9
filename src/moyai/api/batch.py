"""Batch operations over HTTP. Source: ETSI GS CIM 009 V1.9.1, clauses 6.14 to 6.17 and 5.2.16 (BatchOperationResult).

An entity of the batch that cannot be read or written is reported; those beside it are carried out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from moyai.api import carried, problem
from moyai.api.carried import Carried
from moyai.broker import Broker
from moyai.errors import BadRequestData, Error
from moyai.ld import expand
from moyai.model.change import Outcome
from moyai.model.entity import Entity
from moyai.model.tenant import Caller
from moyai.web.reply import Reply, as_json
from moyai.web.request import Request

GREATEST = 5000
"""Entities of one batch."""
_SHOWN = 200
"""Characters of what is no id, in its error."""


@dataclass
class _Batch:
    """What could be read of a batch, and what could not."""

    entities: list[Entity] = field(default_factory=list)
    errors: list[dict[str, Any]] = field(default_factory=list)

    def refuse(self, entity_id: str, error: Exception) -> None:
        self.errors.append({"entityId": entity_id, "error": problem.details(error)})

    def sort(self, outcomes: Sequence[Outcome]) -> list[Outcome]:
        """Those that succeeded; the others become errors of the batch."""
        for outcome in outcomes:
            if outcome.error:
                self.refuse(outcome.id, problem.as_kind(outcome.error, outcome.detail))
        return [outcome for outcome in outcomes if not outcome.error]

    def reply(self, succeeded: Sequence[Outcome], all_well: Reply) -> Reply:
        if not self.errors:
            return all_well
        return as_json({"success": [outcome.id for outcome in succeeded], "errors": self.errors}, 207)


@dataclass(frozen=True)
class BatchHandlers:
    broker: Broker

    def _read(self, request: Request, *, fragment: bool = False) -> tuple[Carried, _Batch]:
        sent = carried.body(request, self.broker.contexts)
        batch = _Batch()
        for document in _elements(sent.document):
            try:
                terms = carried.own_terms(document, sent, self.broker.contexts)
                batch.entities.append(expand.entity(document, terms.context, fragment=fragment))
            except Error as error:
                batch.refuse(_id_of(document), error)
        return sent, batch

    async def create(self, request: Request, caller: Caller, tenant: str) -> Reply:
        sent, batch = self._read(request)
        outcomes = await self.broker.batch.create(caller, tenant, batch.entities, sent.terms.context.source)
        succeeded = batch.sort(outcomes)
        return batch.reply(succeeded, as_json([outcome.id for outcome in succeeded], 201))

    async def upsert(self, request: Request, caller: Caller, tenant: str) -> Reply:
        sent, batch = self._read(request)
        update = "update" in ",".join(request.parameters().get("options", [])).split(",")
        outcomes = await self.broker.batch.upsert(
            caller, tenant, batch.entities, sent.terms.context.source, update=update
        )
        succeeded = batch.sort(outcomes)
        created = [outcome.id for outcome in succeeded if outcome.created]
        return batch.reply(succeeded, as_json(created, 201) if created else Reply(204))

    async def update(self, request: Request, caller: Caller, tenant: str) -> Reply:
        sent, batch = self._read(request, fragment=True)
        overwrite = "noOverwrite" not in ",".join(request.parameters().get("options", []))
        outcomes = await self.broker.batch.update(
            caller, tenant, batch.entities, sent.terms.context.source, overwrite=overwrite
        )
        return batch.reply(batch.sort(outcomes), Reply(204))

    async def delete(self, request: Request, caller: Caller, tenant: str) -> Reply:
        sent = carried.body(request, self.broker.contexts)
        batch, ids = _Batch(), []
        for index, each in enumerate(_elements(sent.document)):
            try:
                ids.append(expand.valid_uri(each, f"/{index}", "the id"))
            except Error as error:
                batch.refuse(str(each)[:_SHOWN], error)
        outcomes = await self.broker.batch.delete(caller, tenant, ids)
        return batch.reply(batch.sort(outcomes), Reply(204))


def _elements(document: Any) -> list[Any]:
    if not isinstance(document, list) or not document:
        raise BadRequestData("the body of a batch is a JSON array that is not empty")
    if len(document) > GREATEST:
        raise BadRequestData(f"a batch has at most {GREATEST} elements, this one {len(document)}")
    return document


def _id_of(document: Any) -> str:
    return str(document.get("id", "")) if isinstance(document, dict) else ""
