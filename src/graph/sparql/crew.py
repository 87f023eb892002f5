"""A crew: worker processes of one priority, started behind the scenes, at work or idle, and buried.

Those who are idle have opened the snapshot in force. A worker that was interrupted is killed, for it
cannot be stopped otherwise.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import suppress
from functools import partial
from typing import Any

from ..errors import SnapshotError
from .adoption import Nursery, no_worker
from .process import WorkerDied, WorkerProcess

_LOG = logging.getLogger(__name__)
_RESPAWN_SECONDS = 1.0
_OPEN_SECONDS = 20.0


class Crew:
    """At most `most` workers are kept. `idle` may be taken from; `came` is called when a new one is there.

    Those of a crew that `yields` let every other process compute first.
    """

    def __init__(self, nursery: Nursery, most: int, came: Callable[[], None], *, yields: bool = False) -> None:
        self.most = most
        self.idle: list[WorkerProcess] = []
        self.alive: set[WorkerProcess] = set()
        self.deaths = 0
        self._nursery = nursery
        self._came = came
        self._yields = yields
        self._store = ""
        self._wanted = self._starting = 0
        self._dying: set[WorkerProcess] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopped = False

    async def start(self, count: int) -> None:
        """Start that many workers, and keep as many. Raises SnapshotError when one cannot start."""
        self.most = self._wanted = self._starting = count
        started = await asyncio.gather(*(self._begin(self._one) for _ in range(count)), return_exceptions=True)
        for outcome in started:
            if isinstance(outcome, OSError):
                raise no_worker(outcome.strerror or str(outcome))
            if isinstance(outcome, BaseException):
                raise outcome

    def want(self, count: int) -> None:
        """Have that many from now on, and start behind the scenes what is missing."""
        self._wanted = count
        self._fill()

    def give_back(self, worker: WorkerProcess) -> None:
        """It has answered, and is ready for the next."""
        if worker.alive and worker.idle and len(self.alive) <= self.most:
            self.idle.append(worker)
        else:
            self.bury(worker)

    def bury(self, worker: WorkerProcess, told: Callable[[str], None] | None = None) -> None:
        """Kill a worker now and reap it behind the scenes; `told` is given the end of what it wrote."""
        self.deaths += not worker.alive
        worker.kill()
        self.alive.discard(worker)
        self._dying.add(worker)
        self._behind(self._reap(worker, told))
        self._fill()

    def release(self, worker: WorkerProcess) -> WorkerProcess:
        """Give a worker away, with what it is doing; another takes its place."""
        self.alive.discard(worker)
        self._fill()
        return worker

    def adopt(self, worker: WorkerProcess) -> None:
        """Take a worker from another crew, with what it is doing; one that is idle makes room."""
        self._welcome(worker)
        if len(self.alive) > self.most and self.idle:
            self.bury(self.idle.pop())

    def kill(self) -> None:
        """Stop whatever they do; none is started any more."""
        self._stopped = True
        for worker in tuple(self.alive):
            worker.kill()

    async def end(self) -> None:
        """End every worker."""
        self._stopped = True
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*(worker.end() for worker in (*self.alive, *self._dying)))
        self.alive.clear()
        self._dying.clear()

    async def warm(self, store: str) -> None:
        """Let the idle ones open a store that is asked next, one by one. Raises SnapshotError when one cannot."""
        told = False
        for worker in tuple(self.idle):
            if worker in self.idle:
                self.idle.remove(worker)
                told = await self._open(worker, store) or told
        if self._wanted and not told:  # all are at work, or died of something else: one that is born for it tells
            worker = await self._one()
            self._welcome(worker)
            if not await self._open(worker, store):
                raise no_worker("")
        self._store = store

    async def _open(self, worker: WorkerProcess, store: str) -> bool:
        """Whether it has opened a store; false where it died. Raises SnapshotError when no worker could."""
        answer = await _opened(worker, store)
        self.give_back(worker)
        self._came()
        if answer is not None and "error" in answer:
            raise SnapshotError("damaged-snapshot", path=store, reason=answer.get("reason", answer["error"]))
        return answer is not None

    def _fill(self) -> None:
        while not self._stopped and len(self.alive) + self._starting < self._wanted:
            self._starting += 1
            self._behind(self._begin(self._another))

    def _welcome(self, worker: WorkerProcess) -> None:
        if self._yields:
            worker.yield_to_others()
        self.alive.add(worker)
        worker.on_end = partial(self._ended, worker)

    def _ended(self, worker: WorkerProcess) -> None:
        """A worker closed its socket. One at work is buried by the evaluation it leaves without an answer."""
        if worker in self.idle:
            self.idle.remove(worker)
            self.bury(worker)

    def _behind(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _begin(self, born: Callable[[], Awaitable[WorkerProcess]]) -> None:
        try:
            worker = await born()
        finally:
            self._starting -= 1
        self._welcome(worker)
        with suppress(SnapshotError):  # where it cannot, its first query will say so
            await self._open(worker, self._store)

    async def _one(self) -> WorkerProcess:
        return await WorkerProcess.start(self._nursery, yields=self._yields)

    async def _another(self) -> WorkerProcess:
        while True:
            try:
                return await self._one()
            except (SnapshotError, OSError) as error:
                _LOG.warning("%s: %s", type(error).__name__, error)
                await asyncio.sleep(_RESPAWN_SECONDS)

    async def _reap(self, worker: WorkerProcess, told: Callable[[str], None] | None) -> None:
        try:
            output = await worker.end()
        except OSError:  # what it wrote cannot be read: its evaluation ends nevertheless
            output = ""
        self._dying.discard(worker)
        if told is not None:
            told(output)


async def _opened(worker: WorkerProcess, store: str) -> Mapping[str, Any] | None:
    if not store:
        return {}
    answered: asyncio.Future[Mapping[str, Any] | WorkerDied] = asyncio.get_running_loop().create_future()
    worker.ask(
        {"op": "open", "store": store}, lambda _: None, lambda head: answered.done() or answered.set_result(head)
    )
    try:
        answer = await asyncio.wait_for(answered, _OPEN_SECONDS)
    except TimeoutError:
        answer = WorkerDied()
    return None if isinstance(answer, WorkerDied) else answer
