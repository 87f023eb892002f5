"""Diagnostics for a reader: `path:line:column: error CODE: message`, one line each."""

from __future__ import annotations

from pathlib import Path

from ..diagnostics import Diagnostic, Severity
from ..gate import GateReport
from ..texts import say


def write(report: GateReport, language: str, root: Path | None = None) -> str:
    """Every diagnostic; with `root`, the source line and a caret below each."""
    lines = []
    for diagnostic in report.diagnostics:
        lines.append(line(diagnostic, language))
        if root is not None:
            lines += _excerpt(diagnostic, root)
    return "".join(f"{text}\n" for text in lines)


def line(diagnostic: Diagnostic, language: str) -> str:
    """One diagnostic, one line."""
    place = diagnostic.location
    severity = say(language, f"severity.{diagnostic.severity}")
    message = " ".join(diagnostic.message.render(language).split())
    return f"{place.path}:{place.line}:{place.column}: {severity} {diagnostic.code}: {message}"


def summary(report: GateReport, language: str) -> str:
    """How it went, in a sentence."""
    warnings = sum(d.severity is Severity.WARNING for d in report.diagnostics)
    errors = sum(d.severity is Severity.ERROR for d in report.diagnostics)
    key = "report.conforms" if report.conforms else "report.fails"
    return say(language, key, files=report.files, triples=report.triples, warnings=warnings, errors=errors)


def _excerpt(diagnostic: Diagnostic, root: Path) -> list[str]:
    place = diagnostic.location
    for start in (Path.cwd(), root):
        path = start / place.path
        if path.is_file():
            break
    else:
        return []
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    if not 0 < place.line <= len(lines):
        return []
    source = lines[place.line - 1].replace("\t", " ")
    last = place.end_column if place.end_line == place.line else len(source) + 1
    return [f"    {source}", f"    {' ' * (place.column - 1)}{'^' * max(1, last - place.column)}"]
