"""Our inference against owlrl, entailment by entailment, on the whole graph of the repository.

Compared, both ways: every triple with IRIs at both ends whose predicate is an own property, or that gives an own class
as a type.

What owlrl cannot know is given to it as data, and so is closed by it too: what the `passerelles-*` rules make (accepted
links, sides of exchange, exchange types, differences, outcomes of events, policies). Not compared:
- `owl:sameAs` replacement (OWL 2 RL eq-rep-*): ours never renames individuals;
- the closure of `skos:exactMatch` across a pair said to be distinct, which ours cuts: no own property depends on it;
- what RL says of everything (owl:Thing, rdfs:Resource, reflexive triples, types of literals) and of the schema itself
  (scm-*): ours leaves them out on purpose.

Texts (quotations, labels, descriptions: literals with a language) are left out of owlrl's input: no rule concerns them,
and it types every one of them.
"""

from __future__ import annotations

from pathlib import Path

import owlrl
import pytest
import rdflib
from pyoxigraph import Literal, NamedNode, RdfFormat, Store

from graph.inference import infer, load_rules

ROOT = Path(__file__).resolve().parents[2]
PAS = "https://w3id.org/passerelles/ontology#"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


def repository() -> Store:
    store = Store()
    for folder in ("ontology", "data"):
        for path in sorted((ROOT / folder).rglob("*.ttl")):
            store.bulk_load(path=path, format=RdfFormat.TURTLE)
    return store


def is_own(subject: object, predicate: str, value: object) -> bool:
    """Whether the triple is one we compare; the ends are None when they are not IRIs."""
    if subject is None or value is None or subject == value:
        return False
    return predicate.startswith(PAS) or (predicate == TYPE and str(value).startswith(PAS))


def own_triples_of_store(store: Store) -> set[tuple[str, str, str]]:
    return {
        (quad.subject.value, quad.predicate.value, quad.object.value)
        for quad in store
        if isinstance(quad.subject, NamedNode)
        and isinstance(quad.object, NamedNode)
        and is_own(quad.subject.value, quad.predicate.value, quad.object.value)
    }


def own_triples_of_graph(graph: object) -> set[tuple[str, str, str]]:
    return {
        (str(subject), str(predicate), str(value))
        for subject, predicate, value in graph
        if isinstance(subject, rdflib.URIRef)
        and isinstance(value, rdflib.URIRef)
        and is_own(str(subject), str(predicate), str(value))
    }


def closed_by_owlrl(store: Store) -> object:
    graph = rdflib.Graph()
    relations = (
        f"{quad.triple} ." for quad in store if not (isinstance(quad.object, Literal) and quad.object.language)
    )
    graph.parse(data="\n".join(relations), format="nt")
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    return graph


@pytest.mark.filterwarnings("ignore")
def test_ours_and_owlrl_entail_the_same():
    rules = load_rules(ROOT / "ontology" / "rules")
    asserted, ours = repository(), repository()
    entailed = infer(ours, rules)
    assert entailed.triples
    # What our own rules make is data to owlrl: only the generic rules are compared.
    infer(asserted, [rule for rule in rules if rule.name.startswith("passerelles-")])
    before = own_triples_of_store(asserted)
    expected = own_triples_of_graph(closed_by_owlrl(asserted))
    found = own_triples_of_store(ours)
    assert len(found - before) > 150
    assert sorted(expected - found) == [], "owlrl entails it, ours does not"
    assert sorted(found - expected) == [], "ours entails it, owlrl does not"
