"""A validation result, whichever engine found it.

Terms are N-Triples strings, as in <https://www.w3.org/TR/n-triples/>; a path that is not one
predicate is written as SPARQL writes it.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..diagnostics import Severity
from ..namespaces import SH

SEVERITIES = {SH + "Violation": Severity.ERROR, SH + "Warning": Severity.WARNING, SH + "Info": Severity.INFO}

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
    """One `sh:ValidationResult`.

    `shape` is its source shape under the name `ShapesGraph` gives it; `messages` are the texts of the shape or of its
    query, which an engine gives without their language.
    """

    focus: str
    path: str | None
    value: str | None
    component: str
    severity: str
    shape: str | None
    messages: tuple[str, ...] = ()

    @property
    def constraint(self) -> str:
        """The name of the constraint component: `MinCount`, `Class` and so on."""
        return self.component.removeprefix(SH).removesuffix("ConstraintComponent")
