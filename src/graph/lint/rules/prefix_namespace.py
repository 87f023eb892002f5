"""PAS310: a prefix of the repository means what the repository says."""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context, unadorned
from ..page import Page
from ..rule import DocumentRule, Finding


class PrefixNamespace(DocumentRule):
    """A prefix of `ontology/prefixes.ttl` bound to another namespace; a misspelt namespace is `namespace-form`'s."""

    code, name = "PAS310", "prefix-namespace"
    level = "error"

    def doubts_prefix(self, prefix: str, namespace: str, context: Context) -> bool:
        """A prefix of the repository's with another namespace."""
        return context.prefixes.get(prefix, namespace) != namespace

    def check(self, page: Page, context: Context) -> Iterator[Finding]:
        """Each declaration with another namespace."""
        for directive in page.document.directives:
            expected = context.prefixes.get(directive.prefix or "", directive.iri)
            if unadorned(expected) != unadorned(directive.iri):
                about = {"prefix": directive.prefix, "namespace": directive.iri, "expected": expected}
                yield Finding("prefix-namespace", directive.iri_at, page.token(directive.iri_at).end, about)
