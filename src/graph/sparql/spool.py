"""An answer as it comes, for any number of readers: in memory first, then in a temporary file.

What writes it never waits for who reads it: a slow reader holds no worker.
"""

from __future__ import annotations

import asyncio
import errno
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from typing import IO

from ..errors import QueryError

READ_BYTES = 262_144


class Room:
    """What all temporary files may take together, in bytes."""

    def __init__(self, limit: int) -> None:
        self.free = limit

    def take(self, size: int) -> None:
        """Some of it. Raises OSError when there is no more."""
        if size > self.free:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self.free -= size


def _nothing() -> None: ...


class Spool:
    """The parts of one answer. `complete` says that all of it is there; `error` why it never will be.

    `abandoned` is called when its last reader leaves before the end.
    """

    def __init__(
        self, held: int, in_memory: int, abandoned: Callable[[], None] | None = None, room: Room | None = None
    ) -> None:
        self.size = 0
        self.complete = self.slow = False
        self.error: QueryError | None = None
        self.abandoned = abandoned or _nothing
        self._held = held
        self._room = room or Room(sys.maxsize)
        self._in_memory = in_memory
        self._parts: list[bytes] = []
        self._file: IO[bytes] | None = None
        self._beginning = 0  # what of the answer is not in the file
        self._readers: set[Reader] = set()

    @property
    def ended(self) -> bool:
        """True when nothing more will come."""
        return self.complete or self.error is not None

    @property
    def settled(self) -> bool:
        """True when its beginning may be sent: it is whole, or larger than what is held back."""
        return self.complete or self.size > self._held

    @property
    def in_memory(self) -> bool:
        """True while no part of it went to a file."""
        return self._file is None

    def write(self, part: bytes) -> None:
        """Take one more part. Raises OSError when the disk is full."""
        if self._file is None and self.size + len(part) > self._in_memory:
            self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - closed with the last reader
            self._beginning = self.size
        if self._file is None:
            self._parts.append(part)
        else:
            self._room.take(len(part))
            written = 0
            while written < len(part):
                written += os.pwrite(self._file.fileno(), part[written:], self.size - self._beginning + written)
        self.size += len(part)
        self._wake()

    def slowed(self) -> None:
        """It takes longer than most."""
        self.slow = True
        self._wake()

    def finish(self) -> None:
        """All of it is there."""
        self.complete = True
        self._forget()
        self._wake()

    def fail(self, error: QueryError) -> None:
        """It will never be whole."""
        if not self.ended:
            self.error = error
            self._forget()
            self._wake()
            if not self._readers:
                self._close()

    def _forget(self) -> None:
        """Know no more whom to tell: a cycle of references a request would take the collector a tenth of all time."""
        self.abandoned = _nothing

    def read(self) -> Reader:
        """One more reader, from the beginning; it must be closed."""
        reader = Reader(self)
        self._readers.add(reader)
        return reader

    def _wake(self) -> None:
        for reader in self._readers:
            reader.wake()

    def left(self, reader: Reader) -> None:
        """A reader closed."""
        self._readers.discard(reader)
        if not self._readers:
            if not self.ended:
                self.abandoned()
            if self.ended:
                self._close()

    def reset(self) -> None:
        """Forget what came, of which nobody has read anything: it will come again."""
        self._close()
        self._file, self.size, self._beginning = None, 0, 0
        self._parts.clear()

    def _close(self) -> None:
        if self._file is not None and not self._file.closed:
            self._file.close()
            self._room.free += self.size - self._beginning

    def part(self, at: int) -> bytes:
        """Some bytes from a place on, as many as are at hand; none at the end of what there is."""
        if at >= self._beginning and self._file is not None:
            return os.pread(self._file.fileno(), READ_BYTES, at - self._beginning)
        return b"".join(self._parts)[at:] if at < self.size else b""


class Reader:
    """One reader of a spool."""

    def __init__(self, spool: Spool) -> None:
        self.spool = spool
        self._at = 0
        self._error: QueryError | None = None
        self._waiter: asyncio.Future[None] | None = None

    def wake(self) -> None:
        """There is news: wake who waits."""
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def cancel(self, error: QueryError) -> None:
        """Let this reader fail; the others go on."""
        self._error = error
        self.wake()

    async def settled(self) -> None:
        """Wait until the beginning may be sent. Raises QueryError."""
        while not self.spool.settled and self._failure() is None:
            await self._news()
        self._check()

    async def soon(self) -> bool:
        """Wait until its beginning may be sent, or it is said to be slow: then false. Raises QueryError."""
        while not self.spool.settled and not self.spool.slow and self._failure() is None:
            await self._news()
        self._check()
        return self.spool.settled

    async def ended(self) -> None:
        """Wait until nothing more will come. Raises QueryError."""
        while not self.spool.ended and self._error is None:
            await self._news()
        await self.settled()

    async def whole(self) -> bytes:
        """All of it. Raises QueryError."""
        await self.settled()
        if self.spool.complete and self.spool.in_memory:
            return self.spool.part(0)
        return b"".join([part async for part in self])

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while True:
            self._check()
            part = self.spool.part(self._at)
            if part:
                self._at += len(part)
                yield part
            elif self.spool.complete:
                return
            else:
                await self._news()

    def close(self) -> None:
        """It reads no more; once is enough, twice does no harm."""
        self.spool.left(self)

    def _failure(self) -> QueryError | None:
        return self._error or self.spool.error

    def _check(self) -> None:
        failure = self._failure()
        if failure is not None:
            raise failure

    async def _news(self) -> None:
        self._waiter = asyncio.get_running_loop().create_future()
        try:
            await self._waiter
        finally:
            self._waiter = None
