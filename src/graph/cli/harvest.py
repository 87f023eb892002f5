"""`passerelles harvest`: bring another catalogue into its quarantine."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import ConfigurationError
from .context import OK, WRONG_INPUT, Options

if TYPE_CHECKING:
    from ..harvest.report import Report

WRITERS = ("text", "json")


def register(app: typer.Typer) -> None:
    """Add the command to the tree."""
    app.command("harvest", help="cli.harvest")(harvest)


def harvest(
    source: Annotated[str, typer.Argument(help="cli.harvest-source", metavar="SOURCE")],
    into: Annotated[str, typer.Option("--into", help="cli.harvest-into", metavar="NAME")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="cli.harvest-dry-run")] = False,  # noqa: FBT002 - an option
    format: Annotated[str, typer.Option("--format", help="cli.harvest-format", metavar="|".join(WRITERS))] = "text",  # noqa: A002 - the option's name
) -> None:
    """Harvest, tell, and fail when nothing could be taken."""
    from ..harvest.harvesting import harvest as bring

    shared = Options.shared
    if format not in WRITERS:
        raise ConfigurationError("unknown-format", format=format, known=", ".join(WRITERS))
    settings = shared.writable(None)
    report = bring(settings, source, into, dry_run=dry_run, progress=shared.progress())
    if format == "json":
        sys.stdout.write(json.dumps(report.document(shared.lang), ensure_ascii=False, indent=1) + "\n")
    else:
        sys.stdout.writelines(f"{line}\n" for line in _lines(report))
    if report.refused is not None:
        sys.stdout.flush()
        if format == "json" or not shared.quiet:
            from ..report.characters import one_line

            sys.stderr.write(one_line(report.refusal(shared.lang) or "") + "\n")
        sys.exit(WRONG_INPUT)
    sys.exit(OK)


def _lines(report: Report) -> list[str]:
    """The report, for a reader."""
    from ..harvest.told import lines
    from ..report.characters import visible

    return [visible(line) for line in lines(report, Options.shared.lang)]  # what others wrote may act on a terminal
