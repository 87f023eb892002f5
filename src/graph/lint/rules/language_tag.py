"""PAS316: a language tag is the shortest, written as the registry writes it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from ..context import Context
from ..page import Page
from ..rule import DocumentRule, Finding, Look
from ..vocabularies import languages

_TAG = re.compile(rb"@([A-Za-z][A-Za-z0-9-]*)")
_COUNTRY, _SCRIPT, _TWO = 2, 4, 2
_REMEMBERED = 1_000
_FINE = {b"prefix", b"base"}  # and the tags met so far that are well written


class LanguageTag(DocumentRule):
    """`@FR` is `@fr`, `@fra` and `@french` too, `@fr-fr` is `@fr-FR` (RFC 5646, sections 2.1.1 and 2.2.1).

    A two-letter code that ISO 639-1 lacks is told, not mended. Case changes no meaning, so it is mended.
    """

    code, name = "PAS316", "language-tag"

    def suspects(self, look: Look, context: Context) -> bool:  # noqa: ARG002 - one signature
        """A tag that is not well written; each is judged once."""
        return not all(map(_fine, set(_TAG.findall(look.text)) - _FINE))

    def check(self, page: Page, context: Context) -> Iterator[Finding]:  # noqa: ARG002 - one signature
        """Each tag that is not well written."""
        for literal in page.literals:
            if literal.tag:
                start, end = page.text.index("@", literal.string_end), literal.end
                tag = page.text[start + 1 : end]
                if not _fine(tag.encode()):
                    right = well_written(tag)
                    key, edits = "language-tag", ((start, end, f"@{right}"),)
                    if right == tag:
                        key, edits = "language-unknown", ()
                    yield replace(
                        page.about(literal, key, {"tag": tag, "expected": right}, edits), start=start, end=end
                    )


def well_written(tag: str) -> str:
    """A tag in the registry's case, its language in two letters where it has a code of two."""
    language, *others = tag.split("-")
    language = languages()[1].get(language.lower(), language.lower())
    written, single = [language], len(language) == 1
    for part in others:
        if single:
            written.append(part.lower())
        elif len(part) == _COUNTRY and part.isalpha():
            written.append(part.upper())
        elif len(part) == _SCRIPT and part.isalpha():
            written.append(part.title())
        else:
            written.append(part.lower())
        single = single or len(part) == 1
    return "-".join(written)


def _fine(tag: bytes) -> bool:
    text = tag.decode()
    language = text.partition("-")[0].lower()
    fine = well_written(text) == text and (len(language) != _TWO or language in languages()[0])
    if fine and len(_FINE) < _REMEMBERED:
        _FINE.add(tag)
    return fine
