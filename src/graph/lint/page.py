"""A document as rules read it: which IRIs and which literals are written where."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from ..turtle.ntriples import FIRST, NIL, REST, TYPE, bare, literal_parts
from ..turtle.parts import Triple
from .rule import Finding

if TYPE_CHECKING:
    from ..turtle.document import TurtleDocument
    from ..turtle.lexer import Token
    from ..turtle.parts import Directive

_CELLS = (FIRST, REST, NIL)


class Mention(NamedTuple):
    """An IRI where it is written; `token` is `<…>`, or a prefixed name; `triple` the first it is in."""

    iri: str
    token: str
    start: int
    triple: Triple

    @property
    def end(self) -> int:
        """The offset after it."""
        return self.start + len(self.token)

    def written(self, iri: str, namespace: str) -> str:
        """Another IRI in its place: a prefixed name under the same prefix where this one is, else `<…>`."""
        prefix, _, local = self.token.partition(":")
        if self.token[0] != "<" and iri.startswith(namespace) and self.iri == namespace + local:
            return f"{prefix}:{iri.removeprefix(namespace)}"
        return f"<{iri}>"


class Written(NamedTuple):
    """A literal where it is written: its value, its tag (lower case) or datatype, its stretch, that of its string."""

    triple: Triple
    value: str
    tag: str
    datatype: str
    start: int
    end: int
    string_end: int

    @property
    def subject(self) -> str:
        """The IRI of its subject, or the label of a blank node."""
        return bare(self.triple.subject)

    @property
    def property(self) -> str:
        """The IRI of its property."""
        return self.triple.predicate[1:-1]


class Page:
    """A document and what rules ask of it, worked out once for all of them."""

    def __init__(self, document: TurtleDocument) -> None:
        from ..turtle import lexer  # long to load, and no rule needs it for a file that conforms

        self.document = document
        self.text = document.text
        self._lexer = lexer

    @cached_property
    def triples(self) -> list[Triple]:
        """Its triples, in order."""
        return list(self.document.triples())

    @cached_property
    def tokens(self) -> list[Token]:
        """Its tokens, without white space."""
        return [token for token in self.document.tokens() if token.kind != "space"]

    @cached_property
    def iris(self) -> list[Mention]:
        """Every IRI written in a statement, in order; a datatype with its literal, `a` left out."""
        found: dict[int, Mention] = {}
        for triple in self.triples:
            ends = ((triple.object, triple.object_at), (triple.predicate, triple.predicate_at))
            for term, at in (*ends, (triple.subject, triple.subject_at)):
                if term[0] == "<" and term not in _CELLS and at not in found:
                    token = self._lexer.TOKEN.match(self.text, at)
                    if token is not None and (token[1][0] == "<" or ":" in token[1]):
                        found[at] = Mention(term[1:-1], token[1], token.start(1), triple)
        for literal in self.literals:
            if literal.datatype and literal.end > literal.string_end:
                token = self._datatype(literal)
                found[token.start] = Mention(literal.datatype, token.text, token.start, literal.triple)
        return sorted(found.values(), key=lambda mention: mention.start)

    @cached_property
    def literals(self) -> list[Written]:
        """Every literal, in order."""
        return [self._written(triple) for triple in self.triples if triple.object[0] == '"']

    def types(self, subject: str) -> set[str]:
        """The classes of a subject, an IRI without brackets or the label of a blank node."""
        return self._types.get(subject, set())

    @cached_property
    def _types(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for triple in self.triples:
            if triple.predicate == TYPE:
                found.setdefault(bare(triple.subject), set()).add(bare(triple.object))
        return found

    def token(self, at: int) -> Token:
        """The token that begins at an offset, or after the white space there; a literal with its tag or datatype."""
        found = self._lexer.TOKEN.match(self.text, at)
        return self._lexer.Token("mark", *((found[1], found.start(1)) if found else ("", at)))

    def before(self, at: int) -> Token | None:
        """The token before an offset; a comment is one."""
        place = bisect_left(self._starts, at)
        return self.tokens[place - 1] if place else None

    @cached_property
    def _starts(self) -> list[int]:
        return [token.start for token in self.tokens]

    def object_start(self, triple: Triple) -> int:
        """Where the token of an object begins."""
        return self.token(triple.object_at).start

    def line(self, start: int, end: int) -> tuple[int, int]:
        """A stretch to take away: with its line when nothing else stands on it."""
        text, size = self.text, len(self.text)
        begin, after = start, end
        while begin and text[begin - 1] in " \t":
            begin -= 1
        while after < size and text[after] in " \t":
            after += 1
        if (begin and text[begin - 1] not in "\r\n\ufeff") or (after < size and text[after] not in "\r\n"):
            return start, end
        if after < size:
            after += 2 if text.startswith("\r\n", after) else 1
        return begin, after

    @cached_property
    def redeclared(self) -> list[tuple[Directive, str]]:
        """Each declaration of a prefix that was declared before, and the namespace that was then in force."""
        in_force: dict[str, str] = {}
        found = []
        for directive in self.document.directives:
            if directive.prefix in in_force:
                found.append((directive, in_force[directive.prefix]))
            if directive.prefix is not None:
                in_force[directive.prefix] = directive.iri
        return found

    def prefix(self, namespace: str, at: int) -> str | None:
        """The prefix bound to a namespace at an offset; None without one."""
        bound = {d.prefix: d.iri for d in self.document.directives if d.prefix is not None and d.end <= at}
        return next((prefix for prefix, iri in bound.items() if iri == namespace), None)

    def once(self, prefix: str) -> bool:
        """Whether a prefix is declared once: it then means one thing everywhere."""
        return sum(directive.prefix == prefix for directive in self.document.directives) == 1

    def about(self, literal: Written, key: str, parameters: dict, edits: tuple = ()) -> Finding:
        """A finding on a literal, pointing at it."""
        return Finding(
            key,
            literal.start,
            literal.end,
            parameters,
            edits,
            focus=literal.subject,
            property=literal.property,
            value=literal.value,
        )

    def searched(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        """What a pattern finds in the text."""
        return pattern.finditer(self.text)

    def _written(self, triple: Triple) -> Written:
        found = self._lexer.TOKEN.match(self.text, triple.object_at)
        start, end = (found.start(1), found.end(1)) if found else (triple.object_at, triple.object_at)
        string = next(self._lexer.tokens(self.text, start, end), None)
        return Written(triple, *literal_parts(triple.object), start, end, string.end if string else end)

    def _datatype(self, literal: Written) -> Token:
        parts = self._lexer.tokens(self.text, literal.string_end, literal.end)
        return [part for part in parts if part.kind in ("iri", "name")][-1]
