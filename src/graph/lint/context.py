"""What rules know beside the file they read: the repository's choices, its prefixes, its licences, the day."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path

from ..config import Settings
from ..dataset import Role, Source, read_one, turtle_files
from ..errors import UnreadableInput
from ..namespaces import DCT, RDFS, SH, SKOS, XSD, PrefixMap
from .vocabularies import NAMESPACES

_PREFIX = re.compile(rb'^(\S+) <%sprefix> "([^"\\]*)" \.$' % re.escape(SH.encode()), re.MULTILINE)
_NAMESPACE = re.compile(
    rb'^(\S+) <%snamespace> "([^"\\]*)"(?:\^\^<%sanyURI>)? \.$' % (re.escape(SH.encode()), re.escape(XSD.encode())),
    re.MULTILINE,
)
_TEXT_RANGE = re.compile(rb"^<([^>]*)> <%srange> <[^>]*#langString> \.$" % re.escape(RDFS.encode()), re.MULTILINE)
_LICENCE = re.compile(
    rb"^<([^>]*)> (?:<[^>]*#type> <[^>]*(?:LicenseDocument|#License)>|<[^>]*(?:Match|#sameAs|/page)> <([^>]*)>) \.$",
    re.MULTILINE,
)
_SCHEME = re.compile(r"[a-z]+://(?:www\.)?")

#: Where the licences of a graph are, among the places of its files.
LICENCES = (f"{Role.DATA.value}/licences/", f"{Role.DATA.value}/licenses/")
#: Names of things: one per language.
NAMES = frozenset({f"{DCT}title", f"{SKOS}prefLabel", "https://schema.org/name", "http://schema.org/name"})
#: Short texts that name a thing.
LABELS = NAMES | {f"{RDFS}label", f"{SKOS}altLabel", f"{DCT}alternative", "http://xmlns.com/foaf/0.1/name"}
#: Texts in a language, whatever the repository.
TEXTS = frozenset(
    {
        *(f"{DCT}{name}" for name in ("title", "alternative", "description", "abstract")),
        *(f"{RDFS}{name}" for name in ("label", "comment")),
        *(f"{SKOS}{name}" for name in ("prefLabel", "altLabel", "hiddenLabel", "definition", "scopeNote", "note")),
        *(f"{SKOS}{name}" for name in ("changeNote", "editorialNote", "historyNote")),
    }
)


@dataclass
class Context:
    """What the rules share. `today` is given, never read: the same files on the same day get the same findings.

    `described` are the N-Triples of the licences that were read, by the place of their files.
    """

    settings: Settings
    today: date
    prefixes: PrefixMap = field(default_factory=PrefixMap)
    texts: frozenset[str] = TEXTS
    names: dict[str, str] = field(default_factory=dict)
    variants: dict[str, str] = field(default_factory=dict)
    described: dict[str, bytes] = field(default_factory=dict)
    tomorrow: str = ""
    plain: re.Pattern[str] = field(init=False)
    _written: PrefixMap = field(init=False)

    def __post_init__(self) -> None:
        """Know the pinned namespaces, then the repository's own, which win."""
        base = re.escape(self.settings.graph.base)
        self.plain = re.compile(base + r"[a-z-]+/[A-Za-z0-9][A-Za-z0-9._-]*+\Z")
        self.tomorrow = (self.today + timedelta(days=1)).isoformat()
        self.declare({})

    def declare(self, prefixes: Mapping[str, str]) -> None:
        """The prefixes of the repository; each namespace is then known under all its spellings."""
        self.prefixes = PrefixMap({**self.prefixes, **prefixes})
        self._written = PrefixMap({**{name: space for space, name in NAMESPACES.items()}, **self.prefixes})
        self.names = {namespace: prefix for prefix, namespace in self.prefixes.items()}
        names = (*NAMESPACES, *self.prefixes.values(), self.settings.graph.graph_base)
        self.variants = {unadorned(namespace): namespace for namespace in names}

    def learn(self, ontology: bytes) -> None:
        """What a file of the ontology declares: prefixes, and the properties whose values are texts."""
        if b"#declare" in ontology or b"#prefix" in ontology:
            named, spaces = dict(_PREFIX.findall(ontology)), dict(_NAMESPACE.findall(ontology))
            self.declare({named[key].decode(): spaces[key].decode() for key in named.keys() & spaces.keys()})
        if b"#langString" in ontology:
            self.texts |= {name.decode() for name in _TEXT_RANGE.findall(ontology)}

    @cached_property
    def licences(self) -> Mapping[str, str]:
        """The licences that the graph describes, each by its own IRI and the others it gives."""
        pairs = (_LICENCE.findall(ntriples) for ntriples in (*self.described.values(), *self._not_read()))
        return {(same or licence).decode(): licence.decode() for found in pairs for licence, same in found}

    def _not_read(self) -> Iterator[bytes]:
        """The licences that were not among the files read; those that cannot be are told elsewhere."""
        data = self.settings.data_folder
        for place in LICENCES:
            with suppress(UnreadableInput):
                for path in turtle_files(data / Path(place).name):
                    inside = path.relative_to(data).as_posix()
                    source = Source(path, inside, self.settings.graph.base, Role.DATA)
                    if f"{Role.DATA.value}/{inside}" not in self.described:
                        with suppress(UnreadableInput):
                            yield read_one(source, self.settings.limits.file_bytes).document.ntriples

    def short(self, iri: str) -> str:
        """An IRI as one would write it."""
        curie = self._written.shrink(iri)
        return f"<{iri}>" if curie == iri else curie


def unadorned(namespace: str) -> str:
    """What a namespace and its misspellings share: no scheme, no `www.`, no end."""
    return _SCHEME.sub("", namespace, count=1).rstrip("#/")
