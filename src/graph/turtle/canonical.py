"""The triples of a graph in a form two graphs can be compared by: blank nodes named after what is said of them.

A label says nothing, so the triples that share blank nodes are taken together, as one statement (a minimum
self-contained graph: Tummarello et al., <https://doi.org/10.1145/1242572.1242801>), and its nodes are named after its
content: what changes in one statement leaves the names of all the others.

Within a statement the nodes are told apart by colour refinement, in linear time for nearly every graph; where it is not
enough, by RDFC-1.0 (<https://www.w3.org/TR/rdf-canon/>), exponential in the nodes that are alike (9 of them: 29 s).
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping

import pyoxigraph as ox

MOST_ALIKE = 6  # nodes left to RDFC-1.0: 20 ms at worst
_MOST_ROUNDS = 32
_TERM = re.compile(r'"(?:[^"\\]++|\\.)*+"|<[^<>\s][^>]*>|_:(\w+)')  # nothing within a literal or an IRI is a blank node


def canonical(ntriples: bytes) -> set[str]:
    """The N-Triples lines of a graph, its blank nodes renamed: equal sets for isomorphic graphs.

    A statement with more than `MOST_ALIKE` blank nodes that nothing tells apart keeps the names it has: two of them may
    then be taken for different, never different ones for the same.
    """
    lines = ntriples.decode().split("\n")[:-1]
    if b"_:" not in ntriples:
        return set(lines)
    about: dict[str, list[str]] = {}
    found = set()
    for line in lines:
        nodes = set(_nodes(line))
        for node in nodes:
            about.setdefault(node, []).append(line)
        if not nodes:
            found.add(line)
    seen: Counter[str] = Counter()
    for statement in _statements(about):
        named = _named(statement)
        digest = hashlib.sha256("\n".join(sorted(named)).encode()).hexdigest()[:12]
        seen[digest] += 1  # what is stated twice is stated twice
        stem = f"c{digest}x{seen[digest]}"
        found.update(_renamed(line, lambda node, stem=stem: stem + node) for line in named)
    return found


def _nodes(line: str) -> list[str]:
    return [found[1] for found in _TERM.finditer(line) if found[1]] if "_:" in line else []


def _renamed(line: str, name: Callable[[str], str]) -> str:
    return _TERM.sub(lambda found: f"_:{name(found[1])}" if found[1] else found[0], line)


def _statements(about: Mapping[str, list[str]]) -> Iterator[list[str]]:
    """The lines that hold blank nodes, those that share some together; `about` gives the lines of each node."""
    done: set[str] = set()
    for start in about:
        if start in done:
            continue
        done.add(start)
        waiting, found = [start], dict[str, None]()
        while waiting:
            for line in about[waiting.pop()]:
                found[line] = None
                fresh = set(_nodes(line)) - done
                done |= fresh
                waiting += fresh
        yield list(found)


def _named(statement: list[str]) -> list[str]:
    """The lines of a statement, each blank node with a name that only the statement's meaning decides."""
    about: dict[str, list[str]] = {}
    for line in statement:
        for node in set(_nodes(line)):
            about.setdefault(node, []).append(line)
    colours = _colours(about)
    counts = Counter(colours.values())
    alike = sum(count for count in counts.values() if count > 1)
    if alike > MOST_ALIKE:
        return statement
    if alike:
        dataset = ox.Dataset(ox.parse(input="\n".join(statement), format=ox.RdfFormat.N_TRIPLES))
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        return ox.serialize(dataset, format=ox.RdfFormat.N_QUADS).decode().split("\n")[:-1]
    names = {colour: f"n{rank}" for rank, colour in enumerate(sorted(counts))}
    return [_renamed(line, lambda node: names[colours[node]]) for line in statement]


def _colours(about: Mapping[str, list[str]]) -> dict[str, str]:
    """What each node looks like from where it stands, further at each round, until a round tells no more apart."""
    colours, kinds = dict.fromkeys(about, ""), 0
    for _ in range(_MOST_ROUNDS):
        colours = {node: _colour(node, lines, colours) for node, lines in about.items()}
        before, kinds = kinds, len(set(colours.values()))
        if kinds in (before, len(about)):
            break
    return colours


def _colour(node: str, lines: list[str], colours: Mapping[str, str]) -> str:
    shown = sorted(_renamed(line, lambda other: "self" if other == node else colours[other]) for line in lines)
    return hashlib.sha256("\n".join(shown).encode()).hexdigest()
