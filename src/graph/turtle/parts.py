"""What a Turtle document is made of, by offsets in code points."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

#: How deep brackets may nest.
DEPTH_LIMIT = 1_000
#: Subject, predicate and object as N-Triples, then the offset where the token of each begins: a `Triple`, lighter.
Row = tuple[str, str, str, int, int, int]


class Triple(NamedTuple):
    """A triple, its terms as N-Triples, and the offsets where the token of each begins.

    The token of a blank node property list is its `[`; of a collection and its first cell, its `(`; of a further
    cell, its member, which is also the predicate's token; of the list's end, its `)`.
    """

    subject: str
    predicate: str
    object: str
    subject_at: int
    predicate_at: int
    object_at: int


class Statement(NamedTuple):
    """A statement: from its first piece to the end of its dot, and which triples it holds."""

    start: int
    end: int
    first: int
    last: int


class Directive(NamedTuple):
    """`@prefix`, `PREFIX`, `@base` or `BASE`: its stretch, the prefix (None for a base), the IRI, its token."""

    start: int
    end: int
    prefix: str | None
    iri: str
    iri_at: int
    sparql: bool


class Finding(NamedTuple):
    """A fault of a document: the key of its sentence, its stretch, what fills the sentence in."""

    key: str
    start: int
    end: int
    parameters: Mapping[str, object]
