"""Graphs compared by what they say: blank nodes have no names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.turtle.canonical import MOST_ALIKE, canonical
from graph.turtle.parse import parse


def lines(turtle: str) -> set[str]:
    document = parse(f"@prefix : <urn:> . {turtle}".encode(), path="x.ttl", base="urn:base", limit=10**6)
    assert document.diagnostics == ()
    return canonical(document.ntriples)


def test_a_graph_without_blank_nodes_is_its_lines():
    assert lines(':a :b "_:c", <urn:x_:d> .') == {'<urn:a> <urn:b> "_:c" .', "<urn:a> <urn:b> <urn:x_:d> ."}


def test_the_order_and_the_names_of_blank_nodes_say_nothing():
    one = lines(':s :p [ :q 1 ; :r [ :t "a _:b \\" <c>" ] ], [ :q 2 ] ; :l (1 2 3) .')
    other = lines('_:z :r _:y ; :q 1 . :s :l (1 2 3) ; :p [ :q 2 ], _:z . _:y :t "a _:b \\" <c>" .')
    assert one == other


def test_what_changes_in_one_statement_leaves_the_names_of_the_others():
    before, after = lines(":s :p [ :q 1 ], [ :q 2 ] ; :l (1 2) ."), lines(":s :p [ :q 1 ], [ :q 3 ] ; :l (1 2) .")
    assert len(before - after) == len(after - before) == 2


def test_what_is_stated_twice_is_stated_twice():
    assert len(lines(":s :p [ :q 1 ], [ :q 1 ] .")) == 4


CYCLE = " ".join(f"_:n{at} :next _:n{(at + 1) % MOST_ALIKE} ." for at in range(MOST_ALIKE))
HALVES = "_:a :next _:b . _:b :next _:c . _:c :next _:a . _:d :next _:e . _:e :next _:f . _:f :next _:d ."


def test_nodes_that_look_alike_are_told_apart_by_where_they_lead():
    assert lines(CYCLE) != lines(HALVES)
    assert lines(CYCLE) == lines(CYCLE.replace("_:n", "_:m"))


def test_many_nodes_that_look_alike_take_no_time_and_are_never_taken_for_others():
    clique = " ".join(f"_:n{a} :knows _:n{b} ." for a in range(30) for b in range(30) if a != b)
    assert lines(clique) != lines(clique.replace("_:n3 :knows _:n4 .", ""))


NODES = st.sampled_from(["_:a", "_:b", "_:c", "_:d", ":x", ":y"])
GRAPHS = st.lists(st.tuples(NODES, st.sampled_from([":p", ":q"]), NODES), max_size=8)


@given(GRAPHS, st.permutations(["a", "b", "c", "d"]), st.randoms(use_true_random=False))
def test_renaming_and_reordering_change_nothing(triples, names, random):
    renamed = {f"_:{old}": f"_:{new}9" for old, new in zip("abcd", names, strict=True)}
    others = [tuple(renamed.get(term, term) for term in triple) for triple in triples]
    random.shuffle(others)
    one, other = (" ".join(f"{s} {p} {o} ." for s, p, o in graph) for graph in (triples, others))
    assert lines(one) == lines(other)


@pytest.mark.parametrize("value", ["1", '"a"@fr', "<urn:z>"])
def test_a_value_more_is_a_difference(value):
    assert lines(":s :p [ :q :r ] .") != lines(f":s :p [ :q :r, {value} ] .")
