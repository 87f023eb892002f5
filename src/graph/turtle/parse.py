"""Read one Turtle file: its triples as N-Triples, or what is wrong with it and where.

Triples travel as N-Triples bytes: one line each, cheap to write, to count and to search, and no
Python object is made for any of them.
"""

from __future__ import annotations

import hashlib
import io
import re
from dataclasses import dataclass

import pyoxigraph as ox

from ..diagnostics import Diagnostic, Location, Severity
from ..texts import Text
from .parts import DEPTH_LIMIT

EXPANSION = 10
PIECE = 1 << 24  # the engine's: beyond, it says that its buffer is full
# A blank node begins a line or ends it: no literal holds a line feed, and one that ends a line has a quotation mark.
_BLANK = re.compile(rb'_:(?:(?<=\n_:)|(?=[^ "]*+ \.\n)(?<=> _:))[^ "]++')
_RDF12 = (b"<<(", b"--ltr", b"--rtl")  # triple terms, directions: how N-Triples writes what only RDF 1.2 has
_DIRECTIVE = re.compile(rb"(?i)(?:prefix\s*+(?:[^\s<>:]*+:\s*+[<#]|#)|base\s*+[<#])")
_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]()"))
_BOM = b"\xef\xbb\xbf"
# What the first bytes say of the encoding: byte order marks, else where the zeros of ASCII characters are.
_ENCODINGS = (
    ("UTF-32", re.compile(rb"\xff\xfe\0\0|\0\0\xfe\xff|(?:[\t-~]\0\0\0){2}|(?:\0\0\0[\t-~]){2}")),
    ("UTF-16", re.compile(rb"\xff\xfe|\xfe\xff|(?:[\t-~]\0){4}|(?:\0[\t-~]){4}")),
)


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

    `path` names the file in diagnostics; relative IRIs resolve against `base`; `limit` bounds the size in bytes, and
    `EXPANSION` times as much that of its triples: a long prefix used often writes more than any memory holds. Blank
    nodes are named after the file's content: the same bytes give the same triples.
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
    room = max(EXPANSION * limit, 1_000_000)
    try:
        return _forestalled(text, path, base, room) or _read(text, path, base, room)
    except (SyntaxError, MemoryError) as error:
        if isinstance(error, MemoryError) and "buffer" not in str(error):
            raise
        return _faults(text, path, base) or _engine_fault(path, error)
    except _NoRoom:
        return _wrong(path, "PAS005", "file.too-long", limit=room)


def blank_stem(text: bytes, base: str) -> str:
    """What the labels of the blank nodes of a document begin with; a number follows."""
    digest = hashlib.sha256(base.encode() + b"\n" + text.removeprefix(_BOM)).hexdigest()
    return f"b{digest[:16]}x"


def _forestalled(text: bytes, path: str, base: str, room: int) -> Document | None:
    """What is kept from the engine: it bounds neither its stack, on nested triple terms, nor what prefixes hold."""
    if b"<<" in text or _deep(text):
        return _faults(text, path, base)
    if _many_directives(text, room):
        from .document import read_about

        found = read_about(text.decode(), frozenset(), path=path, base=base).diagnostics
        if any(one.code == "PAS005" for one in found):
            return _wrong(path, "PAS005", "file.too-long", limit=room)
    return None


def _deep(text: bytes) -> bool:
    """Whether brackets may nest beyond the limit; those of literals and comments count too."""
    if text.count(b"[") + text.count(b"(") <= DEPTH_LIMIT:
        return False
    brackets = text.translate(None, _NOT_BRACKETS)
    for _ in range(8):
        brackets = brackets.replace(b"[]", b"").replace(b"()", b"")
    return len(brackets) > DEPTH_LIMIT


def _many_directives(text: bytes, room: int) -> bool:
    """Whether namespaces may fill the room, were each as long as the text; counted closely where words are many."""
    lower = text.lower()
    words = lower.count(b"prefix") + lower.count(b"base")
    return words * len(text) > room and len(_DIRECTIVE.findall(text)) * len(text) > room


