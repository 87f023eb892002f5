"""The canonical form of a query is a query of the same tokens, and of the same meaning to the engine."""

from __future__ import annotations

from collections import Counter
from random import Random

import pyoxigraph as ox
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from mutants import BODIES, PREFIXES, mutant

from graph.config import Limits
from graph.errors import LimitExceeded, QueryError
from graph.sparql.canonical import canonical
from graph.sparql.guard import Inspection, read
from graph.sparql.lexer import WORDS, Token, tokens

randoms = st.integers(0, 2**32 - 1).map(Random)
GAPS = [" ", "\n", "\t  ", ' # it\'s "<a>"\n', "#''' {\r\n", "\r"]
STORE = ox.Store()
STORE.update(
    PREFIXES
    + """INSERT DATA {
        e:a e:p 1, "x", "it's", e:b ; e:q "x" ; e:x "# a" . e:b e:p 2 ; e:q e:a . e:c e:p "caf\u00e9"@fr ; e:r 3.5 .
        e:a.b e:p 5 . <http://e.org/a> <http://e.org/#x> "a  b" . GRAPH e:g { e:a e:q "g" } }"""
)
UNSURE = ("LIMIT", "OFFSET", "SAMPLE", "GROUP_CONCAT", "NOW", "RAND", "UUID", "BNODE")


def admitted(text: str) -> Inspection | QueryError:
    try:
        return read.__wrapped__(text, Limits())
    except QueryError as error:
        return error


def read_as(token: Token) -> tuple[str, str]:
    """What a token says: the capitals of a keyword say nothing."""
    return token.kind, token.text.upper() if token.text.upper() in WORDS - {"TRUE", "FALSE"} else token.text


def outcome(text: str) -> object:
    """What the engine makes of a text, such that the same answers are equal."""
    try:
        found = STORE.query(text)
        if isinstance(found, ox.QueryBoolean):
            return bool(found)
        names = [variable.value for variable in found.variables] if isinstance(found, ox.QuerySolutions) else []
        rows = Counter(tuple(map(shown, row)) for row in found)
    except (SyntaxError, RuntimeError, ValueError, OSError) as error:
        return type(error)
    return names, rows


def shown(term: object) -> str:
    if isinstance(term, ox.Triple):
        return " ".join(map(shown, term))
    return "_:" if isinstance(term, ox.BlankNode) else str(term)


@settings(max_examples=500, deadline=None)
@given(randoms)
def test_the_form_of_a_form_is_itself(random):
    form = canonical(mutant(random))
    assert canonical(form) == form


@settings(max_examples=500, deadline=None)
@given(randoms)
def test_a_form_has_the_tokens_of_the_text(random):
    """So that texts of other tokens have other forms."""
    text = mutant(random)
    assume(isinstance(admitted(text), Inspection))
    assert list(map(read_as, tokens(canonical(text)))) == list(map(read_as, tokens(text)))


def separate(before: Token, after: Token) -> bool:
    """Whether white space between two tokens is nothing to the engine; the exceptions are those of canonical.py."""
    return before.text not in ("+", "-", "<<", "(", "[") and after.text not in (">>", "(")


@settings(max_examples=500, deadline=None)
@given(randoms)
def test_white_space_and_comments_between_tokens_do_not_count(random):
    text = mutant(random)
    assume(isinstance(admitted(text), Inspection) and outcome(text) is not SyntaxError)
    assert canonical(spaced(random, text)) == canonical(text)


def spaced(random: Random, text: str) -> str:
    read, pieces, end = list(tokens(text)), [], 0
    for before, token in zip([None, *read], read, strict=False):
        gap = text[end : token.start]
        if before is None or separate(before, token):
            gap = random.choice([*GAPS, gap]) if gap.strip() or not gap else random.choice(GAPS)
        end = token.start + len(token.text)
        pieces += [gap, token.text]
    return "".join(pieces) + random.choice(GAPS)


@settings(max_examples=500, deadline=None)
@given(randoms)
def test_a_form_means_to_the_engine_what_the_text_means(random):
    """Of texts the guard lets through, and of those it does not: what is refused stays so."""
    text = mutant(random)
    said = admitted(text)
    assume(isinstance(said, Inspection) or not isinstance(said, LimitExceeded))
    assume("service" not in text.lower())
    form = canonical(text)
    first, second = outcome(text), outcome(form)
    if any(word in form.upper() for word in UNSURE) and isinstance(first, tuple):
        assert isinstance(second, tuple)
        assert first[0] == second[0]
    else:
        assert first == second


def test_ordinary_texts_have_answers_to_compare():
    """Or the property above would hold of nothing."""
    assert (
        sum(isinstance(outcome(PREFIXES + body), tuple) for body in BODIES if "SERVICE" not in body) > len(BODIES) / 2
    )
