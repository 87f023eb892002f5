"""PAS320: a text says something."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..context import Context
from ..page import Page
from ..rule import NOT_SHAPES, DocumentRule, Finding, Test

_EMPTY = re.compile(rb"(?:\\[nrtf]|\s|\xc2\xa0|\xe2\x80\xaf)*\Z")


class EmptyLiteral(DocumentRule):
    """A literal without a character, or of white space only: what is not known is not written."""

    code, name = "PAS320", "empty-literal"
    echoes = True
    roles = NOT_SHAPES

    def test(self, prop: str, suffix: str, context: Context) -> Test | None:  # noqa: ARG002 - one signature
        """Nothing but white space."""
        return _EMPTY.match

    def check(self, page: Page, context: Context) -> Iterator[Finding]:
        """Each of them."""
        for literal in page.literals:
            if not literal.value.strip():
                yield page.about(literal, "empty-literal", {"property": context.short(literal.property)})
