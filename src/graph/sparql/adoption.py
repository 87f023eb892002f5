"""The nursery seen from the web process: it is started with the first worker, and again should it end."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import tempfile
from collections import deque
from contextlib import suppress
from pathlib import Path
from typing import Any

from ..errors import SnapshotError
from .nursery import ANSWER, BEAR, BURY, ORDER

_ORDERS = 32  # on their way at once: a socket holds some two hundred
_SOURCES = str(Path(__file__).resolve().parents[2])


class Nursery:
    """Where workers of so many megabytes come from: a process that runs `module`, told a socket and `arguments`."""

    def __init__(self, memory_mb: int, module: str = "graph.sparql.nursery", *arguments: str) -> None:
        self._memory_mb = memory_mb
        self._module, self._arguments = module, arguments
        self._process: subprocess.Popen[bytes] | None = None
        self._orders: socket.socket | None = None
        self._errors: Any = None
        self._births: deque[asyncio.Future[int]] = deque()
        self._burials: dict[int, asyncio.Future[None]] = {}
        self._turns = asyncio.Semaphore(_ORDERS)

    async def bear(self, channel: socket.socket, errors: Any, niceness: int) -> int:
        """The process id of a new worker, which has these two. Raises SnapshotError when there is none."""
        async with self._turns:
            order, given = [ORDER.pack(BEAR, self._memory_mb, niceness)], [channel.fileno(), errors.fileno()]
            try:
                socket.send_fds(self._orders or self._open(), order, given)
            except ConnectionError:  # it has just died, which is not known yet
                self._died()
                socket.send_fds(self._open(), order, given)
            birth: asyncio.Future[int] = asyncio.get_running_loop().create_future()
            self._births.append(birth)
            pid = await birth
        if pid < 0:
            raise no_worker("fork")
        return pid

    async def bury(self, pid: int) -> None:
        """Wait until nothing is left of a worker that was killed or died."""
        async with self._turns:
            if self._orders is not None:
                await asyncio.shield(self._burials.get(pid) or self._burial(self._orders, pid))

    def _burial(self, orders: socket.socket, pid: int) -> asyncio.Future[None]:
        self._burials[pid] = burial = asyncio.get_running_loop().create_future()
        with suppress(ConnectionError):  # where the nursery has just ended, that is read next
            orders.send(ORDER.pack(BURY, pid, 0))
        return burial

    async def end(self) -> None:
        """Let it end, once its workers have."""
        process = self._process
        if process is not None:
            self._close("")
            await asyncio.to_thread(process.wait)

    def _open(self) -> socket.socket:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the nursery
        paths = os.pathsep.join(filter(None, (_SOURCES, os.environ.get("PYTHONPATH"))))
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own module, no shell
                [sys.executable, "-P", "-m", self._module, str(theirs.fileno()), *self._arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._errors,
                pass_fds=(theirs.fileno(),),
                process_group=0,
                env={**os.environ, "PYTHONPATH": paths, "MALLOC_ARENA_MAX": "2"},
            )
        ours.setblocking(False)  # noqa: FBT003 - the library's signature
        asyncio.get_running_loop().add_reader(ours, self._answered)
        self._orders = ours
        return ours

    def _answered(self) -> None:
        if self._orders is None:
            return
        try:
            message = self._orders.recv(ANSWER.size)
        except BlockingIOError:
            return
        except OSError:
            message = b""
        if not message:
            self._died()
            return
        kind, pid = ANSWER.unpack(message)
        if kind == BURY:
            self._burials.pop(pid).set_result(None)
            return
        birth = self._births.popleft()
        if not birth.done():
            birth.set_result(pid)
        elif pid > 0:  # nobody wants it any more: the socket it was given is closed
            self._burial(self._orders, pid)

    def _died(self) -> None:
        if self._process is not None:
            self._process.wait()  # it is ending: it has closed its socket
        self._errors.seek(0)
        self._close(self._errors.read().decode(errors="replace"))

    def _close(self, output: str) -> None:
        """It ended, or is to: nobody waits for it any more."""
        if self._orders is not None:
            asyncio.get_running_loop().remove_reader(self._orders)
            self._orders.close()
            self._errors.close()
        self._orders = None
        for birth in self._births:
            if not birth.done():
                birth.set_exception(no_worker(output))
        for burial in self._burials.values():
            burial.set_result(None)
        self._births.clear()
        self._burials.clear()


def no_worker(output: str) -> SnapshotError:
    """The error of a worker that cannot start, from what it wrote."""
    return SnapshotError("no-worker-starts", reason=next(iter(reversed(output.splitlines())), "?"))
