"""A worker seen from the web process: let it be born, ask it, kill it."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import tempfile
from collections.abc import Callable
from contextlib import suppress
from typing import Any, cast

from .adoption import Nursery, no_worker
from .frames import DATA, FRAME, request

START_SECONDS = 60.0
_NICE = 15


class WorkerDied:
    """What a worker gives instead of an answer when its process ends first."""


class WorkerProcess(asyncio.Protocol):
    """One worker. It asks nothing, outlives no parent and leaves no zombie.

    `isolated` is true when it can reach no network. `on_end` is called once when its end of the socket closes.
    """

    def __init__(self, nursery: Nursery, pid: int, errors: Any) -> None:
        self.pid = pid
        self.isolated = False
        self.alive = True
        self.on_end: Callable[[], None] = lambda: None
        self._nursery = nursery
        self._errors = errors
        self._transport: asyncio.WriteTransport | None = None
        self._received = bytearray()
        self._on_data: Callable[[bytes], None] = lambda _: None
        self._on_answer: Callable[[dict[str, Any] | WorkerDied], None] | None = None

    @classmethod
    async def start(cls, nursery: Nursery, *, yields: bool = False) -> WorkerProcess:
        """A worker that is ready to be asked, and yields to others from its birth or not.

        Raises SnapshotError when it cannot.
        """
        ours, theirs = socket.socketpair()
        errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the worker
        try:
            async with asyncio.timeout(START_SECONDS):
                pid = await nursery.bear(theirs, errors, _NICE if yields else 0)
        except TimeoutError:
            ours.close()
            errors.close()
            raise no_worker("") from None
        except BaseException:
            ours.close()
            errors.close()
            raise
        finally:
            theirs.close()
        worker = cls(nursery, pid, errors)
        loop = asyncio.get_running_loop()
        ready = loop.create_future()
        worker._expect(lambda _: None, lambda head: ready.done() or ready.set_result(head))
        try:
            ours.setblocking(False)  # noqa: FBT003 - the library's signature
            await loop.create_unix_connection(lambda: worker, sock=ours)
            async with asyncio.timeout(START_SECONDS):
                head = await ready
        except TimeoutError:
            head = WorkerDied()
        except BaseException:
            await worker.end()
            raise
        if isinstance(head, WorkerDied):
            raise no_worker(await worker.end())
        worker.isolated = head["isolated"]
        return worker

    def ask(
        self,
        message: dict[str, Any],
        on_data: Callable[[bytes], None],
        on_answer: Callable[[dict[str, Any] | WorkerDied], None],
    ) -> None:
        """Send a message; `on_data` is given the parts of the answer, `on_answer` its end, once.

        A worker that was asked is busy until then; to interrupt it is to kill it.
        """
        self._expect(on_data, on_answer)
        if self._transport is not None:
            self._transport.write(request(message))

    def forget(self) -> None:
        """Nobody waits for its answer any more."""
        self._on_data, self._on_answer = lambda _: None, None

    @property
    def idle(self) -> bool:
        """True when it was asked nothing, or has answered."""
        return self._on_answer is None

    def _expect(
        self, on_data: Callable[[bytes], None], on_answer: Callable[[dict[str, Any] | WorkerDied], None]
    ) -> None:
        self._on_data, self._on_answer = on_data, on_answer
        if not self.alive:
            self._answered(WorkerDied())

    def _answered(self, head: dict[str, Any] | WorkerDied) -> None:
        answer, self._on_answer = self._on_answer, None
        self._on_data = lambda _: None
        if answer is not None:
            answer(head)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The socket is ours to use (asyncio)."""
        self._transport = cast("asyncio.WriteTransport", transport)

    def data_received(self, data: bytes) -> None:
        """Take what the worker sent (asyncio)."""
        received = self._received
        received += data
        start, size = 0, len(received)
        while size - start >= FRAME.size:
            kind, length = FRAME.unpack_from(received, start)
            stop = start + FRAME.size + length
            if stop > size:
                break
            part = bytes(received[start + FRAME.size : stop])
            start = stop
            if kind == DATA:
                self._on_data(part)
            else:
                self._answered(json.loads(part))
        del received[:start]

    def eof_received(self) -> bool:
        """The worker's end closed (asyncio)."""
        self._ended()
        return False

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - the library's signature
        """Nothing goes through any more (asyncio)."""
        self._ended()

    def _ended(self) -> None:
        if self.alive:
            self.alive = False
            self.on_end()
            self._answered(WorkerDied())

    def yield_to_others(self) -> None:
        """Let other processes compute first, from now on; there is no way back."""
        with suppress(OSError):
            os.setpriority(os.PRIO_PGRP, self.pid, _NICE)  # its group has it alone, with all its threads

    def kill(self) -> None:
        """Stop it now, whatever it does."""
        if not self._errors.closed:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)

    async def end(self) -> str:
        """Stop it, wait until nothing of it is left, and give the end of what it wrote; twice does no harm."""
        self.kill()
        if self._transport is not None:
            self._transport.close()
        await self._nursery.bury(self.pid)
        if self._errors.closed:
            return ""
        self._errors.seek(0)
        output: bytes = self._errors.read()
        self._errors.close()
        return output.decode(errors="replace").strip()
