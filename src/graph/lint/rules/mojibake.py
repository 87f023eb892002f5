"""PAS327: a text was read in its own encoding."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..context import Context
from ..page import Page
from ..rule import DocumentRule, Finding, Look

# In UTF-8: what the lead bytes C2, C3, C5, E2, EF and F0 become in Windows-1252, then what continuation bytes do.
_QUICK = re.compile(
    rb"\xc3(?:[\x82\x83\x85](?:[\xc2\xc5\xc6\xcb]|\xe2[\x80\x82\x84])|\xa2[\xc2\xc5\xc6\xcb\xe2]|\xaf\xc2\xbb|\xb0\xc5\xb8)"
)
_NEXT = (
    r"[\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013\u2014\u2018-\u201a\u201c-\u201e"
    r"\u2020-\u2022\u2026\u2030\u2039\u203a\u20ac\u2122]"
)
_SEQUENCE = re.compile(
    rf"(?:[\u00c2\u00c3\u00c5]{_NEXT}|\u00e2{_NEXT}{{2}}|\u00ef\u00bb\u00bf|\u00f0\u0178{_NEXT}{{2}})+"
)
_PLAUSIBLE = re.compile(
    "[\u00a0-\u00ff\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u2010-\u2044\u20ac\u2122\u2190-\u2193\ufeff\U0001f300-\U0001faff]+"
)
_REPLACED = "\ufffd"


class Mojibake(DocumentRule):
    """`Ã` and a copyright sign for `é`: UTF-8 read as Windows-1252, then saved. Mended by reading it again.

    Only what turns back into UTF-8 exactly, and into letters, marks or signs one meets in French or English, is taken
    for such. The character U+FFFD says that something is lost for good.
    """

    code, name = "PAS327", "mojibake"

    def suspects(self, look: Look, context: Context) -> bool:  # noqa: ARG002 - one signature
        """A lead byte read as a letter, then what follows no letter."""
        foreign = look.foreign
        if b"\xef\xbf\xbd" in foreign:
            return True
        return _QUICK.search(foreign) is not None and _QUICK.search(look.text) is not None

    def check(self, page: Page, context: Context) -> Iterator[Finding]:  # noqa: ARG002 - one signature
        """Each stretch that turns back, and the first lost character."""
        for found in page.searched(_SEQUENCE):
            right = _read_again(found[0])
            if right is not None:
                about = {"found": found[0], "expected": right}
                yield Finding("mojibake", *found.span(), about, ((*found.span(), right.replace("\ufeff", "")),))
        at = page.text.find(_REPLACED)
        if at >= 0:
            yield Finding("lost-character", at, at + 1)


def _read_again(text: str) -> str | None:
    """What the text was, when it turns back exactly."""
    try:
        right = b"".join(_byte(character) for character in text).decode()
    except UnicodeError:
        return None
    return right if _PLAUSIBLE.fullmatch(right) else None


def _byte(character: str) -> bytes:
    """The byte that was read as this character; Windows-1252 leaves five bytes as they are."""
    return character.encode("cp1252", "ignore") or character.encode("latin-1")
