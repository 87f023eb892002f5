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
    for fact in facts:
        if fact.source.graph not in selected:
            continue
        for missing in sorted(fact.objects - described):
            if missing.rpartition("/")[2] in broken:
                continue
            near = _nearest(missing, described)
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


def _nearest(iri: str, described: set[str]) -> str | None:
    """The described IRI that a mistyped one may have meant: same slug elsewhere, or a close spelling."""
    from difflib import get_close_matches

    head, _, slug = iri.rpartition("/")
    elsewhere = sorted(d for d in described if d.endswith(f"/{slug}"))
    if elsewhere:
        return elsewhere[0]
    siblings = [d for d in described if d.startswith(f"{head}/")]
    close = get_close_matches(iri, siblings, n=1, cutoff=0.85) if len(siblings) < _NEAR_LIMIT else []
    return close[0] if close else None


_NEAR_LIMIT = 20_000
