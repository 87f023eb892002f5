"""Formatting one Turtle file against rdflib reading and writing it; both start from the same text, in memory.

rdflib loses the comments and does not check what it wrote; ours keeps them and compares the triples. `fmt --diff` of
the whole repository is timed beside, cold.

python bench/fmt.py [--megabytes 10] [--rdflib-megabytes 2] [--runs 3]
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from turtle import document

from common import BENCH, PASSERELLES, arguments, child, header, interleaved, line, run, verdict

BASE = "https://w3id.org/passerelles/graph/bench"
MEGABYTE = 1_000_000


def passerelles() -> Callable[[str], str]:
    """Our layout in the style of our repository, its patterns compiled."""
    from graph.config import load
    from graph.style import style_of
    from graph.turtle.format import format_turtle

    style = style_of(load(BENCH.parent))

    def write(text: str) -> str:
        return format_turtle(text, style, path="bench.ttl", base=BASE)

    write("<a:a>  a <a:b> .")
    return write


def rdflib() -> Callable[[str], str]:
    """What rdflib reads, written by it."""
    from rdflib import Graph

    return lambda text: Graph().parse(data=text, format="turtle", publicID=BASE).serialize(format="turtle")


PEERS = {"passerelles": passerelles, "rdflib": rdflib}


def measure(megabytes: int, names: tuple[str, ...], runs: int) -> dict[str, float]:
    taken = interleaved({name: child("fmt.py", name, str(megabytes)) for name in names}, runs)
    for name, of in taken.items():
        line(f"{name}: {megabytes} MB, {megabytes / of.said['seconds']:.2f} MB/s", of.said["seconds"], of.megabytes)
    return {name: of.said["seconds"] for name, of in taken.items()}


def main() -> None:
    given = arguments(__doc__, megabytes=10, rdflib_megabytes=2, runs=3)
    if given.child:
        write, text = PEERS[given.child[0]](), document(int(given.child[1]) * MEGABYTE).replace("    ", "  ")
        start = time.perf_counter()
        write(text)
        print(json.dumps({"seconds": time.perf_counter() - start}))
        sys.exit()
    header("pyoxigraph", "rdflib")
    large = measure(given.megabytes, ("passerelles",), given.runs)
    verdict("MB/s / 1 MB/s", given.megabytes / large["passerelles"], 1, at_least=True)
    small = measure(given.rdflib_megabytes, ("passerelles", "rdflib"), given.runs)
    verdict("rdflib / passerelles", small["rdflib"] / small["passerelles"], 1, at_least=True)
    whole = run([PASSERELLES, "fmt", "--diff", "--quiet"], Path(BENCH.parent))
    line("passerelles fmt --diff, our repository", whole.seconds, whole.megabytes)


if __name__ == "__main__":
    main()
