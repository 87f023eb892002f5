"""`passerelles init`: a new graph repository."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from .. import starter
from .context import Options


def register(app: typer.Typer) -> None:
    """Add the command to the tree."""
    app.command("init", help="cli.init")(init)


def init(
    folder: Annotated[Path, typer.Argument(help="cli.init-folder", metavar="DIR", show_default=False)],
    base: Annotated[str, typer.Option("--base", help="cli.init-base", metavar="IRI")] = starter.BASE,
    title: Annotated[str | None, typer.Option("--title", help="cli.init-title", metavar="TEXT")] = None,
) -> None:
    """Make a folder a graph repository."""
    files = starter.create(folder, title=title or folder.resolve().name or "Passerelles", base=base)
    shared = Options.shared
    if not shared.quiet:
        sys.stdout.write(shared.say("cli.init-done", files=len(files), path=folder) + "\n")
