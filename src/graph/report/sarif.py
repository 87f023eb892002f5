"""SARIF 2.1.0 for code scanning: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from urllib.parse import quote

from .. import __version__
from ..diagnostics import Diagnostic, Fix, Location, Severity, said
from ..errors import UnreadableInput
from ..gate import GateReport
from ..texts import say
from .characters import encodable
from .findings import HOME, Rule, details, fingerprints, help_page, path_of, rules

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "%SRCROOT%"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_LINK = re.compile(r"\[([^\[\]]*)\](?=\()")

Json = dict[str, object]


def write(report: GateReport, language: str) -> str:
    """The report as one run."""
    described = rules(report.diagnostics, language)
    numbers = {code: number for number, code in enumerate(described)}
    identities = fingerprints(report.diagnostics)
    run: Json = {
        "tool": {"driver": _driver(described, language)},
        "language": language,
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"description": {"text": say(language, "report.root")}}},
        "invocations": [_invocation(report, language)],
        "results": [
            _result(diagnostic, numbers[diagnostic.code], identity, language)
            for diagnostic, identity in zip(report.diagnostics, identities, strict=True)
        ],
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return encodable(json.dumps(log, ensure_ascii=False, indent=1)) + "\n"


def _driver(described: Mapping[str, Rule], language: str) -> Json:
    return {
        "name": "Passerelles",
        "version": __version__,
        "semanticVersion": __version__,
        "informationUri": HOME,
        "language": language,
        "rules": [_rule(rule, language) for rule in described.values()],
    }


def _rule(rule: Rule, language: str) -> Json:
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.description},
        "help": {"text": say(language, "report.help", title=rule.title, description=rule.description, help=rule.help)},
        "helpUri": rule.help,
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
    }


def _invocation(report: GateReport, language: str) -> Json:
    invocation: Json = {"executionSuccessful": not report.unreadable}
    if report.unreadable:
        invocation["toolExecutionNotifications"] = [_notification(error, language) for error in report.unreadable]
    return invocation


def _notification(error: UnreadableInput, language: str) -> Json:
    return {
        "level": "error",
        "descriptor": {"id": error.code},
        "message": {"text": _plain(error.message(language))},
        "locations": [{"physicalLocation": {"artifactLocation": _artifact(path_of(error))}}],
    }


def _result(diagnostic: Diagnostic, number: int, identity: str, language: str) -> Json:
    result: Json = {
        "ruleId": diagnostic.code,
        "ruleIndex": number,
        "level": _LEVELS[diagnostic.severity],
        "message": {"text": _plain(said(diagnostic.message, language))},
        "locations": [{"physicalLocation": _place(diagnostic.location)}],
        # The second name is ours; the first is the one that code scanning compares.
        "partialFingerprints": {"primaryLocationLineHash": identity, "passerelles/v1": identity},
        "properties": {**details(diagnostic, language), "help": help_page(diagnostic)},
    }
    if diagnostic.fix:
        result["fixes"] = [_fix(diagnostic.fix, diagnostic.location.path, language)]
    return result


def _fix(fix: Fix, path: str, language: str) -> Json:
    """The edits that mend it (section 3.55): each takes a region away and puts a text there."""
    replacements = [
        {"deletedRegion": _region(edit.location), "insertedContent": {"text": edit.text}} for edit in fix.edits
    ]
    change = {"artifactLocation": _artifact(path), "replacements": replacements}
    return {"description": {"text": _plain(said(fix.title, language))}, "artifactChanges": [change]}


def _place(location: Location) -> Json:
    return {"artifactLocation": _artifact(location.path), "region": _region(location)}


def _region(location: Location) -> Json:
    return {
        "startLine": location.line,
        "startColumn": location.column,
        "endLine": location.end_line,
        "endColumn": location.end_column,
    }


def _artifact(path: str) -> Json:
    """Where a file is: a URI below the root of the repository, or of its own when the path is absolute."""
    try:
        uri = quote(path.encode("utf-8", "surrogateescape"))  # the bytes of a name that is not UTF-8
    except UnicodeEncodeError:
        uri = quote(encodable(path))
    if PurePosixPath(path).is_absolute():
        return {"uri": f"file://{uri}"}
    return {"uri": uri, "uriBaseId": _ROOT}


def _plain(text: str) -> str:
    """A message without embedded links, which SARIF would read in `[words](target)` (section 3.11.6)."""
    return _LINK.sub(r"\\[\1\\]", text)
