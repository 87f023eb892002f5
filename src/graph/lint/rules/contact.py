"""PAS332: no contact data of a person."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...turtle.ntriples import bare
from ..context import Context
from ..page import Page
from ..rule import DATA, DocumentRule, Finding, Look
from ..vocabularies import first_names

_PERSONS = (b"/Person>", b"#Person>", b"#Individual>")
_QUICK = re.compile(
    rb"@[A-Za-z0-9-]+\.[A-Za-z]|(?i:mailto|tel):"
    rb"|(?:\+\d\d|0)[ .()0\-\xa0-\xe2\x80]{0,9}+[1-9](?:[ .\-\xa0-\xe2\x80]{0,3}+\d\d){4}"
)
_REST = rb"[ .()0\-\xa0-\xe2\x80]{0,9}+[67](?:[ .\-\xa0-\xe2\x80]{0,3}+\d\d){4}"
_ANYWHERE = tuple(  # each begun by one character: ten times as fast as one pattern for all
    map(re.compile, (rb"@[A-Za-z0-9-]+\.[A-Za-z]", rb"0(?:033)?" + _REST, rb"\+33" + _REST))
)
_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]++@[\w-]++(?:\.[\w-]++)++")
_SEPARATOR = r"[ .\-\u00a0\u202f]?"
_PHONE = re.compile(rf"(?<![\d/.])(?:\+\d{{2}}{_SEPARATOR}(?:\(0\))?|0)[1-9](?:{_SEPARATOR}\d\d){{4}}(?!\d)")
_MOBILE = re.compile(
    rf"(?<![\d/.])(?:(?:\+|00)33{_SEPARATOR}(?:\(0\))?{_SEPARATOR}|0)[67](?:{_SEPARATOR}\d\d){{4}}(?!\d)"
)
_NAMED = re.compile(r"([a-z]+)(?:-[a-z]+)?[._-][a-z]{2,}(?:-[a-z]+)?\d{0,4}")
_INITIAL = re.compile(r"[a-df-z][._][a-z]{3,}\d{0,4}")  # not `e.services`
_KINDS = {"mailto": "contact-mail", "tel": "contact-phone"}


class Contact(DocumentRule):
    """An e-mail address or a telephone number of a person (GDPR, article 5.1.c).

    Of what describes a person, any; anywhere else, an address that names one (`prenom.nom@`, `p.nom@`, by a list of
    first names) and a mobile number. The address of a function (`contact@`, `mairie@`) is fine. Not mended: a
    person decides what goes.
    """

    code, name = "PAS332", "contact"
    level = "error"
    roles = DATA

    def suspects(self, look: Look, context: Context) -> bool:  # noqa: ARG002 - one signature
        """What looks like an address or a number."""
        text = look.text
        if (b"Person" in text or b"Individual" in text) and _QUICK.search(text):
            return True
        return any(pattern.search(text) for pattern in _ANYWHERE)

    def check(self, page: Page, context: Context) -> Iterator[Finding]:
        """What is said of persons, in their own triples or in blank nodes of theirs, then what names one elsewhere."""
        persons = {t.subject for t in page.triples if t.object.encode().endswith(_PERSONS)}
        persons |= {t.object for t in page.triples if t.subject in persons and t.object[0] == "_"}
        for literal in page.literals:
            personal = literal.triple.subject in persons
            for key, of_a_person, found in (
                ("contact-mail", _names_a_person, _MAIL.findall(literal.value)),
                ("contact-phone", _MOBILE.match, _PHONE.findall(literal.value) or _MOBILE.findall(literal.value)),
            ):
                if any(personal or of_a_person(one) for one in found):
                    yield page.about(literal, key, {"property": context.short(literal.property)})
        for mention in page.iris:
            scheme, _, rest = mention.iri.partition(":")
            key = _KINDS.get(scheme.lower())
            if key and (mention.triple.subject in persons or _names_a_person(rest) or _MOBILE.match(rest)):
                subject, prop = bare(mention.triple.subject), mention.triple.predicate[1:-1]
                about = {"property": context.short(prop)}
                yield Finding(key, mention.start, mention.end, about, focus=subject, property=prop)


def _names_a_person(address: str) -> bool:
    """Whether what stands before the `@` is the name of someone."""
    local, at, _ = address.lower().partition("@")
    named = _NAMED.fullmatch(local)
    return bool(at) and bool(_INITIAL.fullmatch(local) or (named and named[1] in first_names()))
