"""Writers: one Diagnostic, many forms, one file each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the gate loads engines; the names of the forms are in the help
    from ..gate import GateReport


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a report may be written with; `root` asks for the source lines, `snapshot` is the id in force."""

    language: str
    root: Path | None = None
    colour: bool = False
    snapshot: str | None = None


Writer = Callable[["GateReport", Wanted], str]


def _text(report: GateReport, wanted: Wanted) -> str:
    from .text import write

    return write(report, wanted.language, wanted.root, colour=wanted.colour)


def _json(report: GateReport, wanted: Wanted) -> str:
    from .json import write

    return write(report, wanted.snapshot, wanted.language)


def _junit(report: GateReport, wanted: Wanted) -> str:
    from .junit import write

    return write(report, wanted.language, report.names)


def _of(form: str) -> Writer:
    """The writer of the module `form`, loaded when it writes."""
    return lambda report, wanted: import_module(f".{form}", __name__).write(report, wanted.language)


WRITERS: Mapping[str, Writer] = {
    "text": _text,
    "json": _json,
    "junit": _junit,
    **{form: _of(form) for form in ("sarif", "github", "gitlab", "markdown", "html")},
}
