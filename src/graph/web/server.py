"""Serve the application on one address."""

from __future__ import annotations

import gc
import logging
import resource
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from types import FrameType
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ..errors import ConfigurationError
from ..texts import load

if TYPE_CHECKING:
    from ..config import Settings
    from ..snapshot.reader import Snapshot

BACKLOG = 2048
_ALLOCATIONS = 50_000
_SWITCH_SECONDS = 0.0005  # a thread that reads a long query lets the others be served


def serve(  # noqa: PLR0913, PLR0917 - the command's options, by name
    settings: Settings,
    snapshot: Snapshot,
    host: str = "127.0.0.1",
    port: int = 8000,
    workers: int | None = None,
    public_url: str | None = None,
    ready: Callable[[str], None] | None = None,
    log_level: str = "error",
    access_log: str = "",
) -> None:
    """Serve until interrupted; `workers` processes evaluate queries; `ready` is told the address.

    `access_log` is a file, or `-` for standard error. Raises SnapshotError when the snapshot cannot be opened, and
    ConfigurationError when the address cannot be had.
    """
    import uvicorn

    from .app import create_app
    from .endpoint import STOP_SECONDS
    from .http.door import Door
    from .http.journal import Journal
    from .http.known import Known

    if public_url and (urlsplit(public_url).scheme not in ("http", "https") or not urlsplit(public_url).netloc):
        raise ConfigurationError("public-url", given=public_url)
    if workers is not None:
        settings = replace(settings, limits=replace(settings.limits, workers=workers))
    _open_files(settings.limits.connections)
    sys.setswitchinterval(_SWITCH_SECONDS)
    load("web", "error", "codes")
    gc.freeze()  # what is here stays: nothing to look for in it again and again
    gc.set_threshold(_ALLOCATIONS, 20, 20)
    known = Known(settings.limits.cache_bytes // 4)
    try:
        journal = Journal(access_log)
    except OSError as error:
        raise ConfigurationError("cannot-write", path=access_log, reason=error.strerror) from None
    app = create_app(settings, snapshot, public_url or "", known, journal)
    door = partial(Door, known=known, limits=settings.limits, noted=app.state.endpoint.noted)
    configuration = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_level=log_level,
        access_log=False,
        http=door,  # type: ignore[arg-type]
        ws="none",
        proxy_headers=False,  # whose word is taken, `clients` decides
        server_header=False,
        lifespan="on",
        timeout_graceful_shutdown=STOP_SECONDS,
    )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(
        family, socket.SOCK_STREAM, socket.IPPROTO_TCP
    ) as listening:  # asyncio sets TCP_NODELAY on those
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((host, port))
        except OSError as error:
            raise ConfigurationError("cannot-listen", host=host, port=port, reason=error.strerror) from None
        listening.listen(BACKLOG)  # from now on a client waits rather than fails
        bound = listening.getsockname()[1]
        shown = f"[{host}]" if ":" in host else host
        app.state.ready = lambda: ready(f"http://{shown}:{bound}/") if ready else None
        logging.getLogger("uvicorn.error").addFilter(lambda _: app.state.failure is None)  # it is raised below

        class Server(uvicorn.Server):
            """Uvicorn, which waits for the requests under way; those that evaluate are ended a moment before."""

            def handle_exit(self, sig: int, frame: FrameType | None) -> None:
                app.state.endpoint.stop()
                super().handle_exit(sig, frame)

        signal.signal(signal.SIGHUP, lambda *_: app.state.endpoint.reload())
        try:
            Server(configuration).run(sockets=[listening])
        except (KeyboardInterrupt, SystemExit):
            if app.state.failure is not None:
                raise app.state.failure from None


def _open_files(connections: int) -> None:
    """Let this process open a file a connection, and what it needs beside, where the system allows."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + 256
    if soft < wanted:
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, hard), hard))
