"""What an answer is written in: the formats of each query form, and writing them, capped, in a worker."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from ..formats import (
    GRAPH_FORMATS,
    N_TRIPLES,
    RESULTS_CSV,
    RESULTS_FORMATS,
    RESULTS_JSON,
    RESULTS_TSV,
    RESULTS_XML,
    TURTLE,
    Format,
)
from ..namespaces import RDF, XSD

if TYPE_CHECKING:
    from pyoxigraph import QueryBoolean, QuerySolutions, QueryTriples, Triple

_PREFIXES_READ_FROM = 5_000


class TooLarge(Exception):
    """The answer is beyond its cap."""


def formats_for(form: str) -> tuple[Format, ...]:
    """The formats of a query form's answer, the preferred one first.

    A boolean has the formats of a table: the CSV and TSV recommendation says nothing of ASK, and
    `true` alone on its line is what other servers write.
    """
    return GRAPH_FORMATS if form in ("CONSTRUCT", "DESCRIBE") else RESULTS_FORMATS


def default_for(form: str) -> Format:
    """The format of a client without preference."""
    return TURTLE if form in ("CONSTRUCT", "DESCRIBE") else RESULTS_JSON


class _Capped:
    """A binary file that holds at most `cap` bytes. Raises TooLarge in `write`, which ends the evaluation."""

    def __init__(self, cap: int) -> None:
        self._cap = cap
        self._size = 0
        self._parts: list[bytes] = []

    def write(self, part: bytes) -> int:
        self._size += len(part)
        if self._size > self._cap:
            raise TooLarge
        self._parts.append(bytes(part))
        return len(part)

    def flush(self) -> None:
        """Nothing waits."""

    def content(self) -> bytes:
        return b"".join(self._parts)


def serialise(
    answer: QuerySolutions | QueryBoolean | QueryTriples, name: str, cap: int, prefixes: Mapping[str, str]
) -> bytes:
    """The whole answer in the format called `name`. Raises TooLarge beyond `cap` bytes.

    Evaluation is lazy: whatever it raises comes from here.
    """
    import pyoxigraph

    output: Any = _Capped(cap)
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
        syntax = pyoxigraph.RdfFormat.from_extension(name)
        if syntax is None:
            raise ValueError(name)
        first = list(islice(answer, _PREFIXES_READ_FROM))
        used = _used(first, prefixes) if len(first) < _PREFIXES_READ_FROM else dict(prefixes)
        pyoxigraph.serialize(chain(first, answer), output, syntax, prefixes=used)
    return output.content()


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
