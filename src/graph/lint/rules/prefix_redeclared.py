"""PAS308: a prefix means one thing in a file."""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..page import Page
from ..rule import DocumentRule, Finding, Look


class PrefixRedeclared(DocumentRule):
    """A prefix declared again with another namespace: the same name then means two things."""

    code, name = "PAS308", "prefix-redeclared"

    def suspects(self, look: Look, context: Context) -> bool:  # noqa: ARG002 - one signature
        """More declarations than prefixes; the word in a literal counts too."""
        return look.declarations > len(look.facts.prefixes)

    def check(self, page: Page, context: Context) -> Iterator[Finding]:  # noqa: ARG002 - one signature
        """Each declaration that contradicts the one in force."""
        for directive, before in page.redeclared:
            if directive.iri != before:
                about = {"prefix": directive.prefix, "namespace": directive.iri, "other": before}
                yield Finding("prefix-redeclared", directive.start, directive.end, about)
