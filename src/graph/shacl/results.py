"""A validation result, whichever engine found it, and the diagnostic it becomes.

Terms are N-Triples strings, as in <https://www.w3.org/TR/n-triples/>; a path that is not one
predicate is written as SPARQL writes it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ..diagnostics import Diagnostic, Location, Severity
from ..texts import Text

SH = "http://www.w3.org/ns/shacl#"
_MESSAGE = re.compile(r'^\S+ <http://www\.w3\.org/ns/shacl#message> ("(?:[^"\\]|\\.)*")(?:@(\S+))? \.$', re.MULTILINE)
_SEVERITY = {SH + "Violation": Severity.ERROR, SH + "Warning": Severity.WARNING, SH + "Info": Severity.INFO}

# Codes never change meaning: a component keeps its number, a new one takes the next.
CODES = {
    "MinCount": "PAS101",
    "MaxCount": "PAS102",
    "Datatype": "PAS103",
    "NodeKind": "PAS104",
    "Class": "PAS105",
    "Pattern": "PAS106",
    "In": "PAS107",
    "HasValue": "PAS108",
    "UniqueLang": "PAS109",
    "LanguageIn": "PAS110",
    "MinLength": "PAS111",
    "MaxLength": "PAS112",
    "MinInclusive": "PAS113",
    "MaxInclusive": "PAS114",
    "MinExclusive": "PAS115",
    "MaxExclusive": "PAS116",
    "Closed": "PAS117",
    "Node": "PAS118",
    "Property": "PAS119",
    "And": "PAS120",
    "Or": "PAS121",
    "Xone": "PAS122",
    "Not": "PAS123",
    "Equals": "PAS124",
    "Disjoint": "PAS125",
    "LessThan": "PAS126",
    "LessThanOrEquals": "PAS127",
    "QualifiedMinCount": "PAS128",
    "QualifiedMaxCount": "PAS129",
    "SPARQL": "PAS130",
}
OTHER_COMPONENT = "PAS199"


@dataclass(frozen=True, slots=True)
class Result:
    """One `sh:ValidationResult`. `shape` is the nearest shape with an IRI, `messages` its wordings."""

    focus: str
    path: str | None
    value: str | None
    component: str
    severity: str
    shape: str | None
    messages: tuple[tuple[str, str], ...] = ()

    @property
    def constraint(self) -> str:
        """The name of the constraint component: `MinCount`, `Class` and so on."""
        return self.component.removeprefix(SH).removesuffix("ConstraintComponent")


def to_diagnostic(result: Result, location: Location) -> Diagnostic:
    """The diagnostic of a result; the shape's own message wins over ours."""
    constraint = result.constraint
    wordings = dict(result.messages)
    path, value = plain(result.path), plain(result.value)
    known = constraint in CODES
    key = f"shacl.{constraint if known else 'other'}"
    parameters = {"property": path or "", "value": value or "", "component": constraint}
    return Diagnostic(
        location=location,
        severity=_SEVERITY.get(result.severity, Severity.ERROR),
        code=CODES.get(constraint, OTHER_COMPONENT),
        message=Text(key, parameters, wordings),
        rule=plain(result.shape),
        focus=plain(result.focus),
        property=path,
        value=value,
    )


def plain(term: str | None) -> str | None:
    """An IRI without its brackets, a literal's lexical form, anything else as it stands."""
    if term is None:
        return None
    if term.startswith("<") and term.endswith(">"):
        return term[1:-1]
    if term.startswith('"'):
        return unescape(term[1 : term.rindex('"')])
    return term


_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_CONTROL = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}


def unescape(text: str) -> str:
    """A lexical form without the escapes of N-Triples."""
    return _ESCAPE.sub(lambda m: chr(int(m[1] or m[2], 16)) if m[1] or m[2] else _CONTROL.get(m[3], m[3]), text)


def message_languages(shapes: str) -> Mapping[str, str]:
    """The language of each `sh:message` of a shapes graph in N-Triples: engines may drop the tag."""
    return {unescape(m[1][1:-1]): m[2] or "" for m in _MESSAGE.finditer(shapes)}
