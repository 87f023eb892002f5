"""What is wrong with a text that the engine refused: its own sentences name what it expected, seldom what is wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ..errors import MalformedQuery
from ..texts import Text
from .lexer import Token, place, tokens

#: The engine's sentences that our readers meet most, and ours.
_SENTENCES = {
    "contains a variable that is unbound": "reason.ungrouped",
    "Duplicated variable name": "reason.twice",
    "overrides an existing variable": "reason.overridden",
    "should be a non negative integer": "reason.negative",
}
_ABSOLUTE = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*:")
_READ_AGAIN = 4_000  # characters: some ten milliseconds of reading


def malformed(said: Mapping[str, Any], text: str) -> MalformedQuery:
    """The error of a text, by what the engine says of it: its line, its column, its reason."""
    line, column = said["line"], said["column"]
    relative = None if line is None or len(text) > _READ_AGAIN else _relative(text)
    if relative is not None and place(text, relative.start) < (line, column):
        line, column = place(text, relative.start)
        reason: Text | str = Text("reason.relative", {"iri": relative.text})
    else:
        reason = _reason(said["reason"], text, line, column)
    return MalformedQuery("query-syntax", line=line, column=column, reason=reason)


def _relative(text: str) -> Token | None:
    """The first IRI that needs a base where there is none."""
    before = ""
    for token in tokens(text):
        if token.kind == "iri":
            if not _ABSOLUTE.match(token.text):
                return token
            if before.upper() == "BASE":
                return None
        before = token.text
    return None


def _reason(said: str, text: str, line: int | None, column: int | None) -> Text | str:
    """Why a text is no query: the engine's sentence, else what stands where it stopped."""
    for sentence, key in _SENTENCES.items():
        if sentence in said:
            return Text(key)
    if said or line is None or column is None:
        return said
    lines = text.split("\n")  # as the engine counts them
    rest = lines[line - 1][column - 1 :] if line <= len(lines) else ""
    found = re.match(r"\s*(\w+|\S)", rest + "\n" + "\n".join(lines[line : line + 20]))
    if found is None and text.rstrip().endswith("}"):  # the engine had read the bracket too when it gave up
        return Text("reason.unexpected", {"found": "}"})
    return Text("reason.unexpected", {"found": found[1][:40]}) if found else Text("reason.unexpected-end")
