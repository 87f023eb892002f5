"""The shape of a query: its text without what IRIs, strings, local names and numbers hold. One reading serves all.

Two texts of one shape have the same tokens but for these contents, on which no verdict of the guard depends; so the
measures of the first are those of the next, found for the price of a split. That holds for plain texts only: where a
quotation mark, a backslash, a comment or a `<` that may be two things is left between the pieces, or where the
reading took an IRI for a comparison, nothing is kept.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ..config import Limits
    from .measures import Measures

_LONGEST = 4096  # characters of a text…
_MOST = 401  # …and pieces of a shape: all that is kept is less than 40 MB
KEPT = 1024
# An IRI with a scheme, an authority and a path: `//` can follow no operand, so that its `<` never compares. What has
# no path is left out: a local name after `<http://a:80` may or may not make an IRI.
_LEAF = re.compile(
    r"""
    ([<"':0-9])
    (?:(?<=<)[A-Za-z][A-Za-z0-9+.-]*+://[^/?\#<>"'{}|^`\\\x00-\x20]*+/[^<>"'{}|^`\\\x00-\x20]*+>
    |(?<=")(?!"")[^"\\\r\n]*+"
    |(?<=')(?!'')[^'\\\r\n]*+'
    |(?<=:)[A-Za-z0-9_][A-Za-z0-9_-]*+
    |(?<=[0-9])(?<![\w:?$.%\x80-\U0010ffff-][0-9])[0-9]*+)
    """,
    re.VERBOSE,
)
_UNSURE = re.compile(r"""["'\\\#]|<(?!=?[ \t\r\n])""")


class _Known(NamedTuple):
    """What a reading found: the form, and upper bounds of the measures of every text of the shape."""

    form: str
    depth: int
    patterns: float
    functions: int
    operators: int
    doublings: int


KNOWN: dict[tuple[str, ...], _Known] = {}


def form(text: str, limits: Limits) -> str | None:
    """The form of a query whose shape was read and found harmless; None when it takes a reading to know."""
    if len(text) > _LONGEST:
        return None
    known = KNOWN.get(tuple(_LEAF.split(text)))
    if (
        known is not None
        and known.patterns <= limits.query_patterns
        and known.operators <= limits.query_operators
        and known.depth <= limits.query_depth
        and known.functions <= limits.query_functions
        and len(text) << known.doublings <= limits.query_readings
    ):
        return known.form
    return None


def keep(text: str, form: str, measures: Measures) -> None:
    """Remember what the reading of a text found that is neither volatile nor a federated query nor doubtful."""
    if len(text) > _LONGEST:
        return
    pieces = tuple(_LEAF.split(text))
    plain = len(pieces) <= _MOST and not any(map(_UNSURE.search, pieces[::2]))
    if not plain or pieces[1::2].count("<") != measures.iris:
        return
    while len(KNOWN) >= KEPT:
        del KNOWN[next(iter(KNOWN))]
    KNOWN[pieces] = _Known(
        form, measures.depth, measures.patterns, measures.functions, measures.operators, measures.doublings
    )
