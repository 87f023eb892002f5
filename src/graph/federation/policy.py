"""Where requests may go that nobody typed: public addresses, by plain names, at the usual ports, unless listed."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from typing import Self
from urllib.parse import urlsplit

from ..errors import OutboundRefused

PORTS = {"http": 80, "https": 443}
_NUMBER = re.compile(r"(?:[0-9]+|0[xX][0-9a-fA-F]*)\Z")
_USERINFO = re.compile(r"(?<=//)[^/?#]*@")
_NO_USERINFO = re.compile(r"\w[\w+.-]*://(?:\[[^\]@/?#]*\]|[^\[\]:@/?#]*)(?::\d*)?(?=[/?#]|\Z)", re.ASCII)
_TO_SERVER = re.compile(r"\A(\w[\w+.-]*://)?.*@", re.ASCII | re.DOTALL)
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052: the last 32 bits are an IPv4 address
_GIVEN_OUT = ipaddress.IPv6Network("2000::/3")  # what the IANA gives out as global unicast, and nothing else is
_SPECIAL = tuple(
    map(
        ipaddress.IPv4Network,
        (
            "192.0.0.0/24",  # of protocols (RFC 6890), and one cloud's metadata
            "192.88.99.0/24",  # 6to4's anycast (RFC 7526)
            "168.63.129.16/32",  # another cloud's own services, at an address that looks public
        ),
    )
)


@dataclass(frozen=True, slots=True)
class Policy:
    """What may be called. `private` names, as "host:port", what may have an address of any kind.

    `listed` names in the same way what was configured: its port is the one wanted. Everything else is asked at the
    usual ports only.
    """

    private: frozenset[str] = frozenset()
    listed: frozenset[str] = frozenset()

    @classmethod
    def of(cls, private: Iterable[str], addresses: Iterable[str]) -> Self:
        """The policy for configured addresses."""
        named = frozenset(each.lower().replace("[", "").replace("]", "") for each in private)
        return cls(named, frozenset(filter(None, map(_authority, addresses))))

    def check(self, address: str, scheme: str, host: str, port: int, *, userinfo: bool = False) -> None:
        """Raise OutboundRefused for what is refused before any name is resolved; `host` is ASCII, without brackets."""
        address = shown(address)
        if scheme not in PORTS:
            raise OutboundRefused("outbound-scheme", url=address, scheme=scheme)
        if userinfo or not host:
            raise OutboundRefused("outbound-userinfo", url=address)
        # What ends in a number is an IPv4 address to the system: decimal, octal or hexadecimal, of one to four parts.
        if ":" not in host and _NUMBER.match(host.rstrip(".").rpartition(".")[2]) and not _plain(host):
            raise OutboundRefused("outbound-number", url=address)
        named = f"{host}:{port}"
        if port != PORTS[scheme] and named not in self.private and named not in self.listed:
            raise OutboundRefused("outbound-port", url=address, port=port)

    def check_addresses(self, address: str, host: str, port: int, found: Iterable[str]) -> None:
        """Raise OutboundRefused when one of the addresses that a name has is none of the public internet."""
        if f"{host}:{port}" in self.private:
            return
        for each in found:
            if not public(each):
                raise OutboundRefused("outbound-private", url=address, address=each, host=f"{host}:{port}")


def shown(address: str) -> str:
    """An address as it may be shown: without the user name and the password that it may hold, well written or not."""
    address = _USERINFO.sub("", address, count=1)
    return address if _NO_USERINFO.match(address) else _TO_SERVER.sub(r"\1", address)


def public(address: str) -> bool:
    """Whether an IP address is of the public internet, and so is the IPv4 address that it may carry."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv4Address):
        special = found.is_multicast or found.is_reserved or any(found in network for network in _SPECIAL)
        return found.is_global and not special
    carried = _carried(found)
    if carried:
        return all(public(str(each)) for each in carried)
    return found in _GIVEN_OUT and found.is_global and not found.is_multicast and found.scope_id is None


def _carried(address: IPv6Address) -> tuple[IPv4Address, ...]:
    """The IPv4 addresses where packets to an IPv6 one end: mapped, NAT64, 6to4, Teredo's server and client."""
    if address in _NAT64:
        return (IPv4Address(int(address) & 0xFFFFFFFF),)
    return tuple(filter(None, (address.ipv4_mapped, address.sixtofour, *(address.teredo or ()))))


def _plain(host: str) -> bool:
    """Whether a host is an IPv4 address in its one usual form."""
    try:
        return bool(IPv4Address(host))
    except ValueError:
        return False


def _authority(address: str) -> str:
    """The "host:port" of an address; empty for what is none."""
    try:
        parts = urlsplit(address)
        return f"{parts.hostname}:{parts.port or PORTS[parts.scheme]}" if parts.hostname else ""
    except (ValueError, KeyError):
        return ""
