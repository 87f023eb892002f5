"""From the bytes of a document to its records: rows of a table, trees of JSON or YAML (of RDF: `nodes`).

What is said here of a document that cannot be read, or of one record of it, is a key of the catalogues of texts and
its parameters: it goes from one process to another.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pyoxigraph as ox

from ..texts import Text
from .mapping import FIELD, Mapping

FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n(.*?)^---[ \t]*$", re.DOTALL | re.MULTILINE)
HTML = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s*(?:(?><!--.*?-->)\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
_BREAKS = re.compile(r"\W+")


class Unreadable(Exception):
    """A document, or a record, of which nothing can be made: the key of the sentence that says why."""

    def __init__(self, key: str, **parameters: object) -> None:
        super().__init__(key, parameters)
        self.key, self.parameters = key, parameters

    @property
    def told(self) -> list[Any]:
        """What goes from one process to another: the key and the parameters, a text among them the same way."""
        inner = {name: _parts(value) for name, value in self.parameters.items()}
        return [self.key, inner]


def _parts(value: object) -> object:
    if isinstance(value, Text):
        return [value.key, {name: _parts(inner) for name, inner in value.parameters.items()}]
    return value if isinstance(value, int | float) else str(value)  # what the system or a library says, in words


@dataclass(slots=True)
class Record:
    """What is read of one record: `node` is what the query calls ?record, `given` its variables, `triples` its tree.

    `name` is how the report calls it; `identifier` is empty where it has none; `iri`, where it has none of its own;
    `fault` is why it cannot be used.
    """

    name: str
    node: ox.NamedNode | ox.BlankNode
    identifier: str = ""
    iri: str = ""
    given: dict[str, str] = field(default_factory=dict)
    triples: list[ox.Triple] = field(default_factory=list)
    fields: set[str] = field(default_factory=set)
    deleted: bool = False
    fault: Unreadable | None = None


@dataclass(slots=True)
class Document:
    """A document as it came: its name for people, its IRI, what relative IRIs resolve against, its media type."""

    name: str
    address: str
    body: bytes = b""
    media_type: str = ""
    charset: str = ""
    base: str = ""

    @property
    def pseudo(self) -> dict[str, str]:
        """What a mapping may use of the name of a file: `_file`, `_folder`."""
        *folders, file = self.name.split("/")
        stem, dot, suffix = file.rpartition(".")
        return {"_file": stem if dot and stem and suffix.isalnum() else file, "_folder": folders[-1] if folders else ""}


def text_of(document: Document, mapping: Mapping) -> str:
    """The text of a document. Raises Unreadable when it is HTML, or not in the charset it is said to be in."""
    if HTML.match(document.body):
        raise Unreadable("harvest.is-html")
    charset = document.charset or mapping.charset or "utf-8"
    if document.body.startswith((b"\xff\xfe", b"\xfe\xff")):
        charset = "utf-16"
    try:
        return document.body.decode("utf-8-sig" if charset.lower() in ("utf-8", "utf8") else charset)
    except UnicodeDecodeError as error:
        raise Unreadable("harvest.wrong-charset", charset=charset, offset=error.start) from None
    except LookupError:
        raise Unreadable("harvest.unknown-charset", charset=charset) from None


def rows(document: Document, mapping: Mapping) -> Iterator[dict[str, str]]:
    """The rows of a table, by column; the spaces around a value are no part of it. Raises Unreadable."""
    lines = _excel(document, mapping) if mapping.format == "xlsx" else _csv(text_of(document, mapping))
    head = [_BREAKS.sub("_", cell.strip()).strip("_") for cell in next(lines, [])]
    if not any(head):
        raise Unreadable("harvest.no-header")
    for line in lines:
        row = {name: cell.strip() for name, cell in zip(head, line, strict=False) if name and cell.strip()}
        if row:
            yield row


def _csv(text: str) -> Iterator[list[str]]:
    head = text.partition("\n")[0]
    delimiter = max(",;\t|", key=head.count)
    csv.field_size_limit(len(text) + 1)  # the text itself is bounded
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    except csv.Error as error:
        raise Unreadable("harvest.syntax", format="CSV", reason=str(error)) from None


def _excel(document: Document, mapping: Mapping) -> Iterator[list[str]]:
    from zipfile import BadZipFile

    import openpyxl

    try:
        book = openpyxl.load_workbook(io.BytesIO(document.body), read_only=True, data_only=True)
    except (BadZipFile, OSError, KeyError, ValueError, TypeError, SyntaxError) as error:
        raise Unreadable("harvest.syntax", format="Excel", reason=str(error)) from None
    names = [name for name in mapping.records if name in book.sheetnames]
    sheet = book[names[0]] if names else book.worksheets[0]
    for line in sheet.iter_rows(values_only=True):
        yield [_cell(value) for value in line]


def _cell(value: object) -> str:
    """A cell as text; a date without a time as a date, a whole number without its decimals."""
    from datetime import datetime, time

    if value is None:
        return ""
    if isinstance(value, datetime):
        return (value.date() if value.time() == time() else value).isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).lower() if isinstance(value, bool) else str(value)


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


def tabular(document: Document, mapping: Mapping) -> Iterator[Record]:
    """Each row as a record."""
    for number, row in enumerate(rows(document, mapping), 1):
        given = {**document.pseudo, "_row": str(number), **row}
        yield _record(mapping, given, f"{document.name}:{number + 1}", set(row))


def lifted(document: Document, mapping: Mapping) -> Iterator[Record]:
    """Each tree as a record: its plain values are variables, and the whole of it is RDF, by the mapping's context."""
    context = json.loads(mapping.context)["@context"] if mapping.context else None
    found = trees(document, mapping)
    for number, tree in enumerate(found, 1):
        name = document.name if len(found) == 1 else f"{document.name}#{number}"
        if not isinstance(tree, dict):
            yield Record(name, ox.BlankNode())
            continue
        scalars = {_name(key): str(value).strip() for key, value in tree.items() if isinstance(value, str | bool)}
        given = {**document.pseudo, **{key: value for key, value in scalars.items() if value}}
        fields = {_name(key) for key, value in tree.items() if value not in ("", [], {}, None) and key[:1] not in "@_"}
        record = _record(mapping, given, name, fields)
        try:
            record.triples = list(_as_rdf(tree, context, record))
        except Unreadable as fault:
            record.fault = fault
        except RecursionError:
            record.fault = Unreadable("harvest.too-deep")
        yield record


