"""A second reading of a query, which trusts nothing: everywhere the engine might see SERVICE.

The lexer decides by context whether `<` compares or opens an IRI, and where a word ends. The engine
has no lexer: its keywords need no space around them (`SERVICE:x`, `trueSERVICE<x>`), and what it tries
first depends on the rule it is in. Here every `<` is both things, wherever the characters allow it, every
`'''` may be an empty string and what follows, and every word is looked into. What only this reading finds
is refused: a wrong guess sends no query out.
"""

from __future__ import annotations

import re
from bisect import bisect_left

_NAME = r"\w\u0080-\U0010ffff"  # more than any name may hold
_SPACE = r"(?:[ \t\r\n]|\#[^\r\n]*)*+"
_PLX = r"\\[_~.\-!$&'()*+,;=/?\#@%]"
_LOCAL = rf"(?:(?:[{_NAME}:%-]|{_PLX})++(?:\.++(?:[{_NAME}:%-]|{_PLX})++)?+)?+"
_IRI = re.compile(r'<[^<>"{}|^`\x00-\x20]*>')
_SURE_IRI = re.compile(r"""<[A-Za-z][A-Za-z0-9+.-]*+://[^<>"'{}|^`\\\x00-\x20]*+>""")  # `//` follows no operand
_RUN = re.compile(rf"[{_NAME}.-]++")
_AFTER_PREFIX = re.compile(rf":({_LOCAL})({_SPACE}\{{)?")
_TARGET = re.compile(rf"{_SPACE}(?:silent{_SPACE})?(?:[<?$]|[{_NAME}.-]*+:)", re.IGNORECASE)
_LONG = re.compile(r"""\"\"\"(?:[^"\\]|\\.|"(?!""))*+\"\"\"|'''(?:[^'\\]|\\.|'(?!''))*+'''""", re.DOTALL)
_OTHER = re.compile(
    rf"""
     "(?:[^"\\\r\n]|\\[^\r\n])*+"?|'(?:[^'\\\r\n]|\\[^\r\n])*+'?
    |[?$][{_NAME}]++|@[A-Za-z]++|:{_LOCAL}|[ \t\r\n]++|.
    """,
    re.VERBOSE | re.DOTALL,
)


def possible_services(text: str) -> list[int]:
    """The offsets where some reading of the text sees SERVICE and its target, in order. One pass or two."""
    if "service" not in text.lower():
        return []
    ends = [found.start() for found in re.finditer(r"[\r\n]", text)]
    seen = bytearray(len(text))
    calls: list[int] = []
    waiting = [0]
    while waiting:
        at = waiting.pop()
        while at < len(text) and not seen[at]:
            seen[at] = 1
            if text[at] == "#":
                line = bisect_left(ends, at)
                at = ends[line] if line < len(ends) else len(text)
            elif run := _RUN.match(text, at):
                at = _word(text, run, calls)
            elif iri := _SURE_IRI.match(text, at):
                at = iri.end()
            else:
                if other := _IRI.match(text, at) or _LONG.match(text, at):
                    waiting.append(other.end())
                other = _OTHER.match(text, at)
                at = other.end() if other else len(text)
    return sorted(calls)


def _word(text: str, run: re.Match[str], calls: list[int]) -> int:
    """The end of a word or a prefixed name; what may be a call in it is added to `calls`."""
    word, end = run[0].lower(), run.end()
    at = word.rfind("service")
    name = _AFTER_PREFIX.match(text, end)
    if name is not None:  # the local part is never cut: the engine takes all of it
        if at >= 0 and name[2] and not name[1].endswith("."):
            calls.append(run.start() + at)
        return name.end(1)
    if word.endswith(("service", "servicesilent")) and _TARGET.match(text, end):
        calls.append(run.start() + at)
    return end
