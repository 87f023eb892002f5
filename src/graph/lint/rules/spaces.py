"""PAS321: a name has no space too many."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..context import LABELS, Context
from ..page import Page
from ..rule import NOT_SHAPES, DocumentRule, Finding, Test

_TOO_MANY = re.compile(rb" (?: |\Z)|\\[nrt]").search
_RUN = re.compile(r"[ \t\r\n]++")


class Spaces(DocumentRule):
    """A title or label with white space at an end, two spaces in a row, a tab or a line end.

    Mended by one space, or none at the ends; non-breaking spaces of French typography stay.
    """

    code, name = "PAS321", "spaces"
    roles = NOT_SHAPES

    def test(self, prop: str, suffix: str, context: Context) -> Test | None:  # noqa: ARG002 - one signature
        """White space that a name does not have."""
        if prop not in LABELS or suffix.startswith("http"):
            return None
        return lambda lexical: lexical[:1] == b" " or _TOO_MANY(lexical)

    def check(self, page: Page, context: Context) -> Iterator[Finding]:
        """Each such name, mended in its token where nothing is escaped there."""
        for literal in page.literals:
            if literal.property in LABELS and literal.value.strip() and _mended(literal.value) != literal.value:
                token = page.text[literal.start : literal.string_end]
                quote = token[:3] if token[:3] in ('"""', "'''") else token[0]
                inside = token[len(quote) : -len(quote)]
                edits = ()
                if "\\" not in inside:
                    mended = _mended(inside)
                    if not mended.endswith(quote[0]):
                        edits = ((literal.start, literal.string_end, quote + mended + quote),)
                yield page.about(literal, "spaces", {"property": context.short(literal.property)}, edits)


def _mended(text: str) -> str:
    """The text with one space for each stretch of white space that is more, and none at its ends."""
    return _RUN.sub(" ", text).strip(" ")
