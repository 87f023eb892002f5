"""The pictures of the whole graph at a million triples: what they cost of a build, how large they are, who lays out.

python bench/pictures.py [--triples 1000000] [--per-file 20] [--runs 3] [--repository DIR]

- The share is the processor time of drawing alone, in a process of its own, over that of the whole build.
- Circles are placed by our packing and, beside it, by the force layout of networkx where it is installed: time, and
  how long the ties are in all, over the length of the same ties with circles placed in rows.
- The neighbourhood of a thing is read from the store in process: of the greatest hub, and of things drawn at random.
- `--repository` is a graph that has been generated before.
"""

from __future__ import annotations

import json
import random
import resource
import tempfile
import time
from contextlib import nullcontext
from importlib.util import find_spec
from itertools import combinations
from math import ceil, dist, sqrt
from pathlib import Path
from statistics import median, quantiles

from common import PASSERELLES, arguments, child, graph, header, run, verdict

SHARE, BYTES, NEAR_MS = 0.03, 200_000, 5  # the figures to reach


def _in_force(repository: Path):  # noqa: ANN202 - what a snapshot is, pyoxigraph says when it is needed
    from pyoxigraph import Store

    from graph import config
    from graph.snapshot.reader import current

    snapshot = current(config.load(repository).build_folder)
    return snapshot, Store.read_only(str(snapshot.store_path))


def drawing(repository: Path, folder: Path) -> dict[str, float]:
    """How long the pictures take, and how large the largest is."""
    from graph.pictures.writing import write
    from graph.search.facets import Facets

    snapshot, store = _in_force(repository)
    start, worked = time.perf_counter(), time.process_time()
    write(store, snapshot.manifest.base, Facets.read(snapshot.search_path), folder / "pictures")
    seconds, worked = time.perf_counter() - start, time.process_time() - worked
    return {
        "seconds": seconds,
        "worked": worked,
        "bytes": max(path.stat().st_size for path in (folder / "pictures").glob("*.svg")),
    }


def near(repository: Path) -> dict[str, float]:
    """Processor milliseconds of reading the neighbours of the greatest hubs, and of any thing."""
    from graph.relay.kinds import Kinds
    from graph.relay.neighbours import Neighbours
    from graph.snapshot.counts import read

    snapshot, store = _in_force(repository)
    sizes = {iri: each.triples for iri, each in read(snapshot.path).properties.items()}
    neighbours = Neighbours(store, Kinds.read(store), sizes)
    counted = "SELECT ?o (COUNT(*) AS ?n) { ?s ?p ?o FILTER(ISIRI(?o)) } GROUP BY ?o ORDER BY DESC(?n) LIMIT 5"
    hubs = [(row["o"].value, int(row["n"].value)) for row in store.query(counted)]
    things = [row["s"].value for row in store.query("SELECT DISTINCT ?s { ?s a ?type FILTER(ISIRI(?s)) } LIMIT 20000")]
    draw = random.Random(7)

    def milliseconds(iri: str) -> float:
        start = time.process_time()
        neighbours.of(iri, 24)
        return 1000 * (time.process_time() - start)

    any_thing = [milliseconds(iri) for iri in draw.sample(things, min(2_000, len(things)))]
    return {
        "greatest": hubs[0][1],
        "hub": max(median(milliseconds(iri) for _ in range(20)) for iri, _ in hubs),
        "p50": median(any_thing),
        "p99": quantiles(any_thing, n=100)[98],
    }


def layouts() -> None:
    """Our packing beside a force layout, on two dozen circles with ties drawn at random."""
    from graph.pictures.packing import packed

    draw = random.Random(7)
    radii = sorted((draw.uniform(14, 90) for _ in range(24)), reverse=True)
    pairs = draw.sample([*combinations(range(24), 2)], 80)
    ties = {pair: draw.paretovariate(1) for pair in pairs}
    rows = ceil(sqrt(len(radii)))
    grid = [(180.0 * (number % rows), 180.0 * (number // rows)) for number in range(len(radii))]
    start = time.perf_counter()
    ours = packed(radii, ties)
    taken = time.perf_counter() - start
    reference = _length(grid, ties)
    print(f"packing: {1000 * taken:.0f} ms, ties {_length(ours, ties) / reference:.2f} of those in rows, no overlap")
    if find_spec("networkx") is None:
        print("networkx is not installed: no peer")
        return
    import networkx as nx

    start = time.perf_counter()
    made = nx.Graph([(*pair, {"weight": tie}) for pair, tie in ties.items()])
    found = nx.spring_layout(made, seed=7, scale=400)
    taken = time.perf_counter() - start
    places = [tuple(found[number]) if number in found else (0.0, 0.0) for number in range(24)]
    over = sum(dist(places[a], places[b]) < radii[a] + radii[b] for a, b in combinations(range(24), 2))
    length = _length(places, ties) / reference
    print(f"networkx spring_layout: {1000 * taken:.0f} ms, ties {length:.2f} of those in rows, {over} overlaps to undo")


def _length(places: list, ties: dict) -> float:
    return sum(tie * dist(places[one], places[other]) for (one, other), tie in ties.items())


def worked() -> float:
    """The processor seconds of every child until now."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    given = arguments(__doc__, triples=1_000_000, per_file=20, runs=3, repository="")
    if given.child:
        what, repository, *folder = given.child
        told = drawing(Path(repository), Path(*folder)) if what == "drawing" else near(Path(repository))
        print(json.dumps(told))
        return
    header("pyoxigraph")
    made = nullcontext(Path(given.repository)) if given.repository else graph(given.triples, given.per_file)
    with made as repository, tempfile.TemporaryDirectory() as scratch:
        before = worked()
        run([PASSERELLES, "build", "--quiet", "--repo", str(repository)])
        building = worked() - before
        runs = []
        for number in range(given.runs):
            folder = Path(scratch) / str(number)
            folder.mkdir()
            runs.append(run(child("pictures.py", "drawing", repository, folder)).said)
        drawn = median(each["worked"] for each in runs)
        print(f"processor: build {building:.1f} s, pictures {drawn:.2f} s")
        verdict("pictures / build, processor time", drawn / building, SHARE)
        verdict("bytes of the largest picture / 200,000", runs[0]["bytes"] / BYTES, 1)
        told = run(child("pictures.py", "near", repository)).said
        print(f"neighbours of any thing: p50 {told['p50']:.2f} ms, p99 {told['p99']:.2f} ms")
        verdict(f"ms, neighbours of the greatest hubs ({told['greatest']:,.0f} statements)", told["hub"], NEAR_MS)
    layouts()


if __name__ == "__main__":
    main()
