"""The canonical form of a query: white space, comments and capitals of keywords do not count, everything else does."""

from __future__ import annotations

from itertools import combinations

import pytest

from graph.sparql.canonical import canonical

SAME = [
    "SELECT ?s WHERE { ?s <http://e.org/p#x> 'a  b' }",
    "  SELECT\t?s \r\n WHERE{?s<http://e.org/p#x>'a  b'}  ",
    "SELECT ?s WHERE { # all of them < and '\n?s <http://e.org/p#x> 'a  b' }#end",
    "select ?s Where { ?s <http://e.org/p#x> 'a  b' }",
]
DIFFERENT = [
    "SELECT * { ?a ?b ?c FILTER(?a<?b#>''' \n) FILTER(?c = \"'''  a   b\") }",
    "SELECT * { ?a ?b ?c FILTER(?a<?b#>''' \n) FILTER(?c = \"''' a b\") }",
    "SELECT * { ?a ?b ?c FILTER(?a<?b#>\n || ?c) }",
    "SELECT * { ?a ?b ?c FILTER(?a<?b#> || ?c) }",
    "SELECT * { ?a <b'c  d> ?e FILTER(?e = 'c  d') }",
    "SELECT * { ?a <b'c> ?e FILTER(?e = 'c  d') }",
    "SELECT * { ?a <b'c> ?e FILTER(?e = 'c d') }",
    "PREFIX e: <http://e.org/> SELECT * { ?a e:x\\#y ?c }",
    "PREFIX e: <http://e.org/> SELECT * { ?a e:x\\#z ?c }",
    "SELECT * { <http://e.org/a\u00a0b> ?b ?c }",
    "SELECT * { <http://e.org/a\u2003b> ?b ?c }",
    "SELECT ('a b' AS ?x) {}",
    "SELECT ('a  b' AS ?x) {}",
    "SELECT ('''a\nb''' AS ?x) {}",
    "SELECT ('''a b''' AS ?x) {}",
    "SELECT ('a#b' AS ?x) {}",
    "SELECT ('a#c' AS ?x) {}",
    "SELECT ('a' AS ?X) {}",
    "SELECT ('A' AS ?X) {}",
    "SELECT ('A' AS ?x) {}",
    "SELECT ('A' AS ?select) {}",
    "SELECT ('A' AS ?SELECT) {}",
    "PREFIX select: <http://e.org/> ASK { ?s select:a ?o }",
    "PREFIX SELECT: <http://e.org/> ASK { ?s SELECT:a ?o }",
    "BASE <http://e.org/a#> SELECT * { <b> ?b ?c }",
    "BASE <http://e.org/c#> SELECT * { <b> ?b ?c }",
    "ASK { ?s a true }",
    "ASK { ?s A TRUE }",
    "ASK { ?s ?p 1.5 }",
    "ASK { ?s ?p 1 . 5 }",
    "ASK { ?s ?p 1. 5 ?p 1 }",
    "ASK { ?s ?p 1 .5 }",
    "ASK { ?s ?p ? o }",
    "ASK { ?s ?p ?o }",
]
# The engine makes something of the white space between these tokens.
TIGHT = [
    ("SELECT * { VALUES ?x { +1 } }", "SELECT * { VALUES ?x { + 1 } }"),
    ("SELECT * { VALUES ?x { + 1 } }", "SELECT * { VALUES ?x { +  1 } }"),
    ("SELECT * { VALUES ?x { -1.5 } }", "SELECT * { VALUES ?x { -#\n1.5 } }"),
    ("SELECT (COALESCE(1) AS ?x) { }", "SELECT (COALESCE (1) AS ?x) { }"),
    ("SELECT (CONCAT('a') AS ?x) { }", "SELECT (CONCAT\n('a') AS ?x) { }"),
    ("SELECT (BNODE() AS ?x) { }", "SELECT (BNODE () AS ?x) { }"),
    ("ASK { ?s ?p () }", "ASK { ?s ?p (#\n) }"),
    ("ASK { [] ?p ?o }", "ASK { [#\n] ?p ?o }"),
    ("ASK { ?s ?p <<( ?a ?b ?c )>> }", "ASK { ?s ?p << ( ?a ?b ?c )>> }"),
    ("ASK { ?s ?p <<( ?a ?b ?c )>> }", "ASK { ?s ?p <<( ?a ?b ?c ) >> }"),
]


def test_white_space_comments_and_capitals_of_keywords_do_not_count():
    assert {canonical(text) for text in SAME} == {SAME[0]}


def test_white_space_does_not_count_where_there_was_none():
    assert canonical("ASK{?s ?p 1FILTER(?s<?p)}") == canonical("ASK { ?s ?p 1 FILTER ( ?s < ?p ) }")
    assert canonical("ASK { ?s ?p () , [] }") == canonical("ASK{?s ?p( ),[\n]}")


def test_texts_that_differ_otherwise_have_forms_of_their_own():
    assert [(a, b) for a, b in combinations(DIFFERENT, 2) if canonical(a) == canonical(b)] == []


@pytest.mark.parametrize(("text", "other"), TIGHT)
def test_white_space_that_says_something_to_the_engine_is_kept(text, other):
    assert canonical(text) != canonical(other)
    assert canonical(other) == canonical(f" {other}\n")


@pytest.mark.parametrize("text", [*SAME, *DIFFERENT, *(text for pair in TIGHT for text in pair)])
def test_the_form_of_a_form_is_itself(text):
    assert canonical(canonical(text)) == canonical(text)


@pytest.mark.parametrize("text", ["", " ", "#", "'", "<", '"""', "\\", "(" * 70_000, "{" * 20_000 + "}" * 20_000])
def test_any_text_has_a_form(text):
    assert canonical(canonical(text)) == canonical(text)
