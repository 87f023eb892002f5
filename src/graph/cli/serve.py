"""`passerelles serve`: build when needed, then serve."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import BuildRefused, SnapshotError
from .context import Options, Shared

if TYPE_CHECKING:
    from ..snapshot.reader import Snapshot


def register(app: typer.Typer) -> None:
    """Add the command to the tree."""
    app.command("serve", help="cli.serve")(serve)


def serve(  # noqa: PLR0913, PLR0917 - the command's options
    host: Annotated[str, typer.Option("--host", help="cli.serve-host")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", help="cli.serve-port", min=0, max=65535)] = 8000,
    snapshot: Annotated[Path | None, typer.Option("--snapshot", help="cli.serve-snapshot", metavar="DIR")] = None,
    workers: Annotated[int | None, typer.Option("--workers", help="cli.serve-workers", min=1, metavar="N")] = None,
    public_url: Annotated[str | None, typer.Option("--public-url", help="cli.serve-public-url", metavar="URL")] = None,
    watch: Annotated[bool, typer.Option("--watch", help="cli.serve-watch")] = False,  # noqa: FBT002 - an option
    access_log: Annotated[str, typer.Option("--access-log", help="cli.serve-access-log", metavar="FILE|-")] = "",
) -> None:
    """Build when needed, then serve until stopped."""
    from ..web.server import serve as serve_http
    from .watching import rebuilding

    shared = Options.shared
    settings = shared.settings()
    chosen = _built_or_in_force(shared) if snapshot is None else _opened(shared, snapshot)

    def ready(url: str) -> None:
        if not shared.quiet:
            sys.stderr.write(shared.say("cli.serving", id=chosen.id, url=url) + "\n")

    with rebuilding(settings, shared.lang, wanted=watch and snapshot is None):
        serve_http(
            settings,
            chosen,
            host=host,
            port=port,
            workers=workers,
            public_url=public_url,
            ready=ready,
            access_log=access_log,
        )


def _built_or_in_force(shared: Shared) -> Snapshot:
    """The snapshot of the files; where they do not pass the gate, the last good one, and a sentence that says so."""
    from ..snapshot.reader import last_good
    from .build import make

    try:
        return make()
    except BuildRefused as refused:
        try:
            chosen = last_good(shared.settings().build_folder)
        except SnapshotError:
            raise refused from None
        sys.stderr.write(shared.say("cli.still-serving", id=chosen.id) + "\n")
        return chosen


def _opened(shared: Shared, folder: Path) -> Snapshot:
    """The snapshot of a folder, every byte of it read again, else the last good one beside it, and why."""
    from ..snapshot.reader import CURRENT, SNAPSHOTS, last_good, open_snapshot, verify

    wanted = folder / CURRENT if (folder / CURRENT).is_symlink() else folder
    try:
        snapshot = open_snapshot(wanted)
        verify(snapshot)
    except SnapshotError as damaged:
        beside = wanted.resolve().parent
        if beside.name != SNAPSHOTS:
            raise
        try:
            snapshot = last_good(beside.parent)
        except SnapshotError:
            raise damaged from None
        sys.stderr.write(f"{damaged.message(shared.lang)} {shared.say('cli.serving-last-good', id=snapshot.id)}\n")
    return snapshot
