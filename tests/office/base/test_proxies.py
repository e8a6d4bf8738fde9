"""A client's address is what a trusted proxy says, and nothing that the client says itself."""

from __future__ import annotations

import pytest
from django.http import HttpRequest, HttpResponse

from moyai.office.base import proxies
from moyai.office.base.proxies import TrustedProxies


@pytest.mark.parametrize(
    ("peer", "forwarded_for", "client"),
    [
        ("10.0.0.1", "203.0.113.7", "203.0.113.7"),
        ("10.0.0.1", "198.51.100.9, 203.0.113.7", "203.0.113.7"),
        ("10.0.0.1", "198.51.100.9, 203.0.113.7, 10.0.0.2", "203.0.113.7"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "10.0.0.2", "10.0.0.2"),
    ],
)
def test_the_nearest_address_that_is_no_proxy_of_ours(peer: str, forwarded_for: str, client: str) -> None:
    assert proxies.client_address(peer, forwarded_for, proxies.networks(["10.0.0.0/8"])) == client


@pytest.mark.parametrize("peer", ["", "not an address", "192.0.2.1"])
def test_anyone_else_is_not_believed(peer: str) -> None:
    assert not proxies.is_trusted(peer, proxies.networks(["10.0.0.0/8"]))


def test_forged_headers_are_dropped() -> None:
    request = HttpRequest()
    request.META.update(REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR="127.0.0.1", HTTP_X_FORWARDED_PROTO="https")
    seen: dict[str, str] = {}

    def view(passed: HttpRequest) -> HttpResponse:
        seen.update(passed.META)
        return HttpResponse()

    TrustedProxies(view)(request)
    assert seen == {"REMOTE_ADDR": "192.0.2.1"}
