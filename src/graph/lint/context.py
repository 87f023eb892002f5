"""What rules know beside the file they read: the repository's choices, its prefixes, its licences, the day."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from ..config import Settings
from ..dataset import turtle_files
from ..namespaces import DCT, RDFS, SH, SKOS, XSD, PrefixMap
from ..turtle.parse import parse
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
_LICENCES = ("licences", "licenses")  # the folder of the kind, below the data
_SCHEME = re.compile(r"[a-z]+://(?:www\.)?")

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
    """What the rules share. `today` is given, never read: the same files on the same day get the same findings."""

    settings: Settings
    today: date
    prefixes: PrefixMap = field(default_factory=PrefixMap)
    texts: frozenset[str] = TEXTS
    names: dict[str, str] = field(default_factory=dict)
    variants: dict[str, str] = field(default_factory=dict)
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
        """The licences that the graph describes, each by its own IRI and the others it gives; read when asked for."""
        found: dict[str, str] = {}
        limit = self.settings.limits.file_bytes
        for name in _LICENCES:
            for path in turtle_files(self.settings.data_folder / name):
                ntriples = parse(path.read_bytes(), path=str(path), base=path.as_uri(), limit=limit).ntriples
                for licence, same in _LICENCE.findall(ntriples):
                    found[(same or licence).decode()] = licence.decode()
        return found

    def short(self, iri: str) -> str:
        """An IRI as one would write it."""
        curie = self._written.shrink(iri)
        return f"<{iri}>" if curie == iri else curie


def unadorned(namespace: str) -> str:
    """What a namespace and its misspellings share: no scheme, no `www.`, no end."""
    return _SCHEME.sub("", namespace, count=1).rstrip("#/")
