"""Links to what was deprecated: say what stands in its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ...dataset import Role
from ...diagnostics import Diagnostic, Location, Severity
from ...texts import Text
from ...turtle.anchors import Unplaced
from ..axioms import DEPRECATED, REPLACED_BY, REPLACES
from ..facts import Facts
from .undescribed import anchor, replacement

_TRUE = ('"true"', '"1"')


def deprecated(facts: Iterable[Facts], selected: frozenset[str]) -> Iterator[Unplaced]:
    """PAS207: a thing or a term of ours that is deprecated, with what replaces it, and the edit where one thing does.

    What replaces it may name it, and so may what is deprecated itself.
    """
    facts = list(facts)
    said = [statement for fact in facts for statement in fact.statements]
    gone = {s for s, predicate, value in said if predicate == DEPRECATED and value.startswith(_TRUE)}
    if not gone:
        return
    replaced: dict[str, dict[str, None]] = {}
    for subject, predicate, value in said:
        if predicate == REPLACED_BY and subject in gone:
            replaced.setdefault(subject, {})[value] = None
    for fact in facts:
        if fact.source.graph not in selected or fact.source.role is Role.SHAPES:
            continue
        history = {value for _, predicate, value in fact.statements if predicate == REPLACES}
        if gone.issuperset(fact.subjects):
            continue
        for found in sorted((fact.objects | fact.terms) & gone - history):
            yield _deprecated(fact, found, _in_force(found, gone, replaced))


def _in_force(iri: str, gone: set[str], replaced: Mapping[str, Mapping[str, None]]) -> list[str]:
    """What replaces a deprecated thing and is not deprecated itself, step by step."""
    found, seen = [iri], {iri}
    for name in found:  # grows as it is read
        if name in gone:
            new = [other for other in replaced.get(name, ()) if other not in seen]
            seen.update(new)
            found += new
    return sorted(name for name in found if name not in gone)


def _deprecated(fact: Facts, iri: str, instead: list[str]) -> Unplaced:
    place = Location(fact.source.name)
    fix = replacement(fact, instead[0]) if len(instead) == 1 else None
    key = "integrity.deprecated-replaced" if instead else "integrity.deprecated"
    text = Text(key, {"iri": iri, "expected": ", ".join(f"<{name}>" for name in instead)})
    focus = fact.subjects[0] if len(fact.subjects) == 1 else None
    found = Diagnostic(place, Severity.WARNING, "PAS207", text, rule="deprecated", focus=focus, value=iri, fix=fix)
    return found, anchor(fact, iri)
