"""RDF terms in words: labels where there are some, else prefixed names; on one line, their characters visible."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ..namespaces import XSD
from ..report.characters import one_line
from ..texts import say
from ..turtle.ntriples import literal_parts
from .contents import Names
from .things import Change

Term = Mapping[str, object]  # as SPARQL JSON results write it
_LONGEST = 160
_CONTEXT = 40
_IRI = re.compile(r'"(?:[^"\\]++|\\.)*+"|<([^<>\s]*)>')


class Terms:
    """The words for terms in one language; things live under `base`."""

    def __init__(self, names: Names, base: str, language: str) -> None:
        self.language = language
        self._names = names
        self._base = base

    def say(self, key: str, **parameters: object) -> str:
        """A sentence of the catalogues."""
        return one_line(say(self.language, key, **parameters))

    def iri(self, iri: str) -> str:
        """An IRI, as short as it can be written."""
        if iri.startswith(self._base):
            return f"id:{iri[len(self._base) :]}"
        return self._names.shrink(iri)

    def name(self, iri: str) -> str:
        """The label of an IRI, else the IRI."""
        return one_line(self._names.label(iri, self.language) or self.iri(iri))

    def quoted(self, iri: str) -> str:
        """The label of an IRI between quotation marks, else the IRI."""
        label = self._names.label(iri, self.language)
        return self.say("diff.quoted", text=_short(one_line(label))) if label else self.iri(iri)

    def property(self, iri: str) -> str:
        """A property by its label and as Turtle writes it."""
        label, short = self._names.label(iri, self.language), self.iri(iri)
        return f"{one_line(label)} ({short})" if label else short

    def triple(self, line: str) -> str:
        """A line of N-Triples, its IRIs as short as they can be written."""
        return one_line(_IRI.sub(lambda found: self._turtle(found[1]) if found[1] else found[0], line))

    def _turtle(self, iri: str) -> str:
        short = self.iri(iri)
        return f"<{iri}>" if short == iri else short

    def value(self, term: str) -> str:
        """An object, given as N-Triples."""
        if term.startswith('"'):
            text, *kind = literal_parts(term)
            return self._literal(_short(one_line(text)), *kind)
        if term.startswith("<") and not term.startswith("<<"):
            return _short(self.name(term[1:-1]))
        return _short(self.triple(term))

    def _literal(self, text: str, tag: str, datatype: str) -> str:
        if datatype.startswith(XSD):
            return text
        said = self.say("diff.quoted", text=text)
        mark = tag or (datatype and self.iri(datatype))
        return f"{said} ({mark})" if mark else said

    def from_to(self, removed: str, added: str) -> tuple[str, str]:
        """Two values; of long texts, only what is around where they part."""
        kinds = {removed[0], added[0]}
        if max(len(removed), len(added)) <= _LONGEST or len(kinds) > 1 or kinds == {"<"}:
            return self.value(removed), self.value(added)
        if kinds != {'"'}:
            return _around(self.triple(removed), self.triple(added))
        (text, *kind), (other, *other_kind) = literal_parts(removed), literal_parts(added)
        old, new = _around(one_line(text), one_line(other))
        return self._literal(old, *kind), self._literal(new, *other_kind)

    def step(self, old: Term | None, new: Term | None) -> str:
        """A cell, or what it was and what it is."""
        if old == new:
            return self.cell(new)
        return self.say("diff.from-to-plain", old=self.cell(old), new=self.cell(new))

    def cell(self, term: Term | None) -> str:
        """A term of a solution."""
        if term is None:
            return ""
        match term["type"]:
            case "uri":
                return _short(self.name(str(term["value"])))
            case "bnode":
                return "[]"
            case "triple":
                inner = term["value"]
                return _short(" ".join(self.cell(inner[part]) for part in ("subject", "predicate", "object")))
        return _short(one_line(str(term["value"])))


def mark(term: str) -> str:
    """The language tag or datatype of a literal."""
    return "".join(literal_parts(term)[1:]) if term.startswith('"') else ""


def paired(change: Change) -> Iterator[tuple[str, str]]:
    """Old and new values, side by side where one took the place of the other; empty where none did."""
    removed, added = list(change.removed), list(change.added)
    alone = len(removed) == len(added) == 1
    for old in change.removed:
        near = [new for new in added if alone or (mark(new) and mark(new) == mark(old))]
        rivals = [other for other in removed if mark(other) == mark(old)]
        if len(near) == 1 and (alone or len(rivals) == 1):
            removed.remove(old)
            added.remove(near[0])
            yield old, near[0]
    yield from ((old, "") for old in removed)
    yield from (("", new) for new in added)


def _around(old: str, new: str) -> tuple[str, str]:
    """Two texts without what they share far from where they part."""
    texts = [old, new]
    start = max(_common(*texts) - _CONTEXT, 0)
    texts = [f"…{text[start + 1 :]}" if start else text for text in texts]
    end = max(_common(*(text[::-1] for text in texts)) - _CONTEXT, 0)
    texts = [f"{text[: len(text) - end]}…" if end else text for text in texts]
    return _short(texts[0]), _short(texts[1])


def _common(one: str, other: str) -> int:
    """How many characters two texts begin with together."""
    differ = (at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b)
    return next(differ, min(len(one), len(other)))


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
