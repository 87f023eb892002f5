"""Checks across files: an IRI of ours that nothing describes, one thing described in two files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..config import Settings
from ..dataset import Role
from ..diagnostics import Diagnostic, Location, Severity
from ..texts import Text
from ..turtle.anchors import Anchor, Part, Unplaced
from .facts import Facts


def undescribed(facts: Iterable[Facts], selected: frozenset[str]) -> Iterator[Unplaced]:
    """What a file points at and no file describes.

    PAS201: an object under the graph's base. PAS203: a class or property in the namespace of an own
    ontology; shapes may name such terms, those for which they say what to write instead. `selected` are
    the named graphs of the files asked about; the others are only context.
    """
    facts = list(facts)
    described = {subject for fact in facts for subject in fact.subjects}
    broken = {fact.source.stem for fact in facts if not fact.readable}  # each has its own error already
    neighbours: _Neighbours | None = None
    for fact in facts:
        if fact.source.graph not in selected:
            continue
        things = {thing for thing in fact.objects - described if thing.rpartition("/")[2] not in broken}
        terms = set() if fact.source.role is Role.SHAPES else fact.terms - described
        if things or terms:
            neighbours = neighbours or _Neighbours(described)
        for missing in sorted(things):
            yield _missing(fact, "PAS201", "dangling", missing, neighbours.anywhere(missing))
        for missing in sorted(terms):
            yield _missing(fact, "PAS203", "undefined-term", missing, neighbours.beside(missing))


_SENTENCES = {  # of each rule: when nothing is near, and when something is
    "dangling": ("lint.dangling", "lint.dangling-near"),
    "undefined-term": ("lint.undefined-term", "lint.undefined-term-near"),
}


def _missing(fact: Facts, code: str, rule: str, iri: str, near: str | None) -> Unplaced:
    found = Diagnostic(
        Location(fact.source.name),
        Severity.ERROR,
        code,
        Text(_SENTENCES[rule][near is not None], {"iri": iri, "near": near}),
        rule=rule,
        focus=fact.subjects[0] if len(fact.subjects) == 1 else None,
        value=iri,
    )
    return found, Anchor(object=f"<{iri}>", part=Part.OBJECT)


def described_twice(facts: Iterable[Facts], settings: Settings, selected: frozenset[str]) -> Iterator[Unplaced]:
    """PAS202: a subject under `base` that two data files describe; each file is told of the other."""
    homes: dict[str, Facts] = {}
    for fact in facts:
        if fact.source.role is not Role.DATA:
            continue
        for subject in fact.subjects:
            if not subject.startswith(settings.graph.base):
                continue
            other = homes.setdefault(subject, fact)
            if other is not fact:
                for here, there in ((fact, other), (other, fact)):
                    if here.source.graph in selected:
                        yield _twice(subject, here, there)


def _twice(subject: str, here: Facts, there: Facts) -> Unplaced:
    found = Diagnostic(
        Location(here.source.name),
        Severity.ERROR,
        "PAS202",
        Text("lint.described-twice", {"iri": subject, "other": there.source.name}),
        rule="described-twice",
        focus=subject,
    )
    return found, Anchor(f"<{subject}>")


class _Neighbours:
    """Finds what a mistyped IRI may have meant: the same name elsewhere, or a close spelling beside it."""

    def __init__(self, described: Iterable[str]) -> None:
        self._elsewhere: dict[str, str] = {}
        self._beside: dict[str, list[str]] = {}
        self._found: dict[str, str | None] = {}  # what is missing is often missing from many files
        for iri in sorted(described):
            head, slug = _split(iri)
            self._elsewhere.setdefault(slug, iri)
            self._beside.setdefault(head, []).append(slug)

    def anywhere(self, iri: str) -> str | None:
        """The described IRI of the same name, else the nearest of the same namespace."""
        return self._elsewhere.get(_split(iri)[1]) or self.beside(iri)

    def beside(self, iri: str) -> str | None:
        """The described IRI of the same namespace with the nearest name, if any is near."""
        if iri not in self._found:
            self._found[iri] = self._search(*_split(iri))
        return self._found[iri]

    def _search(self, head: str, slug: str) -> str | None:
        from difflib import get_close_matches

        beside = self._beside.get(head, [])
        close = get_close_matches(slug, beside, n=1, cutoff=0.8) if len(beside) < _NEAR_LIMIT else []
        return head + close[0] if close else None


def _split(iri: str) -> tuple[str, str]:
    """The namespace of an IRI, with the `#` or `/` that ends it, and the name after it."""
    at = max(iri.rfind("/"), iri.rfind("#")) + 1
    return iri[:at], iri[at:]


_NEAR_LIMIT = 20_000
