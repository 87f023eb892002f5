"""A name as it compares: `L’Agence du Numérique de l’État` and `agence numerique etat` are one."""

from __future__ import annotations

import re
from functools import lru_cache

from .. import letters

_DOTTED = re.compile(r"\b(?:[^\W\d_]\.){2,}(?:[^\W\d_]\b)?")  # C.N.F.P.T, whose dots part no words
_WORD = re.compile(r"[^\W_]+")
_EMPTY = frozenset(
    "a and au aux d dans de des du en et for in l la le les of on par pour s sur the to un une".split()  # noqa: SIM905 - easier to read
)
_SIZE = 3
_KEPT = 4_096


@lru_cache(_KEPT)
def words(text: str) -> tuple[str, ...]:
    """The words of a text that tell something, folded; all of them where none does."""
    found = _WORD.findall(_DOTTED.sub(lambda found: found[0].replace(".", ""), letters.folded(text)))
    return tuple(word for word in found if word not in _EMPTY) or tuple(found)


def folded(text: str) -> str:
    """A name without case, accents, punctuation, articles: equal where two names say the same."""
    return " ".join(words(text))


def initials(text: str) -> str:
    """The first letters of the words that tell something; empty where there is one word only."""
    found = words(text)
    return "".join(word[0] for word in found) if len(found) > 1 else ""


def shingles(text: str) -> set[str]:
    """Every three letters in a row of a folded name, its ends marked."""
    marked = f" {text} "
    return {marked[at : at + _SIZE] for at in range(len(marked) - _SIZE + 1)}
