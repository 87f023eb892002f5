"""The engine: who answers a query. The embedded one asks worker processes, over one snapshot."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from heapq import nlargest
from typing import TYPE_CHECKING, Any, Protocol, Self

from ..errors import (
    EvaluationFailed,
    LimitExceeded,
    MalformedQuery,
    NotAcceptable,
    QueryError,
    ServiceFailed,
    ServiceLate,
    SnapshotError,
)
from ..federation.gateway import Gateway
from ..namespaces import DCT, SKOS, TITLES
from ..snapshot.counts import read as read_counts
from ..texts import Text
from . import counted
from .canonical import canonical
from .evaluation import Evaluation
from .federated import Federated, Gathered
from .guard import Inspection, admit
from .mistakes import malformed
from .pool import Pool
from .services import Services
from .terms import is_iri

if TYPE_CHECKING:
    from ..config import Settings
    from ..formats import Format
    from ..snapshot.counts import Counts
    from ..snapshot.reader import Snapshot

LABELS = (  # what names a thing where no title does comes last
    *TITLES,
    "http://www.w3.org/ns/shacl#name",
    SKOS + "altLabel",
    DCT + "identifier",
)
_PROPERTIES = 500  # whose number of statements a worker is told: those that have most
_TICK = 0.005  # seconds; an event loop counts its timers in milliseconds, and one may end before its time


@dataclass(frozen=True, slots=True)
class Query:
    """A query the guard let through, with its dataset, its format and the moment it was accepted.

    `accepted` is a `time.monotonic()`; the deadline counts from it, queueing included. `client` names who asks, for
    the fair queue; what the house itself asks is of no client. A CSV of a SELECT may have columns of labels in the
    language `labels`, and a byte order mark. One with SERVICEs came through `hops` other servers, and can be submitted
    once what the others answer is `gathered`.
    """

    inspection: Inspection
    format: Format
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    base: str | None = None
    accepted: float | None = None
    result_bytes: int | None = None
    client: str = ""
    labels: str = ""
    mark: bool = False
    hops: int = 0
    gathered: Gathered | None = None

    @property
    def waits(self) -> bool:
        """True when other servers are to be asked first."""
        return bool(self.inspection.services) and self.gathered is None

    @property
    def told(self) -> str:
        """What other servers were asked, as a list of HTTP (RFC 9651)."""
        return ", ".join(map(str, self.gathered.calls)) if self.gathered else ""


class Engine(Protocol):
    """What the layers above know of a SPARQL engine."""

    counts: Counts | None  # of its snapshot; None of one that was made without

    def admit(self, text: str) -> Inspection:
        """The guard's reading of a query. Raises QueryError."""

    async def read(self, text: str, client: str) -> Inspection:
        """The same, of a long text: beside the event loop, at the expense of its client. Raises QueryError."""

    async def gathered(self, query: Query) -> Query:
        """The query once the servers of its SERVICEs have answered. Raises QueryError."""

    def submit(self, query: Query) -> Evaluation:
        """Let a query be evaluated; its spool takes the answer. Raises Overloaded."""

    def counted(self, query: Query) -> bytes | None:
        """The answer of a COUNT or an ASK that was counted beforehand; None for any other query."""

    async def evaluate(self, query: Query) -> bytes:
        """The whole answer, serialised. Raises QueryError; cancelling it stops the evaluation."""

    async def labels(
        self,
        iris: Iterable[str],
        language: str,
        properties: Sequence[str] = LABELS,
        *,
        accepted: float | None = None,
        client: str = "",
    ) -> Mapping[str, tuple[str, str]]:
        """The best label of each IRI and its language tag; IRIs without one are left out."""

    async def relay(
        self,
        iris: Sequence[str],
        form: Format | None = None,
        *,
        result_bytes: int | None = None,
        accepted: float | None = None,
        client: str = "",
    ) -> bytes:
        """What is linked to each IRI: a JSON array in their order, or the graph of them all in a format."""

    async def neighbours(
        self, iris: Sequence[str], most: int, *, accepted: float | None = None, client: str = ""
    ) -> Mapping[str, Any]:
        """What is next to each thing, at most so many by each property: `things`, by IRI, and the `kinds` of link."""

    @property
    def ready(self) -> bool:
        """True when a query would be evaluated now."""


