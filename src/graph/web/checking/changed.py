"""What a text changes in the graph, compared as `passerelles diff` does, and in the words of its page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from ...dataset import HARVEST, INFERRED_GRAPH, Source, model_sources, read_one
from ...diagnostics import has_errors
from ...diff.contents import Content, Contents, Names
from ...diff.terms import Terms, paired
from ...diff.things import Change, Things, things
from ...snapshot.overlay import NamedNode, Overlay, Triple, as_ntriples
from ...snapshot.reader import current
from ...turtle.canonical import canonical
from ...turtle.ntriples import bare

if TYPE_CHECKING:
    from ...config import Settings
    from ..pages import View

_THINGS, _CHANGES, _VALUES = 20, 60, 20  # of a text, of a thing, of a property, that the page tells
_STATES = ("changed", "renamed", "added", "removed")


def subjects(ntriples: bytes) -> list[str]:
    """The IRIs that some N-Triples are about, each once."""
    lines = ntriples.split(b"\n")
    return list(dict.fromkeys(line[1 : line.index(b">")].decode() for line in lines if line[:1] == b"<"))


def said_of(settings: Settings, iris: Sequence[str]) -> bytes:
    """What the files of the snapshot in force say of some things, as N-Triples. Raises SnapshotError."""
    store, names = current(settings.build_folder).store_path, settings.graph
    hidden = [names.graph_base + INFERRED_GRAPH, *(each.graph for each in model_sources(settings))]
    graph = Overlay(store, {}, hidden, f"{names.graph_base}{HARVEST}/")
    found = (
        Triple(NamedNode(iri), predicate, value) for iri in iris for predicate, value, _ in graph.about(NamedNode(iri))
    )
    return as_ntriples(dict.fromkeys(found))


def file_of(settings: Settings, source: Source) -> bytes:
    """What the file of a source says, as N-Triples; nothing where it has faults. Raises UnreadableInput."""
    found = read_one(replace(source, text=None), settings.limits.validate_bytes).document
    return b"" if has_errors(found.diagnostics) else found.ntriples


class Changed(NamedTuple):
    """The triples that a text adds and removes, as N-Triples lines, and what happens to each thing."""

    added: Sequence[str]
    removed: Sequence[str]
    things: Things

    @classmethod
    def between(cls, before: bytes, after: bytes) -> Changed:
        """What changes from some N-Triples to others."""
        contents = Contents(Content(canonical(before)), Content(canonical(after)), Names())
        return cls(sorted(contents.added()), sorted(contents.removed()), things(contents))

    def as_json(self) -> dict[str, Any]:
        """For programs, complete, as `diff --format json` has it."""
        return {"changed": bool(self.added or self.removed), "triples": {"added": self.added, "removed": self.removed}}

    def shown(self, file: str) -> dict[str, Any]:
        """For the page, which tells the first things and counts the others; `file` is empty for the graph."""
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
        return {**counts, "things": told, "file": file}


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
