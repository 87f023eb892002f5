"""PAS315: a thing has one name a language."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..context import NAMES, Context
from ..page import Page
from ..rule import NOT_SHAPES, DocumentRule, Finding, Look

_NAMES = frozenset(name.encode() for name in NAMES)
_NAMED = re.compile(
    rb'^([^ ]+ <(?:%s)>) "(?:[^"\\]++|\\.)*+"(@[^ ]+) \.$' % b"|".join(map(re.escape, sorted(_NAMES))), re.MULTILINE
)


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
        subjects = _NAMED.findall(look.ntriples)
        return len(set(subjects)) < len(subjects)

    def check(self, page: Page, context: Context) -> Iterator[Finding]:
        """The second, and those after it."""
        first: dict[tuple[str, str, str], str] = {}
        for literal in page.literals:
            if literal.tag and literal.property in NAMES:
                before = first.setdefault((literal.subject, literal.property, literal.tag), literal.value)
                if before != literal.value:
                    about = {"property": context.short(literal.property), "tag": literal.tag, "other": before}
                    yield page.about(literal, "language-doubled", about)
