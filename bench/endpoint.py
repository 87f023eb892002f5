"""`passerelles serve` beside the Oxigraph server, Virtuoso and rdflib-endpoint, and beside a hostile client.

python bench/endpoint.py [--repo DIR | --triples 1000000] [--peers DIR] [--rounds 3] [--seconds 4]

wrk is needed. The peers' environment is made in `--peers` (a temporary folder unless given) with pip, and Virtuoso is
unpacked there from Debian's packages, not installed; without them it is left out. The Oxigraph server reads the
snapshot's own store; the others get its default graph as N-Triples. 16 clients, servers taken in turns, the median of
the rounds; Virtuoso, which has no target, takes part in the first. An answer is compared before it is timed: the same
rows, in any order.

- Points are measured with wrk; what takes seconds with clients of our own, which each have their last answer.
- First time: no query is asked twice of a server, a constant changes. Repeated: the same one, as a dashboard does; the
  targets of analysts' queries are held against these.
- rdflib-endpoint gets a graph of `--peer-triples 100000`, ours the same one; 0 leaves it out. `--virtuoso 0` leaves
  Virtuoso out, which takes minutes to give every title to 16 clients.
- Neighbours: `--rate 400` cheap queries a second (a third new, a third repeated, a third If-None-Match), alone and
  while a hostile client at another address runs tests/hostile/queries and three bombs; only the limits hold it.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import cycle
from pathlib import Path
from statistics import median

from common import BENCH, PASSERELLES, arguments, child, graph, header, run
from load import CLIENTS, Figures, abuse, drained, paced, wrk, wrk_command
from peers import Server, installed, oxigraph, passerelles, rdflib, unpacked_virtuoso, virtuoso
from questions import ANALYTIC, Questions, dumped, rows

HOSTILE = BENCH.parent / "tests" / "hostile"
BOMBS = (
    "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f }",
    "SELECT (COUNT(*) AS ?n) WHERE { ?a (!<urn:a>|!<urn:b>)* ?b . ?b (!<urn:a>|!<urn:b>)* ?c }",
    "SELECT (GROUP_CONCAT(CONCAT(STR(?c), STR(?f))) AS ?g) WHERE { ?a ?b ?c . ?d ?e ?f }",
)
NO_BUDGET = {"client_seconds": 1e9, "client_queue_length": 10_000, "queue_length": 10_000, "deadline_seconds": 300}
ANALYSTS_OF_RDFLIB = 2  # it answers one query at a time, in seconds
SAMPLES = 50  # distinct point queries whose answers are compared
MANY = 1_000  # so many rows are said
OURS, OXIGRAPH = "passerelles", "oxigraph"
REPEATED, UNCHANGED, DISTINCT, ANALYSTS, RDFLIB, NEIGHBOURS = 1.2, 1.5, 0.3, 0.9, 10, 2  # the ratios to reach
Ask = Callable[[Server, int], Figures]


@dataclass(frozen=True, slots=True)
class Measure:
    """One line of the table: how a server is loaded in a round, with which ratio to reach, and queries to compare."""

    name: str
    samples: Sequence[str]
    ask: Ask
    target: float | None = None


def measures(  # noqa: PLR0913, PLR0917 - what one run is
    servers: Sequence[Server], questions: Questions, rounds: int, seconds: int, scratch: Path, analysts: int = CLIENTS
) -> list[Measure]:
    """Every line of a table, the servers warm; so many analysts ask at once."""
    point = questions.one("point")
    others = [questions.one("point") for _ in range(SAMPLES)]
    *points, warming = questions.rounds("point", rounds + 1)
    for server in servers:
        wrk(server, warming, 1, scratch)

    def unchanged(server: Server, _: int) -> Figures:
        with server.connect() as connection:
            tag = connection.get(point).headers.get("etag", "") if server.name == OURS else ""
            if tag and connection.get(point, If_None_Match=tag).status != 304:  # noqa: PLR2004 - not modified
                raise RuntimeError("the entity tag is not recognised")
        return wrk(server, [f"{point}\t{tag}"], seconds, scratch)

    def distinct(server: Server, number: int) -> Figures:
        figures = wrk(server, points[number], seconds, scratch)
        if figures.requests > len(points[number]):
            raise RuntimeError(
                f"{server.name} needs more than {len(points[number])} distinct queries: shorten --seconds"
            )
        return figures

    made = [
        Measure("one point query, repeated", [point], lambda s, _: wrk(s, [point], seconds, scratch), REPEATED),
        Measure("the same, unchanged: 304 of ours", [point], unchanged, UNCHANGED),
        Measure("distinct point queries", others, distinct, DISTINCT),
    ]
    analyst = partial(drained, seconds=seconds, clients=analysts)
    for kind in ANALYTIC:
        one, first = questions.one(kind), questions.rounds(kind, rounds)
        made += [
            Measure(f"{kind}, first time", [one], lambda s, n, of=first: analyst(s, of[n])),
            Measure(f"{kind}, repeated", [one], lambda s, _, of=one: analyst(s, cycle([of])), ANALYSTS),
        ]
    return made


def alternated(measure: Measure, servers: Sequence[Server], rounds: int) -> dict[str, list[Figures]]:
    """The figures of each server, round after round; of a third one, which has no target, of the first round."""
    taken: dict[str, list[Figures]] = {server.name: [] for server in servers}
    for number in range(rounds):
        for server in servers[: 2 if number else None]:
            taken[server.name].append(measure.ask(server, number))
    return taken


def compared(measure: Measure, servers: Sequence[Server]) -> dict[str, str]:
    """What to write beside a server's figure: nothing when it gives our rows."""
    ours, *others = ([rows(server, sample) for sample in measure.samples] for server in servers)
    notes = {OURS: f" ({ours[0].total():,} rows)" if ours[0].total() > MANY else ""}
    for server, theirs in zip(servers[1:], others, strict=True):
        same_number = [of.total() for of in theirs] == [of.total() for of in ours]
        notes[server.name] = "" if theirs == ours else " (other terms)" if same_number else " (other rows)"
    if notes.get(OXIGRAPH):
        raise RuntimeError(f"{measure.name}: ours and the Oxigraph server's answers differ")
    return notes


