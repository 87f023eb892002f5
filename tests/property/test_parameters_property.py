"""Whatever is given to a parameter of a saved query is refused, or comes back as that value and nothing else."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.config import Limits
from graph.errors import MalformedQuery
from graph.namespaces import RDF, XSD
from graph.sparql.guard import inspect
from graph.sparql.header import TYPES
from graph.sparql.library import read_query
from graph.sparql.terms import PATTERNS

SYNTAX = st.text(st.sampled_from("\"'\\{}()<>@^#?$.;,|&!*+-_:/ \t\n\r\x00\u2028éa1") | st.characters(codec="utf-8"))
BODIES = (
    "SELECT ?p { VALUES ?p { UNDEF } }",
    "SELECT ?p { BIND(1 AS ?x) }",
    'SELECT ?p ?q { { SELECT ?p { VALUES ?p { UNDEF } } } VALUES ?p { UNDEF } BIND("}" AS ?q) } # VALUES ?p { UNDEF }',
)


@pytest.mark.parametrize("kind", TYPES)
@given(value=SYNTAX | st.from_regex("|".join(PATTERNS.values()), fullmatch=True), body=st.sampled_from(BODIES))
def test_a_value_is_refused_or_comes_back_as_it_is(kind, value, body):
    text = f"#+ params: {{ p: {{ type: {kind} }} }}\n{body}"
    query = read_query(Path("q.rq"), content=text.encode())
    try:
        bound = query.bind({"p": value})
    except MalformedQuery:
        assert value.strip()
        assert kind != "string"
        return
    inspect(bound, Limits())
    [row] = ox.Store().query(bound)
    found = row["p"]
    if not value.strip():
        assert found is None
    elif kind == "iri":
        assert found == ox.NamedNode(value.strip())
    elif kind == "langString":
        text, _, language = value.rpartition("@")
        assert (found.value, found.language.lower()) == (text, language.lower())
        assert found.datatype.value == RDF + "langString"
    else:
        assert found.datatype.value == XSD + kind
        if kind == "string":
            assert found.value == value
