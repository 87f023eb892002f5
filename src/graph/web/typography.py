"""French typography of pages: the space before a high sign never breaks a line, an apostrophe is curved.

Catalogues and data are written with plain spaces and straight apostrophes, as people type them; what copies them gets
them so. Only the text of a page is set, before it is escaped: no form's value, no file, no answer to a program.
"""

from __future__ import annotations

import re

_NARROW, _WIDE = "\u202f", "\u00a0"
_HIGH = re.compile(r" (?=[?!;](?:[\s)»?!.]|$)|%)")
_AROUND = re.compile(r" (?=»|:(?:\s|$))|(?<=«) ")
#: An elision, « l'innovation » ; the apostrophe of an address is a part of it, for who copies it.
_ELIDED = re.compile(r"\b[a-z][a-z0-9+.-]{1,9}://\S*|(?<=[^\W\d_])'(?=[\w«])", re.IGNORECASE)


def spaced(text: str, language: str) -> str:
    """The text with no-break spaces where French wants them, narrow before « ? ! ; % »; any other language as it is."""
    if not language.startswith("fr"):
        return text
    return _AROUND.sub(_WIDE, _HIGH.sub(_NARROW, text))


def typeset(text: str, language: str) -> str:
    """A text of the graph as a page shows it, character for character: spaced, with curved apostrophes in French."""
    if "'" in text and language.startswith("fr"):
        text = _ELIDED.sub(lambda found: "’" if found[0] == "'" else found[0], text)
    return spaced(text, language)
