"""PAS314: a text says its language."""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..page import Page
from ..rule import NOT_SHAPES, DocumentRule, Finding, Test


class LanguageMissing(DocumentRule):
    """A title, a label, a description without a language tag.

    Which properties hold texts: those of the common vocabularies, and those whose range in the repository's ontology is
    `rdf:langString`. Not mended: only a person knows the language.
    """

    code, name = "PAS314", "language-missing"
    echoes = True
    roles = NOT_SHAPES

    def test(self, prop: str, suffix: str, context: Context) -> Test | None:
        """Any literal of such a property without a suffix."""
        return len if prop in context.texts and not suffix else None

    def check(self, page: Page, context: Context) -> Iterator[Finding]:
        """Each such literal."""
        for literal in page.literals:
            if literal.property in context.texts and literal.value and not literal.tag and not literal.datatype:
                about = {"property": context.short(literal.property)}
                yield page.about(literal, "language-missing", about)