def cell(figures: list[Figures], note: str = "") -> str:
    """A median of answers a second, and what failed."""
    rate, failed = median(one.rate for one in figures), sum(one.failed for one in figures)
    return f"{rate:,.{0 if rate >= 100 else 1}f}{note}{f', {failed:,} FAILED' if failed else ''}"  # noqa: PLR2004


def ratio(value: float, target: float | None, *, at_least: bool = True) -> str:
    """Three cells: the ratio, its target and whether it is reached."""
    shown = f"{value:,.{2 if value < 100 else 0}f} ×"  # noqa: PLR2004 - beyond, decimals are noise
    if target is None:
        return f"{shown} | |"
    reached = value >= target if at_least else value <= target
    return f"{shown} | {'≥' if at_least else '≤'} {target:g} | {'PASS' if reached else 'FAIL'}"


def table(every: Sequence[Measure], servers: Sequence[Server], rounds: int, against: str, target: float | None) -> None:
    """Measure and print, line after line. `target` replaces the measures' own."""
    names = [server.name for server in servers]
    print(f"\n| answers a second | {' | '.join(names)} | ours / {against} | target | |")
    print("|---|" + "---|" * (len(names) + 3))
    for measure in every:
        notes = compared(measure, servers)
        taken = alternated(measure, servers, rounds)
        value = median(one.rate for one in taken[OURS]) / median(one.rate for one in taken[against])
        cells = " | ".join(cell(taken[name], notes[name]) for name in names)
        print(f"| {measure.name} | {cells} | {ratio(value, target or measure.target)} |", flush=True)


def cheap(server: Server, questions: Questions) -> Iterator[str]:
    """Cheap queries without end: a new one, one of fifty asked before, one of these with its ETag."""
    known = [questions.one("point") for _ in range(50)]
    with server.connect() as connection:
        tags = [connection.get(query).headers["etag"] for query in known]
    for query, tag in cycle(zip(known, tags, strict=True)):
        yield questions.one("point")
        yield query
        yield f"{query}\t{tag}"


def neighbours(server: Server, questions: Questions, rounds: int, seconds: int, rate: int) -> None:
    """The p99 of cheap queries, alone, beside a hostile client, and beside processes that only compute, in turns.

    These have the lowest priority: what they cost is what any use of every processor costs on this machine.
    """
    queries = cheap(server, questions)
    hostile = child("endpoint.py", "abuse", str(server.port), server.path, str(seconds + 2))
    print(f"\n$ hostile client, round 0: {shlex.join(hostile)} 0")
    alone, beside, floor, outcomes = [], [], [], Counter()
    for number in range(rounds):
        paced(server, queries, rate, 1)  # what the hostile client left is over
        alone.append(paced(server, queries, rate, seconds))
        with computing():
            floor.append(paced(server, queries, rate, seconds))
        abuser = subprocess.Popen([*hostile, str(number)], stdout=subprocess.PIPE, text=True)
        abuser.stdout.readline()  # it has begun
        beside.append(paced(server, queries, rate, seconds))
        outcomes.update(json.loads(abuser.communicate()[0]))
    print(f"what the hostile client got: {', '.join(f'{n} × {what}' for what, n in sorted(outcomes.items()))}")
    print(f"\n| {rate} cheap queries a second | alone | beside processes | beside | ratio | target | |")
    print("|---|---|---|---|---|---|---|")
    for name in ("p50", "p99"):
        one, least, other = (median(getattr(of, name) for of in them) for them in (alone, floor, beside))
        target = NEIGHBOURS if name == "p99" else None
        verdict = ratio(other / one, target, at_least=False)
        print(f"| {name} | {one * 1e3:.2f} ms | {least * 1e3:.2f} ms | {other * 1e3:.2f} ms | {verdict} |")
    print(f"refused or failed: {sum(of.failed for of in alone)} alone, {sum(of.failed for of in beside)} beside")


