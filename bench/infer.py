"""Our inference against owlrl on the same graph; both graphs are loaded before the clock starts.

owlrl computes the whole of OWL 2 RL, our rules what our ontology uses; tests compare the entailments.

python bench/infer.py [--triples 1000000] [--owlrl-triples 100000] [--runs 3]
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from common import BENCH, arguments, child, graph, header, interleaved, line, ntriples, verdict

RULES = BENCH.parent / "ontology" / "rules"


def passerelles(file: Path) -> dict[str, float]:
    """Our rules on a store in memory, as a build runs them."""
    import pyoxigraph

    from graph.inference import infer, load_rules

    rules = load_rules(RULES)
    graph = pyoxigraph.Store()
    graph.bulk_load(path=str(file))
    start = time.perf_counter()
    result = infer(graph, rules)
    return {"seconds": time.perf_counter() - start, "inferred": len(result.triples), "rounds": result.rounds}


def owlrl(file: Path) -> dict[str, float]:
    """OWL 2 RL by owlrl on rdflib."""
    import owlrl
    from rdflib import Graph

    graph = Graph().parse(str(file), format="nt11")
    before = len(graph)
    start = time.perf_counter()
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    return {"seconds": time.perf_counter() - start, "inferred": len(graph) - before, "rounds": 0}


PEERS = {"passerelles": passerelles, "owlrl": owlrl}


def measure(triples: int, names: tuple[str, ...], runs: int) -> dict[str, float]:
    with graph(triples, per_file=1000) as repository:
        file = repository / "graph.nt"
        count = ntriples(repository, file)
        taken = interleaved({name: child("infer.py", name, file) for name in names}, runs)
    print(f"{count:,} triples, median of {runs}")
    for name, of in taken.items():
        line(f"{name}: {of.said['inferred']:,.0f} triples inferred", of.said["seconds"], of.megabytes)
    return {name: of.said["seconds"] for name, of in taken.items()}


def main() -> None:
    given = arguments(__doc__, triples=1_000_000, owlrl_triples=100_000, runs=3)
    if given.child:
        print(json.dumps(PEERS[given.child[0]](Path(given.child[1]))))
        sys.exit()
    header("pyoxigraph", "owlrl", "rdflib")
    if given.triples:
        measure(given.triples, ("passerelles",), given.runs)
    if given.owlrl_triples:
        small = measure(given.owlrl_triples, ("passerelles", "owlrl"), given.runs)
        verdict("owlrl / passerelles", small["owlrl"] / small["passerelles"], 20, at_least=True)


if __name__ == "__main__":
    main()
