"""What every request shares: the workers, the snapshots, the answers kept, the queries under way."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ..federation.gateway import Gateway
from ..metrics import Metrics
from ..sparql.cache import AnswerCache
from ..sparql.engine import EmbeddedEngine
from ..sparql.federated import STEPS
from ..sparql.pool import Pool
from .browsing import search
from .checking.validating import Validators
from .http.journal import Journal, slow
from .http.known import Known
from .http.running import Running
from .recording import record
from .site import Site
from .timeline import Timeline

if TYPE_CHECKING:
    from starlette.types import Scope

    from ..config import Settings
    from ..snapshot.reader import Snapshot
    from ..sparql.evaluation import Evaluation


_LOG = logging.getLogger(__name__)
STOP_SECONDS = 5  # left to the requests under way when the server stops


class Endpoint:
    """A server, seen from inside. `known` are the answers its door may give without asking anyone."""

    def __init__(
        self,
        settings: Settings,
        snapshot: Snapshot,
        public_url: str = "",
        known: Known | None = None,
        journal: Journal | None = None,
    ) -> None:
        self.settings = settings
        self.public_url = public_url.rstrip("/")
        self.prefix = urlsplit(self.public_url).path
        self.pool = Pool(settings.limits)
        self.gateway = Gateway(settings)
        self.validators = Validators(settings)
        self.cache = AnswerCache(settings.limits.cache_bytes)
        self.known = known or Known(settings.limits.cache_bytes // 4)
        self.running = Running()
        self.metrics = Metrics()
        self.journal = journal or Journal()
        self.pool.on_ended = self._evaluated
        self.timeline = Timeline(snapshot, self._site)
        self.warm: Callable[[Site], Awaitable[None]] | None = None  # has a site's pages ask what they keep
        self.swaps = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._patience = STOP_SECONDS - 1.0
        self._loop: asyncio.AbstractEventLoop | None = None
        self.known.clear(snapshot.id)

    @property
    def site(self) -> Site:
        """The site in force."""
        return self.timeline.current

    def _site(self, snapshot: Snapshot) -> Site:
        engine = EmbeddedEngine(self.settings, snapshot, self.pool, self.gateway)
        return Site(self.settings, snapshot, engine, self.public_url)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Start the workers and watch for new snapshots, as long as it lasts. Raises SnapshotError."""
        self._loop = asyncio.get_running_loop()
        self.timeline.open()
        try:
            await self.site.engine.start()
            self._record()
            self.behind(self._ready(self.site))
            watch = asyncio.create_task(self.timeline.watch(self._swapped))
            yield
            watch.cancel()
            await asyncio.gather(watch, return_exceptions=True)
        finally:
            await self.validators.stop()
            await self.pool.stop()
            await self.gateway.close()
            self.timeline.close()
            self.journal.close()

    def noted(self, target: bytes, status: int, size: int) -> None:
        """The door answered a GET by itself."""
        self.metrics.responses[status] += 1
        if self.journal.kept:
            path = target.partition(b"?")[0].decode("latin-1")
            self.journal.answered("GET", path, status, size, 0.0, self.site.snapshot.id)

    def answered(self, scope: Scope, status: int, size: int) -> None:
        """The application answered."""
        self.metrics.responses[status] += 1
        if self.journal.kept:
            seconds = time.monotonic() - scope["state"]["accepted"]
            snapshot = scope["state"]["site"].snapshot.id
            self.journal.answered(scope["method"], scope["path"], status, size, seconds, snapshot)

    def behind(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something that no answer waits for."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _LOG.error("%s: %s", type(error).__name__, error, exc_info=error)  # nobody else would tell of it

    async def _ready(self, site: Site) -> None:
        await search.ready(site)
        if self.warm is not None:
            await self.warm(site)

    def _evaluated(self, evaluation: Evaluation) -> None:
        if evaluation.message["op"] in STEPS:  # the query itself is counted, once
            return
        error = evaluation.spool.error
        outcome = "ok" if error is None else error.code
        seconds = time.monotonic() - evaluation.accepted
        self.metrics.evaluated(outcome, seconds)
        if seconds >= self.settings.limits.slow_seconds:
            slow(evaluation, outcome, seconds)

    def measures(self) -> bytes:
        """Every counter, for Prometheus."""
        manifest = self.site.snapshot.manifest
        gauges = {
            "queries_waiting": ("Queries that wait for a worker.", self.pool.waiting),
            "queries_running": ("Queries that a worker evaluates.", self.pool.running),
            "workers": ("Worker processes alive.", len(self.pool.processes)),
            "workers_idle": ("Workers ready for a quick query.", self.pool.idle),
            "cache_bytes": ("Memory of the answers kept.", self.cache.size + self.known.size),
            "cache_answers": ("Answers kept.", len(self.cache)),
            "snapshot_triples": ("Triples of the default graph in force.", manifest.counts.get("triples", 0)),
            "snapshot_created_seconds": ("When the snapshot in force was made.", self.site.created.timestamp()),
        }
        counts = {
            "worker_kills": (
                "Workers killed: deadline, cancellation, client gone.",
                self.pool.kills,
            ),
            "worker_deaths": ("Workers that died by themselves or by another's hand.", self.pool.deaths),
            "cache_hits": ("Answers found in the cache.", self.cache.hits),
            "cache_misses": ("Answers not found in the cache.", self.cache.misses),
            "cache_shared": ("Queries that joined the same one under way.", self.cache.shared),
            "snapshot_swaps": ("Snapshots put in force since the start.", self.swaps),
        }
        return self.metrics.render(gauges, counts, self.gateway.outcomes)

    def stop(self) -> None:
        """Let the queries under way go on for a while, then end them; at the second word, at once. From any thread."""
        patience, self._patience = self._patience, 0.0
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._loop.call_later, patience, self.pool.give_up)

    def reload(self) -> None:
        """Try again, within a moment, a snapshot that was refused; and go on in a new access log."""
        self.journal.reopen()
        self.timeline.forgive()

    def _swapped(self) -> None:
        self.swaps += 1
        self.known.clear(self.site.snapshot.id)
        self.behind(self._ready(self.site))
        self._record()

    def _record(self) -> None:
        if self.timeline.follows:
            self.behind(record(self.site.snapshot, self.settings.limits))
