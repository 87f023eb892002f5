"""`passerelles serve`: build when needed, then serve."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from ..snapshot.reader import Snapshot
from .context import Options, Shared


def register(app: typer.Typer) -> None:
    """Add the command to the tree."""
    app.command("serve", help="cli.serve")(serve)


def serve(
    host: Annotated[str, typer.Option("--host", help="cli.serve-host")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", help="cli.serve-port", min=0, max=65535)] = 8000,
    snapshot: Annotated[Path | None, typer.Option("--snapshot", help="cli.serve-snapshot", metavar="DIR")] = None,
    workers: Annotated[int | None, typer.Option("--workers", help="cli.serve-workers", min=1, metavar="N")] = None,
    public_url: Annotated[str | None, typer.Option("--public-url", help="cli.serve-public-url", metavar="URL")] = None,
) -> None:
    """Build when needed, then serve until stopped."""
    from ..snapshot.reader import CURRENT, open_snapshot
    from ..web.server import serve as serve_http

    shared = Options.shared
    settings = shared.settings()
    if snapshot is None:
        chosen = _built_or_in_force(shared)
    else:
        chosen = open_snapshot(snapshot / CURRENT if (snapshot / CURRENT).exists() else snapshot)

    def ready(url: str) -> None:
        if not shared.quiet:
            sys.stderr.write(shared.say("cli.serving", id=chosen.id, url=url) + "\n")

    serve_http(settings, chosen, host=host, port=port, workers=workers, public_url=public_url, ready=ready)


def _built_or_in_force(shared: Shared) -> Snapshot:
    """The snapshot of the files; where they do not pass the gate, the one in force, and a sentence that says so."""
    from ..errors import BuildRefused, SnapshotError
    from ..snapshot.reader import current
    from .build import make

    try:
        return make()
    except BuildRefused as refused:
        try:
            chosen = current(shared.settings().build_folder)
        except SnapshotError:
            raise refused from None
        sys.stderr.write(shared.say("cli.still-serving", id=chosen.id) + "\n")
        return chosen
