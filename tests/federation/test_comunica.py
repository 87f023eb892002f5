"""Comunica, which finds out by itself who knows what, gets from us what the merged data say."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from .queries import CHAIN, PLAIN, PREFIXES

CLIENT = "comunica"
HERE = Path(__file__).parent
MODULES = HERE.parents[1] / ".cache/federation"

pytestmark = pytest.mark.skipif(
    shutil.which("node") is None or not (MODULES / "node_modules/@comunica").is_dir(),
    reason="Comunica is not there: tests/federation/install",
)


def asked(endpoints: list[str], *queries: str) -> list[dict]:
    """What one engine for each query answers, in SPARQL JSON; without endpoints, from a graph of its own."""
    own = {"type": "serialized", "value": "<urn:a> <urn:b> <urn:c> .", "mediaType": "text/turtle", "baseIRI": "urn:own"}
    given = {"sources": [{"type": "sparql", "value": each} for each in endpoints] or [own], "queries": queries}
    done = subprocess.run(
        ["node", HERE / "comunica.mjs", MODULES],
        input=json.dumps(given).encode(),
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


def test_two_of_our_instances_are_joined_as_if_they_were_one(federation, same_rows):
    queries = [PREFIXES + query for query in PLAIN.values()]
    answers = asked([federation.north.sparql, federation.south.sparql], *queries)
    assert {
        name: same_rows(answer, query) for name, answer, query in zip(PLAIN, answers, queries, strict=True)
    } == dict.fromkeys(PLAIN, True)


def test_one_of_ours_and_an_oxigraph_server_are_joined(federation, same_rows):
    query = PREFIXES + "SELECT ?tool ?name { ?t dct:title ?tool ; dct:creator ?a . ?a foaf:name ?name }"
    (answer,) = asked([federation.south.sparql, federation.west.sparql], query)
    assert same_rows(answer, query)


def test_service_names_who_is_asked(federation, same_rows):
    query = CHAIN.format(**federation.addresses)
    (answer,) = asked([], query)
    assert same_rows(answer, query)
