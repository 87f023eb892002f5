"""Who asks: an address, or a name given to a token; the fair queue and the budgets count by it."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import Scope

    from ...config import Server

_SOCKET = "local"  # a client on a socket of the file system: it has no address


def client_of(scope: Scope, server: Server) -> str:
    """The name a client is counted under.

    A forwarded address counts only when it is said by a proxy that the configuration names. Tokens are compared
    by their SHA-256, and one that is not known changes nothing.
    """
    peer = scope["client"][0] if scope.get("client") else ""
    if not (server.tokens or server.proxies):
        return _network(peer)
    headers = dict(scope["headers"])
    kind, _, token = headers.get(b"authorization", b"").partition(b" ")
    if kind.lower() == b"bearer" and server.tokens:
        digest = hashlib.sha256(token.strip()).hexdigest()
        for name, expected in server.tokens.items():
            if expected == digest:
                return f"token {name}"
    if _trusted(peer, server.proxies):
        for forwarded in reversed(headers.get(b"x-forwarded-for", b"").decode("latin-1").split(",")):
            address = forwarded.strip()
            if address and not _trusted(address, server.proxies):
                return _network(address)
    return _network(peer)


@lru_cache(maxsize=4096)
def _trusted(address: str, proxies: tuple[str, ...]) -> bool:
    """True for the address of a proxy; one may stand for a network, as 10.0.0.0/8 does."""
    try:
        parsed = _parsed(address)
    except ValueError:
        return address in proxies
    return any(parsed in ip_network(proxy, strict=False) for proxy in proxies)


def _parsed(address: str) -> IPv4Address | IPv6Address:
    parsed = ip_address(address.partition("%")[0])
    return parsed.ipv4_mapped or parsed if isinstance(parsed, IPv6Address) else parsed


@lru_cache(maxsize=4096)
def _network(address: str) -> str:
    """An address; of IPv6, the network of 64 bits that one client has to itself."""
    try:
        parsed = _parsed(address)
    except ValueError:
        return address or _SOCKET
    return str(ip_network((parsed, 64), strict=False)) if isinstance(parsed, IPv6Address) else str(parsed)
