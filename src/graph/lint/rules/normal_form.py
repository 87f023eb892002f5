"""PAS329: an accented letter is one character."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from ..context import Context
from ..page import Page
from ..rule import DocumentRule, Finding, Look

_COMBINING = re.compile(rb"\xcc|\xcd[\x80-\xaf]")  # U+0300 to U+036F
_WORD = re.compile(r"[^\s\"'<>]+")


class NormalForm(DocumentRule):
    """Text in Unicode normal form C (RFC 3987, section 5.3.2.2; Turtle and N-Triples ask for no form).

    An `e` and an accent look like `é` and are not equal to it: nothing finds the one by the other. Mended by writing
    the composed letter.
    """

    code, name = "PAS329", "normal-form"

    def suspects(self, look: Look, context: Context) -> bool:  # noqa: ARG002 - one signature
        """What is not ASCII is not in normal form, or has what may combine with a letter that is."""
        foreign = look.foreign
        return bool(foreign) and (
            _COMBINING.search(foreign) is not None or not unicodedata.is_normalized("NFC", foreign.decode())
        )

    def check(self, page: Page, context: Context) -> Iterator[Finding]:  # noqa: ARG002 - one signature
        """Each word that is not."""
        for found in page.searched(_WORD):
            right = unicodedata.normalize("NFC", found[0])
            if right != found[0]:
                yield Finding("normal-form", *found.span(), {"found": right}, ((*found.span(), right),))
