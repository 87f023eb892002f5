"""Read Turtle with its places: time per byte from 10 kB to 50 MB, beside the engine on the same text.

    python bench/turtle.py [--largest MB]

`read` makes the located document, `about` finds one subject of it, `engine` is pyoxigraph.parse run through.
"""

from __future__ import annotations

import argparse
import gc
import time
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox

from graph.turtle.document import read, read_about

DATA = Path(__file__).resolve().parent.parent / "data"
BASE = "https://w3id.org/passerelles/graph/bench"
SIZES = (10_000, 100_000, 1_000_000, 10_000_000, 50_000_000)


def document(size: int) -> str:
    """Our own data, again and again under other subjects, up to that many bytes; prefixes once."""
    sources = [path.read_text(encoding="utf-8") for path in sorted(DATA.rglob("*.ttl"))]
    prefixes = sorted({line for text in sources for line in text.splitlines() if line.startswith("@prefix")})
    bodies = ["\n".join(line for line in text.splitlines() if not line.startswith("@prefix")) for text in sources]
    made = ["\n".join(prefixes)]
    length, turn = len(made[0].encode()), 0
    while True:
        for body in bodies:
            text = body.replace("passerelles/id/", f"passerelles/id/{turn}/") if turn else body
            length += len(text.encode()) + 1
            if length > size and len(made) > 1:
                return "\n".join(made)
            made.append(text)
        turn += 1


def fastest(task: Callable[[], object], times: int) -> float:
    """Seconds of the fastest run."""
    best = float("inf")
    for _ in range(times):
        gc.collect()
        start = time.perf_counter()
        task()
        best = min(best, time.perf_counter() - start)
    return best


def main() -> None:
    options = argparse.ArgumentParser(description="Time per byte of the located Turtle reader.")
    options.add_argument("--largest", type=float, default=50, help="the largest text, in MB")
    largest = options.parse_args().largest * 1_000_000
    print(f"{'bytes':>12} {'triples':>9} {'read ns/B':>10}   MB/s {'about ns/B':>11} {'engine ns/B':>12} {'ratio':>6}")
    for size in (size for size in SIZES if size <= largest):
        text = document(size)
        data = text.encode()
        found = read(text, path="bench.ttl", base=BASE)
        subject, triples = found.rows[len(found.rows) // 2][0], len(found.rows)
        assert not found.diagnostics  # noqa: S101
        del found
        times = max(1, min(7, 20_000_000 // size))
        ours = fastest(lambda: read(text, path="bench.ttl", base=BASE), times)  # noqa: B023
        about = fastest(lambda: read_about(text, {subject}, path="bench.ttl", base=BASE), times)  # noqa: B023
        theirs = fastest(
            lambda: sum(1 for _ in ox.parse(data, format=ox.RdfFormat.TURTLE, base_iri=BASE)),  # noqa: B023
            times,
        )
        per = [seconds / len(data) * 1e9 for seconds in (ours, about, theirs)]
        print(
            f"{len(data):>12,} {triples:>9,} {per[0]:>10.1f} {1000 / per[0]:>6.1f} {per[1]:>11.1f} {per[2]:>12.1f}"
            f" {ours / theirs:>6.2f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
