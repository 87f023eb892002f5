"""GitHub annotations, as workflow commands: `::error file=…,line=…,col=…,title=CODE::message`.

<https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands>
"""

from __future__ import annotations

from ..diagnostics import Diagnostic, Severity, said
from ..errors import UnreadableInput
from ..gate import GateReport
from .characters import encodable
from .findings import path_of

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
_MESSAGE = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


def write(report: GateReport, language: str) -> str:
    """One command a line, one line a finding."""
    commands = [_finding(diagnostic, language) for diagnostic in report.diagnostics]
    commands += [_unread(error, language) for error in report.unreadable]
    return encodable("".join(f"{command}\n" for command in commands))


def _finding(diagnostic: Diagnostic, language: str) -> str:
    place = diagnostic.location
    properties: dict[str, object] = {"file": place.path, "line": place.line}
    if place.line == place.end_line:  # columns are refused in an annotation of several lines
        properties["col"] = place.column
    properties["endLine"] = place.end_line
    if place.line == place.end_line:
        properties["endColumn"] = place.end_column
    properties["title"] = diagnostic.code
    return _command(_COMMANDS[diagnostic.severity], properties, said(diagnostic.message, language))


def _unread(error: UnreadableInput, language: str) -> str:
    return _command("error", {"file": path_of(error), "title": error.code}, error.message(language))


def _command(name: str, properties: dict[str, object], message: str) -> str:
    written = ",".join(f"{key}={str(value).translate(_PROPERTY)}" for key, value in properties.items())
    return f"::{name} {written}::{message.translate(_MESSAGE)}"
