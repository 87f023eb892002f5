"""Prefixes: CURIE to IRI and back, as `ontology/prefixes.ttl` declares them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

_LOCAL = re.compile(r"[A-Za-z0-9_À-ÖØ-öø-ÿ](?:[\w.À-ÿ-]*[\w-])?\Z")


class PrefixMap(Mapping[str, str]):
    """Prefix to namespace. The longest namespace wins when an IRI is shortened."""

    def __init__(self, pairs: Mapping[str, str] | Iterable[tuple[str, str]] = ()) -> None:
        self._namespaces = dict(sorted(dict(pairs).items()))
        self._longest_first = sorted(self._namespaces.items(), key=lambda pair: -len(pair[1]))

    def __getitem__(self, prefix: str) -> str:
        return self._namespaces[prefix]

    def __iter__(self) -> Iterator[str]:
        return iter(self._namespaces)

    def __len__(self) -> int:
        return len(self._namespaces)

    def shrink(self, iri: str) -> str:
        """`pas:Production` for its IRI; the IRI itself when no prefix fits."""
        for prefix, namespace in self._longest_first:
            if iri.startswith(namespace) and _LOCAL.match(iri, len(namespace)):
                return f"{prefix}:{iri[len(namespace) :]}"
        return iri

    def expand(self, curie: str) -> str | None:
        """The IRI of a CURIE; None when its prefix is unknown."""
        prefix, colon, local = curie.partition(":")
        namespace = self._namespaces.get(prefix)
        return namespace + local if colon and namespace is not None else None


PAS = "https://w3id.org/passerelles/ontology#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
XSD = "http://www.w3.org/2001/XMLSchema#"
SH = "http://www.w3.org/ns/shacl#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
DCT = "http://purl.org/dc/terms/"
FOAF = "http://xmlns.com/foaf/0.1/"
DCAT = "http://www.w3.org/ns/dcat#"
PROV = "http://www.w3.org/ns/prov#"
SSSOM = "https://w3id.org/sssom/"

#: What says that two names are of one thing, and that two things are not one.
IDENTITY = (OWL + "sameAs", SKOS + "exactMatch")
DISTINCTION = (PAS + "distinctFrom", OWL + "differentFrom")

#: What names a thing, the best first.
TITLES = (RDFS + "label", SKOS + "prefLabel", DCT + "title", FOAF + "name", "https://schema.org/name")

#: The standard vocabularies, by the prefix each is best known by.
STANDARD: Mapping[str, str] = {
    "adms": "http://www.w3.org/ns/adms#",
    "cc": "http://creativecommons.org/ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcat": DCAT,
    "dcmitype": "http://purl.org/dc/dcmitype/",
    "dct": DCT,
    "doap": "http://usefulinc.com/ns/doap#",
    "foaf": FOAF,
    "locn": "http://www.w3.org/ns/locn#",
    "odrl": "http://www.w3.org/ns/odrl/2/",
    "org": "http://www.w3.org/ns/org#",
    "owl": OWL,
    "prov": PROV,
    "rdf": RDF,
    "rdfs": RDFS,
    "schema": "https://schema.org/",
    "sh": SH,
    "skos": SKOS,
    "vann": "http://purl.org/vocab/vann/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "void": "http://rdfs.org/ns/void#",
    "xsd": XSD,
}
#: What a file may mean by a prefix that it does not declare.
COMMON: Mapping[str, str] = {**STANDARD, "pas": PAS}
