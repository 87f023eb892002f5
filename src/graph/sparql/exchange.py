"""Terms as SPARQL 1.1 Query Results JSON writes them, from and to the syntaxes of RDF: what a client exchanges."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ..namespaces import XSD

if TYPE_CHECKING:
    from pyoxigraph import BlankNode, Literal, NamedNode, Triple


def n_triples_term(term: Mapping[str, Any]) -> str:
    """An IRI or a literal as N-Triples writes it. Raises ValueError for what is none."""
    from pyoxigraph import Literal, NamedNode

    if term["type"] == "uri":
        return str(NamedNode(term["value"]))
    if "xml:lang" in term:
        return str(Literal(term["value"], language=term["xml:lang"]))
    return str(Literal(term["value"], datatype=NamedNode(term.get("datatype", XSD + "string"))))


def triples(turtle: bytes, base: str | None = None) -> Iterator[tuple[dict[str, Any], ...]]:
    """The subject, predicate and object of each triple of a graph, in its order. Raises SyntaxError."""
    for triple in _parsed(turtle, base):
        yield tuple(_described(term) for term in triple)


def n_triples(turtle: bytes, base: str | None = None) -> str:
    """The same graph as N-Triples. Raises SyntaxError."""
    return "".join(f"{triple} .\n" for triple in _parsed(turtle, base))


def _parsed(turtle: bytes, base: str | None) -> Iterator[Triple]:
    """Each triple once, in order."""
    from pyoxigraph import RdfFormat, parse

    return iter(dict.fromkeys(quad.triple for quad in parse(turtle, format=RdfFormat.TURTLE, base_iri=base)))


def _described(term: NamedNode | BlankNode | Literal | Triple) -> dict[str, Any]:
    from pyoxigraph import BlankNode, Literal, NamedNode

    if isinstance(term, NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, BlankNode):
        return {"type": "bnode", "value": term.value}
    if isinstance(term, Literal):
        tag = {"xml:lang": term.language} if term.language else {"datatype": term.datatype.value}
        return {"type": "literal", "value": term.value, **tag}
    parts = zip(("subject", "predicate", "object"), term, strict=True)
    return {"type": "triple", "value": {name: _described(part) for name, part in parts}}
