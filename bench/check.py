"""`passerelles check` against reading the same files with pyoxigraph, and against pySHACL on the same shapes.

python bench/check.py [--triples 1000000] [--pyshacl-triples 100000] [--per-file 1] [--runs 3]
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from common import PASSERELLES, arguments, child, graph, header, interleaved, line, run, verdict


def files(repository: Path, *folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from (repository / folder).rglob("*.ttl")


def parse(repository: Path) -> dict[str, float]:
    """Iterate over every triple of every file."""
    import pyoxigraph

    everything = files(repository, "ontology", "shapes", "data")
    return {"triples": sum(1 for path in everything for _ in pyoxigraph.parse(path=str(path)))}


def pyshacl(repository: Path) -> dict[str, float]:
    """Read and validate, as pySHACL does when its own API is used."""
    import pyshacl
    from rdflib import Graph

    start = time.perf_counter()
    shapes, data = Graph(), Graph()
    for path in files(repository, "shapes"):
        shapes.parse(path)
    for path in files(repository, "ontology", "data"):
        data.parse(path)
    read = time.perf_counter()
    conforms, _, _ = pyshacl.validate(data, shacl_graph=shapes, allow_warnings=True, inplace=True)
    validated = time.perf_counter() - read
    return {"triples": len(data), "read": read - start, "validate": validated, "conforms": int(conforms)}


PEERS = {"parse": parse, "pyshacl": pyshacl}


def main() -> None:
    given = arguments(__doc__, triples=1_000_000, pyshacl_triples=100_000, per_file=1, runs=3)
    if given.child:
        print(json.dumps(PEERS[given.child[0]](Path(given.child[1]))))
        sys.exit()
    header("pyoxigraph", "shacl", "pyshacl", "rdflib")
    with graph(given.triples, given.per_file) as large:
        peers = {
            "passerelles check": [PASSERELLES, "check", "--quiet"],
            "pyoxigraph.parse": child("check.py", "parse", large),
        }
        taken = interleaved(peers, given.runs, cwd=large)
    ours, read = taken.values()
    triples = read.said["triples"]
    print(f"{triples:,.0f} triples, {given.per_file} thing(s) a file, median of {given.runs}")
    for name, of in taken.items():
        line(name, of.seconds, of.megabytes)
    verdict("passerelles check / pyoxigraph.parse", ours.seconds / read.seconds, 10)
    if not given.pyshacl_triples:
        return
    with graph(given.pyshacl_triples, given.per_file) as small:
        referee = run(child("check.py", "pyshacl", small))
    line(f"pySHACL, {referee.said['triples']:,.0f} triples", referee.seconds, referee.megabytes)
    extrapolated = referee.seconds * triples / referee.said["triples"]
    print(f"  of which it reads {referee.said['read']:.1f} s and validates {referee.said['validate']:.1f} s;")
    print(f"  extrapolated in proportion to {triples:,.0f} triples: {extrapolated:,.0f} s")
    verdict("pySHACL (extrapolated) / passerelles check", extrapolated / ours.seconds, 50, at_least=True)


if __name__ == "__main__":
    main()
