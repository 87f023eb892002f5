"""`passerelles lint`: what files say wrong by themselves, and the page of each code."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from ..report import WRITERS
from .checking import tell
from .context import OK, Options, standard_input


def register(app: typer.Typer) -> None:
    """Add the command to the tree."""
    app.command("lint", help="cli.lint")(lint)


def lint(
    paths: Annotated[list[str] | None, typer.Argument(help="cli.lint-paths", show_default=False)] = None,
    format: Annotated[str, typer.Option("--format", help="cli.check-format", metavar="|".join(WRITERS))] = "text",  # noqa: A002 - the option's name
    strict: Annotated[bool, typer.Option("--strict", help="cli.check-strict")] = False,  # noqa: FBT002 - an option
    explain: Annotated[str, typer.Option("--explain", help="cli.lint-explain", metavar="PAS…")] = "",
    rules: Annotated[bool, typer.Option("--rules", help="cli.lint-rules")] = False,  # noqa: FBT002 - an option
) -> None:
    """Lint files, or say what a code means."""
    from ..errors import ConfigurationError

    shared = Options.shared
    if explain or rules:
        from ..report import explanations

        sys.stdout.write(explanations.listing(shared.lang) if rules else explanations.page(explain, shared.lang))
        sys.exit(OK)
    if format not in WRITERS:
        raise ConfigurationError("unknown-format", format=format, known=", ".join(WRITERS))
    from .. import gate

    settings, given = shared.settings(), paths or ()
    report = gate.lint(settings, given, stdin=standard_input(given, settings), progress=shared.progress())
    tell(report, settings, format, strict=strict)
