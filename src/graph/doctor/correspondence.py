"""Questions to one server, each bounded, and all of them together."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlencode, urljoin, urlsplit

import pyoxigraph

from ..config import Limits
from ..federation.outbound import Bounds, Fetched, Outbound, waited_for
from ..federation.policy import PORTS, Policy
from ..formats import JSON_LD, N_QUADS, N_TRIPLES, RDF_XML, RESULTS_JSON, TRIG, TURTLE

RDF = ", ".join(
    f"{form.media_type};q={quality}"
    for form, quality in ((TURTLE, 1), (N_TRIPLES, 0.9), (TRIG, 0.8), (N_QUADS, 0.8), (JSON_LD, 0.7), (RDF_XML, 0.6))
)
JSON = RESULTS_JSON.media_type
_DOCTYPE = re.compile(rb"<!doctype", re.IGNORECASE)  # in any case, says the parser, which follows its entities
_NESTED = (b"<<", b"parseType")  # what triple terms in others begin with: ten thousand deep, they end the process
_MOST = 4_000
_FORM = "application/x-www-form-urlencoded"

Rows = list[dict[str, str]]


class Correspondence:
    """What is asked of one address, and how long the last answer took."""

    def __init__(self, address: str, limits: Limits, fetch: Callable[..., Fetched]) -> None:
        self.address, self.limits, self.milliseconds = address, limits, 0
        self._fetch = fetch
        self._until = time.monotonic() + limits.doctor_seconds

    @property
    def late(self) -> bool:
        """Whether the examination has taken all the time it may."""
        return time.monotonic() > self._until

    def get(self, url: str, accept: str, *, redirects: int = 0, **headers: str) -> Fetched:
        """The answer at an address. Raises OutboundError."""
        given = {"accept": accept, **{name.replace("_", "-"): value for name, value in headers.items()}}
        return self._sent(url, headers=given, redirects=redirects)

    def head(self, url: str) -> Fetched:
        """The answer at an address without its body, redirections not followed. Raises OutboundError."""
        return self._sent(url, method="HEAD", headers={"accept": "*/*"})

    def post(self, media_type: str, content: str, accept: str = JSON) -> Fetched:
        """The answer to a body sent to the endpoint. Raises OutboundError."""
        given = {"accept": accept, "content-type": media_type}
        return self._sent(self.address, method="POST", headers=given, content=content.encode())

    def ask(self, query: str, accept: str = JSON, **headers: str) -> Fetched:
        """The answer to a query in the address. Raises OutboundError."""
        return self.get(self.with_query(query), accept, **headers)

    def ask_in_form(self, query: str, accept: str = JSON) -> Fetched:
        """The answer to a query sent as a form. Raises OutboundError."""
        return self.post(_FORM, urlencode({"query": query}), accept)

    def joined(self, target: str) -> str:
        """The address that a reference leads to; one that is none stays as it is, for the way out to refuse."""
        try:
            return urljoin(self.address, target)
        except ValueError:
            return target

    def with_query(self, query: str) -> str:
        """The address that asks a query."""
        return f"{self.address}{'&' if '?' in self.address else '?'}{urlencode({'query': query})}"

    def _sent(self, url: str, **options: object) -> Fetched:
        limits, began = self.limits, time.monotonic()
        seconds = max(0.1, min(limits.doctor_answer_seconds, self._until - began))
        answer = self._fetch(url, Bounds(limits.doctor_bytes, seconds, seconds, "doctor_bytes"), **options)
        self.milliseconds = round((time.monotonic() - began) * 1000)
        return answer


@contextmanager
def corresponding(address: str, limits: Limits) -> Iterator[Correspondence]:
    """A correspondence with a server that the user named; other servers are asked within the common policy."""
    parts = urlsplit(address)
    named = f"{(parts.hostname or '').lower()}:{parts.port or PORTS[parts.scheme]}"
    with waited_for(Outbound(Policy.of([named], [address]))) as fetch:
        yield Correspondence(address, limits, fetch)


def rows(answer: Fetched) -> Rows | bool | None:
    """The rows of an answer, or its truth, by its own media type; None where it is no whole SPARQL answer."""
    form = pyoxigraph.QueryResultsFormat.from_media_type(answer.media_type)
    if not answer.ok or form is None:
        return None
    try:
        if form == pyoxigraph.QueryResultsFormat.JSON:
            json.loads(answer.body)  # raises where it is nested deeper than the other parser survives
        found = pyoxigraph.parse_query_results(answer.body, format=form)
        if isinstance(found, pyoxigraph.QueryBoolean):
            return bool(found)
        names = [variable.value for variable in found.variables]
        return [{name: row[name].value for name in names if row[name] is not None} for row in found]
    except (SyntaxError, ValueError, RecursionError):
        return None


def triples(answer: Fetched) -> list[pyoxigraph.Quad] | None:
    """The triples of an answer, by its own media type; None where it is no RDF, has a DOCTYPE or nests too deep."""
    form = pyoxigraph.RdfFormat.from_media_type(answer.media_type)
    if not answer.ok or form is None or _DOCTYPE.search(answer.body) or max(map(answer.body.count, _NESTED)) > _MOST:
        return None
    with suppress(SyntaxError, ValueError):
        return list(pyoxigraph.parse(answer.body, format=form, base_iri=answer.url))
    return None


def number(text: str) -> int | None:
    """A whole number, of so many digits as a count may have; None for anything else."""
    return int(text) if re.fullmatch(r"[0-9]{1,18}", text) else None
