"""Who asks, as the fair queue counts."""

from __future__ import annotations

import hashlib

import pytest

from graph.config import Server
from graph.web.http.clients import client_of

TOKENS = {"portail": hashlib.sha256(b"secret").hexdigest()}


def who(peer: str, server: Server | None = None, **headers: str) -> str:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return client_of({"client": (peer, 1), "headers": raw}, server or Server())


def test_a_client_is_its_address():
    assert who("192.0.2.7") == "192.0.2.7"


def test_a_client_of_ipv6_is_its_network():
    assert who("2001:db8:1:2:3::4") == who("2001:db8:1:2:5::6") == "2001:db8:1:2::/64"
    assert who("::ffff:192.0.2.7") == "192.0.2.7"


def test_what_a_stranger_says_of_its_address_is_not_believed():
    assert who("192.0.2.7", x_forwarded_for="198.51.100.1") == "192.0.2.7"
    assert who("192.0.2.7", Server(proxies=("192.0.2.8",)), x_forwarded_for="198.51.100.1") == "192.0.2.7"


@pytest.mark.parametrize("peer", ["192.0.2.8", "::ffff:192.0.2.8", "10.1.2.3"])
def test_what_a_named_proxy_says_is_believed(peer):
    server = Server(proxies=("192.0.2.8", "10.0.0.0/8"))
    assert who(peer, server, x_forwarded_for="198.51.100.1") == "198.51.100.1"
    assert who(peer, server, x_forwarded_for="203.0.113.5, 198.51.100.1, 10.0.0.1") == "198.51.100.1"


def test_a_token_that_is_known_names_its_client():
    server = Server(tokens=TOKENS)
    assert who("192.0.2.7", server, authorization="Bearer secret") == "token portail"
    assert who("192.0.2.7", server, authorization="Bearer other") == "192.0.2.7"
