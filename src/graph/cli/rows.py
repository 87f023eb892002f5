"""The rows of an answer as they come, each term as a reader wants it: short, on one line."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from ..namespaces import PrefixMap
from ..report.characters import one_line

if TYPE_CHECKING:
    from ..client.reading import Solutions

_IRIS_KEPT = 16_384
_TERM = re.compile(r'<(?P<iri>[^<>\s]*)>|"(?P<form>(?:[^"\\]|\\.)*)"(?:@[\w-]+|\^\^<[^<>]*>)?')
_ESCAPE = re.compile(r"\\(.)")
_ESCAPED = {"t": "\t", "n": "\n", "r": "\r", "b": "\b", "f": "\f"}


class Terms:
    """How terms are shown: IRIs by their prefix, those under `base` as `id:` and what follows it; literals bare."""

    def __init__(self, prefixes: Mapping[str, str], base: str) -> None:
        known = PrefixMap(prefixes)

        @lru_cache(_IRIS_KEPT)
        def iri(name: str) -> str:
            return f"id:{name[len(base) :]}" if name.startswith(base) else known.shrink(name)

        self.iri = iri

    def of_turtle(self, term: str) -> str:
        """A term, or what has terms in it, in the syntax of Turtle."""
        if term.startswith('"'):
            return _literal(term[1 : term.rindex('"')])
        if term.startswith("<") and not term.startswith("<<"):
            return self.iri(term[1:-1])
        return _TERM.sub(self._replaced, term) if "<" in term else term

    def _replaced(self, found: re.Match[str]) -> str:
        return _literal(found["form"]) if found["iri"] is None else self.iri(found["iri"])

    def of_json(self, term: Mapping[str, object]) -> str:
        """A term of SPARQL 1.1 Query Results JSON."""
        value = term["value"]
        if isinstance(value, Mapping):
            return f"<<( {' '.join(self.of_json(value[part]) for part in ('subject', 'predicate', 'object'))} )>>"
        match term["type"]:
            case "uri":
                return self.iri(str(value))
            case "bnode":
                return f"_:{value}"
        return one_line(str(value))


def _literal(form: str) -> str:
    return one_line(_ESCAPE.sub(_unescaped, form) if "\\" in form else form)


def _unescaped(found: re.Match[str]) -> str:
    return _ESCAPED.get(found[1], found[1])


def from_tsv(parts: Iterable[bytes], terms: Terms) -> tuple[list[str], Iterator[list[str]]]:
    """The names of the columns, and the rows, of SPARQL 1.1 Query Results TSV as our engine writes it."""
    read, show = _lines(parts), terms.of_turtle
    head = next(read)
    if not head:  # no column, and still as many rows as there are solutions
        return [], ([] for _ in read)
    return [name.removeprefix("?") for name in head.split("\t")], (
        [show(term) for term in line.split("\t")] for line in read
    )


def from_json(parts: Iterable[bytes], endpoint: str, terms: Terms) -> Solutions:
    """The columns and rows, or the truth, of SPARQL 1.1 Query Results JSON."""
    from ..client.reading import Solutions

    return Solutions(parts, endpoint, terms.of_json)


def _lines(parts: Iterable[bytes]) -> Iterator[str]:
    """Lines that end with a line feed, and with nothing else that Unicode takes for an end of line."""
    rest = ""
    for part in codecs.iterdecode(parts, "utf-8"):
        *whole, rest = (rest + part).split("\n")
        yield from whole
    if rest:
        yield rest
