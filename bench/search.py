"""Search at a million triples: answers and suggestions, in process and over HTTP, beside SQLite FTS5 on the same texts.

python bench/search.py [--triples 1000000] [--per-file 20] [--questions 300] [--repository DIR]

- Questions are made of the words of names and texts of the graph, each asked once: one, two and three words, a phrase,
  a beginning, a slip, a word and a filter; suggestions follow what is typed letter by letter. Seeded.
- An answer of ours is the JSON of a page: total, twenty results with excerpts, counts of every facet. FTS5 gives the
  total, twenty results by bm25() and their snippets: no facets, no stems of French, no slips; what it finds beside ours
  is told. Both are warm: each kind was asked before.
- The share of the index is the processor time of its making alone, in a process of its own, over that of the whole
  build, index and all; wall times are told beside.
- `--repository` is a graph that has been generated before.
"""

from __future__ import annotations

import http.client
import json
import random
import re
import resource
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import quantiles
from urllib.parse import urlencode

from common import PASSERELLES, arguments, child, graph, header, run, verdict
from peers import Server, passerelles

SHARE, SEARCH_MS, SUGGEST_MS = 0.2, 20, 10  # the figures to reach: of the build; p50
NO_BUDGET = {"client_seconds": 1e9, "client_queue_length": 10_000, "queue_length": 10_000}
KINDS = ("one word", "two words", "three words", "phrase", "beginning", "slip", "word and filter")
FTS = """CREATE VIRTUAL TABLE thing USING fts5(iri UNINDEXED, name, other, text, near,
tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3')"""
MATCH = """SELECT iri, bm25(thing, 0, 6, 4.5, 1, 0.6) AS score, snippet(thing, 3, '<mark>', '</mark>', '…', 30)
FROM thing WHERE thing MATCH ? ORDER BY score LIMIT 20"""
WORD = re.compile(r"\w{4,}")


def collected(repository: Path) -> tuple[float, list]:
    """The things of the graph in force, and how long reading them took."""
    from pyoxigraph import Store

    from graph import config
    from graph.search.collecting import Collection
    from graph.snapshot.reader import current

    snapshot = current(config.load(repository).build_folder)
    start = time.perf_counter()
    store = Store.read_only(str(snapshot.store_path))
    things = list(Collection(store, snapshot.manifest.base, snapshot.manifest.graph_base).things())
    return time.perf_counter() - start, things


def indexed(repository: Path, folder: Path) -> dict[str, float]:
    """How long our index takes to write, reading what goes in and all."""
    from pyoxigraph import Store

    from graph import config
    from graph.search.writing import write
    from graph.snapshot.reader import current

    snapshot = current(config.load(repository).build_folder)
    store = Store.read_only(str(snapshot.store_path))
    start, worked = time.perf_counter(), time.process_time()
    count = write(store, snapshot.manifest.base, snapshot.manifest.graph_base, folder / "search")
    seconds, worked = time.perf_counter() - start, time.process_time() - worked
    return {"seconds": seconds, "worked": worked, "things": count, "bytes": size(folder / "search")}


def fts(repository: Path, folder: Path) -> dict[str, float]:
    """The same texts in FTS5; questions made of them are written beside."""
    reading, things = collected(repository)
    path = folder / "fts.sqlite"
    start = time.perf_counter()
    with sqlite3.connect(path) as file:
        file.execute(FTS)
        rows = ((each.iri, *("\n".join(text for _, text in part) for part in parts(each))) for each in things)
        file.executemany("INSERT INTO thing VALUES (?, ?, ?, ?, ?)", rows)
    seconds = time.perf_counter() - start
    names = [text for each in things for _, text in each.names]
    texts = [text for each in things for _, text in each.texts]
    (folder / "words.json").write_text(json.dumps(random.Random(7).sample(names + texts, min(5_000, len(names)))))
    return {"reading": reading, "seconds": seconds, "bytes": path.stat().st_size}


def parts(thing: object) -> Iterable[list[tuple[str, str]]]:
    return thing.names, [*thing.others, *thing.codes], thing.texts, thing.near