def _as_rdf(tree: dict[str, Any], context: Any, record: Record) -> Iterator[ox.Triple]:
    plain = _plain(tree, named=context is None)
    head = {"@context": context if context is not None else {"@vocab": FIELD}, "@id": record.node.value}
    text = json.dumps({**plain, **head}, ensure_ascii=False)
    try:
        for quad in ox.parse(input=text.encode("utf-8", "replace"), format=ox.RdfFormat.JSON_LD):
            yield quad.triple
    except SyntaxError as error:
        raise Unreadable("harvest.syntax", format="JSON-LD", reason=str(error.msg)) from None


def _plain(value: Any, *, named: bool) -> Any:
    """A tree without what JSON-LD would take for its own, empty values left out; its keys names, where asked."""
    if isinstance(value, dict):
        pairs = ((_name(key) if named else key, _plain(inner, named=named)) for key, inner in value.items())
        kept = ("@id", "@type", "@value", "@language") if not named else ()
        return {
            key: inner
            for key, inner in pairs
            if inner not in ("", None) and (not key.startswith("@") or key in kept) and key
        }
    if isinstance(value, list):
        return [_plain(inner, named=named) for inner in value]
    return value.strip() if isinstance(value, str) else value


def _name(key: str) -> str:
    return _BREAKS.sub("_", str(key))


def _record(mapping: Mapping, given: dict[str, str], name: str, fields: set[str]) -> Record:
    identifiers = [given.get(part, "") for part in mapping.id]
    record = Record(name, ox.NamedNode(f"{FIELD}record"), given=given, fields=fields)
    record.identifier = "/".join(identifiers) if identifiers and all(identifiers) else ""
    record.iri = given.get(mapping.iri, "")
    return record
