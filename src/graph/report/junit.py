"""JUnit XML for the test tabs of CI systems: one suite a file, one case a finding.

An error is a failure, a warning is skipped (seen, and it fails nothing), an info is a case that passes.
A file without findings is a case that passes, so that the counts say how much was checked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from xml.etree import ElementTree as ET

from ..diagnostics import Diagnostic, Severity
from ..errors import UnreadableInput
from ..gate import GateReport
from ..texts import say
from . import text
from .characters import visible
from .findings import by_file, details, message, path_of

_ROOT = "passerelles"
_KINDS = {"failures": "failure", "errors": "error", "skipped": "skipped"}


def write(report: GateReport, language: str, names: Iterable[str] = ()) -> str:
    """The report as `testsuites`. `names` are the files checked; without them, those that conform are one case."""
    groups = by_file(report.diagnostics)
    suites = [_suite(path, [_case(d, language) for d in found]) for path, found in groups.items()]
    if report.unreadable:
        cases = [_unread(error, language) for error in report.unreadable]
        suites.append(_suite(say(language, "report.unreadable"), cases))
    if clean := _clean(report, [name for name in names if name not in groups], len(groups), language):
        suites.append(_suite(say(language, "report.clean"), clean))
    root = ET.Element("testsuites", {"name": _ROOT, **_sums(suites)})
    root.extend(suites)
    ET.indent(root, " ")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _suite(name: str, cases: list[ET.Element]) -> ET.Element:
    _number(cases)
    counts = {kind: sum(case.find(tag) is not None for case in cases) for kind, tag in _KINDS.items()}
    suite = ET.Element("testsuite", {"name": visible(name), "tests": str(len(cases))})
    for kind, count in counts.items():
        suite.set(kind, str(count))
    suite.extend(cases)
    return suite


def _number(cases: list[ET.Element]) -> None:
    """Tell apart cases of one name: CI systems know a case by its name."""
    seen: Counter[str] = Counter()
    for case in cases:
        name = case.attrib["name"]
        seen[name] += 1
        if seen[name] > 1:
            case.set("name", f"{name} ({seen[name]})")


def _sums(suites: list[ET.Element]) -> dict[str, str]:
    return {kind: str(sum(int(suite.attrib[kind]) for suite in suites)) for kind in ("tests", "failures", "errors")}


def _case(diagnostic: Diagnostic, language: str) -> ET.Element:
    said = message(diagnostic, language)
    case = _named(f"{diagnostic.code}: {said}", diagnostic.location.path)
    body = "\n".join([text.line(diagnostic, language), *_about(diagnostic, language)])
    if diagnostic.severity is Severity.INFO:
        ET.SubElement(case, "system-out").text = body
        return case
    tag = "failure" if diagnostic.severity is Severity.ERROR else "skipped"
    outcome = ET.SubElement(case, tag, {"type": diagnostic.code, "message": said})
    outcome.text = body
    return case


def _about(diagnostic: Diagnostic, language: str) -> list[str]:
    return [f"{name}: {visible(value)}" for name, value in details(diagnostic, language).items()]


def _unread(error: UnreadableInput, language: str) -> ET.Element:
    case = _named(error.code, path_of(error))
    ET.SubElement(case, "error", {"type": error.code, "message": visible(error.message(language))})
    return case


def _clean(report: GateReport, names: list[str], found: int, language: str) -> list[ET.Element]:
    if names:
        return [_named(name, name) for name in names]
    count = report.files - found
    return [_named(say(language, "report.clean-count", count=count), _ROOT)] if count > 0 else []


def _named(name: str, group: str) -> ET.Element:
    return ET.Element("testcase", {"classname": visible(group), "name": visible(name)})
