"""What a file points at and no file describes: a mistake, or a thing whose file was removed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from ...dataset import Role
from ...diagnostics import Diagnostic, Edit, Fix, Location, Severity
from ...namespaces import PrefixMap
from ...texts import Text
from ...turtle.anchors import Anchor, Part, Unplaced
from ..facts import Facts
from .neighbours import Neighbours

#: Of the IRIs given, those that a file described which is no longer there, with its name.
Removed = Callable[[Sequence[str]], Mapping[str, str]]


def undescribed(facts: Iterable[Facts], selected: frozenset[str], removed: Removed) -> Iterator[Unplaced]:
    """What the files of `selected` point at and no file describes.

    PAS201: an object under the graph's base; PAS206 when its file was removed. PAS203: a class or property in the
    namespace of an own ontology; shapes may name such terms, those for which they say what to write instead.
    """
    facts = list(facts)
    described = {subject for fact in facts for subject in fact.subjects}
    broken = {fact.source.stem for fact in facts if not fact.readable}  # each has its own error already
    found: list[tuple[Facts, list[str], list[str]]] = []
    for fact in facts:
        if fact.source.graph in selected:
            things = {thing for thing in fact.objects - described if thing.rpartition("/")[2] not in broken}
            terms = set() if fact.source.role is Role.SHAPES else fact.terms - described
            if things or terms:
                found.append((fact, sorted(things), sorted(terms)))
    if not found:
        return
    neighbours = Neighbours(described)
    gone = removed(sorted({thing for _, things, _ in found for thing in things}))
    for fact, things, terms in found:
        for missing in things:
            if missing in gone:
                text = Text("integrity.removed", {"iri": missing, "file": gone[missing]})
                yield _unplaced(fact, "PAS206", "removed", missing, text)
            else:
                near = neighbours.anywhere(missing)
                key = "integrity.dangling" if near is None else "integrity.dangling-near"
                yield _unplaced(fact, "PAS201", "dangling", missing, Text(key, {"iri": missing, "near": near}))
        for missing in terms:
            yield _undefined(fact, missing, neighbours)


def _undefined(fact: Facts, term: str, neighbours: Neighbours) -> Unplaced:
    near = neighbours.beside(term)
    if near is None:
        text = Text("integrity.undefined-term", {"term": written(fact, term)})
        return _unplaced(fact, "PAS203", "undefined-term", term, text)
    text = Text("integrity.undefined-term-near", {"term": written(fact, term), "near": written(fact, near)})
    found, where = _unplaced(fact, "PAS203", "undefined-term", term, text)
    return replace(found, fix=replacement(fact, near) if neighbours.clear(term) else None), where


def _unplaced(fact: Facts, code: str, rule: str, iri: str, text: Text) -> Unplaced:
    focus = fact.subjects[0] if len(fact.subjects) == 1 else None
    found = Diagnostic(Location(fact.source.name), Severity.ERROR, code, text, rule=rule, focus=focus, value=iri)
    return found, anchor(fact, iri)


def replacement(fact: Facts, iri: str) -> Fix:
    """The fix that writes an IRI where the diagnostic points."""
    edit = Edit(Location(fact.source.name), written(fact, iri))
    return Fix(Text("integrity.replace", {"expected": iri}), (edit,))


def written(fact: Facts, iri: str) -> str:
    """An IRI as the file would write it."""
    short = PrefixMap(fact.prefixes).shrink(iri)
    return f"<{iri}>" if short == iri else short


def anchor(fact: Facts, iri: str) -> Anchor:
    """Where a file names an IRI: as a predicate when it is one there, else as an object."""
    if iri in fact.properties:
        return Anchor(predicate=f"<{iri}>", part=Part.PREDICATE)
    return Anchor(object=f"<{iri}>", part=Part.OBJECT)