def worked() -> float:
    """The processor seconds of every child until now."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir())


def questions(texts: list[str], count: int) -> dict[str, list[str]]:
    """So many questions of each kind."""
    source = random.Random(11)

    cut = [WORD.findall(text) for text in texts]
    having = {least: [each for each in cut if len(each) >= least] or [["innovation"] * least] for least in (1, 2, 3)}

    def words(least: int) -> list[str]:
        return source.choice(having[least])

    def some(number: int) -> list[str]:
        return source.sample(words(number), number)

    def slip() -> str:
        word = source.choice([each for each in words(1) for _ in range(len(each) > 5)] or ["covoiturage"])  # noqa: PLR2004
        place = source.randrange(1, len(word) - 1)
        return word[:place] + word[place + 1 :]

    def phrase() -> str:
        found = re.findall(r"\w+", source.choice(texts))
        start = source.randrange(max(1, len(found) - 2))
        return '"' + " ".join(found[start : start + 3]) + '"'

    makers: dict[str, Callable[[], str]] = {
        "one word": lambda: some(1)[0],
        "two words": lambda: " ".join(some(2)),
        "three words": lambda: " ".join(some(3)),
        "phrase": phrase,
        "beginning": lambda: some(1)[0][:4] + "*",
        "slip": slip,
        "word and filter": lambda: some(1)[0] + " kind:production",
    }
    return {kind: [makers[kind]() for _ in range(count)] for kind in KINDS}


def typed(texts: list[str], count: int) -> list[str]:
    """Names as they are typed, letter by letter."""
    source = random.Random(13)
    found = []
    while len(found) < count:
        name = source.choice(texts)
        found += [name[:end] for end in range(1, min(12, len(name)))]
    return found[:count]


def timed(work: Callable[[str], object], asked: Iterable[str]) -> list[float]:
    """The milliseconds of each, after a first one that is not counted."""
    asked = [*asked]
    work(asked[0])
    taken = []
    for each in asked:
        start = time.perf_counter()
        work(each)
        taken.append(1000 * (time.perf_counter() - start))
    return taken


def told(name: str, taken: list[float]) -> float:
    """Print p50 and p95; the p50."""
    cuts = quantiles(taken, n=20)
    print(f"{name:46} p50 {cuts[9]:8.2f} ms   p95 {cuts[18]:8.2f} ms   {len(taken):,} asked")
    return cuts[9]


def in_process(repository: Path, folder: Path, asked: dict[str, list[str]], letters: list[str]) -> dict[str, float]:
    from graph import config
    from graph.search import asking
    from graph.search.answer import as_json
    from graph.search.likeness import opened
    from graph.search.searching import SearchIndex
    from graph.snapshot.reader import current

    settings = config.load(repository)
    snapshot = current(settings.build_folder)
    index = SearchIndex(snapshot, settings.limits, opened(snapshot))
    file = sqlite3.connect(folder / "fts.sqlite")
    found = {"ours": 0, "theirs": 0}

    def ours(text: str) -> object:
        answer = as_json(index.search(asking.read(text, index.facets, settings.limits)), index, "fr")
        found["ours"] += bool(answer["total"])
        return json.dumps(answer)

    def theirs(text: str) -> object:
        said = text.removesuffix(" kind:production")
        words = said if said.startswith('"') or said.endswith("*") else " ".join(f'"{each}"' for each in said.split())
        [[total]] = file.execute("SELECT count(*) FROM thing WHERE thing MATCH ?", (words,))
        found["theirs"] += bool(total)
        return file.execute(MATCH, (words,)).fetchall()

    def completed(text: str) -> object:
        words = re.findall(r"\w+", text)
        query = "name : " + " ".join([*(f'"{word}"' for word in words[:-1]), f'"{words[-1]}"*']) if words else '""'
        return file.execute("SELECT iri FROM thing WHERE thing MATCH ? ORDER BY rank LIMIT 8", (query,)).fetchall()

    every: list[float] = []
    for kind, texts in asked.items():
        found.update(ours=0, theirs=0)
        taken = timed(ours, texts)
        every += taken
        told(f"ours, {kind}", taken)
        told(f"FTS5, {kind}", timed(theirs, texts))
        print(f"{'':46} something found: ours {found['ours']}, FTS5 {found['theirs']} of {len(texts) + 1}")
    figures = {"search": told("ours, all", every)}
    figures["suggest"] = told("ours, suggestions", timed(index.suggest, letters))
    told("FTS5, suggestions (words of names)", timed(completed, letters))
    return figures


@contextmanager
def getting(server: Server) -> Iterator[Callable[[str, str, str], object]]:
    """Gets an address with a question from a server, over one connection."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=600)

    def get(path: str, text: str, accept: str) -> None:
        parameters = urlencode({"q": text})
        connection.request("GET", f"{path}?{parameters}", headers={"Accept": accept, "Accept-Language": "fr"})
        answer = connection.getresponse()
        content = answer.read()
        if answer.status != 200:  # noqa: PLR2004 - OK
            sys.exit(f"{path} {text!r}: {answer.status} {content[:300]!r}")

    yield get
    connection.close()


