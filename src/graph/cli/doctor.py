"""`passerelles doctor`: what is installed, configured and healthy."""

from __future__ import annotations

import json
import os
import sys
from typing import Annotated

import typer

from ..errors import ConfigurationError
from ..report.characters import one_line
from .context import OK, WRONG_INPUT, Options

WRITERS = ("text", "json")
PORT = 8000
_MARKS = {"ok": ("✓", "32"), "note": ("·", "33"), "fault": ("✗", "31")}  # and their colours
_NAMES = 17  # the longest name of a check


def register(app: typer.Typer) -> None:
    """Add the command to the tree."""
    app.command("doctor", help="cli.doctor")(doctor)


def doctor(
    format: Annotated[str, typer.Option("--format", help="cli.doctor-format", metavar="|".join(WRITERS))] = "text",  # noqa: A002 - the option's name
) -> None:
    """Check everything, each check as it is made, and fail when something is to be mended."""
    from ..doctor import examine

    shared = Options.shared
    if format not in WRITERS:
        raise ConfigurationError("unknown-format", format=format, known=", ".join(WRITERS))
    checks = []
    colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
    for check in examine(shared.repo, PORT):
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


def _verdict(faults: int, notes: int) -> str:
    """The last line, for a reader."""
    if faults:
        return Options.shared.say("doctor.faults", count=faults)
    return Options.shared.say("doctor.healthy-notes" if notes else "doctor.healthy", count=notes)
