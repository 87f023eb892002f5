"""The engine: who answers a query. The embedded one keeps a pool of worker processes on one snapshot."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, Self

from ..errors import (
    DeadlineExceeded,
    EvaluationFailed,
    LimitExceeded,
    MalformedQuery,
    Overloaded,
    QueryError,
    SnapshotError,
)
from ..namespaces import DCT, FOAF, RDFS, SKOS
from ..texts import Text
from .guard import Inspection, admit
from .process import WorkerDied, WorkerProcess

if TYPE_CHECKING:
    from ..config import Settings
    from ..formats import Format
    from ..snapshot.reader import Snapshot

TITLES = (RDFS + "label", SKOS + "prefLabel", DCT + "title", FOAF + "name", "https://schema.org/name")
LABELS = (  # what names a thing where no title does comes last
    *TITLES,
    "http://www.w3.org/ns/shacl#name",
    SKOS + "altLabel",
    DCT + "identifier",
)
_LOG = logging.getLogger(__name__)
_RETRY_SECONDS = 2
_RESPAWN_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Query:
    """A query the guard let through, with its dataset, its format and the moment it was accepted.

    `accepted` is a `time.monotonic()`; the deadline counts from it, queueing included.
    """

    inspection: Inspection
    format: Format
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    base: str | None = None
    accepted: float | None = None
    result_bytes: int | None = None


class Engine(Protocol):
    """What the layers above know of a SPARQL engine."""

    def admit(self, text: str) -> Inspection:
        """The guard's reading of a query. Raises QueryError."""

    async def evaluate(self, query: Query) -> bytes:
        """The whole answer, serialised. Raises QueryError; cancelling it stops the evaluation."""

    async def labels(
        self, iris: Iterable[str], language: str, properties: Sequence[str] = LABELS, accepted: float | None = None
    ) -> Mapping[str, tuple[str, str]]:
        """The best label of each IRI and its language tag; IRIs without one are left out."""

    @property
    def ready(self) -> bool:
        """True when a query would be evaluated now."""


