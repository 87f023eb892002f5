"""The nursery: a process that has loaded what workers need, bears them by forking, and buries them.

    python -m graph.sparql.nursery SOCKET

Its one thread opens no store and evaluates nothing, so that forking is safe; a worker takes a few milliseconds rather
than a Python's start, shares its memory, and its birth never stops the event loop of the web process. The
dead stay zombies until their parent by adoption asks for their end: no process id means another process meanwhile.
"""

from __future__ import annotations

import gc
import os
import select
import signal
import socket
import struct
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import NoReturn

from . import worker
from .confined import leave_the_network

BEAR, BURY = b"B", b"D"
ORDER = struct.Struct("!cii")  # BEAR, megabytes, niceness; BURY, a process id, 0
ANSWER = struct.Struct("!ci")  # BEAR or BURY, the process id; -1 for a birth that failed


Serve = Callable[..., None]  # what a worker does, as `worker.serve`


def main(arguments: list[str]) -> None:
    """Serve the socket until its other end closes."""
    import pyoxigraph  # noqa: F401 - what the workers share

    from ..relay import lookup  # noqa: F401 - and this: a worker that reads it first is late, and held for slow
    from ..texts import LANGUAGES, keys, load

    for language in LANGUAGES:
        keys(language)
    load("web")
    attend(int(arguments[0]), worker.serve)


def attend(descriptor: int, serve: Serve) -> None:
    """Bear and bury workers that `serve`, until the other end of a socket closes. For a process of one thread."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    orders = socket.socket(fileno=descriptor)
    isolated = leave_the_network()  # and so does whom it bears
    gc.freeze()
    woken, waker = socket.socketpair()
    waker.setblocking(False)  # noqa: FBT003 - the library's signature
    signal.set_wakeup_fd(waker.fileno(), warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    events = select.poll()  # of any descriptor, unlike `select`
    events.register(orders, select.POLLIN)
    events.register(woken, select.POLLIN)
    dying: set[int] = set()
    while True:
        ready = {descriptor for descriptor, _ in events.poll()}
        if woken.fileno() in ready:
            woken.recv(4096)
        if orders.fileno() in ready:
            message, channels, _, _ = socket.recv_fds(orders, ORDER.size, 2)
            if not message:
                return
            order, number, niceness = ORDER.unpack(message)
            if order == BEAR:
                pid = _born()
                if pid == 0:
                    _live(serve, channels, number, niceness, (orders, woken, waker), isolated=isolated)
                for channel in channels:
                    os.close(channel)
                orders.sendall(ANSWER.pack(BEAR, pid))
            else:
                dying.add(number)
        for pid in filter(_dead, tuple(dying)):
            dying.discard(pid)
            orders.sendall(ANSWER.pack(BURY, pid))


def _dead(pid: int) -> bool:
    """True when nothing is left of a worker."""
    try:
        return os.waitpid(pid, os.WNOHANG) != (0, 0)
    except ChildProcessError:
        return True


def _born() -> int:
    """Fork: 0 in the worker; in the nursery its process id, or -1 when there is no room for one."""
    try:
        pid = os.fork()
    except OSError:
        return -1
    # In a group of its own, for the signals of a terminal; in one session, for niceness counts there.
    with suppress(OSError):
        os.setpgid(pid, pid)
    return pid


def _live(  # noqa: PLR0913 - what a worker is born with
    serve: Serve,
    channels: list[int],
    megabytes: int,
    niceness: int,
    nursery: tuple[socket.socket, ...],
    *,
    isolated: bool,
) -> NoReturn:
    """Be a worker, to the end, with nothing of the nursery."""
    try:
        for inherited in nursery:
            inherited.close()
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.nice(niceness)
        channel, errors = channels
        os.dup2(errors, sys.stderr.fileno())
        os.close(errors)
        serve(channel, megabytes, isolated=isolated)
    finally:
        os._exit(1)


if __name__ == "__main__":
    main(sys.argv[1:])
