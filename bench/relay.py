"""The relay over many identity links: what closing them costs, and lookups, beside a SPARQL property path.

python bench/relay.py [--links 1000000] [--names 3] [--lookups 40000] [--folder DIR]

- Things have 2 to `names` names each, in 50 portals' addresses, joined by owl:sameAs and skos:exactMatch as a tree.
- Reading is what a build does of the files: parse, then load as default graph and as named graphs. Closing is all that
  identity adds to it: the links picked out and joined, the file of names written. Both in one process.
- Lookups in process are whole answers (names, paths, links with graph, author and licence), by one thread, its
  processor time counted; over HTTP one client asks one after the other, single IRIs and then batches of 1 000.
- The peer is the Oxigraph server on the same store: the names only, by a property path over the same four steps. It
  says neither who states a link nor where: its rate is told beside ours, and is no figure to reach.
"""

from __future__ import annotations

import http.client
import json
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

from common import BIN, arguments, child, header, line, run, verdict
from peers import Server, oxigraph, passerelles

CLOSING, RATE = 2, 5_000  # the figures to reach: closing / reading, lookups a second of one core
NO_BUDGET = {"client_seconds": 1e9, "client_queue_length": 10_000, "queue_length": 10_000}
BASE, GRAPH_BASE = "https://example.org/id/", "https://example.org/graph/"
CONFIGURATION = f'[graph]\nbase = "{BASE}"\ngraph_base = "{GRAPH_BASE}"\n'
PROPERTIES = ("http://www.w3.org/2002/07/owl#sameAs", "http://www.w3.org/2004/02/skos/core#exactMatch")
PATH = "(owl:sameAs|^owl:sameAs|skos:exactMatch|^skos:exactMatch)*"
QUERY = f"""PREFIX owl: <http://www.w3.org/2002/07/owl#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT DISTINCT ?name {{{{ <{{}}> {PATH} ?name }}}}"""
PER_FILE = 50_000
BATCH = 1_000


def files(links: int, names: int, chosen: Callable[[str], object]) -> Iterator[bytes]:
    """Turtle files of links; `chosen` is told a name of each thing."""
    source = random.Random(7)
    made = thing = 0
    while made < links:
        text = []
        while len(text) < PER_FILE and made < links:
            known = [
                f"https://portal-{source.randrange(50)}.example.org/id/production/{thing:09d}-{number}"
                for number in range(source.randint(2, names))
            ]
            thing += 1
            chosen(source.choice(known))
            for number in range(1, len(known)):
                one = known[source.randrange(number)]
                text.append(f"<{one}> <{source.choice(PROPERTIES)}> <{known[number]}> .\n")
                made += 1
        yield "".join(text).encode()


def made(folder: Path, links: int, names: int, lookups: int) -> dict[str, float]:
    """A snapshot of nothing but links, and how long reading and closing took; some of its names beside."""
    from graph.relay.identity import Joined
    from graph.relay.names import write
    from graph.snapshot.manifest import Manifest
    from graph.snapshot.reader import NAMES, STORE, sizes
    from graph.snapshot.staging import Staging
    from graph.turtle.parse import parse

    sample: list[str] = []
    seen, draw = 0, random.Random(11)

    def chosen(name: str) -> None:
        nonlocal seen
        seen += 1
        if len(sample) < lookups:
            sample.append(name)
        elif (place := draw.randrange(seen)) < lookups:
            sample[place] = name

    joined = Joined(BASE)
    reading = closing = 0.0
    with ThreadPoolExecutor(1) as loader:
        staging = Staging(folder, folder / STORE, loader)
        for number, text in enumerate(files(links, names, chosen)):
            start = time.perf_counter()
            document = parse(text, path="links.ttl", base=GRAPH_BASE, limit=len(text))
            staging.add(document, f"{GRAPH_BASE}links/{number}", in_default=True)
            reading += time.perf_counter() - start
            start = time.perf_counter()
            joined.read(document.ntriples)
            closing += time.perf_counter() - start
        start = time.perf_counter()
        staging.close()
        staging.load_waiting()
        staging.complete([], GRAPH_BASE + "inferred")
        reading += time.perf_counter() - start
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        start = time.perf_counter()
        staging.discard()
        found = write(folder / STORE / NAMES, joined.things())
        closing += time.perf_counter() - start
    draw.shuffle(sample)
    (folder / "sample.json").write_text(json.dumps(sample))
    (folder / "queries").mkdir()
    (folder / "passerelles.toml").write_text(CONFIGURATION)
    Manifest(
        id="0" * 64,
        created="2026-01-01T00:00:00Z",
        software="",
        title={"en": "Links"},
        publisher="https://example.org/",
        licence="https://example.org/licence",
        base=BASE,
        graph_base=GRAPH_BASE,
        counts={"triples": links, "names": found},
        store=sizes(folder / STORE),
    ).write(folder)
    return {"reading": reading, "closing": closing, "names": found, "before": before}


