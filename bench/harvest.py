"""A harvest of 496 services in Markdown with a YAML front matter, cold and when nothing changed.

Beside it, the same files read by PyYAML alone, and mapped with rdflib to the same properties: no process of its own for
what others wrote, no shapes, no provenance, no state.

python bench/harvest.py [--runs 3] [--catalogue FOLDER]
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

from common import BENCH, PASSERELLES, arguments, child, header, interleaved, line, verdict

REPOSITORY = BENCH.parent
SHARED = Path(os.environ.get("PASSERELLES_SHARED") or REPOSITORY.parent / "shared")
CATALOGUE = SHARED / "real" / "betagouv" / "startups"
COLD, UNCHANGED = 10.0, 1.0  # seconds


def matters(folder: Path) -> list[tuple[str, dict]]:
    """The front matter of each file, by the name of the file."""
    import yaml

    texts = [(path.stem, path.read_text()) for path in sorted(folder.iterdir())]
    return [(name, yaml.load(text.split("\n---", 1)[0], Loader=yaml.CSafeLoader)) for name, text in texts]


def mapped(folder: Path, out: Path) -> int:
    """The services as rdflib writes them."""
    from rdflib import DCAT, DCTERMS, FOAF, RDF, XSD, Graph, Literal, Namespace, URIRef

    pas, portal = Namespace("https://w3id.org/passerelles/ontology#"), "https://w3id.org/passerelles/id/harvest/beta/"
    graph = Graph()
    for name, matter in matters(folder):
        thing = URIRef(f"{portal}startups/{name}")
        phases = sorted(matter["phases"], key=lambda phase: str(phase["start"]))
        said = [
            (RDF.type, pas.Production),
            (RDF.type, pas.Innovation),
            (DCTERMS.title, Literal(matter["title"], lang="fr")),
            (DCTERMS.description, Literal(matter["mission"], lang="fr")),
            (DCTERMS.identifier, Literal(name)),
            (DCTERMS.publisher, URIRef(f"{portal}incubators/{matter['incubator']}")),
            (DCTERMS.created, Literal(str(phases[0]["start"]), datatype=XSD.date)),
            (pas.stage, Literal(phases[-1]["name"])),
            *((pas.commissionedBy, URIRef(portal + path[1:])) for path in matter.get("sponsors") or ()),
            *((DCAT.keyword, Literal(theme, lang="fr")) for theme in matter.get("thematiques") or ()),
            *((DCTERMS.audience, Literal(user)) for user in matter.get("usertypes") or ()),
            *((FOAF.page, URIRef(matter[key].strip())) for key in ("link", "repository") if matter.get(key)),
        ]
        for predicate, value in said:
            graph.add((thing, predicate, value))
    graph.serialize(out, format="turtle")
    return len(graph)


def peer(words: list[str]) -> None:
    """One peer, in its own process."""
    name, folder, *out = words
    count = len(matters(Path(folder))) if name == "yaml" else mapped(Path(folder), Path(out[0]))
    print(json.dumps({"count": count}))


def main() -> None:
    given = arguments(__doc__, runs=3, catalogue=str(CATALOGUE))
    if given.child:
        peer(given.child)
        return
    header("pyoxigraph", "pyyaml", "rdflib", "shacl")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        for name in ("ontology", "shapes", "mappings", "data/licences"):
            shutil.copytree(REPOSITORY / name, folder / "graph" / name)
        shutil.copy(REPOSITORY / "passerelles.toml", folder / "graph")
        ours = [PASSERELLES, "--repo", str(folder / "graph"), "harvest", given.catalogue, "--quiet", "--into"]
        cold = f'rm -rf {folder}/graph/.passerelles {folder}/graph/data/harvest; exec "$0" "$@"'
        taken = interleaved(
            {
                "harvest, cold": ["sh", "-c", cold, *ours, "cold"],
                "harvest, unchanged": [*ours, "cold"],
                "read by PyYAML alone": child("harvest.py", "yaml", given.catalogue),
                "mapped with rdflib": child("harvest.py", "rdflib", given.catalogue, folder / "out.ttl"),
                "python -c pass": [sys.executable, "-c", "pass"],
            },
            given.runs,
        )
    print(f"median of {given.runs}")
    for name, of in taken.items():
        line(name, of.seconds, of.megabytes)
    seconds = {name: of.seconds for name, of in taken.items()}
    verdict(f"harvest, cold: of {COLD:g} s", seconds["harvest, cold"] / COLD, 1)
    verdict(f"harvest, unchanged: of {UNCHANGED:g} s", seconds["harvest, unchanged"] / UNCHANGED, 1)
    verdict("harvest, cold, to mapping with rdflib", seconds["harvest, cold"] / seconds["mapped with rdflib"], 8)
    verdict("harvest, unchanged, to PyYAML alone", seconds["harvest, unchanged"] / seconds["read by PyYAML alone"], 1.5)


if __name__ == "__main__":
    main()
