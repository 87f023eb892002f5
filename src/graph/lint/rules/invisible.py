"""PAS328: what is written can be seen."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..context import Context
from ..page import Page
from ..rule import DocumentRule, Finding, Look

_QUICK = re.compile(
    rb"\xe2(?:\x80[\x8b-\x8f\xa8-\xae]|\x81[\xa0-\xaf])|\xef(?:\xbb\xbf|\xbf[\xb9-\xbb\xbe\xbf])|\xc2[\x80-\x9f\xad]"
    rb"|\xe1\xa0\x8e"
)
_CONTROLS = "\\x00-\\x08\\x0e-\\x1f\\x7f"  # of ASCII; tabs, feeds and ends of lines are white space
_ACTING = re.compile(f"[{_CONTROLS}]".encode())
_ESCAPE = (
    "\\\\(?:u|U0000)(?i:00(?:0[0-8ef]|1[0-9a-f]|7f|[89][0-9a-f]|ad)|180e|200[bef]|202[89a-e]|206[0-9a-f]"
    "|fff[9abef]|feff)"
)
_ESCAPED = re.compile(_ESCAPE.encode())
_INVISIBLE = re.compile(
    f"[{_CONTROLS}\u0080-\u009f\u00ad\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufff9-\ufffb\ufffe\uffff\ufeff]"
    "|(?<![^\\s\\x00-\u02ff])[\u200c\u200d]|[\u200c\u200d](?![^\\s\\x00-\u02ff])"
    f"|{_ESCAPE}"
)


class Invisible(DocumentRule):
    """Zero-width characters, marks of direction, soft hyphens, control characters, written or escaped.

    Two texts that look the same then differ, and a search finds one of them. Non-breaking spaces are of French
    typography; joiners inside an emoji or an Indic or Arabic word are of their scripts: these stay. Mended by taking
    the character away.
    """

    code, name = "PAS328", "invisible"

    def suspects(self, look: Look, context: Context) -> bool:  # noqa: ARG002 - one signature
        """The bytes of one, or its escape."""
        text = look.text
        return (
            _ACTING.search(text) is not None
            or _QUICK.search(look.foreign) is not None
            or (b"\\" in text and _ESCAPED.search(text) is not None)
        )

    def check(self, page: Page, context: Context) -> Iterator[Finding]:  # noqa: ARG002 - one signature
        """Each of them, the byte order mark of the file apart."""
        for found in page.searched(_INVISIBLE):
            start, end = found.span()
            if end > 1 or found[0] != "\ufeff":
                point = found[0][-4:].upper() if found[0][0] == "\\" else f"{ord(found[0]):04X}"
                yield Finding("invisible-character", start, end, {"character": f"U+{point}"}, ((start, end, ""),))
