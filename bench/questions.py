"""The questions asked of a graph, and the rows that answer them."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from peers import Server

PREFIXES = """PREFIX dct: <http://purl.org/dc/terms/>
PREFIX pas: <https://w3id.org/passerelles/ontology#>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""
POINTS = (
    "?p ?o",
    "a ?o",
    *(
        f"<http://purl.org/dc/terms/{term}> ?o"
        for term in ("title", "source", "type", "issued", "license", "creator", "subject")
    ),
)
ANALYTIC = {  # what an analyst asks of the whole graph; CONSTANT is what changes
    "aggregation": """SELECT ?kind (COUNT(?work) AS ?n) (MAX(?day) AS ?last) WHERE {
        ?work dct:type ?kind ; dct:issued ?day FILTER(?day >= "CONSTANT"^^xsd:date)
    } GROUP BY ?kind""",
    "property path": """SELECT ?kind (COUNT(*) AS ?n) WHERE {
        ?work dct:issued ?day FILTER(?day >= "CONSTANT"^^xsd:date)
        ?work (prov:wasDerivedFrom|pas:inspiredBy)+ ?origin . ?origin dct:type ?kind
    } GROUP BY ?kind""",
    "text filter, CONTAINS": 'SELECT ?s ?t WHERE { ?s dct:title ?t FILTER(CONTAINS(LCASE(STR(?t)), "(CONSTANT")) }',
    "text filter, REGEX": r'SELECT ?s ?t WHERE { ?s dct:title ?t FILTER(REGEX(?t, "rochefort.*\\(CONSTANT", "i")) }',
    "every title": "SELECT ?s ?t WHERE { ?s dct:title ?t FILTER(?s != <CONSTANT>) }",
}


@dataclass
class Questions:
    """The queries over one store, encoded, none given twice: what was taken is gone."""

    store: Path
    random: Random = field(default_factory=lambda: Random(7))

    def __post_init__(self) -> None:
        subjects = self.column("SELECT DISTINCT ?x WHERE { ?x dct:title ?t }")
        works = self.column("SELECT DISTINCT ?x WHERE { ?x a pas:Innovation }")
        numbers = [str(number) for number in range(1, len(works) // 10)]
        constants = dict(zip(ANALYTIC, (days(2015, 2026), days(2023, 2025), numbers, numbers, works), strict=True))
        points = [f"SELECT * WHERE {{ <{subject}> {point} }}" for subject in subjects for point in POINTS]
        self.kinds = {"point": points}
        for kind, text in ANALYTIC.items():
            self.kinds[kind] = [PREFIXES + text.replace("CONSTANT", constant) for constant in constants[kind]]
        self.encoded = {}
        for kind, texts in self.kinds.items():
            self.random.shuffle(texts)
            self.encoded[kind] = (quote(text, safe="") for text in texts)

    def column(self, query: str) -> list[str]:
        """The values of a query's only variable."""
        from pyoxigraph import Store

        return sorted(row[0].value for row in Store.read_only(str(self.store)).query(PREFIXES + query))

    def one(self, kind: str) -> str:
        """A query not given yet."""
        return next(self.encoded[kind])

    def rounds(self, kind: str, count: int) -> list[list[str]]:
        """All that is left, dealt in `count` rounds."""
        left = list(self.encoded[kind])
        return [left[number::count] for number in range(count)]


def days(start: int, end: int) -> list[str]:
    months = [f"{year}-{month:02}" for year in range(start, end) for month in range(1, 13)]
    return [f"{month}-{day:02}" for month in months for day in range(1, 29)]


def dumped(store: Path, out: Path) -> Path:
    """The default graph as N-Triples."""
    from pyoxigraph import DefaultGraph, RdfFormat, Store

    Store.read_only(str(store)).dump(str(out), RdfFormat.N_TRIPLES, from_graph=DefaultGraph())
    return out


def rows(server: Server, encoded: str) -> Counter[tuple[str, ...]]:
    """The solutions of a query, in no order, their terms as N-Triples writes them: xsd:string is a plain literal."""
    with server.connect() as connection:
        answer = connection.get(encoded)
    if answer.status >= 400:  # noqa: PLR2004 - the first error status
        raise RuntimeError(f"{server.name}: {answer.status} {answer.body[:500]!r}")
    found = json.loads(answer.body)
    return Counter(
        tuple(_term(row[name]) if name in row else "" for name in sorted(found["head"]["vars"]))
        for row in found["results"]["bindings"]
    )


def _term(term: dict[str, str]) -> str:
    kind = "iri" if term["type"] == "uri" else "literal"
    datatype = term.get("datatype", "").removeprefix("http://www.w3.org/2001/XMLSchema#string")
    return " ".join((kind, term["value"], term.get("xml:lang", "").lower(), datatype))
