"""Characters that would act instead of being shown: they are shown.

A path, a value or a message may hold anything: a terminal escape, an end of line, a change of writing
direction (<https://trojansource.codes/>), half of a surrogate pair from a file name that is not UTF-8.
"""

from __future__ import annotations

import re

_UNKNOWN = "\N{REPLACEMENT CHARACTER}"
_DELETE, _DELETE_PICTURE, _PICTURES = 0x7F, "\u2421", 0x2400
_ALONE = re.compile(r"[\ud800-\udfff]")
_ACTS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
_LINES = "\t\n\r"


def encodable(text: str) -> str:
    """`text` without lone surrogates, which no encoding can write."""
    return _ALONE.sub(_UNKNOWN, text)


def visible(text: str) -> str:
    """`text` on one line, its control characters as pictures; as many characters as before."""
    return _ACTS.sub(_picture, text)


def inert(text: str) -> str:
    """The same with its lines and tabs as they are."""
    return _ACTS.sub(lambda found: found[0] if found[0] in _LINES else _picture(found), text)


def one_line(text: str) -> str:
    """`text` with each run of white space as one space, then as `visible` shows it."""
    return visible(" ".join(text.split()))


def _picture(found: re.Match[str]) -> str:
    code = ord(found[0])
    if code < ord(" "):
        return chr(_PICTURES + code)
    return _DELETE_PICTURE if code == _DELETE else _UNKNOWN
