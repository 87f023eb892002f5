"""PAS318: an address is an IRI, not a text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..context import Context
from ..page import Page
from ..rule import DATA, DocumentRule, Finding, Test

_ADDRESS = re.compile(rb"https?://[^\s<>\"{}|\\^`]+\Z")
#: Properties whose values are addresses as text, by definition.
_TEXTUAL = ("namespace", "preferredNamespaceUri", "uriSpace", "uriRegexPattern", "identifier", "notation", "pattern")
_FREE = ("title", "label", "Label", "name", "comment", "description", "quotation", "note", "Note")


class IriAsText(DocumentRule):
    """`"https://…"` where a link is meant: a text leads nowhere. Mended by writing `<https://…>`."""

    code, name = "PAS318", "iri-as-text"
    echoes = True
    roles = DATA

    def test(self, prop: str, suffix: str, context: Context) -> Test | None:  # noqa: ARG002 - one signature
        """A text that is one address and nothing else."""
        return _ADDRESS.match if _linking(prop) and not suffix.startswith("http") else None

    def check(self, page: Page, context: Context) -> Iterator[Finding]:
        """Each such text."""
        for literal in page.literals:
            if _linking(literal.property) and not literal.datatype and _ADDRESS.match(literal.value.encode()):
                about = {"property": context.short(literal.property), "iri": literal.value}
                yield page.about(literal, "iri-as-text", about, ((literal.start, literal.end, f"<{literal.value}>"),))


def _linking(prop: str) -> bool:
    return not prop.endswith((*_TEXTUAL, *_FREE))
