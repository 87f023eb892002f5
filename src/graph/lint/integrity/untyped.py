"""What a thing is: one that no class is given to, or none that anybody knows, escapes every shape."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

from ...dataset import Role
from ...diagnostics import Diagnostic, Location, Severity
from ...namespaces import RDF, PrefixMap
from ...texts import Text
from ...turtle.anchors import Anchor, Part, Unplaced
from ..axioms import Axioms
from ..facts import Facts
from ..vocabularies import split, vocabulary

_TYPE = RDF + "type"


def untyped(facts: Iterable[Facts], selected: frozenset[str], axioms: Axioms, base: str) -> Iterator[Unplaced]:
    """PAS209: a subject of a data file under `base` without a class, or whose classes are all unknown.

    A class is known to the repository's own ontology or to a pinned vocabulary, else is of a namespace that the
    ontology declares. A repository without an ontology of its own is asked nothing.
    """
    if not axioms.namespaces:
        return

    @cache
    def known(name: str) -> bool:
        namespace, local = split(name)
        pinned = vocabulary(namespace)
        if namespace in axioms.namespaces:
            return True  # PAS203 tells of it where it is not one of the terms
        return name in axioms.terms or (namespace in axioms.vocabularies if pinned is None else local in pinned.terms)

    for fact in facts:
        if fact.source.role is Role.DATA and fact.source.graph in selected:
            for subject in fact.subjects:
                names = fact.types.get(subject, ())
                if subject.startswith(base) and not any(map(known, names)):
                    yield _untyped(fact, subject, names)


def _untyped(fact: Facts, subject: str, names: tuple[str, ...]) -> Unplaced:
    shown = ", ".join(map(PrefixMap(fact.prefixes).shrink, names))
    text = Text("integrity.unknown-class" if names else "integrity.untyped", {"iri": subject, "types": shown})
    anchor = Anchor(f"<{subject}>")
    if names:
        anchor = Anchor(f"<{subject}>", f"<{_TYPE}>", f"<{names[0]}>", Part.OBJECT)
    about = {"rule": "untyped", "focus": subject, "property": _TYPE, "value": names[0] if names else None}
    return Diagnostic(Location(fact.source.name), Severity.ERROR, "PAS209", text, **about), anchor
