"""Facets: what things may be sorted by. The graph says which: no name of an ontology is written here.

A property whose values are concepts of a scheme is a facet, when it leads to that scheme more often than any other
does; kind, licence, territory and year are read from the common vocabularies. Names are those of the address, as in
`theme=theme-mobilite`; a value is called by the end of its IRI where no other of the facet ends so.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path

from ..namespaces import STANDARD, PrefixMap
from ..texts import LANGUAGES, Text, keys, say
from .analysis import name as folded

FILE_NAME = "facets.json"
KIND, PORTAL, LICENCE, TERRITORY, YEAR = "kind", "portal", "licence", "territory", "year"
NONE = "-"  # as an address asks for what has no value of a facet
_BEGUN = 3  # letters of a value that may stand for the longer ones which begin so

_COMMON = PrefixMap(STANDARD)

Wordings = Mapping[str, str]


@dataclass(frozen=True)
class Facet:
    """One facet: its name, what it is called, and what each of its values is called, by language; "" is none said.

    `place` names its field in the index; `property` is the one that it is of, where it is of the graph's own.
    """

    name: str
    place: int = 0
    labels: Wordings = field(default_factory=dict)
    values: Mapping[str, Wordings] = field(default_factory=dict)
    property: str = ""

    @cached_property
    def ends(self) -> Mapping[str, str]:
        """The value that each short form stands for."""
        return {short: value for value, short in self._shown.items() if short != value}

    @cached_property
    def _shown(self) -> Mapping[str, str]:
        return shortened(self.values)

    def short(self, value: str) -> str:
        """A value as it is written in an address."""
        return self._shown.get(value, value)

    def value(self, written: str) -> str:
        """The value that is written so in an address; what is none of them stands for itself, and has no thing."""
        return self.ends.get(written, written)

    def label(self, language: str) -> str:
        """What the facet is called: by us, where the graph's own word for it is not everyone's."""
        called = f"search.facet-{self.name}"
        if called in keys(language):
            return say(language, called)
        if self.labels:
            return worded(self.labels, language)
        term = f"web.term.{_COMMON.shrink(self.property)}"
        return say(language, term) if term in keys(language) else self.name

    def label_of(self, value: str, language: str) -> str:
        """What a value is called."""
        if self.name == KIND:
            return say(language, f"web.kind.{value}") if f"web.kind.{value}" in keys(language) else value
        return worded(self.values.get(value, {}), language) or self.short(value)

    def meant(self, text: str) -> list[str]:
        """The values that a reader's word means: by its name or what it is called, else those that begin so."""
        wanted = folded(text)
        exact = [value for value, names in self._names.items() if wanted in names]
        if exact or len(wanted) < _BEGUN:
            return exact
        return [value for value, names in self._names.items() if any(each.startswith(wanted) for each in names)]

    @cached_property
    def _names(self) -> Mapping[str, set[str]]:
        """Everything that each value may be called, folded."""
        called: dict[str, set[str]] = {}
        for value, said in self.values.items():
            labels = (self.label_of(value, language) for language in LANGUAGES)
            called[value] = {folded(each) for each in (value, self.short(value), *said.values(), *labels)}
        return called


@dataclass(frozen=True)
class Facets:
    """The facets of an index, in the order in which they are shown."""

    facets: Sequence[Facet]

    def __iter__(self) -> Iterator[Facet]:
        return iter(self.facets)

    def get(self, name: str) -> Facet | None:
        """The facet of that name."""
        return next((each for each in self.facets if each.name == name), None)

    def meant(self, text: str) -> Facet | None:
        """The facet that a reader names: by its name, whatever its capitals, or by what it is called."""
        wanted = folded(text)
        for each in self.facets:
            called = (each.name, *each.labels.values(), *(each.label(tag) for tag in LANGUAGES))
            if wanted in {folded(name) for name in called}:
                return each
        return None

    def write(self, folder: Path) -> None:
        """Write them as JSON into `folder`."""
        text = json.dumps([asdict(each) for each in self.facets], ensure_ascii=False, separators=(",", ":"))
        (folder / FILE_NAME).write_text(text + "\n", encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Facets:
        """Those of an index. Raises OSError, ValueError, TypeError."""
        return cls([Facet(**table) for table in json.loads((folder / FILE_NAME).read_text(encoding="utf-8"))])


def ending(iri: str) -> str:
    """What stands after the last separator of an IRI."""
    return iri.rstrip("/#").replace("#", "/").rpartition("/")[2]


def shortened(values: Collection[str]) -> dict[str, str]:
    """Values as an address writes them: by their end, where no other ends so nor is called so; else whole."""
    ends = {value: ending(value) for value in values}
    times = Counter(ends.values())
    known = set(values)
    return {value: end if end and times[end] == 1 and end not in known else value for value, end in ends.items()}


def worded(wordings: Wordings, language: str) -> str:
    """A text in the reader's language if there is one, else in none, in French, in English, in any."""
    return Text(wordings=dict(wordings)).render(language) if wordings else ""
