"""What an ontology says that checks across files hold the data to: orders without cycles, keys, own namespaces.

Common terms are told by `standards.ttl` beside this module, the others by the repository's own ontology.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from ..namespaces import DCT, DISTINCTION, IDENTITY, OWL, PAS, PROV, RDF, RDFS, SH, STANDARD
from ..turtle.parse import parse
from .statements import Statement, every

DEPRECATED = OWL + "deprecated"
REPLACED_BY = DCT + "isReplacedBy"
REPLACES = DCT + "replaces"
#: Relations that say whether two things are one: once said, nothing is left to guess.
SETTLING = (*IDENTITY, *DISTINCTION)
#: A mapping record and who reviewed it <https://mapping-commons.github.io/sssom/>, the decision taken.
_SSSOM = "https://w3id.org/sssom/"
MAPPED_FROM, MAPPED_BY, MAPPED_TO = (_SSSOM + name for name in ("subject_id", "predicate_id", "object_id"))
MODIFIER = _SSSOM + "predicate_modifier"
REVIEWERS = (_SSSOM + "reviewer_id", _SSSOM + "reviewer_label")
#: What may be decided of a link, by the folder of its record.
DECISIONS = {
    "proposed": "https://w3id.org/passerelles/id/concepts/decision-proposee",
    "accepted": "https://w3id.org/passerelles/id/concepts/decision-acceptee",
    "rejected": "https://w3id.org/passerelles/id/concepts/decision-rejetee",
    "undecided": "https://w3id.org/passerelles/id/concepts/decision-indecise",
}
DECISION, ACCEPTED = PAS + "decision", DECISIONS["accepted"]
RECORDED = frozenset((MAPPED_FROM, MAPPED_BY, MAPPED_TO, MODIFIER, DECISION, *REVIEWERS))
#: Where the source code of a thing is; several may be in one place.
REPOSITORY = "https://schema.org/codeRepository"
#: The licence of a work, whose it is, what says that it is made from another, and what a record of reuse says of it.
LICENSE, HOLDERS = DCT + "license", (DCT + "rightsHolder", DCT + "creator")
DERIVED = (PROV + "wasDerivedFrom", PROV + "wasRevisionOf", "https://schema.org/isBasedOn", DCT + "isVersionOf")
GENERATED, REUSER, REUSED, REUSE_KIND = PROV + "generated", PAS + "reuser", PAS + "reused", PAS + "reuseKind"
#: The organisations before and after a change <https://www.w3.org/TR/vocab-org/>, and when anything began.
BEFORE, AFTER = (STANDARD["org"] + name for name in ("originalOrganization", "resultingOrganization"))
BEGAN = PROV + "startedAtTime"
_ALWAYS = {DEPRECATED, REPLACED_BY, REPLACES, *SETTLING, *RECORDED}
_ALWAYS |= {LICENSE, *HOLDERS, *DERIVED, GENERATED, REUSER, REUSED, REUSE_KIND, BEFORE, AFTER, BEGAN}


@dataclass(frozen=True, slots=True)
class Key:
    """Things of one of `classes` (of any class when empty) that agree on every property are one thing."""

    properties: tuple[str, ...]
    classes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Axioms:
    """What the ontology says.

    `namespaces` are where its own terms live; `orders` gives each property of an order without cycles the name of the
    order (its widest property) and whether the property runs against it; `keys` are what tells things apart;
    `symmetric` are properties; `terms`, those it defines; `vocabularies`, the namespaces it declares a prefix for.
    """

    namespaces: tuple[str, ...] = ()
    orders: Mapping[str, tuple[tuple[str, bool], ...]] = field(default_factory=dict)
    keys: tuple[Key, ...] = ()
    symmetric: frozenset[str] = frozenset()
    terms: frozenset[str] = frozenset()
    vocabularies: frozenset[str] = frozenset()
    kept: frozenset[bytes] = field(init=False)
    asked: tuple[tuple[Key, tuple[bytes, ...]], ...] = field(init=False)

    def __post_init__(self) -> None:
        """The same, as the lines of N-Triples have it: predicates whose statements are kept, properties of each key."""
        kept = frozenset(name.encode() for name in (*_ALWAYS, *self.orders))
        asked = tuple((key, tuple(name.encode() for name in key.properties)) for key in self.keys)
        object.__setattr__(self, "kept", kept)
        object.__setattr__(self, "asked", asked)


NONE = Axioms()


def axioms(ontology: Iterable[bytes]) -> Axioms:
    """What the standards and the N-Triples documents of an ontology say."""
    own = [statement for ntriples in ontology for statement in every(ntriples)]
    said = _Said((*_standards(), *own))
    return Axioms(
        tuple(_namespaces(own)),
        _orders(said),
        tuple(dict.fromkeys(_keys(said))),
        frozenset(said.subjects(RDF + "type", OWL + "SymmetricProperty")),
        frozenset(subject for subject, _, _ in own),
        frozenset(value[1 : value.rindex('"')] for _, value in said.pairs.get(SH + "namespace", ()) if '"' in value),
    )


class _Said:
    """Statements by predicate, then by subject or by object."""

    def __init__(self, statements: Iterable[Statement]) -> None:
        self._objects: dict[tuple[str, str], list[str]] = {}
        self._subjects: dict[tuple[str, str], list[str]] = {}
        self.pairs: dict[str, list[tuple[str, str]]] = {}
        for subject, predicate, value in statements:
            self._objects.setdefault((predicate, subject), []).append(value)
            self._subjects.setdefault((predicate, value), []).append(subject)
            self.pairs.setdefault(predicate, []).append((subject, value))

    def objects(self, predicate: str, subject: str) -> list[str]:
        return self._objects.get((predicate, subject), [])

    def subjects(self, predicate: str, value: str) -> list[str]:
        return self._subjects.get((predicate, value), [])

    def below(self, predicate: str, top: str) -> list[str]:
        """`top` and what leads to it by `predicate`, step by step, nearest first."""
        found, known = [top], {top}
        for term in found:  # grows as it is read
            new = [below for below in self.subjects(predicate, term) if below not in known]
            known.update(new)
            found += new
        return found

    def listed(self, node: str) -> Iterator[str]:
        """The members of an RDF list."""
        seen: set[str] = set()
        while node not in seen:  # a list may be made to bite its tail
            seen.add(node)
            yield from self.objects(RDF + "first", node)[:1]
            node = (self.objects(RDF + "rest", node) or [node])[0]


def _orders(said: _Said) -> dict[str, tuple[tuple[str, bool], ...]]:
    """Each property of an order: what is below an acyclic property, and their inverses, which run against it."""
    transitive = set(said.subjects(RDF + "type", OWL + "TransitiveProperty"))
    strict = [p for name in ("Irreflexive", "Asymmetric") for p in said.subjects(RDF + "type", f"{OWL}{name}Property")]
    acyclic = [p for p, value in said.pairs.get(PAS + "acyclic", ()) if value.startswith(('"true"', '"1"'))]
    orders: dict[str, dict[tuple[str, bool], None]] = {}
    for order in dict.fromkeys([*acyclic, *(p for p in strict if p in transitive)]):
        found = {(order, False): None}
        waiting = list(found)
        for name, against in waiting:  # grows as it is read
            near = [(below, against) for below in said.subjects(RDFS + "subPropertyOf", name)]
            inverse = [*said.objects(OWL + "inverseOf", name), *said.subjects(OWL + "inverseOf", name)]
            near += [(other, not against) for other in inverse]
            waiting += [step for step in near if step not in found]
            found.update(dict.fromkeys(near))
        for name, against in found:
            orders.setdefault(name, {})[order, against] = None
    return {name: tuple(steps) for name, steps in orders.items()}


def _keys(said: _Said) -> Iterator[Key]:
    for name in said.subjects(RDF + "type", OWL + "InverseFunctionalProperty"):
        yield Key((name,))
    for top, node in said.pairs.get(OWL + "hasKey", ()):
        properties = tuple(said.listed(node))
        if properties:
            everything = top == OWL + "Thing"
            yield Key(properties, frozenset() if everything else frozenset(said.below(RDFS + "subClassOf", top)))


def _namespaces(own: Iterable[Statement]) -> Iterator[str]:
    """Where the terms of the ontologies declared live: their IRI, ended by `#` where it has no end."""
    for subject, predicate, value in own:
        if predicate == RDF + "type" and value == OWL + "Ontology":
            yield subject if subject.endswith(("#", "/")) else f"{subject}#"


@cache
def _standards() -> tuple[Statement, ...]:
    text = files(__package__).joinpath("standards.ttl").read_bytes()
    return tuple(every(parse(text, path="standards.ttl", base=PAS, limit=len(text)).ntriples))
