"""Whatever the bytes, parsing ends in a Document; whatever the graph, its triples survive."""

import re

import pyoxigraph as ox
from hypothesis import example, given, settings
from hypothesis import strategies as st

from graph.config import Settings
from graph.dataset import Parsed, Role, Source, as_quads
from graph.diagnostics import Severity
from graph.lint.facts import gather
from graph.lint.statements import bare, every, predicates, said
from graph.turtle.parse import Document, parse

BASE = "https://example.org/graph/x"
LIMIT = 1_000_000

iris = st.from_regex(r"https://example\.org/[a-z0-9é%/.#-]{0,12}", fullmatch=True).filter(
    lambda iri: not re.search(r"%(?![0-9a-f]{2})|#.*#", iri)
)
hostile = st.sampled_from(
    ["> <x> .", '> <x> .\n<a> <b> "', " .\n", " .", '"', "\\", "\\n", "\r", "\u2028", "\x85", "> _:b", "_:b", "<<( _:b"]
)
texts = st.lists(st.one_of(hostile, st.text(st.characters(codec="utf-8"), max_size=8)), max_size=4).map("".join)
literals = st.one_of(
    texts.map(ox.Literal),
    st.tuples(texts, st.sampled_from(["fr", "en", "zh-hant"])).map(lambda pair: ox.Literal(pair[0], language=pair[1])),
    st.tuples(texts, iris).map(lambda pair: ox.Literal(pair[0], datatype=ox.NamedNode(pair[1]))),
)
named = iris.map(ox.NamedNode)
blank = st.sampled_from("abcd").map(lambda name: ox.BlankNode(f"n{name}"))
triples = st.builds(ox.Triple, st.one_of(named, blank), named, st.one_of(named, blank, literals))
graphs = st.lists(triples, max_size=8)

turtle = (
    rb"""<a> |<b> |. |; |, |[ |] |( |) |"|'''|@prefix p: <x> .|p:x |@fr |^^|1.0 |true |_:x |#|<<( |)>> |{ + |BASE <"""
)
others = [b"{|", b"|}", b"\\", b"\\u0000", b"\\uD800", b"\n", b"\r\n", b"\xef\xbb\xbf", b"\xc3\xa9", b"\xff", b"\0"]
scraps = st.sampled_from([*turtle.split(b"|"), *others, b"<<<<<<< HEAD\n"])


def canonical(quads):
    dataset = ox.Dataset(ox.Quad(quad.subject, quad.predicate, quad.object) for quad in quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return set(dataset)


@given(st.one_of(st.binary(max_size=64), st.lists(scraps, max_size=12).map(b"".join)))
@example(b"")
@example(b"\xef\xbb\xbf\xef\xbb\xbf")
@example(b'<a> <b> "\\uDFFF" .')
@settings(max_examples=500, deadline=None)
def test_any_bytes_are_a_document_or_a_diagnostic_inside_the_file(content):
    document = parse(content, path="x.ttl", base=BASE, limit=LIMIT)
    assert isinstance(document, Document)
    assert document.triples == len(list(ox.parse(document.ntriples, format=ox.RdfFormat.N_TRIPLES)))
    for found in document.diagnostics:
        assert document.ntriples == b"" or found.severity is not Severity.ERROR
        place = found.location
        lines = re.split(r"\r\n|\n|\r", content.decode("utf-8", "replace"))
        assert 1 <= place.line <= place.end_line <= len(lines) + 1
        assert place.column >= 1
        for language in ("fr", "en"):
            assert found.message.render(language)


@given(st.text(max_size=64))
@settings(max_examples=200, deadline=None)
def test_parsing_is_a_function_of_the_bytes(text):
    content = text.encode("utf-8", "surrogatepass")
    assert parse(content, path="x", base=BASE, limit=LIMIT) == parse(content, path="x", base=BASE, limit=LIMIT)


@given(graphs)
@settings(max_examples=300, deadline=None)
def test_the_triples_of_a_graph_written_as_n_triples_survive(graph):
    written = ox.serialize(graph, format=ox.RdfFormat.N_TRIPLES)
    document = parse(written, path="x", base=BASE, limit=LIMIT)
    assert [found.code for found in document.diagnostics] == ([] if graph else ["PAS004"])
    assert document.triples == len(graph)
    assert canonical(ox.parse(document.ntriples, format=ox.RdfFormat.N_TRIPLES)) == canonical(graph)


@given(graphs, iris)
@settings(max_examples=300, deadline=None)
def test_as_quads_puts_exactly_the_same_triples_in_the_graph(graph, name):
    written = ox.serialize(graph, format=ox.RdfFormat.N_TRIPLES)
    quads = list(ox.parse(as_quads(written, name), format=ox.RdfFormat.N_QUADS, rename_blank_nodes=False))
    assert [quad.triple for quad in quads] == graph
    assert all(quad.graph_name == ox.NamedNode(name) for quad in quads)


@given(graphs)
@example([ox.Triple(ox.NamedNode("u:a"), ox.NamedNode("u:b"), ox.Literal("> <u:c", datatype=ox.NamedNode("u:d")))])
@settings(max_examples=300, deadline=None)
def test_the_facts_of_a_file_are_its_subjects_and_its_iri_objects(graph):
    source = Source(Settings.root, "x.ttl", BASE, Role.DATA)
    facts = gather(Parsed(source, Document(ox.serialize(graph, format=ox.RdfFormat.N_TRIPLES), {})), "")
    subjects = dict.fromkeys(t.subject.value for t in graph if isinstance(t.subject, ox.NamedNode))
    assert facts.subjects == tuple(subjects)
    assert facts.objects == {t.object.value for t in graph if isinstance(t.object, ox.NamedNode)}
    assert facts.triples == len(graph)


@given(graphs, named)
@example([ox.Triple(ox.NamedNode("u:a"), ox.NamedNode("u:b"), ox.Literal('> <u:p> "'))], ox.NamedNode("u:p"))
@example([ox.Triple(ox.NamedNode("u:a"), ox.NamedNode("u:b"), ox.NamedNode("u:p"))], ox.NamedNode("u:p"))
@settings(max_examples=300, deadline=None)
def test_what_is_said_with_a_predicate_is_found_exactly(graph, other):
    ntriples = ox.serialize(graph, format=ox.RdfFormat.N_TRIPLES)
    used = {triple.predicate.value.encode() for triple in graph}
    assert used <= predicates(ntriples, blank=True)
    assert every(ntriples) == [
        (bare(str(t.subject).encode()), t.predicate.value, bare(str(t.object).encode())) for t in graph
    ]
    for predicate in used | {other.value.encode()}:
        expected = [
            (str(t.subject).encode(), str(t.object).encode()) for t in graph if t.predicate.value.encode() == predicate
        ]
        assert list(said(ntriples, predicate)) == expected
