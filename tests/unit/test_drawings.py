"""A graph that is an answer is drawn where it is small: its things, and what links them."""

from __future__ import annotations

import pytest

from graph.web.querying.drawings import NODES, drawing

PREFIX = "@prefix : <https://example.org/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"


def drawn(text: str):
    return drawing((PREFIX + text).encode())


def test_the_thing_all_is_linked_to_is_in_the_middle_and_the_others_on_both_sides():
    found = drawn(":a :knows :b , :c , :d , :e .")
    assert [(node.iri[-1], node.side) for node in found.nodes] == [
        ("a", "middle"), ("b", "end"), ("c", "end"), ("d", "start"), ("e", "start"),
    ]  # fmt: skip
    assert {edge.property for edge in found.edges} == {"https://example.org/knows"}
    assert len({(node.x, node.y) for node in found.nodes}) == 5


def test_a_graph_without_a_centre_has_none():
    found = drawn(":a :knows :b . :c :knows :d . :e :knows :f .")
    assert {node.side for node in found.nodes} == {"start", "end"}
    assert len(found.edges) == 3


@pytest.mark.parametrize("text", ["", ":a a :Thing .", ':a rdfs:label "a" .', ":a :of [] .", ":a :same :a ."])
def test_types_texts_and_what_has_no_name_are_no_links(text):
    assert drawn(text) is None


def test_the_most_linked_are_drawn_and_the_others_counted():
    found = drawn(":a :knows " + " , ".join(f":n{n}" for n in range(NODES + 4)) + " .")
    assert (len(found.nodes), found.left_out) == (NODES, 5)
    assert len(found.edges) == NODES - 1


def test_a_large_graph_is_not_drawn():
    assert drawn("".join(f":a :knows :n{n} .\n" for n in range(20_000))) is None


def test_everything_is_inside_of_the_drawing():
    found = drawn("".join(f":n{n} :knows :n{n + 1} .\n" for n in range(60)))
    assert all(0 < node.x < 1000 and 0 < node.y < found.height for node in found.nodes)
