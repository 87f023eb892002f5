"""From a triple to the place where it is written.

A check knows triples; a reader wants a line and a column. An `Anchor` says what to point at, `locate` finds it in the
text of a file, reading only the statements concerned.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from ..diagnostics import Diagnostic, Location
from .ntriples import triple

if TYPE_CHECKING:  # compiling its patterns takes a tenth of a second: a file that conforms is never lexed
    from .document import TurtleDocument
    from .parts import Triple


class Part(StrEnum):
    """Which token of a triple to point at; QUALIFIER is the language tag or the datatype of a literal."""

    SUBJECT = "subject"
    PREDICATE = "predicate"
    OBJECT = "object"
    QUALIFIER = "qualifier"


@dataclass(frozen=True, slots=True)
class Anchor:
    """What to point at: a part of the first triple with these terms, written as N-Triples; None is any term.

    `rank` takes a later one of several: 1 is the second triple, -1 the last. Without a subject, the object is looked
    for under every subject; with no term at all, the file as a whole.
    """

    subject: str | None = None
    predicate: str | None = None
    object: str | None = None
    part: Part = Part.SUBJECT
    rank: int = 0


#: A diagnostic whose location is the file so far, and what it will point at.
Unplaced = tuple[Diagnostic, Anchor]


def locate(text: str, anchors: Sequence[Anchor], *, path: str, base: str, blank: str = "b") -> list[Location]:
    """Where each anchor is in the text of one file; the subject, else the first line, where its triple is not there."""
    from .document import read_about

    anchors = _with_subjects(text, anchors, base)
    subjects = {anchor.subject for anchor in anchors if anchor.subject}
    if any(_seeks_subject(anchor) for anchor in anchors):
        subjects.add("_:")  # what has no IRI for subject is under a blank node, if it is there
    document = read_about(text, subjects, path=path, base=base, blank=blank)
    return [_place(document, anchor) for anchor in anchors]


def _seeks_subject(anchor: Anchor) -> bool:
    return anchor.subject is None and (anchor.predicate is not None or anchor.object is not None)


def _with_subjects(text: str, anchors: Sequence[Anchor], base: str) -> list[Anchor]:
    """The anchors, those without a subject with the one that the engine finds, unless it is a blank node."""
    sought = {anchor: [] for anchor in anchors if _seeks_subject(anchor)}
    if not sought:
        return list(anchors)
    from .parse import parse

    encoded = text.encode()
    wanted: dict[tuple[str | None, str | None], list[Anchor]] = {}
    for anchor in sought:
        wanted.setdefault((anchor.predicate, anchor.object), []).append(anchor)
    for line in parse(encoded, path="", base=base, limit=len(encoded)).ntriples.decode().split("\n")[:-1]:
        subject, predicate, value = triple(line)
        for pair in ((predicate, value), (predicate, None), (None, value)):
            for anchor in wanted.get(pair, ()):
                sought[anchor].append(replace(anchor, subject=subject, predicate=predicate, object=value, rank=0))
    return [_ranked(sought[anchor], anchor) if anchor in sought else anchor for anchor in anchors]


def _ranked(found: Sequence[Anchor], anchor: Anchor) -> Anchor:
    one = _at(found, anchor.rank) if found else anchor
    return anchor if one.subject is None or one.subject.startswith("_:") else one


def _at(found: Sequence[Any], rank: int) -> Any:
    return found[rank] if -len(found) <= rank < len(found) else found[-1]


def _place(document: TurtleDocument, anchor: Anchor) -> Location:
    found = _triples(document, anchor)
    if not found:
        about = document.find(anchor.subject) if anchor.subject else []
        return document.subject_location(about[0]) if about else Location(document.path)
    return getattr(document, f"{anchor.part}_location")(_at(found, anchor.rank))


def _triples(document: TurtleDocument, anchor: Anchor) -> list[Triple]:
    if anchor.subject is not None:
        return document.find(anchor.subject, anchor.predicate, anchor.object)
    if not _seeks_subject(anchor):
        return []
    return [
        triple
        for triple in document.triples()
        if anchor.predicate in (None, triple.predicate) and anchor.object in (None, triple.object)
    ]
