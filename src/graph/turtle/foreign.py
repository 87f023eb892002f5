"""What a text that is no Turtle from its first line on is instead."""

from __future__ import annotations

import re

_FIRST_LINE = re.compile(r"(?:[ \t]*(?:#[^\r\n]*)?(?:\r\n|\n|\r))*+[ \t]*([^\r\n]*)")  # below blank ones and comments
_TURTLE = re.compile(r"^[ \t]*@?(?:prefix\b[^\r\n=]*|base[ \t]*)<|[ \t][.;,][ \t]*$", re.IGNORECASE | re.MULTILINE)
_CELL = r"[\w\"-]++(?: [\w\"-]++)*+"
_SIGNS = (
    ("TOML", re.compile(r"\[\[?[\w.-]+\]\]?\s*(?:#.*)?\Z|[\w.-]+[ \t]*=[ \t]*[\"'\[{\w]")),
    ("YAML", re.compile(r"---\Z|[\w-]+:(?:[ \t]+[^\s<][^:]*(?<![.;,]))?\Z")),
    ("CSV", re.compile(rf"{_CELL}([,;\t]){_CELL}(?:\1(?:{_CELL})?)+\Z")),
    ("", re.compile(r"[>|-]?\s?(?:[\w'’*_`-]++[.,]?+[*_`]*+ ){4}")),  # words
)


def foreign(text: str) -> tuple[int, str] | None:
    """Where the first line begins that is no Turtle, and the name of what it is, empty for prose; None where it may be.

    Asked of a text with faults only. A prefix is a sign of Turtle, and so is a mark that stands alone at the end of a
    line; not below prose, for pages show examples.
    """
    first = _FIRST_LINE.match(text)
    line = first[1].rstrip() if first else ""
    for name, sign in _SIGNS:
        if sign.match(line):
            return None if name and _TURTLE.search(text) else (first.start(1), name)
    return None
