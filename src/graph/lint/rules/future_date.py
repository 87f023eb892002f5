"""PAS331: what is done was done before today."""

from __future__ import annotations

from collections.abc import Iterator

from ...namespaces import DCT, PAS, PROV, STANDARD, XSD
from ..context import Context
from ..page import Page
from ..rule import DATA, DocumentRule, Finding, Test

_PAST = {
    *(DCT + name for name in ("created", "issued", "modified", "dateSubmitted", "dateAccepted", "dateCopyrighted")),
    *(PROV + name for name in ("generatedAtTime", "startedAtTime", "endedAtTime")),
    *(STANDARD["schema"] + name for name in ("dateCreated", "dateModified", "datePublished", "foundingDate")),
    "https://w3id.org/sssom/mapping_date",
    "https://w3id.org/sssom/review_date",
    PAS + "lastConfirmed",
    STANDARD["org"] + "memberDuring",
}
_TYPES = tuple(XSD + name for name in ("date", "dateTime", "dateTimeStamp", "gYear", "gYearMonth"))


class FutureDate(DocumentRule):
    """A date of creation, publication, change or confirmation after today; the dates of events to come are free.

    The day after is let through: somewhere on Earth it has begun.
    """

    code, name = "PAS331", "future-date"
    roles = DATA

    def test(self, prop: str, suffix: str, context: Context) -> Test | None:
        """Later than tomorrow, compared as text: years of four digits sort."""
        if prop not in _PAST or suffix not in _TYPES:
            return None
        last = context.tomorrow.encode()
        return lambda lexical: lexical[:10] > last[: len(lexical)]

    def check(self, page: Page, context: Context) -> Iterator[Finding]:
        """Each such date."""
        for literal in page.literals:
            if literal.property in _PAST and literal.datatype in _TYPES:
                day = literal.value[:10]
                if day > context.tomorrow[: len(day)]:
                    about = {"property": context.short(literal.property), "value": literal.value}
                    yield page.about(literal, "future-date", about)
