"""How answers are compared: what the suites leave open is equal, and nothing else is."""

from __future__ import annotations

import pytest
from sparql_suite import answer

SELECT = "SELECT ?a ?b WHERE { ?a ?p ?b }"
ORDERED = SELECT + " ORDER BY ?b"
EVERY = "SELECT * WHERE { ?a ?p ?b }"
GRAPH = "CONSTRUCT WHERE { ?a ?p ?b }"


def said(document: str, suffix: str, query: str) -> object:
    return answer(document.encode(), suffix, "http://example.org/", query)


@pytest.mark.parametrize(
    ("query", "suffix", "one", "other"),
    [
        (SELECT, "tsv", "?a\t?b\n_:x\t_:y\n_:x\t1\n", "?a\t?b\n_:n\t1\n_:n\t_:m\n"),
        (SELECT, "tsv", "?a\t?b\n1\t1.0\n", "?a\t?b\n01\t1.00\n"),
        (SELECT, "csv", "a,b\r\n_:x,1\r\n,\r\n", "a,b\r\n,\r\n_:y,1\r\n"),
        (EVERY, "tsv", "?a\t?b\n1\t2\n", "?b\t?a\n2\t1\n"),
        (ORDERED, "tsv", "?a\t?b\n_:x\t1\n_:y\t2\n", "?a\t?b\n_:y\t1\n_:x\t2\n"),
        (GRAPH, "ttl", "_:x <a:p> _:y , 1 .", "_:y <a:p> _:x , 01 ."),
    ],
)
def test_what_the_suites_leave_open_is_equal(query, suffix, one, other):
    assert said(one, suffix, query) == said(other, suffix, query)


@pytest.mark.parametrize(
    ("query", "suffix", "one", "other"),
    [
        (SELECT, "tsv", "?a\t?b\n_:x\t_:x\n", "?a\t?b\n_:x\t_:y\n"),
        (SELECT, "tsv", "?a\t?b\n_:x\t1\n_:x\t2\n", "?a\t?b\n_:x\t1\n_:y\t2\n"),
        (SELECT, "tsv", "?a\t?b\n1\t2\n1\t2\n", "?a\t?b\n1\t2\n"),
        (SELECT, "tsv", "?a\t?b\n1\t2\n", "?a\t?b\n1\t2.0\n"),
        (SELECT, "tsv", "?a\t?b\n1\t\n", '?a\t?b\n1\t""\n'),
        (SELECT, "tsv", "?a\t?b\n1\t2\n", "?b\t?a\n2\t1\n"),
        (SELECT, "csv", "a,b\r\n1,1.0\r\n", "a,b\r\n1,1\r\n"),
        (ORDERED, "tsv", "?a\t?b\n1\t1\n1\t2\n", "?a\t?b\n1\t2\n1\t1\n"),
        (GRAPH, "ttl", "_:x <a:p> _:x .", "_:x <a:p> _:y ."),
        (GRAPH, "ttl", '_:x <a:p> "1" .', "_:x <a:p> 1 ."),
    ],
)
def test_what_the_suites_tell_apart_is_not(query, suffix, one, other):
    assert said(one, suffix, query) != said(other, suffix, query)
