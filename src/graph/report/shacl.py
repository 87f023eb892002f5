"""The report as RDF: a SHACL validation report whose results are everything the gate says, not of shapes alone.

<https://www.w3.org/TR/shacl/#validation-report>. As there, a report with any result does not conform, were it a
warning. What no shape says has the page of its code as constraint component; what is about no node is about its file,
by its named graph. The place of a result is a pointer (<https://www.w3.org/TR/Pointers-in-RDF10/>).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..diagnostics import Diagnostic, Severity, said
from ..errors import HELP
from ..gate import GateReport
from ..namespaces import RDF, SH, XSD
from ..shacl.results import CODES, SEVERITIES
from ..sparql.terms import is_iri
from ..texts import LANGUAGES
from ..turtle.ntriples import escaped
from .characters import encodable

EARL, POINTERS = "http://www.w3.org/ns/earl#", "http://www.w3.org/2009/pointers#"
PREFIXES: Mapping[str, str] = {"sh": SH, "earl": EARL, "ptr": POINTERS, "xsd": XSD}
_COMPONENTS = {code: f"{SH}{name}ConstraintComponent" for name, code in CODES.items()}
_SEVERITIES: Mapping[Severity, str] = {severity: iri for iri, severity in SEVERITIES.items()}
_REPORT = "_:report"


def write(report: GateReport, graph: str) -> str:
    """The report as N-Triples; `graph` is the named graph of the file checked."""
    lines = [_line(_REPORT, RDF + "type", f"<{SH}ValidationReport>")]
    lines.append(_line(_REPORT, SH + "conforms", _typed("false" if report.diagnostics else "true", "boolean")))
    for number, diagnostic in enumerate(report.diagnostics, start=1):
        node, place = f"_:result{number}", f"_:place{number}"
        lines.append(_line(_REPORT, SH + "result", node))
        lines += (_line(node, predicate, value) for predicate, value in _result(diagnostic, graph))
        lines.append(_line(node, EARL + "pointer", place))
        lines += (_line(place, predicate, value) for predicate, value in _pointer(diagnostic, graph))
    return "".join(lines)


def _result(diagnostic: Diagnostic, graph: str) -> Iterator[tuple[str, str]]:
    code, path, shape = diagnostic.code, diagnostic.property or "", diagnostic.rule or ""
    yield RDF + "type", f"<{SH}ValidationResult>"
    yield SH + "focusNode", _term(diagnostic.focus or graph)
    yield SH + "resultSeverity", f"<{_SEVERITIES[diagnostic.severity]}>"
    yield SH + "sourceConstraintComponent", f"<{_COMPONENTS.get(code, HELP + code)}>"
    if is_iri(path):
        yield SH + "resultPath", f"<{path}>"
    if is_iri(shape):
        yield SH + "sourceShape", f"<{shape}>"
    if diagnostic.value is not None:
        yield SH + "value", diagnostic.term or _term(diagnostic.value)
    for language in LANGUAGES:
        yield SH + "resultMessage", f"{_quoted(said(diagnostic.message, language))}@{language}"


def _pointer(diagnostic: Diagnostic, graph: str) -> Iterator[tuple[str, str]]:
    """Where it begins: a line and a character, from 1."""
    yield RDF + "type", f"<{POINTERS}LineCharPointer>"
    yield POINTERS + "reference", f"<{graph}>"
    yield POINTERS + "lineNumber", _typed(diagnostic.location.line, "positiveInteger")
    yield POINTERS + "charNumber", _typed(diagnostic.location.column, "positiveInteger")


def _term(value: str) -> str:
    """An IRI, a blank node, else a text."""
    if is_iri(value):
        return f"<{value}>"
    return value if value.startswith("_:") else _quoted(value)


def _typed(value: object, datatype: str) -> str:
    return f'"{value}"^^<{XSD}{datatype}>'


def _quoted(text: str) -> str:
    return f'"{escaped(encodable(text))}"'


def _line(subject: str, predicate: str, value: str) -> str:
    return f"{subject} <{predicate}> {value} .\n"
