"""PAS333: a statement is written once."""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..page import Page
from ..rule import DocumentRule, Finding, Look


class StatementTwice(DocumentRule):
    """The same triple twice in a file. Mended where the second stands after a comma: it goes, with its comma."""

    code, name = "PAS333", "statement-twice"

    def suspects(self, look: Look, context: Context) -> bool:  # noqa: ARG002 - one signature
        """Two equal lines of N-Triples."""
        lines = look.ntriples.splitlines()
        return len(set(lines)) < len(lines)

    def check(self, page: Page, context: Context) -> Iterator[Finding]:
        """The second, and those after it."""
        seen: set[tuple[str, str, str]] = set()
        for triple in page.triples:
            if triple[:3] in seen:
                token = page.token(triple.object_at)
                before = page.before(token.start)
                alone = before is not None and before.text == "," and token.text[0] not in "[("
                edits = ((before.start, token.end, ""),) if alone else ()
                about = {"property": context.short(triple.predicate[1:-1])}
                yield Finding("statement-twice", token.start, token.end, about, edits)
            seen.add(triple[:3])
