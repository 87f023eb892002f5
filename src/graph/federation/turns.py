"""Whose turn it is to ask a server: few requests at a time, and none that one client could keep for itself."""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Turns:
    """At most `most` requests at a time. A named client leaves one of them to others; who has fewest goes first.

    It belongs to one event loop.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._running: Counter[str] = Counter()
        self._waiting: OrderedDict[asyncio.Future[None], str] = OrderedDict()

    @asynccontextmanager
    async def turn(self, client: str) -> AsyncIterator[None]:
        """A turn for a client, for as long as it lasts."""
        called = asyncio.get_running_loop().create_future()
        self._waiting[called] = client
        self._call()
        try:
            await called
            yield
        finally:
            if self._waiting.pop(called, None) is None:  # it was called, perhaps as it went away
                self._running[client] -= 1
                self._running += Counter()  # forgets who has none
                self._call()

    def _call(self) -> None:
        """Call those who may go now: of who has fewest under way, the one that waits longest."""
        while self._running.total() < self._most:
            may = [(client, called) for called, client in self._waiting.items() if self._may(client, called)]
            if not may:
                return
            client, called = min(may, key=lambda each: self._running[each[0]])
            del self._waiting[called]
            self._running[client] += 1
            called.set_result(None)

    def _may(self, client: str, called: asyncio.Future[None]) -> bool:
        """Whether it is still there, and its client has not all turns but one."""
        return not called.done() and (not client or self._running[client] < max(1, self._most - 1))
