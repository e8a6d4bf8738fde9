"""The server's side: ASGI messages to a Request, a Reply to ASGI messages."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, MutableMapping
from typing import Any

from moyai.errors import PayloadTooLarge
from moyai.web.reply import Reply
from moyai.web.request import Request

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


async def read_request(
    scope: Scope, receive: Receive, *, body_limit: int, trusted_proxies: Collection[str] = ()
) -> Request:
    """Raises PayloadTooLarge as soon as the body is longer than ``body_limit`` bytes."""
    headers = _headers(scope["headers"])
    return Request(
        method=scope["method"],
        path=(scope.get("raw_path") or scope["path"].encode()).decode("ascii", "replace"),
        query=scope["query_string"].decode("latin-1"),
        headers=headers,
        body=await _body(receive, headers, body_limit),
        client=_client(scope, headers, trusted_proxies),
    )


async def send_reply(reply: Reply, send: Send, *, head_only: bool = False) -> None:
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in reply.headers]
    headers.append((b"content-length", str(len(reply.body)).encode()))
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if head_only else reply.body})


def _headers(raw: list[tuple[bytes, bytes]]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for name_bytes, value in raw:
        name = name_bytes.decode("latin-1").lower()
        text = value.decode("latin-1")
        headers[name] = f"{headers[name]}, {text}" if name in headers else text
    return headers


async def _body(receive: Receive, headers: dict[str, str], limit: int) -> bytes:
    announced = headers.get("content-length", "0")
    if announced.isascii() and announced.isdigit() and int(announced) > limit:
        raise PayloadTooLarge(f"the body has {announced} bytes; at most {limit} are accepted")
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > limit:
            raise PayloadTooLarge(f"the body has more than {limit} bytes, which is the most that is accepted")
        chunks.append(chunk)
        if not message.get("more_body", False):
            return b"".join(chunks)


def _client(scope: Scope, headers: dict[str, str], trusted_proxies: Collection[str]) -> str:
    address = str((scope.get("client") or ("",))[0])
    forwarded = [each.strip() for each in headers.get("x-forwarded-for", "").split(",") if each.strip()]
    # The last address was written by our own proxy; those before it are what the client claims.
    return forwarded[-1] if forwarded and address in trusted_proxies else address
