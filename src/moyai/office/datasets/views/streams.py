"""Answers that are made while they are sent."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator
from itertools import chain
from typing import Any

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import content_disposition_header, quote_etag

_BLOCK = 64_000


def _blocks(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Small pieces joined to blocks worth sending."""
    block = bytearray()
    for piece in pieces:
        block += piece
        if len(block) >= _BLOCK:
            yield bytes(block)
            block.clear()
    if block:
        yield bytes(block)


async def _in_threads(blocks: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Each block made in a thread, so that the event loop never waits for one."""
    make_next = sync_to_async(lambda: next(blocks, None), thread_sensitive=False)
    while (block := await make_next()) is not None:
        yield block


def streamed(
    request: HttpRequest, pieces: Iterable[bytes], content_type: str, file_name: str = ""
) -> StreamingHttpResponse:
    """The pieces as one answer, as a download where it has a file name.

    The first block is made before the answer begins: what cannot be had at all becomes an error page.
    """
    blocks = _blocks(pieces)
    blocks = chain([next(blocks, b"")], blocks)
    content: Any = _in_threads(blocks) if isinstance(request, ASGIRequest) else blocks
    answer = StreamingHttpResponse(content, content_type=content_type)
    if disposition := content_disposition_header(True, file_name) if file_name else None:
        answer["Content-Disposition"] = disposition
    return answer


def unchanged(request: HttpRequest, tag: str) -> HttpResponseBase | None:
    """The answer 304 where the reader already has the state of that name."""
    return get_conditional_response(request, etag=quote_etag(tag))


def tagged(answer: HttpResponseBase, tag: str, *, is_public: bool, max_age: int = 0) -> HttpResponseBase:
    """The answer with the name of its state, and who may keep it for how many seconds."""
    answer["ETag"] = quote_etag(tag)
    patch_cache_control(answer, **({"public": True} if is_public else {"private": True}), max_age=max_age)
    return answer


def download(content: bytes, content_type: str, file_name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=content_type)
    answer["Content-Disposition"] = content_disposition_header(True, file_name) or "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
