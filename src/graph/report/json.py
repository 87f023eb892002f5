"""Diagnostics for programs: the JSON of CONTRACT.md, `check --format json`."""

from __future__ import annotations

import json
from collections.abc import Mapping

from ..diagnostics import Diagnostic, Fix, said
from ..gate import GateReport
from .characters import encodable


def write(report: GateReport, snapshot: str | None, language: str, more: Mapping[str, object] | None = None) -> str:
    """The report as one JSON object and a line feed. `snapshot` is the id in force, if any; `more` follows the rest."""
    document = {
        "conforms": report.conforms,
        "files": report.files,
        "snapshot": snapshot,
        "diagnostics": [entry(diagnostic, language) for diagnostic in report.diagnostics],
        **(more or {}),
    }
    return encodable(json.dumps(document, ensure_ascii=False, indent=1)) + "\n"


def entry(diagnostic: Diagnostic, language: str) -> dict[str, object]:
    """One diagnostic; lines and columns count from 1, in characters."""
    place = diagnostic.location
    return {
        "path": place.path,
        "line": place.line,
        "column": place.column,
        "end_line": place.end_line,
        "end_column": place.end_column,
        "severity": str(diagnostic.severity),
        "code": diagnostic.code,
        "rule": diagnostic.rule,
        "focus": diagnostic.focus,
        "property": diagnostic.property,
        "value": diagnostic.value,
        "message": said(diagnostic.message, language),
        "help": diagnostic.help,
        "fix": _fix(diagnostic.fix, language) if diagnostic.fix else None,
    }


def _fix(fix: Fix, language: str) -> dict[str, object]:
    """What mends it: a title, and edits of the same file, each a range and the text to put there."""
    edits = [
        {
            "line": edit.location.line,
            "column": edit.location.column,
            "end_line": edit.location.end_line,
            "end_column": edit.location.end_column,
            "text": edit.text,
        }
        for edit in fix.edits
    ]
    return {"title": said(fix.title, language), "edits": edits}
