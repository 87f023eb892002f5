"""From a document of RDF to its records: the nodes of some classes, or the activities of a feed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pyoxigraph as ox

from ..formats import JSON_LD, N_QUADS, N_TRIPLES, RDF_XML, TRIG, TURTLE, by_name
from ..namespaces import DCT, FOAF, RDFS, SKOS
from .lifting import HTML, RELATIVE, Document, Record, Unreadable, identity, text_of
from .mapping import Mapping

_DOCTYPE = re.compile(r"<!(?:DOCTYPE|ENTITY)\b", re.IGNORECASE)
_XML_CODING = re.compile(rb"""\A(?:\xef\xbb\xbf)?<\?xml[^>]*?encoding\s*=\s*["']([\w.-]+)""")
_XML_HEAD = re.compile(r"\A\s*<\?xml[^>]*\?>")
_PARSERS = {
    TURTLE: ox.RdfFormat.TURTLE,
    N_TRIPLES: ox.RdfFormat.N_TRIPLES,
    JSON_LD: ox.RdfFormat.JSON_LD,
    RDF_XML: ox.RdfFormat.RDF_XML,
    N_QUADS: ox.RdfFormat.N_QUADS,
    TRIG: ox.RdfFormat.TRIG,
}
_BY_SUFFIX = {".xml": RDF_XML, ".owl": RDF_XML, ".json": JSON_LD}
TITLES = frozenset({f"{DCT}title", f"{SKOS}prefLabel", f"{RDFS}label", f"{FOAF}name", "https://schema.org/name"})
_HYDRA = "http://www.w3.org/ns/hydra/core#"
_NEXT = tuple(ox.NamedNode(_HYDRA + name) for name in ("next", "nextPage"))
_TREE_NODE, _TREE_VALUE = (ox.NamedNode(f"https://w3id.org/tree#{name}") for name in ("node", "value"))
_AS_OBJECT, _AS_PUBLISHED, _AS_DELETE = (
    ox.NamedNode(f"https://www.w3.org/ns/activitystreams#{name}") for name in ("object", "published", "Delete")
)
_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")


def rdf(document: Document) -> list[ox.Quad]:
    """What a document of RDF says. Raises Unreadable, where nothing of it is to be used."""
    body = document.body
    if HTML.match(body):
        raise Unreadable("harvest.is-html")
    form = _format(document)
    coding = _XML_CODING.match(body) if form is RDF_XML else None
    charset = document.charset or (coding[1].decode() if coding else "utf-8")
    text = text_of(replace(document, charset=charset), Mapping("", ""))
    if form is RDF_XML:
        if _DOCTYPE.search(text):
            raise Unreadable("harvest.doctype")
        text = _XML_HEAD.sub("", text)  # what it said of its charset is no longer true
    try:
        return list(ox.parse(input=text, format=_PARSERS[form], base_iri=document.base or RELATIVE))
    except SyntaxError as error:
        raise Unreadable("harvest.syntax", format=form.label, reason=str(error.msg)) from None


def _format(document: Document) -> Any:
    """What syntax a document of RDF is in: as it is said to be, by its name, by how it begins."""
    name = "" if document.media_type in ("text/plain", "application/octet-stream") else document.media_type
    found = by_name(name) if name and name not in ("application/xml", "text/xml", "application/json") else None
    if found in _PARSERS:
        return found
    start = document.body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    suffix = "." + document.name.rpartition(".")[2].lower()
    if start == b"<" and re.match(rb"\s*(?:\xef\xbb\xbf)?\s*<(?:\?xml|!--|!DOCTYPE|rdf:RDF|\w+:RDF)", document.body):
        return RDF_XML
    if start in (b"{", b"["):
        return JSON_LD
    return _BY_SUFFIX.get(suffix) or (by_name(suffix[1:]) if by_name(suffix[1:]) in _PARSERS else TURTLE)


def nodes(store: ox.Store, mapping: Mapping, document: Document) -> Iterator[Record]:
    """Each node of one of the mapping's classes, in the order of its identifier, as a record."""
    classes = [ox.NamedNode(mapping.expanded(name)) for name in mapping.records]
    found = {quad.subject for kind in classes for quad in store.quads_for_pattern(None, _TYPE, kind, ox.DefaultGraph())}
    identifying = [mapping.expanded(name) for name in mapping.id]
    for node in sorted(found, key=str):
        said = list(store.quads_for_pattern(node, None, None, ox.DefaultGraph()))
        identifier, own = identity(node, said, identifying)
        fields = {quad.predicate.value for quad in said}
        name = (
            own or identifier or f"{document.name} [{min((q.object.value for q in said if _is_title(q)), default='')}]"
        )
        yield Record(name, node, identifier, own, fields=fields)


def _is_title(quad: ox.Quad) -> bool:
    return quad.predicate.value in TITLES and isinstance(quad.object, ox.Literal)


def following(store: ox.Store) -> list[str]:
    """The addresses of the pages that follow, as Hydra says them, or a TREE in the order of its values."""
    pages = {quad.object.value: "" for name in _NEXT for quad in store.quads_for_pattern(None, name, None)}
    for quad in store.quads_for_pattern(None, _TREE_NODE, None):
        values = store.quads_for_pattern(quad.subject, _TREE_VALUE, None)
        pages[quad.object.value] = min((value.object.value for value in values), default="")
    return sorted(pages, key=lambda page: (pages[page], _natural(page)))


def _natural(text: str) -> list[tuple[int, str]]:
    """A text as people sort it: 2 before 10."""
    return [(int(part) if part.isdecimal() else -1, part) for part in re.split(r"(\d+)", text)]


def events(said: list[ox.Quad]) -> Iterator[Record]:
    """Each activity of a feed as a record: its object, and what is said of it in the graph that has its name.

    <https://semiceu.github.io/LDES-DCAT-AP-feeds/>: the last activity of an object says what there is of it now.
    """
    objects: dict[ox.NamedNode, ox.NamedNode] = {}
    moments: dict[ox.NamedNode, str] = {}
    states: dict[ox.NamedNode, list[ox.Triple]] = {}
    deleted: set[ox.NamedNode] = set()
    for quad in said:
        if quad.predicate == _AS_OBJECT and isinstance(quad.object, ox.NamedNode):
            objects[quad.subject] = quad.object
        elif quad.predicate == _AS_PUBLISHED:
            moments[quad.subject] = quad.object.value
        elif quad.object == _AS_DELETE:
            deleted.add(quad.subject)
        if not isinstance(quad.graph_name, ox.DefaultGraph):
            states.setdefault(quad.graph_name, []).append(quad.triple)
    for activity in sorted(objects, key=lambda one: moments.get(one, "")):  # else in the order of the page
        node = objects[activity]
        record = Record(activity.value, node, node.value, node.value, triples=states.get(activity, []))
        record.deleted = activity in deleted
        yield record