class EmbeddedEngine:
    """The engine over one snapshot. Engines may share a pool of workers; one that is given none makes its own."""

    def __init__(
        self, settings: Settings, snapshot: Snapshot, pool: Pool | None = None, gateway: Gateway | None = None
    ) -> None:
        self.pool = pool or Pool(settings.limits)
        self.gateway = gateway or Gateway(settings)
        self._settings = settings
        self._limits = settings.limits
        self._store = str(snapshot.store_path)
        self._names = snapshot.names_path
        self._prefixes = dict(snapshot.manifest.prefixes)
        self._manifest = snapshot.manifest
        self.counts = read_counts(snapshot.path)
        properties = self.counts.properties if self.counts is not None else {}
        sizes = nlargest(_PROPERTIES, ((each.triples, iri) for iri, each in properties.items()))
        self._sizes = {iri: triples for triples, iri in sizes}

    async def start(self, processes: int | None = None) -> None:
        """Start that many workers, else one per place and a spare. Raises SnapshotError when one cannot open it."""
        await self.pool.start(processes)
        try:
            await self.warm()
        except SnapshotError:
            await self.pool.stop()
            raise

    async def warm(self) -> None:
        """Let the idle workers open this snapshot. Raises SnapshotError when one cannot."""
        await self.pool.warm(self._store)

    async def stop(self) -> None:
        """End every worker, and the connections to other servers."""
        await self.pool.stop()
        await self.gateway.close()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @property
    def ready(self) -> bool:
        """True when a worker is alive."""
        return self.pool.ready

    def admit(self, text: str) -> Inspection:
        """The guard's reading of a query. Raises QueryError."""
        return admit(text, self._limits, self._settings.federation.allow)

    async def read(self, text: str, client: str) -> Inspection:
        """The same, of a long text: beside the event loop, at the expense of its client. Raises QueryError."""
        self.pool.solvent(client)
        loop = asyncio.get_running_loop()

        def reading() -> Inspection:
            begun = time.thread_time()
            try:
                inspection = self.admit(text)
                canonical(text)  # which remembers it, for whoever asks it next
                return inspection
            finally:
                loop.call_soon_threadsafe(self.pool.charge, client, time.thread_time() - begun)

        return await asyncio.to_thread(reading)

    async def gathered(self, query: Query) -> Query:
        """The query once the servers of its SERVICEs have answered; itself where it has none. Raises QueryError."""
        if not query.waits:
            return query
        accepted = time.monotonic() if query.accepted is None else query.accepted
        until = accepted + self._limits.deadline_seconds
        common = {"cap": self._limits.held_bytes, "base": query.base} | _dataset(query)

        async def work(message: Mapping[str, Any]) -> bytes:
            return await self._whole(self._submit({**common, **message}, query.client, accepted, query.inspection.text))

        try:
            with self.gateway.allowance(until, query.hops, query.client) as allowance:
                services = await asyncio.to_thread(Services, query.inspection, query.base)  # it may be a long text
                found = await Federated(services, self.gateway, allowance, self._limits, work).gather()
        except ServiceLate:
            if time.monotonic() >= until - _TICK:
                raise self.pool.too_late() from None
            raise
        return replace(query, accepted=accepted, gathered=found)

    def submit(self, query: Query) -> Evaluation:
        """Let a query be evaluated; its spool, which is to be read, takes the answer. Raises Overloaded."""
        cap = min(query.result_bytes or self._limits.result_bytes, self._limits.result_bytes)
        text = query.inspection.text
        message: dict[str, Any] = {
            "op": "query",
            "query": text,
            "format": query.format.name,
            "cap": cap,
            "rows": self._limits.result_rows,
        } | _dataset(query)
        if query.gathered is not None:
            message |= {"attached": [query.gathered.text.encode()], "nodes": query.gathered.nodes}
        if query.base is not None:
            message["base"] = query.base
        if query.inspection.gives_graph:
            message["prefixes"] = self._prefixes
        if query.labels:
            message["labels"] = _labelling(query.labels)
        if query.mark:
            message["mark"] = True
        return self._submit(message, query.client, query.accepted, text)

    def counted(self, query: Query) -> bytes | None:
        """The answer of a COUNT or an ASK that was counted beforehand; None for any other query."""
        other = query.default_graphs or query.named_graphs or query.base or query.labels or query.mark
        if self.counts is None or other:
            return None
        return counted.answer(query.inspection.text, query.format, self.counts)

    async def evaluate(self, query: Query) -> bytes:
        """The whole answer, serialised. Raises QueryError; cancelling it stops the evaluation."""
        return await self._whole(self.submit(await self.gathered(query)))

    async def stream(self, query: Query) -> AsyncIterator[bytes]:
        """The answer, part by part. Raises QueryError, perhaps after some parts: they are then no answer."""
        reader = self.submit(await self.gathered(query)).spool.read()
        try:
            async for part in reader:
                yield part
        finally:
            reader.close()

    async def labels(
        self,
        iris: Iterable[str],
        language: str,
        properties: Sequence[str] = LABELS,
        *,
        accepted: float | None = None,
        client: str = "",
    ) -> Mapping[str, tuple[str, str]]:
        """The best label of each IRI and its language tag: in `language`, else untagged, French, English, any."""
        wanted = sorted(filter(is_iri, set(iris)))  # data may hold a literal where its kind has an IRI
        if not wanted:
            return {}
        message = {
            "op": "labels",
            "iris": wanted,
            **_labelling(language, properties),
            "cap": self._limits.result_bytes,
        }
        body = await self._whole(self._submit(message, client, accepted))
        return {iri: (label, tag) for iri, (label, tag) in json.loads(body).items()}

    async def relay(
        self,
        iris: Sequence[str],
        form: Format | None = None,
        *,
        result_bytes: int | None = None,
        accepted: float | None = None,
        client: str = "",
    ) -> bytes:
        """What is linked to each IRI: a JSON array in their order, or the graph of them all in a format."""
        manifest = self._manifest
        message: dict[str, Any] = {
            "op": "relay",
            "iris": iris,
            "graph_base": manifest.graph_base,
            "publisher": (manifest.publisher, manifest.licence),
            "names": None if self._names is None else str(self._names),
            "cap": min(result_bytes or self._limits.result_bytes, self._limits.result_bytes),
        }
        if form is not None:
            message |= {"format": form.name, "prefixes": self._prefixes}
        return await self._whole(self._submit(message, client, accepted))

    async def neighbours(
        self, iris: Sequence[str], most: int, *, accepted: float | None = None, client: str = ""
    ) -> Mapping[str, Any]:
        """What is next to each thing, at most so many by each property: `things`, by IRI, and the `kinds` of link."""
        message = {"op": "neighbours", "iris": list(iris), "most": most, "sizes": self._sizes}
        message["cap"] = self._limits.result_bytes
        found: dict[str, Any] = json.loads(await self._whole(self._submit(message, client, accepted)))
        return found

    def _submit(self, message: dict[str, Any], client: str, accepted: float | None, text: str = "") -> Evaluation:
        message["store"] = self._store
        moment = time.monotonic() if accepted is None else accepted
        evaluation = Evaluation(self.pool, client, message, moment, partial(self._failure, message, text))
        self.pool.submit(evaluation)
        return evaluation

    @staticmethod
    async def _whole(evaluation: Evaluation) -> bytes:
        reader = evaluation.spool.read()
        try:
            return await reader.whole()
        finally:
            reader.close()

    def _failure(self, message: Mapping[str, Any], text: str, said: Mapping[str, Any] | str) -> QueryError:
        """The error of what a worker said, or of the last words of one that died."""
        if isinstance(said, str):
            lack = "memory allocation of" in said or "MemoryError" in said
            said = {"error": "memory" if lack else "died"}
        error: QueryError
        match said["error"]:
            case "syntax":
                error = malformed(said, text)
            case "function":
                error = MalformedQuery("function-unknown", name=said["name"])
            case "unwritable":
                error = NotAcceptable("no-xml")
            case "too-large":
                named = {"result_rows": "rows", "service_rows": "most"}
                error = self._beyond(said["limit"], message[named.get(said["limit"], "cap")])
            case "memory":
                error = self._beyond("worker_memory_mb", self._limits.worker_memory_mb)
            case "service":
                error = ServiceFailed("service-failed", target="", reason=Text(said["key"], {"said": said["said"]}))
            case "died":
                error = EvaluationFailed("worker-died")
            case _:
                error = EvaluationFailed("evaluation", reason=said["reason"])
        return error

    @staticmethod
    def _beyond(limit: str, value: int) -> LimitExceeded:
        return LimitExceeded("limit", limit=limit, value=value, measured="+", sentence=Text(f"limit.{limit}"))


def _dataset(query: Query) -> dict[str, Any]:
    """What a worker is told of the dataset of a request, when it has one."""
    given = query.default_graphs or query.named_graphs
    return {"dataset": (query.default_graphs, query.named_graphs)} if given else {}


def _labelling(language: str, properties: Sequence[str] = LABELS) -> dict[str, Any]:
    """How a worker chooses labels: in `language`, else untagged, French, English, any."""
    return {"properties": properties, "languages": list(dict.fromkeys((language, "", "fr", "en")))}
