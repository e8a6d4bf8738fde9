"""Errors as problem details. Source: RFC 9457; ETSI GS CIM 009 V1.9.1, clauses 5.5.2, 5.5.3 and 6.3.2."""

from __future__ import annotations

import logging

from moyai import errors
from moyai.web.reply import Reply, as_json

log = logging.getLogger(__name__)

_ETSI = "https://uri.etsi.org/ngsi-ld/errors/"

TABLE: tuple[tuple[type[errors.Error], int, str, str], ...] = (
    (errors.InvalidRequest, 400, _ETSI + "InvalidRequest", "The request is not valid"),
    (errors.BadRequestData, 400, _ETSI + "BadRequestData", "The request's data is not acceptable"),
    (errors.AlreadyExists, 409, _ETSI + "AlreadyExists", "It exists already"),
    (errors.ResourceNotFound, 404, _ETSI + "ResourceNotFound", "Resource not found"),
    (errors.NonexistentTenant, 404, _ETSI + "NonexistentTenant", "No such tenant"),
    (errors.LdContextNotAvailable, 503, _ETSI + "LdContextNotAvailable", "The @context is not available"),
    (errors.OperationNotSupported, 422, _ETSI + "OperationNotSupported", "Operation not supported"),
    (errors.TooManyResults, 403, _ETSI + "TooManyResults", "Too many results"),
    (errors.UnsupportedMediaType, 415, "about:blank", "Unsupported media type"),
    (errors.NotAcceptable, 406, "about:blank", "Not acceptable"),
    (errors.PayloadTooLarge, 413, "about:blank", "Payload too large"),
    (errors.Unauthenticated, 401, "about:blank", "Authentication needed"),
    (errors.Forbidden, 403, "about:blank", "Not allowed"),
    (errors.TooManyRequests, 429, "about:blank", "Too many requests"),
    (errors.StorageFull, 507, "about:blank", "Storage full"),
    (errors.Unavailable, 503, "about:blank", "Temporarily unavailable"),
    (errors.NewerData, 503, "about:blank", "Data of a newer version"),
)

_INTERNAL = (500, _ETSI + "InternalError", "Internal error")


def details(error: Exception) -> dict[str, object]:
    """The members of a problem: type, title, status, detail, and what the error knows beside."""
    for kind, status, type_uri, title in TABLE:
        if isinstance(error, kind):
            return {"type": type_uri, "title": title, "status": status, "detail": error.detail, **error.members}
    status, type_uri, title = _INTERNAL
    # What went wrong inside is for the log, never for the caller.
    return {"type": type_uri, "title": title, "status": status, "detail": "The reason is in the server's log."}


def reply(error: Exception) -> Reply:
    problem = details(error)
    status = problem["status"]
    assert isinstance(status, int)
    if status == 500:
        log.error("internal error", exc_info=error)
    answer = as_json(problem, status, "application/problem+json")
    if isinstance(error, errors.Unauthenticated):
        return answer.having(("www-authenticate", 'Bearer realm="moyai"'))
    if isinstance(error, errors.TooManyRequests):
        return answer.having(("retry-after", str(error.retry_after)))
    return answer


def method_not_allowed(method: str, allowed: tuple[str, ...]) -> Reply:
    problem = {
        "type": "about:blank",
        "title": "Method not allowed",
        "status": 405,
        "detail": f"{method} is not possible here; possible: {', '.join(allowed)}",
    }
    return as_json(problem, 405, "application/problem+json").having(("allow", ", ".join(allowed)))


def as_kind(name: str, detail: str) -> Exception:
    """The error that an outcome names."""
    kind: type[errors.Error] = getattr(errors, name)
    return kind(detail)
