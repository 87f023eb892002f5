"""SPARQLWrapper asks us: every format it knows, by each of its methods, and a query that has a `SERVICE`."""

from __future__ import annotations

import json

import pytest
import SPARQLWrapper
from rdflib import Graph

from .queries import PLAIN, PREFIXES

CLIENT = "sparqlwrapper"
NORTH = {name: query for name, query in PLAIN.items() if name in {"a FILTER", "VALUES", "a count by group"}}
TITLES = PREFIXES + "SELECT ?t ?tool { ?t a ex:Tool ; dct:title ?tool }"
DESCRIBED = "DESCRIBE <https://south.example.org/id/tools/t3>"


@pytest.fixture
def wrapper(federation):
    """One that asks what it is told in a format, by a method, with a way of sending queries."""

    def made(query: str, form: str, method: str = "GET", sending: str = "urlencoded"):
        made = SPARQLWrapper.SPARQLWrapper(federation.south.sparql)
        made.setQuery(query)
        made.setReturnFormat(form)
        made.setMethod(method)
        made.setRequestMethod(sending)
        return made.query()

    return made


@pytest.mark.parametrize(
    ("method", "sending"), [("GET", "urlencoded"), ("POST", "urlencoded"), ("POST", "postdirectly")]
)
def test_each_way_of_asking_gives_the_rows_of_the_data(wrapper, same_rows, method, sending):
    assert same_rows(wrapper(TITLES, "json", method, sending).convert(), TITLES)


@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv"])
def test_each_format_of_tables_is_understood(wrapper, form):
    shown = wrapper(TITLES, form).convert()
    text = (
        shown.decode()
        if isinstance(shown, bytes)
        else shown.toxml()
        if form == "xml"
        else json.dumps(shown, ensure_ascii=False)
    )
    assert text.count("d’« été »") == 40


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")  # that it makes itself
@pytest.mark.parametrize("form", ["turtle", "n3", "xml", "rdf+xml", "json-ld"])
def test_each_format_of_graphs_is_understood(wrapper, form, federation):
    shown = wrapper(DESCRIBED, form).convert()
    kind = {"json-ld": "json-ld", "n3": "turtle", "turtle": "turtle"}.get(form, "xml")
    graph = shown if isinstance(shown, Graph) else Graph().parse(data=shown, format=kind)
    title = federation.rows(PREFIXES + f"SELECT ?o {{ {DESCRIBED.removeprefix('DESCRIBE ')} dct:title ?o }}")
    assert [(term.n3(),) for term in graph.objects(predicate=None, unique=True) if "été" in term] == title


def test_a_truth_is_understood(wrapper):
    assert wrapper("ASK { ?s ?p ?o }", "json").convert()["boolean"] is True
    assert "true" in wrapper("ASK { ?s ?p ?o }", "xml").convert().toxml()


def test_an_error_has_our_reason(wrapper):
    with pytest.raises(SPARQLWrapper.SPARQLExceptions.QueryBadFormed, match="PAS911"):
        wrapper("SELECT * { ?s ?p }", "json")


def test_an_update_is_refused(federation):
    client = SPARQLWrapper.SPARQLWrapper(federation.south.sparql)
    client.setQuery("CLEAR ALL")
    client.setMethod("POST")
    with pytest.raises(Exception, match="403"):
        client.query()
