"""`passerelles dump`: the whole graph, to a file or to standard output."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from ..errors import ConfigurationError
from .context import Options


def register(app: typer.Typer) -> None:
    """Add the command to the tree."""
    app.command("dump", help="cli.dump")(dump)


def dump(
    name: Annotated[str, typer.Option("--format", help="cli.dump-format", metavar="FORMAT")] = "nq",
    output: Annotated[Path | None, typer.Option("-o", "--output", help="cli.dump-output", metavar="FILE")] = None,
) -> None:
    """Write the snapshot in force."""
    from ..feeds.dumps import FORMS, save, write
    from ..formats import by_name
    from .answer import in_force

    stems = {form: stem for stem, form in FORMS.items() if stem.startswith("graph.")}
    form = by_name(name, tuple(stems))
    if form is None:
        raise ConfigurationError("unknown-format", format=name, known=", ".join(each.name for each in stems))
    settings = Options.shared.settings()
    snapshot, seconds = in_force(settings), settings.limits.canonical_seconds
    if output is None:
        write(snapshot, stems[form], sys.stdout.buffer, seconds)
    else:
        save(snapshot, stems[form], output, seconds)
