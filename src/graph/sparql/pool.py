"""The pool: two crews of workers, a fair queue before them, and the life of each evaluation.

What is quick is served by workers kept warm. An evaluation that turns out to be long, and whatever is
asked by a client that asked for much lately, goes on among the long ones, in workers that let every
other process compute first. There are as many places among the long ones as `limits.workers`; what
finds none is put off. An evaluation ends once, in whatever way.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING

from ..errors import DeadlineExceeded, Overloaded
from .adoption import Nursery
from .crew import Crew
from .evaluation import Evaluation
from .fair import RETRY_SECONDS, FairQueue
from .spool import Room

if TYPE_CHECKING:
    from ..config import Limits

_DEATH_SECONDS = 0.01  # to hear of others that died at the same moment


class Pool:
    """`limits.workers` processes for quick evaluations and a spare, and up to as many for long ones."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.on_ended: Callable[[Evaluation], None] = lambda _: None
        self.room = Room(limits.spool_bytes)
        self._queue: FairQueue[Evaluation] = FairQueue(limits)
        self._running: set[Evaluation] = set()
        self._long: set[Evaluation] = set()
        self._put_off: list[Evaluation] = []
        self._nursery = Nursery(limits.worker_memory_mb)
        self._quick = Crew(self._nursery, limits.workers + 1, self._dispatch)
        self._slow = Crew(self._nursery, limits.workers, self._dispatch, yields=True)
        self._crews = (self._quick, self._slow)
        self._relief: asyncio.TimerHandle | None = None
        self.kills = 0  # of workers whose evaluation was not wanted any more, or past its deadline
        self._stopping = False

    async def start(self, processes: int | None = None) -> None:
        """Start that many workers, else one per place and a spare. Raises SnapshotError when one cannot start."""
        try:
            await self._quick.start(self.limits.workers + 1 if processes is None else processes)
        except BaseException:
            await self.stop()
            raise

    async def warm(self, store: str) -> None:
        """Let the idle workers open a store before it is asked anything. Raises SnapshotError when one cannot."""
        for crew in self._crews:
            await crew.warm(store)

    def give_up(self) -> None:
        """Stop what is being evaluated, now: its clients get an error, and no worker is started any more."""
        self._stopping = True
        for evaluation in (*self._queue.drain(), *self._put_off):
            evaluation.give_up(Overloaded("stopping", seconds=RETRY_SECONDS))
        for crew in self._crews:
            crew.kill()

    async def stop(self) -> None:
        """End every worker."""
        self._stopping = True
        if self._relief is not None:
            self._relief.cancel()
        for crew in self._crews:
            await crew.end()
        await self._nursery.end()

    @property
    def ready(self) -> bool:
        """True when a worker is alive."""
        return not self._stopping and any(worker.alive for worker in self._quick.alive)

    @property
    def isolated(self) -> bool:
        """True when no worker can reach a network, whatever it evaluates; some systems do not allow that."""
        return all(worker.isolated for crew in self._crews for worker in crew.alive)

    @property
    def processes(self) -> tuple[int, ...]:
        """The process ids of the workers."""
        return tuple(worker.pid for crew in self._crews for worker in crew.alive)

    @property
    def deaths(self) -> int:
        """How many workers died by themselves or by another's hand."""
        return sum(crew.deaths for crew in self._crews)

    @property
    def waiting(self) -> int:
        """How many evaluations wait for a worker."""
        return self._queue.waiting + len(self._put_off)

    @property
    def running(self) -> int:
        """How many evaluations are at work."""
        return len(self._running) + len(self._long)

    @property
    def idle(self) -> int:
        """How many workers are ready for a quick evaluation."""
        return len(self._quick.idle)

    @property
    def long(self) -> int:
        """How many of them are among the long ones."""
        return len(self._long)

    @property
    def stopping(self) -> bool:
        """True once nothing more will be evaluated."""
        return self._stopping

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

    def solvent(self, client: str) -> None:
        """Nothing, for a client that may have work done. Raises BudgetSpent."""
        self._queue.solvent(client, time.monotonic())

    def charge(self, client: str, seconds: float) -> None:
        """Count work done for a client elsewhere than in a worker."""
        self._queue.charge(client, seconds, time.monotonic())

    def too_late(self) -> DeadlineExceeded:
        """The error of what took longer than its deadline."""
        seconds = self.limits.deadline_seconds
        return DeadlineExceeded("deadline", seconds=f"{seconds:g}", limit="deadline_seconds", value=seconds)

    def lengthen(self, evaluation: Evaluation) -> None:
        """Move a slow one, with its worker, among the long ones.

        Where they are full it is put off, unless its client has none there and a worker is left to the quick ones.
        """
        worker = evaluation.worker
        if worker is None or evaluation.long:
            return
        if self._place_for(evaluation.client):
            self._running.discard(evaluation)
            self._long.add(evaluation)
            evaluation.long = True
            self._queue.lengthen(evaluation.client)
            self._slow.adopt(self._quick.release(worker))
        elif not evaluation.spool.settled and (self._queue.long(evaluation.client) or not self._any_left):
            self._set_aside(evaluation)
        self._dispatch()

    def again(self, evaluation: Evaluation) -> None:
        """Its worker died at once: let another begin again, before whatever its client asked later."""
        worker = evaluation.worker
        if worker is None:
            return
        if evaluation.long:
            self._set_aside(evaluation)
        else:
            evaluation.put_off()
            self._queue.again(evaluation.client, evaluation)
            self._forget(evaluation).bury(worker)
        asyncio.get_running_loop().call_later(_DEATH_SECONDS, self._dispatch)

    def left(self, evaluation: Evaluation, died: Callable[[str], None] | None = None) -> None:
        """It ended, or is not wanted any more; `died`, of a worker of no more use, is told its last words."""
        worker = evaluation.worker
        if worker is not None:
            self._queue.done(evaluation.client, evaluation.seconds, time.monotonic(), long=evaluation.long)
            crew = self._forget(evaluation)
            if died or not worker.alive:
                self.kills += worker.alive
                crew.bury(worker, died)
            else:
                crew.give_back(worker)
        elif evaluation in self._put_off:
            self._put_off.remove(evaluation)
            self._queue.forgo(evaluation.client)
        elif not self._stopping:
            self._queue.leave(evaluation.client, evaluation)
        slow = [each for each in self._running if each.slow]
        if slow and not self._put_off and len(self._long) < self.limits.workers:
            self.lengthen(min(slow, key=lambda each: each.accepted))
        self._dispatch()

    def _dispatch(self) -> None:
        """Give the idle workers their next evaluation."""
        if self._stopping:
            return
        now = time.monotonic()
        while self._quick.idle:
            evaluation = self._queue.next(now, last=len(self._quick.idle) == 1)
            if evaluation is None:
                break
            self._running.add(evaluation)
            evaluation.begin(self._quick.idle.pop())
        if self._put_off or self._queue.waiting:
            self._dispatch_long(now)

    def _dispatch_long(self, now: float) -> None:
        """Let run among the long ones what was put off, and what clients ask that asked for much."""
        while self._slow.idle and len(self._long) < self.limits.workers and (evaluation := self._next_long(now)):
            evaluation.long = True
            self._long.add(evaluation)
            evaluation.begin(self._slow.idle.pop())
        jobs, _, relief = self._queue.heavy(now)
        if jobs or self._put_off:
            self._slow.want(min(len(self._long) + len(self._put_off) + jobs, self.limits.workers))
        if jobs and self._relief is None:
            self._relief = asyncio.get_running_loop().call_later(relief, self._relieve)

    def _next_long(self, now: float) -> Evaluation | None:
        """The next for a place there, of the client that has fewest; what was put off goes first."""
        jobs, fewest, _ = self._queue.heavy(now)
        resumed = min(self._put_off, key=lambda each: self._queue.long(each.client), default=None)
        if resumed is None or (jobs and fewest < self._queue.long(resumed.client)):
            return self._queue.next_long(now)
        self._put_off.remove(resumed)
        self._queue.resume(resumed.client)
        return resumed

    def _relieve(self) -> None:
        """A client that waits may have used less lately by now: it is then served with the others."""
        self._relief = None
        self._dispatch()

    @property
    def _any_left(self) -> bool:
        """True when a worker is left to the quick ones, or is about to be."""
        return bool(self._quick.idle) or not all(each.slow for each in self._running)

    def _place_for(self, client: str) -> bool:
        """Whether a client's long one has a place: where it has none yet, one who has several gives one up."""
        if len(self._long) < self.limits.workers:
            return True
        places = Counter(each.client for each in self._long)
        taken = [each for each in self._long if places[each.client] > 1 and not each.spool.settled]
        if places[client] or not taken:
            return False
        self._set_aside(max(taken, key=lambda each: each.started))
        return True

    def _set_aside(self, evaluation: Evaluation) -> None:
        """Put a running one off until there is a place among the long ones."""
        worker = evaluation.worker
        if worker is None:
            return
        evaluation.put_off()
        self._queue.put_off(evaluation.client, evaluation.seconds, time.monotonic(), long=evaluation.long)
        self._forget(evaluation).bury(worker)
        self._put_off.append(evaluation)

    def _forget(self, evaluation: Evaluation) -> Crew:
        """It is not at work any more; the crew its worker is of."""
        (self._long if evaluation.long else self._running).discard(evaluation)
        return self._slow if evaluation.long else self._quick
