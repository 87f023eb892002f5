"""What is compared of two things, by the common vocabularies: for who reviews a link, and for who compares two."""

from __future__ import annotations

from collections.abc import Mapping

from ..namespaces import DCAT, DCT, FOAF, PAS, PROV, SKOS

_SCHEMA = "https://schema.org/"
_DOAP = "http://usefulinc.com/ns/doap#"
#: The properties of each field, in this order, by the end of the key of its sentence.
FIELDS: Mapping[str, tuple[str, ...]] = {
    "description": (DCT + "description", _SCHEMA + "description", _DOAP + "shortdesc", SKOS + "definition"),
    "organisation": (DCT + "creator", DCT + "publisher", PAS + "commissionedBy", _SCHEMA + "organizer"),
    "kind": (DCT + "type", PAS + "toolKind", PAS + "toolFamily"),
    "stage": (PAS + "stage",),
    "theme": (DCT + "subject", DCAT + "theme", DCAT + "keyword"),
    "audience": (DCT + "audience",),
    "place": (DCT + "spatial", _SCHEMA + "location"),
    "date": (DCT + "issued", DCT + "created", DCT + "modified", _SCHEMA + "startDate"),
    "origin": (PROV + "wasGeneratedBy", DCT + "isPartOf"),
    "tool": (PAS + "usesTool",),
    "need": (PAS + "fulfils",),
    "identifier": (DCT + "identifier", _SCHEMA + "identifier"),
    "page": (_SCHEMA + "codeRepository", DCAT + "landingPage", FOAF + "page", FOAF + "homepage", _SCHEMA + "url"),
    "licence": (DCT + "license",),
    "source": (DCT + "source",),
}
#: Those of which every property tells; of the others, the first that has a value.
ALL_PROPERTIES = frozenset(("organisation", "theme", "date", "origin", "page"))
