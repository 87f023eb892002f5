"""What the files of a repository describe and mention: terms, things and shapes, file by file.

`extract` reads one file, in any thread; an `Index` is changed and asked in one thread only.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from heapq import nsmallest
from sys import intern

from .. import letters
from ..dataset import Parsed, Role, Source
from ..lint.vocabularies import vocabulary
from ..namespaces import DCT, OWL, RDF, RDFS, SH, SKOS, XSD, PrefixMap
from ..shacl.shapes import ShapesGraph
from ..sparql.engine import TITLES
from ..turtle.ntriples import language as tag_of
from ..turtle.ntriples import plain

TYPE = RDF + "type"
DEFINITIONS = (SKOS + "definition", RDFS + "comment", DCT + "description")
SUPER, DOMAIN, RANGE, SCHEME = RDFS + "subClassOf", RDFS + "domain", RDFS + "range", SKOS + "inScheme"
CLASSES = frozenset((OWL + "Class", RDFS + "Class"))
PROPERTIES = frozenset(
    (RDF + "Property", *(OWL + f"{kind}Property" for kind in ("Object", "Datatype", "Annotation", "Transitive")))
)
KEPT = frozenset(
    (TYPE, *TITLES, SUPER, DOMAIN, RANGE, SCHEME, *(SH + name for name in ("prefix", "namespace", "targetClass")))
)

_APOSTROPHES = str.maketrans("'’", "  ")
_FACT = re.compile(rb"^(\S+) <([^>]*)> (.*) \.$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Description:
    """What one file says of one subject: its predicates (IRIs) and objects (as N-Triples), those worth keeping."""

    subject: str
    source: Source
    facts: tuple[tuple[str, str], ...]

    @property
    def types(self) -> list[str]:
        """The IRIs of its types."""
        return [value[1:-1] for predicate, value in self.facts if predicate == TYPE]


@dataclass(frozen=True, slots=True)
class Extract:
    """What the index keeps of one file: descriptions, the IRIs it has as predicates and as objects, its prefixes.

    `names` are what a search looks into, with the IRI of each; `shapes` is the whole file as N-Triples where it is one
    of shapes.
    """

    source: Source
    descriptions: tuple[Description, ...]
    predicates: tuple[str, ...]
    objects: tuple[str, ...]
    prefixes: dict[str, str]
    names: tuple[tuple[str, str], ...]
    shapes: bytes


def extract(parsed: Parsed) -> Extract:
    """What the index keeps of a file: what names, defines and types its subjects, and all that shapes say."""
    source = parsed.source
    kept = KEPT if source.role is Role.DATA else KEPT.union(DEFINITIONS)
    facts: dict[bytes, list[tuple[str, str]]] = {}
    predicates: set[bytes] = set()
    objects: set[bytes] = set()
    for subject, predicate, value in _FACT.findall(parsed.document.ntriples):
        about = facts.setdefault(subject, [])
        predicates.add(predicate)
        if value[:1] == b"<":
            objects.add(value[1:-1])
        name = intern(predicate.decode())
        if name in kept:
            about.append((name, value.decode()))
    described = tuple(
        Description(intern(subject.decode().strip("<>")), source, tuple(about)) for subject, about in facts.items()
    )
    is_shapes = source.role is Role.SHAPES
    return Extract(
        source,
        described,
        _decoded(predicates),
        _decoded(objects),
        parsed.document.prefixes,
        () if is_shapes else tuple((_names(one), one.subject) for one in described if one.subject[:2] != "_:"),
        parsed.document.ntriples if is_shapes else b"",
    )


class Index:
    """The files read so far, by real path, and what they say together. IRIs are written without brackets."""

    def __init__(self) -> None:
        self.described: dict[str, list[Description]] = {}
        self.mentions: dict[str, set[str]] = {}
        self.predicates: Counter[str] = Counter()
        self._types: Counter[str] = Counter()
        self._prefixes: Counter[tuple[str, str]] = Counter()
        self._files: dict[str, Extract] = {}

    def absorb(self, path: str, found: Extract | None) -> None:
        """Put what a file says in the place of what it said; None for a file that is gone."""
        old = self._files.pop(path, None)
        if old is not None:
            for one in old.descriptions:
                about = self.described[one.subject]
                about.remove(one)
                if not about:
                    del self.described[one.subject]
                self._types.subtract(one.types)
            for iri in (*old.predicates, *old.objects):
                self.mentions[iri].discard(path)
            self.predicates.subtract(old.predicates)
            self._prefixes.subtract(old.prefixes.items())
        if found is not None:
            self._files[path] = found
            for one in found.descriptions:
                self.described.setdefault(one.subject, []).append(one)
                self._types.update(one.types)
            for iri in (*found.predicates, *found.objects):
                self.mentions.setdefault(iri, set()).add(path)
            self.predicates.update(found.predicates)
            self._prefixes.update(found.prefixes.items())
        if any(one is not None and one.source.role is not Role.DATA for one in (old, found)):
            for view in ("_declared", "shapes", "_terms"):
                self.__dict__.pop(view, None)

    def values(self, iri: str, *predicates: str) -> Iterator[str]:
        """The objects of some predicates of a subject, as N-Triples, the first predicate's first."""
        about = self.described.get(iri, ())
        for wanted in predicates:
            for one in about:
                yield from (value for predicate, value in one.facts if predicate == wanted)

    def linked(self, iri: str, *predicates: str) -> list[str]:
        """The IRIs among the objects of some predicates, each once."""
        return list(dict.fromkeys(value[1:-1] for value in self.values(iri, *predicates) if value[0] == "<"))

    def label(self, iri: str, language: str) -> str | None:
        """What a term or a thing is called, in a language where it can be."""
        return next((text for name in TITLES if (text := _chosen(self.values(iri, name), language))), None)

    def definition(self, iri: str, language: str) -> str | None:
        """What a term is, in a language where it can be."""
        return next((text for name in DEFINITIONS if (text := _chosen(self.values(iri, name), language))), None)

    def is_class(self, iri: str) -> bool:
        """Whether a file says that it is a class."""
        return not CLASSES.isdisjoint(self.linked(iri, TYPE))

    def is_property(self, iri: str) -> bool:
        """Whether a file says that it is a property, or uses it as one."""
        return self.predicates[iri] > 0 or not PROPERTIES.isdisjoint(self.linked(iri, TYPE))

    def with_wider(self, classes: Iterable[str]) -> set[str]:
        """The classes and those above them."""
        found: set[str] = set()
        waiting = list(classes)
        while waiting:
            one = waiting.pop()
            if one not in found:
                found.add(one)
                waiting += self.linked(one, SUPER)
        return found

    def under(self, start: str, most: int, accepts: Callable[[str], bool]) -> list[str]:
        """The subjects whose IRI begins so, those accepted, in order."""
        return nsmallest(most, (iri for iri in self.described if iri.startswith(start) and accepts(iri)))

    def search(self, words: str, most: int, accepts: Callable[[str], bool]) -> list[str]:
        """The subjects that are called so and accepted, the nearest first: all words, each anywhere in the name."""
        wanted = folded(words).split()
        whole = " ".join(wanted)

        def rank(names: str) -> tuple[int, int]:
            lines = f"\n{names}\n"
            nearness = (f"\n{whole}\n" in lines, f"\n{whole}" in lines, f" {whole}" in lines)
            return (nearness.index(True) if any(nearness) else len(nearness)), len(names)

        found = (
            (*rank(names), iri)
            for file in self._files.values()
            for names, iri in file.names
            if all(word in names for word in wanted) and accepts(iri)
        )
        return list(dict.fromkeys(iri for *_, iri in nsmallest(most, found)))

    @property
    def prefixes(self) -> PrefixMap:
        """The prefixes that the ontology declares (`sh:declare`); where it declares none, those its files use most."""
        used = (pair for pair, count in reversed(self._prefixes.most_common()) if count)
        return self._declared or PrefixMap(used)

    @cached_property
    def _declared(self) -> PrefixMap:
        files = [one for one in self._files.values() if one.source.role is Role.ONTOLOGY]
        return PrefixMap(
            (plain(prefix), plain(namespace))
            for file in files
            for one in file.descriptions
            for prefix in self.values(one.subject, SH + "prefix")
            for namespace in self.values(one.subject, SH + "namespace")
        )

    @cached_property
    def shapes(self) -> ShapesGraph:
        """What the shapes files say."""
        return ShapesGraph(b"".join(one.shapes for one in self._files.values()).decode())

    @property
    def shaping(self) -> Iterator[str]:
        """The subjects of the shapes files."""
        return (one.subject for file in self._files.values() if file.shapes for one in file.descriptions)

    @property
    def classes(self) -> list[str]:
        """The classes: those the ontology describes, those that things are of (the most used first), those pinned."""
        named = (name for name, count in self._types.most_common() if count)
        return list(dict.fromkeys((*self._terms[0], *named, *self._pinned(str.isupper))))

    @property
    def properties(self) -> list[str]:
        """The properties: those the ontology describes, those in use (the most used first), those pinned."""
        used = (name for name, count in self.predicates.most_common() if count)
        return list(dict.fromkeys((*self._terms[1], *used, *self._pinned(str.islower))))

    @cached_property
    def _terms(self) -> tuple[list[str], list[str]]:
        """The classes and the properties that files of the ontology describe."""
        files = [one for one in self._files.values() if one.source.role is Role.ONTOLOGY]
        described = [one for file in files for one in file.descriptions]
        classes, properties = (
            [one.subject for one in described if not kinds.isdisjoint(one.types)] for kinds in (CLASSES, PROPERTIES)
        )
        return classes, properties

    def _pinned(self, letter: Callable[[str], bool]) -> Iterator[str]:
        """The terms of the vocabularies that have a prefix; their first letter tells a class from a property."""
        for namespace in self.prefixes.values():
            pinned = vocabulary(namespace) if namespace != XSD else None
            for name in sorted(pinned.terms - pinned.deprecated.keys()) if pinned else ():
                if letter(name[0]):
                    yield namespace + name


def folded(text: str) -> str:
    """Without accents or capitals, an apostrophe parting words: as one types in haste."""
    return letters.folded(text.translate(_APOSTROPHES))


def _names(about: Description) -> str:
    """The labels of a subject and the end of its IRI, folded, one a line."""
    labels = [plain(value) for predicate, value in about.facts if predicate in TITLES]
    return folded("\n".join((*labels, re.split(r"[/#]", about.subject)[-1])))


def _decoded(iris: set[bytes]) -> tuple[str, ...]:
    return tuple(intern(iri.decode()) for iri in iris)


def _chosen(values: Iterable[str], language: str) -> str:
    """The text of the literal to show: in the language, else without one, in French, in English, in any; else empty."""
    order = {tag: rank for rank, tag in enumerate(dict.fromkeys((language, "", "fr", "en")))}
    literals = [value for value in values if value[0] == '"']
    best = min(literals, key=lambda value: order.get(tag_of(value).partition("-")[0], len(order)), default="")
    return plain(best)
