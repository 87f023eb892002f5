"""What it costs to say where: the check of a large file with many violations, against the same check without places.

One file of so many megabytes, so many violations of five kinds in it, evenly spread. The peer is the same run whose
findings stay on the file: nothing is searched for, read again or lexed.

python bench/located.py [--megabytes 10] [--violations 1000] [--runs 5]
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from common import arguments, child, header, interleaved, line, verdict

CONFIGURATION = """[graph]
title = { fr = "Essai", en = "Trial" }
publisher = "https://example.org/"
licence = "https://example.org/licence"
base = "https://example.org/id/"
graph_base = "https://example.org/graph/"

[lint]
policy = "off"
"""
ONTOLOGY = """@prefix ex: <https://example.org/ontology#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
ex: a owl:Ontology .
ex:Tool a owl:Class .
"""
SHAPES = """@prefix dct: <http://purl.org/dc/terms/> .
@prefix ex: <https://example.org/ontology#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
ex:ToolShape a sh:NodeShape ; sh:targetClass ex:Tool ;
    sh:property [ sh:path dct:title ; sh:minCount 1 ; sh:uniqueLang true ; sh:datatype rdf:langString ],
        [ sh:path dct:description ; sh:pattern "^Ce que fait" ],
        [ sh:path dct:issued ; sh:maxCount 1 ; sh:datatype xsd:gYear ],
        [ sh:path dct:relation ; sh:class ex:Tool ] .
"""
PREFIXES = """@prefix dct: <http://purl.org/dc/terms/> .
@prefix ex: <https://example.org/ontology#> .
@prefix id: <https://example.org/id/tools/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
DESCRIPTION = "Ce que fait l’outil numéro {n}, en une phrase assez longue pour ressembler à une vraie fiche."
TITLE, ISSUED, RELATION = 'dct:title "Outil {n}"@fr, "Tool {n}"@en ;', 'dct:issued "2018"^^xsd:gYear ;', "id:tool-0"
TOOL = """
id:tool-{n}
    a ex:Tool ;
    {title}
    dct:description "{description}"@fr ;
    {issued}
    dct:relation {relation} .
"""
FAULTS = (
    {"title": ""},
    {"description": "Rien de ce que l’on attend."},
    {"issued": "dct:issued 2018 ;"},
    {"issued": 'dct:issued "2018"^^xsd:gYear, "2019"^^xsd:gYear ;'},
    {"relation": "ex:nothing-{n}"},
)


def repository(folder: Path, size: int, violations: int) -> None:
    """A repository of one data file of `size` bytes."""
    tools = size // len(tool(10_000, {}).encode())
    every = tools // violations
    texts = [PREFIXES]
    for n in range(tools):
        faulty = n % every == 0 and n // every < violations
        texts.append(tool(n, FAULTS[n // every % len(FAULTS)] if faulty else {}))
    for name, text in (
        ("passerelles.toml", CONFIGURATION),
        ("ontology/trial.ttl", ONTOLOGY),
        ("shapes/tool.ttl", SHAPES),
        ("data/tools/all.ttl", "".join(texts)),
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def tool(n: int, fault: dict[str, str]) -> str:
    parts = {"title": TITLE, "issued": ISSUED, "relation": RELATION, "description": DESCRIPTION} | fault
    return TOOL.format(n=n, **{name: text.format(n=n) for name, text in parts.items()})


def located(root: Path) -> dict[str, float]:
    """The check as it is."""
    from graph import config, gate

    found = gate.check(config.load(root)).diagnostics
    return {"found": len(found), "placed": sum(one.location.line > 1 for one in found)}


def unlocated(root: Path) -> dict[str, float]:
    """The same, its findings left on their file."""
    from graph import gate
    from graph.diagnostics import Diagnostic, Location, Severity
    from graph.shacl.located import Found, Locator
    from graph.texts import Text
    from graph.turtle.anchors import Anchor

    def bare(locator: Locator, path: Path, *_: object) -> object:
        for result in locator.validator(path):
            message = Text(wordings={"": result.component})
            yield Found((Diagnostic(Location("data"), Severity.ERROR, "PAS100", message), Anchor()), frozenset())

    gate.placed = lambda findings, *_: (diagnostic for diagnostic, _ in findings)
    Locator.located = bare
    return located(root)


PEERS = {"located": located, "unlocated": unlocated}


def main() -> None:
    given = arguments(__doc__, megabytes=10, violations=1000, runs=5)
    if given.child:
        print(json.dumps(PEERS[given.child[0]](Path(given.child[1]))))
        sys.exit()
    header("pyoxigraph", "shacl")
    with tempfile.TemporaryDirectory(prefix="passerelles-bench-") as folder:
        root = Path(folder)
        repository(root, given.megabytes * 10**6, given.violations)
        taken = interleaved({name: child("located.py", name, root) for name in PEERS}, given.runs)
    print(f"{given.megabytes} MB, {given.violations} faults, median of {given.runs}")
    for name, of in taken.items():
        print(f"{name}: {of.said['found']:.0f} findings, {of.said['placed']:.0f} with a line")
        line(name, of.seconds, of.megabytes)
    ratio = taken["located"].seconds / taken["unlocated"].seconds
    verdict("located / unlocated", ratio, 4)


if __name__ == "__main__":
    main()
