"""`passerelles build`: make a snapshot."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from ..snapshot.reader import Snapshot
from .context import Options


def register(app: typer.Typer) -> None:
    """Add the command to the tree."""
    app.command("build", help="cli.build")(build)


def build(
    output: Annotated[Path | None, typer.Option("--output", help="cli.build-output", metavar="DIR")] = None,
    jobs: Annotated[int, typer.Option("--jobs", help="cli.build-jobs", min=1, metavar="N")] = 2,
) -> None:
    """Make a snapshot and print its id."""
    from .. import meaning
    from ..search.meant import too_many

    snapshot = make(output, jobs)
    shared = Options.shared
    if not shared.quiet:
        counts = snapshot.manifest.counts
        sys.stdout.write(shared.say("cli.built", path=snapshot.path, **counts) + "\n")
        settings = shared.settings()
        if settings.search.meaning and meaning.installed() and too_many(snapshot, settings.limits):
            told = {"count": counts["searched"], "limit": settings.limits.meaning_things}
            sys.stdout.write(shared.say("cli.built-words", **told) + "\n")
    sys.stdout.write(snapshot.id + "\n")


def make(output: Path | None = None, jobs: int = 2) -> Snapshot:
    """The snapshot of the repository; the gate's errors go to standard error before BuildRefused leaves."""
    from ..build import build as build_snapshot
    from ..errors import BuildRefused
    from ..report import text

    shared = Options.shared
    try:
        return build_snapshot(shared.settings(), output, jobs=jobs, progress=shared.progress())
    except BuildRefused as error:
        for diagnostic in error.diagnostics:
            sys.stderr.write(text.line(diagnostic, shared.lang) + "\n")
        raise
