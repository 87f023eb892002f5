"""What `/conformance` says of this version's tests is what they find: APPROVE=1 writes it again."""

from __future__ import annotations

import json
import os
import re

import dcat_ap
import pyoxigraph as ox
import test_graph_store_http as graph_store
import test_shacl10 as shacl
import test_sparql_http as sparql
import test_turtle11 as turtle
from published import ROOT, answers, built
from suite import known_failures, require

from graph.catalog import conformance

FILE = ROOT / "src/graph/catalog/recorded.json"
W3C = "https://w3c.github.io/rdf-tests/"


def suites() -> list[dict]:
    known = {**sparql.REFUSED, **known_failures("answered", file=sparql.KNOWN)}
    queries = {
        suite: [case.iri for case in sparql.QUERIES if case.name.startswith(f"{suite}/")] for suite in sparql.SUITES
    }
    return [
        entry("turtle", "RDF 1.1 Turtle", W3C, [iri for iri, *_ in turtle.ENTRIES], known_failures(turtle.SUITE)),
        entry("shacl", "SHACL 1.0", shacl.BASE, [iri for iri, _ in shacl.ENTRIES], known_failures("shacl10", "shacl")),
        entry("sparql11", "SPARQL 1.1", W3C, queries["sparql11"], known),
        entry("sparql12", "SPARQL 1.2", W3C, queries["sparql12"], known),
        entry(
            "graph-store", "SPARQL 1.1 Graph Store HTTP Protocol", W3C, list(graph_store.TESTS),
            known_failures("graph-store", file=graph_store.KNOWN),
        ),
    ]  # fmt: skip


def entry(name: str, title: str, source: str, tests: list[str], known: dict[str, str]) -> dict:
    failing = {iri: known[iri] for iri in sorted(set(tests) & set(known))}
    return {"name": name, "title": title, "source": source, "tests": len(tests), "failing": failing}


def shapes(catalogue: bytes, feed: bytes) -> list[dict]:
    """What the shapes of the specifications find in the catalogue, and in the feed, of this repository's own graph."""
    titles = {"cpsv-ap": "CPSV-AP 3.2.0", "cpov": "CPOV-AP 2.1.2", "feeds": "LDES DCAT-AP Feeds"}
    names = [*dcat_ap.DCAT_AP, "vocabularies", "cpsv-ap", "cpov", "feeds"]
    about = dict.fromkeys(names, catalogue) | {"feeds": feed}
    found = {name: {without_focus(line) for line in dcat_ap.validate(about[name], name)} for name in names}
    return [
        {
            "name": name,
            "title": titles.get(name, "DCAT-AP 3.0.1"),
            "files": [path.removeprefix("dcat-ap-3.0.1/html/") for path in dcat_ap.PROFILES[name]],
            "found": sorted(found[name]),
        }
        for name in names
    ]


def merged(nquads: bytes) -> bytes:
    """The triples of every graph of a dataset."""
    quads = ox.parse(nquads, ox.RdfFormat.N_QUADS)
    return ox.serialize([quad.triple for quad in quads], format=ox.RdfFormat.N_TRIPLES)


def without_focus(line: str) -> str:
    """What is found, whatever it is about: severity, constraint, property."""
    severity, component, _, path, *_ = line.split()
    return f"{severity} {component} {path}"


def test_what_is_recorded_is_what_the_tests_find(tmp_path):
    for suite in (turtle.SUITE, shacl.SUITE, *sparql.SUITES, dcat_ap.SUITE):
        require(suite)
    ours = built(ROOT, tmp_path)
    [catalogue] = answers(*ours, ["/catalog.ttl"])
    [root] = answers(*ours, ["/feed"], "application/n-quads")
    pages = sorted(set(re.findall(rb"tree#node> <([^>]+)>", root.content)))
    feed = b"".join(page.content for page in answers(*ours, [page.decode() for page in pages], "application/n-quads"))
    found = {"suites": suites(), "shapes": shapes(catalogue.content, merged(feed))}
    if os.environ.get("APPROVE"):
        FILE.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    assert conformance.recorded.__wrapped__() == found, "APPROVE=1 writes it again"
