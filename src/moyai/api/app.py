"""The NGSI-LD face: its route table, and the steps of every request in one function."""

from __future__ import annotations

import asyncio
import logging

from moyai.api import problem
from moyai.api.attributes import AttributeHandlers
from moyai.api.batch import BatchHandlers
from moyai.api.entities import EntityHandlers
from moyai.broker import Broker
from moyai.errors import Error, NonexistentTenant, ResourceNotFound
from moyai.web import asgi, auth
from moyai.web.asgi import Receive, Scope, Send
from moyai.web.reply import Reply
from moyai.web.request import Request
from moyai.web.routes import Route, Table

log = logging.getLogger(__name__)

PREFIX = "ngsi-ld/v1"


def routes(broker: Broker) -> list[Route]:
    """Every operation: method, path, handler, clause of ETSI GS CIM 009 V1.9.1."""
    entities = EntityHandlers(broker)
    attributes = AttributeHandlers(broker)
    batch = BatchHandlers(broker)
    return [
        Route("POST", "entities", entities.create, "6.4.3.1"),
        Route("GET", "entities", entities.query, "6.4.3.2"),
        Route("GET", "entities/{id}", entities.retrieve, "6.5.3.1"),
        Route("DELETE", "entities/{id}", entities.delete, "6.5.3.2"),
        Route("PUT", "entities/{id}", entities.replace, "6.5.3.3"),
        Route("PATCH", "entities/{id}", entities.merge, "6.5.3.4"),
        Route("POST", "entities/{id}/attrs", entities.append, "6.6.3.1"),
        Route("PATCH", "entities/{id}/attrs", entities.update, "6.6.3.2"),
        Route("PATCH", "entities/{id}/attrs/{name}", attributes.patch, "6.7.3.1"),
        Route("DELETE", "entities/{id}/attrs/{name}", attributes.delete, "6.7.3.2"),
        Route("PUT", "entities/{id}/attrs/{name}", attributes.replace, "6.7.3.3"),
        Route("POST", "entityOperations/create", batch.create, "6.14.3.1"),
        Route("POST", "entityOperations/upsert", batch.upsert, "6.15.3.1"),
        Route("POST", "entityOperations/update", batch.update, "6.16.3.1"),
        Route("POST", "entityOperations/delete", batch.delete, "6.17.3.1"),
        Route("POST", "entityOperations/query", entities.query_by_body, "6.23.3.1"),
    ]


class Api:
    """An ASGI application."""

    def __init__(self, broker: Broker, *, body_limit: int, trusted_proxies: tuple[str, ...] = ()) -> None:
        self.broker = broker
        self._body_limit = body_limit
        self._trusted_proxies = trusted_proxies
        self._table = Table(PREFIX, routes(broker))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            request = await asgi.read_request(
                scope, receive, body_limit=self._body_limit, trusted_proxies=self._trusted_proxies
            )
            reply = await self.answer(request)
        except Error as error:
            reply = problem.reply(error)
        await asgi.send_reply(reply, send)

    async def answer(self, request: Request) -> Reply:
        """Find the row, find the caller and the tenant, do it; whatever goes wrong is a problem document."""
        try:
            reply = await self._carry_out(request)
        except asyncio.CancelledError:
            raise
        except NonexistentTenant as error:
            return problem.reply(error)
        except Exception as error:
            reply = problem.reply(error)
        tenant = request.header("ngsild-tenant")
        return reply.having(("ngsild-tenant", tenant)) if tenant else reply

    async def _carry_out(self, request: Request) -> Reply:
        match = self._table.find(request)
        if match is None:
            raise ResourceNotFound(f"there is nothing at {request.path}")
        if match.handler is None:
            return problem.method_not_allowed(request.method, match.allowed)
        caller = auth.identify(request, self.broker.rights)
        tenant = self.broker.tenants.meant_by(request.header("ngsild-tenant"))
        return await match.handler(request, caller, tenant, *match.variables)
