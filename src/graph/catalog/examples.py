"""The saved queries as SHACL executables, as query editors list them (<https://github.com/sib-swiss/sparql-examples>)."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote

from ..sparql.header import without_header
from ..sparql.library import SavedQuery
from .triples import Triples, literal, ref, texts

PATH = "/.well-known/sparql-examples"
_FORMS = {
    "SELECT": ("sh:SPARQLSelectExecutable", "sh:select"),
    "ASK": ("sh:SPARQLAskExecutable", "sh:ask"),
    "CONSTRUCT": ("sh:SPARQLConstructExecutable", "sh:construct"),
}


def examples(queries: Iterable[SavedQuery], address: str) -> Triples:
    """Every saved query that runs as it is, its parameters being those of its example; SHACL has no DESCRIBE."""
    said = Triples()
    for query in queries:
        values = {each.name: each.examples[0] for each in query.parameters if each.examples}
        if query.form not in _FORMS or query.wrong(values):
            continue
        kind, form = _FORMS[query.form]
        iri = f"{address}/queries/{quote(query.name)}"
        said.type(iri, "sh:SPARQLExecutable", kind)
        said.say(iri, "rdfs:label", *texts(query.title))
        said.say(iri, "rdfs:comment", *texts(query.description or query.title))
        said.say(iri, form, literal(without_header(query.bind(values)).strip()))
        said.say(iri, "schema:target", ref(f"{address}/sparql"))
        said.say(iri, "schema:keywords", *map(literal, query.tags))
    return said
