"""PAS325: a SIREN or SIRET number is one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...siren import SIREN, SIRET, right
from ..context import Context
from ..page import Page
from ..rule import DATA, DocumentRule, Finding, Look, Test

_SAID = re.compile(r"(?i)sire[nt]\W{0,4}((?:\d[ .\u00a0\u202f]?){9,15})(?!\d)")
_IRI = re.compile(
    r"(?i)(?:sire[nt]|siege|annuaire-entreprises\.data\.gouv\.fr/[a-z]+|/fr/etablissement)[/:=_-](\d{9,15})(?!\d)"
)
_BARE = re.compile(r"\s*((?:\d[ .\u00a0\u202f]?){8}\d|(?:\d[ .\u00a0\u202f]?){13}\d)\s*\Z")
_DIGITS = re.compile(rb"\d{3}[ .]?\d{3}|(?i:sire[nt])|(?:\d[ .\xa0\xc2]+){3}")
_IDENTIFIERS = ("identifier", "notation", "taxID", "siren", "siret", "iso6523Code", "SIREN", "SIRET")
_ORGANISATIONS = ("Organization", "Organisation", "OrganizationalUnit", "Site", "LegalEntity", "Company")
_NAMED = ("siren", "siret", "SIREN", "SIRET")
_AGENCY = re.compile(r"(?i)\s*(?:insee|sirene)\b")


class Siren(DocumentRule):
    """Nine digits (SIREN, an organisation) or fourteen (SIRET, one of its places) whose Luhn key is not right.

    Where: after the word SIREN or SIRET, in an IRI that has it, in an identifier of nine or fourteen digits of an
    organisation, or that INSEE gives (adms:schemeAgency). The places of La Poste (SIREN 356 000 000) but its seat
    follow another rule: their digits add up to a multiple of five.
    """

    code, name = "PAS325", "siren"
    roles = DATA

    def doubts(self, iri: str, context: Context) -> bool:  # noqa: ARG002 - one signature
        """An IRI that holds a wrong one."""
        found = _IRI.search(iri)
        return found is not None and not right(found[1])

    def suspects(self, look: Look, context: Context) -> bool:  # noqa: ARG002 - one signature
        """The words, in any case."""
        return b"sire" in look.lower

    def test(self, prop: str, suffix: str, context: Context) -> Test | None:  # noqa: ARG002 - one signature
        """Digits in an identifier."""
        return _DIGITS.search if prop.endswith(_IDENTIFIERS) else None

    def check(self, page: Page, context: Context) -> Iterator[Finding]:  # noqa: ARG002 - one signature
        """Each wrong number."""
        agencies = (literal for literal in page.literals if literal.property.endswith("schemeAgency"))
        insee = {agency.subject for agency in agencies if _AGENCY.match(agency.value)}
        for literal in page.literals:
            found = _SAID.search(literal.value)
            if found is None and (literal.datatype or literal.property).endswith(_IDENTIFIERS):
                told = literal.subject in insee or any(
                    name.endswith(_NAMED) for name in (literal.property, literal.datatype)
                )
                if told or any(name.endswith(_ORGANISATIONS) for name in page.types(literal.subject)):
                    found = _BARE.match(literal.value)
            number = re.sub(r"\D", "", found[1]) if found else ""
            if number and not right(number):
                yield page.about(literal, _key(number), {"number": number})
        for mention in page.iris:
            found = _IRI.search(mention.iri)
            if found and not right(found[1]):
                yield Finding(_key(found[1]), mention.start, mention.end, {"number": found[1]}, value=mention.iri)


def _key(number: str) -> str:
    return "siren" if len(number) in (SIREN, SIRET) else "siren-length"
