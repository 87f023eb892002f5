"""Binding variables of a query that says nothing of parameters: each occurrence becomes the term, as a token.

`SavedQuery.bind` writes its values where the author marked a place; a text at hand has no marks, and a VALUES block
before it would not reach a FILTER in a nested group, a sub-select, nor what follows GROUP BY: answers would be empty
without a word. Where a variable is only named (a projection, `AS ?name`, BY, the head of VALUES), it stays, and a
VALUES block at the start of the outermost WHERE gives it its value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..errors import MalformedQuery
from .anatomy import dissect
from .header import near
from .lexer import Token, tokens

_BEGINS_NAMES = frozenset({"SELECT", "BY"})
_ENDS_NAMES = frozenset({"WHERE", "FROM", "HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES", "{"})


def bind(text: str, terms: Mapping[str, str]) -> str:
    """`text` with its variables of these names bound to N-Triples terms; nothing of a term is read as syntax.

    Raises MalformedQuery for a name that is no variable of the text.
    """
    anatomy = dissect(text)
    for name in terms:
        if name not in anatomy.variables:
            variables = tuple(f"?{variable}" for variable in sorted(anatomy.variables))
            raise MalformedQuery("variable-unknown", name=name, near=near(f"?{name}", variables))
    edits, named = [], {}
    for start, end, name, replaced in _occurrences(list(tokens(text))):
        if name in terms and replaced is None:
            named[name] = f" VALUES ?{name} {{ {terms[name]} }}"
        elif name in terms:
            edits.append((start, end, replaced or f" {terms[name]} "))
    if named and anatomy.start_of_where is not None:
        edits.append((anatomy.start_of_where, anatomy.start_of_where, "".join(named.values())))
    for start, end, written in sorted(edits, reverse=True):
        text = text[:start] + written + text[end:]
    return text


def _occurrences(read: list[Token]) -> Iterator[tuple[int, int, str, str | None]]:
    """Where each variable stands, its name, and what replaces it: nothing (None), its term (empty), or a word."""
    names: set[int] = set()  # the depths where variables are only named
    for i, token in enumerate(read):
        word = token.text.upper()
        if word in _BEGINS_NAMES:
            names.add(token.depth)
        elif word in _ENDS_NAMES:
            names.discard(token.depth)
        if token.inner is not None:
            names.discard(token.depth + 1)
        if token.kind != "variable":
            continue
        before = [each.text.upper() for each in read[max(i - 2, 0) : i]]
        end = token.start + len(token.text)
        if before == ["BOUND", "("]:
            yield read[i - 2].start, read[i + 1].start + 1 if i + 1 < len(read) else end, token.text[1:], "true"
        elif token.frame == "data" or token.depth in names or before[-1:] in (["AS"], ["VALUES"]):
            yield token.start, end, token.text[1:], None
        else:
            yield token.start, end, token.text[1:], ""
