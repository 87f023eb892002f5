"""Read one Turtle file: its triples as N-Triples, or what is wrong with it and where.

Triples travel as N-Triples bytes: one line each, cheap to write, to count and to search, and no
Python object is made for any of them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from ..diagnostics import Diagnostic, Location, Severity
from ..texts import Text

_BLANK = re.compile(rb"^_:|> _:|<<\( ?_:", re.MULTILINE)
_CONFLICT = re.compile(rb"^(?:<<<<<<<|=======|>>>>>>>) ?", re.MULTILINE)
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Document:
    """What one file holds; `blank` when some term is a blank node. Empty when `diagnostics` has an error."""

    ntriples: bytes
    prefixes: dict[str, str]
    diagnostics: tuple[Diagnostic, ...] = ()
    blank: bool = False

    @property
    def triples(self) -> int:
        """How many triples."""
        return self.ntriples.count(b"\n")


def parse(text: bytes, *, path: str, base: str, limit: int) -> Document:
    """The triples of a Turtle 1.1 document (<https://www.w3.org/TR/turtle/>).

    `path` names the file in diagnostics; relative IRIs resolve against `base`; `limit` bounds the
    size in bytes. Blank nodes are named after the file's content: the same bytes give the same triples.
    """
    if len(text) > limit:
        return _wrong(path, "PAS005", "file.too-large", limit=limit)
    text = text.removeprefix(_BOM)
    encoding = _encoding_fault(text, path)
    if encoding is not None:
        return encoding
    if not text.strip():
        note = Diagnostic(Location(path), Severity.WARNING, "PAS004", Text("file.empty"))
        return Document(b"", {}, (note,))
    reader = ox.parse(input=text, format=ox.RdfFormat.TURTLE, base_iri=base)
    try:
        ntriples = ox.serialize(reader, format=ox.RdfFormat.N_TRIPLES)
    except SyntaxError as error:
        return _syntax_fault(text, path, base, error)
    blank = b"_:" in ntriples and _BLANK.search(ntriples) is not None
    if blank:
        ntriples = _named_blank_nodes(text, base)
    return Document(ntriples, reader.prefixes, blank=blank)


def _encoding_fault(text: bytes, path: str) -> Document | None:
    if text[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return _wrong(path, "PAS002", "file.utf16")
    try:
        text.decode("utf-8")
    except UnicodeDecodeError as error:
        return _wrong(path, "PAS002", "file.not-utf8", *_position(text, error.start), byte=f"{text[error.start]:#04x}")
    return None


def _syntax_fault(text: bytes, path: str, base: str, error: SyntaxError) -> Document:
    """Every fault our own reader finds, each with its place and its cure; else what the engine said."""
    zero = text.find(b"\0")
    if zero >= 0:
        return _wrong(path, "PAS003", "file.binary", *_position(text, zero))
    conflict = _CONFLICT.search(text)
    if conflict and conflict.group().startswith(b"<<<<<<<"):
        return _wrong(path, "PAS006", "file.conflict", *_position(text, conflict.start()))
    from .document import read

    found = read(text.decode(), path=path, base=base).diagnostics
    if found:
        return Document(b"", {}, tuple(found))
    reason = re.sub(
        r"^Parser error (?:at|between) .*?(?:column \d+|columns \d+ and \d+|line \d+): ", "", str(error.msg)
    )
    line, column = error.lineno or 1, error.offset or 1
    location = Location(path, line, column, error.end_lineno or line, error.end_offset or column)
    return Document(b"", {}, (Diagnostic(location, Severity.ERROR, "PAS001", Text("file.syntax", {"reason": reason})),))


def _wrong(path: str, code: str, key: str, line: int = 1, column: int = 1, **parameters: object) -> Document:
    location = Location(path, line, column, line, column)
    return Document(b"", {}, (Diagnostic(location, Severity.ERROR, code, Text(key, parameters)),))


def _position(text: bytes, offset: int) -> tuple[int, int]:
    before = text[:offset]
    start = before.rfind(b"\n") + 1
    return before.count(b"\n") + 1, len(before[start:].decode("utf-8", "replace")) + 1


def _named_blank_nodes(text: bytes, base: str) -> bytes:
    digest = hashlib.sha256(base.encode() + b"\n" + text).hexdigest()
    stem = f"b{digest[:16]}x"
    names: dict[ox.BlankNode, ox.BlankNode] = {}

    def renamed(term: object) -> object:
        if isinstance(term, ox.BlankNode):
            return names.setdefault(term, ox.BlankNode(f"{stem}{len(names)}"))
        if isinstance(term, ox.Triple):
            return ox.Triple(renamed(term.subject), term.predicate, renamed(term.object))
        return term

    def triples() -> Iterator[ox.Triple]:
        for quad in ox.parse(input=text, format=ox.RdfFormat.TURTLE, base_iri=base):
            yield ox.Triple(renamed(quad.subject), quad.predicate, renamed(quad.object))

    return ox.serialize(triples(), format=ox.RdfFormat.N_TRIPLES)
