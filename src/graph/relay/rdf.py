"""The answer of the relay as triples, without blank nodes: the links, and for each a mapping that says on whose word.

Which name stands for what is asked comes first: it alone, of what is known and linked to nothing.

A link that has a record (sssom:Mapping), or a reuse that carries it, comes with what is said of that; any other gets a
mapping named after its graph. What is only proposed, or that only a portal states, comes as its record, without the
link; what was cut, as the distinction that cut it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from ..namespaces import PAS, RDF, SSSOM, XSD

if TYPE_CHECKING:
    from .lookup import Relay

_TYPE = ox.NamedNode(RDF + "type")
_REPRESENTATIVE = ox.NamedNode(PAS + "representative")
_MAPPING = ox.NamedNode(SSSOM + "Mapping")
_JUSTIFICATION = ox.NamedNode("https://w3id.org/semapv/vocab/UnspecifiedMatching")
_DATES = {  # by the form of what is written
    r"\d{4}": "gYear",
    r"\d{4}-\d\d": "gYearMonth",
    r"\d{4}-\d\d-\d\d": "date",
    r"\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)?": "dateTime",
}


def triples(found: Mapping[str, Any], relay: Relay) -> Iterator[ox.Triple]:
    """The triples of one answer, each once."""
    return iter(dict.fromkeys(_all(found, relay)))


def _all(found: Mapping[str, Any], relay: Relay) -> Iterator[ox.Triple]:
    if found["known"]:
        spelt = next((each["iri"] for each in found["found"] if each["property"] is None), found["uri"])
        stands = ox.NamedNode(relay.names(spelt)[0])
        for name in (spelt, *found["same"]):
            yield ox.Triple(ox.NamedNode(name), _REPRESENTATIVE, stands)
    for link in (*found["links"], *(cut["distinct"] for cut in found["cut"])):
        ends = [_node(link[end]) for end in ("from", "property", "to")]
        if link["quarantine"] is None:
            yield ox.Triple(*ends)
        if link["carrier"] is not None:
            yield from _carrier(link, relay)
        else:
            yield from _mapping(link, ends)
    for link in found["proposed"]:
        yield from _carrier(link, relay)


def _carrier(link: Mapping[str, Any], relay: Relay) -> Iterator[ox.Triple]:
    """What is stated of the record of a link, or of the reuse that it stands for."""
    subject = ox.NamedNode(link["carrier"])
    for each in relay.statements.said(link["carrier"], link["quarantine"] or ""):
        if relay.graphs(each):
            yield ox.Triple(subject, ox.NamedNode(each.predicate), each.object)


def _mapping(link: Mapping[str, Any], ends: list[ox.NamedNode | ox.Literal]) -> Iterator[ox.Triple]:
    """A mapping for a link that has no record: named after its graph and what it links."""
    digest = hashlib.sha256("\n".join(map(str, ends)).encode()).hexdigest()
    subject = ox.NamedNode(f"{link['graph']}#link-{digest[:16]}")
    said = {
        "subject_id": ends[0],
        "predicate_id": ends[1],
        "object_id": ends[2],
        "mapping_justification": _JUSTIFICATION,
        "mapping_source": ox.NamedNode(link["graph"]),
    }
    if (author := link["asserted_by"]) is not None:
        who = _node(author)
        said["author_id" if isinstance(who, ox.NamedNode) else "author_label"] = who
    if (date := link["date"]) is not None:
        kind = next((kind for form, kind in _DATES.items() if re.fullmatch(form, date, re.ASCII)), "string")
        said["mapping_date"] = ox.Literal(date, datatype=ox.NamedNode(XSD + kind))
    if (licence := link["licence"]) is not None:
        said["license"] = _node(licence)
    yield ox.Triple(subject, _TYPE, _MAPPING)
    for name, value in said.items():
        yield ox.Triple(subject, ox.NamedNode(SSSOM + name), value)


def _node(text: str) -> ox.NamedNode | ox.Literal:
    """An IRI where it can be one, else a text."""
    try:
        return ox.NamedNode(text)
    except ValueError:
        return ox.Literal(text)
