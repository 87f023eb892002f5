"""The check that a command line asks for, whoever read the line: typer, or `express`."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..report import WRITERS, Wanted
from .context import COULD_NOT_RUN, OK, WRONG_INPUT, Options

if TYPE_CHECKING:
    from ..config import Settings


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
    from ..diagnostics import Severity
    from ..errors import ConfigurationError
    from ..report import text

    gc.disable()  # a check leaves no cycles to speak of: looking for them is a twentieth of its time
    shared = Options.shared
    if format not in WRITERS:
        raise ConfigurationError("unknown-format", format=format, known=", ".join(WRITERS))
    if changed and paths:
        raise ConfigurationError("changed-paths")
    settings = shared.settings()
    given, progress = list(paths or ()), shared.progress()
    stdin = sys.stdin.buffer.read(settings.limits.file_bytes + 1) if "-" in given else b""
    if changed:
        report = contribution.check_changed(settings, engine=engine, progress=progress)
    elif stdin_path:
        given, overlay = _standing_for(stdin_path, given, stdin)
        report = contribution.check(settings, given, engine=engine, progress=progress, overlay=overlay)
    else:
        report = contribution.check(settings, given, engine=engine, stdin=stdin, progress=progress)
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
