"""GitLab Code Quality: <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>."""

from __future__ import annotations

import hashlib
import json

from ..diagnostics import Diagnostic, Severity
from ..errors import UnreadableInput
from ..gate import GateReport
from .characters import encodable, one_line
from .findings import fingerprints, message, path_of

_SEVERITIES = {Severity.ERROR: "critical", Severity.WARNING: "minor", Severity.INFO: "info"}

Json = dict[str, object]


def write(report: GateReport, language: str) -> str:
    """The report as one array; an unreadable file blocks."""
    found = zip(report.diagnostics, fingerprints(report.diagnostics), strict=True)
    entries = [_finding(diagnostic, identity, language) for diagnostic, identity in found]
    entries += [_unread(error, language) for error in report.unreadable]
    return encodable(json.dumps(entries, ensure_ascii=False, indent=1)) + "\n"


def _finding(diagnostic: Diagnostic, identity: str, language: str) -> Json:
    place = diagnostic.location
    return {
        "description": f"{diagnostic.code}: {message(diagnostic, language)}",
        "check_name": diagnostic.code,
        "fingerprint": identity,
        "severity": _SEVERITIES[diagnostic.severity],
        "location": {"path": place.path, "lines": {"begin": place.line, "end": place.end_line}},
    }


def _unread(error: UnreadableInput, language: str) -> Json:
    path = path_of(error)
    return {
        "description": f"{error.code}: {one_line(error.message(language))}",
        "check_name": error.code,
        "fingerprint": hashlib.sha256(f"{error.code} {path}".encode("utf-8", "surrogatepass")).hexdigest()[:32],
        "severity": "blocker",
        "location": {"path": path, "lines": {"begin": 1, "end": 1}},
    }
