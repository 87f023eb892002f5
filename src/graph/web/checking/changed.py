"""What a text changes in the graph, compared as `passerelles diff` does, and in the words of its page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from ...dataset import HARVEST, INFERRED_GRAPH, Source, model_sources
from ...diff.contents import Content, Contents, Names
from ...diff.terms import Terms, paired
from ...diff.things import Change, Things, things
from ...snapshot.overlay import BlankNode, NamedNode, Node, Overlay, Triple, as_ntriples, stored
from ...snapshot.reader import current
from ...turtle.canonical import canonical
from ...turtle.ntriples import bare

if TYPE_CHECKING:
    from ...config import Settings
    from ..pages import View

_THINGS, _CHANGES, _VALUES = 20, 60, 20  # of a text, of a thing, of a property, that the page tells
_SUBJECTS = 100  # of a text, that are looked for in the graph where it replaces no file
_TRIPLES = 100_000  # of a file, beyond which it is compared as the graph is
_STATES = ("changed", "renamed", "added", "removed")


def subjects(ntriples: bytes) -> list[str]:
    """The IRIs that some N-Triples are about, each once."""
    lines = ntriples.split(b"\n")
    return list(dict.fromkeys(line[1 : line.index(b">")].decode() for line in lines if line[:1] == b"<"))


def compared(settings: Settings, source: Source | None, ntriples: bytes) -> Changed | None:
    """What a text changes in the file it replaces, else in what the files say of the first things it is about.

    None where they say nothing. What they say is in the snapshot in force, not on the disk, where files wait that
    nobody has published yet. Raises SnapshotError.
    """
    said, text = _published(settings), stored(ntriples)
    file = [] if source is None else list(islice(said.said_in(source.graph), _TRIPLES + 1))
    if source is not None and 0 < len(file) <= _TRIPLES:
        return Changed.between(as_ntriples(file), as_ntriples(quad.triple for quad in text), source.name)
    iris = [NamedNode(iri) for iri in subjects(ntriples)]
    first, left = iris[:_SUBJECTS], len(iris[_SUBJECTS:])
    before = _said(lambda node: (Triple(node, *found[:2]) for found in said.about(node)), first)
    after = _said(lambda node: (quad.triple for quad in text.quads_for_pattern(node, None, None)), first)
    return Changed.between(before, after, not_compared=left) if before else None


def published(settings: Settings, sources: Iterable[Source]) -> list[Source]:
    """Those of some files that the snapshot in force was made from. Raises SnapshotError."""
    there = {entry.path for entry in current(settings.build_folder).manifest.inputs}
    return [source for source in sources if source.place in there]


def _published(settings: Settings) -> Overlay:
    """What the files of the snapshot in force say. Raises SnapshotError."""
    store, names = current(settings.build_folder).store_path, settings.graph
    hidden = [names.graph_base + INFERRED_GRAPH, *(each.graph for each in model_sources(settings))]
    return Overlay(store, {}, hidden, f"{names.graph_base}{HARVEST}/")


def _said(about: Callable[[Node], Iterable[Triple]], iris: Iterable[NamedNode]) -> bytes:
    """What is said of some things, and of the blank nodes that it leads to, as N-Triples."""
    waiting: list[Node] = [*iris]
    seen, found = set(waiting), list[Triple]()
    while waiting:
        for triple in about(waiting.pop()):
            found.append(triple)
            if isinstance(triple.object, BlankNode) and triple.object not in seen:
                seen.add(triple.object)
                waiting.append(triple.object)
    return as_ntriples(found)


class Changed(NamedTuple):
    """The triples that a text adds and removes, as N-Triples lines, and what happens to each thing.

    `file` is what it is compared with, empty for the graph; `not_compared` is how many things of the text are left out.
    """

    added: Sequence[str]
    removed: Sequence[str]
    things: Things
    file: str
    not_compared: int

    @classmethod
    def between(cls, before: bytes, after: bytes, file: str = "", not_compared: int = 0) -> Changed:
        """What changes from some N-Triples to others."""
        contents = Contents(Content(canonical(before)), Content(canonical(after)), Names())
        return cls(sorted(contents.added()), sorted(contents.removed()), things(contents), file, not_compared)

    def as_json(self) -> dict[str, Any]:
        """For programs, complete, as `diff --format json` has it."""
        triples = {"added": self.added, "removed": self.removed}
        return {"changed": bool(self.added or self.removed), "triples": triples, "not_compared": self.not_compared}

    def shown(self) -> dict[str, Any]:
        """For the page, which tells the first things and counts the others."""
        every = [(state, thing) for state in _STATES for thing in getattr(self.things, state)]
        told = [
            {
                "state": state,
                "iri": thing.iri,
                "was": thing.was,
                "changes": [_few(change) for change in thing.changes[:_CHANGES]],
                "left_out": len(thing.changes[_CHANGES:]),
            }
            for state, thing in every[:_THINGS]
        ]
        counts = {"added": len(self.added), "removed": len(self.removed), "left_out": len(every[_THINGS:])}
        return {**counts, "things": told, "file": self.file, "compared": _SUBJECTS, "not_compared": self.not_compared}


def _few(change: Change) -> dict[str, Any]:
    gone, new = change.removed[:_VALUES], change.added[:_VALUES]
    left_out = len(change.removed) + len(change.added) - len(gone) - len(new)
    return {"property": change.property, "removed": gone, "added": new, "left_out": left_out}


def named(shown: Mapping[str, Any]) -> set[str]:
    """Every IRI that the page names."""
    changes = [change for thing in shown["things"] for change in thing["changes"]]
    values = [value for change in changes for value in (*change["removed"], *change["added"])]
    return {
        *(thing["iri"] for thing in shown["things"]),
        *(change["property"] for change in changes),
        *(bare(value) for value in values if value.startswith("<") and not value.startswith("<<")),
    }


def worded(said: Mapping[str, Any], view: View) -> Iterator[tuple[str, str]]:
    """The values that a property loses, and those it has in their place, in words; empty where there is none.

    Of long texts, what is around where they part.
    """
    words = Terms(_Called(view), view.site.base, view.language)
    for removed, added in paired(Change(said["property"], tuple(said["removed"]), tuple(said["added"]))):
        if removed and added:
            yield words.from_to(removed, added)
        else:
            yield words.value(removed) if removed else "", words.value(added) if added else ""


class _Called(Names):
    """What a page calls things."""

    def __init__(self, view: View) -> None:
        super().__init__()
        self._view = view

    def label(self, iri: str, language: str) -> str | None:  # noqa: ARG002 - that of the page
        """The label that the page has."""
        label = self._view.label(iri)
        return None if label == self._view.curie(iri) else label

    def shrink(self, iri: str) -> str:
        """An IRI as the page writes it."""
        return self._view.curie(iri)
