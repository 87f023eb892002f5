"""The pool: worker processes kept warm, a fair queue before them, and the life of each evaluation.

An evaluation waits, runs, and may turn out to be long: then its worker yields to the others, another
takes its place, and as many long ones go on beside as there are places. It ends once, in whatever way;
a worker that was interrupted is killed, for it cannot be stopped otherwise.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from ..errors import DeadlineExceeded, Overloaded, SnapshotError
from .evaluation import Evaluation
from .fair import RETRY_SECONDS, FairQueue
from .process import WorkerDied, WorkerProcess
from .spool import Room

if TYPE_CHECKING:
    from ..config import Limits

_LOG = logging.getLogger(__name__)
_RESPAWN_SECONDS = 1.0
_OPEN_SECONDS = 20.0


class Pool:
    """`limits.workers` processes at work, one more kept warm as a spare, and as many beside for long evaluations."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.kills = self.deaths = 0
        self.on_ended: Callable[[Evaluation], None] = lambda _: None
        self._queue: FairQueue[Evaluation] = FairQueue(limits)
        self._running: set[Evaluation] = set()
        self._long: set[Evaluation] = set()
        self._put_off: deque[Evaluation] = deque()
        self.room = Room(limits.spool_bytes)
        self._free: list[WorkerProcess] = []
        self._alive: set[WorkerProcess] = set()
        self._dying: set[WorkerProcess] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._kept_warm = self._starting = self._warming = 0
        self._stopping = False

    async def start(self, processes: int | None = None) -> None:
        """Start that many workers, else one per place and a spare. Raises SnapshotError when one cannot start."""
        self._kept_warm = self.limits.workers + 1 if processes is None else processes
        started = await asyncio.gather(*(self._begin() for _ in range(self._kept_warm)), return_exceptions=True)
        for outcome in started:
            if isinstance(outcome, BaseException):
                await self.stop()
                raise outcome

    def give_up(self) -> None:
        """Stop what is being evaluated, now: its clients get an error, and no worker is started any more."""
        self._stopping = True
        for evaluation in (*self._queue.drain(), *self._put_off):
            evaluation.give_up(Overloaded("stopping", seconds=RETRY_SECONDS))
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

    @property
    def waiting(self) -> int:
        """How many evaluations wait for a worker."""
        return self._queue.waiting + len(self._put_off)

    @property
    def running(self) -> int:
        """How many evaluations are at work."""
        return len(self._running) + len(self._long)

    def submit(self, evaluation: Evaluation) -> None:
        """Let it run as soon as it may. Raises Overloaded, BudgetSpent, and DeadlineExceeded when it comes too late."""
        now = time.monotonic()
        if self._stopping:
            raise Overloaded("stopping", seconds=RETRY_SECONDS)
        if evaluation.deadline <= now:
            raise self.too_late()
        self._queue.enter(evaluation.client, evaluation, now)
        self._dispatch()
        if evaluation.worker is None:
            evaluation.wait()

    def too_late(self) -> DeadlineExceeded:
        """The error of what took longer than its deadline."""
        seconds = self.limits.deadline_seconds
        return DeadlineExceeded("deadline", seconds=f"{seconds:g}", limit="deadline_seconds", value=seconds)

    @property
    def stopping(self) -> bool:
        """True once nothing more will be evaluated."""
        return self._stopping

    def _dispatch(self) -> None:
        """Give the free workers their next evaluation."""
        self._resume()
        while (
            self._free and len(self._running) <= self.limits.workers
        ):  # the spare serves whoever comes beside one client
            evaluation = self._queue.next(time.monotonic())
            if evaluation is None:
                return
            self._running.add(evaluation)
            evaluation.begin(self._free.pop())

    def lengthen(self, evaluation: Evaluation) -> None:
        """Move a slow one among the long ones, and free its place; where they are full, one place stays for the quick.

        What would take that last place is put off until a long one has ended.
        """
        worker = evaluation.worker
        if worker is None:
            return
        if len(self._long) < self.limits.workers:
            self._running.discard(evaluation)
            self._long.add(evaluation)
            evaluation.long = True
            self._queue.lengthen(evaluation.client)
            worker.yield_to_others()
        elif all(each.spool.slow for each in self._running) and not evaluation.spool.settled:
            self._running.discard(evaluation)
            self._put_off.append(evaluation)
            evaluation.put_off()
            self._queue.put_off(evaluation.client, evaluation.seconds, time.monotonic())
            self._bury(worker)
        self._refill()
        self._dispatch()

    def _resume(self) -> None:
        """Let what was put off run again, while there is a place among the long ones and a worker."""
        while self._put_off and self._free and len(self._long) < self.limits.workers:
            evaluation = self._put_off.popleft()
            evaluation.long = True
            self._long.add(evaluation)
            self._queue.resume(evaluation.client)
            worker = self._free.pop()
            worker.yield_to_others()
            evaluation.begin(worker)
            self._refill()

    def left(self, evaluation: Evaluation, died: Callable[[str], None] | None = None) -> None:
        """It ended, or is not wanted any more; `died`, of a worker of no more use, is told its last words."""
        worker = evaluation.worker
        if worker is not None:
            self._queue.done(evaluation.client, evaluation.seconds, time.monotonic(), long=evaluation.long)
            self._running.discard(evaluation)
            self._long.discard(evaluation)
            if died or evaluation.long or not worker.alive:  # one that yields to the others does so for ever
                self._bury(worker, died)
            else:
                self._free.append(worker)
        elif evaluation in self._put_off:
            self._put_off.remove(evaluation)
            self._queue.forgo(evaluation.client)
        elif not self._stopping:
            self._queue.leave(evaluation.client, evaluation)
        slow = [each for each in self._running if each.spool.slow]
        if slow and not self._put_off and len(self._long) < self.limits.workers:
            self.lengthen(min(slow, key=lambda each: each.accepted))
        self._dispatch()

    async def _begin(self) -> None:
        worker = await WorkerProcess.start(self.limits.worker_memory_mb)
        self._alive.add(worker)
        worker.on_end = partial(self._ended, worker)
        self._free.append(worker)
        self._dispatch()

    def _ended(self, worker: WorkerProcess) -> None:
        """A worker closed its socket. One at work is buried by the evaluation it leaves without an answer."""
        if worker in self._free:
            self._free.remove(worker)
            self._bury(worker)

    def _bury(self, worker: WorkerProcess, told: Callable[[str], None] | None = None) -> None:
        """Kill a worker now and reap it behind the scenes; `told` is given the end of what it wrote."""
        if worker.alive:
            self.kills += 1
        else:
            self.deaths += 1
        worker.kill()
        self._alive.discard(worker)
        self._dying.add(worker)
        self._behind(self._reap(worker, told))
        self._refill()

    @property
    def _warm_ones(self) -> int:
        """The workers that are ready for quick evaluations, or soon will be, or are at work on one."""
        return len(self._free) + len(self._running) + self._starting + self._warming

    def _refill(self) -> None:
        """Start what is missing of the workers kept warm."""
        while not self._stopping and self._warm_ones < self._kept_warm:
            self._starting += 1
            self._behind(self._begin_again())

    def _behind(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _reap(self, worker: WorkerProcess, told: Callable[[str], None] | None) -> None:
        output = await worker.end()
        self._dying.discard(worker)
        if told is not None:
            told(output)

    async def _begin_again(self) -> None:
        try:
            while not self._stopping:
                try:
                    await self._begin()
                except (SnapshotError, OSError) as error:
                    _LOG.warning("%s: %s", type(error).__name__, error)
                    await asyncio.sleep(_RESPAWN_SECONDS)
                else:
                    return
        finally:
            self._starting -= 1

    async def warm(self, store: str) -> None:
        """Let the idle workers open a store before it is asked anything. Raises SnapshotError when one cannot."""
        idle, self._free = self._free, []
        self._warming += len(idle)
        try:
            answers = await asyncio.gather(*(_opened(worker, store) for worker in idle))
        finally:
            self._warming -= len(idle)
            for worker in idle:
                if worker.alive and worker.idle and self._warm_ones < self._kept_warm:
                    self._free.append(worker)
                elif worker in self._alive:
                    self._bury(worker)
            self._dispatch()
        for answer in answers:
            if isinstance(answer, WorkerDied):
                raise SnapshotError("damaged-snapshot", path=store, reason="?")
            if "error" in answer:
                raise SnapshotError("damaged-snapshot", path=store, reason=answer.get("reason", answer["error"]))


async def _opened(worker: WorkerProcess, store: str) -> Mapping[str, Any] | WorkerDied:
    answered: asyncio.Future[Mapping[str, Any] | WorkerDied] = asyncio.get_running_loop().create_future()
    worker.ask(
        {"op": "open", "store": store}, lambda _: None, lambda head: answered.done() or answered.set_result(head)
    )
    try:
        return await asyncio.wait_for(answered, _OPEN_SECONDS)
    except TimeoutError:
        return WorkerDied()
