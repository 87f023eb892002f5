"""What the checks need to know of a file, taken from its N-Triples in one pass of C code.

The subject starts a line and an IRI object ends it, so both patterns are exact: the line feed of a
literal is escaped, and no literal ends with `>`, space, full stop except by its datatype, which
follows `^^` and not a space.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..dataset import Parsed, Source

_SUBJECT = re.compile(rb"^(<[^>]*>|_:\S+) ", re.MULTILINE)
_OBJECT = re.compile(rb"> <([^>]*)> \.$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Facts:
    """Subjects (IRIs, in order of appearance) and IRI objects of one file; the number of its triples."""

    source: Source
    subjects: tuple[str, ...]
    objects: frozenset[str]
    triples: int
    prefixes: dict[str, str]


def gather(parsed: Parsed) -> Facts:
    """The facts of one file that parsed."""
    ntriples = parsed.document.ntriples
    subjects = dict.fromkeys(_SUBJECT.findall(ntriples))
    return Facts(
        source=parsed.source,
        subjects=tuple(s[1:-1].decode() for s in subjects if s.startswith(b"<")),
        objects=frozenset(o.decode() for o in set(_OBJECT.findall(ntriples))),
        triples=parsed.document.triples,
        prefixes=parsed.document.prefixes,
    )
