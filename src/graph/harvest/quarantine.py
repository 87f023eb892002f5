"""The quarantine of a portal: `data/harvest/<portal>.ttl`, what it holds, what a harvest makes of it.

<…/id/harvest/PORTAL/SLUG>          what a record describes, where it has no IRI of its own
<…/id/harvest/PORTAL/SLUG#record>   the record: a dcat:CatalogRecord, its source, date, hash; when and why it is gone
<…/id/harvest/PORTAL#harvest>       how records come: the catalogue, the mapping and its version
<…/graph/harvest/PORTAL#source>     the catalogue, where it is a file or a folder without address; /FILE, a file of it
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from ..config import Settings
from ..dataset import HARVEST, Role, Source, source_of
from ..namespaces import DCAT, DCT, FOAF, PROV, RDF, RDFS, SKOS, STANDARD, XSD
from ..texts import DEFAULT_LANGUAGE, LANGUAGES, say
from ..turtle.ntriples import escaped, plain

SHA256 = "https://schema.org/sha256"
RECORD = "#record"
LOCAL = "#source"
_ACTIVITY = "#harvest"
_NAMES = (DCT + "title", SKOS + "prefLabel", FOAF + "name", RDFS + "label")
_GONE = PROV + "invalidatedAtTime"
_OF_ORIGIN = "#mapping-"


@dataclass(slots=True)
class Entry:
    """One record: its slug, the thing it describes, the triples about it, where, when and as what it was read.

    `triples` are lines of N-Triples, sorted; `gone` is when it was seen to be no longer there, empty while it is.
    """

    slug: str
    thing: str
    identifier: str
    source: str
    read: str
    triples: list[str] = field(default_factory=list)
    gone: str = ""
    sha256: str = ""

    def __post_init__(self) -> None:
        if not self.sha256:
            self.sha256 = hashlib.sha256("\n".join(self.triples).encode()).hexdigest()


@dataclass(slots=True)
class Change:
    """What a harvest changes: slugs of records that are new, of those that changed, of those that are gone."""

    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.new or self.changed or self.gone)


class Quarantine:
    """The quarantine of one portal as it is in its file."""

    def __init__(self, settings: Settings, portal: str) -> None:
        self.settings, self.portal = settings, portal
        self.base = f"{settings.graph.base}{HARVEST}/{portal}/"
        self.source: Source = source_of(settings, f"{Role.DATA.value}/{HARVEST}/{portal}.ttl")
        self.path: Path = self.source.path

    @property
    def report(self) -> Path:
        """The report that is kept beside it."""
        return self.path.with_suffix(".report.json")

    def digest(self) -> str:
        """The hash of the file; empty where there is none."""
        try:
            return hashlib.sha256(self.path.read_bytes()).hexdigest()
        except OSError:
            return ""

    def entries(self) -> dict[str, Entry]:
        """The records that it holds, by slug. Raises InvalidInput when the file has errors."""
        from ..diagnostics import has_errors
        from ..errors import InvalidInput, UnreadableInput
        from ..turtle.parse import parse

        limit = self.settings.limits.file_bytes
        try:
            text = self.source.read(limit)
        except UnreadableInput:
            if self.path.exists():
                raise
            return {}
        document = parse(text, path=self.source.name, base=self.source.graph, limit=limit)
        if has_errors(document.diagnostics):
            raise InvalidInput("quarantine-broken", path=self.source.name)
        return dict(self._read(document.ntriples.decode().split("\n")[:-1]))

    def _read(self, lines: list[str]) -> Iterator[tuple[str, Entry]]:
        about: dict[str, list[str]] = {}
        for line in lines:
            if not line.startswith(f"<{self.source.graph}{LOCAL}"):  # what a file is called is said beside its records
                about.setdefault(line.partition(" ")[0], []).append(line)
        start, end = f"<{self.base}", f"{RECORD}>"
        records: dict[str, dict[str, str]] = {}
        for subject in [name for name in about if name.startswith(start) and name.endswith(end)]:
            said = records[subject] = {}
            for line in about.pop(subject):
                _, predicate, value = line[:-2].split(" ", 2)
                said[predicate[1:-1]] = value
        topics = {said.get(FOAF + "primaryTopic") for said in records.values()}
        for subject, said in records.items():
            thing = said.get(FOAF + "primaryTopic", "<>")
            slug = subject[len(start) : -len(end)]
            yield (
                slug,
                Entry(
                    slug,
                    thing[1:-1],
                    plain(said.get(DCT + "identifier", '""')),
                    said.get(PROV + "wasDerivedFrom", "<>")[1:-1],
                    plain(said.get(PROV + "generatedAtTime", '""')),
                    sorted(_reached(thing, about, topics)),
                    plain(said.get(_GONE, '""')),
                    plain(said.get(SHA256, '""')),
                ),
            )

    def lines(self, entries: Iterable[Entry], origin: dict[str, str]) -> Iterator[str]:
        """The triples of the whole file; `origin` says of the harvest its source, name, mapping, version, licence."""
        activity = f"{self.base[:-1]}{_ACTIVITY}"
        agent = f"{self.base[:-1]}{_OF_ORIGIN}{origin['mapping']}-{origin['version']}"
        yield _triple(activity, RDF + "type", _iri(PROV + "Activity"))
        yield _triple(activity, PROV + "used", _iri(origin["source"]))
        yield _triple(activity, PROV + "wasAssociatedWith", _iri(agent))
        if origin["licence"]:
            yield _triple(activity, DCT + "license", _iri(origin["licence"]))
        yield _triple(agent, RDF + "type", _iri(PROV + "SoftwareAgent"))
        yield _triple(agent, DCT + "title", f'"{escaped(origin["mapping"])}"')
        yield _triple(agent, "http://www.w3.org/2002/07/owl#versionInfo", f'"{escaped(origin["version"])}"')
        yield from self._file(origin["source"], origin["name"])
        for entry in entries:
            yield from entry.triples
            yield from self._record(entry, activity)
            yield from self._file(entry.source, origin["name"])

    def _record(self, entry: Entry, activity: str) -> Iterator[str]:
        record = f"{self.base}{entry.slug}{RECORD}"
        moment = f"^^<{XSD}dateTime>"
        yield _triple(record, RDF + "type", _iri(DCAT + "CatalogRecord"))
        yield _triple(record, FOAF + "primaryTopic", _iri(entry.thing))
        yield _triple(record, DCT + "identifier", f'"{escaped(entry.identifier)}"')
        yield _triple(record, PROV + "wasDerivedFrom", _iri(entry.source))
        yield _triple(record, PROV + "generatedAtTime", f'"{entry.read}"{moment}')
        yield _triple(record, PROV + "wasGeneratedBy", _iri(activity))
        yield _triple(record, SHA256, f'"{entry.sha256}"')
        if entry.gone:
            yield _triple(record, _GONE, f'"{entry.gone}"{moment}')
            for language in LANGUAGES:
                reason = say(language, "harvest.gone", date=entry.gone[:10])
                yield _triple(record, SKOS + "changeNote", f'"{escaped(reason)}"@{language}')

    def _file(self, source: str, name: str) -> Iterator[str]:
        """What a file is called that has no address; nothing of what has one."""
        start = f"{self.source.graph}{LOCAL}"
        if source == start or source.startswith(f"{start}/"):
            yield _triple(source, RDF + "type", _iri(PROV + "Entity"))
            inside = unquote(source.removeprefix(start).removeprefix("/"))
            yield _triple(source, DCT + "title", f'"{escaped(inside or name)}"')

    def write(self, text: str, report: str) -> None:
        """Replace the file and its report, each whole or not at all."""
        _replace(self.path, text.encode())
        _replace(self.report, report.encode())

    def text(self, entries: Iterable[Entry], origin: dict[str, str]) -> str:
        """The file as it is to be: canonical Turtle."""
        from ..style import style_of
        from ..turtle.format import format_turtle

        declared = "".join(f"@prefix {name}: <{namespace}> .\n" for name, namespace in STANDARD.items())
        turtle = declared + "\n".join(dict.fromkeys(self.lines(entries, origin))) + "\n"
        return format_turtle(turtle, style_of(self.settings), path=self.source.name, base=self.source.graph)


def merged(old: dict[str, Entry], found: dict[str, Entry], kept: set[str], now: str) -> tuple[dict[str, Entry], Change]:
    """The entries as they are to be, in the order of their slugs, and what changes.

    What was not found is gone, except the slugs that are `kept`; what did not change keeps the date it was read.
    """
    change, result = Change(), {}
    for slug in sorted(old.keys() | found.keys()):
        before, after = old.get(slug), found.get(slug)
        if after is None and before is not None:
            if not before.gone and slug not in kept:
                change.gone.append(slug)
                before = Entry(
                    slug, before.thing, before.identifier, before.source, before.read, [], now, before.sha256
                )
            result[slug] = before
        elif after is not None:
            if before is None or before.gone:
                change.new.append(slug)
            elif before.sha256 != after.sha256 or before.thing != after.thing:
                change.changed.append(slug)
            else:
                after.read, after.source = before.read, before.source
            result[slug] = after
    return result, change


def _replace(path: Path, content: bytes) -> None:
    """Put a file in the place of another, unless it is the same. One harvest of a portal runs at a time."""
    work = path.with_name(f".{path.name}.new")  # one name: what a killed harvest left goes with the next
    try:
        if path.is_file() and path.read_bytes() == content:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        with work.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        work.replace(path)
    finally:
        work.unlink(missing_ok=True)


def _reached(thing: str, about: dict[str, list[str]], topics: Collection[str | None]) -> set[str]:
    """What is said of a thing, and of what it points at that is described beside it and is in no record of its own."""
    found: set[str] = set()
    waiting, seen = [thing], {thing}
    while waiting:
        for line in about.get(waiting.pop(), ()):
            found.add(line)
            value = line[:-2].split(" ", 2)[2]
            if value in about and value not in seen and value not in topics:
                seen.add(value)
                waiting.append(value)
    return found


def _iri(iri: str) -> str:
    return f"<{iri}>"


def _triple(subject: str, predicate: str, value: str) -> str:
    return f"<{subject}> <{predicate}> {value} ."


def label(entry: Entry) -> str:
    """What the thing of an entry is called, in our language where it has a name in it."""
    for name in _NAMES:
        start = f"<{entry.thing}> <{name}> "
        found = [line[len(start) : -2] for line in entry.triples if line.startswith(start)]
        if found:
            return plain(min(found, key=lambda term: (not term.endswith(f"@{DEFAULT_LANGUAGE}"), term)))
    return entry.identifier
