"""The process that reads what others wrote: bounded in memory and time, cut off from the network, killed at will.

    python -m graph.harvest.worker MEMORY_MB CPU_SECONDS

On standard input, a line of JSON and as many bytes as it says: first the task, then documents. On standard output, for
each document, a line of JSON for each record, then one that ends it.
"""

from __future__ import annotations

import json
import resource
import sys
from collections import Counter
from collections.abc import Iterator
from math import isqrt
from typing import Any, BinaryIO

import pyoxigraph as ox

from ..namespaces import DCT, OWL, RDF
from ..sparql.confined import leave_the_network
from . import slugs
from .lifting import RELATIVE, Document, Record, Unreadable, good, tabular
from .mapping import FIELD, GIVEN, KNOWN, Mapping
from .nodes import TITLES, events, following, nodes, rdf
from .trees import lifted

_RENEWED = 200  # records after which the store is made anew, more where it holds much: it keeps what was removed
_LICENCE = DCT + "license"
_SAME = ox.NamedNode(OWL + "sameAs")
_TYPE = RDF + "type"
_GIVEN, _KNOWN, _DEFAULT = ox.NamedNode(GIVEN), ox.NamedNode(KNOWN), ox.DefaultGraph()


class Task:
    """One harvest: a mapping, the portal whose records they are, what the repository knows."""

    def __init__(self, told: dict[str, Any], known: bytes) -> None:
        self.mapping = Mapping(**told["mapping"])
        self.portal: str = told["portal"]
        self.base: str = told["base"]
        self.language: str = told["language"]
        self.licence: str = told["licence"]
        self.most: int = told["records"]
        parsed = ox.parse(input=known, format=ox.RdfFormat.N_TRIPLES)
        self._known = [ox.Quad(*quad.triple, _KNOWN) for quad in parsed]

    def answers(self, document: Document) -> Iterator[dict[str, Any]]:
        """What is to be said of each record of a document, then of the document: its next pages, or its fault."""
        number, pending = 0, list[list[Any]]()
        try:
            for record in self._records(document):
                number += 1
                if number > self.most:
                    yield {"fault": ["harvest.too-many", {"limit": "harvest_records", "value": self.most}]}
                    return
                told = self._told(record, document)
                pending, document.notes = pending + document.notes, []
                if "notes" in told:  # what is to be told of the document is told with its first record
                    told["notes"], pending = pending + told["notes"], []
                yield told
        except Unreadable as fault:
            yield {"fault": fault.told}
            return
        except (MemoryError, RecursionError):
            yield {"fault": ["harvest.too-deep", {}]}
            return
        yield {"next": self.after}

    def _records(self, document: Document) -> Iterator[Record]:
        self.after: list[str] = []
        self._renew([])
        if self.mapping.is_rdf:
            said = rdf(document)
            self._renew([ox.Quad(*quad.triple) for quad in said])
            self.after = following(self.store)
            return events(said) if self.mapping.format == "feed" else nodes(self.store, self.mapping, document)
        return lifted(document, self.mapping) if self.mapping.is_tree else tabular(document, self.mapping)

    def _renew(self, said: list[ox.Quad]) -> None:
        """A store that holds what a document says, and what the repository knows."""
        self._said, self._left = said, max(_RENEWED, 4 * isqrt(len(said)))
        self.store = ox.Store()
        self.store.extend(self._known)
        self.store.extend(said)

    def _told(self, record: Record, document: Document) -> dict[str, Any]:
        """What a record gives: its identifier, its thing and triples; or why it gives none."""
        name, key = (text.encode("utf-8", "replace").decode() for text in (record.name, record.identifier))
        told: dict[str, Any] = {"name": name, "key": key}
        if record.fault is not None:
            return told | {"reason": record.fault.told}
        if not record.identifier:
            expected = ", ".join(self.mapping.id) or "IRI"
            return told | {"reason": ["harvest.no-identifier", {"expected": expected}]}
        slug = slugs.of(record.identifier)
        if record.deleted:
            return told | {"slug": slug, "deleted": True}
        notes, unplaced = list(record.notes), Counter[str]()
        thing = record.iri if good(record.iri) else self.portal + slug
        claimed = thing if self._is_ours(thing) else ""
        if claimed:  # no catalogue describes our things in their name: it says that its own is the same
            thing = self.portal + slug
            notes.append(["harvest.claims", {"iri": claimed}])
        try:
            made = self._allowed(self._constructed(record, document, thing), claimed, notes, unplaced)
            if claimed:
                made.append(ox.Triple(_node(thing), _SAME, _node(claimed)))
            kept = self._checked(_kept(made, thing, notes), thing)
        except Unreadable as fault:
            return told | {"reason": fault.told}
        except ValueError:  # of a literal: the engine takes no lone surrogate
            return told | {"reason": ["harvest.surrogate", {}]}
        triples = sorted(ox.serialize(kept, format=ox.RdfFormat.N_TRIPLES).decode().split("\n")[:-1])
        unmapped = dict.fromkeys(sorted(self._unmapped(record)), 1) | dict(sorted(unplaced.items()))
        return told | {"slug": slug, "thing": thing, "notes": notes, "triples": triples, "unmapped": unmapped}

    def _is_ours(self, iri: str) -> bool:
        """Whether an IRI is of our things, not of this portal's."""
        return iri.startswith(self.base) and not iri.startswith(self.portal)

    def _allowed(
        self, triples: list[ox.Triple], claimed: str, notes: list[list[Any]], unplaced: Counter[str]
    ) -> list[ox.Triple]:
        """The triples, without those about things of ours, and the values that the mapping says it cannot place."""
        ours = {t.subject.value for t in triples if self._is_ours(t.subject.value)}
        notes += (["harvest.ours", {"iri": iri}] for iri in sorted(ours - {claimed}))
        lost = {t for t in triples if t.predicate.value.startswith(FIELD)}
        unplaced.update(f"{t.predicate.value.removeprefix(FIELD)} = {getattr(t.object, 'value', '')}" for t in lost)
        return [t for t in triples if t not in lost and t.subject.value not in ours]

    def _constructed(self, record: Record, document: Document, thing: str) -> list[ox.Triple]:
        given: dict[str, Any] = {name: ox.Literal(value) for name, value in record.given.items()}
        given |= {"record": record.node, "thing": _node(thing), "portal": _node(self.portal)}
        given |= {"source": _node(document.address), "identifier": ox.Literal(record.identifier)}
        given |= {"language": ox.Literal(self.language)}
        if self.licence:
            given["licence"] = _node(self.licence)
        if not self._left:
            self._renew(self._said)
        self._left -= 1
        self.store.clear_graph(_GIVEN)
        self.store.extend(ox.Quad(_GIVEN, ox.NamedNode(FIELD + name), term, _GIVEN) for name, term in given.items())
        if record.triples:
            self.store.clear_graph(_DEFAULT)
            self.store.extend(ox.Quad(*triple) for triple in record.triples)
        try:
            return list(self.store.query(self.mapping.query))
        except (SyntaxError, RuntimeError) as error:
            raise Unreadable("harvest.mapping-failed", mapping=self.mapping.name, reason=str(error)) from None

    def _checked(self, triples: list[ox.Triple], thing: str) -> list[ox.Triple]:
        """The triples. Raises Unreadable where they do not say what the thing is, or what it is called."""
        about = {triple.predicate.value for triple in triples if triple.subject.value == thing}
        if _TYPE not in about:
            raise Unreadable("harvest.nothing")
        if self.mapping.format != "feed" and not about & TITLES:  # what another Passerelles holds is as ours
            raise Unreadable("harvest.no-title")
        return triples

    def _unmapped(self, record: Record) -> set[str]:
        """The fields of a record that the mapping does not take."""
        mapping = self.mapping
        taken = {*mapping.columns, *map(mapping.expanded, mapping.id), mapping.iri}
        if mapping.is_rdf or mapping.context:
            return record.fields - mapping.mentioned - taken
        return {name for name in record.fields - taken if FIELD + name not in mapping.mentioned}


