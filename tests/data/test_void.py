"""What our VoID says of our graph is what COUNT says of it: every number of every partition."""

from __future__ import annotations

from collections import defaultdict

import pyoxigraph as ox
import pytest

from graph import config
from graph.build import build
from graph.catalog.service_description import service_description
from graph.catalog.void import Described, void
from graph.namespaces import RDF
from graph.snapshot import counts

VOID = "http://rdfs.org/ns/void#"
TYPE = RDF + "type"
ADDRESS = "https://passerelles.example.org"
COUNT = "SELECT (COUNT({}) AS ?n) {{ {} }}"


class Description:
    """The triples of a description, by subject and term of VoID."""

    def __init__(self, ntriples: bytes) -> None:
        self.values: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for quad in ox.parse(ntriples, ox.RdfFormat.N_TRIPLES):
            self.values[quad.subject.value][quad.predicate.value.removeprefix(VOID)].append(quad.object.value)

    def one(self, subject: str, name: str) -> str:
        (value,) = self.values[subject][name]
        return value

    def parts(self, subject: str, name: str) -> list[str]:
        return self.values[subject][name]


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory):
    return build(config.load(config.shipped_root()), tmp_path_factory.mktemp("build"))


@pytest.fixture(scope="module")
def store(snapshot):
    return ox.Store.read_only(str(snapshot.store_path))


@pytest.fixture(scope="module")
def counted(store):
    """The number of solutions of a pattern of the default graph, or of the distinct ones of a variable."""

    def number(pattern: str, what: str = "*") -> int:
        (row,) = store.query(COUNT.format(what, pattern))
        return int(row["n"].value)

    return number


@pytest.fixture(scope="module")
def said(snapshot):
    return Description(bytes(void(Described(ADDRESS, snapshot.manifest, counts.read(snapshot.path)))))


DATASET = f"{ADDRESS}/.well-known/void#dataset"
WHOLE = f"{ADDRESS}/.well-known/void#all"


def test_the_numbers_of_the_dataset_are_what_count_says(said, counted, snapshot):
    base = snapshot.manifest.base
    expected = {
        "triples": counted("?s ?p ?o"),
        "entities": counted(f'?s ?p ?o FILTER(STRSTARTS(STR(?s), "{base}"))', "DISTINCT ?s"),
        "classes": counted("?s a ?c FILTER(isIRI(?c))", "DISTINCT ?c"),
        "properties": counted("?s ?p ?o", "DISTINCT ?p"),
        "distinctSubjects": counted("?s ?p ?o", "DISTINCT ?s"),
        "distinctObjects": counted("?s ?p ?o", "DISTINCT ?o"),
    }
    assert {name: int(said.one(DATASET, name)) for name in expected} == expected
    assert expected["triples"] == snapshot.manifest.counts["triples"] > 10_000


def test_the_numbers_of_every_property_are_what_count_says(said, counted):
    parts = said.parts(DATASET, "propertyPartition")
    assert len(parts) == len(set(parts)) == int(said.one(DATASET, "properties"))
    for part in parts:
        pattern = f"?s <{said.one(part, 'property')}> ?o"
        expected = {
            "triples": counted(pattern),
            "distinctSubjects": counted(pattern, "DISTINCT ?s"),
            "distinctObjects": counted(pattern, "DISTINCT ?o"),
        }
        assert {name: int(said.one(part, name)) for name in expected} == expected, part


def test_the_numbers_of_every_class_and_of_its_properties_are_what_count_says(said, counted):
    parts = said.parts(DATASET, "classPartition")
    assert len(parts) == len(set(parts)) == int(said.one(DATASET, "classes"))
    for part in parts:
        name = said.one(part, "class")
        assert int(said.one(part, "entities")) == counted(f"?s a <{name}>")
        properties = said.parts(part, "propertyPartition")
        for each in properties:
            pattern = f"?s a <{name}> ; <{said.one(each, 'property')}> ?o"
            assert int(said.one(each, "triples")) == counted(pattern), each
        assert len(properties) == counted(f"?s a <{name}> ; ?p ?o", "DISTINCT ?p")


def test_the_examples_of_a_class_are_instances_and_things_of_ours(said, counted, snapshot):
    parts = said.parts(DATASET, "classPartition")
    shown = [(example, part) for part in parts for example in said.parts(part, "exampleResource")]
    assert len(shown) > 10
    for example, part in shown:
        assert example.startswith(snapshot.manifest.base)
        assert counted(f"<{example}> a <{said.one(part, 'class')}>") == 1
    assert len(said.parts(DATASET, "exampleResource")) == 3


