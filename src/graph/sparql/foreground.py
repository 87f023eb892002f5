"""An engine for whoever waits for it: one worker, and a thread of its own to talk to it.

What evaluates goes on while the answer is read, so that a slow reader, as a pager is, costs the query nothing of its
deadline and holds no worker.
"""

from __future__ import annotations

import asyncio
import os
import threading
import weakref
from collections.abc import AsyncIterator, Coroutine, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from .engine import EmbeddedEngine, Query

if TYPE_CHECKING:
    from ..config import Settings
    from ..snapshot.reader import Snapshot

T = TypeVar("T")


class Foreground:
    """An engine with one process, in an event loop with a thread of its own. Raises SnapshotError.

    `process` is the one it belongs to: in a fork, it is of no use. `stop` ends the worker, and what it evaluates.
    """

    def __init__(self, settings: Settings, snapshot: Snapshot) -> None:
        limits = replace(settings.limits, long_seconds=settings.limits.deadline_seconds)  # nobody waits for its place
        self.process = os.getpid()
        self.engine = EmbeddedEngine(replace(settings, limits=limits), snapshot)
        self._loop = asyncio.new_event_loop()
        thread = threading.Thread(target=self._loop.run_forever, name="passerelles", daemon=True)
        thread.start()
        self.stop = weakref.finalize(self, _stop, self.engine, self._loop, thread, self.process)
        try:
            self.wait_for(self.engine.start(1))
        except BaseException:
            self.stop()
            raise

    def wait_for(self, work: Coroutine[Any, Any, T]) -> T:
        """What the work gives, which an interruption ends."""
        waited = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return waited.result()
        except BaseException:
            waited.cancel()
            raise

    def give_up(self) -> None:
        """Stop what is being evaluated, now; nothing else may be asked."""
        self._loop.call_soon_threadsafe(self.engine.pool.give_up)

    def stream(self, query: Query) -> Iterator[bytes]:
        """The answer, part by part. Raises QueryError, perhaps after some parts: they are then no answer."""
        parts = self.engine.stream(query)
        try:
            while part := self.wait_for(_next(parts)):
                yield part
        finally:
            self.wait_for(parts.aclose())


def _stop(engine: EmbeddedEngine, loop: asyncio.AbstractEventLoop, thread: threading.Thread, process: int) -> None:
    """End the worker, then the loop; in a fork, where the thread is not, they are left to the process they are of.

    Nothing can wait for a process any more once the interpreter ends, nor in the thread of the loop, where the
    collection of garbage may call this: there, the worker is killed and that is all.
    """
    if process != os.getpid():
        return
    outside = threading.current_thread() is not thread
    if outside and threading.main_thread().is_alive():
        loop.call_soon_threadsafe(engine.pool.give_up)
        asyncio.run_coroutine_threadsafe(_end(engine), loop).result()
    loop.call_soon_threadsafe(loop.stop)
    if outside:
        thread.join()
        loop.close()
    engine.pool.give_up()


async def _end(engine: EmbeddedEngine) -> None:
    """End the worker, and whatever is still being done behind the scenes."""
    await engine.stop()
    left = asyncio.all_tasks() - {asyncio.current_task()}
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)


async def _next(parts: AsyncIterator[bytes]) -> bytes:
    return await anext(parts, b"")
