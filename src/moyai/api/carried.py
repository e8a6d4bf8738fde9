"""What a request carries: its body, and the @context its names are read with.

Source: ETSI GS CIM 009 V1.9.1, clauses 6.3.4 and 6.3.5 (where the @context stands).
"""

from __future__ import annotations

import re
from typing import Any

from msgspec import Struct

from moyai.api.body import decoded
from moyai.broker.contexts import Contexts
from moyai.errors import BadRequestData, UnsupportedMediaType
from moyai.ld import core
from moyai.ld.context import Context
from moyai.web.request import Request

JSON = "application/json"
JSON_LD = "application/ld+json"
MERGE_PATCH = "application/merge-patch+json"
CONTEXT_RELATION = "http://www.w3.org/ns/json-ld#context"

_LINK = re.compile(r"<([^>]*)>\s*((?:;[^,]*)*)")
_RELATION = re.compile(r";\s*rel\s*=\s*\"?([^\";]+)\"?")


class Terms(Struct, frozen=True):
    """The @context of a request, compiled, and how an answer refers to it."""

    context: Context
    reference: Any
    """What stands as @context in an answer: a URL, or the JSON that was sent."""


class Carried(Struct, frozen=True):
    document: Any
    terms: Terms
    media_type: str = JSON


def terms(request: Request, contexts: Contexts) -> Terms:
    """Of a request without a body: the Link header's, else the core's. Raises LdContextNotAvailable."""
    url = _linked_context(request)
    return Terms(contexts.resolve(url or core.URL), url or core.URL)


def body(request: Request, contexts: Contexts) -> Carried:
    """Raises UnsupportedMediaType, InvalidRequest, BadRequestData, LdContextNotAvailable."""
    media_type = request.header("content-type").partition(";")[0].strip().lower()
    if media_type not in (JSON, JSON_LD, MERGE_PATCH):
        raise UnsupportedMediaType(f"the body is {JSON} or {JSON_LD}, not '{media_type}'")
    document = decoded(request.body)
    within = _context_within(document)
    if media_type == JSON_LD:
        return _with_own_context(request, document, within, contexts)
    _refuse_context(within)
    return Carried(document, terms(request, contexts), media_type)


def own_terms(document: Any, sent: Carried, contexts: Contexts) -> Terms:
    """Of one entity in a batch: its own @context where it is sent as JSON-LD, else the request's."""
    own = _context_within(document)
    if sent.media_type != JSON_LD:
        _refuse_context(own)
        return sent.terms
    if own is None and isinstance(document, dict):
        raise BadRequestData(f"each entity in a body of {JSON_LD} has an @context")
    return sent.terms if own is None else Terms(contexts.resolve(own), own)


def _refuse_context(within: Any) -> None:
    if within is not None:
        raise BadRequestData(f"a body with @context is sent as {JSON_LD}")


def _with_own_context(request: Request, document: Any, within: Any, contexts: Contexts) -> Carried:
    if _linked_context(request):
        raise BadRequestData(f"a body of {JSON_LD} carries its @context itself; the request has a Link header too")
    if within is None and not isinstance(document, list):
        raise BadRequestData(f"a body of {JSON_LD} has an @context")
    reference = core.URL if within is None else within
    return Carried(document, Terms(contexts.resolve(reference), reference), JSON_LD)


def _context_within(document: Any) -> Any:
    return document.get("@context") if isinstance(document, dict) else None


def _linked_context(request: Request) -> str:
    for url, parameters in _LINK.findall(request.header("link")):
        relation = _RELATION.search(parameters)
        if relation and relation[1] == CONTEXT_RELATION:
            return str(url)
    return ""
