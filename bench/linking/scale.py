"""What proposing costs as catalogues grow: seconds, peak memory, and the ratio from one size to its double.

    python bench/linking/scale.py [--sizes 25000,50000,100000,200000] [--alike 10000]

Each size is a process of its own, which plants the productions of the held-out seed, then proposes; planting is not
counted in the seconds, but is in the memory. `--alike` productions called « Guide » with one address, a tenth of them
of 1 MB, are proposed too: a flood stays within the bound of each production. A peer at 25 000, where it is installed:
every pair's token ratio by RapidFuzz.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from importlib.util import find_spec
from pathlib import Path

from planted import HELD_OUT, planted

sys.path.append(str(Path(__file__).resolve().parent.parent))  # what all benchmarks share
from common import arguments, child, header, line, run, verdict

from graph.linking.productions import Production

SECONDS, MEGABYTES, WHOLE, DOUBLE = 600, 4096, 100_000, 2.5
PEER = 25_000


def proposed(productions: list[Production]) -> dict[str, float]:
    """The seconds, the pairs scored, the proposals, and how many the busiest production has."""
    from graph.linking.proposing import propose

    start = time.perf_counter()
    found = propose(productions)
    seconds = time.perf_counter() - start
    each: dict[str, int] = {}
    for one in found.candidates:
        for iri in (one.source, one.target):
            each[iri] = each.get(iri, 0) + 1
    most = max(each.values(), default=0)
    here, there = (resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    megabytes = here + there * (os.cpu_count() or 1)  # a process a core beside this one, at most
    return {
        "megabytes": megabytes,
        "seconds": seconds,
        "pairs": found.compared,
        "proposals": len(found.candidates),
        "most": most,
        "excess": sum(found.excess.values()),
    }


def alike(count: int) -> list[Production]:
    """Productions that all say the same, one in ten at length."""
    long = "Un guide pour tous les agents. " * 33_000
    return [
        Production(
            iri=f"https://alike.example/{number:06}",
            portal=f"harvest/p{number % 5}",
            titles=(("fr", "Guide"),),
            descriptions=(("fr", f"{number} {long}" if number % 10 == 0 else "Un guide."),),
            urls=("https://www.alike.example/",),
            organisations=(f"https://alike.example/org/{number % 1000}",),
        )
        for number in range(count)
    ]


def peer(size: int) -> dict[str, float]:
    """Every pair's token ratio."""
    from baselines import token_ratio

    productions = planted(size, HELD_OUT).productions
    start = time.perf_counter()
    return {"pairs": len(token_ratio(productions)), "seconds": time.perf_counter() - start}


def main() -> None:
    given = arguments(__doc__, sizes="25000,50000,100000,200000", alike=10_000)
    if given.child:
        kind, size = given.child[0], int(given.child[1])
        if kind == "peer":
            print(json.dumps(peer(size)))
        else:
            print(json.dumps(proposed(alike(size) if kind == "alike" else planted(size, HELD_OUT).productions)))
        return
    header()
    seconds: dict[int, float] = {}
    for size in map(int, given.sizes.split(",")):
        of = run(child("linking/scale.py", "planted", str(size)))
        seconds[size] = of.said["seconds"]
        line(f"{size} productions", of.said["seconds"], of.said["megabytes"])
        counts = {key: int(of.said[key]) for key in ("pairs", "proposals", "excess")}
        print("  {pairs} pairs scored, {proposals} proposals, {excess} left out".format(**counts))
        if size == WHOLE:
            verdict(f"{size}: of {SECONDS} s", of.said["seconds"] / SECONDS, 1)
            verdict(f"{size}: of {MEGABYTES} MB", of.said["megabytes"] / MEGABYTES, 1)
        if size // 2 in seconds:
            verdict(f"{size} to {size // 2}", seconds[size] / seconds[size // 2], DOUBLE)
    if PEER in seconds and find_spec("rapidfuzz"):
        of = run(child("linking/scale.py", "peer", str(PEER)))
        line(f"{PEER}: rapidfuzz, every pair", of.said["seconds"], of.megabytes)
        verdict(f"{PEER}, to rapidfuzz", seconds[PEER] / of.said["seconds"], 1)
    if given.alike:
        of = run(child("linking/scale.py", "alike", str(given.alike)))
        line(f"{given.alike} × « Guide »", of.said["seconds"], of.said["megabytes"])
        counts = {key: int(of.said[key]) for key in ("proposals", "most", "excess")}
        print("  {proposals} proposals, at most {most} of one production, {excess} left out".format(**counts))


if __name__ == "__main__":
    main()
