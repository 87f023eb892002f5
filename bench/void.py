"""The counts of a snapshot: what they cost a build, beside rdflib's VoID generator, and what they answer over HTTP.

python bench/void.py [--triples 1000000] [--peer-triples 50000] [--rounds 3] [--seconds 4]

- Counting is timed alone, on the default graph in memory, and held against the whole build; a build counts while it
  writes what it inferred to the disk, so that less than that is added to it.
- `rdflib.void.generateVoID` counts the classes and properties of a smaller graph, ours the same one; neither is timed
  while it reads.
- COUNT of the triples of each property, the variable another each time so that nothing is found in a cache: answered
  from the counts; evaluated (`LIMIT 1` is no form that is counted beforehand); and by the Oxigraph server, on the same
  store. 16 clients, servers taken in turns, the median of the rounds. wrk is needed.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from urllib.parse import quote

from common import BIN, PASSERELLES, arguments, child, graph, header, line, ntriples, run, verdict
from load import wrk
from peers import Server, oxigraph, passerelles

from graph.snapshot.counts import FILE_NAME, count, read
from graph.snapshot.reader import current

NO_BUDGET = {"client_seconds": 1e9, "client_queue_length": 10_000, "queue_length": 10_000}
SHARE, RDFLIB, EVALUATED, OXIGRAPH = 0.10, 2, 2, 1  # the ratios to reach
MANY = 60_000  # more queries than any server answers in a round


def counted(dump: Path, base: str) -> float:
    """The seconds it takes to count a graph that is in memory."""
    import pyoxigraph as ox

    store = ox.Store()
    store.bulk_load(path=str(dump), format=ox.RdfFormat.N_TRIPLES)
    start = time.perf_counter()
    count(store, base)
    return time.perf_counter() - start


def generated(dump: Path) -> float:
    """The seconds it takes rdflib to make the VoID description of a graph that is in memory."""
    import rdflib
    from rdflib.void import generateVoID

    found = rdflib.Graph()
    found.parse(str(dump), format="nt")
    start = time.perf_counter()
    generateVoID(found)
    return time.perf_counter() - start


def questions(properties: list[str], mark: str, end: str = "") -> Iterator[str]:
    """Encoded queries, no two of them alike."""
    for number in range(MANY):
        name = properties[number % len(properties)]
        text = f"SELECT (COUNT(*) AS ?{mark}{number}) WHERE {{ ?s <{name}> ?o . }}{end}"
        yield quote(text, safe="")


def rates(ours: Server, theirs: Server, properties: list[str], rounds: int, seconds: int) -> dict[str, float]:
    """Answers a second, by who gives them."""
    taken: dict[str, list[float]] = {"counted": [], "evaluated": [], "oxigraph": []}
    with tempfile.TemporaryDirectory() as scratch:
        for number in range(rounds):
            for name, server, end in (
                ("counted", ours, ""),
                ("evaluated", ours, " LIMIT 1"),
                ("oxigraph", theirs, ""),
            ):
                lines = questions(properties, f"r{number}{name}", end)
                figures = wrk(server, lines, seconds, Path(scratch))
                if figures.failed or figures.requests > MANY:
                    raise RuntimeError(f"{name}: {figures.failed} failed of {figures.requests}")
                taken[name].append(figures.rate)
    return {name: median(figures) for name, figures in taken.items()}


def main() -> None:
    given = arguments(__doc__, triples=1_000_000, peer_triples=50_000, rounds=3, seconds=4)
    if given.child:
        kind, dump, base = given.child
        print(json.dumps({"counting": counted(Path(dump), base) if kind == "counted" else generated(Path(dump))}))
        return
    header("pyoxigraph", "oxigraph", "rdflib")
    base = "https://w3id.org/passerelles/id/"
    with graph(given.triples, 100) as repository, tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        build = run([PASSERELLES, "build", "--quiet", "--repo", str(repository), "--output", str(scratch / "made")])
        snapshot = current(scratch / "made")
        dump = scratch / "default.nt"
        run([str(BIN / "oxigraph"), "dump", "-l", str(snapshot.store_path), "-f", str(dump), "--graph", "default"])
        counting = run(child("void.py", "counted", dump, base))
        counts = read(snapshot.path)
        if counts is None:
            sys.exit(f"no {FILE_NAME}")
        print(f"{counts.triples:,} triples, {len(counts.properties)} properties, {len(counts.classes)} classes")
        line("build", build.seconds, build.megabytes)
        line("counting alone", counting.said["counting"], counting.megabytes)
        verdict("counting / build", counting.said["counting"] / build.seconds, SHARE)
        with (
            passerelles(repository, snapshot.path, scratch, NO_BUDGET) as ours,
            oxigraph(BIN.parent, snapshot.store_path, scratch) as theirs,
        ):
            found = rates(ours, theirs, sorted(counts.properties), given.rounds, given.seconds)
        for name, rate in found.items():
            print(f"{name:42} {rate:9,.0f} /s")
        verdict("COUNT, counted / evaluated", found["counted"] / found["evaluated"], EVALUATED, at_least=True)
        verdict("COUNT, counted / oxigraph", found["counted"] / found["oxigraph"], OXIGRAPH, at_least=True)
    with graph(given.peer_triples, 100) as repository, tempfile.TemporaryDirectory() as folder:
        dump = Path(folder) / "default.nt"
        triples = ntriples(repository, dump)
        ours, theirs = (run(child("void.py", kind, dump, base)).said["counting"] for kind in ("counted", "generated"))
        print(f"{triples:,} triples: {ours:.3f} s, rdflib {theirs:.3f} s")
        verdict("VoID, rdflib / ours", theirs / ours, RDFLIB, at_least=True)


if __name__ == "__main__":
    main()
