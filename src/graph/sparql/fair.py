"""A fair queue: who is served next, who has to wait, who has had enough.

Clients are charged in seconds of work, not in requests: what a client used fades at the pace of one
worker, and whoever used least lately goes first. Who used more than a second for long jobs is served
beside the others, among the long ones. Nothing here knows of processes, sockets or clocks.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from ..config import Limits
from ..errors import BudgetSpent, Overloaded

Job = TypeVar("Job", bound=Hashable)
RETRY_SECONDS = 2
_CROWD = 1024
_HEAVY = 1.0  # seconds of work lately


@dataclass(slots=True)
class _Client(Generic[Job]):
    """What is known of a client: `used` seconds at the moment `since`, `slowly` of them by long jobs, and its jobs."""

    used: float = 0.0
    slowly: float = 0.0
    since: float = 0.0
    waiting: deque[Job] = field(default_factory=deque)
    running: int = 0
    long: int = 0
    put_off: int = 0

    @property
    def at_work(self) -> bool:
        """True while it has jobs that run, or ran and will again."""
        return bool(self.running or self.long or self.put_off)

    def debt(self, now: float) -> float:
        """Seconds of work not yet forgotten at `now`."""
        return max(0.0, self.used - (now - self.since))

    def heaviness(self, now: float) -> float:
        """Seconds of work by long jobs not yet forgotten at `now`, beyond what is everyone's; below 0 for most."""
        return self.slowly - (now - self.since) - _HEAVY

    def charge(self, seconds: float, now: float, *, slowly: bool) -> None:
        """Count so many seconds of work."""
        before = max(0.0, self.slowly - (now - self.since))
        self.slowly = before + seconds if slowly else before
        self.used, self.since = self.debt(now) + seconds, now


class FairQueue(Generic[Job]):
    """Jobs that wait, by client. `now` is in seconds, and never goes back."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._clients: dict[str, _Client[Job]] = {}
        self._crowd = _CROWD
        self.waiting = 0

    def enter(self, client: str, job: Job, now: float) -> None:
        """Let a job wait. Raises Overloaded when the queue is full, BudgetSpent when its client had enough.

        The house itself, which has no name, has no budget.
        """
        known, limits = self.solvent(client, now), self._limits
        if client and len(known.waiting) >= limits.client_queue_length:
            length = limits.client_queue_length
            raise BudgetSpent("client-queue", seconds=RETRY_SECONDS, limit="client_queue_length", value=length)
        if self.waiting >= limits.queue_length:
            raise Overloaded("overloaded", seconds=RETRY_SECONDS, limit="queue_length", value=limits.queue_length)
        known.waiting.append(job)
        self.waiting += 1

    def solvent(self, client: str, now: float) -> _Client[Job]:
        """What is known of a client. Raises BudgetSpent when it had enough."""
        known = self._clients.get(client) or self._welcome(client, now)
        debt, most = known.debt(now), self._limits.client_seconds
        if client and debt >= most:
            seconds = math.ceil(debt - most) + 1
            raise BudgetSpent("budget-spent", seconds=seconds, limit="client_seconds", value=round(most))
        return known

    def charge(self, client: str, seconds: float, now: float) -> None:
        """Count so many seconds of work done for a client."""
        known = self._clients.get(client) or self._welcome(client, now)
        known.charge(seconds, now, slowly=False)

    def next(self, now: float, *, last: bool) -> Job | None:
        """The job to run now: the oldest of the client that used least; None when nobody may go.

        The last worker that is free is for clients who have nothing at work; the house may always go.
        """
        waiting = [
            client
            for name, client in (self._clients.items() if self.waiting else ())
            if client.waiting
            and not (name and (client.put_off or client.heaviness(now) > 0 or (last and client.at_work)))
        ]
        if not waiting:
            return None
        chosen = min(waiting, key=lambda client: (client.debt(now), client.running))
        chosen.running += 1
        return self._taken(chosen)

    def next_long(self, now: float) -> Job | None:
        """The job to run now among the long ones: of who used much for such lately, and has fewest there."""
        waiting = self._heavy(now)
        if not waiting:
            return None
        chosen = min(waiting, key=lambda client: (client.long, client.debt(now)))
        chosen.long += 1
        return self._taken(chosen)

    def heavy(self, now: float) -> tuple[int, int, float]:
        """Of the clients that used much lately and wait: their jobs, the fewest long ones, the seconds to relief."""
        waiting = self._heavy(now)
        jobs = sum(len(client.waiting) for client in waiting)
        fewest = min((client.long for client in waiting), default=0)
        return jobs, fewest, min((client.heaviness(now) for client in waiting), default=0.0)

    def long(self, client: str) -> int:
        """How many jobs of a client are among the long ones."""
        return self._clients[client].long

    def _heavy(self, now: float) -> list[_Client[Job]]:
        named = ((name, client) for name, client in self._clients.items() if self.waiting)
        return [client for name, client in named if name and client.waiting and client.heaviness(now) > 0]

    def _taken(self, client: _Client[Job]) -> Job:
        self.waiting -= 1
        return client.waiting.popleft()

    def leave(self, client: str, job: Job) -> None:
        """Forget a job that waits."""
        self._clients[client].waiting.remove(job)
        self.waiting -= 1

    def drain(self) -> list[Job]:
        """Every job that waits, which none of them does any more."""
        jobs = [job for client in self._clients.values() for job in client.waiting]
        for client in self._clients.values():
            client.waiting.clear()
        self.waiting = 0
        return jobs

    def again(self, client: str, job: Job) -> None:
        """A running job of a client waits again, before the others of its client."""
        known = self._clients[client]
        known.running -= 1
        known.waiting.appendleft(job)
        self.waiting += 1

    def put_off(self, client: str, seconds: float, now: float, *, long: bool) -> None:
        """A running job of a client waits for a place among the long ones, after so many seconds of work."""
        self.done(client, seconds, now, long=long)
        self._clients[client].put_off += 1

    def resume(self, client: str) -> None:
        """A job that was put off runs again, among the long ones."""
        self.forgo(client)
        self._clients[client].long += 1

    def forgo(self, client: str) -> None:
        """A job that was put off is not wanted any more."""
        self._clients[client].put_off -= 1

    def lengthen(self, client: str) -> None:
        """A running job of a client turns out to be long: it counts among the long ones from now on."""
        known = self._clients[client]
        known.running -= 1
        known.long += 1

    def done(self, client: str, seconds: float, now: float, *, long: bool) -> None:
        """A job of a client ended, after so many seconds of work."""
        known = self._clients[client]
        if long:
            known.long -= 1
        else:
            known.running -= 1
        known.charge(seconds, now, slowly=long or seconds > self._limits.long_seconds)

    def _welcome(self, client: str, now: float) -> _Client[Job]:
        """A client not known yet; in a crowd, those that owe nothing and have nothing here are forgotten first."""
        if len(self._clients) >= self._crowd:
            self._clients = {
                name: each for name, each in self._clients.items() if each.waiting or each.at_work or each.debt(now) > 0
            }
            self._crowd = max(_CROWD, 2 * len(self._clients))
        self._clients[client] = _Client(since=now)
        return self._clients[client]
