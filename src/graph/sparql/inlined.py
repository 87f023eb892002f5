"""What a worker does for a query with SERVICEs: read it, find the bindings, and write answers of others as VALUES.

What other servers send is read here and nowhere else, in a process that is bounded and may be killed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self

from ..formats import RESULTS_JSON, RESULTS_XML
from ..namespaces import XSD

if TYPE_CHECKING:
    from pyoxigraph import BlankNode, Literal, NamedNode, Store, Triple

    Term = NamedNode | BlankNode | Literal | Triple

_STRING = XSD + "string"
_IRI = re.compile(r"[^\x00-\x20<>\"{}|^`\\]+\Z")
_TAG = re.compile(r"[A-Za-z]+(?:-[A-Za-z0-9]+)*\Z")


class ServiceRefusal(Exception):
    """An answer that is none, or too long: what a worker says of it."""

    def __init__(self, **said: object) -> None:
        super().__init__(said)
        self.said = said

    @classmethod
    def of(cls, key: str, said: str) -> Self:
        """That of an answer that is none: the sentence that tells so, and what it quotes."""
        return cls(error="service", key=key, said=said)


def columns(message: Mapping[str, Any]) -> bytes:
    """The variables of each pattern asked of a SERVICE, once the whole query has been read. Raises SyntaxError.

    Both are evaluated on nothing: all that is wanted is the engine's own reading.
    """
    from pyoxigraph import Store

    nothing = Store()
    nothing.query(message["query"], base_iri=message.get("base"))
    found = []
    for pattern in message["patterns"]:
        read: Any = nothing.query(f"{message['prologue']}SELECT * WHERE {pattern}", base_iri=message.get("base"))
        found.append([variable.value for variable in read.variables])
    return json.dumps(found).encode()


def bindings(store: Store, message: Mapping[str, Any], dataset: Mapping[str, Any]) -> bytes:
    """The values that restrict a SERVICE: rows of some columns, or null when they are too many, or nothing restricts.

    Only IRIs and plain strings are sent: of a number, a date or a language, two servers may keep different spellings.
    A blank node is of this server only: no solution of another can agree with it.
    """
    from pyoxigraph import BlankNode, Literal, NamedNode

    def sent(term: Term | None) -> bool:
        if isinstance(term, Literal):
            return not term.language and term.datatype.value == _STRING
        return isinstance(term, NamedNode | BlankNode)

    query = b"".join(message["attached"]).decode()
    solutions: Any = store.query(query, base_iri=message.get("base"), **dataset)
    rows = []
    for row in solutions:
        rows.append(tuple(row))
        if len(rows) > message["most"]:
            return json.dumps(None).encode()
    kept = [column for column, _ in enumerate(solutions.variables) if all(sent(row[column]) for row in rows)]
    if not kept:
        return json.dumps(None).encode()
    names = [solutions.variables[column].value for column in kept]
    chosen = ([row[column] for column in kept] for row in rows)
    written = ((str(term) for term in row) for row in chosen if not any(isinstance(term, BlankNode) for term in row))
    return json.dumps([names, sorted({" ".join(row) for row in written})], ensure_ascii=False).encode()


def values(message: Mapping[str, Any]) -> bytes:
    """The solutions of every answer as one VALUES, after a line that says how many. Raises ServiceRefusal.

    An answer has all the `columns` that were asked for, and each of its solutions a value for those that are `sure`:
    one that lacked it would be joined with everything.
    VALUES holds no blank node: each stands there as an IRI that begins with `nodes`, made a node again by a function of
    that name; those of two answers are never the same.
    """
    from pyoxigraph import QueryResultsFormat, QuerySolutions, parse_query_results

    names = message["columns"]
    formats = {RESULTS_JSON.name: QueryResultsFormat.JSON, RESULTS_XML.name: QueryResultsFormat.XML}
    writer = _Writer(message["nodes"])
    rows: list[str] = []
    for number, (kind, answer) in enumerate(zip(message["formats"], message.get("attached", ()), strict=True)):
        writer.answer = f"{message['number']}-{number}-"
        try:
            read = parse_query_results(answer, format=formats[kind])
            if not isinstance(read, QuerySolutions):
                raise ServiceRefusal.of("service.unreadable", "boolean")
            given = {variable.value for variable in read.variables}
            missing = [name for name in names if name not in given]
            for row in read:
                unbound = missing or [name for name in message["sure"] if row[name] is None]
                if unbound:
                    raise ServiceRefusal.of("service.unbound", unbound[0])
                rows.append(writer.row(row[name] for name in names))
                if len(rows) > message["most"]:
                    raise ServiceRefusal(error="too-large", limit="service_rows")
        except (SyntaxError, ValueError, OSError) as error:
            raise ServiceRefusal.of("service.unreadable", str(error)) from error
    return b"%d\n%s" % (len(rows), writer.values(names, rows).encode())


def functions(nodes: str) -> dict[Any, Any]:
    """The function that makes blank nodes of the IRIs that stand for them."""
    from pyoxigraph import BlankNode, NamedNode

    def node(iri: Term) -> Term:
        return BlankNode("s" + iri.value.removeprefix(nodes)) if isinstance(iri, NamedNode) else iri

    return {NamedNode(nodes): node}


class _Writer:
    """Terms as SPARQL writes them, checked once more: one that is none would be read as a part of the query."""

    def __init__(self, nodes: str) -> None:
        self.answer = ""
        self._nodes = nodes
        self._with_nodes: set[int] = set()

    def row(self, terms: Iterable[Term | None]) -> str:
        """A row of VALUES."""
        return f"({' '.join('UNDEF' if term is None else self._term(term, at) for at, term in enumerate(terms))})"

    def values(self, names: Sequence[str], rows: Sequence[str]) -> str:
        """All of it, as an element of a group."""
        body = "\n".join(rows)
        if not self._with_nodes:
            return f"VALUES ({' '.join(f'?{name}' for name in names)}) {{\n{body}\n}}"
        other = self._nodes.split(":")[-2]
        inner = [f"?{name}_{other}" if at in self._with_nodes else f"?{name}" for at, name in enumerate(names)]
        made = "".join(
            f' BIND(IF(STRSTARTS(STR({hidden}), "{self._nodes}"), <{self._nodes}>({hidden}), {hidden}) AS ?{name})'
            for hidden, name in zip(inner, names, strict=True)
            if hidden != f"?{name}"
        )
        shown = " ".join(f"?{name}" for name in names)
        return f"{{ SELECT {shown} WHERE {{ VALUES ({' '.join(inner)}) {{\n{body}\n}}{made} }} }}"

    def _term(self, term: Term, column: int) -> str:
        from pyoxigraph import BlankNode, Literal, NamedNode

        if isinstance(term, NamedNode):
            return f"<{_checked(_IRI, term.value)}>"
        if isinstance(term, BlankNode):
            self._with_nodes.add(column)
            return f"<{self._nodes}{self.answer}{term.value.encode().hex()}>"
        if isinstance(term, Literal):
            if term.language:
                _checked(_TAG, term.language)
            else:
                _checked(_IRI, term.datatype.value)
            return str(term)
        raise ServiceRefusal.of("service.unreadable", "triple")


def _checked(pattern: re.Pattern[str], value: str) -> str:
    if not pattern.match(value):
        raise ServiceRefusal.of("service.unreadable", value)
    return value
