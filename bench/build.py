"""`passerelles build` against `oxigraph load` of the same triples.

`oxigraph load` only loads. A build also reads, checks, infers, and stores every triple twice: in the graph of
its file and in the default graph. So there are three references: the named graphs, the default graph, both.

python bench/build.py [--triples 1000000] [--per-file 1] [--runs 3]
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from common import BIN, PASSERELLES, Run, arguments, graph, header, line, middle, ntriples, run, verdict


def main() -> None:
    given = arguments(__doc__, triples=1_000_000, per_file=1, runs=3)
    header("pyoxigraph", "oxigraph", "shacl")
    with graph(given.triples, given.per_file) as repository, tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        named, default, both = folder / "named.nq", folder / "default.nt", folder / "both.nq"
        triples = ntriples(repository, default)
        ntriples(repository, named, named=True, merged=False)
        ntriples(repository, both, named=True)
        peers = {
            "passerelles build": [PASSERELLES, "build", "--quiet", "--repo", str(repository), "--output"],
            "oxigraph load, named graphs": [str(BIN / "oxigraph"), "load", "-f", str(named), "-l"],
            "oxigraph load, default graph": [str(BIN / "oxigraph"), "load", "-f", str(default), "-l"],
            "oxigraph load, both": [str(BIN / "oxigraph"), "load", "-f", str(both), "-l"],
        }
        taken: dict[str, list[Run]] = {name: [] for name in peers}
        for _ in range(given.runs):
            for name, command in peers.items():
                taken[name].append(run([*command, str(folder / "made")]))
                shutil.rmtree(folder / "made")
    print(f"{triples:,} triples, {given.per_file} thing(s) a file, median of {given.runs}")
    medians = {name: middle(runs) for name, runs in taken.items()}
    for name, of in medians.items():
        line(name, of.seconds, of.megabytes)
    ours, *references = medians.values()
    for name, reference in zip(list(medians)[1:], references, strict=True):
        verdict(f"time, build / {name}", ours.seconds / reference.seconds, 3)
        verdict(f"memory, build / {name}", ours.megabytes / reference.megabytes, 2)


if __name__ == "__main__":
    main()
