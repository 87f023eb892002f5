"""A thing as schema.org, in JSON-LD, for the search engines that read it in its page."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ..namespaces import DCAT, DCT, FOAF, OWL, PROV, RDF, RDFS, SKOS, STANDARD
from .projections import Value

SCHEMA = STANDARD["schema"]
_CV, _ORG = "http://data.europa.eu/m8g/", STANDARD["org"]
#: What schema.org calls the classes of others; the first that fits is the most precise.
CLASSES: Mapping[str, str] = {
    _CV + "PublicOrganisation": "GovernmentOrganization",
    FOAF + "Person": "Person",
    _ORG + "Organization": "Organization",
    FOAF + "Organization": "Organization",
    FOAF + "Agent": "Organization",
    SKOS + "Concept": "DefinedTerm",
    SKOS + "ConceptScheme": "DefinedTermSet",
    DCT + "LicenseDocument": "CreativeWork",
    DCT + "Location": "Place",
    DCAT + "Dataset": "Dataset",
    DCAT + "Resource": "CreativeWork",
    FOAF + "Document": "CreativeWork",
    PROV + "Activity": "Action",
    PROV + "Entity": "CreativeWork",
}
PROPERTIES: Mapping[str, str] = {
    **dict.fromkeys((RDFS + "label", SKOS + "prefLabel", DCT + "title", FOAF + "name"), "name"),
    **dict.fromkeys((SKOS + "altLabel", DCT + "alternative"), "alternateName"),
    **dict.fromkeys((DCT + "description", SKOS + "definition", RDFS + "comment"), "description"),
    **dict.fromkeys((SKOS + "exactMatch", OWL + "sameAs", FOAF + "page"), "sameAs"),
    DCT + "identifier": "identifier",
    DCT + "issued": "datePublished",
    DCT + "created": "dateCreated",
    DCT + "modified": "dateModified",
    DCT + "license": "license",
    DCT + "creator": "creator",
    DCT + "publisher": "publisher",
    DCT + "isPartOf": "isPartOf",
    DCT + "hasPart": "hasPart",
    DCT + "subject": "about",
    DCAT + "keyword": "keywords",
    DCAT + "theme": "about",
    PROV + "wasDerivedFrom": "isBasedOn",
}
#: A script ends where HTML finds its end, whatever JSON thinks: these characters are escaped.
_ESCAPES = {ord(character): f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}


def written(iri: str, page: str, facts: Iterable[tuple[str, Value]], language: str, uses: int = 0) -> str:
    """What is said of a thing, as JSON-LD that may stand in a page; `facts` are properties and values.

    `uses` is how many times it is known to be used.
    """
    said: dict[str, list[Value]] = {}
    classes: list[str] = []
    for name, value in facts:
        if name == RDF + "type":
            classes.append(value.text)
        elif (called := _called(name)) is not None:
            said.setdefault(called, []).append(value)
    document: dict[str, Any] = {"@context": "https://schema.org", "@id": iri, "@type": _class(classes), "url": page}
    for name, values in said.items():
        document.setdefault(name, _alone(list(_json(values, language))))
    if uses:
        counter = {"@type": "InteractionCounter", "interactionType": SCHEMA + "UseAction", "userInteractionCount": uses}
        document.setdefault("interactionStatistic", counter)
    return in_script(document)


def in_script(document: Mapping[str, Any]) -> str:
    """A document in JSON that may stand in a page."""
    return json.dumps(document, ensure_ascii=False).translate(_ESCAPES)


def _called(name: str) -> str | None:
    return name.removeprefix(SCHEMA) if name.startswith(SCHEMA) else PROPERTIES.get(name)


def _class(classes: Sequence[str]) -> str | list[str]:
    own = [name.removeprefix(SCHEMA) for name in classes if name.startswith(SCHEMA)]
    return _alone(own) if own else next((CLASSES[name] for name in CLASSES if name in classes), "Thing")


def _json(values: Sequence[Value], language: str) -> Iterator[object]:
    """IRIs as references, and of the texts those of one language, the reader's, else any; each once."""
    texts = [value for value in values if not value.is_iri]
    tags = {value.language for value in texts}
    tag = next((tag for tag in (language, "", *sorted(tags)) if tag in tags), "")
    yield from ({"@id": iri} for iri in dict.fromkeys(value.text for value in values if value.is_iri))
    yield from dict.fromkeys(value.text for value in texts if value.language == tag)


def _alone(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values
