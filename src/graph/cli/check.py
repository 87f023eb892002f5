"""`passerelles check`: the gate, from the command line."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from ..report import WRITERS, Wanted
from .context import COULD_NOT_RUN, OK, WRONG_INPUT, Options

if TYPE_CHECKING:
    from ..config import Settings


def register(app: typer.Typer) -> None:
    """Add the command to the tree."""
    app.command("check", help="cli.check")(check)


def check(
    paths: Annotated[list[str] | None, typer.Argument(help="cli.check-paths", show_default=False)] = None,
    format: Annotated[str, typer.Option("--format", help="cli.check-format", metavar="|".join(WRITERS))] = "text",  # noqa: A002 - the option's name
    engine: Annotated[str, typer.Option("--engine", help="cli.check-engine", metavar="shacl|pyshacl")] = "shacl",
    strict: Annotated[bool, typer.Option("--strict", help="cli.check-strict")] = False,  # noqa: FBT002 - an option
    show_source: Annotated[bool, typer.Option("--show-source", help="cli.check-show-source")] = False,  # noqa: FBT002 - an option
) -> None:
    """Check files, or the whole repository."""
    from .. import gate
    from ..diagnostics import Severity
    from ..errors import ConfigurationError
    from ..report import text

    shared = Options.shared
    if format not in WRITERS:
        raise ConfigurationError("unknown-format", format=format, known=", ".join(WRITERS))
    settings = shared.settings()
    stdin = sys.stdin.buffer.read() if "-" in (paths or ()) else b""
    report = gate.check(settings, paths or (), engine=engine, stdin=stdin, progress=shared.progress())
    if not paths:
        report = report.with_more(_saved_queries(settings))
    on_terminal = sys.stdout.isatty()
    wanted = Wanted(
        language=shared.lang,
        root=settings.root if show_source or on_terminal else None,
        colour=on_terminal and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb",
        snapshot=_snapshot_in_force(settings) if format == "json" else None,
    )
    sys.stdout.write(WRITERS[format](report, wanted))
    if format == "text" and report.files and not shared.quiet:
        sys.stderr.write(text.summary(report, shared.lang) + "\n")
    for error in report.unreadable:
        sys.stderr.write(" ".join(error.message(shared.lang).split()) + "\n")
    if report.unreadable:
        sys.exit(COULD_NOT_RUN)
    warned = strict and any(d.severity is Severity.WARNING for d in report.diagnostics)
    sys.exit(OK if report.conforms and not warned else WRONG_INPUT)


def _saved_queries(settings: Settings) -> list:
    from ..sparql.faults import diagnostics
    from ..sparql.library import Library

    return diagnostics(Library.load(settings.queries_folder), settings.root)


def _snapshot_in_force(settings: Settings) -> str | None:
    from ..errors import SnapshotError
    from ..snapshot.reader import current

    try:
        return current(settings.build_folder).id
    except SnapshotError:
        return None
