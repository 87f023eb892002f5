"""What the checks need to know of a file, taken from its N-Triples by searches that run in C.

The subject starts a line and an IRI object ends it, so the patterns are exact: the line feed of a
literal is escaped, and no literal ends with `>`, space, full stop except by its datatype, which
follows a quotation mark, and no IRI holds one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from ..dataset import HARVEST, Parsed, Role, Source
from ..diagnostics import has_errors
from ..licenses.licence import KINDS
from .axioms import NONE, Axioms
from .keys import Keyed, classes, keyed
from .statements import Statement, bare, every, predicates, said

_SUBJECT = re.compile(rb"(<[^>]*>|_:\S+) [^\n]*\n(?:\1 [^\n]*\n)*+")  # the lines of one subject at a time


@dataclass(frozen=True, slots=True)
class Facts:
    """What one file describes and points at: plain data, that may be kept from one check to another.

    `subjects` are IRIs, in order of appearance; `objects` the IRI objects under the graph's base; `terms`
    the predicates and objects in the namespaces of the repository's own ontologies, `properties` the predicates
    among them; `statements` those of the predicates that `Axioms.kept` names, or all where a licence is described, for
    verdicts rest on all that is said of one; `keyed` the values that tell its
    things apart; `types` the classes of each subject that has any. A file that does not parse is not `readable`: what
    it describes is unknown.
    """

    source: Source
    subjects: tuple[str, ...]
    objects: frozenset[str]
    terms: frozenset[str]
    triples: int
    prefixes: dict[str, str]
    readable: bool = True
    properties: frozenset[str] = frozenset()
    statements: tuple[Statement, ...] = ()
    keyed: tuple[Keyed, ...] = ()
    types: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def gather(parsed: Parsed, base: str, axioms: Axioms = NONE) -> Facts:
    """The facts of one file; `base` is where the graph's things live, `axioms` what its ontology says."""
    if parsed.source.role is Role.QUARANTINE:
        return _of_a_quarantine(parsed, base)
    ntriples = parsed.document.ntriples
    triples = parsed.document.triples
    types = classes(ntriples)
    found = set() if parsed.source.role is Role.SHAPES else predicates(ntriples, blank=parsed.document.blank)
    terms = {term for name in axioms.namespaces for term in _within(name).findall(ntriples)}
    whole = any(not KINDS.isdisjoint(names) for names in types.values())
    kept = sorted(found & axioms.kept)
    return Facts(
        source=parsed.source,
        subjects=_subjects(ntriples, triples),
        objects=frozenset(found.decode() for found in set(_under(base).findall(ntriples))),
        terms=frozenset(term.decode() for term in terms),
        properties=frozenset(term.decode() for term in terms & found),
        triples=triples,
        prefixes=parsed.document.prefixes,
        readable=not has_errors(parsed.document.diagnostics),
        statements=tuple(every(ntriples) if whole else _statements(ntriples, kept)),
        keyed=tuple(keyed(ntriples, found, axioms, types)),
        types={bare(subject): names for subject, names in types.items()},
    )


def _statements(ntriples: bytes, names: Iterable[bytes]) -> Iterator[Statement]:
    """The statements of some predicates."""
    for name in names:
        predicate = name.decode()
        for subject, value in said(ntriples, name):
            yield bare(subject), predicate, bare(value)


def _of_a_quarantine(parsed: Parsed, base: str) -> Facts:
    """The things that curated files may point at in a quarantine, and nothing to hold against it."""
    document = parsed.document
    own = tuple(name for name in _subjects(document.ntriples, document.triples) if name.startswith(f"{base}{HARVEST}/"))
    readable = not has_errors(document.diagnostics)
    return Facts(parsed.source, own, frozenset(), frozenset(), document.triples, document.prefixes, readable)


def _subjects(ntriples: bytes, triples: int) -> tuple[str, ...]:
    first, space, _ = ntriples.partition(b" ")
    if first.startswith(b"<") and ntriples.count(b"\n" + first + space) == triples - 1:
        return (first[1:-1].decode(),)  # one subject, as most files: no need to look at every line
    subjects = dict.fromkeys(_SUBJECT.findall(ntriples))
    return tuple(s[1:-1].decode() for s in subjects if s.startswith(b"<"))


@cache
def _under(base: str) -> re.Pattern[bytes]:
    return re.compile(rb"> <(%s[^>\"]*)> \.\n" % re.escape(base.encode()))


@cache
def _within(namespace: str) -> re.Pattern[bytes]:
    """A term of a namespace as predicate (the object begins after it) or as object (it ends the line)."""
    return re.compile(rb' <(%s[^>"]+)> (?:[<"_]|\.\n)' % re.escape(namespace.encode()))
