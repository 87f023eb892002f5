"""Identity closed by union-find is what walking the links gives, and no cut thing holds two distinct names."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, NamedNode, Quad, Store, Triple

from graph.namespaces import DISTINCTION, IDENTITY
from graph.relay.identity import Joined, cut

from ..relaying import inferred

GRAPH_BASE = "https://example.org/graph/"
NODES = st.integers(0, 9)
LINKS = st.lists(
    st.tuples(NODES, st.sampled_from(IDENTITY), NODES, st.sampled_from(["a", "b", "inferred"])), max_size=18
)
APART = st.lists(st.tuples(NODES, st.sampled_from(DISTINCTION), NODES), max_size=4)


def closed(links: list, apart: list) -> list[frozenset[str]]:
    """The things, each the set of its names, of a graph with these links."""
    store = Store()
    for one, predicate, other, graph in [*links, *((*pair, "a") for pair in apart)]:
        triple = NamedNode(f"urn:{one}"), NamedNode(predicate), NamedNode(f"urn:{other}")
        store.extend(Quad(*triple, target) for target in (DefaultGraph(), NamedNode(GRAPH_BASE + graph)))
    joined = Joined("urn:9")
    nodes = ((f"urn:{one}", name, f"urn:{other}") for one, name, other, _ in links)
    joined.add(Triple(*map(NamedNode, each)) for each in nodes)
    cut(joined, store, inferred(store, GRAPH_BASE))
    things = list(joined.things())
    assert all(names[0] == ("urn:9" if "urn:9" in names else min(names)) for names in things)
    return sorted(map(frozenset, things), key=sorted)


def walked(links: list) -> set[frozenset[str]]:
    beside: dict[int, set[int]] = {}
    for one, _, other, _ in links:
        beside.setdefault(one, {one}).add(other)
        beside.setdefault(other, {other}).add(one)
    things = set()
    for start in beside:
        seen, waiting = {start}, [start]
        while waiting:
            fresh = beside[waiting.pop()] - seen
            seen |= fresh
            waiting += fresh
        things.add(frozenset(f"urn:{name}" for name in seen))
    return things


@given(LINKS)
def test_names_are_those_that_walking_the_links_reaches(links):
    assert set(closed(links, [])) == walked(links)


@given(LINKS, APART)
def test_a_distinction_cuts_no_more_than_it_must_and_no_less(links, apart):
    things = closed(links, apart)
    thing_of = {name: names for names in things for name in names}
    distinct = {frozenset((f"urn:{one}", f"urn:{other}")) for one, _, other in apart if one != other}
    assert not any(frozenset(pair) in distinct for names in things for pair in combinations(names, 2))
    for one, _, other, _ in links:
        names, others = thing_of[f"urn:{one}"], thing_of[f"urn:{other}"]
        cut = any(frozenset((a, b)) in distinct for a in names for b in others)
        assert names == others or cut  # what is left out had a reason


@given(LINKS, APART, st.randoms(use_true_random=False))
def test_the_order_of_the_files_changes_nothing(links, apart, random):
    shuffled = random.sample(links, len(links))
    assert closed(links, apart) == closed(shuffled, apart[::-1])
