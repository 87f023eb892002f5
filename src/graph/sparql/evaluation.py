"""The life of one evaluation: it waits, runs, may turn out to be long, be put off, be stopped; it ends once."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ..errors import EvaluationFailed, Overloaded, QueryCancelled, QueryError
from .fair import RETRY_SECONDS
from .process import WorkerDied, WorkerProcess
from .spool import Spool

if TYPE_CHECKING:
    from .pool import Pool

_LOG = logging.getLogger(__name__)
_AT_ONCE_SECONDS = 0.05
_AGAIN = 3  # of workers that die together, a busy machine tells one after the other
SPOOL_MEMORY = 4 * 1024 * 1024


class Evaluation:
    """One message to a worker, from its acceptance to its end; `spool` takes its answer.

    `failure` makes the error of what a worker says, or of the last words of one that died.
    """

    def __init__(
        self,
        pool: Pool,
        client: str,
        message: Mapping[str, Any],
        accepted: float,
        failure: Callable[[Mapping[str, Any] | str], QueryError],
    ) -> None:
        self.client = client
        self.message = message
        self.accepted = accepted
        self.deadline = accepted + pool.limits.deadline_seconds
        self.spool = Spool(pool.limits.held_bytes, SPOOL_MEMORY, self.abandon, pool.room)
        self.worker: WorkerProcess | None = None
        self.started = self.seconds = 0.0
        self.slow = self.long = False
        self.failure = failure
        self._begun_again = 0
        self._pool = pool
        self._timer: asyncio.TimerHandle | None = None

    def wait(self) -> None:
        """Count from now on: until it is long, then until its deadline."""
        self._arm(self._pool.limits.long_seconds)

    def begin(self, worker: WorkerProcess) -> None:
        """A worker is free for it."""
        self.worker, self.started, self.slow = worker, time.monotonic(), False
        self._arm(self._pool.limits.long_seconds)
        worker.ask({**self.message, "seconds": self.deadline - self.started}, self._data, self._answered)

    def abandon(self) -> None:
        """Nobody waits for it any more."""
        self.give_up(QueryCancelled("client-gone"))

    def give_up(self, error: QueryError) -> None:
        """Stop it now, waiting or running, for a reason its readers are told; what ended already is left alone."""
        if self._timer is not None and not self.spool.ended:
            self._stop_timer()
            self._pool.left(self, died=lambda _: None)
            self._finish(error)

    def _arm(self, patience: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        left = self.deadline - time.monotonic()
        action = self._late if left <= patience else self._slow
        self._timer = asyncio.get_running_loop().call_later(max(0.0, min(left, patience)), action)

    def _slow(self) -> None:
        """It takes longer than most: whoever watches for a client that leaves begins now."""
        self.spool.slowed()
        self.slow = self.worker is not None  # one that only waited is as quick as any
        self._arm(float("inf"))
        if self.worker is not None:
            self._pool.lengthen(self)

    def put_off(self) -> None:
        """Give its worker back, to begin again later; what it computed is lost."""
        self.seconds = time.monotonic() - self.started
        if self.worker is not None:
            self.worker.forget()
        self.worker = None
        self.spool.reset()

    def _late(self) -> None:
        self.give_up(self._pool.too_late())

    def _data(self, part: bytes) -> None:
        if self.spool.ended or self.worker is None:  # it was interrupted; this was on its way
            return
        try:
            self.spool.write(part)
        except OSError as error:
            _LOG.warning("%s", error)
            self.give_up(EvaluationFailed("no-room"))

    def _answered(self, answer: Mapping[str, Any] | WorkerDied) -> None:
        if self._timer is None or self.worker is None:  # it was interrupted, and its worker killed
            return
        if isinstance(answer, WorkerDied) and self._may_begin_again:
            self._begun_again += 1
            self._pool.again(self)
            return
        self._stop_timer()
        if isinstance(answer, WorkerDied):
            self._pool.left(self, died=lambda output: self._finish(self._lost(output)))
            return
        self._pool.left(self)
        self._finish(self.failure(answer) if "error" in answer else None)

    @property
    def _may_begin_again(self) -> bool:
        """True a few times, where its worker was dead when it was asked, or nearly: the fault is not its own."""
        at_once = time.monotonic() - self.started < _AT_ONCE_SECONDS
        return at_once and not (self._begun_again == _AGAIN or self.spool.size or self._pool.stopping)

    def _lost(self, output: str) -> QueryError:
        return Overloaded("stopping", seconds=RETRY_SECONDS) if self._pool.stopping else self.failure(output)

    def _finish(self, error: QueryError | None) -> None:
        if error is None:
            self.spool.finish()
        else:
            self.spool.fail(error)
        self._pool.on_ended(self)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None
        self.seconds = time.monotonic() - self.started if self.worker is not None else 0.0
