"""Entities over HTTP. Source: ETSI GS CIM 009 V1.9.1, clauses 6.4 to 6.6 and 6.23."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from moyai.api import carried, represent
from moyai.api.carried import Carried, Terms
from moyai.broker import Broker
from moyai.errors import BadRequestData
from moyai.ld import expand
from moyai.model.change import Outcome
from moyai.model.query import Page
from moyai.model.tenant import Caller
from moyai.query import params
from moyai.query.params import Asked
from moyai.web.reply import Reply, as_json
from moyai.web.request import Request

NO_CONTENT = Reply(204)


@dataclass(frozen=True)
class EntityHandlers:
    """Each takes the request, the caller, the tenant, and the variables of the path."""

    broker: Broker

    def _body(self, request: Request) -> Carried:
        return carried.body(request, self.broker.contexts)

    def _terms(self, request: Request) -> Terms:
        return carried.terms(request, self.broker.contexts)

    async def create(self, request: Request, caller: Caller, tenant: str) -> Reply:
        sent = self._body(request)
        entity = expand.entity(sent.document, sent.terms.context)
        await self.broker.entities.create(caller, tenant, entity, sent.terms.context.source)
        return Reply(201, b"", (("location", f"/ngsi-ld/v1/entities/{quote(entity.id, safe=':')}"),))

    async def retrieve(self, request: Request, caller: Caller, tenant: str, entity_id: str) -> Reply:
        media_type = represent.negotiate(request.header("accept"))
        terms = self._terms(request)
        wanted = params.for_one(request.parameters(), terms.context.expand_term)
        expand.valid_uri(entity_id, "", "the id")
        stored = await self.broker.entities.retrieve(caller, tenant, entity_id)
        return represent.one(stored, media_type, terms, wanted, request.header("prefer"))

    async def query(self, request: Request, caller: Caller, tenant: str) -> Reply:
        terms = self._terms(request)
        asked = params.for_many(request.parameters(), terms.context.expand_term)
        return await self._selected(request, caller, tenant, terms, asked)

    async def query_by_body(self, request: Request, caller: Caller, tenant: str) -> Reply:
        sent = self._body(request)
        if not isinstance(sent.document, dict):
            raise BadRequestData("the body of a query is a JSON object")
        asked = params.for_body(sent.document, request.parameters(), sent.terms.context.expand_term)
        return await self._selected(request, caller, tenant, sent.terms, asked)

    async def _selected(self, request: Request, caller: Caller, tenant: str, terms: Terms, asked: Asked) -> Reply:
        media_type = represent.negotiate(request.header("accept"))
        page = asked.query.page
        found = await self.broker.entities.query(caller, tenant, asked.query)
        reply = represent.many(found.entities, media_type, terms, asked.representation, request.header("prefer"))
        if found.total is not None:
            reply = reply.having(("ngsild-results-count", str(found.total)))
        more = found.total is None or page.offset + page.limit < found.total
        is_full = len(found.entities) == page.limit > 0
        return reply.having(*_paging(request, page, has_next=is_full and more))

    async def merge(self, request: Request, caller: Caller, tenant: str, entity_id: str) -> Reply:
        sent = self._body(request)
        fragment = expand.entity(sent.document, sent.terms.context, merge=True, entity_id=entity_id)
        await self.broker.entities.merge(caller, tenant, fragment, sent.terms.context.source)
        return NO_CONTENT

    async def replace(self, request: Request, caller: Caller, tenant: str, entity_id: str) -> Reply:
        sent = self._body(request)
        entity = expand.entity(sent.document, sent.terms.context, typed=False, entity_id=entity_id)
        await self.broker.entities.replace(caller, tenant, entity, sent.terms.context.source)
        return NO_CONTENT

    async def append(self, request: Request, caller: Caller, tenant: str, entity_id: str) -> Reply:
        sent = self._body(request)
        fragment = expand.entity(sent.document, sent.terms.context, fragment=True, entity_id=entity_id)
        overwrite = "noOverwrite" not in ",".join(request.parameters().get("options", []))
        outcome = await self.broker.entities.append(
            caller, tenant, fragment, sent.terms.context.source, overwrite=overwrite
        )
        return _updated(outcome, sent.terms)

    async def update(self, request: Request, caller: Caller, tenant: str, entity_id: str) -> Reply:
        sent = self._body(request)
        fragment = expand.entity(sent.document, sent.terms.context, fragment=True, entity_id=entity_id)
        outcome = await self.broker.entities.update(caller, tenant, fragment, sent.terms.context.source)
        return _updated(outcome, sent.terms)

    async def delete(self, request: Request, caller: Caller, tenant: str, entity_id: str) -> Reply:
        expand.valid_uri(entity_id, "", "the id")
        await self.broker.entities.delete(caller, tenant, entity_id)
        return NO_CONTENT


def _updated(outcome: Outcome, terms: Terms) -> Reply:
    """204, or 207 with what was updated and what was not (clause 5.2.18, UpdateResult)."""
    if not outcome.not_updated:
        return NO_CONTENT
    name = terms.context.compact_iri
    result = {
        "updated": [name(each) for each in outcome.updated],
        "notUpdated": [{"attributeName": name(each.name), "reason": each.reason} for each in outcome.not_updated],
    }
    return as_json(result, 207)


def _paging(request: Request, page: Page, *, has_next: bool) -> tuple[tuple[str, str], ...]:
    """Link headers to the page before and the page after (clause 6.3.10)."""
    links = []
    if page.offset and page.limit:
        links.append(_link(request, page, max(page.offset - page.limit, 0), "prev"))
    if has_next:
        links.append(_link(request, page, page.offset + page.limit, "next"))
    return tuple(("link", link) for link in links)


def _link(request: Request, page: Page, offset: int, relation: str) -> str:
    parameters = {name: ",".join(values) for name, values in request.parameters().items()}
    query = urlencode({**parameters, "limit": page.limit, "offset": offset}, safe=":,")
    return f'<{request.path}?{query}>; rel="{relation}"'
