"""PAS336: a name is short enough to be read in a list."""

from __future__ import annotations

from collections.abc import Iterator

from ...namespaces import TITLES
from ..context import Context
from ..page import Page
from ..rule import NOT_SHAPES, DocumentRule, Finding, Test

_LONGEST = 200  # characters


class LongName(DocumentRule):
    """A title or a label of more than 200 characters: lists, maps and pages show its beginning alone."""

    code, name = "PAS336", "long-name"
    roles = NOT_SHAPES

    def test(self, prop: str, suffix: str, context: Context) -> Test | None:  # noqa: ARG002 - one signature
        """Its bytes, which are no fewer than its characters."""
        return _is_long if prop in TITLES else None

    def check(self, page: Page, context: Context) -> Iterator[Finding]:
        """Each of them."""
        for literal in page.literals:
            if literal.property in TITLES and len(literal.value) > _LONGEST:
                about = {"property": context.short(literal.property), "count": len(literal.value), "most": _LONGEST}
                yield page.about(literal, "long-name", about)


def _is_long(lexical: bytes) -> bool:
    return len(lexical) > _LONGEST
