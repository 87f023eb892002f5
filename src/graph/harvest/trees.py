"""From the bytes of a document to its records: trees of JSON or YAML, as RDF by the JSON-LD context of the mapping."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pyoxigraph as ox

from .lifting import BREAKS, RELATIVE, Document, Record, Unreadable, identity, record_of, text_of
from .mapping import FIELD, Mapping

FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n(.*?)^---[ \t]*$", re.DOTALL | re.MULTILINE)
_READ, _RECORD = ox.NamedNode("urn:x-harvest:read"), ox.NamedNode("urn:x-harvest:record")
_SCHEMA = "http://schema.org/"


def trees(document: Document, mapping: Mapping) -> list[Any]:
    """The records of JSON, YAML or a front matter, as the mapping finds them. Raises Unreadable."""
    text = text_of(document, mapping)
    if mapping.format == "front-matter":
        matter = FRONT_MATTER.match(text.removeprefix("\ufeff"))
        if matter is None:
            raise Unreadable("harvest.no-front-matter")
        tree = _yaml(matter[1])
        if isinstance(tree, dict):
            tree["_body"] = text[matter.end() :].strip()
    elif mapping.format == "yaml":
        tree = _yaml(text)
    else:
        try:
            tree = json.loads(text, parse_int=str, parse_float=str, parse_constant=str)
        except (ValueError, RecursionError) as error:
            raise Unreadable("harvest.syntax", format="JSON", reason=str(error)) from None
    if mapping.context and isinstance(tree, dict) and isinstance(tree.get("@graph"), list):
        shared = {key: value for key, value in tree.items() if key == "@context"}
        return [{**shared, **each} if isinstance(each, dict) else each for each in tree["@graph"]]
    for key in mapping.records:
        tree = tree.get(key) if isinstance(tree, dict) else None
    if tree is None or isinstance(tree, str):
        raise Unreadable("harvest.no-records", path=".".join(mapping.records) or "{…}")
    return tree if isinstance(tree, list) else [tree]


def _yaml(text: str) -> Any:
    """What YAML says, each scalar as it is written: `no` is no boolean, nor 1e3 a number."""
    import yaml

    try:
        return yaml.load(text, Loader=yaml.CBaseLoader)  # noqa: S506 - it makes texts, lists and dictionaries
    except (yaml.YAMLError, RecursionError) as error:
        raise Unreadable("harvest.syntax", format="YAML", reason=" ".join(str(error).split())) from None


def lifted(document: Document, mapping: Mapping) -> Iterator[Record]:
    """Each tree as a record: its plain values are variables, and the whole of it is RDF, by the mapping's context."""
    found = trees(document, mapping)
    for number, tree in enumerate(found, 1):
        name = document.name if len(found) == 1 else f"{document.name}#{number}"
        if not isinstance(tree, dict):
            yield Record(name, ox.BlankNode())
            continue
        scalars = {_name(key): str(value).strip() for key, value in tree.items() if isinstance(value, str | bool)}
        given = {**document.pseudo, **{key: value for key, value in scalars.items() if value}}
        fields = {_name(key) for key, value in tree.items() if value not in ("", [], {}, None) and key[:1] not in "@_"}
        record = record_of(mapping, given, name, fields)
        try:
            if mapping.context:
                _lift(tree, mapping, record, document)
            else:
                head = {"@context": {"@vocab": FIELD}, "@id": record.node.value}
                record.triples = _parsed({**_named(tree), **head}, RELATIVE)
        except Unreadable as fault:
            record.fault = fault
        except RecursionError:
            record.fault = Unreadable("harvest.too-deep")
        yield record


def _lift(tree: dict[str, Any], mapping: Mapping, record: Record, document: Document) -> None:
    """Make a record of a tree that is JSON-LD, whose context is the mapping's, then its own. Raises Unreadable.

    No context is fetched: the mapping's stands for those it knows, and those it does not are told.
    """
    ours, strangers = json.loads(mapping.context)["@context"], dict[str, None]()

    def contexts(said: Any) -> list[Any]:
        found = [each for each in (said if isinstance(said, list) else [said]) if each is not None]
        strangers.update({each: None for each in found if isinstance(each, str) and not mapping.stands_for(each)})
        return [ours if isinstance(each, str) else each for each in found]

    around = {"@context": [{"@vocab": FIELD}, ours], "@id": _READ.value}  # what no context explains is still a field
    said = _parsed({**around, _RECORD.value: _plain(tree, contexts)}, document.base or RELATIVE)
    record.node = next((triple.object for triple in said if triple.predicate == _RECORD), record.node)
    record.triples = [_spelled(triple) for triple in said if triple.predicate != _RECORD]
    about = [triple for triple in record.triples if triple.subject == record.node]
    record.fields = {triple.predicate.value.removeprefix(FIELD) for triple in about}
    identifier, own = identity(record.node, about, (mapping.expanded(name) for name in mapping.id))
    record.identifier, record.iri = record.identifier or identifier, record.iri or own
    record.notes = [["harvest.context", {"iri": iri, "mapping": mapping.name}] for iri in strangers]


def _parsed(tree: dict[str, Any], base: str) -> list[ox.Triple]:
    text = json.dumps(tree, ensure_ascii=False).encode("utf-8", "replace")
    try:
        return [quad.triple for quad in ox.parse(input=text, format=ox.RdfFormat.JSON_LD, base_iri=base)]
    except SyntaxError as error:
        raise Unreadable("harvest.json-ld", reason=str(error.msg)) from None


def _plain(value: Any, contexts: Callable[[Any], list[Any]]) -> Any:
    """A tree of JSON-LD without its empty values, its contexts replaced."""
    if isinstance(value, dict):
        return {
            key: contexts(inner) if key == "@context" else _plain(inner, contexts)
            for key, inner in value.items()
            if inner not in ("", None) and key
        }
    if isinstance(value, list):
        return [_plain(inner, contexts) for inner in value]
    return value.strip() if isinstance(value, str) else value


def _named(value: Any) -> Any:
    """A tree without what JSON-LD would take for its own, empty values left out, its keys names."""
    if isinstance(value, dict):
        pairs = ((_name(key), _named(inner)) for key, inner in value.items())
        return {key: inner for key, inner in pairs if inner not in ("", None) and not key.startswith("@") and key}
    if isinstance(value, list):
        return [_named(inner) for inner in value]
    return value.strip() if isinstance(value, str) else value


def _spelled(triple: ox.Triple) -> ox.Triple:
    """A triple with the words of schema.org spelt as we spell them: its two addresses are of one vocabulary."""
    return ox.Triple(triple.subject, *(_https(term) for term in (triple.predicate, triple.object)))


def _https(term: Any) -> Any:
    if isinstance(term, ox.NamedNode) and term.value.startswith(_SCHEMA):
        return ox.NamedNode(term.value.replace("http:", "https:", 1))
    return term


def _name(key: str) -> str:
    return BREAKS.sub("_", str(key))
