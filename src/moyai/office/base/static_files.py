"""Style sheets, scripts and pictures, straight from where they were installed: nothing to collect, nothing to build."""

from __future__ import annotations

import gzip
from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from whitenoise.middleware import WhiteNoiseMiddleware  # type: ignore[import-untyped]
from whitenoise.responders import StaticFile  # type: ignore[import-untyped]

_WORTH_PACKING = ("text/", "application/javascript", "application/json", "image/svg+xml")


@lru_cache(maxsize=200)
def _packed(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)


class StaticFiles(WhiteNoiseMiddleware):  # type: ignore[misc]
    """Whole files instead of streams, as Django streams a file badly under ASGI; texts packed for those who can."""

    @staticmethod
    def serve(static_file: StaticFile, request: HttpRequest) -> HttpResponse:
        answer = static_file.get_response(request.method, request.META)
        content = b""
        if answer.file is not None:
            with answer.file:
                content = answer.file.read()
        response = HttpResponse(content, status=int(answer.status))
        del response["Content-Type"]
        for name, value in answer.headers:
            response[name] = value
        return _pack(response, request) if response.status_code == 200 and content else response


def _pack(response: HttpResponse, request: HttpRequest) -> HttpResponse:
    response["Vary"] = "Accept-Encoding"
    accepts = "gzip" in request.headers.get("Accept-Encoding", "")
    if accepts and response.get("Content-Type", "").startswith(_WORTH_PACKING):
        response.content = _packed(response.content)
        response["Content-Encoding"] = "gzip"
        response["Content-Length"] = str(len(response.content))
    return response