def _read(text: bytes, path: str, base: str, room: int) -> Document:
    """What the engine reads, unless it is RDF 1.2. Raises SyntaxError and _NoRoom."""
    reader = ox.parse(input=text, format=ox.RdfFormat.TURTLE, base_iri=base)
    ntriples = _written(reader, room)
    newer = _faults(text, path, base) if any(mark in ntriples for mark in _RDF12) else None
    if newer is not None:
        return newer
    named = _with_named_blank_nodes(ntriples, text, base) if b"_:" in ntriples else ntriples
    return Document(named, reader.prefixes, blank=named is not ntriples)


class _NoRoom(Exception):
    """More bytes than there is room for."""


class _Room(io.BytesIO):
    """A buffer with no room beyond so many bytes."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self._left = size

    def write(self, piece: bytes) -> int:  # type: ignore[override]  the engine gives bytes
        self._left -= len(piece)
        if self._left < 0:
            raise _NoRoom
        return super().write(piece)


def _written(reader: ox.QuadParser, room: int) -> bytes:
    """What a reader gives, as N-Triples. Raises SyntaxError and _NoRoom."""
    buffer = _Room(room)
    ox.serialize(reader, buffer, format=ox.RdfFormat.N_TRIPLES)
    return buffer.getvalue()


def _encoding_fault(text: bytes, path: str) -> Document | None:
    for encoding, start in _ENCODINGS:
        if start.match(text):
            return _wrong(path, "PAS002", "file.encoding", encoding=encoding)
    try:
        text.decode("utf-8")
    except UnicodeDecodeError as error:
        if b"\0" in text:
            return _binary(text, path)
        return _wrong(path, "PAS002", "file.not-utf8", *_position(text, error.start), byte=f"{text[error.start]:#04x}")
    return None


def _engine_fault(path: str, error: SyntaxError | MemoryError) -> Document:
    """What the engine says where our own reader finds no fault."""
    if isinstance(error, MemoryError):
        return _wrong(path, "PAS005", "file.long-piece", limit=PIECE)
    reason = re.sub(
        r"^Parser error (?:at|between) .*?(?:column \d+|columns \d+ and \d+|line \d+): ", "", str(error.msg)
    )
    line, column = error.lineno or 1, error.offset or 1
    location = Location(path, line, column, error.end_lineno or line, error.end_offset or column)
    return Document(b"", {}, (Diagnostic(location, Severity.ERROR, "PAS001", Text("file.syntax", {"reason": reason})),))


def _faults(text: bytes, path: str, base: str) -> Document | None:
    """What is not Turtle 1.1, as our own reader sees it; None where it sees no fault.

    Where a merge is unfinished nothing else is told: both sides of it stand in the file. Of what is no Turtle at all,
    that is said once.
    """
    if b"\0" in text:
        return _binary(text, path)
    from .document import read
    from .foreign import foreign

    found = read(text.decode(), path=path, base=base).diagnostics
    unfinished = tuple(one for one in found if one.code == "PAS006")
    other = foreign(text.decode()) if found and not unfinished else None
    if other:
        start, name = other
        place = _position(text, len(text.decode()[:start].encode()))
        return _wrong(path, "PAS027", "turtle.foreign" if name else "turtle.foreign-prose", *place, format=name)
    return Document(b"", {}, unfinished or found) if found else None


def _binary(text: bytes, path: str) -> Document:
    return _wrong(path, "PAS003", "file.binary", *_position(text, text.find(b"\0")))


def _wrong(path: str, code: str, key: str, line: int = 1, column: int = 1, **parameters: object) -> Document:
    location = Location(path, line, column, line, column)
    return Document(b"", {}, (Diagnostic(location, Severity.ERROR, code, Text(key, parameters)),))


def _position(text: bytes, offset: int) -> tuple[int, int]:
    before = text[:offset]
    start = before.rfind(b"\n") + 1
    return before.count(b"\n") + 1, len(before[start:].decode("utf-8", "replace")) + 1


def _with_named_blank_nodes(ntriples: bytes, text: bytes, base: str) -> bytes:
    """The same triples, their blank nodes named after the file and numbered; the same object where there is none."""
    names: dict[bytes, bytes] = {}
    stem = f"_:{blank_stem(text, base)}".encode()

    def named(found: re.Match[bytes]) -> bytes:
        return names.setdefault(found[0], b"%s%d" % (stem, len(names)))

    renamed = _BLANK.sub(named, b"\n" + ntriples)
    return renamed[1:] if names else ntriples
