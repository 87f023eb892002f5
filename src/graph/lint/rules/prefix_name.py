"""PAS309: a namespace of the repository is known by the repository's prefix."""

from __future__ import annotations

from collections.abc import Iterator

from ...turtle.parts import Directive
from ..context import Context
from ..page import Page
from ..rule import DocumentRule, Finding

_MANY = 1_000  # declarations: nobody wrote so many


class PrefixName(DocumentRule):
    """A namespace under another prefix than the one `ontology/prefixes.ttl` declares for it.

    Mended by writing that prefix in every name of the file, unless the file binds it to something else or later.
    """

    code, name = "PAS309", "prefix-name"

    def doubts_prefix(self, prefix: str, namespace: str, context: Context) -> bool:
        """A namespace of the repository's under another name."""
        return context.names.get(namespace, prefix) != prefix

    def check(self, page: Page, context: Context) -> Iterator[Finding]:
        """Each declaration under another name."""
        for directive in page.document.directives:
            expected = context.names.get(directive.iri)
            if directive.prefix is not None and expected is not None and directive.prefix != expected:
                about = {"prefix": directive.prefix, "expected": expected, "namespace": directive.iri}
                edits = tuple(_renaming(page, directive, expected))
                yield Finding("prefix-name", directive.start, directive.end, about, edits)


def _renaming(page: Page, directive: Directive, expected: str) -> Iterator[tuple[int, int, str]]:
    """The right prefix in every name; its declaration goes where the right one stands before. Nothing when in doubt."""
    prefix = directive.prefix or ""
    if len(page.document.directives) > _MANY:
        return
    others = [one for one in page.document.directives if one.prefix == expected]
    if not page.once(prefix) or any(one.iri != directive.iri or one.start > directive.start for one in others):
        return
    names = [token for token in page.tokens if token.kind == "name" and token.text.startswith(f"{prefix}:")]
    if others:
        names = [token for token in names if not directive.start <= token.start < directive.end]
        yield (*page.line(directive.start, directive.end), "")
    yield from ((token.start, token.start + len(prefix), expected) for token in names)
