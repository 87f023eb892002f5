"""PAS323: an IRI means the same wherever the file lies."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..context import Context
from ..page import Page
from ..rule import DATA, DocumentRule, Finding, Look

_RELATIVE = re.compile(rb"<[^:/?#>]*[/?#>]")  # the first of these before any colon
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")


class RelativeIri(DocumentRule):
    """A relative IRI without an absolute `@base` in the file, a base or a prefix that is relative, a `file:` IRI.

    What these name depends on where the file lies, or is on one machine only.
    """

    code, name = "PAS323", "relative-iri"
    roles = DATA

    def suspects(self, look: Look, context: Context) -> bool:  # noqa: ARG002 - one signature
        """Something in angle brackets that has no scheme; in a literal or a comment too."""
        return _RELATIVE.search(look.text) is not None

    def doubts(self, iri: str, context: Context) -> bool:  # noqa: ARG002 - one signature
        """A file of one machine."""
        return iri.startswith("file:")

    def check(self, page: Page, context: Context) -> Iterator[Finding]:  # noqa: ARG002 - one signature
        """Declarations, then statements."""
        base: tuple[int, bool] | None = None
        for directive in page.document.directives:
            token = page.token(directive.iri_at)
            absolute = bool(_ABSOLUTE.match(token.text, 1))
            if directive.prefix is None:
                base = (directive.start, absolute) if base is None or not absolute else base
            based = base is not None and base[1] and base[0] < directive.start
            if not absolute and not based:
                key = "relative-base" if directive.prefix is None else "relative-iri"
                yield Finding(key, token.start, token.end, {"iri": token.text[1:-1]})
        for mention in page.iris:
            based = base is not None and base[1] and base[0] < mention.start
            if mention.token[0] == "<" and not based and not _ABSOLUTE.match(mention.token, 1):
                yield Finding("relative-iri", mention.start, mention.end, {"iri": mention.token[1:-1]})
            elif mention.iri.startswith("file:"):
                yield Finding("file-iri", mention.start, mention.end, {"iri": mention.iri}, value=mention.iri)
