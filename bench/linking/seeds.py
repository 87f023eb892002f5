"""The links that people inferred between productions of the five seed documents, and what ours proposes of them.

    python bench/linking/seeds.py

The links of data/links/proposed were written by hand, most of them *similar*: another town's matter, the same format,
the same need. What ours proposes of the same productions, as if nothing were known, is read beside: how many of the
links are there, of which strength, among how many proposals. Nobody said which other pairs are not similar: there is
no precision.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from quality import admissible

from graph.linking.productions import Production, read
from graph.linking.proposing import Bounds, Candidate, propose

REPOSITORY = Path(__file__).resolve().parent.parent.parent
FOLDERS = ("data", "ontology", "shapes", "queries", "mappings")
SSSOM = "https://w3id.org/sssom/"
LEAST = (0.5, 0.1, 0.0)


def inferred() -> dict[tuple[str, str], str]:
    """The pairs, lower IRI first, and the property that each was given."""
    from pyoxigraph import RdfFormat
    from pyoxigraph import parse as parsed

    found = {}
    for path in sorted((REPOSITORY / "data" / "links").rglob("*.ttl")):
        of = {each.predicate.value: each.object.value for each in parsed(path=str(path), format=RdfFormat.TURTLE)}
        one, other = (of[SSSOM + name] for name in ("subject_id", "object_id"))
        found[min(one, other), max(one, other)] = of[SSSOM + "predicate_id"].rpartition("/")[2].rpartition("#")[2]
    return found


def productions() -> list[Production]:
    """The productions of a snapshot of this repository, built apart."""
    from graph import config
    from graph.cli.answer import in_force

    with tempfile.TemporaryDirectory(prefix="passerelles-bench-") as folder:
        for name in FOLDERS:
            shutil.copytree(REPOSITORY / name, Path(folder) / name)
        shutil.copy(REPOSITORY / "passerelles.toml", folder)
        return read(in_force(config.load(Path(folder))))


def report(candidates: Sequence[Candidate], pairs: dict[tuple[str, str], str]) -> None:
    """How many of the pairs are proposed, by the confidence asked."""
    for least in LEAST:
        chosen = {(each.source, each.target): each.strength for each in candidates if each.confidence >= least}
        there = Counter(str(chosen[pair]) for pair in pairs if pair in chosen)
        print(f"from {least:.1f}: {sum(there.values())} of {len(pairs)}, {dict(there)}, among {len(chosen)} proposals")


def main() -> None:
    every = productions()
    known, may = {each.iri for each in every}, admissible(every)
    pairs = {pair: said for pair, said in inferred().items() if known.issuperset(pair) and may(pair)}
    print(f"{len(every)} productions; {len(pairs)} links of two that may be proposed: {dict(Counter(pairs.values()))}")
    report(propose(every, bounds=Bounds(least=0.0)).candidates, pairs)


if __name__ == "__main__":
    main()
