"""PAS307: a prefix is declared once."""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..page import Page
from ..rule import DocumentRule, Finding, Look


class PrefixTwice(DocumentRule):
    """A second declaration of a prefix with the same namespace says nothing; it can be taken away."""

    code, name = "PAS307", "prefix-twice"

    def suspects(self, look: Look, context: Context) -> bool:  # noqa: ARG002 - one signature
        """More declarations than prefixes; the word in a literal counts too."""
        return look.declarations > len(look.facts.prefixes)

    def check(self, page: Page, context: Context) -> Iterator[Finding]:  # noqa: ARG002 - one signature
        """Each declaration that repeats the one in force."""
        for directive, before in page.redeclared:
            if directive.iri == before:
                edit = (*page.line(directive.start, directive.end), "")
                yield Finding("prefix-twice", directive.start, directive.end, {"prefix": directive.prefix}, (edit,))