class EmbeddedEngine:
    """Worker processes over one snapshot: `limits.workers` at work, and one more kept warm as a spare."""

    def __init__(self, settings: Settings, snapshot: Snapshot, prefixes: Mapping[str, str] | None = None) -> None:
        self._settings = settings
        self._limits = settings.limits
        self._store = snapshot.store_path
        self._prefixes = dict(snapshot.manifest.prefixes if prefixes is None else prefixes)
        self._free: asyncio.Queue[WorkerProcess] = asyncio.Queue()
        self._slots = asyncio.Semaphore(self._limits.workers)
        self._waiting = 0
        self._alive: set[WorkerProcess] = set()
        self._dying: set[WorkerProcess] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopping = False

    async def start(self, processes: int | None = None) -> None:
        """Start that many workers, else one per slot and a spare. Raises SnapshotError when one cannot open it."""
        count = self._limits.workers + 1 if processes is None else processes
        started = await asyncio.gather(*(self._begin() for _ in range(count)), return_exceptions=True)
        for outcome in started:
            if isinstance(outcome, BaseException):
                await self.stop()
                raise outcome

    def give_up(self) -> None:
        """Stop what is being evaluated, now: its clients get an error, and no worker is started any more."""
        self._stopping = True
        for worker in tuple(self._alive):
            worker.kill()

    async def stop(self) -> None:
        """End every worker."""
        self._stopping = True
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*(worker.end() for worker in (*self._alive, *self._dying)))
        self._alive.clear()
        self._dying.clear()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @property
    def ready(self) -> bool:
        """True when a worker is alive."""
        return not self._stopping and any(worker.alive for worker in self._alive)

    @property
    def isolated(self) -> bool:
        """True when no worker can reach a network, whatever it evaluates; some systems do not allow that."""
        return all(worker.isolated for worker in self._alive)

    @property
    def processes(self) -> tuple[int, ...]:
        """The process ids of the workers."""
        return tuple(worker.process.pid for worker in self._alive)

    def admit(self, text: str) -> Inspection:
        """The guard's reading of a query. Raises QueryError."""
        return admit(text, self._limits, self._settings.federation.allow)

    async def evaluate(self, query: Query) -> bytes:
        """The whole answer, serialised. Raises QueryError; cancelling it kills the worker that evaluates."""
        cap = min(query.result_bytes or self._limits.result_bytes, self._limits.result_bytes)
        head, body = await self._ask(
            {
                "op": "query",
                "query": query.inspection.text,
                "format": query.format.name,
                "default_graph": query.default_graphs,
                "named_graphs": query.named_graphs,
                "base": query.base,
                "prefixes": self._prefixes,
                "cap": cap,
            },
            query.accepted,
        )
        if "error" in head:
            raise self._error(head, cap, query.inspection.text)
        return body

    async def labels(
        self, iris: Iterable[str], language: str, properties: Sequence[str] = LABELS, accepted: float | None = None
    ) -> Mapping[str, tuple[str, str]]:
        """The best label of each IRI and its language tag: in `language`, else untagged, French, English, any."""
        wanted = sorted(set(iris))
        if not wanted:
            return {}
        languages = list(dict.fromkeys((language, "", "fr", "en")))
        head, body = await self._ask(
            {"op": "labels", "iris": wanted, "properties": properties, "languages": languages}, accepted
        )
        if "error" in head:
            raise self._error(head, self._limits.result_bytes)
        return {iri: (label, tag) for iri, (label, tag) in json.loads(body).items()}

    async def _ask(self, message: dict[str, Any], accepted: float | None) -> tuple[dict[str, Any], bytes]:
        if self._waiting >= self._limits.queue_length:
            raise Overloaded("overloaded", seconds=_RETRY_SECONDS)
        left = self._limits.deadline_seconds - (0.0 if accepted is None else time.monotonic() - accepted)
        if left <= 0:
            raise self._late()
        try:
            async with asyncio.timeout(left):
                self._waiting += 1
                try:
                    await self._slots.acquire()
                finally:
                    self._waiting -= 1
                try:
                    return await self._ask_one(message)
                finally:
                    self._slots.release()
        except TimeoutError:
            raise self._late() from None

    async def _ask_one(self, message: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        worker = await self._free.get()
        while not worker.alive:  # it died while idle: nobody's query is lost
            self._replace(worker)
            worker = await self._free.get()
        try:
            answer = await worker.ask(message)
        except WorkerDied as death:
            self._replace(worker)
            raise self._lost(death.output) from None
        except BaseException:  # deadline, or the client left: an answer half read is of no use to anyone
            self._replace(worker)
            raise
        if worker.alive:
            self._free.put_nowait(worker)
        else:
            self._replace(worker)
        return answer

    async def _begin(self) -> None:
        worker = await WorkerProcess.start(self._store, self._limits.worker_memory_mb)
        self._alive.add(worker)
        worker.on_end = partial(self._ended, worker)
        self._free.put_nowait(worker)

    def _ended(self, worker: WorkerProcess) -> None:
        """A worker closed its socket. One at work is replaced by whom it leaves without an answer."""
        idle = [self._free.get_nowait() for _ in range(self._free.qsize())]
        for each in idle:
            if each is not worker:
                self._free.put_nowait(each)
        if worker in idle and not self._stopping:
            self._replace(worker)

    def _replace(self, worker: WorkerProcess) -> None:
        """Kill a worker now; reap it and start another behind the scenes."""
        if worker not in self._alive:
            return
        worker.kill()
        self._alive.discard(worker)
        self._dying.add(worker)
        task = asyncio.get_running_loop().create_task(self._reap_and_begin(worker))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _reap_and_begin(self, worker: WorkerProcess) -> None:
        while not self._stopping:
            try:
                await self._begin()
                break
            except (SnapshotError, OSError) as error:
                _LOG.warning("%s: %s", type(error).__name__, error)
            await asyncio.sleep(_RESPAWN_SECONDS)
        await worker.end()
        self._dying.discard(worker)

    def _late(self) -> DeadlineExceeded:
        return DeadlineExceeded("deadline", seconds=f"{self._limits.deadline_seconds:g}")

    def _lost(self, output: str) -> QueryError:
        if "memory allocation of" in output or "MemoryError" in output:
            return self._beyond("worker_memory_mb", self._limits.worker_memory_mb)
        return EvaluationFailed("worker-died")

    def _error(self, head: Mapping[str, Any], cap: int, text: str = "") -> QueryError:
        match head["error"]:
            case "syntax":
                line, column = head["line"], head["column"]
                reason = _reason(head["reason"], text, line, column)
                return MalformedQuery("query-syntax", line=line, column=column, reason=reason)
            case "too-large":
                return self._beyond("result_bytes", cap)
            case "memory":
                return self._beyond("worker_memory_mb", self._limits.worker_memory_mb)
        return EvaluationFailed("evaluation", reason=head["reason"])

    @staticmethod
    def _beyond(limit: str, value: int) -> LimitExceeded:
        return LimitExceeded("limit", limit=limit, value=value, measured="+", sentence=Text(f"limit.{limit}"))


def _reason(said: str, text: str, line: int | None, column: int | None) -> Text | str:
    """Why a text is no query: the engine's sentence, else what stands where it stopped."""
    if said or line is None or column is None:
        return said
    lines = text.splitlines()
    rest = lines[line - 1][column - 1 :] if line <= len(lines) else ""
    found = re.match(r"\s*(\w+|\S)", rest + "\n" + "\n".join(lines[line : line + 20]))
    if found is None and text.rstrip().endswith("}"):  # the engine had read the bracket too when it gave up
        return Text("reason.unexpected", {"found": "}"})
    return Text("reason.unexpected", {"found": found[1][:40]}) if found else Text("reason.unexpected-end")


def evaluate_sync(
    settings: Settings, snapshot: Snapshot, text: str, form_at: Callable[[Inspection], Format]
) -> tuple[Inspection, bytes]:
    """Guard and evaluate one query in one worker, and wait: what a command line needs.

    `form_at` gives the Format of an Inspection. Raises QueryError and SnapshotError.
    """

    async def once() -> tuple[Inspection, bytes]:
        engine = EmbeddedEngine(settings, snapshot)
        inspection = engine.admit(text)
        await engine.start(1)
        try:
            return inspection, await engine.evaluate(Query(inspection, form_at(inspection)))
        finally:
            await engine.stop()

    return asyncio.run(once())
