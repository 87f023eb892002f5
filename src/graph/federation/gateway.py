"""The gateway: asks the SPARQL servers that the configuration lists, for queries that hold a SERVICE.

<https://www.w3.org/TR/sparql11-federated-query/>, over <https://www.w3.org/TR/sparql11-protocol/>.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from ..errors import (
    BudgetSpent,
    LimitExceeded,
    OutboundError,
    OutboundLate,
    OutboundRefused,
    Overloaded,
    ServiceFailed,
    ServiceLate,
)
from ..formats import RESULTS_JSON, RESULTS_XML
from ..texts import Text
from .kept import Kept
from .outbound import Bounds, Fetched, Outbound, Resolver, resolve
from .policy import Policy
from .turns import Turns

if TYPE_CHECKING:
    from ..config import Settings

HOPS = "Passerelles-Hops"
_ACCEPT = "application/sparql-results+json, application/sparql-results+xml;q=0.8"
_FORMATS = {
    "application/sparql-results+json": RESULTS_JSON.name,
    "application/json": RESULTS_JSON.name,
    "application/sparql-results+xml": RESULTS_XML.name,
    "application/xml": RESULTS_XML.name,
    "text/xml": RESULTS_XML.name,
}
_ADDRESS_BYTES = 4096
_AT_ONCE = 4  # requests to one server, for all queries
_RETRY_SECONDS = 2
_SAID = 200
_FRESH = re.compile(r"(?:^|,)\s*max-age=(\d{1,9})\s*(?:,|\Z)", re.IGNORECASE)
_AGE = re.compile(r"[0-9]{1,9}\Z")
_NOT_KEPT = re.compile(r"\b(?:no-store|private)\b", re.IGNORECASE)
_ASKED_FIRST = re.compile(r"\b(?:no-cache|must-revalidate)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered: the name of its format, and its bytes. `cached` when they were kept from before."""

    format: str
    body: bytes
    cached: bool = False


@dataclass(slots=True)
class Call:
    """What one SERVICE cost: requests made or tried, those answered from what is kept, bytes, rows, seconds."""

    target: str
    requests: int = 0
    cached: int = 0
    size: int = 0
    rows: int = 0
    seconds: float = 0.0
    failed: bool = False

    def __str__(self) -> str:
        """As a member of the list that `Passerelles-Service` is (RFC 9651)."""
        failed = ";failed" if self.failed else ""
        return (
            f"{json.dumps(self.target)};requests={self.requests};cached={self.cached}"
            f";bytes={self.size};rows={self.rows};ms={self.seconds * 1000:.0f}{failed}"
        )


@dataclass(slots=True)
class Allowance:
    """What one query may still ask of others: `until` a `time.monotonic()`; `hops` is how far it has come already."""

    until: float
    hops: int
    requests: int
    size: int
    client: str = ""


