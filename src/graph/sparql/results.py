"""What an answer is written in: the formats of each query form, and writing them in a worker, never beyond a cap."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from ..formats import (
    GRAPH_FORMATS,
    N_TRIPLES,
    RDF_XML,
    RESULTS_CSV,
    RESULTS_FORMATS,
    RESULTS_JSON,
    RESULTS_TSV,
    RESULTS_XML,
    TURTLE,
    Format,
)
from ..namespaces import RDF, XSD
from .frames import FRAME_BYTES, data

if TYPE_CHECKING:
    from pyoxigraph import QueryBoolean, QuerySolutions, QueryTriples, Triple

_PREFIXES_READ_FROM = 5_000
_NO_XML = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")  # the engine writes them as they are


class TooLarge(Exception):
    """The answer is beyond the limit of that name."""

    def __init__(self, limit: str) -> None:
        super().__init__(limit)
        self.limit = limit


def formats_for(form: str) -> tuple[Format, ...]:
    """The formats of a query form's answer, the preferred one first.

    A boolean has the formats of a table: the CSV and TSV recommendation says nothing of ASK, and
    `true` alone on its line is what other servers write.
    """
    return GRAPH_FORMATS if form in ("CONSTRUCT", "DESCRIBE") else RESULTS_FORMATS


def default_for(form: str) -> Format:
    """The format of a client without preference."""
    return TURTLE if form in ("CONSTRUCT", "DESCRIBE") else RESULTS_JSON


#: What stands once a row, or between two, and how many of it stand in an answer without rows. A literal that holds
#: it counts as one row more, which only matters at the cap.
_ROW_MARKS = {
    RESULTS_JSON.name: (b'"}},{"', -1),
    RESULTS_XML.name: (b"<result>", 0),
    RESULTS_CSV.name: (b"\r\n", 1),
    RESULTS_TSV.name: (b"\n", 1),
}


class Unwritable(Exception):
    """XML has no way to write a character of the answer."""


class Output:
    """A binary file that sends what is written to it, in frames. Raises TooLarge in `write`, which ends the evaluation.

    `size` counts bytes.
    """

    def __init__(self, send: Callable[[bytes], object], cap: int) -> None:
        self.size = 0
        self._send = send
        self._cap = cap
        self._marks = self._marks_cap = 0
        self._mark = self._tail = b""
        self._xml = False
        self._parts: list[bytes] = []
        self._waiting = 0

    def counting(self, name: str, cap: int) -> Output:
        """Count the rows of the results format called `name`, up to `cap`; the lines of a graph."""
        self._mark, without_rows = _ROW_MARKS.get(name, (b"\n", 0))
        self._marks_cap = cap + without_rows
        self._xml = name in (RESULTS_XML.name, RDF_XML.name)
        return self

    def write(self, part: bytes) -> int:
        """Take a part of the answer."""
        self.size += len(part)
        if self.size > self._cap:
            raise TooLarge("result_bytes")
        if self._xml and _NO_XML.search(part):
            raise Unwritable
        if self._mark:
            seen = self._tail + part
            self._marks += seen.count(self._mark)
            self._tail = seen[len(seen) + 1 - len(self._mark) :]
            if self._marks > self._marks_cap:
                raise TooLarge("result_rows")
        self._parts.append(bytes(part))
        self._waiting += len(part)
        if self._waiting >= FRAME_BYTES:
            self._send(self.rest())
        return len(part)

    def flush(self) -> None:
        """What waits is sent with the end."""

    def rest(self) -> bytes:
        """What waits to be sent, as a frame; nothing when nothing does."""
        waiting = b"".join(self._parts)
        self._parts, self._waiting = [], 0
        return data(waiting) if waiting else b""


def serialise(
    answer: QuerySolutions | QueryBoolean | QueryTriples, name: str, output: Any, prefixes: Mapping[str, str]
) -> None:
    """Write the whole answer to a binary file, in the format called `name`.

    Evaluation is lazy: whatever it raises comes from here.
    """
    import pyoxigraph

    if not isinstance(answer, pyoxigraph.QueryTriples):
        formats = pyoxigraph.QueryResultsFormat
        written = {
            RESULTS_JSON.name: formats.JSON,
            RESULTS_XML.name: formats.XML,
            RESULTS_CSV.name: formats.CSV,
            RESULTS_TSV.name: formats.TSV,
        }
        answer.serialize(output, written[name])
    elif name == N_TRIPLES.name:
        answer.serialize(output, pyoxigraph.RdfFormat.N_TRIPLES)
    else:
        serialise_graph(answer, name, output, prefixes)


def serialise_graph(triples: Iterable[Triple], name: str, output: Any, prefixes: Mapping[str, str]) -> None:
    """Write triples to a binary file, in the format called `name`, with the prefixes that they use."""
    import pyoxigraph

    syntax = pyoxigraph.RdfFormat.from_extension(name)
    if syntax is None:
        raise ValueError(name)
    coming = iter(triples)
    first = list(islice(coming, _PREFIXES_READ_FROM))
    used = _used(first, prefixes) if len(first) < _PREFIXES_READ_FROM else dict(prefixes)
    pyoxigraph.serialize(chain(first, coming), output, syntax, prefixes=used)


def graph(ntriples: bytes, form: Format, prefixes: Mapping[str, str]) -> bytes:
    """A graph given as N-Triples, in another format."""
    import pyoxigraph

    syntax = pyoxigraph.RdfFormat.from_extension(form.name)
    triples = [quad.triple for quad in pyoxigraph.parse(ntriples, pyoxigraph.RdfFormat.N_TRIPLES)]
    return pyoxigraph.serialize(triples, format=syntax, prefixes=_used(triples, prefixes))


@cache
def _nothing(name: str) -> bytes:
    import pyoxigraph

    syntax = pyoxigraph.RdfFormat.from_extension(name)
    return pyoxigraph.serialize((), format=syntax) if syntax is not None else b""


def is_empty(body: bytes, form: Format) -> bool:
    """True when `body`, a graph that `serialise` wrote in the format `form`, has no triple."""
    return body == _nothing(form.name)


def _used(triples: Iterable[Triple], prefixes: Mapping[str, str]) -> dict[str, str]:
    """The prefixes whose namespace some IRI of the triples begins with."""
    import pyoxigraph

    iris = set()
    for triple in triples:
        for term in triple:
            if isinstance(term, pyoxigraph.NamedNode):
                iris.add(term.value)
            elif isinstance(term, pyoxigraph.Literal) and not term.language:
                iris.add(term.datatype.value)
    iris -= {RDF + "type", XSD + "string"}  # written `a`, and not at all
    heads = {iri[: end + 1] for iri in iris for end in (iri.rfind("#"), iri.rfind("/")) if end >= 0}
    return {prefix: namespace for prefix, namespace in prefixes.items() if namespace in heads}
