"""The ontology keeps its promises: every own term defined, bilingual, exemplified, used or ready, within OWL 2 RL."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Store, parse

from graph.inference import infer, load_rules

ROOT = Path(__file__).resolve().parents[2]
ONTOLOGY = "https://w3id.org/passerelles/ontology"
PAS = f"{ONTOLOGY}#"
OWL = "http://www.w3.org/2002/07/owl#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
SH = "http://www.w3.org/ns/shacl#"
OWN_NAME = re.compile(rf"(?<![\w-])pas:([A-Za-z]\w*)|{re.escape(PAS)}([A-Za-z]\w*)")
# The constructs an OWL 2 RL ontology may use that we allow ourselves; no class expression is one of them.
ALLOWED_OWL = {
    "AnnotationProperty",
    "Class",
    "DatatypeProperty",
    "ObjectProperty",
    "Ontology",
    "SymmetricProperty",
    "TransitiveProperty",
    "disjointWith",
    "equivalentClass",
    "inverseOf",
    "propertyChainAxiom",
    "versionIRI",
    "versionInfo",
}
READY = {"fr": "Prêt à l’emploi", "en": "Ready for use"}


def quads_of(*patterns: str) -> list[Quad]:
    paths = sorted(path for pattern in patterns for path in ROOT.glob(pattern))
    return [quad for path in paths for quad in parse(path=path, format=RdfFormat.TURTLE)]


@cache
def ontology() -> dict[str, dict[str, list]]:
    described: dict[str, dict[str, list]] = {}
    for quad in quads_of("ontology/passerelles.ttl"):
        described.setdefault(quad.subject.value, {}).setdefault(quad.predicate.value, []).append(quad.object)
    return described


def own_terms() -> list[str]:
    return sorted(iri for iri in ontology() if iri.startswith(PAS))


def languages(term: str, predicate: str) -> list[str | None]:
    return sorted(value.language for value in ontology()[term].get(predicate, ()))


def names_in(*patterns: str) -> dict[str, list[str]]:
    """The own terms that files name, with the files."""
    found: dict[str, list[str]] = {}
    for path in sorted(path for pattern in patterns for path in ROOT.glob(pattern)):
        # A deprecation names, in its target and path, what nobody should write.
        if path.name == "deprecations.ttl":
            continue
        for match in OWN_NAME.finditer(path.read_text(encoding="utf-8")):
            found.setdefault(PAS + (match[1] or match[2]), []).append(path.relative_to(ROOT).as_posix())
    return found


def test_every_own_term_that_is_used_is_defined():
    used = names_in("ontology/**/*.ttl", "ontology/**/*.rq", "shapes/**/*.ttl", "data/**/*.ttl", "queries/**/*.rq")
    assert {term: files for term, files in used.items() if term not in ontology()} == {}


@pytest.mark.parametrize("term", own_terms())
def test_a_term_is_described_in_french_and_english(term):
    assert languages(term, RDFS + "label") == ["en", "fr"]
    assert languages(term, SKOS + "definition") == ["en", "fr"]
    assert languages(term, SKOS + "scopeNote") in ([], ["en", "fr"])
    assert [value.value for value in ontology()[term][RDFS + "isDefinedBy"]] == [ONTOLOGY]


def test_the_prefixes_are_declared_once_each_without_blank_nodes():
    quads = quads_of("ontology/prefixes.ttl")
    assert not any(isinstance(term, BlankNode) for quad in quads for term in (quad.subject, quad.object))
    prefixes = {quad.subject: quad.object.value for quad in quads if quad.predicate.value == SH + "prefix"}
    namespaces = {quad.subject: quad.object.value for quad in quads if quad.predicate.value == SH + "namespace"}
    declared = {quad.object for quad in quads if quad.predicate.value == SH + "declare"}
    assert declared == set(prefixes) == set(namespaces)
    assert len(set(prefixes.values())) == len(set(namespaces.values())) == len(declared)


@cache
def prologue() -> str:
    quads = quads_of("ontology/prefixes.ttl")
    names = {quad.subject: quad.object.value for quad in quads if quad.predicate.value == SH + "prefix"}
    return "".join(
        f"@prefix {names[quad.subject]}: <{quad.object.value}> .\n"
        for quad in quads
        if quad.predicate.value == SH + "namespace"
    )


@pytest.mark.parametrize("term", own_terms())
def test_the_example_of_a_term_is_turtle_that_uses_it(term):
    for example in ontology()[term][SKOS + "example"]:
        quads = list(parse((prologue() + example.value).encode(), format=RdfFormat.TURTLE))
        assert term in {value.value for quad in quads for value in (quad.predicate, quad.object)}


@cache
def things() -> frozenset[str]:
    return frozenset(quad.subject.value for quad in quads_of("data/**/*.ttl", "ontology/vocabularies/*.ttl"))


@pytest.mark.parametrize("term", own_terms())
def test_an_example_names_only_things_that_exist(term):
    named = {iri for value in ontology()[term][SKOS + "example"] for iri in re.findall(r"<([^>]*)>", value.value)}
    assert {iri for iri in named if iri.startswith("https://w3id.org/passerelles/id/")} <= things()


def test_every_term_is_used_in_the_data_or_said_to_be_ready_for_use():
    store = Store()
    for path in (*ROOT.glob("ontology/**/*.ttl"), *ROOT.glob("data/**/*.ttl")):
        store.bulk_load(path=path, format=RdfFormat.TURTLE)
    asserted = quads_of("data/**/*.ttl", "ontology/vocabularies/*.ttl")
    entailed = infer(store, load_rules(ROOT / "ontology" / "rules")).triples
    # An object counts too: a proposed link names the property it proposes.
    used = {term.value for quad in asserted for term in (quad.predicate, quad.object)}
    used |= {
        triple.object.value if triple.predicate.value == RDF + "type" else triple.predicate.value for triple in entailed
    }
    ready = {
        term
        for term in own_terms()
        if any(READY["fr"] in note.value for note in ontology()[term].get(SKOS + "scopeNote", ()))
    }
    assert sorted(set(own_terms()) - used - ready) == [], "unused: add a scopeNote « Prêt à l’emploi … »"
    assert sorted(ready & used) == [], "used by now: drop the scopeNote « Prêt à l’emploi … »"


def test_a_term_ready_for_use_says_so_in_both_languages():
    for term in own_terms():
        notes = {note.language: note.value for note in ontology()[term].get(SKOS + "scopeNote", ())}
        assert notes.get("fr", "").startswith(READY["fr"]) == notes.get("en", "").startswith(READY["en"])


def test_the_ontology_says_what_it_is():
    header = ontology()[ONTOLOGY]
    version = header[OWL + "versionInfo"][0].value
    assert header[OWL + "versionIRI"] == [NamedNode(f"{ONTOLOGY}/{version}")]
    assert languages(ONTOLOGY, "http://purl.org/dc/terms/title") == ["en", "fr"]
    assert languages(ONTOLOGY, "http://purl.org/dc/terms/description") == ["en", "fr"]
    assert any(note.value.startswith(version) for note in header[SKOS + "changeNote"])
    for name in ("issued", "license", "modified"):
        assert len(header[f"http://purl.org/dc/terms/{name}"]) == 1
    assert header["http://purl.org/vocab/vann/preferredNamespaceUri"] == [Literal(PAS)]


def test_every_file_of_the_ontology_has_the_same_licence():
    licence = NamedNode("http://purl.org/dc/terms/license")
    for pattern in ("ontology/*.ttl", "ontology/alignments/*.ttl", "ontology/imports/*.ttl"):
        for path in ROOT.glob(pattern):
            quads = parse(path=path, format=RdfFormat.TURTLE)
            found = {quad.object.value for quad in quads if quad.predicate == licence}
            assert found == {"http://spdx.org/licenses/etalab-2.0"}, path.name


def test_only_property_chains_have_blank_nodes():
    quads = quads_of("ontology/**/*.ttl")
    chains = {quad.object for quad in quads if quad.predicate.value == OWL + "propertyChainAxiom"}
    rest = {quad.object for quad in quads if quad.predicate.value == RDF + "rest"}
    blank = {term for quad in quads for term in (quad.subject, quad.object) if isinstance(term, BlankNode)}
    assert blank <= chains | rest


def test_the_ontology_stays_in_owl_2_rl():
    """Syntactic and stricter than the profile: named classes only, and no construct outside ALLOWED_OWL."""
    quads = quads_of("ontology/passerelles.ttl", "ontology/alignments/*.ttl")
    used = {term.value for quad in quads for term in (quad.predicate, quad.object) if isinstance(term, NamedNode)}
    assert {iri.removeprefix(OWL) for iri in used if iri.startswith(OWL)} <= ALLOWED_OWL
    for name in ("subClassOf", "subPropertyOf", "domain", "range"):
        assert all(isinstance(quad.object, NamedNode) for quad in quads if quad.predicate.value == RDFS + name)
    # A property is of one kind, and no annotation property has logical axioms.
    kinds = {f"{OWL}{kind}Property" for kind in ("Object", "Datatype", "Annotation")}
    for term in own_terms():
        types = {value.value for value in ontology()[term][RDF + "type"]}
        assert types == {OWL + "Class"} or len(types & kinds) == 1, term
        if OWL + "AnnotationProperty" in types:
            assert not {OWL + "inverseOf", OWL + "propertyChainAxiom", RDFS + "domain", RDFS + "range"} & set(
                ontology()[term]
            )


def test_a_chain_ends_in_a_property_that_is_not_in_a_cycle_with_another():
    """OWL 2 regularity, for chains of two: the property may stand in its own chain only at one end."""
    quads = quads_of("ontology/passerelles.ttl")
    first = {quad.subject: quad.object for quad in quads if quad.predicate.value == RDF + "first"}
    rest = {quad.subject: quad.object for quad in quads if quad.predicate.value == RDF + "rest"}
    for quad in quads:
        if quad.predicate.value == OWL + "propertyChainAxiom":
            one, other = first[quad.object], first[rest[quad.object]]
            assert rest[rest[quad.object]].value == RDF + "nil"
            assert [one, other].count(quad.subject) <= 1


def test_an_inverse_is_declared_on_both_sides_at_most_once():
    pairs = [
        frozenset((quad.subject.value, quad.object.value))
        for quad in quads_of("ontology/passerelles.ttl", "ontology/alignments/*.ttl")
        if quad.predicate.value == OWL + "inverseOf"
    ]
    assert len(pairs) == len(set(pairs))


def test_an_authority_term_has_its_class_its_scheme_and_both_labels():
    described: dict[str, dict[str, list]] = {}
    for quad in quads_of("ontology/imports/*.ttl"):
        described.setdefault(quad.subject.value, {}).setdefault(quad.predicate.value, []).append(quad.object)
    concepts = {iri: about for iri, about in described.items() if NamedNode(SKOS + "Concept") in about[RDF + "type"]}
    assert len(concepts) > 50
    for iri, about in concepts.items():
        assert sorted(label.language for label in about[SKOS + "prefLabel"]) == ["en", "fr"], iri
        assert about[SKOS + "inScheme"][0].value in described, iri


def test_every_authority_term_the_data_names_is_in_the_pinned_slice():
    authority = ("http://publications.europa.eu/resource/authority/", "http://purl.org/adms/")
    pinned = {quad.subject.value for quad in quads_of("ontology/imports/*.ttl")}
    named = {quad.object.value for quad in quads_of("data/**/*.ttl", "ontology/vocabularies/*.ttl")}
    assert {iri for iri in named if iri.startswith(authority)} <= pinned
