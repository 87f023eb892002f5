"""Cycles are found where there are some, and nowhere else, whatever the graph and the files asked about."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from graph.dataset import Role, Source
from graph.lint.axioms import axioms
from graph.lint.facts import Facts
from graph.lint.integrity.cycles import cycles

ORDER = "http://www.w3.org/ns/prov#wasDerivedFrom"
AXIOMS = axioms([])
EDGES = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6), st.integers(0, 3)), max_size=24)


def facts(edges) -> list[Facts]:
    """Four files that say the edges (from, to, file)."""
    made = []
    for number in range(4):
        source = Source(Path(f"{number}.ttl"), f"{number}.ttl", str(number), Role.DATA)
        said = tuple((f"x{start}", ORDER, f"x{end}") for start, end, file in edges if file == number)
        made.append(Facts(source, (), frozenset(), frozenset(), len(said), {}, statements=said))
    return made


def reach(edges, start: int) -> set[int]:
    found, waiting = set(), [start]
    while waiting:
        at = waiting.pop()
        new = {end for begin, end, _ in edges if begin == at} - found
        found |= new
        waiting += new
    return found


@settings(deadline=None)
@given(EDGES, st.sets(st.integers(0, 3)))
def test_a_cycle_is_told_when_a_file_asked_about_takes_part_in_one(edges, asked):
    told = list(cycles(facts(edges), frozenset(map(str, asked)), AXIOMS, ""))
    turning = {(start, end, file) for start, end, file in edges if file in asked and start in reach(edges, end) | {end}}
    assert bool(told) == bool(turning)
    assert {diagnostic.location.path for diagnostic, _ in told} <= {f"{file}.ttl" for _, _, file in turning}


@settings(deadline=None)
@given(EDGES)
def test_what_is_told_is_a_cycle(edges):
    steps = {(f"x{start}", f"x{end}") for start, end, _ in edges}
    for diagnostic, anchor in cycles(facts(edges), frozenset("0123"), AXIOMS, ""):
        names = re.findall(r"x\d", diagnostic.message.render("en"))
        assert names[0] == names[-1]
        assert set(pairwise(names)) <= steps
        assert (anchor.subject, anchor.object) == (f"<{names[0]}>", f"<{names[1]}>")
