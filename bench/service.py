"""A SERVICE joined with bindings at hand: ours beside Oxigraph's own, from the same store to the same server.

python bench/service.py [--bindings 1000] [--triples 500000] [--runs 5]

The other server is `oxigraph serve-read-only` with a graph of that many triples, of which each binding meets one. The
store at hand has the bindings. Both engines are in this process; ours asks its workers. Neither keeps an answer: the
Oxigraph server gives no validator. Oxigraph's engine asks for the whole pattern and joins it here; ours sends what it
has at hand.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import pyoxigraph as ox
from common import BIN, arguments, header, line, verdict
from peers import Server, oxigraph

from graph.config import Federation, Limits, Settings
from graph.formats import RESULTS_JSON
from graph.snapshot.manifest import Manifest
from graph.snapshot.reader import Snapshot
from graph.sparql.engine import EmbeddedEngine, Query

TARGET = 10


def snapshot(folder: Path) -> Snapshot:
    """The store below a folder, as the engine takes it."""
    said = "https://example.org/"
    return Snapshot(folder, Manifest("0" * 64, "2026-01-01T00:00:00Z", "bench", {}, said, said, said, said))


def stores(folder: Path, bindings: int, triples: int) -> tuple[Path, Path]:
    """The folder of the store at hand, and of the other one."""
    step = max(1, triples // 2 // bindings)
    near, far = folder / "near", folder / "far"
    for path, lines in (
        (near / "store", (f"<http://x/{n * step}> <http://x/here> <http://x/thing> .\n" for n in range(bindings))),
        (far, (f'<http://x/{n}> <http://x/label> "thing {n}" ; <http://x/kind> "k" .\n' for n in range(triples // 2))),
    ):
        path.parent.mkdir(exist_ok=True)
        store = ox.Store(str(path))
        store.bulk_load("".join(lines).encode(), format=ox.RdfFormat.TURTLE)
        store.flush()
        del store
    return near, far


def timed(work: Callable[[], int], expected: int) -> float:
    """The seconds one answer takes. Raises RuntimeError when its rows are not as many as expected."""
    start = time.perf_counter()
    rows = work()
    seconds = time.perf_counter() - start
    if rows != expected:
        raise RuntimeError(f"{rows} rows, {expected} expected")
    return seconds


def compare(near: Path, remote: Server, bindings: int, runs: int) -> tuple[float, float]:
    """The median seconds of ours, and of Oxigraph's own, taken in turns."""
    target = remote.url.removesuffix("?")
    text = f"SELECT ?s ?label {{ ?s <http://x/here> ?what SERVICE <{target}> {{ ?s <http://x/label> ?label }} }}"
    limits = Limits(deadline_seconds=600, service_seconds=600, client_seconds=1e9)
    federation = Federation((target,), (f"127.0.0.1:{remote.port}",))
    settings = Settings(near, near, federation=federation, limits=limits)
    store = ox.Store.read_only(str(near / "store"))
    with asyncio.Runner() as runner:
        engine = EmbeddedEngine(settings, snapshot(near))
        runner.run(engine.start())
        query = Query(engine.admit(text), RESULTS_JSON)

        def ours() -> int:
            return runner.run(engine.evaluate(query)).count(b'"label":{')

        def theirs() -> int:
            return sum(1 for _ in store.query(text))

        try:
            taken = [(timed(ours, bindings), timed(theirs, bindings)) for _ in range(runs)]
        finally:
            runner.run(engine.stop())
    return median(first for first, _ in taken), median(second for _, second in taken)


def main() -> None:
    options = arguments(__doc__, bindings=1000, triples=500_000, runs=5)
    header("pyoxigraph", "oxigraph", "httpx")
    with tempfile.TemporaryDirectory(prefix="passerelles-bench-") as folder:
        near, far = stores(Path(folder), options.bindings, options.triples)
        with oxigraph(BIN.parent, far, Path(folder)) as remote:
            ours, theirs = compare(near, remote, options.bindings, options.runs)
    print(f"{options.bindings} bindings, {options.triples} triples elsewhere")
    line("passerelles", ours, 0)
    line("pyoxigraph's own SERVICE", theirs, 0)
    verdict("pyoxigraph / passerelles, seconds", theirs / ours, TARGET, at_least=True)


if __name__ == "__main__":
    main()