def main() -> None:
    given = arguments(__doc__, triples=1_000_000, per_file=20, questions=300, repository="")
    if given.child:
        kind, repository, folder = given.child
        print(json.dumps({"indexed": indexed, "fts": fts}[kind](Path(repository), Path(folder))))
        return
    header("tantivy", "pyoxigraph")
    print(f"peer: SQLite {sqlite3.sqlite_version}, FTS5")
    if given.repository:
        measured(Path(given.repository), given.questions)
    else:
        with graph(given.triples, given.per_file) as repository:
            measured(repository, given.questions)


def measured(repository: Path, count: int) -> None:
    with tempfile.TemporaryDirectory(prefix="passerelles-bench-") as scratch:
        folder = Path(scratch)
        before = worked()
        build = run([PASSERELLES, "build", "--quiet", "--repo", str(repository), "--output", str(folder / "made")])
        building = worked() - before
        run([PASSERELLES, "build", "--quiet", "--repo", str(repository)])
        index = run(child("search.py", "indexed", repository, folder)).said
        peer = run(child("search.py", "fts", repository, folder)).said
        print(f"{index['things']:,.0f} things; build {build.seconds:.1f} s, {build.megabytes:.0f} MB")
        print(f"processor: build {building:.1f} s, index {index['worked']:.1f} s")
        print(
            f"{'ours: reading, then writing the index':46} {index['seconds']:8.2f} s   {index['bytes'] / 1e6:6.1f} MB"
        )
        both = peer["reading"] + peer["seconds"]
        print(f"{'FTS5: the same reading, then writing':46} {both:8.2f} s   {peer['bytes'] / 1e6:6.1f} MB")
        verdict("index / build, processor time", index["worked"] / building, SHARE)
        texts = json.loads((folder / "words.json").read_text())
        asked, letters = questions(texts, count), typed(texts, 4 * count)
        figures = in_process(repository, folder, asked, letters)
        verdict("search in process, p50 in ms / 20", figures["search"] / SEARCH_MS, 1)
        verdict("suggestions in process, p50 in ms / 10", figures["suggest"] / SUGGEST_MS, 1)
        with passerelles(repository, repository / ".passerelles" / "current", folder, NO_BUDGET) as server:
            over_http(server, [each for texts in asked.values() for each in texts], letters)


def over_http(server: Server, texts: list[str], letters: list[str]) -> None:
    random.Random(17).shuffle(texts)
    half = len(texts) // 2
    with getting(server) as get:
        found = told(
            "HTTP, /search as JSON", timed(lambda text: get("/search", text, "application/json"), texts[:half])
        )
        told("HTTP, /search as a page", timed(lambda text: get("/search", text, "text/html"), texts[half:]))
        once = list(dict.fromkeys(letters))
        soon = told("HTTP, /search/suggest", timed(lambda text: get("/search/suggest", text, "*/*"), once))
    verdict("search over HTTP, p50 in ms / 20", found / SEARCH_MS, 1)
    verdict("suggestions over HTTP, p50 in ms / 10", soon / SUGGEST_MS, 1)


if __name__ == "__main__":
    main()
