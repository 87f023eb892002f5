"""The feed as a Linked Data Event Stream with the activities of DCAT-AP Feeds, as N-Quads.

<https://w3id.org/ldes/specification>, <https://w3id.org/tree/specification>,
<https://semiceu.github.io/LDES-DCAT-AP-feeds/>: a member is an activity, and what is said of its object now is in the
graph that has the name of the activity. Whoever replaces what they hold of each object by that, in order, has the data.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..formats import N_QUADS, Format
from ..namespaces import RDF, XSD
from .changes import Entry
from .events import LENGTH, page

AS = "https://www.w3.org/ns/activitystreams#"
LDES = "https://w3id.org/ldes#"
TREE = "https://w3id.org/tree#"
PREFIXES = {"as": AS, "ldes": LDES, "tree": TREE, "xsd": XSD}
_NAME = re.compile(r"[0-9]+-([0-9]{1,18})\Z")
TYPES = {"create": AS + "Create", "update": AS + "Update", "delete": AS + "Delete"}
AGAIN = "again"  # an event of a chain that begins again, which changes nothing


@dataclass(frozen=True, slots=True)
class Event:
    """An event of the chain: its entry, and what the file of its page says."""

    entry: Entry
    said: dict[str, Any]

    @property
    def type(self) -> str:
        """The class of its activity."""
        kind = self.said["type"]
        return TYPES[("update" if self.said["state"] else "delete") if kind == AGAIN else kind]

    @property
    def changed(self) -> bool:
        """Whether anything did: a chain that begins again tells of what is as it was."""
        return bool(self.said["type"] != AGAIN)


@dataclass(frozen=True, slots=True)
class Stream:
    """The feed of a chain, seen at `address`."""

    address: str
    entries: Sequence[Entry]

    @property
    def total(self) -> int:
        """How many events there are."""
        return self.entries[-1].first + self.entries[-1].count

    @property
    def pages(self) -> int:
        """How many pages there are; the last is open unless it is full."""
        return -(-self.total // LENGTH)

    def names(self) -> Iterator[tuple[str, Entry]]:
        """Every page by its name, with the entry its first event is of."""
        entries = iter(self.entries)
        entry = next(entries)
        for number in range(self.pages):
            while entry.first + entry.count <= number * LENGTH:
                entry = next(entries)
            yield self.name(number), entry

    def name(self, page_number: int) -> str:
        """What a page is called: a chain that begins again has pages of its own."""
        return f"{self.entries[0].began}-{page_number}"

    def number(self, name: str) -> int | None:
        """The number of the page of a name; None when there is none."""
        found = _NAME.match(name)
        number = int(found[1]) if found else self.pages
        return number if number < self.pages and name == self.name(number) else None

    def closed(self, number: int) -> bool:
        """Whether a page is full, and stays as it is."""
        return (number + 1) * LENGTH <= self.total

    def events(self, number: int) -> Iterator[Event]:
        """The events of a page, in order. Raises SnapshotError when a file is damaged."""
        for entry in self.entries:
            if number in entry.pages:
                yield from (Event(entry, said) for said in page(entry.folder, number))

    def latest(self, before: int | None = None) -> Iterator[Event]:
        """Every event, the newest first; with `before`, those of a smaller number."""
        end = self.total if before is None else min(before, self.total)
        for number in range(-(-end // LENGTH) - 1, -1, -1):
            yield from (each for each in reversed(list(self.events(number))) if each.said["number"] < end)

    def root(self) -> bytes:
        """The node that leads to every page."""
        lines = [
            *self._described(),
            _line(self.address, RDF + "type", f"<{TREE}Node>"),
            _line(self.address, LDES + "retentionPolicy", "_:kept"),
            f"_:kept <{RDF}type> <{LDES}PointInTimePolicy> .\n",
            f"_:kept <{LDES}pointInTime> {_moment(self.entries[0])} .\n",
        ]
        for place, (name, entry) in enumerate(self.names()):
            relation = f"_:r{place}"
            lines += [
                _line(self.address, TREE + "relation", relation),
                f"{relation} <{RDF}type> <{TREE}GreaterThanOrEqualToRelation> .\n",
                f"{relation} <{TREE}node> <{self.address}/{name}> .\n",
                f"{relation} <{TREE}path> <{AS}published> .\n",
                f"{relation} <{TREE}value> {_moment(entry)} .\n",
            ]
        return "".join(lines).encode()

    def node(self, number: int) -> bytes:
        """A page: its activities, and the state of each object in the graph of its activity."""
        address = f"{self.address}/{self.name(number)}"
        lines = [*self._described(), _line(address, RDF + "type", f"<{TREE}Node>")]
        for event in self.events(number):
            activity = f"{address}#{event.said['number']}"
            lines += [
                _line(self.stream, TREE + "member", f"<{activity}>"),
                _line(activity, RDF + "type", f"<{event.type}>"),
                _line(activity, AS + "object", f"<{event.said['object']}>"),
                _line(activity, AS + "published", _moment(event.entry)),
                event.said["state"].replace(" .\n", f" <{activity}> .\n"),
            ]
        return "".join(lines).encode()

    @property
    def stream(self) -> str:
        """The IRI of the collection of all members."""
        return self.address + "#stream"

    def _described(self) -> Iterable[str]:
        return (
            _line(self.stream, RDF + "type", f"<{LDES}EventStream>"),
            _line(self.stream, LDES + "timestampPath", f"<{AS}published>"),
            _line(self.stream, LDES + "versionOfPath", f"<{AS}object>"),
            _line(self.stream, TREE + "view", f"<{self.address}>"),
        )


def _line(subject: str, predicate: str, value: str) -> str:
    return f"<{subject}> <{predicate}> {value} .\n"


def _moment(entry: Entry) -> str:
    return f'"{entry.published}"^^<{XSD}dateTime>'


def written(nquads: bytes, form: Format, prefixes: Mapping[str, str]) -> bytes:
    """The same dataset in another format."""
    if form is N_QUADS:
        return nquads
    import pyoxigraph as ox

    dataset = ox.parse(input=nquads, format=ox.RdfFormat.N_QUADS)
    made = ox.serialize(
        dataset, format=ox.RdfFormat.from_media_type(form.media_type), prefixes={**prefixes, **PREFIXES}
    )
    return made or b""
