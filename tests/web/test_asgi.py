from __future__ import annotations

import asyncio
from typing import Any

import pytest

from moyai.errors import InvalidRequest, PayloadTooLarge
from moyai.web import asgi
from moyai.web.reply import Reply
from moyai.web.request import Request


def read(chunks: list[bytes], *, headers: list[tuple[bytes, bytes]] | None = None, **options: Any) -> Request:
    """The request that these messages of the server make."""
    messages = [{"body": chunk, "more_body": index < len(chunks) - 1} for index, chunk in enumerate(chunks)]

    async def receive() -> dict[str, Any]:
        return messages.pop(0)

    scope = {
        "method": "POST",
        "path": "/a b",
        "raw_path": b"/a%20b",
        "query_string": b"q=%E6%9C%89&q=2",
        "headers": headers or [],
        "client": ("192.0.2.1", 1),
    }
    return asyncio.run(asgi.read_request(scope, receive, **{"body_limit": 10, **options}))


def test_the_body_is_put_together() -> None:
    assert read([b"abc", b"def"]).body == b"abcdef"


def test_parameters_are_decoded_and_repeated_ones_kept() -> None:
    assert read([b""]).parameters() == {"q": ["有", "2"]}


def test_a_query_that_is_no_utf8_is_refused() -> None:
    with pytest.raises(InvalidRequest):
        Request(method="GET", path="/", query="q=%ff", headers={}).parameters()


def test_a_body_that_is_too_long_is_refused_while_it_comes() -> None:
    with pytest.raises(PayloadTooLarge):
        read([b"123456", b"123456", b"never read"])


def test_a_body_announced_as_too_long_is_refused_unread() -> None:
    with pytest.raises(PayloadTooLarge):
        read([], headers=[(b"content-length", b"11")])


def test_repeated_headers_are_joined() -> None:
    request = read([b""], headers=[(b"Accept", b"a"), (b"accept", b"b")])
    assert request.header("accept") == "a, b"


def test_a_forwarded_address_is_believed_from_a_trusted_proxy_alone() -> None:
    forwarded = [(b"x-forwarded-for", b"203.0.113.9, 198.51.100.7")]
    assert read([b""], headers=forwarded).client == "192.0.2.1"
    assert read([b""], headers=forwarded, trusted_proxies=["192.0.2.1"]).client == "198.51.100.7"


def test_a_reply_states_its_length() -> None:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(asgi.send_reply(Reply(200, b"abc", (("x-a", "1"),)), send))
    assert sent[0]["headers"] == [(b"x-a", b"1"), (b"content-length", b"3")]
    assert sent[1]["body"] == b"abc"
