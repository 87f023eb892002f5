"""Which profiles a snapshot's descriptions meet: computed for it, by shapes that come with the package.

The shapes of `profiles/` are written from the specifications; the tests hold them to those of the specifications
themselves, which find the same things lacking. `recorded.json` is what the tests of this version found in the
suites that are too long to run here; a test writes it again and compares.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ..namespaces import PrefixMap
from ..shacl.datagraph import DataGraph
from ..shacl.messages import Case, message
from ..shacl.results import SH, Result
from ..shacl.shapes import ShapesGraph
from ..shacl.validate import Validator, compiled
from ..texts import LANGUAGES, Text, say
from ..turtle.ntriples import bare
from ..turtle.parse import parse
from .triples import PREFIXES, Triples, literal, ref, texts

_HERE = Path(__file__).parent
_LONGEST = 1_000_000  # bytes of a file of shapes
_VIOLATION = SH + "Violation"


@dataclass(frozen=True, slots=True)
class Profile:
    """A profile: the stem of its file of shapes, its name, its specification, and what of a snapshot it is about.

    `part` and `scope` are keys of texts: which of its requirements, and what they are checked on.
    """

    name: str
    title: str
    specification: str
    about: str
    part: str
    scope: str

    def called(self, language: str) -> str:
        """Its name with that of its part: a profile may have several."""
        return f"{self.title}, {say(language, f'web.{self.part}')}"


_DCAT_AP = ("DCAT-AP 3.0.1", "https://semiceu.github.io/DCAT-AP/releases/3.0.1/", "catalog")
_CPSV_AP = ("CPSV-AP 3.2.0", "https://semiceu.github.io/CPSV-AP/releases/3.2.0/", "organisations")
PROFILES = (
    Profile("dcat-ap", *_DCAT_AP, "conformance-mandatory", "conformance-catalog"),
    Profile("dcat-ap-recommended", *_DCAT_AP, "conformance-recommended", "conformance-catalog"),
    Profile("cpsv-ap", *_CPSV_AP, "conformance-mandatory", "conformance-organisations"),
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a profile finds, with its sentence."""

    result: Result
    message: Text

    @property
    def violation(self) -> bool:
        """False for a warning."""
        return self.result.severity == _VIOLATION


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a profile says of a graph of `triples` triples."""

    profile: Profile
    triples: int
    findings: Sequence[Finding]

    @property
    def violations(self) -> int:
        """How many things it forbids."""
        return sum(finding.violation for finding in self.findings)

    @property
    def warnings(self) -> int:
        """How many things it advises."""
        return len(self.findings) - self.violations

    def counted(self) -> Iterator[tuple[Finding, int]]:
        """The findings, those that differ only by what they are about told once, with how many there are."""
        alike: dict[tuple[object, ...], list[Finding]] = {}
        for finding in self.findings:
            key = (finding.result.path, finding.result.component, finding.result.shape, finding.message.render())
            alike.setdefault(key, []).append(finding)
        return ((found[0], len(found)) for found in alike.values())


def verdicts(graphs: Mapping[str, bytes]) -> list[Verdict]:
    """What each profile says of the graph it is about, given as N-Triples."""
    return [_verdict(profile, graphs[profile.about]) for profile in PROFILES if profile.about in graphs]


def _verdict(profile: Profile, ntriples: bytes) -> Verdict:
    validator, data, prefixes = shapes(profile.name), DataGraph(ntriples), PrefixMap(PREFIXES)
    findings = [
        Finding(result, message(Case(result, validator.shapes, data, prefixes, prefixes)))
        for result in validator(ntriples.decode())
    ]
    return Verdict(profile, ntriples.count(b"\n"), findings)


@cache
def shapes(name: str) -> Validator:
    """The shapes of a profile."""
    path = _HERE / "profiles" / f"{name}.ttl"
    document = parse(
        path.read_bytes(), path=path.name, base=f"https://w3id.org/passerelles/profiles/{name}", limit=_LONGEST
    )
    return compiled(ShapesGraph(document.ntriples.decode()))


@cache
def recorded() -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """What the tests of this version found: `suites`, with the tests that fail and why, and `shapes` of others."""
    found: Mapping[str, Sequence[Mapping[str, Any]]] = json.loads((_HERE / "recorded.json").read_text(encoding="utf-8"))
    return found


def report(found: Iterable[Verdict], document: str) -> Triples:
    """A SHACL validation report for each profile (<https://www.w3.org/TR/shacl/#validation-report>)."""
    said = Triples()
    for verdict in found:
        iri = f"{document}#{verdict.profile.name}"
        said.type(iri, "sh:ValidationReport")
        said.say(iri, "dct:title", *texts({tag: verdict.profile.called(tag) for tag in LANGUAGES}))
        said.say(iri, "dct:conformsTo", ref(verdict.profile.specification))
        said.say(iri, "sh:conforms", literal(str(not verdict.findings).lower(), "xsd:boolean"))
        for number, finding in enumerate(verdict.findings, 1):
            _result(said, iri, f"{iri}-{number}", finding)
    return said


def _result(said: Triples, report: str, iri: str, finding: Finding) -> None:
    result = finding.result
    said.say(report, "sh:result", ref(iri))
    said.type(iri, "sh:ValidationResult")
    said.say(iri, "sh:focusNode", result.focus)
    said.say(iri, "sh:resultSeverity", ref(result.severity))
    said.say(iri, "sh:sourceConstraintComponent", ref(result.component))
    said.say(iri, "sh:resultMessage", *texts({tag: finding.message.render(tag) for tag in LANGUAGES}))
    if result.path and result.path.startswith("<"):
        said.say(iri, "sh:resultPath", ref(bare(result.path)))
    if result.value:
        said.say(iri, "sh:value", result.value)