class Gateway:
    """The servers that may be asked, and what they answered. It belongs to one event loop; `close` ends it.

    `outcomes` counts requests by listed target and outcome.
    """

    def __init__(self, settings: Settings, resolver: Resolver = resolve) -> None:
        federation = settings.federation
        self._limits = settings.limits
        self._policy = Policy.of(federation.private, federation.allow)
        self._resolver = resolver
        self._outbound: Outbound | None = None
        self._kept: Kept[tuple[str, str], _Entry] = Kept(settings.limits.service_cache_bytes)
        self._turns: dict[str, Turns] = {}
        self._asking: Counter[str] = Counter()
        self.outcomes: Counter[tuple[str, str]] = Counter()

    async def close(self) -> None:
        """End the connections; the next request makes others."""
        if self._outbound is not None:
            await self._outbound.close()
            self._outbound = None

    @contextmanager
    def allowance(self, until: float, hops: int, client: str = "") -> Iterator[Allowance]:
        """What a query of a client may ask, for as long as it waits for others.

        Raises LimitExceeded for one that came too far; Overloaded, and BudgetSpent, where too many wait already.
        """
        limits = self._limits
        if hops >= limits.service_hops:
            raise self._beyond("service_hops")
        if client and self._asking[client] >= limits.client_queue_length:
            length = limits.client_queue_length
            raise BudgetSpent("client-queue", seconds=_RETRY_SECONDS, limit="client_queue_length", value=length)
        if self._asking.total() >= limits.queue_length:
            raise Overloaded("overloaded", seconds=_RETRY_SECONDS, limit="queue_length", value=limits.queue_length)
        self._asking[client] += 1
        try:
            yield Allowance(until, hops, limits.service_calls, limits.service_bytes, client)
        finally:
            self._asking[client] -= 1
            self._asking += Counter()  # forgets who has none

    async def ask(self, target: str, queries: Sequence[str], allowance: Allowance, call: Call) -> list[Answer]:
        """The answers to some queries, several at a time; one that fails is the failure of all.

        Raises ServiceFailed, and LimitExceeded.
        """
        if len(queries) > allowance.requests:
            raise self._beyond("service_calls")
        allowance.requests -= len(queries)
        begun = time.monotonic()
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(self._counted(target, query, allowance, call)) for query in queries]
        except BaseExceptionGroup as failures:
            raise failures.exceptions[0] from None
        finally:
            call.seconds += time.monotonic() - begun
        return [task.result() for task in tasks]

    def forget(self, target: str, queries: Iterable[str]) -> None:
        """Do not keep what turned out to be no answer."""
        for query in queries:
            self._kept.drop((target, query))

    async def _counted(self, target: str, query: str, allowance: Allowance, call: Call) -> Answer:
        outcome = "cancelled"
        try:
            answer = await self._answer(target, query, allowance, call)
            outcome = "cached" if answer.cached else "ok"
        except (ServiceFailed, LimitExceeded) as failure:
            outcome = failure.code
            raise
        finally:
            self.outcomes[target, outcome] += 1
        call.cached += answer.cached
        call.size += len(answer.body)
        allowance.size -= len(answer.body)
        if allowance.size < 0:
            raise self._beyond("service_bytes")
        return answer

    async def _answer(self, target: str, query: str, allowance: Allowance, call: Call) -> Answer:
        kept = self._kept.get((target, query))
        if kept is not None and kept.until > time.monotonic():
            call.requests += 1
            return replace(kept.answer, cached=True)
        try:
            async with self._turn(target, allowance):
                seconds = min(self._limits.service_seconds, allowance.until - time.monotonic())
                bounds = Bounds(max(0, allowance.size), seconds, seconds, "service_bytes")
                call.requests += 1
                answer = await self._fetched(target, query, bounds, allowance.hops, kept)
        except OutboundLate:
            raise self._late(target) from None
        except OutboundRefused as error:
            call.requests -= 1  # it was not sent
            private = error.key == "outbound-private"
            reason = Text("service.private", {"host": error.parameters["host"]}) if private else Text("service.address")
            raise ServiceFailed("service-failed", target=target, reason=reason) from error
        except OutboundError as error:
            if error.key == "outbound-large":
                raise self._beyond("service_bytes") from None
            reason = error.parameters.get("reason") or Text("service.coding")
            raise ServiceFailed("service-failed", target=target, reason=reason) from error
        if answer.unchanged and kept is not None:
            self._keep(target, query, replace(kept, until=_fresh_until(answer)))
            return replace(kept.answer, cached=True)
        found = Answer(self._format(target, answer), answer.body)
        if not _NOT_KEPT.search(answer.headers.get("cache-control", "")):
            self._keep(target, query, _Entry(found, answer.validators, _fresh_until(answer)))
        return found

    def _keep(self, target: str, query: str, entry: _Entry) -> None:
        """Keep what may be given again: while it is fresh, or once its server says that it holds."""
        if entry.validators or entry.until > time.monotonic():
            self._kept.keep((target, query), entry, len(entry.answer.body) + len(query) + _ADDRESS_BYTES)

    @asynccontextmanager
    async def _turn(self, target: str, allowance: Allowance) -> AsyncIterator[None]:
        """A turn to ask a server. Raises ServiceLate where none comes in time."""
        turns = self._turns.setdefault(urlsplit(target).netloc, Turns(_AT_ONCE))
        async with AsyncExitStack() as stack:
            try:
                async with asyncio.timeout(allowance.until - time.monotonic()):
                    await stack.enter_async_context(turns.turn(allowance.client))
            except TimeoutError:
                raise self._late(target) from None
            yield

    async def _fetched(self, target: str, query: str, bounds: Bounds, hops: int, kept: _Entry | None) -> Fetched:
        """By GET, which can be kept, where the address is not too long for whatever is on the way; else by POST."""
        if self._outbound is None:
            self._outbound = Outbound(self._policy, resolver=self._resolver, per_host=_AT_ONCE)
        headers = {"Accept": _ACCEPT, HOPS: str(hops + 1)}
        form = urlencode({"query": query})
        address = f"{target}{'&' if '?' in target else '?'}{form}"
        if len(address) <= _ADDRESS_BYTES:
            return await self._outbound.fetch(address, bounds, headers=headers | (kept.validators if kept else {}))
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        return await self._outbound.fetch(target, bounds, method="POST", headers=headers, content=form.encode())

    @staticmethod
    def _format(target: str, answer: Fetched) -> str:
        if not answer.ok:
            said = " ".join(answer.body.decode(errors="replace").split())[:_SAID] if _is_text(answer) else ""
            reason = Text("service.status", {"status": answer.status, "said": f" {said}".rstrip(". ")})
            if answer.elsewhere:
                reason = Text("service.redirection", {"status": answer.status})
            raise ServiceFailed("service-failed", target=target, status=answer.status, reason=reason)
        found = _FORMATS.get(answer.media_type)
        if found is None:
            reason = Text("service.media-type", {"media_type": answer.media_type or "?"})
            raise ServiceFailed("service-failed", target=target, status=answer.status, reason=reason)
        return found

    def _late(self, target: str) -> ServiceLate:
        return ServiceLate("service-late", target=target, seconds=f"{self._limits.service_seconds:g}")

    def _beyond(self, limit: str) -> LimitExceeded:
        value = getattr(self._limits, limit)
        return LimitExceeded("limit", limit=limit, value=value, measured="+", sentence=Text(f"limit.{limit}"))


@dataclass(frozen=True, slots=True)
class _Entry:
    answer: Answer
    validators: dict[str, str]
    until: float


def _fresh_until(answer: Fetched) -> float:
    """When an answer must be asked for again (RFC 9111, section 4.2): its max-age from now on; at once without one."""
    control = answer.headers.get("cache-control", "")
    age = _FRESH.search(control)
    if age is None or _ASKED_FIRST.search(control):
        return 0.0
    given = _AGE.match(answer.headers.get("age", ""))
    return time.monotonic() + int(age[1]) - (int(given[0]) if given else 0)


def _is_text(answer: Fetched) -> bool:
    return answer.media_type in ("text/plain", "application/problem+json", "application/json")
