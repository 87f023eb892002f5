"""Cold processes: the help, the import, and the check of one file of 50 lines against the `pyshacl` command.

`passerelles check FILE` reads the whole repository around the file. The `pyshacl` command gets the same shapes as one
file, and our file with the ontology and its vocabularies in one file: with less, concepts are unknown to it and its
verdict is another (its option -e takes classes and properties from an ontology, not concepts).

python bench/start.py [--runs 7]
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from common import BENCH, BIN, PASSERELLES, arguments, header, interleaved, line, verdict

REPOSITORY = BENCH.parent
LINES = 50
FILE = """@prefix dct: <http://purl.org/dc/terms/> .
@prefix pas: <https://w3id.org/passerelles/ontology#> .

<https://w3id.org/passerelles/id/productions/banc-d-essai>
    a pas:Production ;
    dct:title "Banc d’essai"@fr, "Test bench"@en ;
    dct:type <https://w3id.org/passerelles/id/concepts/kind-document> ;
    pas:licenceStatus <https://w3id.org/passerelles/id/concepts/licence-non-precisee> ;
    dct:source <https://w3id.org/passerelles/id/sources/source-barcamp-2015> ;
    pas:quotation
"""


def merged(out: Path, folder: str) -> Path:
    """The Turtle files of a folder as one file."""
    from rdflib import Graph

    graph = Graph()
    for path in sorted((REPOSITORY / folder).rglob("*.ttl")):
        graph.parse(path)
    graph.serialize(out, format="turtle")
    return out


def main() -> None:
    given = arguments(__doc__, runs=7)
    header("typer", "pyoxigraph", "shacl", "pyshacl", "rdflib")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        # As installed: each peer finds its modules compiled, by the first run where they were not.
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = str(folder / "compiled")
        file = folder / "banc-d-essai.ttl"
        quotations = [f'        "citation {n}"@fr' for n in range(LINES - FILE.count("\n"))]
        file.write_text(FILE + ",\n".join(quotations) + " .\n")
        shapes, ontology = merged(folder / "shapes.ttl", "shapes"), merged(folder / "ontology.ttl", "ontology")
        known = folder / "known.ttl"
        known.write_text(ontology.read_text() + file.read_text())
        peers = {
            "passerelles --help": [PASSERELLES, "--help"],
            "python -c pass": [sys.executable, "-c", "pass"],
            "python -c 'import graph'": [sys.executable, "-c", "import graph"],
            "passerelles check": [PASSERELLES, "check", "--strict", str(file)],
            "pyshacl": [str(BIN / "pyshacl"), "-w", "-s", str(shapes), str(known)],
        }
        taken = interleaved(peers, given.runs, cwd=REPOSITORY)
    print(f"median of {given.runs}; both say the {LINES}-line file conforms (exit status 0)")
    for name, of in taken.items():
        line(name, of.seconds, of.megabytes)
    seconds = {name: of.seconds for name, of in taken.items()}
    verdict("passerelles --help / 200 ms", seconds["passerelles --help"] / 0.2, 1)
    verdict(
        "import graph, beyond python / 30 ms",
        (seconds["python -c 'import graph'"] - seconds["python -c pass"]) / 0.03,
        1,
    )
    verdict("pyshacl / passerelles check", seconds["pyshacl"] / seconds["passerelles check"], 5, at_least=True)


if __name__ == "__main__":
    main()
