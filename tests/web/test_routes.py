from __future__ import annotations

from moyai.web.reply import Reply
from moyai.web.request import Request
from moyai.web.routes import Route, Table


async def handler(request: Request) -> Reply:
    return Reply(204)


TABLE = Table(
    "ngsi-ld/v1",
    [
        Route("GET", "entities", handler, "6.4"),
        Route("POST", "entities", handler, "6.4"),
        Route("GET", "entities/{id}", handler, "6.5"),
        Route("PATCH", "entities/{id}/attrs/{name}", handler, "6.7"),
    ],
)


def request(method: str, path: str) -> Request:
    return Request(method=method, path=path, headers={})


def test_a_row_is_found_with_its_variables() -> None:
    match = TABLE.find(request("PATCH", "/ngsi-ld/v1/entities/urn:a:b/attrs/temperature"))
    assert match is not None
    assert match.handler is handler
    assert match.variables == ("urn:a:b", "temperature")


def test_an_encoded_slash_stays_within_its_variable() -> None:
    match = TABLE.find(request("GET", "/ngsi-ld/v1/entities/urn%3Aa%2Fb"))
    assert match is not None
    assert match.variables == ("urn:a/b",)


def test_a_trailing_slash_changes_nothing() -> None:
    assert TABLE.find(request("GET", "/ngsi-ld/v1/entities/")) is not None


def test_a_known_path_with_another_method_says_what_is_possible() -> None:
    match = TABLE.find(request("DELETE", "/ngsi-ld/v1/entities"))
    assert match is not None
    assert (match.handler, match.allowed) == (None, ("GET", "POST"))


def test_an_unknown_path_is_not_found() -> None:
    assert TABLE.find(request("GET", "/ngsi-ld/v1/nothing")) is None
    assert TABLE.find(request("GET", "/ngsi-ld/v2/entities")) is None