def _kept(triples: list[ox.Triple], thing: str, notes: list[list[Any]]) -> list[ox.Triple]:
    """The triples that may be kept, each thing left out told of."""
    kept: dict[ox.Triple, None] = {}
    licences = {str(t.object) for t in triples if t.subject.value == thing and t.predicate.value == _LICENCE}
    if len(licences) > 1:
        notes.append(["harvest.licences", {"licences": " ".join(sorted(licences))}])
    for triple in triples:
        subject, predicate, value = triple
        if any(isinstance(term, ox.BlankNode) for term in (subject, value)):
            notes.append(["harvest.blank-node", {"property": predicate.value}])
        elif isinstance(value, ox.Triple) or (isinstance(value, ox.Literal) and value.direction):
            notes.append(["harvest.later", {"property": predicate.value}])
        elif any(isinstance(term, ox.NamedNode) and term.value.startswith(RELATIVE) for term in (subject, value)):
            relative = value if subject.value == thing else subject
            shown = relative.value.removeprefix(RELATIVE)
            notes.append(["harvest.relative", {"property": predicate.value, "iri": shown}])
        elif not (len(licences) > 1 and subject.value == thing and predicate.value == _LICENCE):
            cleaned = _cleaned(value)
            if cleaned is not None:
                kept[ox.Triple(subject, predicate, cleaned)] = None
    return list(kept)


def _node(iri: str) -> ox.NamedNode:
    try:
        return ox.NamedNode(iri)
    except ValueError:
        raise Unreadable("harvest.bad-iri", iri=iri) from None


def _cleaned(value: Any) -> Any:
    """A term without the spaces around it; None for an empty text."""
    if not isinstance(value, ox.Literal) or (value.value == value.value.strip() != ""):
        return value
    text = value.value.strip()
    if not text:
        return None
    return ox.Literal(text, language=value.language) if value.language else ox.Literal(text, datatype=value.datatype)


def serve(source: BinaryIO, target: BinaryIO) -> None:
    """Answer until the source ends."""
    head, known = _message(source)
    task = Task(head, known)
    while True:
        head, body = _message(source)
        if not head:
            return
        answers = task.answers(Document(**head["document"], body=body))
        target.writelines(json.dumps(answer, ensure_ascii=True).encode() + b"\n" for answer in answers)
        target.flush()


def _message(source: BinaryIO) -> tuple[dict[str, Any], bytes]:
    line = source.readline()
    if not line:
        return {}, b""
    head = json.loads(line)
    return head, source.read(head["size"])


def main(arguments: list[str]) -> None:
    """Bound the process, then serve."""
    memory, seconds = map(int, arguments)
    resource.setrlimit(resource.RLIMIT_AS, (memory * 1024 * 1024,) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    leave_the_network()
    serve(sys.stdin.buffer, sys.stdout.buffer)


if __name__ == "__main__":
    main(sys.argv[1:])
