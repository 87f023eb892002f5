"""PAS330: a title is not all in capitals."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..context import NAMES, Context
from ..page import Page
from ..rule import DATA, DocumentRule, Finding, Test

_NO_SMALL = re.compile(rb"[^a-z]{8,}\Z")
_WORDS = 2
_LETTERS = 9


class Capitals(DocumentRule):
    """A title of several words in capitals: its accents, proper names and acronyms are lost, and it reads as a cry.

    An acronym, a short name, a code are no such thing. Not mended: no rule tells a proper name.
    """

    code, name = "PAS330", "capitals"
    roles = DATA

    def test(self, prop: str, suffix: str, context: Context) -> Test | None:  # noqa: ARG002 - one signature
        """No small letter of ASCII."""
        return _NO_SMALL.match if prop in NAMES and not suffix.startswith("http") else None

    def check(self, page: Page, context: Context) -> Iterator[Finding]:
        """Each such title."""
        for literal in page.literals:
            value = literal.value
            words = [word for word in re.findall(r"[^\W\d_]+", value) if len(word) > 1]
            if (
                literal.property in NAMES
                and value.isupper()
                and len(words) >= _WORDS
                and sum(map(len, words)) >= _LETTERS
            ):
                yield page.about(literal, "capitals", {"property": context.short(literal.property)})
