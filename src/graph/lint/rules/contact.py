"""PAS332: no contact data of a person."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..context import Context
from ..page import Page
from ..rule import DATA, DocumentRule, Finding, Look

_PERSONS = (b"/Person>", b"#Person>", b"#Individual>")
_QUICK = re.compile(
    rb"@[A-Za-z0-9-]+\.[A-Za-z]|(?i:mailto|tel):"
    rb"|(?:\+\d\d|0)[ .()0\-\xa0-\xe2\x80]{0,9}+[1-9](?:[ .\-\xa0-\xe2\x80]{0,3}+\d\d){4}"
)
_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]++@[\w-]++(?:\.[\w-]++)++")
_PHONE = re.compile(r"(?<![\d/.])(?:\+\d{2}[ .\-\u00a0\u202f]?(?:\(0\))?|0)[1-9](?:[ .\-\u00a0\u202f]?\d\d){4}(?!\d)")
_KINDS = {"mailto": "contact-mail", "tel": "contact-phone"}


class Contact(DocumentRule):
    """An e-mail address or a telephone number in a file that describes a person (GDPR, article 5.1.c).

    The functional address of an organisation, on the organisation, is fine. Not mended: a person decides what goes.
    """

    code, name = "PAS332", "contact"
    echoes = True
    roles = DATA

    def suspects(self, look: Look, context: Context) -> bool:  # noqa: ARG002 - one signature
        """A person, and what looks like an address or a number."""
        text = look.text
        return (b"Person" in text or b"Individual" in text) and _QUICK.search(text) is not None

    def check(self, page: Page, context: Context) -> Iterator[Finding]:
        """What is said of persons, in their own triples or in blank nodes of theirs."""
        persons = {t.subject for t in page.triples if t.object.encode().endswith(_PERSONS)}
        persons |= {t.object for t in page.triples if t.subject in persons and t.object[0] == "_"}
        for literal in page.literals:
            if literal.triple.subject in persons:
                for key, pattern in (("contact-mail", _MAIL), ("contact-phone", _PHONE)):
                    if pattern.search(literal.value):
                        yield page.about(literal, key, {"property": context.short(literal.property)})
        for mention in page.iris:
            scheme = mention.iri.partition(":")[0].lower()
            if scheme in _KINDS and mention.triple.subject in persons:
                about = {"property": context.short(mention.triple.predicate[1:-1])}
                yield Finding(_KINDS[scheme], mention.start, mention.end, about)
