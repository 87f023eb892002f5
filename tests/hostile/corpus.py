"""Files nobody should write and somebody will: made by code, of about the size asked for, never stored.

Each is a function of a size in bytes; `CORPUS` has them by name with the code the gate answers, None where the file is
Turtle all the same.
"""

from __future__ import annotations

import gzip
import json
import random
import struct
import zlib
from collections.abc import Callable

SENTENCE = "<https://example.org/a> <https://example.org/b> <https://example.org/c> .\n"


def filled(piece: str, size: int, before: str = "", after: str = "") -> bytes:
    """`piece` as often as fits, between two texts."""
    return (before + piece * max(size // len(piece), 1) + after).encode()


def numbered(piece: str, size: int, after: str = "") -> bytes:
    """`piece` with a number in it, again and again."""
    return ("".join(piece.format(number) for number in range(max(size // len(piece), 1))) + after).encode()


def nested(opening: str, closing: str) -> Callable[[int], bytes]:
    """Brackets inside brackets."""

    def make(size: int) -> bytes:
        depth = size // len(opening + closing)
        return f"<a> <b> {opening * depth} <c> {closing * depth} .".encode()

    return make


def conflict(*markers: str) -> Callable[[int], bytes]:
    """Sides of a merge between markers, until the size is reached."""
    sides = "".join(f"{marker}\n<a> <b> {number} .\n" for number, marker in enumerate(markers))
    return lambda size: filled(SENTENCE + sides, size)


def encoded(encoding: str) -> Callable[[int], bytes]:
    """Good Turtle in another encoding."""
    return lambda size: ("<a> <b> 'é' .\n" * (size // 56)).encode(encoding)


def png(size: int) -> bytes:
    """A picture of noise."""
    data = zlib.compress(random.Random(1).randbytes(size))
    header = struct.pack(">IIBBBBB", 1, size, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in ((b"IHDR", header), (b"IDAT", data), (b"IEND", b""))
    )


def expanding(size: int) -> bytes:
    """A long prefix used as often as it is long: its triples are the square of its size."""
    half = size // 2
    return f"@prefix p: <https://example.org/{'x' * half}> .\n<a> <b> {'p:x,' * (half // 4)} p:x .".encode()


def expanding_badly(size: int) -> bytes:
    """The same with names that differ and a fault before them: only our own reader goes through it."""
    half = size // 2
    names = ",".join(f"p:{number}" for number in range(half // 9))
    return f"<a> <b> .\n@prefix p: <https://example.org/{'x' * half}> .\n<a> <b> {names} .".encode()


CORPUS: dict[str, tuple[Callable[[int], bytes], str | None]] = {
    # nesting
    "nested brackets": (nested("[ <p> ", "]"), "PAS030"),
    "nested collections": (nested("(", ")"), "PAS030"),
    "nested triple terms": (nested("<<( <a> <b> ", ")>>"), "PAS029"),
    "nested reified triples": (nested("<< ", "<p> <o> >>"), "PAS029"),
    "nested annotations": (lambda size: filled("{| <p> <o> ", size, "<a> <b> <c> "), "PAS029"),
    "brackets never closed": (lambda size: filled("[ <p> ", size, "<a> <b> "), "PAS030"),
    "collections never closed": (lambda size: filled("(", size, "<a> <b> "), "PAS030"),
    "brackets never opened": (lambda size: filled("]", size, "<a> <b> <c> "), "PAS025"),
    "a collection within itself": (
        lambda size: numbered("_:c{0} <http://www.w3.org/1999/02/22-rdf-syntax-ns#rest> _:c0 .\n", size),
        None,
    ),
    "a long collection": (lambda size: filled("1 ", size, "<a> <b> (", ") ."), None),
    # one long thing
    "a long line": (lambda size: filled("<a> <b> 'x' . ", size), None),
    "a long comment": (lambda size: filled("#", size), None),
    "a long IRI": (lambda size: filled("x", size, "<https://example.org/", "> <b> <c> ."), None),
    "a long IRI never closed": (lambda size: filled("x", size, "<a> <b> <https://example.org/"), "PAS019"),
    "a long name": (lambda size: filled("x", size, "@prefix p: <u:> . <a> <b> p:", " ."), None),
    "a long undeclared prefix": (lambda size: filled("x", size, "<a> <b> ", ":x ."), "PAS013"),
    "a long string": (lambda size: filled("x", size, '<a> <b> "', '" .'), None),
    "a long string never closed": (lambda size: filled("x", size, '<a> <b> "'), "PAS014"),
    "a text of many lines never closed": (lambda size: filled("x\n", size, '<a> <b> """'), "PAS015"),
    "a long language tag": (lambda size: filled("x", size, "<a> <b> 'x'@", " ."), "PAS022"),
    "a language tag of many parts": (lambda size: filled("-valencia", size, "<a> <b> 'x'@ca", " ."), None),
    "a long number": (lambda size: filled("9", size, "<a> <b> ", " ."), None),
    "a long word": (lambda size: filled("x", size), "PAS034"),
    "a long blank node label": (lambda size: filled("x", size, "_:", " <b> <c> ."), None),
    # many small things
    "semicolons": (lambda size: filled(";", size, "<a> <b> <c> ", " ."), None),
    "commas": (lambda size: filled(",", size, "<a> <b> <c> ", " ."), "PAS036"),
    "full stops": (lambda size: filled(".", size), "PAS001"),
    "quotation marks": (lambda size: filled('"', size, "<a> <b> "), "PAS016"),
    "apostrophes": (lambda size: filled("'", size, "<a> <b> "), "PAS016"),
    "backslashes": (lambda size: filled("\\", size, "<a> <b> '"), "PAS014"),
    "less-than signs": (lambda size: filled("<", size), "PAS029"),
    "greater-than signs": (lambda size: filled(">", size, "<a> <b> <c"), "PAS029"),
    "at signs": (lambda size: filled("@", size), "PAS022"),
    "curly quotes": (lambda size: filled("“", size // 3, "<a> <b> "), "PAS028"),
    "empty lines": (lambda size: filled("\n", size), "PAS004"),
    "prefixes": (lambda size: numbered("@prefix p{0}: <https://example.org/{0}/> .\n", size), None),
    "one prefix declared again and again": (lambda size: filled("@prefix p: <https://example.org/> .\n", size), None),
    "a base upon a base": (lambda size: filled("@base <a/> .\n", size, after="<a> <b> <c> ."), None),
    "undeclared prefixes": (lambda size: numbered("p{0}:x p{0}:x p{0}:x .\n", size), "PAS013"),
    "blank nodes": (lambda size: numbered("_:b{0} <p> _:b{0} .\n", size), None),
    "anonymous blank nodes": (lambda size: filled("[],", size, "<a> <b> ", " [] ."), None),
    "subjects": (lambda size: numbered("<{0}> <b> <c> .\n", size), None),
    "predicates": (lambda size: numbered("<p{0}> 1 ;", size, " .").replace(b"<p0>", b"<a> <p0>", 1), None),
    "statements without a dot": (lambda size: numbered("<a{0}> <b> <c>\n", size), "PAS010"),
    "statements without an object": (lambda size: numbered("<a{0}> <b> .\n", size), "PAS036"),
    "strings of several lines": (lambda size: filled('<a> <b> "x\ny" .\n', size), "PAS014"),
    # what grows
    "a prefix that expands": (expanding, "PAS005"),
    "a prefix that expands after a fault": (expanding_badly, "PAS036"),
    # characters
    "null bytes": (lambda size: b"\0" * size, "PAS003"),
    "a null byte at the end": (lambda size: filled(SENTENCE, size) + b"\0", "PAS003"),
    "CRLF": (lambda size: filled("<a> <b> 'x' .\r\n", size), None),
    "CR alone": (lambda size: filled("<a> <b> 'x' .\r", size), None),
    "a byte order mark": (lambda size: b"\xef\xbb\xbf" + filled(SENTENCE, size), None),
    "byte order marks": (lambda size: b"\xef\xbb\xbf" * (size // 3), "PAS038"),
    "UTF-16": (encoded("utf-16"), "PAS002"),
    "UTF-16 without a mark": (encoded("utf-16-be"), "PAS002"),
    "UTF-32": (encoded("utf-32"), "PAS002"),
    "Latin-1": (encoded("latin-1"), "PAS002"),
    "UTF-8 cut short": (lambda size: filled("é", size)[:-1], "PAS002"),
    "UTF-8 of surrogates": (lambda size: b"<a> <b> '" + b"\xed\xa0\x80" * (size // 3) + b"' .", "PAS002"),
    "escaped surrogates": (lambda size: filled(r"\uD800", size, "<a> <b> '", "' ."), "PAS017"),
    "escapes beyond Unicode": (lambda size: filled(r"\UFFFFFFFF", size, "<a> <b> '", "' ."), "PAS017"),
    "escapes": (lambda size: filled(r"\u00E9", size, "<a> <b> '", "' ."), None),
    "astral characters": (lambda size: filled("𝄞", size // 4, "<a> <b> '", "' ."), None),
    "invisible characters": (lambda size: filled("\u200b", size // 3, "<a> <b> <c> "), "PAS038"),
    # other things named .ttl
    "RDF/XML": (
        lambda size: filled(
            '<rdf:Description rdf:about="x"/>\n',
            size,
            '<?xml version="1.0"?>\n<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n',
            "</rdf:RDF>",
        ),
        "PAS027",
    ),
    "JSON-LD": (lambda size: json.dumps({"@graph": [{"@id": "x"}] * (size // 14)}).encode(), "PAS027"),
    "N-Quads": (lambda size: filled("<u:a> <u:b> <u:c> <u:g> .\n", size), "PAS012"),
    "TriG": (lambda size: filled("<g> { <a> <b> <c> }\n", size), "PAS027"),
    "SPARQL": (lambda size: filled("SELECT * WHERE { ?s ?p ?o }\n", size), "PAS027"),
    "HTML": (lambda size: filled("<p>x</p>\n", size, "<!DOCTYPE html>\n<html>"), "PAS027"),
    "CSV": (lambda size: filled("nom;date;lieu\n", size), "PAS027"),
    "gzip": (lambda size: gzip.compress(random.Random(1).randbytes(size), mtime=0), "PAS003"),
    "PNG": (png, "PAS003"),
    "noise": (lambda size: random.Random(1).randbytes(size), "PAS003"),
    # merges
    "a conflict": (conflict("<<<<<<< HEAD", "=======", ">>>>>>> other"), "PAS006"),
    "a conflict in the diff3 style": (conflict("<<<<<<< HEAD", "||||||| base", "=======", ">>>>>>> other"), "PAS006"),
    "a conflict half resolved": (conflict("=======", ">>>>>>> other"), "PAS006"),
}
