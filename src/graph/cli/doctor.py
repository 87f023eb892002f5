"""`passerelles doctor`: what is installed, configured and healthy, here or at another endpoint."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import ConfigurationError
from ..report.characters import one_line
from .context import OK, WRONG_INPUT, Options

if TYPE_CHECKING:  # the help of the command need not load what it does
    from ..doctor import Check

WRITERS = ("text", "json")
PORT = 8000
_MARKS = {"ok": ("✓", "32"), "note": ("·", "33"), "fault": ("✗", "31")}  # and their colours
_NAMES = 31  # the longest name of a check


def register(app: typer.Typer) -> None:
    """Add the command to the tree."""
    app.command("doctor", help="cli.doctor")(doctor)


def doctor(
    format: Annotated[str, typer.Option("--format", help="cli.doctor-format", metavar="|".join(WRITERS))] = "text",  # noqa: A002 - the option's name
    endpoint: Annotated[str | None, typer.Option("--endpoint", help="cli.doctor-endpoint", metavar="URL")] = None,
) -> None:
    """Check everything, each check as it is made, and fail when something is to be mended."""
    shared = Options.shared
    if format not in WRITERS:
        raise ConfigurationError("unknown-format", format=format, known=", ".join(WRITERS))
    checks = []
    colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
    for check in _checks(endpoint):
        detail = one_line(check.detail.render(shared.lang))
        checks.append({"name": check.name, "ok": check.ok, "level": check.level.value, "detail": detail})
        if format == "text":
            mark, code = _MARKS[check.level.value]
            shown = f"\033[{code}m{mark}\033[0m" if colour else mark
            sys.stdout.write(f"{shown} {check.name:{_NAMES}} {detail}\n")
            sys.stdout.flush()
    faults = sum(not check["ok"] for check in checks)
    if format == "json":
        document = {"healthy": not faults, "checks": checks}
        sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=1) + "\n")
    else:
        sys.stdout.write(_verdict(faults, sum(check["level"] == "note" for check in checks)) + "\n")
    sys.exit(WRONG_INPUT if faults else OK)


def _checks(endpoint: str | None) -> Iterator[Check]:
    from .. import doctor

    repo = Options.shared.repo
    return doctor.examine(repo, PORT) if endpoint is None else doctor.examine_endpoint(repo, endpoint)


def _verdict(faults: int, notes: int) -> str:
    """The last line, for a reader."""
    if faults:
        return Options.shared.say("doctor.faults", count=faults)
    return Options.shared.say("doctor.healthy-notes" if notes else "doctor.healthy", count=notes)
