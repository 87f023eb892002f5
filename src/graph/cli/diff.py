"""`passerelles diff`: what changes between two revisions or folders."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from ..diff.writers import WRITERS
from ..errors import ConfigurationError
from .context import OK, WRONG_INPUT, Options


def register(app: typer.Typer) -> None:
    """Add the command to the tree."""
    app.command("diff", help="cli.diff")(diff)


def diff(
    old: Annotated[str | None, typer.Argument(help="cli.diff-old", metavar="OLD", show_default=False)] = None,
    new: Annotated[str | None, typer.Argument(help="cli.diff-new", metavar="NEW", show_default=False)] = None,
    format: Annotated[str, typer.Option("--format", help="cli.diff-format", metavar="|".join(WRITERS))] = "text",  # noqa: A002 - the option's name
    exit_code: Annotated[bool, typer.Option("--exit-code", help="cli.diff-exit-code")] = False,  # noqa: FBT002 - an option
) -> None:
    """Compare two states of the graph."""
    from ..diff.compare import compare
    from ..diff.sides import sides

    shared = Options.shared
    if format not in WRITERS:
        raise ConfigurationError("unknown-format", format=format, known=", ".join(WRITERS))
    settings = shared.settings()
    with tempfile.TemporaryDirectory(prefix="passerelles-diff-") as folder:
        workplace = Path(folder).resolve()
        given = tuple(name for name in (old, new) if name)
        found = compare(*sides(given, settings, workplace), settings, workplace)
        colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
        sys.stdout.write(WRITERS[format](found, shared.lang, colour=colour))
    sys.exit(WRONG_INPUT if exit_code and found.changed else OK)