def asked(folder: Path) -> dict[str, float]:
    """Whole answers a second of processor time, by one thread."""
    from pyoxigraph import Store

    from graph.relay.lookup import Relay
    from graph.relay.names import Names
    from graph.relay.word import Publisher
    from graph.snapshot.reader import NAMES, STORE

    store, names = Store.read_only(str(folder / STORE)), Names(folder / STORE / NAMES)
    relay = Relay(store, names, GRAPH_BASE, Publisher("https://example.org/"))
    sample = json.loads((folder / "sample.json").read_text())
    warm, measured = sample[: len(sample) // 4], sample[len(sample) // 4 :]
    links = 0
    for name in warm:
        relay(name)
    wall, start = time.perf_counter(), time.process_time()
    for name in measured:
        links += len(relay(name)["links"])
    seconds = time.process_time() - start
    wall = time.perf_counter() - wall
    return {"rate": len(measured) / seconds, "wall": len(measured) / wall, "links": links / len(measured)}


def rate(server: Server, requests: list[tuple[str, str, bytes | None]], each: int = 1) -> float:
    """Answers a second to one client that asks one after the other; `each` request has so many answers."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=600)
    types = {"Accept": "application/json", "Content-Type": "application/json"}
    start = time.perf_counter()
    for method, path, body in requests:
        connection.request(method, path, body, types)
        answer = connection.getresponse()
        content = answer.read()
        if answer.status != 200:  # noqa: PLR2004 - OK
            sys.exit(f"{server.name}: {answer.status} {content[:500]!r}")
    return each * len(requests) / (time.perf_counter() - start)


def main() -> None:
    given = arguments(__doc__, links=1_000_000, names=3, lookups=40_000, folder="")
    if given.child:
        kind, folder, *numbers = given.child
        print(json.dumps({"made": made, "asked": asked}[kind](Path(folder), *map(int, numbers))))
        return
    header("pyoxigraph", "oxigraph")
    with tempfile.TemporaryDirectory(prefix="passerelles-bench-") as scratch:
        folder = Path(given.folder or scratch) / "links"
        if not folder.exists():
            folder.mkdir(parents=True)
            built = run(child("relay.py", "made", folder, str(given.links), str(given.names), str(given.lookups)))
            said = built.said
            print(f"{given.links:,} links, {said['names']:,} names")
            line("reading", said["reading"], said["before"])
            line("closing", said["closing"], built.megabytes)
            verdict("closing / reading", said["closing"] / said["reading"], CLOSING)
        alone = run(child("relay.py", "asked", folder)).said
        print(f"{'in process':42} {alone['rate']:9,.0f} /s of one core, {alone['links']:.2f} links an answer")
        verdict("lookups a second, of one core / 5 000", alone["rate"] / RATE, 1, at_least=True)
        sample = json.loads((folder / "sample.json").read_text())
        single = [("GET", f"/relay?uri={quote(name, safe='')}", None) for name in sample[:2_000]]
        path = [("GET", f"/query?query={quote(QUERY.format(name), safe='')}", None) for name in sample[:2_000]]
        batches = [
            ("POST", "/relay", json.dumps({"uris": sample[n : n + BATCH]}).encode()) for n in range(0, 8 * BATCH, BATCH)
        ]
        with (
            passerelles(folder, folder, Path(scratch), NO_BUDGET) as ours,
            oxigraph(BIN.parent, folder / "store", Path(scratch)) as theirs,
        ):
            found = {
                "oxigraph, property path": rate(theirs, path),
                "passerelles, one by one": rate(ours, single),
                "passerelles, by 1 000": rate(ours, batches, BATCH),
            }
        for name, value in found.items():
            print(f"{name:42} {value:9,.0f} /s")
        slow, one, many = found.values()
        print(f"whole answers / names by property path: {one / slow:.2f} × one by one, {many / slow:.2f} × by 1 000")


if __name__ == "__main__":
    main()
