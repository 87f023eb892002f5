"""PAS319: a date or a boolean has its type."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...namespaces import DCAT, DCT, PROV, STANDARD, XSD
from ..context import Context
from ..page import Page
from ..rule import DATA, DocumentRule, Finding, Test

_DATES = {
    *(DCT + name for name in ("issued", "modified", "created", "date", "available", "valid")),
    *(DCT + name for name in ("dateAccepted", "dateCopyrighted", "dateSubmitted")),
    *(PROV + name for name in ("startedAtTime", "endedAtTime", "generatedAtTime", "invalidatedAtTime", "atTime")),
    *(STANDARD["schema"] + name for name in ("startDate", "endDate", "dateCreated", "dateModified", "datePublished")),
    *(DCAT + name for name in ("startDate", "endDate")),
}
_TRUTH = re.compile(rb"(?:true|false)\Z")
_FORMS = (
    (re.compile(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])\Z", re.ASCII), "date"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?\Z", re.ASCII), "dateTime"),
    (re.compile(r"\d{4}-(?:0[1-9]|1[0-2])\Z", re.ASCII), "gYearMonth"),
    (re.compile(r"\d{4}\Z", re.ASCII), "gYear"),
)
_DATE = re.compile(rb"\d{4}(?:-|\Z)")


class ValueAsText(DocumentRule):
    """`"2024-03-05"` for a date, `"true"` for a boolean: texts compare as texts, and no query finds them by value.

    Mended by the type; its prefix must be declared, else the type is written in full.
    """

    code, name = "PAS319", "value-as-text"
    echoes = True
    roles = DATA

    def test(self, prop: str, suffix: str, context: Context) -> Test | None:  # noqa: ARG002 - one signature
        """The words of a boolean; in a property of time, what begins like a date."""
        if suffix:
            return None
        return _DATE.match if prop in _DATES else _TRUTH.match

    def check(self, page: Page, context: Context) -> Iterator[Finding]:
        """Each such text."""
        for literal in page.literals:
            if literal.tag or literal.datatype or literal.end != literal.string_end:
                continue
            if literal.property in _DATES:
                datatype = next((name for form, name in _FORMS if form.match(literal.value)), "")
                prefix = page.prefix(XSD, literal.start)
                suffix = f"^^{prefix}:{datatype}" if prefix is not None else f"^^<{XSD}{datatype}>"
                edits = ((literal.end, literal.end, suffix),)
            else:
                datatype = "boolean" if literal.value in ("true", "false") else ""
                edits = ((literal.start, literal.end, literal.value),)
            if datatype:
                about = {"property": context.short(literal.property), "value": literal.value, "type": f"xsd:{datatype}"}
                yield page.about(literal, "value-as-text", about, edits)
