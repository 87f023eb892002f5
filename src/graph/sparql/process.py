"""A worker seen from its parent: start it, ask it, kill it."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..errors import SnapshotError
from .frames import ANSWER, request

START_SECONDS = 60.0
_SOURCES = str(Path(__file__).resolve().parents[2])
_BUFFER = 1 << 20


class WorkerDied(Exception):
    """The process ended before it answered; `output` is the end of what it wrote on its way out."""

    def __init__(self, output: str) -> None:
        super().__init__(output)
        self.output = output


class _Channel(asyncio.StreamReaderProtocol):
    """The parent's end of the socket; it tells when the other one closes, even while nobody reads."""

    def __init__(self, reader: asyncio.StreamReader, closed: Callable[[], None]) -> None:
        super().__init__(reader)
        self._tell = closed

    def eof_received(self) -> bool | None:
        """The worker's end closed."""
        kept = super().eof_received()
        self._tell()
        return kept

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing goes through any more."""
        super().connection_lost(exc)
        self._tell()


class WorkerProcess:
    """One worker. It asks nothing, outlives no parent and leaves no zombie.

    `isolated` is true when it can reach no network. `on_end` is called, once or more, when it ends.
    """

    def __init__(self, process: subprocess.Popen[bytes], errors: Any) -> None:
        self.process = process
        self.isolated = False
        self.on_end: Callable[[], None] = lambda: None
        self._errors = errors
        self._reader: asyncio.StreamReader
        self._writer: asyncio.StreamWriter | None = None

    @classmethod
    async def start(cls, store: Path, memory_mb: int) -> WorkerProcess:
        """A worker that has opened its snapshot. Raises SnapshotError when it cannot."""
        ours, theirs = socket.socketpair()
        errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the worker
        try:
            process = _spawn(theirs, store, memory_mb, errors)
        except BaseException:
            ours.close()
            errors.close()
            raise
        finally:
            theirs.close()
        worker = cls(process, errors)
        try:
            ours.setblocking(False)  # noqa: FBT003 - the library's signature
            await worker._connect(ours)
            async with asyncio.timeout(START_SECONDS):
                head, _ = await worker._receive()
            worker.isolated = head["isolated"]
        except BaseException as error:
            await worker.end()
            ours.close()
            if isinstance(error, WorkerDied | TimeoutError):
                raise SnapshotError("damaged-snapshot", path=store, reason=_last_line(error)) from None
            raise
        return worker

    async def _connect(self, channel: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        self._reader = asyncio.StreamReader(_BUFFER, loop)
        protocol = _Channel(self._reader, lambda: self.on_end())  # noqa: PLW0108 - it is set later
        transport, _ = await loop.create_unix_connection(lambda: protocol, sock=channel)
        self._writer = asyncio.StreamWriter(transport, protocol, self._reader, loop)

    async def ask(self, message: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        """The head and body of the answer. Raises WorkerDied; when interrupted, the worker must be ended."""
        assert self._writer is not None  # noqa: S101 - never false: told to the type checker
        try:
            self._writer.write(request(message))
            await self._writer.drain()
        except OSError:
            raise WorkerDied(await self._last_words()) from None
        return await self._receive()

    async def _receive(self) -> tuple[dict[str, Any], bytes]:
        try:
            head_size, body_size = ANSWER.unpack(await self._reader.readexactly(ANSWER.size))
            head = json.loads(await self._reader.readexactly(head_size))
            return head, await self._reader.readexactly(body_size)
        except (asyncio.IncompleteReadError, OSError):
            raise WorkerDied(await self._last_words()) from None

    async def _last_words(self) -> str:
        await asyncio.to_thread(self.process.wait)
        self._errors.seek(0, os.SEEK_END)
        self._errors.seek(max(0, self._errors.tell() - 2000))
        return self._errors.read().decode(errors="replace").strip()

    @property
    def alive(self) -> bool:
        """True while the process runs and its end of the socket is open."""
        return self.process.poll() is None and not self._reader.at_eof()

    def kill(self) -> None:
        """Stop it now, whatever it does."""
        if self.process.poll() is None:
            self.process.kill()

    async def end(self) -> None:
        """Stop it, and wait until nothing of it is left; once is enough, twice does no harm."""
        self.kill()
        if self._writer is not None:
            self._writer.close()
        await asyncio.to_thread(self.process.wait)
        self._errors.close()


def _last_line(error: Exception) -> str:
    return next(iter(reversed(str(error).splitlines())), type(error).__name__)


def _spawn(channel: socket.socket, store: Path, memory_mb: int, errors: Any) -> subprocess.Popen[bytes]:
    paths = os.pathsep.join(filter(None, (_SOURCES, os.environ.get("PYTHONPATH"))))
    return subprocess.Popen(  # noqa: S603 - our own module, no shell
        [sys.executable, "-P", "-m", "graph.sparql.worker", str(channel.fileno()), str(store), str(memory_mb)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=errors,
        pass_fds=(channel.fileno(),),
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": paths, "MALLOC_ARENA_MAX": "2"},
    )
