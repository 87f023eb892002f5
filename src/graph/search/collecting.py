"""What is searched, read from a store: the things of the graph, then what the records of each portal describe.

Which properties hold what is said by the common vocabularies and by the ontology of the graph: what ranges over texts
in a language is a text, what leads to concepts is a facet.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import chain, islice

import pyoxigraph as ox

from ..dataset import HARVEST
from ..namespaces import DCAT, DCT, FOAF, OWL, PAS, PROV, RDF, RDFS, SKOS, TITLES
from .facets import KIND, LICENCE, PORTAL, TERRITORY, YEAR, Facet, Facets
from .inheriting import MAKERS, ORIGINS, USED, Ends, Inheritance, handed_down, turned
from .said import Said, Worded

_SCHEMA, _DOAP = "https://schema.org/", "http://usefulinc.com/ns/doap#"
_NAMES = (*TITLES, _DOAP + "name")
_OTHERS = (
    SKOS + "altLabel",
    SKOS + "hiddenLabel",
    DCT + "alternative",
    FOAF + "nick",
    _SCHEMA + "alternateName",
)
_CODED = "http://www.w3.org/ns/adms#identifier"
_CODES = (SKOS + "notation", DCT + "identifier", _SCHEMA + "identifier")
_TEXTS = (
    DCT + "description",
    SKOS + "definition",
    RDFS + "comment",
    _SCHEMA + "description",
    _DOAP + "shortdesc",
    _DOAP + "description",
    DCT + "abstract",
    SKOS + "scopeNote",
)
_KEYWORDS = (DCAT + "keyword", _SCHEMA + "keywords")
_ROLES = {
    LICENCE: (DCT + "license", _SCHEMA + "license", "http://creativecommons.org/ns#license"),
    TERRITORY: (DCT + "spatial", _SCHEMA + "location", _SCHEMA + "spatialCoverage"),
}
_UNSTATED = PAS + "licenceStatus"  # what is known of a licence, where no licence is
_DATES = (
    DCT + "issued",
    DCT + "created",
    DCT + "date",
    _SCHEMA + "startDate",
    _SCHEMA + "datePublished",
    PROV + "startedAtTime",
)
_RECORD = "#record"
_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?(?!\d)")
_STRUCTURE = (SKOS, RDF, RDFS, OWL)  # how concepts are arranged sorts nothing
_FEW, _MOST = 2, 10_000  # things that a facet must sort; values beyond which it does not
_SAMPLE, _SHARE = 500, 0.8  # triples of a property that are looked at; those that lead to concepts
_SHOWN = 16  # facets of the graph's own
_RESERVED = frozenset({KIND, PORTAL, YEAR, *_ROLES})


@dataclass(slots=True)
class Thing:
    """What is searched of one thing: its names, other names and codes, its texts, and what is near is called.

    `portal` is empty for what is in no quarantine, `concept` says whether others are sorted by it; `page` is the IRI
    whose page tells of it; `facets` are its values; `day` is its last date, as 20180706, and 20180000 where the year
    alone is said, 0 where no date is.
    """

    iri: str
    kind: str
    page: str
    portal: str = ""
    names: Worded = field(default_factory=list)
    others: Worded = field(default_factory=list)
    codes: Worded = field(default_factory=list)
    texts: Worded = field(default_factory=list)
    near: Worded = field(default_factory=list)
    facets: dict[str, list[str]] = field(default_factory=dict)
    day: int = 0
    concept: bool = False


class Collection:
    """The things of a store, whose IRIs begin with `base`, and the facets they have."""

    def __init__(self, store: ox.Store, base: str, graph_base: str) -> None:
        self._store = store
        self._base = base
        self._quarantine = f"{graph_base}{HARVEST}/"
        self._main = Said(store, ox.DefaultGraph())
        ranging = sorted(iri for iri, _ in self._main.leading_to(RDF + "langString"))
        self._texts = tuple(dict.fromkeys((*_TEXTS, *ranging)))
        self._labels = self._main.texts(_NAMES)
        self._called = self._main.texts(_OTHERS)
        self._ours = {iri: iri for iri in sorted(self._labels) if self._is_ours(iri)}
        self._makers = self._main.ends(MAKERS)
        self._concepts = set(self._main.of_class(SKOS + "Concept"))
        self._own = self._sorting()
        self._ends = self._own | _roles(self._main)
        self._uses = turned((each, used.value) for each, used in self._main.triples((USED,)))
        self._of_makers = Inheritance(self._makers, self._ends, self._kind, (TERRITORY,))
        self._of_uses = Inheritance(self._uses, self._ends, self._kind)
        self._values: defaultdict[str, set[str]] = defaultdict(set)
        self._near: dict[str, dict[tuple[str, str], None]] = {}

    def things(self) -> Iterator[Thing]:
        """Every thing, in the order of IRIs, ours before those of the portals."""
        yield from self._of(self._main, self._ours, "", self._makers, self._ends)
        known = set(self._ours)
        portals = (name for name in self._store.named_graphs() if name.value.startswith(self._quarantine))
        for name in sorted(portals, key=lambda each: each.value):
            graph, portal = Said(self._store, name), name.value.removeprefix(self._quarantine)
            pages = {iri: page for iri, page in self._records(graph, portal).items() if iri not in known}
            ends = {name: graph.ends((self._iris[name],)) for name in self._own}
            ends |= _roles(graph)
            yield from self._of(graph, pages, portal, graph.ends(MAKERS), ends)
            known |= pages.keys()

    @property
    def sorted_by(self) -> tuple[str, ...]:
        """The names of the facets that things may have."""
        return (KIND, *self._ends, YEAR, PORTAL)

    def facets(self) -> Facets:
        """The facets that have values, once the things were read: of the graph's own, what sorts most of it first."""
        labels = self._main.texts((RDFS + "label",))
        found = []
        for place, name in enumerate(self.sorted_by):
            iri = self._iris.get(name, "")
            if 0 < len(self._values[name]) <= _MOST:
                found.append(Facet(name, place, wordings(labels.get(iri, ())), self._worded(name), iri))
        return Facets(found)

    def _kind(self, iri: str) -> str:
        return iri.removeprefix(self._base).partition("/")[0] if iri in self._ours else ""

    def _is_ours(self, iri: str) -> bool:
        path = iri.removeprefix(self._base)
        return path != iri and "/" in path and "#" not in path and not path.startswith(f"{HARVEST}/")

    def _records(self, graph: Said, portal: str) -> dict[str, str]:
        """What the records of a portal describe, and the IRI of the page that tells of each; none of what is gone."""
        gone = graph.values((PROV + "invalidatedAtTime",))
        start = f"{self._base}{HARVEST}/{portal}/"
        pages = {iri: iri for iri in graph.texts(_NAMES) if iri.startswith(start) and "#" not in iri}
        for record, things in graph.ends((FOAF + "primaryTopic",)).items():
            for thing in things:
                pages[thing] = record.removesuffix(_RECORD)
                if record in gone:
                    del pages[thing]
        return dict(sorted(pages.items()))

    def _of(
        self, graph: Said, pages: Mapping[str, str], portal: str, makers: Ends, ends: Mapping[str, Ends]
    ) -> Iterator[Thing]:
        """The things of one graph that have a name, in order."""
        names, others, codes = graph.texts(_NAMES), graph.texts(_OTHERS), graph.texts(_CODES)
        texts = graph.texts(self._texts)
        keywords, dated = graph.texts(_KEYWORDS), graph.values(_DATES)
        dates = handed_down(dated, graph.ends(ORIGINS))
        sorted_ = self._sorted(ends)
        for iri, page in pages.items():
            if iri not in names:
                continue
            made_by = makers.get(iri, [])
            has = self._has(iri, sorted_.get(iri, {}), made_by)
            near = dict.fromkeys(keywords.get(iri, ()))
            for far in {*made_by}.union(*has.values()):
                near.update(self._names_of(far))
            kind = HARVEST if portal else page.removeprefix(self._base).partition("/")[0]
            has[KIND] = [kind]
            if years := {found[1] for date in dates.get(iri, ()) if (found := _DATE.match(date))}:
                has[YEAR] = sorted(years)
            if portal:
                has[PORTAL] = [portal]
            for name, values in has.items():
                self._values[name].update(values)
            yield Thing(
                iri,
                kind,
                page,
                portal,
                names=names[iri],
                others=others.get(iri, []),
                codes=codes.get(iri, []),
                texts=texts.get(iri, []),
                near=sorted(near),
                facets=has,
                day=max(map(_day, dated.get(iri, ())), default=0),
                concept=iri in self._concepts,
            )

    def _names_of(self, iri: str) -> dict[tuple[str, str], None]:
        """What a thing is called, as keys; a text that several have is one object."""
        if iri not in self._near:
            self._near[iri] = dict.fromkeys((*self._labels.get(iri, ()), *self._called.get(iri, ())))
        return self._near[iri]

    def _sorted(self, ends: Mapping[str, Ends]) -> dict[str, dict[str, list[str]]]:
        """The values of each facet that each subject has; concepts alone, where the graph says which these are."""
        found: defaultdict[str, dict[str, list[str]]] = defaultdict(dict)
        for name, led in ends.items():
            for subject, values in led.items():
                kept = values if name in _ROLES else [value for value in values if value in self._concepts]
                if kept:
                    found[subject][name] = kept
        return found

    def _has(self, iri: str, own: Mapping[str, list[str]], made_by: Iterable[str]) -> dict[str, list[str]]:
        """The values that a thing has; where it has none, those of who made it, and of the uses made of it."""
        found = dict(own)
        found.update(self._of_makers.of(made_by, found))
        found.update(self._of_uses.of(self._uses.get(iri, ()), found))
        return found

    def _sorting(self) -> dict[str, Ends]:
        """The facets of the graph's own, and the concepts that each thing has of each.

        A property is one when half of it at least leads from things of a kind to the concepts of one scheme, more often
        than any other property does: what leads from a thing to the concepts of any scheme sorts nothing.
        """
        schemes = self._main.ends((SKOS + "inScheme", SKOS + "topConceptOf"))
        leading: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        counted: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        for concept in sorted(self._concepts):
            for subject, iri in self._main.leading_to(concept):
                if subject in self._ours and not iri.startswith(_STRUCTURE):
                    leading[iri][subject].append(concept)
                    counted[iri, self._kind(subject)].update(schemes.get(concept, ()))
        self._iris: dict[str, str] = {}
        for iri in sorted(_first(counted), key=lambda iri: (-len(leading[iri]), iri)):
            name = re.split(r"[/#:]", iri)[-1]
            taken = name in self._iris or name in _RESERVED or iri in chain((_UNSTATED,), *_ROLES.values())
            if len(leading[iri]) >= _FEW and not taken and self._leads_to_concepts(iri):
                self._iris[name] = iri
        self._iris = dict(list(self._iris.items())[:_SHOWN])
        return {name: leading[iri] for name, iri in self._iris.items()}

    def _leads_to_concepts(self, iri: str) -> bool:
        """Whether a property leads to concepts and hardly to anything else."""
        ends = [value.value for _, value in islice(self._main.triples((iri,)), _SAMPLE)]
        return sum(end in self._concepts for end in ends) >= _SHARE * len(ends)

    def _worded(self, name: str) -> dict[str, dict[str, str]]:
        return {value: wordings(self._labels.get(value, ())) for value in sorted(self._values[name])}


