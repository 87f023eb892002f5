"""What may be written at the cursor: terms, things by their label, prefixes, types, languages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from lsprotocol.types import (
    CompletionItem,
    CompletionItemKind,
    CompletionItemLabelDetails,
    CompletionList,
    TextEdit,
)

from ..dataset import Role
from ..namespaces import XSD
from ..texts import LANGUAGES
from ..turtle.ntriples import plain
from .cursor import Cursor, Slot, cursor
from .fixes import declaration
from .index import RANGE, TYPE, folded
from .shapes import Expected
from .workspace import Page

TRIGGERS = (":", "<", "@", "^")
MOST = 100
_DATATYPES = tuple(
    XSD + name
    for name in (
        "date", "gYear", "gYearMonth", "dateTime", "time", "duration", "integer", "decimal", "double", "boolean",
        "anyURI", "string",
    )
)  # fmt: skip
_DIRECTIVE = re.compile(r"(?P<word>@prefix|prefix)[ \t]+(?:(?P<prefix>[^\s:<]*):[ \t]*)?\Z", re.IGNORECASE)
_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_REST_OF_IRI = re.compile(r"[^<>\"\s]*>")


@dataclass(frozen=True, slots=True)
class Proposal:
    """One thing to write: how it is shown, what is written, the IRI it stands for, the prefix to declare."""

    label: str
    text: str
    kind: CompletionItemKind
    detail: str = ""
    iri: str | None = None
    declares: str | None = None


def complete(page: Page, offset: int, language: str) -> CompletionList:
    """The proposals at an offset, the likeliest first; asked again at each key, as what fits changes."""
    here = cursor(page.turtle, offset) if page.turtle else None
    if here is None:
        return CompletionList(is_incomplete=False, items=[])
    proposals = list(islice(_Writer(page, here, language).proposals(), MOST))
    rest = _REST_OF_IRI.match(page.text.text, offset, offset + 1000) if here.piece.startswith("<") else None
    where = page.text.range(here.start, rest.end() if rest else offset)
    items = []
    for rank, one in enumerate(proposals):
        declared = declaration(page, one.declares) if one.declares else None
        items.append(
            CompletionItem(
                label=one.label,
                label_details=CompletionItemLabelDetails(description=one.detail or None),
                kind=one.kind,
                sort_text=f"{rank:04}",
                filter_text=here.piece or None,  # accents and labels are matched here, not by the client
                text_edit=TextEdit(where, one.text),
                additional_text_edits=[declared] if declared else None,
                data={"uri": page.uri, "iri": one.iri} if one.iri else None,
            )
        )
    return CompletionList(is_incomplete=True, items=items)


class _Writer:
    """Makes the proposals of one cursor."""

    def __init__(self, page: Page, here: Cursor, language: str) -> None:
        self._page, self._here, self._language = page, here, language
        self._index, self._shapes = page.index, page.shapes
        rows = [row for row in page.turtle.rows if row[3] == here.subject_at] if page.turtle else []
        self._types = {row[2][1:-1] for row in rows if row[1] == f"<{TYPE}>"}
        self._used = {row[1][1:-1] for row in rows}

    def proposals(self) -> Iterator[Proposal]:
        """The proposals, the likeliest first."""
        slot = self._here.slot
        if slot is Slot.SUBJECT:
            yield from self._subject()
        elif slot is Slot.DIRECTIVE:
            yield from self._declarations()
        elif slot is Slot.NAMESPACE:
            yield from self._namespaces()
        elif slot is Slot.LANGUAGE:
            yield from (Proposal(tag, tag, CompletionItemKind.EnumMember) for tag in LANGUAGES)
        else:
            yield from self._prefixes()
            yield from {Slot.PREDICATE: self._predicates, Slot.OBJECT: self._objects}.get(slot, self._datatypes)()

    def _predicates(self) -> Iterator[Proposal]:
        expected = self._shapes.expected(self._types)
        known = [one for one in expected.values() if one.predicate != TYPE]
        if TYPE not in self._used and self._here.piece in ("", "a"):
            yield Proposal("a", "a", CompletionItemKind.Keyword, self._index.label(TYPE, self._language) or "")
        known.sort(key=lambda one: (one.predicate in self._used, not one.required))
        names = dict.fromkeys((*(one.predicate for one in known), *self._index.properties))
        yield from self._terms(names, CompletionItemKind.Property)

    def _objects(self) -> Iterator[Proposal]:
        verb = self._page.resolve(self._here.verb, self._here.start) if self._here.verb else None
        if verb == TYPE:
            aimed = (name for name in self._index.classes if name in self._shapes.targets)
            yield from self._terms(dict.fromkeys((*aimed, *self._index.classes)), CompletionItemKind.Class)
            return
        expected = self._shapes.expected(self._types).get(verb or "")
        listed = [value for value in self._shapes.listed(expected) if value] if expected else []
        yield from self._terms([value[1:-1] for value in listed if value[0] == "<"], CompletionItemKind.EnumMember)
        for value in listed:
            if value[0] == '"' and folded(plain(value)).startswith(folded(self._here.piece)):
                yield Proposal(plain(value), value, CompletionItemKind.EnumMember)
        if not listed:
            accepts = self._accepts(expected, verb)
            yield from (self._proposal(iri, CompletionItemKind.Reference) for iri in self._things(accepts))

    def _datatypes(self) -> Iterator[Proposal]:
        verb = self._page.resolve(self._here.verb, self._here.start) if self._here.verb else None
        expected = self._shapes.expected(self._types).get(verb or "")
        likely = self._shapes.datatypes(expected) if expected else []
        yield from self._terms(dict.fromkeys((*likely, *_DATATYPES)), CompletionItemKind.TypeParameter)

    def _accepts(self, expected: Expected | None, verb: str | None) -> Callable[[str], bool]:
        """What tells whether a thing may be the value: its shapes, else the range of the predicate."""
        if expected is not None:
            return lambda iri: self._shapes.accept(expected, iri)
        ranges = {name for name in self._index.linked(verb or "", RANGE) if self._index.is_class(name)}
        if ranges:
            return lambda iri: not ranges.isdisjoint(self._index.with_wider(self._index.linked(iri, TYPE)))
        return lambda _: True

    def _things(self, accepts: Callable[[str], bool]) -> list[str]:
        piece = self._here.piece
        if piece.startswith("<") and ("/" in piece or ":" in piece):
            return self._index.under(piece[1:], MOST, accepts)
        prefix, colon, local = piece.partition(":")
        if colon:
            namespace = self._namespace(prefix)
            return self._index.under(namespace + local, MOST, accepts) if namespace else []
        return self._index.search(piece.lstrip("<"), MOST, accepts)

    def _terms(self, iris: Iterable[str], kind: CompletionItemKind) -> Iterator[Proposal]:
        return (self._proposal(iri, kind) for iri in iris if self._fits(iri))

    def _fits(self, iri: str) -> bool:
        """Whether a term may be what the piece begins to say: by its IRI, its prefixed name or a word of its name."""
        piece = self._here.piece
        prefix, colon, local = piece.partition(":")
        namespace = self._namespace(prefix) if colon else ""
        if piece.startswith("<"):
            return piece[1:] in iri
        if namespace is None or not iri.startswith(namespace):
            return False
        local_name = iri[len(namespace) :] if namespace else re.split("[/#]", iri)[-1]
        sought = folded(local if colon else piece)
        words = f" {_CAPITAL.sub(' ', local_name)} {self._index.label(iri, self._language) or ''}"
        return (
            folded(local_name).startswith(sought)
            or f" {sought}" in folded(words)
            or (not colon and self._page.written(iri)[0].startswith(piece))
        )

    def _proposal(self, iri: str, kind: CompletionItemKind) -> Proposal:
        text, declares = self._page.written(iri)
        label = self._index.label(iri, self._language) or ""
        if kind is not CompletionItemKind.Reference or not label:
            return Proposal(text, text, kind, label, iri, declares)
        types = (self._index.label(name, self._language) for name in self._index.linked(iri, TYPE))
        return Proposal(label, text, kind, next((name for name in types if name), text), iri, declares)

    def _namespace(self, prefix: str) -> str | None:
        return self._page.declared.get(prefix) or self._index.prefixes.get(prefix)

    def _prefixes(self) -> Iterator[Proposal]:
        piece = self._here.piece
        if not piece or ":" in piece or piece.startswith("<"):
            return
        for prefix, namespace in {**self._page.declared, **self._index.prefixes, **self._page.declared}.items():
            if prefix.startswith(piece):
                declares = None if prefix in self._page.declared else prefix
                yield Proposal(f"{prefix}:", f"{prefix}:", CompletionItemKind.Module, namespace, None, declares)

    def _subject(self) -> Iterator[Proposal]:
        """The IRI that the file's own place gives to what it describes."""
        source, base = self._page.source, self._page.repository.settings.graph.base
        if source.role is Role.DATA and source.place and not self._page.turtle.statements:
            iri = base + source.place.removeprefix("data/").removesuffix(".ttl")
            yield Proposal(f"<{iri}>", f"<{iri}>", CompletionItemKind.Reference)

    def _declarations(self) -> Iterator[Proposal]:
        """`@prefix`, or the prefix and namespace that follow it."""
        start = self._here.start
        found = _DIRECTIVE.search(self._page.text.text, max(start - 100, 0), start)
        for prefix, namespace in self._index.prefixes.items():
            if prefix in self._page.declared:
                continue
            if found is None:
                line = f"prefix {prefix}: <{namespace}> ."
                yield Proposal(f"@{line}", line, CompletionItemKind.Module, namespace)
            elif prefix.startswith(self._here.piece):
                dot = " ." if found["word"].startswith("@") else ""
                yield Proposal(f"{prefix}:", f"{prefix}: <{namespace}>{dot}", CompletionItemKind.Module, namespace)

    def _namespaces(self) -> Iterator[Proposal]:
        start = self._here.start
        found = _DIRECTIVE.search(self._page.text.text, max(start - 100, 0), start)
        namespace = self._index.prefixes.get(found["prefix"] or "") if found else None
        if found and namespace:
            dot = " ." if found["word"].startswith("@") else ""
            yield Proposal(f"<{namespace}>", f"<{namespace}>{dot}", CompletionItemKind.Module)
