"""What came in. Our own record, so that the server underneath can be changed."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qs, unquote

from msgspec import Struct

from moyai.errors import InvalidRequest

Parameters = Mapping[str, list[str]]


class Request(Struct, frozen=True, kw_only=True):
    method: str
    path: str
    """As sent, percent-encoded."""
    query: str = ""
    """As sent, without the question mark."""
    headers: Mapping[str, str]
    """Names in lower case; repeated ones joined with ``, ``."""
    body: bytes = b""
    client: str = ""
    """The address of who connects; behind a trusted proxy, that of who connects to it."""

    @property
    def segments(self) -> tuple[str, ...]:
        """The path's parts, decoded one by one, so that an encoded slash stays within its part."""
        return tuple(unquote(part) for part in self.path.strip("/").split("/"))

    def parameters(self) -> Parameters:
        """The query's parameters, in the order they came. Raises InvalidRequest for bytes that are no UTF-8."""
        try:
            return parse_qs(self.query, keep_blank_values=True, errors="strict", max_num_fields=200)
        except ValueError as error:
            raise InvalidRequest(f"the query string cannot be read: {error}") from error

    def header(self, name: str) -> str:
        return self.headers.get(name, "")
