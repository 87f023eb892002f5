"""What two states of a graph say: the triples of the files that differ, and what everything is called.

A file that is the same on both sides is parsed once, for names. A triple is the graph's, not the file's: one that moves
from a file to another, or that another file says too, changes nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from ..config import Settings
from ..dataset import Parsed, Source, read_one, repository_sources
from ..diagnostics import has_errors
from ..lint.facts import gather
from ..namespaces import RDF, PrefixMap
from ..sparql.engine import LABELS
from ..texts import Text, keys, say
from ..turtle.canonical import canonical
from ..turtle.ntriples import TYPE, unescaped

_LABEL = re.compile(
    rf'^<([^>]*)> <({"|".join(map(re.escape, LABELS))})> "((?:[^"\\]++|\\.)*+)"(?:@([\w-]+))? \.$', re.MULTILINE
)
_CLASS = re.compile(rf"^(\S+) {re.escape(TYPE)} (<[^>]*>) \.$", re.MULTILINE)


class Names:
    """What things are called: labels by language, prefixes, and how many instances each class has."""

    def __init__(self) -> None:
        self._labels: dict[str, dict[str, tuple[int, str]]] = {}
        self._prefixes = {"rdf": RDF}
        self._map: PrefixMap | None = None
        self.instances: Counter[str] = Counter()

    def learn(self, parsed: Parsed) -> None:
        """Take in the names that a file gives; those learnt first stay."""
        text = parsed.document.ntriples.decode()
        self._prefixes = parsed.document.prefixes | self._prefixes
        self.instances.update(found[2] for found in _CLASS.finditer(text))
        for iri, of, label, tag in _LABEL.findall(text):
            known, rank = self._labels.setdefault(iri, {}), LABELS.index(of)
            if tag not in known or rank < known[tag][0]:
                known[tag] = rank, unescaped(label)

    def label(self, iri: str, language: str) -> str | None:
        """The label of an IRI, in `language` if it has one."""
        known = self._labels.get(iri)
        if known is not None:
            return Text(wordings={tag: label for tag, (_, label) in known.items()}).render(language)
        key = f"web.term.{self.shrink(iri)}"
        return say(language, key) if key in keys(language) else None

    def shrink(self, iri: str) -> str:
        """An IRI as a prefixed name, where a file declares its prefix."""
        self._map = self._map or PrefixMap(self._prefixes)
        return self._map.shrink(iri)


@dataclass(slots=True)
class Content:
    """One side's files that differ: their triples, as N-Triples lines, and the file of each subject, as N-Triples.

    `unread` are those whose triples are not known, since they have syntax errors.
    """

    triples: set[str] = field(default_factory=set)
    homes: dict[str, str] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)

    def add(self, parsed: Parsed, name: str) -> None:
        """Take in the triples of a file called `name`."""
        lines = canonical(parsed.document.ntriples)
        self.triples |= lines
        for subject in dict.fromkeys(line.partition(" ")[0] for line in lines):
            self.homes.setdefault(subject, name)


@dataclass(frozen=True, slots=True)
class Contents:
    """Both sides, and what everything is called."""

    old: Content
    new: Content
    names: Names

    def added(self) -> set[str]:
        """The triples that only the new side has."""
        return self.new.triples - self.old.triples

    def removed(self) -> set[str]:
        """The triples that only the old side has."""
        return self.old.triples - self.new.triples


def read(old: Settings, new: Settings) -> Contents:
    """What the Turtle files of two repositories say. Raises UnreadableInput."""
    before, after = ({source.place: source for source in repository_sources(each)} for each in (old, new))
    reader = _Reader(old, new)
    for place in sorted(before.keys() | after.keys(), key=lambda place: (not place.startswith("ontology/"), place)):
        reader.read(before.get(place), after.get(place))
    return reader.contents()


class _Reader:
    """Reads file after file, the same file of both sides at a time, the ontology first: its prefixes are the best."""

    def __init__(self, old: Settings, new: Settings) -> None:
        self._settings = old, new
        self._sides = Content(), Content()
        self._names = Names()
        self._gone: list[Parsed] = []
        self._steady: dict[str, dict[Source, None]] = {}  # the unchanged files that describe each subject

    def read(self, before: Source | None, after: Source | None) -> None:
        """Read a file as it is on each side, None where it is not."""
        limits = [settings.limits.file_bytes for settings in self._settings]
        new = read_one(after, limits[1]) if after else None
        if new:
            self._names.learn(new)
        if before and new and before.graph == new.source.graph and before.read(limits[0]) == new.text:
            for subject in gather(new, self._settings[1].graph.base).subjects:
                self._steady.setdefault(f"<{subject}>", {})[new.source] = None
            return
        old = read_one(before, limits[0]) if before else None
        if old:
            self._gone.append(old)
        found = [
            (parsed, relative(parsed.source, settings), side)
            for parsed, settings, side in zip((old, new), self._settings, self._sides, strict=True)
            if parsed
        ]
        faulty = [(name, side) for parsed, name, side in found if has_errors(parsed.document.diagnostics)]
        for name, side in faulty:
            side.unread.append(name)
        for parsed, name, side in found if not faulty else ():
            side.add(parsed, name)

    def contents(self) -> Contents:
        """All that was read, once it is: with what unchanged files say of the same subjects, for both sides say it."""
        for parsed in self._gone:  # what is gone from the new side is still called what it was
            self._names.learn(parsed)
        old, new = self._sides
        described = self._steady.keys() & (old.homes.keys() | new.homes.keys())
        for source in {source for subject in described for source in self._steady[subject]}:
            lines = canonical(read_one(source, self._settings[1].limits.file_bytes).document.ntriples)
            old.triples |= lines
            new.triples |= lines
        return Contents(old, new, self._names)


def relative(source: Source, settings: Settings) -> str:
    """The name of a file from its repository, wherever that lies: the same on both sides."""
    if source.path.is_relative_to(settings.root):
        return source.path.relative_to(settings.root).as_posix()
    return source.place
