"""What is counted beforehand is, byte for byte, what the engine counts."""

from __future__ import annotations

import io

import pyoxigraph as ox
import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from graph.config import Limits
from graph.errors import QueryError
from graph.formats import RESULTS_FORMATS
from graph.namespaces import RDF
from graph.snapshot.counts import count
from graph.sparql.counted import answer, asked
from graph.sparql.guard import inspect
from graph.sparql.results import serialise

STORE = ox.Store()
STORE.load(
    b"""
    @prefix e: <http://e.org/> .
    e:a a e:C, e:D ; e:p 1, "x", "x"@fr, e:b ; e:q "x", _:b ; <http://e.org/#x> e:b .
    e:b a e:C, _:c ; e:p 1 ; e:q e:a .
    _:b e:p 2 ; a e:C .
    """,
    format=ox.RdfFormat.TURTLE,
)
STORE.load(b'<http://e.org/a> <http://e.org/named> "g" .', format=ox.RdfFormat.TURTLE, to_graph=ox.NamedNode("x:g"))
COUNTS = count(STORE, "http://e.org/")
FORMS = st.sampled_from(RESULTS_FORMATS)
GAPS = st.sampled_from([" ", "\n", "\t ", ' # it\'s "<a>" COUNT\n', "\r\n"])
PROLOGUES = st.sampled_from(
    ["PREFIX e: <http://e.org/>", "prefix e: <http://e.org/> prefix : <http://other.org/>"] * 10
    + ["BASE <http://e.org/> PREFIX e: <http://e.org/>", "PREFIX e: <http://e.org/> PREFIX e: <http://e.org/>"]
    + ["PREFIX e: <e>", "PREFIX e: <http://e.org/> PREFIX u: <\\u0068ttp://e.org/>", ""]
)
NAMES = ["e:p", "e:q", "e:named", "e:none", "<http://e.org/p>", "<http://e.org/#x>", "<p>", "u:p", ":p", "e:\\-"]
CLASSES = ["e:C", "e:D", "e:E", "<http://e.org/C>", "_:c", "[]", '"C"', "<http://e.org/%43>"]
SUBJECTS = st.sampled_from(["?s"] * 20 + ["$s", "?o", "?p", "e:a", "_:a", "[]", '"x"'])
PREDICATES = st.sampled_from([*NAMES, *["?p", "a", "rdf:type", f"<{RDF}type>"] * 10, "?s", "e:p|e:q", "^e:p", "e:p+"])
OBJECTS = st.sampled_from(["?o"] * 20 + ["?s", "1", '"x"', '"x"@fr', "e:b", *CLASSES * 2])
COUNTED = st.sampled_from(["*"] * 4 + ["?s", "?p", "?o", "?s", "?p", "?o", "?z", "1", "?s ?o"])
DISTINCT = st.sampled_from([*["", "DISTINCT"] * 5, "DISTINCT", "distinct", "REDUCED"])
HEADS = st.sampled_from(["SELECT", "select", "SELECT DISTINCT", "SELECT ?s"] + ["SELECT"] * 12)
ENDS = st.sampled_from([""] * 30 + ["LIMIT 1", "LIMIT 0", "OFFSET 1", "GROUP BY ?s", "HAVING (?c > 0)"])
DOTS = st.sampled_from([*["", "."] * 15, ". ?s ?p2 ?o2", "; e:p ?o2", ", ?o2", ". FILTER(?o > 1)", ". ."])
WHERES = st.sampled_from([*["WHERE", "where", ""] * 5, "FROM <x:g> WHERE"])
COLUMNS = st.sampled_from(["?c", "?c", "?count", "$n", "?s", "?\u00e9t\u00e9"])


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Queries of the forms that are counted, and of those that look like them."""
    pattern = ["{", draw(SUBJECTS), draw(PREDICATES), draw(OBJECTS), draw(DOTS), "}", draw(ENDS)]
    if draw(st.booleans()):
        head = ["ASK"]
    else:
        head = [draw(HEADS), "(", "COUNT", "(", draw(DISTINCT), draw(COUNTED), ")", "AS", draw(COLUMNS), ")"]
    words = [draw(PROLOGUES), *head, draw(WHERES), *pattern]
    return "".join(word + draw(GAPS) for word in words if word)


def evaluated(text: str, form) -> bytes | None:
    output = io.BytesIO()
    try:
        serialise(STORE.query(text), form.name, output, {})
    except (SyntaxError, RuntimeError, ValueError):
        return None
    return output.getvalue()


@given(texts(), FORMS)
def test_counts_answer_what_the_engine_answers_or_nothing(text, form):
    try:
        inspect(text, Limits())
    except QueryError:
        reject()
    counted = answer(text, form, COUNTS)
    assert counted is None or counted == evaluated(text, form)


@pytest.mark.parametrize("form", RESULTS_FORMATS, ids=lambda form: form.name)
@pytest.mark.parametrize(
    "text",
    [
        "SELECT (COUNT(*) AS ?count) WHERE { ?s ?p ?o . }",
        "SELECT (COUNT(DISTINCT *) AS ?n) { ?s ?p ?o }",
        "select (count(distinct ?s) as ?n) { ?s ?p ?o }",
        "SELECT (COUNT(DISTINCT ?p) AS ?n) { ?s ?p ?o }",
        "SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o }",
        "SELECT (COUNT(?o) AS ?n) { ?s <http://e.org/p> ?o }",
        "SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s <http://e.org/p> ?o }",
        "PREFIX e: <http://e.org/> SELECT (COUNT(*) AS ?n) { ?s a e:C }",
        "PREFIX e: <http://e.org/> SELECT (COUNT(*) AS ?n) { ?s a e:Unknown }",
        "PREFIX e: <http://e.org/> SELECT (COUNT(*) AS ?n) { e:a e:unknown e:b }",
        "ASK { ?s ?p ?o }",
        "PREFIX e: <http://e.org/> ASK WHERE { ?s e:q ?o . } # why not",
        "ASK { ?thing a <http://e.org/D> }",
        "ASK { <http://e.org/a> <http://e.org/unknown> ?o }",
    ],
)
def test_these_are_counted(text, form):
    assert answer(text, form, COUNTS) == evaluated(text, form) is not None


@pytest.mark.parametrize(
    "text",
    [
        "SELECT (COUNT(*) AS ?n) FROM <x:g> { ?s ?p ?o }",
        "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }",
        "SELECT (COUNT(*) AS ?n) { ?s ?p ?s }",
        "SELECT (COUNT(*) AS ?n) { ?s ?p ?o } LIMIT 0",
        "SELECT (COUNT(*) AS ?s) { ?s ?p ?o }",
        "SELECT (COUNT(*) AS ?n) { ?s ?p ?o . FILTER(isIRI(?o)) }",
        "SELECT (SUM(?o) AS ?n) { ?s ?p ?o }",
        "BASE <http://e.org/> ASK { ?s <p> ?o }",
        "ASK",
        "",
    ],
)
def test_what_looks_like_one_is_left_to_the_engine(text):
    assert asked(text) is None
