"""The check that a command line asks for, whoever read the line: typer, or `express`."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from ..report import WRITERS, Wanted
from .context import OK, WRONG_INPUT, Options, leave_for, standard_input

if TYPE_CHECKING:
    from ..config import Settings
    from ..gate import GateReport


def check(  # noqa: PLR0913 - an option each
    paths: Sequence[str] = (),
    *,
    format: str = "text",  # noqa: A002 - the option's name
    engine: str = "shacl",
    strict: bool = False,
    changed: bool = False,
    stdin_path: str = "",
    show_source: bool = False,
) -> None:
    """Check, tell, and exit with the status that the options ask for. Raises PasserellesError."""
    from ..contribution import check as contribution
    from ..errors import ConfigurationError

    gc.disable()  # a check leaves no cycles to speak of: looking for them is a twentieth of its time
    shared = Options.shared
    if format not in WRITERS:
        raise ConfigurationError("unknown-format", format=format, known=", ".join(WRITERS))
    if changed and paths:
        raise ConfigurationError("changed-paths")
    settings = shared.settings()
    given, progress = list(paths or ()), shared.progress()
    stdin = standard_input(given, settings)
    if changed:
        report = contribution.check_changed(settings, engine=engine, progress=progress)
        if not (report.files or shared.quiet):
            sys.stderr.write(shared.say("cli.nothing-changed") + "\n")
    elif stdin_path:
        given, overlay = _standing_for(stdin_path, given, stdin)
        report = contribution.check(settings, given, engine=engine, progress=progress, overlay=overlay)
    else:
        report = contribution.check(settings, given, engine=engine, stdin=stdin, progress=progress)
    if not paths:
        report = report.with_more(_saved_queries(settings))
    snapshot = _snapshot_in_force(settings) if format == "json" else None
    tell(report, settings, format, strict=strict, show_source=show_source, snapshot=snapshot)


def tell(  # noqa: PLR0913 - an option each
    report: GateReport,
    settings: Settings,
    form: str,
    *,
    strict: bool,
    show_source: bool = False,
    snapshot: str | None = None,
) -> NoReturn:
    """Write a report in the form asked for, its summary and what could not be read, and exit with its status."""
    from ..diagnostics import Severity
    from ..report import text

    shared = Options.shared
    on_terminal = sys.stdout.isatty()
    wanted = Wanted(
        language=shared.lang,
        root=settings.root if show_source or on_terminal else None,
        colour=on_terminal and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb",
        snapshot=snapshot,
    )
    sys.stdout.write(WRITERS[form](report, wanted))
    if report.unreadable:
        leave_for(report.unreadable, shared.lang)
    if form == "text" and report.files and not shared.quiet:
        sys.stderr.write(text.summary(report, shared.lang) + "\n")
    warned = strict and any(d.severity is Severity.WARNING for d in report.diagnostics)
    sys.exit(OK if report.conforms and not warned else WRONG_INPUT)


def _standing_for(path: str, given: list[str], stdin: bytes) -> tuple[list[str], dict[Path, bytes]]:
    """The paths with that file in the place of standard input, and its text."""
    from ..errors import ConfigurationError

    if "-" not in given or os.path.isdir(path):  # noqa: PTH112 - a string as it was given
        raise ConfigurationError("stdin-path", path=path)
    return [path if one == "-" else one for one in given], {Path(os.path.realpath(path)): stdin}


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
