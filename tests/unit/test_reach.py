"""Which triples a shape may read: its paths, what it holds its values to, its targets."""

from __future__ import annotations

import pytest

from graph.shacl.reach import reach
from graph.shacl.shapes import ShapesGraph
from graph.turtle.parse import parse

PREFIXES = """
@prefix : <https://example.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""


def of(shapes: str):
    document = parse((PREFIXES + shapes).encode(), path="shapes.ttl", base="https://example.org/", limit=10**6)
    assert not document.diagnostics
    return reach(ShapesGraph(document.ntriples.decode()))


def read(shapes: str) -> set[str]:
    """What a shape reads on its way: each walk of at most four steps from its focus node, as a SPARQL path."""
    found, ways = of(shapes), set()
    waiting = [(root, "") for root in found.roots]
    for state, way in waiting:
        for predicate, inverse, after in found.steps.get(state, ()):
            name = (predicate or "any")[1:-1].rpartition("/")[2].rpartition("#")[2] if predicate else "any"
            ways.add(longer := f"{way}/{'^' if inverse else ''}{name}".lstrip("/"))
            if longer.count("/") < 3:
                waiting.append((after, longer))
    return ways


def shape(body: str) -> str:
    return f":S a sh:NodeShape ; sh:targetNode :x ; sh:property [ {body} ] ."


@pytest.mark.parametrize(
    ("body", "ways"),
    [
        ("sh:path :p ; sh:minCount 1", {"p"}),
        ("sh:path [ sh:inversePath :p ] ; sh:minCount 1", {"^p"}),
        ("sh:path ( :p :q )", {"p", "p/q"}),
        ("sh:path [ sh:inversePath ( :p :q ) ]", {"^q", "^q/^p"}),
        ("sh:path [ sh:alternativePath ( :p [ sh:inversePath :q ] ) ]", {"p", "^q"}),
        ("sh:path ( [ sh:zeroOrMorePath :p ] :q )", {"q", "p", "p/q", "p/p", "p/p/q", "p/p/p", "p/p/p/p", "p/p/p/q"}),
        ("sh:path ( [ sh:oneOrMorePath :p ] :q )", {"p", "p/q", "p/p", "p/p/q", "p/p/p", "p/p/p/p", "p/p/p/q"}),
        ("sh:path ( [ sh:zeroOrOnePath :p ] :q )", {"p", "q", "p/q"}),
        ("sh:path :p ; sh:class :C", {"p", "p/type"}),
        ("sh:path :p ; sh:node [ sh:property [ sh:path :q ] ]", {"p", "p/q"}),
        ("sh:path :p ; sh:not [ sh:class :C ]", {"p", "p/type"}),
        ("sh:path :p ; sh:or ( [ sh:class :C ] [ sh:property [ sh:path :q ] ] )", {"p", "p/type", "p/q"}),
        ("sh:path :p ; sh:qualifiedValueShape [ sh:class :C ] ; sh:qualifiedMinCount 1", {"p", "p/type"}),
        ("sh:path :p ; sh:lessThan :q", {"p", "q"}),
        ("sh:path :p ; sh:disjoint :q", {"p", "q"}),
        ("sh:path :p ; sh:node [ sh:closed true ]", {"p", "p/any"}),
        ('sh:path :p ; sh:datatype :D ; sh:pattern "x" ; sh:in ( 1 2 ) ; sh:hasValue :v', {"p"}),
    ],
)
def test_a_shape_reads_along_its_paths(body, ways):
    assert read(shape(body)) == ways


@pytest.mark.parametrize(
    ("target", "ways"),
    [
        ("sh:targetClass :C", {"type"}),
        ("a rdfs:Class", {"type"}),
        ("sh:targetSubjectsOf :p", {"p"}),
        ("sh:targetObjectsOf :p", {"^p"}),
        ("sh:targetNode :x", set()),
    ],
)
def test_a_target_is_read_at_the_focus_node(target, ways):
    assert read(f":S a sh:NodeShape ; {target} .") == ways


def test_sibling_shapes_are_read_where_qualified_values_are_disjoint():
    body = "sh:path :p ; sh:qualifiedValueShape [ sh:class :C ] ; sh:qualifiedValueShapesDisjoint true"
    beside = "sh:path :q ; sh:qualifiedValueShape [ sh:property [ sh:path :r ] ]"
    ways = read(f":S a sh:NodeShape ; sh:targetNode :x ; sh:property [ {body} ], [ {beside} ] .")
    assert {"p/type", "p/r", "q/r"} <= ways


def test_shapes_may_be_recursive():
    assert read(":S a sh:NodeShape ; sh:targetNode :x ; sh:property [ sh:path :p ; sh:node :S ] .") == {
        "p",
        "p/p",
        "p/p/p",
        "p/p/p/p",
    }


@pytest.mark.parametrize(
    ("query", "whole"),
    [
        ("SELECT $this ?value WHERE { $this <urn:p> ?value . FILTER (?value = $this) }", False),
        ("SELECT $this ?value { $this <urn:p> ?value ; <urn:q> ?other . FILTER (?value > ?other) }", False),
        ("SELECT $this ?b { BIND (STR($this) AS ?b) $this <urn:p> ?x . FILTER (STRLEN(STR(?x)) > (1 + 2)) }", False),
        ("SELECT $this WHERE { ?other <urn:p> $this }", True),
        ("SELECT $this WHERE { $this <urn:p> (?x) }", True),
        ("SELECT $this WHERE { FILTER isIRI($this) $this <urn:p> ?x }", True),
        ("SELECT $this WHERE { $this <urn:p>/<urn:q> ?x }", True),
        ("SELECT $this WHERE { $this <urn:p> ?x . ?x <urn:q> ?y }", True),
        ("SELECT $this WHERE { $this <urn:p> ?x . FILTER NOT EXISTS { ?x <urn:q> ?y } }", True),
        ("SELECT $this WHERE { $this <urn:p> ?x . OPTIONAL { ?x <urn:q> ?y } }", True),
        ("SELECT $this WHERE { SERVICE <urn:s> { $this <urn:p> ?x } }", True),
        ("nothing one can read", True),
    ],
)
def test_a_query_that_leaves_its_focus_node_may_read_everything(query, whole):
    found = of(f':S a sh:NodeShape ; sh:targetNode :x ; sh:sparql [ sh:select "{query}" ] .')
    assert found.whole == whole


@pytest.mark.parametrize(
    "more",
    [":S sh:js [] .", ":S sh:target [ a sh:SPARQLTarget ] .", ":C a sh:ConstraintComponent .", ":S sh:rule [] ."],
)
def test_what_is_not_known_may_read_everything(more):
    assert of(f":S a sh:NodeShape ; sh:targetNode :x . {more}").whole
