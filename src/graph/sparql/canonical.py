"""The canonical form of a query: the same for texts that differ only in white space, comments, or capitals of keywords.

It is itself a query, and means to the engine what the text means: one space between tokens, as the lexer reads them.
Where the engine makes something of white space, the text keeps its own: between a sign and a number (`+ 1` is another
literal than `+1`), before the parenthesis of CONCAT, COALESCE and BNODE, which may have none, within `<<(` and `)>>`,
and for a comment between the brackets of `()` and `[]`, which it refuses there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from .lexer import NUMBER, WORDS, Token, tokens

_TIGHT = ("CONCAT", "COALESCE", "BNODE")
_EMPTY = (("(", ")"), ("[", "]"))
_FOLDED = {case: word for word in WORDS - {"TRUE", "FALSE"} for case in (word.lower(), word.capitalize())}
_FOLDED |= {f"{case}(": f"{word}(" for case, word in _FOLDED.items() if word.endswith(_TIGHT)}
_IN_IRI = r"""[^<>"{}|^`\\\x00-\x20]"""
# The tokens of a text without comments, escapes, triple terms, relative IRIs, or characters beyond ASCII outside
# strings and IRIs: in such a text, what a character begins does not depend on what is around. `//` follows no
# operand, and any other `<` that could open an IRI, like all that is not here, is taken with the rest of the text.
_PLAIN = re.compile(
    rf"""
    [ \t\r\n]*+
    ([?$]\w++
    |[()}}[\],;*/]|\.(?![0-9])|\{{(?!\|)
    |[A-Za-z][\w-]*+(?:\.++[\w-]++)*+:(?:[\w:][\w:-]*+(?:\.++[\w:-]++)?+)?+
    |:(?:[\w:][\w:-]*+(?:\.++[\w:-]++)?+)?+
    |[A-Za-z]\w*+(?:\((?:(?<=[Cc][Oo][Nn][Cc][Aa][Tt]\()|(?<=[Cc][Oo][Aa][Ll][Ee][Ss][Cc][Ee]\()
                      |(?<=[Bb][Nn][Oo][Dd][Ee]\()))?+
    |<[A-Za-z][A-Za-z0-9+.-]*+://(?:(?!'){_IN_IRI})*+>
    |"(?!"")[^"\\\r\n]*+"|'(?!'')[^'\\\r\n]*+'
    |{NUMBER}
    |[+-](?:[ \t\r\n]*+(?:{NUMBER}))?+
    |!=|\^\^|[=!^?]|&&|\|\||\|(?!\}})
    |<(?!<|{_IN_IRI}*+>)=?|>(?!>)=?
    |_:\w[\w-]*+(?:\.++[\w-]++)*+
    |@[A-Za-z]++(?:-[A-Za-z0-9]++)*+(?:--[A-Za-z]++)?+
    |[^ \t\r\n].*+)
    """,
    re.VERBOSE | re.DOTALL | re.ASCII,
)
_NEVER_THE_REST = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789})?:")


@lru_cache(maxsize=256)
def canonical(text: str) -> str:
    """The canonical form of a query that the guard lets through; of any other text, one that fails as it does."""
    pieces = _PLAIN.findall(text)
    if pieces and pieces[-1][0] in _NEVER_THE_REST:
        return " ".join(map(_FOLDED.get, pieces, pieces))
    return " ".join(_pieces(text))


def _pieces(text: str) -> Iterator[str]:
    """The tokens, those that must stay together in one piece."""
    piece, end = "", 0
    previous: Token | None = None
    for token in tokens(text):
        space = text[end : token.start]
        if previous is not None and _together(previous, space, token):
            piece += space + token.text
        else:
            if previous is not None:
                yield _FOLDED.get(piece, piece)
            piece = token.text
        previous, end = token, token.start + len(token.text)
    if previous is not None:
        yield _FOLDED.get(piece, piece)


def _together(previous: Token, space: str, token: Token) -> bool:
    first, second = previous.text, token.text
    if token.kind == "number":
        return first in ("+", "-")
    if not space:
        tight = previous.kind == "word" and first.upper().endswith(_TIGHT)
        return (second == "(" and (tight or first == "<<")) or (first, second) == (")", ">>")
    return "#" in space and (first, second) in _EMPTY
