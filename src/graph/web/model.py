"""The pages of the model: a named graph read whole, and laid out by class, shape or concept."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..errors import NoSuchThing
from ..namespaces import DCT, OWL, RDF, RDFS, SH, SKOS
from .once import Once
from .terms import Row, Term, choose, iris
from .thing.facts import DESCRIPTIONS, TITLES

if TYPE_CHECKING:
    from fastapi import Request

    from .site import Site

TERM_KINDS = ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty")
RELATIONS = (
    *(RDFS + name for name in ("subClassOf", "subPropertyOf", "domain", "range")),
    *(OWL + name for name in ("inverseOf", "propertyChainAxiom", "disjointWith")),
)
NIL = RDF + "nil"
TARGETS = tuple(SH + name for name in ("targetClass", "targetSubjectsOf", "targetObjectsOf", "targetNode"))


Facts = Mapping[Term, Mapping[str, Sequence[Term]]]
_NAME = re.compile("[/#]")
_NOTHING: Mapping[str, Sequence[Term]] = {}


class Described:
    """The facts of a graph, subject by subject, for a reader of one language."""

    def __init__(self, facts: Facts, language: str) -> None:
        self.language = language
        self._facts = facts

    def subjects(self, *types: str) -> list[Term]:
        """The subjects of these types, in order of their IRI."""
        wanted = set(types)
        return sorted(
            (
                subject
                for subject, facts in self._facts.items()
                if any(kind.value in wanted for kind in facts.get(RDF + "type", ()))
            ),
            key=lambda subject: subject.value.lower(),
        )

    def all(self, subject: Term, *properties: str) -> list[Term]:
        """The values of some properties; a list is its members."""
        values = []
        for name in properties:
            for value in self._facts.get(subject, _NOTHING).get(name, ()):
                values += self._members(value) if value.kind == "blank" and self._is_list(value) else [value]
        return values

    def one(self, subject: Term, *properties: str) -> Term | None:
        """The literal to show, of the first property that has one."""
        for name in properties:
            found = choose((value for value in self.all(subject, name) if value.kind == "literal"), self.language)
            if found is not None:
                return found
        return None

    @staticmethod
    def name(subject: Term) -> str:
        """The last part of its IRI."""
        return _NAME.split(subject.value)[-1]

    def title(self, subject: Term) -> Term | None:
        """Its name in the reader's language."""
        return self.one(subject, *TITLES)

    def description(self, subject: Term) -> Term | None:
        """What it is, in the reader's language."""
        return self.one(subject, *DESCRIPTIONS)

    def _is_list(self, value: Term) -> bool:
        return RDF + "first" in self._facts.get(value, _NOTHING)

    def _members(self, head: Term) -> list[Term]:
        members: list[Term] = []
        seen = set()
        while head.value != NIL and head not in seen and self._is_list(head):
            seen.add(head)
            members += self._facts[head][RDF + "first"]
            head = next(iter(self._facts[head].get(RDF + "rest", ())), Term("iri", NIL))
        return members


@dataclass(slots=True)
class Concept:
    """A concept and the narrower ones below it."""

    term: Term
    narrower: list[Concept]


async def ontology_page(request: Request, site: Site, graph: str) -> str:
    """Every own term, by kind."""
    rows = await _rows(request, site, graph)
    described = Described(_by_subject(rows), site.language(request))
    sections = [(kind, described.subjects(OWL + kind)) for kind in TERM_KINDS]
    labels = await site.labels(request, iris(rows))
    names = [term.value for _, terms in sections for term in terms]
    ontologies = described.subjects(OWL + "Ontology")
    return site.pages.render(
        "ontology.html",
        request,
        described=described,
        ontology=max(ontologies, key=lambda o: sum(name.startswith(o.value) for name in names), default=None),
        sections=[(kind, [term for term in terms if term.is_iri]) for kind, terms in sections],
        relations=RELATIONS,
        labels=labels,
    )


async def shapes_page(request: Request, site: Site) -> str:
    """Every shape with a target, file by file; those the others are made of come last, by name."""
    files, parts, named = [], [], set[str]()
    for name, facts in await _SHAPES.of(request, site):
        described = Described(facts, site.language(request))
        nodes = [shape for shape in described.subjects(SH + "NodeShape") if shape.is_iri]
        targeted = [shape for shape in nodes if described.all(shape, *TARGETS)]
        parts += [(shape.value, described.name(shape)) for shape in nodes if shape not in targeted]
        if targeted:
            files.append((name, described, targeted))
            shown = (term for each in facts for term in described.all(each, *TARGETS, SH + "path"))
            named |= {term.value for term in shown if term.is_iri}
    labels = await site.labels(request, named)
    return site.pages.render("shapes.html", request, files=files, parts=parts, sh=SH, targets=TARGETS, labels=labels)


async def vocabularies_page(request: Request, site: Site) -> str:
    """The concept schemes, with how many concepts each has."""
    start = site.graph_base + "vocabularies/"
    schemes = await site.rows(request, "schemes", start=start)
    labels = await site.labels(request, iris(schemes))
    about = await site.labels(request, (row["scheme"].value for row in schemes), DESCRIPTIONS)
    return site.pages.render("vocabularies.html", request, schemes=schemes, start=start, about=about, labels=labels)


async def vocabulary_page(request: Request, site: Site, name: str, graph: str) -> str:
    """One concept scheme and its concepts, in their order, the narrower ones below. Raises NoSuchThing."""
    rows = await _rows(request, site, graph)
    if not rows:
        raise NoSuchThing("no-such-thing", iri=f"<{graph}>")
    described = Described(_by_subject(rows), site.language(request))
    labels = await site.labels(request, iris(rows))
    return site.pages.render(
        "vocabulary.html",
        request,
        name=name,
        described=described,
        scheme=next(iter(described.subjects(SKOS + "ConceptScheme")), None),
        concepts=_tree(described),
        skos=SKOS,
        dct=DCT,
        labels=labels,
    )


def _tree(described: Described) -> list[Concept]:
    def place(term: Term) -> tuple[float, str]:
        position = described.one(term, "https://schema.org/position")
        number = position.value if position is not None else ""
        return (float(number) if number.isdigit() else float("inf"), term.value)

    concepts = {term: Concept(term, []) for term in sorted(described.subjects(SKOS + "Concept"), key=place)}
    top = []
    for term, concept in concepts.items():
        broader = [wide for wide in described.all(term, SKOS + "broader") if wide in concepts and wide != term]
        (concepts[broader[0]].narrower if broader else top).append(concept)
    return top


async def _shapes(request: Request, site: Site) -> Sequence[tuple[str, Facts]]:
    """What each file of shapes says, those of what is required first."""
    start = site.graph_base + "shapes/"
    graphs = [row["graph"].value for row in await site.rows(request, "graphs", start=start)]
    files = [(graph.removeprefix(start), _by_subject(await _rows(request, site, graph))) for graph in graphs]
    return sorted(files, key=lambda file: (not file[0].startswith("required/"), file[0]))


_SHAPES = Once(_shapes)


async def _rows(request: Request, site: Site, graph: str) -> list[Row]:
    return await site.rows(request, "graph-facts", graph=graph)


def _by_subject(rows: Iterable[Row]) -> Facts:
    found: dict[Term, dict[str, list[Term]]] = {}
    for row in rows:
        found.setdefault(row["subject"], {}).setdefault(row["property"].value, []).append(row["value"])
    return found
