"""Who is calling: an API key in ``Authorization: Bearer …``, or nobody."""

from __future__ import annotations

from moyai.errors import Unauthenticated
from moyai.model.ports import Rights
from moyai.model.tenant import Caller
from moyai.web.request import Request


def identify(request: Request, rights: Rights) -> Caller:
    """Raises Unauthenticated for another scheme and for a key that is unknown, expired or revoked; TooManyRequests."""
    authorization = request.header("authorization")
    if not authorization:
        return rights.anonymous(request.client)
    scheme, _, key = authorization.partition(" ")
    if scheme.lower() != "bearer" or not key.strip():
        raise Unauthenticated("send the API key as 'Authorization: Bearer KEY'")
    return rights.caller(key.strip())
