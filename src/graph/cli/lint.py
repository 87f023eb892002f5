"""`passerelles lint`: what files say wrong by themselves, and the page of each code."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from ..report import WRITERS, Wanted
from .context import COULD_NOT_RUN, OK, WRONG_INPUT, Options


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
    from ..diagnostics import Severity
    from ..report import text

    settings = shared.settings()
    stdin = sys.stdin.buffer.read(settings.limits.file_bytes + 1) if "-" in (paths or ()) else b""
    report = gate.lint(settings, paths or (), stdin=stdin, progress=shared.progress())
    on_terminal = sys.stdout.isatty()
    colour = on_terminal and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
    wanted = Wanted(language=shared.lang, root=settings.root if on_terminal else None, colour=colour)
    sys.stdout.write(WRITERS[format](report, wanted))
    if format == "text" and report.files and not shared.quiet:
        sys.stderr.write(text.summary(report, shared.lang) + "\n")
    for error in report.unreadable:
        sys.stderr.write(" ".join(error.message(shared.lang).split()) + "\n")
    if report.unreadable:
        sys.exit(COULD_NOT_RUN)
    warned = strict and any(d.severity is Severity.WARNING for d in report.diagnostics)
    sys.exit(OK if report.conforms and not warned else WRONG_INPUT)
