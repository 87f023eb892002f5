"""Links that are asserted although their record does not say that they are accepted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import product
from typing import NamedTuple

from ...dataset import Source
from ...diagnostics import Diagnostic, Location, Severity
from ...texts import Text
from ...turtle.anchors import Anchor, Part, Unplaced
from ...turtle.ntriples import bare
from ..axioms import ACCEPTED, DECISION, MAPPED_BY, MAPPED_FROM, MAPPED_TO, RECORDED, Axioms
from ..facts import Facts
from ..statements import Statement
from .undescribed import written

#: Of some statements, those that files make: the terms as N-Triples, and the file.
Stating = Callable[[Iterable[Statement]], Iterable[tuple[str, str, str, Source]]]


class Record(NamedTuple):
    """A record of a link that is not accepted: where it is, its IRI, the decision taken."""

    fact: Facts
    iri: str
    decision: str


def records(fact: Facts) -> dict[str, dict[str, list[str]]]:
    """What the records of links of a file say: by record, the values of each property."""
    found: dict[str, dict[str, list[str]]] = {}
    for subject, predicate, value in fact.statements:
        if predicate in RECORDED:
            found.setdefault(subject, {}).setdefault(predicate, []).append(value)
    return found


def not_accepted(facts: Iterable[Facts], axioms: Axioms) -> Mapping[Statement, Record]:
    """What no file may state, since the link is proposed, undecided or rejected; both ways where that is the same."""
    found: dict[Statement, Record] = {}
    for fact in facts:
        for iri, said in records(fact).items():
            decisions = said.get(DECISION, [ACCEPTED])
            if ACCEPTED not in decisions:
                record = Record(fact, iri, decisions[0])
                for start, name, end in product(*(_iris(said, part) for part in (MAPPED_FROM, MAPPED_BY, MAPPED_TO))):
                    found.setdefault((start, name, end), record)
                    if name in axioms.symmetric:
                        found.setdefault((end, name, start), record)
    return found


def _iris(said: Mapping[str, Iterable[str]], name: str) -> Iterator[str]:
    return (value for value in said.get(name, ()) if not value.startswith(('"', "_:")))


def contradicted(
    facts: Iterable[Facts], selected: frozenset[str], axioms: Axioms, stating: Stating
) -> Iterator[Unplaced]:
    """PAS210: a link that is stated and not accepted; told where it is stated, else at the decision of its record."""
    links = not_accepted(facts, axioms)
    files: dict[Statement, list[Source]] = {}
    for subject, predicate, value, source in stating(links):
        files.setdefault((bare(subject), bare(predicate), bare(value)), []).append(source)
    for statement, sources in files.items():
        record = links[statement]
        here = [source for source in sources if source.graph in selected]
        yield from (_stated(source, statement, record) for source in here)
        if not here and record.fact.source.graph in selected:
            yield _recorded(record, sources[0])


def _stated(source: Source, statement: Statement, record: Record) -> Unplaced:
    subject, name, value = statement
    decision = written(record.fact, record.decision)
    text = Text("integrity.link-not-accepted", {"file": record.fact.source.name, "decision": decision})
    about = {"rule": "link-not-accepted", "focus": subject, "property": name, "value": value}
    found = Diagnostic(Location(source.name), Severity.ERROR, "PAS210", text, **about)
    return found, Anchor(f"<{subject}>", f"<{name}>", f"<{value}>", Part.OBJECT)


def _recorded(record: Record, source: Source) -> Unplaced:
    text = Text("integrity.link-stated", {"file": source.name})
    about = {"rule": "link-not-accepted", "focus": record.iri, "property": DECISION, "value": record.decision}
    found = Diagnostic(Location(record.fact.source.name), Severity.ERROR, "PAS210", text, **about)
    return found, Anchor(f"<{record.iri}>", f"<{DECISION}>", f"<{record.decision}>", Part.OBJECT)
