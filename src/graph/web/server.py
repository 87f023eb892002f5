"""Serve the application on one address."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable
from dataclasses import replace
from types import FrameType
from typing import TYPE_CHECKING

from ..errors import ConfigurationError

if TYPE_CHECKING:
    from ..config import Settings
    from ..snapshot.reader import Snapshot

REQUEST_LINE_BYTES = 256 * 1024  # a query of 64 KB in an address, every byte of it percent-encoded
STOP_SECONDS = 5
BACKLOG = 2048


def serve(  # noqa: PLR0913, PLR0917 - the command's options, by name
    settings: Settings,
    snapshot: Snapshot,
    host: str = "127.0.0.1",
    port: int = 8000,
    workers: int | None = None,
    public_url: str | None = None,
    ready: Callable[[str], None] | None = None,
    log_level: str = "warning",
) -> None:
    """Serve until interrupted; `workers` processes evaluate queries; `ready` is told the address.

    Raises SnapshotError when the snapshot cannot be opened, and ConfigurationError when the address cannot be had.
    """
    import uvicorn

    from .app import create_app

    if workers is not None:
        settings = replace(settings, limits=replace(settings.limits, workers=workers))
    app = create_app(settings, snapshot, public_url or "")
    configuration = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_level=log_level,
        access_log=False,
        http="h11",
        h11_max_incomplete_event_size=REQUEST_LINE_BYTES,
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
            """Uvicorn, which waits for the requests under way: those that evaluate are ended at the first signal."""

            def handle_exit(self, sig: int, frame: FrameType | None) -> None:
                app.state.site.engine.give_up()
                super().handle_exit(sig, frame)

        try:
            Server(configuration).run(sockets=[listening])
        except (KeyboardInterrupt, SystemExit):
            if app.state.failure is not None:
                raise app.state.failure from None