def wordings(names: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The first name in each language."""
    found: dict[str, str] = {}
    for language, text in names:
        found.setdefault(language, text)
    return found


def _first(counted: Mapping[tuple[str, str], Counter[str]]) -> Iterator[str]:
    """The properties half of whose links at least are to a scheme to which none leads more from things of the kind.

    `counted` gives how often each property leads, from things of each kind, to each scheme.
    """
    leading: defaultdict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for (iri, kind), schemes in counted.items():
        scheme, count = max(schemes.items(), key=lambda one: (one[1], one[0]), default=("", 0))
        if count and count * 2 >= schemes.total():
            leading[kind, scheme][iri] = count
    whole: Counter[str] = Counter()
    won: Counter[str] = Counter()
    for (iri, _), schemes in counted.items():
        whole[iri] += schemes.total()
    for counts in leading.values():
        first = min(counts, key=lambda iri: (-counts[iri], iri))
        won[first] += counts[first]
    return (iri for iri in won if won[iri] * 2 >= whole[iri])


def _roles(graph: Said) -> dict[str, Ends]:
    """The facets of the common vocabularies that lead from things: licences, else that none is stated; places."""
    found = {name: graph.ends(properties) for name, properties in _ROLES.items()}
    found[LICENCE] = {**graph.ends((_UNSTATED,)), **found[LICENCE]}
    found[TERRITORY] = handed_down(_placed(graph, found[TERRITORY]), graph.ends(ORIGINS))
    return found


def _placed(graph: Said, places: Ends) -> Ends:
    """Where things are. What is at a venue, or in a street of a place that has a code, is where these are."""
    coded = graph.ends((_CODED,)).keys()
    wholes = graph.ends((_SCHEMA + "containedInPlace",))

    def venues(place: str) -> Iterable[str]:
        return () if place in coded else places.get(place, ())

    def upwards(place: str) -> Iterable[str]:
        return () if place in coded else places.get(place, wholes.get(place, ()))

    @cache
    def territories(place: str) -> set[str]:
        return {end for each in _led(place, venues) for end in _led(each, upwards) & coded or {each}}

    def settled(ends: Iterable[str]) -> list[str]:
        return sorted({end for whole in ends for end in territories(whole)})

    streets = {place: [place] for place in wholes if settled([place]) != [place]}
    return {iri: settled(ends) for iri, ends in (streets | places).items()}


def _led(start: str, onward: Callable[[str], Iterable[str]]) -> set[str]:
    """Where one gets to, step by step, each once; nowhere but where one was, where the steps go round."""
    found, seen, waiting = set(), {start}, [start]
    while waiting:
        each = waiting.pop()
        steps = onward(each)
        if not steps:
            found.add(each)
        waiting += (new := [step for step in steps if step not in seen])
        seen.update(new)
    return found or {start}


def _day(date: str) -> int:
    found = _DATE.match(date)
    return int("".join(part or "00" for part in found.groups())) if found else 0
