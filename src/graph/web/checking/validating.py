"""The gate on the web: whose turn it is, and the process that checks a text, given up when nobody waits for it."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from ...errors import DeadlineExceeded, LimitExceeded, Overloaded, PasserellesError, SnapshotError
from ...sparql.adoption import Nursery
from ...sparql.fair import RETRY_SECONDS, FairQueue
from ...sparql.process import WorkerDied, WorkerProcess
from ..http.clients import client_of
from . import near

if TYPE_CHECKING:
    from fastapi import Request

    from ...config import Settings
    from ..endpoint import Endpoint
    from ..site import Site

_LOG = logging.getLogger(__name__)
FORMAT = "format"  # what asks for the canonical form in place of a fix


@dataclass(frozen=True, slots=True)
class Task:
    """What is asked of one text: the name of a format, a language, what to mend, the place of a file, a snapshot.

    The snapshot is told by its id, and by its folder, for a server may be of one that was built elsewhere. `place` is
    below the folder of the data; empty, the text is a new version of the file that describes its subject, if there is
    one, else a file of its own.
    """

    form: str
    language: str
    fix: str = ""
    place: str = ""
    snapshot: str = ""
    folder: str = ""
    findings: int = 1000
    seconds: float = 10.0


@dataclass(slots=True, eq=False)
class _Turn:
    """A text that waits to be checked; `long` as the queue counts it; `called` once it waits no more."""

    client: str
    come: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    long: bool = False
    called: bool = False


class Validators:
    """Checks texts, `limits.validators` at a time, each in a process of its own; fairly, as queries are evaluated."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._queue: FairQueue[_Turn] = FairQueue(settings.limits)
        self._running = 0
        self._nursery: Nursery | None = None
        self._snapshot = ""
        self._ending: set[asyncio.Task[Any]] = set()
        self._stopping = False

    async def check(self, task: Task, text: bytes, client: str, accepted: float) -> bytes:
        """What the gate says of a text, in the form that the task asks for.

        Raises DeadlineExceeded, LimitExceeded when it takes more memory than it may, or ends its process, Overloaded
        and BudgetSpent when it would wait too long.
        """
        limits = self._settings.limits
        try:
            async with asyncio.timeout(limits.validate_seconds - (time.monotonic() - accepted)):
                async with self._turn(client):
                    return await self._asked(task, text)
        except TimeoutError:
            value = limits.validate_seconds
            raise DeadlineExceeded("validate-late", limit="validate_seconds", value=f"{value:g}") from None

    async def stop(self) -> None:
        """End the processes."""
        self._stopping = True
        for turn in self._queue.drain():
            turn.called = True
            if not turn.come.done():
                turn.come.set_exception(Overloaded("stopping", seconds=RETRY_SECONDS))
        await asyncio.gather(*self._ending, return_exceptions=True)
        if self._nursery is not None:
            await self._nursery.end()

    def _home(self, snapshot: str) -> Nursery:
        """Where workers come from: a process that has read the model as it was when the snapshot was put in force.

        What it has read saves time and decides nothing: a worker reads the files that changed since.
        """
        if self._nursery is None or self._snapshot != snapshot:
            if self._nursery is not None:
                self._behind(self._nursery.end())
            self._snapshot, settings = snapshot, self._settings
            whose = "shipped" if settings.shipped else "own"
            memory = settings.limits.validate_memory_mb
            self._nursery = Nursery(memory, "graph.web.checking.validator", str(settings.root), whose)
        return self._nursery

    async def warm(self, snapshot: str) -> None:
        """Have the model read before the first text comes. Raises SnapshotError."""
        if self._nursery is None or self._snapshot != snapshot:
            worker = await WorkerProcess.start(self._home(snapshot))
            await worker.end()

    async def _asked(self, task: Task, text: bytes) -> bytes:
        try:
            worker = await WorkerProcess.start(self._home(task.snapshot))
        except SnapshotError as error:  # it says where things are, which is for who runs the server
            _LOG.error("%s", error)
            raise PasserellesError("internal") from None
        loop = asyncio.get_running_loop()
        parts: list[bytes] = []
        ended: asyncio.Future[dict[str, Any] | WorkerDied] = loop.create_future()
        yielding = loop.call_later(self._settings.limits.long_seconds, worker.yield_to_others)
        try:
            message = {"task": asdict(task), "attached": [text]}
            worker.ask(message, parts.append, lambda head: ended.done() or ended.set_result(head))
            head = await ended
        finally:
            yielding.cancel()
            worker.kill()
            self._behind(worker.end())
        if isinstance(head, WorkerDied) or head.get("error") == "memory":
            limits = self._settings.limits
            raise LimitExceeded("validate-died", limit="validate_memory_mb", value=limits.validate_memory_mb)
        if "error" in head:
            _LOG.error("%s", head["error"])
            raise PasserellesError("internal")
        return b"".join(parts)

    @asynccontextmanager
    async def _turn(self, client: str) -> AsyncIterator[None]:
        """A place to check in, once it is this client's turn."""
        if self._stopping:
            raise Overloaded("stopping", seconds=RETRY_SECONDS)
        turn = _Turn(client)
        self._queue.enter(client, turn, time.monotonic())
        self._call()
        try:
            await turn.come
        except asyncio.CancelledError:
            if not turn.called:
                self._queue.leave(client, turn)
            elif not turn.come.cancelled() and turn.come.exception() is None:  # it had just come
                self._left(turn, 0.0)
            raise
        began = time.monotonic()
        try:
            yield
        finally:
            self._left(turn, time.monotonic() - began)

    def _call(self) -> None:
        """Give the places that are free; the last one to who has nothing at work, unless nothing is."""
        while self._running < self._settings.limits.validators:
            now, last = time.monotonic(), self._running == self._settings.limits.validators - 1
            turn = self._queue.next(now, last=last and self._running > 0)
            if turn is None and (not last or not self._running):
                turn = self._queue.next_long(now)
                if turn is not None:
                    turn.long = True
            if turn is None:
                return
            turn.called = True
            if turn.come.cancelled():  # it is being given up at this moment
                self._queue.done(turn.client, 0.0, now, long=turn.long)
            else:
                self._running += 1
                turn.come.set_result(None)

    def _left(self, turn: _Turn, seconds: float) -> None:
        self._running -= 1
        self._queue.done(turn.client, seconds, time.monotonic(), long=turn.long)
        self._call()

    def _behind(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)


async def ready(request: Request, site: Site) -> None:
    """Read what every check needs; where that fails, the check tells."""
    endpoint: Endpoint = request.app.state.endpoint
    with suppress(PasserellesError):
        await endpoint.validators.warm(site.snapshot.id)
        await near.names(request, site)


async def checked(  # noqa: PLR0913, PLR0917 - what a text is checked as
    request: Request, site: Site, text: bytes, form: str, fix: str = "", place: str = ""
) -> bytes:
    """What the gate says of a text that a request sends, in a form. Raises as `Validators.check`."""
    endpoint: Endpoint = request.app.state.endpoint
    limits = site.settings.limits
    findings, seconds = limits.validate_findings, limits.validate_seconds
    snapshot = site.snapshot
    task = Task(form, site.language(request), fix, place, snapshot.id, str(snapshot.path), findings, seconds)
    client = client_of(request.scope, site.settings.server)
    return await endpoint.validators.check(task, text, client, request.state.accepted)


def shown(answer: bytes) -> dict[str, Any]:
    """What a page shows of a text."""
    found: dict[str, Any] = json.loads(answer)
    return found
