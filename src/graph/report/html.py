"""A page of its own: no script, nothing from elsewhere. What it says is escaped; its markup is in `templates/`."""

from __future__ import annotations

from functools import cache
from html import escape
from importlib.resources import files
from string import Template

from ..diagnostics import Diagnostic, Severity
from ..errors import UnreadableInput
from ..gate import GateReport
from ..texts import say
from .characters import one_line, visible
from .findings import HELP, by_file, details, help_page, message
from .text import summary

_DETAILS = {
    "focus": "report.focus",
    "property": "report.property",
    "value": "report.value",
    "rule": "report.rule",
    "fix": "report.fix",
}


def write(report: GateReport, language: str) -> str:
    """The report as one HTML document."""
    sections = [
        _section(path, [_finding(diagnostic, language) for diagnostic in found], language)
        for path, found in by_file(report.diagnostics).items()
    ]
    if report.unreadable:
        rows = [_unread(error, language) for error in report.unreadable]
        sections.insert(0, _section(say(language, "report.unreadable"), rows, language))
    return _fill(
        "page",
        "".join(sections),
        language=language,
        title=say(language, "report.title"),
        status="conforms" if report.conforms else "fails",
        summary=summary(report, language),
    )


def _section(heading: str, rows: list[str], language: str) -> str:
    return _fill(
        "file",
        "".join(rows),
        heading=heading,
        place=say(language, "report.place"),
        severity=say(language, "report.severity"),
        code=say(language, "report.code"),
        message=say(language, "report.message"),
    )


def _finding(diagnostic: Diagnostic, language: str) -> str:
    place = diagnostic.location
    about = [
        _fill("detail", name=say(language, _DETAILS[name]), value=value)
        for name, value in details(diagnostic, language).items()
    ]
    return _fill(
        "finding",
        _fill("details", "".join(about)) if about else "",
        place=f"{place.line}:{place.column}",
        kind=str(diagnostic.severity),
        severity=say(language, f"severity.{diagnostic.severity}"),
        code=diagnostic.code,
        help=help_page(diagnostic),
        message=message(diagnostic, language),
    )


def _unread(error: UnreadableInput, language: str) -> str:
    return _fill(
        "finding",
        place="–",
        kind=str(Severity.ERROR),
        severity=say(language, "severity.error"),
        code=error.code,
        help=HELP + error.code,
        message=one_line(error.message(language)),
    )


def _fill(template: str, inside: str = "", /, **texts: str) -> str:
    """A template with `texts`, escaped, and `inside`, which is markup already."""
    escaped = {key: escape(visible(text)) for key, text in texts.items()}
    return _template(template).substitute(escaped, inside=inside)


@cache
def _template(name: str) -> Template:
    return Template(files(__package__).joinpath("templates", f"{name}.html").read_text(encoding="utf-8"))
