"""Identity, closed at build: the names of one thing, and the one that stands for them all.

`owl:sameAs` and `skos:exactMatch`, both ways, step by step, are joined by union-find in one pass, as files are read:
n names cost n entries where the pairs would be n².

Where two names that this joins are said to be distinct, the thing is joined again, link by link, without those links
that would bring distinct names together: what files state first, then accepted links, then inferred ones, each in
order of their IRIs. What is left out is left out the same way by every build, and of what rules infer too.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import pyoxigraph as ox

from ..namespaces import DISTINCTION, IDENTITY
from .statements import recorded

_PROPERTIES = tuple(map(ox.NamedNode, IDENTITY))
_SPELT = tuple(str(each).encode() for each in _PROPERTIES)
_LINK = re.compile(rb'(<[^<>"]*>) (?:%s) (<[^<>"]*>) \.\n' % b"|".join(map(re.escape, _SPELT)))  # never in a text
_DEFAULT = ox.DefaultGraph()

Edge = tuple[int, bytes, bytes]  # how it is known, the lesser name, the greater one


class Joined:
    """Names joined to one another. Each is in the syntax of N-Triples; those that begin with `base` come first.

    The first of the names joined stands for them all.
    """

    def __init__(self, base: str) -> None:
        self._own = b"<" + base.encode()
        self._above: dict[bytes, bytes] = {}

    def __contains__(self, name: object) -> bool:
        return name in self._above

    def read(self, ntriples: bytes) -> None:
        """Join what the identities of an N-Triples text relate."""
        if any(each in ntriples for each in _SPELT):  # hundreds of times faster than to look for links
            for link in _LINK.finditer(ntriples):
                self.join(*link.groups())

    def add(self, identities: Iterable[ox.Triple]) -> None:
        """Join what triples relate: identities between IRIs."""
        for each in identities:
            self.join(_key(each.subject), _key(each.object))

    def things(self) -> Iterator[list[str]]:
        """The names of each thing: the one that stands for them, then the others, in order."""
        found: defaultdict[bytes, list[str]] = defaultdict(list)
        for name in self._above:
            found[self.of(name)].append(name[1:-1].decode())
        while found:
            first, names = found.popitem()
            stands = first[1:-1].decode()
            yield [stands, *sorted(name for name in names if name != stands)]

    def parts(self, triple: ox.Triple) -> bool:
        """Whether the ends of an identity are names of two things."""
        return self.of(_key(triple.subject)) is not self.of(_key(triple.object))

    def of(self, name: bytes) -> bytes:
        """The one that stands for a name; a new name stands for itself."""
        above = self._above
        name = above.setdefault(name, name)
        while (up := above[name]) is not name:
            above[name] = name = above[up]
        return name

    def join(self, one: bytes, other: bytes) -> None:
        """Hold two names for names of one thing."""
        one, other = self.of(one), self.of(other)
        if one is not other:
            first, second = sorted((one, other), key=self._rank)
            self._above[second] = first

    def part(self, names: Iterable[bytes]) -> None:
        """Let each of these names stand for itself again: all the names of a thing, or of several."""
        self._above.update((name, name) for name in names)

    def _rank(self, name: bytes) -> tuple[bool, bytes]:
        return not name.startswith(self._own), name


def close(joined: Joined, store: ox.Store, inferred: Sequence[ox.Triple]) -> Sequence[ox.Triple]:
    """Join what is inferred too, and cut; what remains inferred of the default graph `store`, which loses the rest.

    What remains does not hold two things for the same: SPARQL says of them what the names do.
    """
    identities = [each for each in inferred if each.predicate in _PROPERTIES and _named(each)]
    joined.add(identities)
    cut(joined, store, identities)
    apart = {each for each in identities if joined.parts(each)}
    for each in apart:
        store.remove(ox.Quad(*each))
    return [each for each in inferred if each not in apart] if apart else inferred


def cut(joined: Joined, store: ox.Store, inferred: Iterable[ox.Triple]) -> None:
    """Join again, in order, each thing that holds two names which the default graph says are distinct."""
    apart = [
        (_key(quad.subject), _key(quad.object))
        for predicate in DISTINCTION
        for quad in store.quads_for_pattern(None, ox.NamedNode(predicate), None, _DEFAULT)
        if _named(quad)
    ]
    apart = [pair for pair in apart if pair[0] in joined and pair[1] in joined and pair[0] != pair[1]]
    distinct: dict[bytes, set[bytes]] = defaultdict(set)
    for one, other in apart:
        distinct[one].add(other)
        distinct[other].add(one)
    found = set(inferred) if apart else set()
    for one, other in apart:
        if joined.of(one) == joined.of(other):  # whatever an earlier cut parted needs no second one
            members, edges = _component(store, one, found)
            joined.part(members)
            foes = defaultdict(set, {name: distinct[name] for name in members & distinct.keys()})
            for _, first, second in sorted(edges):
                _join_unless(joined, foes, first, second)


def _join_unless(joined: Joined, foes: dict[bytes, set[bytes]], one: bytes, other: bytes) -> None:
    """Join two names unless that would bring together names that are distinct: `foes`, by what stands for a thing."""
    one, other = joined.of(one), joined.of(other)
    if one == other or any(joined.of(foe) == other for foe in foes[one]):
        return
    joined.join(one, other)
    kept = joined.of(one)
    gone = other if kept == one else one
    foes[kept] |= foes.pop(gone, set())


def _component(store: ox.Store, start: bytes, inferred: set[ox.Triple]) -> tuple[set[bytes], set[Edge]]:
    """Every name that identity leads to from `start`, and the links between them."""
    members, edges, waiting = {start}, set(), [start]
    while waiting:
        node = ox.NamedNode(waiting.pop()[1:-1].decode())
        for quad in _identities(store, node):
            one, other = sorted((_key(quad.subject), _key(quad.object)))
            edges.add((_rank(store, quad, inferred), one, other))
            fresh = {one, other} - members
            members |= fresh
            waiting += fresh
    return members, edges


def _identities(store: ox.Store, node: ox.NamedNode) -> Iterator[ox.Quad]:
    """What identity says of a node in the default graph, both ways, among IRIs."""
    for predicate in _PROPERTIES:
        yield from (quad for quad in store.quads_for_pattern(node, predicate, None, _DEFAULT) if _named(quad))
        yield from (quad for quad in store.quads_for_pattern(None, predicate, node, _DEFAULT) if _named(quad))


def _rank(store: ox.Store, quad: ox.Quad, inferred: set[ox.Triple]) -> int:
    """0 for what a file states, 1 for an accepted link, 2 for what is inferred."""
    if quad.triple not in inferred:
        return 0
    return 1 if recorded(store, quad) else 2


def _named(triple: ox.Triple | ox.Quad) -> bool:
    return isinstance(triple.subject, ox.NamedNode) and isinstance(triple.object, ox.NamedNode)


def _key(term: ox.NamedNode) -> bytes:
    return str(term).encode()
