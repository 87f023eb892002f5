"""The W3C SPARQL suites as plain values: every test of every manifest, and how its answer is compared.

A file of the suites is named by its address below `BASE`, as engines do that run them: relative IRIs in data
and queries, and the names of graphs, follow from it.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox
from suite import MF, RDF, SUITES, Graph, Node, present

BASE = "https://w3c.github.io/rdf-tests/sparql/"
QT = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
UT = "http://www.w3.org/2009/sparql/tests/test-update#"
RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
XSD = "http://www.w3.org/2001/XMLSchema#"
_RELATIVE = re.compile(r'<(?![A-Za-z][A-Za-z0-9+.-]*:)[^<>"{}|^`\\\s]*>')
_ORDERED = re.compile(r"\bORDER\s+BY\b", re.IGNORECASE)  # after the last group
_EVERY_VARIABLE = re.compile(r"\A[^{]*\bSELECT\s+(?:(?:DISTINCT|REDUCED)\s+)?\*", re.IGNORECASE)


@dataclass(frozen=True)
class Source:
    """RDF that goes into a dataset: its graph, the default one when empty; its base, its suffix, its bytes."""

    graph: str
    base: str
    suffix: str
    content: bytes

    def quads(self) -> Iterable[ox.Quad]:
        syntax = ox.RdfFormat.from_extension(self.suffix)
        quads = ox.parse(self.content, format=syntax, base_iri=self.base, rename_blank_nodes=True)
        if not self.graph:
            return quads
        return (ox.Quad(quad.subject, quad.predicate, quad.object, ox.NamedNode(self.graph)) for quad in quads)


@dataclass(frozen=True)
class Dataset:
    """The graphs a test is asked of; the same ones have the same id, whatever the test."""

    sources: tuple[Source, ...] = ()

    @cached_property
    def id(self) -> str:
        digest = hashlib.sha256()
        for source in self.sources:
            digest.update(f"{source.graph} {source.base} {len(source.content)}\n".encode() + source.content)
        return digest.hexdigest()

    def write(self, folder: Path) -> int:
        """Make an Oxigraph store of it in `folder`; the number of its quads."""
        store = ox.Store(str(folder))
        for source in self.sources:
            if source.graph:
                store.add_graph(ox.NamedNode(source.graph))  # an empty graph is one of the dataset too
            store.extend(source.quads())
        store.flush()
        return len(store)


@dataclass(frozen=True)
class Case:
    """One test: its IRI, its name, its kind, the file of its request, its dataset, the file of its answer."""

    iri: str
    name: str
    kind: str
    request: Path | None
    dataset: Dataset
    result: Path | None

    @cached_property
    def text(self) -> str:
        """The query, under a BASE where it has a relative IRI: the protocol cannot say where a text came from."""
        assert self.request is not None
        text = self.request.read_bytes().decode()
        return f"BASE <{address(self.request)}>\n{text}" if _RELATIVE.search(text) else text

    def says(self, content: bytes, suffix: str) -> Answer:
        """A document in the syntax of `suffix`, as an answer to the query of this test."""
        return answer(content, suffix, address(self.result), self.text)

    @property
    def expected(self) -> Answer:
        """The answer the suite gives."""
        return self.says(self.result.read_bytes(), self.result.suffix[1:])


def address(path: Path) -> str:
    return BASE + path.relative_to(SUITES).as_posix()


def local(node: Node) -> Path:
    return SUITES / node.value.removeprefix(BASE)


def cases(suite: str) -> list[Case]:
    """Every test of every manifest of a suite, whether a list names it or not."""
    if not present(suite):
        return []
    found = []
    for path in sorted((SUITES / suite).rglob("manifest*.ttl")):
        graph = Graph.read(path, address(path))
        for quad in graph.dataset:
            if quad.predicate.value == RDF + "type" and quad.object.value.startswith(MF):
                kind = quad.object.value.removeprefix(MF)
                if kind != "Manifest":
                    name = f"{path.parent.relative_to(SUITES)}#{quad.subject.value.rpartition('#')[2]}"
                    found.append(_case(graph, quad.subject, name, kind))
    return sorted(found, key=lambda case: case.name)


def _case(graph: Graph, test: Node, name: str, kind: str) -> Case:
    action, result = graph.value(test, MF + "action"), graph.value(test, MF + "result")
    request = action
    if isinstance(action, ox.BlankNode):
        request = graph.value(action, QT + "query") or graph.value(action, UT + "request")
    sources = (
        []
        if action is None
        else [
            *(_source(data, "") for data in graph.objects(action, QT + "data")),
            *(_source(data, data.value) for data in graph.objects(action, QT + "graphData")),
        ]
    )
    return Case(
        test.value,
        name,
        kind,
        None if request is None else local(request),
        Dataset(tuple(sorted(sources, key=lambda source: (source.graph, source.base)))),
        local(result) if isinstance(result, ox.NamedNode) and result.value.startswith(BASE) else None,
    )


def _source(data: Node, graph: str) -> Source:
    path = local(data)
    return Source(graph, data.value, path.suffix[1:], path.read_bytes())


Answer = bool | tuple[tuple[str, ...], frozenset[ox.Quad]] | frozenset[ox.Quad]


def answer(content: bytes, suffix: str, base: str, query: str) -> Answer:
    """What a document in the syntax of `suffix` says, such that equal values are equal answers to `query`.

    A boolean; the triples of a graph; the variables and the solutions of a table: a multiset, or a sequence where
    the query orders it. The columns of SELECT * have no order of their own. Numbers are compared by their values:
    where a test wants more, the suite says that it requires NoCanonicalizationOfNumerics.
    """
    if suffix == "csv":
        header, *records = csv.reader(io.StringIO(content.decode(), newline=""))
        return _table(query, header, [[_cell(field) for field in record] for record in records])
    syntax = ox.QueryResultsFormat.from_extension(suffix)
    if syntax is None:
        quads = list(ox.parse(content, format=ox.RdfFormat.from_extension(suffix), base_iri=base))
        return _result_set(quads, query) or graph(quads)
    found = ox.parse_query_results(content, format=syntax)
    if isinstance(found, ox.QueryBoolean):
        return bool(found)
    return _table(query, [variable.value for variable in found.variables], [list(solution) for solution in found])


def shown(found: Answer) -> str:
    """An answer, to be read in a report."""
    if isinstance(found, bool):
        return str(found)
    names, quads = found if isinstance(found, tuple) else ((), found)
    return "\n".join([" ".join(names), *sorted(map(str, quads))])


def graph(quads: Iterable[ox.Quad]) -> frozenset[ox.Quad]:
    """Triples such that isomorphic graphs are equal."""
    dataset = ox.Dataset(ox.Quad(quad.subject, quad.predicate, _by_value(quad.object)) for quad in quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return frozenset(dataset)


def _by_value(term: Node | ox.Triple) -> Node | ox.Triple:
    """A term, its numbers and booleans written in one way."""
    if isinstance(term, ox.Triple):
        return ox.Triple(term.subject, term.predicate, _by_value(term.object))
    if not isinstance(term, ox.Literal):
        return term
    kind = _VALUES.get(term.datatype.value.removeprefix(XSD))
    with suppress(ValueError, ArithmeticError, KeyError):
        return term if kind is None else ox.Literal(str(kind(term.value)), datatype=term.datatype)
    return term  # ill-typed


_VALUES = {
    "integer": int,
    "decimal": lambda text: Decimal(text).normalize(),
    "double": float,
    "float": float,
    "boolean": {"1": True, "true": True, "0": False, "false": False}.__getitem__,
}


def _cell(field: str) -> ox.BlankNode | ox.Literal | None:
    """A field of CSV, which tells only blank nodes from the rest, and not an empty text from nothing."""
    return ox.BlankNode(field[2:]) if field.startswith("_:") else ox.Literal(field) if field else None


def _result_set(quads: list[ox.Quad], query: str) -> Answer | None:
    """The table written in the vocabulary of result sets; None when the triples are a graph of their own."""
    found = Graph(ox.Dataset(quads))
    for result_set in found.subjects(RDF + "type", ox.NamedNode(RS + "ResultSet")):
        names = [name.value for name in found.objects(result_set, RS + "resultVariable")]
        names.sort(key=lambda name: query.index(f"?{name}"))  # the vocabulary has no order of columns
        rows = []
        for solution in found.objects(result_set, RS + "solution"):
            bindings = found.objects(solution, RS + "binding")
            row = {found.value(one, RS + "variable").value: found.value(one, RS + "value") for one in bindings}
            rows.append([row.get(name) for name in names])
        return _table(query, names, rows)
    return None


def _table(query: str, names: list[str], rows: list[list[Node | ox.Triple | None]]) -> Answer:
    """The columns, and a graph with a node for each solution, that has its place, else how often it is there."""
    ordered = _ORDERED.search(query.rpartition("}")[2])
    solutions = [tuple(None if value is None else _by_value(value) for value in row) for row in rows]
    quads = []
    for row, number in zip(solutions, range(len(rows)), strict=True) if ordered else Counter(solutions).items():
        solution = ox.BlankNode()
        quads.append(ox.Quad(solution, ox.NamedNode("urn:number"), ox.Literal(number)))
        quads += [
            ox.Quad(solution, ox.NamedNode(f"urn:variable:{name}"), value)
            for name, value in zip(names, row, strict=True)
            if value is not None
        ]
    return tuple(sorted(names) if _EVERY_VARIABLE.search(query) else names), graph(quads)
