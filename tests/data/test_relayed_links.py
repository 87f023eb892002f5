"""The relay over the data of this repository: every reuse and every link, proposed ones too, is found at both ends."""

from __future__ import annotations

import pyoxigraph
import pytest
from repository import ROOT, RepositoryGraph

from graph.config import Graph
from graph.relay.kinds import ADDRESS
from graph.relay.lookup import Relay
from graph.relay.names import Names
from graph.relay.word import Publisher

from ..relaying import close

PAS = "https://w3id.org/passerelles/ontology#"
SSSOM = "https://w3id.org/sssom/"
PROPOSED = "https://w3id.org/passerelles/id/concepts/decision-proposee"


@pytest.fixture(scope="module")
def relay(tmp_path_factory) -> Relay:
    store, settings = pyoxigraph.Store(), Graph()
    for folder in ("data", "ontology"):
        for path in sorted((ROOT / folder).rglob("*.ttl")):
            name = path.relative_to(ROOT / folder).with_suffix("").as_posix()
            for quad in pyoxigraph.parse(path=path, format=pyoxigraph.RdfFormat.TURTLE):
                named = pyoxigraph.NamedNode(settings.graph_base + name)
                store.extend(pyoxigraph.Quad(*quad.triple, where) for where in (pyoxigraph.DefaultGraph(), named))
    names = tmp_path_factory.mktemp("identity") / "names.sqlite"
    close(store, settings, names)
    return Relay(store, Names(names), settings.graph_base, Publisher("https://w3id.org/passerelles/"))


def of_type(graph: RepositoryGraph, name: str) -> list[str]:
    return [
        subject for subject in graph.subjects if name in {kind.value for kind in graph.objects(subject, "rdf:type")}
    ]


def test_every_reuse_is_found_from_who_reuses_and_from_what_is_reused(graph, relay):
    reuses = of_type(graph, PAS + "Reuse")
    assert reuses
    for reuse in reuses:
        [reuser], [reused] = graph.objects(reuse, "pas:reuser"), graph.objects(reuse, "pas:reused")
        for end in (reuser.value, reused.value):
            carried = [link for link in relay(end)["links"] if link["carrier"] == reuse]
            [link] = [link for link in carried if link["property"] == PAS + "reuses"]
            assert (link["from"], link["to"]) == (reuser.value, reused.value)
            assert link["asserted_by"] == graph.objects(reuse, "pas:attestedBy")[0].value
            assert link["date"]


def test_every_proposed_link_is_told_apart_at_both_its_ends(graph, relay):
    records = [
        record
        for record in of_type(graph, SSSOM + "Mapping")
        if graph.objects(record, "pas:decision")[0].value == PROPOSED
    ]
    assert records
    for record in records:
        if graph.objects(record, SSSOM + "predicate_id")[0].value not in relay.kinds:
            continue  # a place, an organiser: no link between productions
        for end in ("subject_id", "object_id"):
            found = relay(graph.objects(record, SSSOM + end)[0].value)
            assert [link["carrier"] for link in found["proposed"]].count(record) == 1
            assert record not in {link["carrier"] for link in found["links"]}


def test_every_link_that_a_file_states_is_found_from_both_its_ends(graph, relay):
    checked = 0
    for subject, known in graph.subjects.items():
        for predicate, values in known.items():
            for value in values:
                if predicate in relay.kinds and relay.kinds[predicate] != ADDRESS and value.value != subject:
                    checked += 1
                    for end in (subject, value.value):
                        triples = [(link["from"], link["property"], link["to"]) for link in relay(end)["links"]]
                        assert (subject, predicate, value.value) in triples
    assert checked > 100
