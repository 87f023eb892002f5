"""From the bytes of a document to its records: rows of a table (of JSON and YAML: `trees`, of RDF: `nodes`).

What is said here of a document that cannot be read, or of one record of it, is a key of the catalogues of texts and
its parameters: it goes from one process to another.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pyoxigraph as ox

from ..texts import Text
from .mapping import FIELD, UTF_16, Mapping

HTML = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s*(?:(?><!--.*?-->)\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
_SPREADSHEETS = "windows-1252"
BREAKS = re.compile(r"\W+")
RELATIVE = "https://relative.invalid/"  # what relative IRIs resolve against where the document has no address


class Unreadable(Exception):
    """A document, or a record, of which nothing can be made: the key of the sentence that says why."""

    def __init__(self, key: str, **parameters: object) -> None:
        super().__init__(key, parameters)
        self.key, self.parameters = key, parameters

    @property
    def told(self) -> list[Any]:
        """What goes from one process to another: the key and the parameters, a text among them the same way."""
        return Text(self.key, self.parameters).parts


@dataclass(slots=True)
class Record:
    """What is read of one record: `node` is what the query calls ?record, `given` its variables, `triples` its tree.

    `name` is how the report calls it; `identifier` is empty where it has none; `iri`, where it has none of its own;
    `fault` is why it cannot be used, `notes` what is to be told of it all the same.
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
    notes: list[list[Any]] = field(default_factory=list)


@dataclass(slots=True)
class Document:
    """A document as it came: its name for people, its IRI, what relative IRIs resolve against, its media type.

    `notes` are what is to be told of it once it is read.
    """

    name: str
    address: str
    body: bytes = b""
    media_type: str = ""
    charset: str = ""
    base: str = ""
    notes: list[list[Any]] = field(default_factory=list)

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
    said = document.charset or mapping.charset
    charset = "utf-16" if document.body.startswith(UTF_16) else said or "utf-8"
    try:
        return document.body.decode("utf-8-sig" if charset.lower() in ("utf-8", "utf8") else charset)
    except UnicodeDecodeError as error:
        if mapping.format == "csv" and not said:  # what spreadsheets write in Western Europe
            with suppress(UnicodeDecodeError):
                text = document.body.decode(_SPREADSHEETS)
                document.notes.append(["harvest.charset", {"charset": _SPREADSHEETS, "offset": error.start}])
                return text
        raise Unreadable("harvest.wrong-charset", charset=charset, offset=error.start) from None
    except LookupError:
        raise Unreadable("harvest.unknown-charset", charset=charset) from None


def rows(document: Document, mapping: Mapping) -> Iterator[dict[str, str]]:
    """The rows of a table, by column; the spaces around a value are no part of it. Raises Unreadable."""
    lines = _excel(document, mapping) if mapping.format == "xlsx" else _csv(text_of(document, mapping))
    head = [BREAKS.sub("_", cell.strip()).strip("_") for cell in next(lines, [])]
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


def tabular(document: Document, mapping: Mapping) -> Iterator[Record]:
    """Each row as a record."""
    for number, row in enumerate(rows(document, mapping), 1):
        given = {**document.pseudo, "_row": str(number), **row}
        yield record_of(mapping, given, f"{document.name}:{number + 1}", set(row))


def record_of(mapping: Mapping, given: dict[str, str], name: str, fields: set[str]) -> Record:
    """A record by its plain values."""
    identifiers = [given.get(part, "") for part in mapping.id]
    record = Record(name, ox.NamedNode(f"{FIELD}record"), given=given, fields=fields)
    record.identifier = "/".join(identifiers) if identifiers and all(identifiers) else ""
    record.iri = given.get(mapping.iri, "")
    return record


def identity(node: Any, said: Iterable[ox.Triple | ox.Quad], properties: Iterable[str]) -> tuple[str, str]:
    """What identifies a node, by the first of some properties that it has, else its IRI; its IRI, where it is good."""
    own = node.value if isinstance(node, ox.NamedNode) and good(node.value) else ""
    values: dict[str, list[str]] = {}
    for each in said:
        if isinstance(each.object, ox.NamedNode | ox.Literal):
            values.setdefault(each.predicate.value, []).append(each.object.value.removeprefix(RELATIVE).strip())
    found = (value for name in properties for value in values.get(name, ()) if value)
    return next(found, own), own


def good(iri: str) -> bool:
    """Whether an IRI names a thing anywhere: one of the web, not one that was relative."""
    return iri.startswith(("http://", "https://", "urn:uuid:", "ark:", "doi:")) and not iri.startswith(RELATIVE)