@contextmanager
def computing() -> Iterator[None]:
    """A process of the lowest priority on each processor, which only computes."""
    command = ["nice", "-n", "19", sys.executable, "-c", "while True: pass"]
    burners = [subprocess.Popen(command) for _ in range(os.cpu_count() or 1)]
    try:
        yield
    finally:
        for each in burners:
            each.kill()
            each.wait()


def be_hostile(port: str, path: str, seconds: str, number: str) -> None:
    """The child process: say when it begins, then what it got."""
    sys.path.append(str(HOSTILE))
    from abuses import CORPUS

    queries = [
        *(bomb.encode() for bomb in BOMBS),
        *(each.query(f"http://127.0.0.1:{port}{path}") for each in CORPUS.values()),
    ]
    print("begun", flush=True)
    print(json.dumps(abuse(int(port), path, queries, float(seconds), int(number))))


def memory(servers: Sequence[Server], idle: dict[str, float], beyond: str = "") -> None:
    print(f"\n| memory, PSS of every process{beyond} | at the start | after the run |")
    print("|---|---|---|")
    for server in servers:
        print(f"| {server.name} | {idle[server.name]:,.0f} MB | {server.megabytes:,.0f} MB |")


def built(repository: Path) -> Path:
    """The snapshot in force of a repository, built when there is none."""
    current = repository / ".passerelles" / "current"
    if not current.exists():
        run([PASSERELLES, "--repo", str(repository), "build", "--quiet"])
    return current.resolve()


def main() -> None:
    given = arguments(
        __doc__, repo="", peers="", triples=1_000_000, peer_triples=100_000, virtuoso=1, rounds=3, seconds=4, rate=400
    )
    if given.child:
        be_hostile(*given.child[1:])
        sys.exit()
    if shutil.which("wrk") is None:
        sys.exit("wrk is needed")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended by a signal"))  # and what was started with it
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="passerelles-bench-")))
        peers = Path(given.peers) if given.peers else scratch / "peers"
        versions = installed(peers)
        header("pyoxigraph", "uvicorn")
        unpacked, about_virtuoso = unpacked_virtuoso(peers) if given.virtuoso else (None, "left out")
        wrk_version = subprocess.run(["wrk", "-v"], check=False, capture_output=True, text=True).stdout.splitlines()[0]
        print(f"peers: {versions}, virtuoso {about_virtuoso}; {wrk_version}")
        repository = Path(given.repo).resolve() if given.repo else stack.enter_context(graph(given.triples, 1000))
        large(repository, unpacked, peers, scratch, given)
        if given.peer_triples:
            small(stack.enter_context(graph(given.peer_triples, 1000)), peers, scratch, given)
    print(f"\nload average at the end: {os.getloadavg()[0]:.1f}")


def large(repository: Path, unpacked: Path | None, peers: Path, scratch: Path, given: argparse.Namespace) -> None:
    """Beside the Oxigraph server and Virtuoso, then beside a hostile client."""
    snapshot = built(repository)
    store = snapshot / "store"
    questions = Questions(store)
    print(f"{questions.column('SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }')[0]} triples in the default graph")
    with ExitStack() as stack:
        servers = [
            stack.enter_context(passerelles(repository, snapshot, scratch, NO_BUDGET)),
            stack.enter_context(oxigraph(peers, store, scratch)),
        ]
        if unpacked is not None:
            dump = dumped(store, scratch / "large.nt")
            try:
                servers.append(stack.enter_context(virtuoso(unpacked, dump, scratch)))
            except (subprocess.CalledProcessError, RuntimeError) as error:
                print(f"Virtuoso is left out: {getattr(error, 'stderr', b'') or error}")
        print(f"$ {shlex.join(wrk_command(servers[0].url, scratch / 'queries.txt', given.seconds))}")
        idle = {server.name: server.megabytes for server in servers}
        every = measures(servers, questions, given.rounds, given.seconds, scratch)
        table(every, servers, given.rounds, OXIGRAPH, None)
        memory(servers, idle)
    questions = Questions(store)
    with passerelles(repository, snapshot, scratch, {}, "passerelles with its own limits") as server:
        idle = {server.name: server.megabytes}
        neighbours(server, questions, given.rounds, given.seconds, given.rate)
        memory([server], idle, " with a hostile client")


def small(repository: Path, peers: Path, scratch: Path, given: argparse.Namespace) -> None:
    """Beside rdflib-endpoint: one round, analysts' queries the first time only, and two analysts instead of 16."""
    snapshot = built(repository)
    questions = Questions(snapshot / "store")
    print(f"\n{questions.column('SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }')[0]} triples in the default graph")
    folder = scratch / "small"
    folder.mkdir()
    dump = dumped(snapshot / "store", folder / "small.nt")
    with passerelles(repository, snapshot, folder, NO_BUDGET) as ours, rdflib(peers, dump, folder) as theirs:
        servers = [ours, theirs]
        idle = {server.name: server.megabytes for server in servers}
        every = measures(servers, questions, 1, given.seconds, folder, ANALYSTS_OF_RDFLIB)
        every = [one for one in every if one.target != ANALYSTS]
        table(every, servers, 1, theirs.name, RDFLIB)
        memory(servers, idle)


if __name__ == "__main__":
    main()
