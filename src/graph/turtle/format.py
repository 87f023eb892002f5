"""Turtle in one layout: the same triples and comments, written one way (`tree_reader`, `ordering`, `layout`)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

import pyoxigraph as ox

from ..errors import InvalidInput, PasserellesError
from ..namespaces import PrefixMap
from .layout import write
from .ordering import arrange
from .terms import Fault
from .tree_reader import Unexpected, grow


@dataclass(frozen=True, slots=True)
class Style:
    """What a repository decides: `prefixes` to write IRIs with, the rank of each predicate in `order`, by its IRI."""

    prefixes: Mapping[str, str] = field(default_factory=PrefixMap)
    order: Mapping[str, int] = field(default_factory=dict)


def format_turtle(text: str, style: Style, *, path: str, base: str) -> str:
    """A text without faults in its one layout, its triples unchanged; `path` names it in errors.

    Relative IRIs are kept, read against `base`; what an `@base` of the text resolves is written in full. Formatting
    twice gives what formatting once gives. Raises InvalidInput for a text that is no Turtle 1.1, and
    PasserellesError rather than give other triples.
    """
    try:
        tree = grow(text, base)
        written = write(tree, arrange(tree, style.prefixes, style.order))
        before = _triples(text, base) if written != text else set()
    except (Unexpected, Fault, SyntaxError) as error:
        raise InvalidInput("format-syntax", path=path) from error
    if written != text and not _same(before, _triples(written, base)):
        raise PasserellesError("format-changes", path=path)
    return written


def _same(ours: set[bytes], theirs: set[bytes]) -> bool:
    """Whether two graphs are the same, given that both use the same labels for blank nodes.

    Only the nodes without a label need to be recognised, and each is in one place: they are trees.
    """
    if ours == theirs:
        return True
    labels = _nodes(ours) & _nodes(theirs)  # the engine gives the others names at random
    return _recognised(ours, labels) == _recognised(theirs, labels)


def _triples(text: str, base: str) -> set[bytes]:
    """The lines of N-Triples that a text is."""
    found = ox.parse(input=text.removeprefix("\ufeff").encode(), format=ox.RdfFormat.TURTLE, base_iri=base)
    return set(ox.serialize(found, format=ox.RdfFormat.N_TRIPLES).splitlines())


def _terms(line: bytes) -> list[bytes]:
    return line[:-2].split(b" ", 2)


def _nodes(lines: set[bytes]) -> set[bytes]:
    return {term for line in lines if b"_:" in line for term in _terms(line)[::2] if term.startswith(b"_:")}


def _recognised(lines: set[bytes], labels: set[bytes]) -> list[bytes]:
    """The triples, sorted, each node without a label named after what is said of it: twice where there are two."""
    about: dict[bytes, list[tuple[bytes, bytes]]] = {}
    holders: dict[bytes, bytes] = {}
    waits: dict[bytes, int] = {}
    for line in lines:
        subject, predicate, value = _terms(line)
        if _is_hidden(value, labels):
            holders[value] = subject
            waits[subject] = waits.get(subject, 0) + 1
        if _is_hidden(subject, labels):
            about.setdefault(subject, []).append((predicate, value))
    names: dict[bytes, bytes] = {}
    ready = [node for node in about.keys() | holders.keys() if not waits.get(node)]
    while ready:
        node = ready.pop()
        said = sorted(b"%s %s" % (predicate, names.get(value, value)) for predicate, value in about.get(node, ()))
        names[node] = hashlib.sha256(b"\n".join(said)).hexdigest().encode()
        holder = holders.get(node)
        if holder is not None:
            waits[holder] -= 1
            if not waits[holder] and _is_hidden(holder, labels):
                ready.append(holder)
    return sorted(b" ".join(names.get(term, term) for term in _terms(line)) for line in lines)


def _is_hidden(term: bytes, labels: set[bytes]) -> bool:
    return term.startswith(b"_:") and term not in labels
