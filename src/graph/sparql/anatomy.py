"""What the words of a SPARQL text tell without parsing it: its form, variables, projection, places of parameters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .guard import FORMS
from .lexer import tokens as read


@dataclass(frozen=True, slots=True)
class _Token:
    """A token as it is compared: variables without their mark, words in capitals."""

    kind: str
    value: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Anatomy:
    """The parts of a query's text, by character offsets.

    `projection` is None where the words do not tell (`SELECT *`, other forms); `places` are those of
    the UNDEF of each `VALUES ?name { UNDEF }`; `start_of_where` follows the outermost opening brace,
    None where a VALUES block may not stand.
    """

    form: str
    variables: frozenset[str]
    projection: tuple[str, ...] | None
    places: Mapping[str, tuple[tuple[int, int], ...]]
    start_of_where: int | None


def dissect(text: str) -> Anatomy:
    """The anatomy of a SPARQL text; of a text that is not SPARQL, whatever its words say."""
    tokens = [_Token(t.kind, _value(t.kind, t.text), t.start, t.start + len(t.text)) for t in read(text)]
    head = next((i for i, token in enumerate(tokens) if token.kind == "word" and token.value in FORMS), len(tokens))
    form = tokens[head].value if head < len(tokens) else ""
    where = _where(tokens, head + 1, form)
    return Anatomy(
        form=form,
        variables=frozenset(token.value for token in tokens if token.kind == "variable"),
        projection=_projection(tokens[head + 1 : where]) if form == "SELECT" else None,
        places=_places(tokens),
        start_of_where=_room(tokens, where),
    )


def _value(kind: str, text: str) -> str:
    return text[1:] if kind == "variable" else text.upper() if kind == "word" else text


def _places(tokens: list[_Token]) -> dict[str, tuple[tuple[int, int], ...]]:
    places: dict[str, tuple[tuple[int, int], ...]] = {}
    for values, name, opening, undef, closing in zip(*(tokens[i:] for i in range(5)), strict=False):
        words = (values.value, opening.value, undef.value, closing.value)
        if words == ("VALUES", "{", "UNDEF", "}") and name.kind == "variable":
            places[name.value] = (*places.get(name.value, ()), (undef.start, undef.end))
    return places


def _where(tokens: list[_Token], start: int, form: str) -> int:
    """The index of the outermost opening brace of the WHERE; beyond the last token when there is none."""
    if form == "CONSTRUCT" and start < len(tokens):
        if tokens[start].value != "{":
            return len(tokens)  # CONSTRUCT WHERE { … } admits triples alone
        while start < len(tokens) and tokens[start].value != "}":
            start += 1
    depth = 0
    for i in range(start, len(tokens)):
        depth += {"(": 1, ")": -1}.get(tokens[i].value, 0)
        if tokens[i].value == "{" and depth == 0:
            return i
    return len(tokens)


def _room(tokens: list[_Token], where: int) -> int | None:
    if where >= len(tokens) or [token.value for token in tokens[where + 1 : where + 2]] == ["SELECT"]:
        return None
    return tokens[where].end


def _projection(tokens: list[_Token]) -> tuple[str, ...] | None:
    depth, names = 0, []
    for i, token in enumerate(tokens):
        depth += {"(": 1, ")": -1}.get(token.value, 0)
        if depth == 0 and token.value == "*":
            return None
        if token.kind == "variable" and (depth == 0 or (depth == 1 and tokens[i - 1].value == "AS")):
            names.append(token.value)
    return tuple(names)
