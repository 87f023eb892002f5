"""Fetch pages politely: who asks is said, robots.txt is followed (RFC 9309), a busy server is left alone a while."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

from .. import __version__
from ..errors import OutboundError
from ..federation.faults import pause
from ..federation.outbound import Bounds, Fetched, Outbound, resolve, waited_for
from ..federation.policy import Policy
from .lifting import Unreadable

if TYPE_CHECKING:
    from ..config import Settings
    from ..federation.outbound import Resolver

AGENT = "passerelles"
ACCEPT = (
    "text/turtle, application/ld+json;q=0.9, application/rdf+xml;q=0.8, application/n-triples;q=0.8, "
    "application/trig;q=0.7, application/yaml;q=0.7, application/json;q=0.7, text/csv;q=0.6, */*;q=0.1"
)
FEED = "application/n-quads, application/trig;q=0.9, application/ld+json;q=0.8"
_REDIRECTS = 5
_BUSY = (429, 503)
_UNAVAILABLE = 500  # and beyond: of robots.txt, that nothing may be asked
_ROBOTS_BYTES = 512_000  # RFC 9309, section 2.5
_LONGEST_DELAY = 10.0
_RATE = re.compile(r"\s*(?:request-rate|crawl-delay\s*:(?!\s*[0-9]{1,6}\s*(?:#|$)))", re.IGNORECASE)
_LINK = re.compile(r'<([^<>]*)>\s*;[^,<]*?\brel\s*=\s*"?next"?', re.IGNORECASE)


class Web:
    """Pages of catalogues, one request at a time to a host."""

    def __init__(self, settings: Settings, fetch: object) -> None:
        limits = settings.limits
        self._fetch = fetch
        seconds = limits.harvest_fetch_seconds
        self._bounds = Bounds(limits.harvest_bytes, seconds, seconds / 2, "harvest_bytes")
        self._patience = limits.harvest_patience_seconds
        self._robots: dict[str, RobotFileParser] = {}
        self._asked: dict[str, float] = {}
        self.accept = ACCEPT

    def get(self, address: str, validators: Mapping[str, str] | None = None) -> Fetched:
        """The answer of a page: a success, or that it is unchanged. Raises Unreadable, which says why there is none."""
        self._wait(address, self.admitted(address))
        until, attempt = time.monotonic() + self._patience, 0
        while True:
            answer = self._answer(address, validators)
            if answer.ok or answer.unchanged:
                return answer
            wait, attempt = pause(answer, attempt), attempt + 1
            if answer.status not in _BUSY or time.monotonic() + wait > until:
                raise Unreadable("harvest.status", url=address, status=answer.status)
            time.sleep(wait)

    def admitted(self, address: str) -> RobotFileParser:
        """The robots.txt that admits us to a page. Raises Unreadable where it does not, or where we may not ask it."""
        rules = self._rules(address)
        if not rules.can_fetch(AGENT, address):
            raise Unreadable("harvest.robots", url=address)
        return rules

    def _answer(self, address: str, validators: Mapping[str, str] | None = None) -> Fetched:
        try:
            headers = {"Accept": self.accept, **(validators or {})}
            return self._fetch(address, self._bounds, headers=headers, redirects=_REDIRECTS)
        except OutboundError as error:
            raise Unreadable(error.text.key, **error.parameters) from error

    def _wait(self, address: str, rules: RobotFileParser) -> None:
        """Leave a host the time between two requests that it asks for."""
        host = urlsplit(address).netloc
        delay = min(float(rules.crawl_delay(AGENT) or 0), _LONGEST_DELAY)
        left = self._asked.get(host, 0) + delay - time.monotonic()
        if delay and left > 0:
            time.sleep(left)
        self._asked[host] = time.monotonic()

    def _rules(self, address: str) -> RobotFileParser:
        """The robots.txt of a host: without one all may be asked, and nothing where it cannot be had."""
        try:
            parts = urlsplit(address)
        except ValueError:
            raise Unreadable("harvest.bad-iri", iri=address) from None
        host = f"{parts.scheme}://{parts.netloc}"
        if host not in self._robots:
            rules = self._robots[host] = RobotFileParser(f"{host}/robots.txt")
            answer = self._answer(f"{host}/robots.txt")
            if answer.ok:
                lines = answer.body[:_ROBOTS_BYTES].decode(errors="replace").splitlines()
                rules.parse([line for line in lines if not _RATE.match(line)])  # it fails on numbers that are none
            else:
                rules.disallow_all = answer.status >= _UNAVAILABLE
                rules.allow_all = not rules.disallow_all
            rules.modified()
        return self._robots[host]


@contextmanager
def web(settings: Settings, *addresses: str, resolver: Resolver = resolve) -> Iterator[Web]:
    """What fetches pages, those of these addresses and others; its connections are closed at the end."""
    contact = settings.catalog.contact_email or settings.catalog.contact_page or settings.graph.publisher
    agent = f"{AGENT}/{__version__}" + (f" (+{contact})" if contact else "")
    policy = Policy.of(settings.federation.private, addresses)
    with ExitStack() as stack:
        outbound = Outbound(policy, resolver=resolver, per_host=1, headers={"User-Agent": agent})
        yield Web(settings, stack.enter_context(waited_for(outbound)))


def next_page(answer: Fetched) -> list[str]:
    """The address of the next page, as a `Link` header says it (RFC 8288)."""
    from urllib.parse import urljoin

    found = []
    for target in _LINK.findall(answer.headers.get("link", "")):
        with suppress(ValueError):  # no address
            found.append(urljoin(answer.url, target))
    return found


def charset(answer: Fetched) -> str:
    """The charset that an answer says it is in; empty when it says none."""
    found = re.search(r'charset\s*=\s*"?([\w.:-]+)', answer.headers.get("content-type", ""), re.IGNORECASE)
    return found[1] if found else ""
