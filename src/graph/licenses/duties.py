"""What a licence permits, requires and prohibits, in words: the name of each term, and what it makes one do."""

from __future__ import annotations

from collections.abc import Iterator

from ..texts import Text
from .catalogue import Licences
from .licence import CC, FOR_THE_WHOLE, ODRL, Licence

#: The terms of ccREL and ODRL that licences use; the others are called what the graph calls them.
_TERMS = {
    CC + "Reproduction": "licence.term-reproduction",
    CC + "Distribution": "licence.term-distribution",
    CC + "DerivativeWorks": "licence.term-derivatives",
    CC + "Sharing": "licence.term-sharing",
    CC + "Attribution": "licence.term-attribution",
    CC + "Notice": "licence.term-notice",
    CC + "ShareAlike": "licence.term-share-alike",
    CC + "Copyleft": "licence.term-copyleft",
    CC + "LesserCopyleft": "licence.term-lesser-copyleft",
    CC + "SourceCode": "licence.term-source-code",
    CC + "CommercialUse": "licence.term-commercial-use",
    CC + "HighIncomeNationUse": "licence.term-high-income-nation-use",
    ODRL + "obtainConsent": "licence.term-consent",
}
_TO_DO = {
    CC + "Attribution": "licence.do-attribution",
    CC + "Notice": "licence.do-notice",
    CC + "ShareAlike": "licence.do-share-alike",
    CC + "Copyleft": "licence.do-share-alike",
    CC + "LesserCopyleft": "licence.do-lesser-copyleft",
    CC + "SourceCode": "licence.do-source-code",
    ODRL + "obtainConsent": "licence.do-consent",
}


def term(iri: str, licences: Licences) -> Text:
    """What a permission, a duty or a prohibition is called."""
    key = _TERMS.get(iri)
    return Text(key) if key else licences.label(iri)


def duty(iri: str, licence: Licence, licences: Licences) -> Text:
    """What one has to do, because a licence requires this."""
    key = _TO_DO.get(iri)
    if key:
        return Text(key, {"a": licence.name})
    return Text("licence.do", {"a": licence.name, "term": term(iri, licences)})


def abstention(iri: str, licence: Licence, licences: Licences) -> Text:
    """What one has not to do, because a licence prohibits this."""
    return Text("licence.do-not", {"a": licence.name, "term": term(iri, licences)})


def due(licence: Licence, licences: Licences) -> Iterator[Text]:
    """All there is to do for reusing a work under a licence, whatever the licence of what is made of it."""
    yield from (duty(iri, licence, licences) for iri in sorted(licence.requires - FOR_THE_WHOLE))
    yield from (abstention(iri, licence, licences) for iri in sorted(licence.prohibits))
