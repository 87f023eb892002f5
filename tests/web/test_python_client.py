"""The Python client before our own server: the same answers, and the same errors, as on this machine."""

from __future__ import annotations

from datetime import date

import pytest

from graph.client import Iri, Text, connect
from graph.errors import DeadlineExceeded, LimitExceeded, MalformedQuery, NoSuchThing, RefusedQuery

PAS = "https://w3id.org/passerelles/ontology#"
BUS = Iri("https://w3id.org/passerelles/id/productions/bus")
PREFIXES = "PREFIX dct: <http://purl.org/dc/terms/> "
QUERIES = {
    "a table": (PREFIXES + "SELECT ?s ?t ?d { ?s dct:title ?t OPTIONAL { ?s dct:issued ?d } } ORDER BY ?s ?t", {}),
    "a variable": (PREFIXES + "SELECT ?t { ?s dct:title ?t FILTER(LANG(?t) = ?l) } ORDER BY ?t", {"s": BUS, "l": "fr"}),
    "a saved query": ("things-of-a-type", {"type": Iri(f"{PAS}Tool")}),
}


@pytest.fixture(scope="module")
def there(server):
    with connect(server.url) as graph:
        yield graph


@pytest.fixture(scope="module")
def here(snapshot):
    with connect(snapshot.path) as graph:
        yield graph


@pytest.mark.parametrize("name", QUERIES)
def test_the_server_and_the_folder_give_the_same_rows(there, here, name):
    what, values = QUERIES[name]
    rows, same = there.query(what, values), here.query(what, values)
    assert len(rows) > 0
    assert (list(rows), rows.columns, rows.snapshot) == (list(same), same.columns, same.snapshot)
    assert list(there.stream(what, values)) == list(rows)


def test_values_have_their_types(there):
    text = PREFIXES + "SELECT ?t ?d { ?s dct:title ?t ; dct:issued ?d FILTER(LANG(?t) = 'fr') }"
    (row,) = there.query(text, s=BUS)
    assert row == (Text("Le bus des services", "fr"), date(2018, 7, 6))


def test_a_truth_and_a_graph(there, here):
    assert there.query("ASK { ?s ?p ?o }", s=BUS)
    assert not there.query("ASK { ?s ?p ?o }", s=Iri("https://example.org/none"))
    graph = there.query("CONSTRUCT WHERE { ?s ?p ?o }", s=BUS)
    assert set(graph) == set(here.query("CONSTRUCT WHERE { ?s ?p ?o }", s=BUS))
    assert len(there.query("everything")) == len(here.query("everything"))


def test_saved_queries_are_known_by_their_parameters(there, here):
    assert set(there.queries) == set(here.queries)
    saved = there.queries["things-of-a-type"]
    assert [(each.name, each.type, each.required) for each in saved.parameters] == [
        ("type", "iri", True),
        ("identifier", "string", False),
    ]
    assert saved.columns == ("thing", "title")
    with pytest.raises(MalformedQuery, match="« type »"):
        there.query("things-of-a-type", typ=BUS)
    with pytest.raises(NoSuchThing, match="things-of-a-type"):
        there.query("things-of-a-typ")


@pytest.mark.parametrize(
    ("text", "kind", "place"),
    [
        ("SELECT * {\n ?s ?p }", MalformedQuery, (2, 9)),
        ("SELECT * {\n SERVICE <http://example.org/> {} }", RefusedQuery, (2, 2)),
        (f"SELECT * {{\n {'?s ?p ?o . ' * 101} }}", LimitExceeded, (2, 1102)),
        ("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }", DeadlineExceeded, (None, None)),
    ],
)
def test_errors_are_the_same_there_and_here(there, here, text, kind, place):
    for graph in (there, here):
        with pytest.raises(kind) as caught:
            graph.query(text, timeout=1.0 if graph is here else None)
        assert (caught.value.line, caught.value.column) == place


def test_an_answer_that_holds_is_not_sent_again(there, server, caplog):
    caplog.set_level("INFO", "httpx")
    for _ in range(2):
        rows = there.query("SELECT (COUNT(*) AS ?triples) { ?s ?p ?o }")
        assert (rows.value(), rows.snapshot) == (server.snapshot.manifest.counts["triples"], server.snapshot.id)
    assert [" 304 " in message for message in caplog.messages] == [False, True]


def test_an_answer_has_a_permanent_address(there, server):
    rows = there.query("SELECT ?s { ?s ?p ?o } ORDER BY ?s LIMIT 1")
    assert rows.url.startswith(f"{server.url}/snapshots/{server.snapshot.id}/")
    with connect(f"{server.url}/snapshots/{rows.snapshot}/") as pinned:
        assert list(pinned.query("SELECT ?s { ?s ?p ?o } ORDER BY ?s LIMIT 1")) == list(rows)
        assert pinned.query("things-of-a-type", type=Iri(f"{PAS}Tool"))
