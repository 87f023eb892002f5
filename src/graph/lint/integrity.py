"""Checks across files: an IRI of ours that nothing describes, one thing described in two files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..config import Settings
from ..dataset import Role
from ..diagnostics import Diagnostic, Location, Severity
from ..texts import Text
from .facts import Facts


def dangling(facts: Iterable[Facts], selected: frozenset[str]) -> Iterator[Diagnostic]:
    """PAS201: an object under the graph's base that no file describes.

    `selected` are the named graphs of the files asked about; the others are only context.
    """
    facts = list(facts)
    described = {subject for fact in facts for subject in fact.subjects}
    broken = {fact.source.stem for fact in facts if not fact.readable}  # each has its own error already
    neighbours: _Neighbours | None = None
    for fact in facts:
        if fact.source.graph not in selected:
            continue
        for missing in sorted(fact.objects - described):
            if missing.rpartition("/")[2] in broken:
                continue
            neighbours = neighbours or _Neighbours(described)
            near = neighbours.nearest(missing)
            key = "lint.dangling-near" if near else "lint.dangling"
            yield Diagnostic(
                Location(fact.source.name),
                Severity.ERROR,
                "PAS201",
                Text(key, {"iri": missing, "near": near}),
                rule="dangling",
                focus=fact.subjects[0] if len(fact.subjects) == 1 else None,
                value=missing,
            )


def undefined_terms(facts: Iterable[Facts], selected: frozenset[str]) -> Iterator[Diagnostic]:
    """PAS203: a class or property in the namespace of an own ontology that the ontology does not define.

    Shapes may name terms that are not: those for which they say what to write instead.
    """
    facts = list(facts)
    described = {subject for fact in facts for subject in fact.subjects}
    neighbours: _Neighbours | None = None
    for fact in facts:
        if fact.source.graph not in selected or fact.source.role is Role.SHAPES:
            continue
        for missing in sorted(fact.terms - described):
            neighbours = neighbours or _Neighbours(iri for iri in described if _split(iri)[0] == _split(missing)[0])
            near = neighbours.nearest(missing)
            yield Diagnostic(
                Location(fact.source.name),
                Severity.ERROR,
                "PAS203",
                Text("lint.undefined-term-near" if near else "lint.undefined-term", {"iri": missing, "near": near}),
                rule="undefined-term",
                focus=fact.subjects[0] if len(fact.subjects) == 1 else None,
                value=missing,
            )


def described_twice(facts: Iterable[Facts], settings: Settings, selected: frozenset[str]) -> Iterator[Diagnostic]:
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


def _twice(subject: str, here: Facts, there: Facts) -> Diagnostic:
    return Diagnostic(
        Location(here.source.name),
        Severity.ERROR,
        "PAS202",
        Text("lint.described-twice", {"iri": subject, "other": there.source.name}),
        rule="described-twice",
        focus=subject,
    )


class _Neighbours:
    """Finds what a mistyped IRI may have meant: the same slug elsewhere, or a close spelling beside it."""

    def __init__(self, described: Iterable[str]) -> None:
        self.elsewhere: dict[str, str] = {}
        self.beside: dict[str, list[str]] = {}
        self.found: dict[str, str | None] = {}  # what is missing is often missing from many files
        for iri in sorted(described):
            head, slug = _split(iri)
            self.elsewhere.setdefault(slug, iri)
            self.beside.setdefault(head, []).append(slug)

    def nearest(self, iri: str) -> str | None:
        """The described IRI nearest to one that is not, if any is near."""
        if iri not in self.found:
            self.found[iri] = self._search(iri)
        return self.found[iri]

    def _search(self, iri: str) -> str | None:
        from difflib import get_close_matches

        head, slug = _split(iri)
        if slug in self.elsewhere:
            return self.elsewhere[slug]
        beside = self.beside.get(head, [])
        close = get_close_matches(slug, beside, n=1, cutoff=0.8) if len(beside) < _NEAR_LIMIT else []
        return head + close[0] if close else None


def _split(iri: str) -> tuple[str, str]:
    """The namespace of an IRI, with the `#` or `/` that ends it, and the name after it."""
    at = max(iri.rfind("/"), iri.rfind("#")) + 1
    return iri[:at], iri[at:]


_NEAR_LIMIT = 20_000
