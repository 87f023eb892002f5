"""PAS315: a thing has one name a language."""

from __future__ import annotations

from collections.abc import Iterator

from ..context import NAMES, Context
from ..page import Page
from ..rule import NOT_SHAPES, DocumentRule, Finding, Look
from ..statements import said

_NAMES = frozenset(name.encode() for name in NAMES)


class LanguageDoubled(DocumentRule):
    """Two titles, or two preferred labels, in one language: a reader is shown one of them at random."""

    code, name = "PAS315", "language-doubled"
    echoes = True
    roles = NOT_SHAPES

    def suspects(self, look: Look, context: Context) -> bool:  # noqa: ARG002 - one signature
        """The same property and tag twice, of one subject where there are several."""
        named = [(prop, tag) for prop, _, tag in look.literals if tag and prop in _NAMES]
        if len(set(named)) == len(named):
            return False
        return any(_twice(prop, look.ntriples) for prop in {prop for prop, _ in named})

    def check(self, page: Page, context: Context) -> Iterator[Finding]:
        """The second, and those after it."""
        first: dict[tuple[str, str, str], str] = {}
        for literal in page.literals:
            if literal.tag and literal.property in NAMES:
                before = first.setdefault((literal.subject, literal.property, literal.tag), literal.value)
                if before != literal.value:
                    about = {"property": context.short(literal.property), "tag": literal.tag, "other": before}
                    yield page.about(literal, "language-doubled", about)


def _twice(prop: bytes, ntriples: bytes) -> bool:
    """Whether a property gives one subject two texts of one language."""
    texts = ((subject, value.rpartition(b'"@')) for subject, value in said(ntriples, prop))
    tagged = [(subject, tag) for subject, (_, mark, tag) in texts if mark]
    return len(set(tagged)) < len(tagged)
