"""Dumps, differences and patches against `oxigraph dump` of the same store, and what a build takes longer for them.

python bench/dumps.py [--triples 1000000] [--per-file 100] [--runs 3]
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from common import BIN, PASSERELLES, arguments, child, graph, header, interleaved, line, run, verdict

FORMATS = {"nq": "application/n-quads", "ttl": "text/turtle", "jsonld": "application/ld+json"}


def main() -> None:
    given = arguments(__doc__, triples=1_000_000, per_file=100, runs=3)
    if given.child:
        measured(*given.child)
        return
    header("pyoxigraph", "oxigraph", "zstandard")
    with graph(given.triples, given.per_file) as repository, tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        build = [PASSERELLES, "build", "--quiet", "--repo", str(repository), "--output", str(folder / "made")]
        print(f"first build, with everything as its first change: {run(build).seconds:.1f} s")
        changed(repository)
        built = run(build).seconds
        print(f"build after one file in a hundred changed: {built:.1f} s")
        old, new = sorted((folder / "made" / "snapshots").iterdir(), key=lambda path: path.stat().st_mtime)
        store = str((folder / "made" / "current").resolve() / "store")
        for name in FORMATS:
            ours = [PASSERELLES, "dump", "--repo", str(repository), "--format", name, "-o", str(folder / "ours")]
            default = ["--graph", "default"] if name != "nq" else []
            peer = [str(BIN / "oxigraph"), "dump", "-l", store, "-f", str(folder / f"peer.{name}"), *default]
            (repository / ".passerelles").unlink(missing_ok=True)
            (repository / ".passerelles").symlink_to(folder / "made")
            taken = interleaved({"passerelles dump": ours, "oxigraph dump": peer}, given.runs)
            for who, of in taken.items():
                line(f"{who}, {name}", of.seconds, of.megabytes)
            verdict(f"time, dump of {name}", taken["passerelles dump"].seconds / taken["oxigraph dump"].seconds, 1)
        peer = [str(BIN / "oxigraph"), "dump", "-l", store, "-f", str(folder / "peer.nq")]
        works = {what: child("dumps.py", what, old, new) for what in ("patch", "events")} | {"oxigraph dump": peer}
        taken = interleaved(works, given.runs)
        for what in ("patch", "events"):
            line(what, taken[what].seconds, taken[what].megabytes)
            verdict(f"time, {what} / oxigraph dump", taken[what].seconds / taken["oxigraph dump"].seconds, 1)


def changed(repository: Path) -> None:
    """Change one file in a hundred, at least one: a comment would change no triple, a title does."""
    files = sorted((repository / "data").rglob("*.ttl"))
    for path in files[:: max(1, min(100, len(files) // 2))]:
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace('"@fr', ' bis"@fr', 1), encoding="utf-8")


def measured(what: str, old: str, new: str) -> None:
    """The difference of two snapshots, as a patch or as events."""
    from graph.feeds.collected import DATA, FOLDER, GRAPH
    from graph.feeds.events import told
    from graph.feeds.patch import write

    before, after = Path(old) / FOLDER, Path(new) / FOLDER
    works: dict[str, Callable[[], object]] = {
        "patch": lambda: write(Path(tempfile.mkdtemp()) / "patch", "urn:x", None, before / GRAPH, after / GRAPH)[1:],
        "events": lambda: sum(1 for _ in told(before / DATA, after / DATA)),
    }
    start = time.perf_counter()
    print(works[what](), file=sys.stderr)
    print(json.dumps({"seconds": time.perf_counter() - start}))


if __name__ == "__main__":
    main()
