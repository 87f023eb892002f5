"""The only table of media types: what we read and write, under which names and suffixes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Family = Literal["graph", "dataset", "results"]


@dataclass(frozen=True, slots=True, eq=False)
class Format:
    """A syntax. `name` is the file suffix; `aliases` are other names clients use for it."""

    name: str
    media_type: str
    family: Family
    label: str
    aliases: tuple[str, ...] = ()
    other_media_types: tuple[str, ...] = ()
    iri: str | None = None

    @property
    def media_types(self) -> tuple[str, ...]:
        """Every media type that asks for this syntax, the registered one first."""
        return (self.media_type, *self.other_media_types)


_W3C = "http://www.w3.org/ns/formats/"

TURTLE = Format("ttl", "text/turtle", "graph", "Turtle", ("turtle",), ("application/x-turtle",), _W3C + "Turtle")
N_TRIPLES = Format(
    "nt", "application/n-triples", "graph", "N-Triples", ("ntriples", "n-triples"), (), _W3C + "N-Triples"
)
JSON_LD = Format("jsonld", "application/ld+json", "graph", "JSON-LD", ("json-ld",), (), _W3C + "JSON-LD")
RDF_XML = Format(
    "rdf", "application/rdf+xml", "graph", "RDF/XML", ("rdf+xml", "rdfxml", "rdf-xml"), (), _W3C + "RDF_XML"
)
N_QUADS = Format("nq", "application/n-quads", "dataset", "N-Quads", ("nquads", "n-quads"), (), _W3C + "N-Quads")
TRIG = Format("trig", "application/trig", "dataset", "TriG", (), (), _W3C + "TriG")

RESULTS_JSON = Format(
    "json",
    "application/sparql-results+json",
    "results",
    "JSON",
    ("srj", "sparql-results+json"),
    ("application/json",),
    _W3C + "SPARQL_Results_JSON",
)
RESULTS_XML = Format(
    "xml",
    "application/sparql-results+xml",
    "results",
    "XML",
    ("srx", "sparql-results+xml"),
    ("application/xml", "text/xml"),
    _W3C + "SPARQL_Results_XML",
)
RESULTS_CSV = Format("csv", "text/csv", "results", "CSV", (), (), _W3C + "SPARQL_Results_CSV")
RESULTS_TSV = Format(
    "tsv", "text/tab-separated-values", "results", "TSV", (), ("text/tsv",), _W3C + "SPARQL_Results_TSV"
)

GRAPH_FORMATS = (TURTLE, N_TRIPLES, JSON_LD, RDF_XML)
DATASET_FORMATS = (N_QUADS, TRIG)
RESULTS_FORMATS = (RESULTS_JSON, RESULTS_XML, RESULTS_CSV, RESULTS_TSV)
FORMATS = GRAPH_FORMATS + DATASET_FORMATS + RESULTS_FORMATS


def by_name(name: str, among: tuple[Format, ...] = FORMATS) -> Format | None:
    """The format of a suffix, an alias or a media type, whatever its case; None when unknown."""
    wanted = name.strip().lower()
    for candidate in among:
        if wanted == candidate.name or wanted in candidate.aliases or wanted in candidate.media_types:
            return candidate
    return None