def test_the_numbers_of_every_linkset_are_what_count_says_and_no_link_is_left_out(said, counted, snapshot):
    linksets, base = said.parts(DATASET, "subset"), snapshot.manifest.base
    assert len(linksets) > 10
    ours = f'STRSTARTS(STR(?s), "{base}") && isIRI(?o) && !STRSTARTS(STR(?o), "{counts.house(base)}")'
    for linkset in linksets:
        space = said.one(said.one(linkset, "objectsTarget"), "uriSpace")
        assert not base.startswith(space)
        pattern = f'?s <{said.one(linkset, "linkPredicate")}> ?o FILTER({ours} && STRSTARTS(STR(?o), "{space}"))'
        assert int(said.one(linkset, "triples")) == counted(pattern), linkset
        assert said.one(linkset, "subjectsTarget") == DATASET
    links = counted(f'?s ?p ?o FILTER(?p != <{TYPE}> && {ours} && REGEX(STR(?o), "^[^:]+://[^/]+/"))')
    assert sum(int(said.one(linkset, "triples")) for linkset in linksets) == links


def test_the_numbers_of_every_family_of_named_graphs_are_what_count_says(said, store, counted, snapshot):
    base, families = snapshot.manifest.graph_base, [each for each in said.parts(WHOLE, "subset") if each != DATASET]
    assert f"{ADDRESS}/.well-known/void#graphs:inferred" in families
    for family in families:
        name = said.one(family, "http://purl.org/dc/terms/title")
        graphs = f'FILTER(STR(?g) = "{base}{name}" || STRSTARTS(STR(?g), "{base}{name}/"))'
        assert int(said.one(family, "triples")) == counted(f"GRAPH ?g {{ ?s ?p ?o }} {graphs}"), family
        assert int(said.one(family, "documents")) == counted(f"GRAPH ?g {{ ?s ?p ?o }} {graphs}", "DISTINCT ?g")
    everything = sum(1 for _ in store) - counted("?s ?p ?o")
    assert sum(int(said.one(family, "triples")) for family in families) == everything


def test_every_property_and_class_is_in_a_vocabulary_that_is_named(said):
    names = tuple(said.parts(DATASET, "vocabulary"))
    terms = [said.one(part, "property") for part in said.parts(DATASET, "propertyPartition")]
    terms += [said.one(part, "class") for part in said.parts(DATASET, "classPartition")]
    assert [term for term in terms if not term.startswith(names)] == []


def test_of_more_named_graphs_than_are_listed_the_number_is_told_and_none_is(snapshot):
    described = Described(ADDRESS, snapshot.manifest, counts.read(snapshot.path))
    sd = "http://www.w3.org/ns/sparql-service-description#"
    number = sum(1 for size in described.counts.graphs.values() if size)
    listed, told = (
        Description(bytes(service_description(described, federated=False, graphs=number - less))) for less in (0, 1)
    )
    assert len(listed.parts(f"{ADDRESS}/.well-known/void#all", f"{sd}namedGraph")) == number
    assert told.parts(f"{ADDRESS}/.well-known/void#all", f"{sd}namedGraph") == []
    some = told.one(f"{ADDRESS}/sparql", f"{sd}availableGraphs")
    assert all(str(number) in text for text in told.parts(some, "http://purl.org/dc/terms/description"))


def test_a_snapshot_made_without_counts_says_how_many_triples_it_has(snapshot):
    said = Description(bytes(void(Described(ADDRESS, snapshot.manifest, None))))
    assert int(said.one(DATASET, "triples")) == snapshot.manifest.counts["triples"]
    assert "classPartition" not in said.values[DATASET]


def test_a_number_written_in_two_ways_is_counted_as_the_store_keeps_it(repository, tmp_path):
    repository.tool("saw", '<https://example.org/id/tools/saw> dct:extent 1.0, 1.00 ; dct:title "Scie"@FR .')
    built = build(config.load(repository.root), tmp_path)
    store = ox.Store.read_only(str(built.store_path))
    rows = store.query("SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g")
    assert {row["g"].value: int(row["n"].value) for row in rows} == counts.read(built.path).graphs
