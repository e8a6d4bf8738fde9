"""What goes out."""

from __future__ import annotations

import msgspec
from msgspec import Struct

Headers = tuple[tuple[str, str], ...]


class Reply(Struct, frozen=True):
    status: int
    body: bytes = b""
    headers: Headers = ()

    def having(self, *headers: tuple[str, str]) -> Reply:
        """The same with more headers."""
        return Reply(self.status, self.body, self.headers + headers)


def as_json(value: object, status: int = 200, media_type: str = "application/json") -> Reply:
    return Reply(status, msgspec.json.encode(value), (("content-type", media_type),))


def text(value: str, status: int = 200) -> Reply:
    return Reply(status, value.encode(), (("content-type", "text/plain; charset=utf-8"),))
