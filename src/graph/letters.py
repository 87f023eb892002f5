"""A text as its letters compare: in small letters, without accents, ligatures spelt out."""

from __future__ import annotations

import unicodedata

_SPELT = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l"})  # what Unicode does not take apart


def folded(text: str) -> str:
    """The same letters without case, accents, ligatures: of `ŒUVRE À FAÇON`, `oeuvre a facon`."""
    small = text.casefold()
    if small.isascii():
        return small
    apart = unicodedata.normalize("NFKD", small.translate(_SPELT))
    return "".join(each for each in apart if not unicodedata.combining(each))
