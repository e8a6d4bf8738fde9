"""Whom to believe about the client: only the reverse proxies that the settings name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from django.http import HttpRequest, HttpResponse

from moyai.settings import current

Network = IPv4Network | IPv6Network
_FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_FORWARDED")


def networks(names: Iterable[str]) -> tuple[Network, ...]:
    return tuple(ip_network(name, strict=False) for name in names)


def is_trusted(address: str, trusted: tuple[Network, ...]) -> bool:
    try:
        client = ip_address(address)
    except ValueError:
        return False
    return any(client in network for network in trusted)


def client_address(peer: str, forwarded_for: str, trusted: tuple[Network, ...]) -> str:
    """The nearest address of the chain that is not a proxy of ours; a client can write only what stands left of it."""
    chain = [*(part.strip() for part in forwarded_for.split(",") if part.strip()), peer]
    return next((address for address in reversed(chain) if not is_trusted(address, trusted)), chain[0])


class TrustedProxies:
    """Middleware: from a trusted proxy take the client's address, from anyone else drop what they claim."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.trusted = networks(current().trusted_proxies)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        peer = request.META.get("REMOTE_ADDR", "")
        if is_trusted(peer, self.trusted):
            forwarded_for = request.META.get("HTTP_X_FORWARDED_FOR", "")
            request.META["REMOTE_ADDR"] = client_address(peer, forwarded_for, self.trusted)
        else:
            for header in _FORWARDED:
                request.META.pop(header, None)
        return self.get_response(request)
