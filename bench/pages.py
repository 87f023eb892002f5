"""Pages at a million triples: each type made anew, kept answers by the second, the first paint in a browser.

python bench/pages.py [--triples 1000000] [--per-file 20] [--samples 25] [--seconds 4] [--repository DIR]

- The pages are those of the server's own description of its interface, with one address for each that has a variable
  part, and things of every kind, the most linked ones first. Each is asked with an address that nobody asked before, so
  that it is made anew; of a page there is one of, the queries may be kept, and the first one, which asks them, is told
  beside. `--only WORD` measures those whose name holds it.
- Peers, in turns with ours: a page of the same bytes from a bare FastAPI on the same uvicorn, and what the Oxigraph
  server answers to DESCRIBE of the same things, from the snapshot's own store.
- Kept answers: wrk, 16 clients, one address. The first paint is what Chromium says of it, on the loopback, without its
  cache; it needs the browser and Playwright, and is left out without them.
- `--repository` is a graph that has been generated before; it is built when it has no snapshot in force.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import quote, urlencode, urlsplit

from common import BIN, PASSERELLES, arguments, child, graph, header, run, verdict
from peers import Server, free_port, oxigraph, passerelles, started

PAGE_MS, KEPT_PER_SECOND, PAINT_MS = 30, 5_000, 300  # the figures to reach: p50; 16 clients; the median of visits
NO_BUDGET = {"client_seconds": 1e9, "client_queue_length": 10_000, "queue_length": 10_000}
HTML = "text/html"
OK = 200
VISITS, CLIENTS = 9, 16
WORK_MS = 50  # of a processor in a second: a server that is at rest does less
FRESH = count()
HUBS = """SELECT ?thing (COUNT(*) AS ?links) WHERE { ?other ?property ?thing . ?thing a ?type
FILTER(STRSTARTS(STR(?thing), "%s")) } GROUP BY ?thing ORDER BY DESC(?links) LIMIT %d"""
KINDS = """SELECT ?kind (SAMPLE(?thing) AS ?one) WHERE { ?thing a ?type FILTER(STRSTARTS(STR(?thing), "%s"))
BIND(STRBEFORE(STRAFTER(STR(?thing), "%s"), "/") AS ?kind) FILTER(?kind != "") } GROUP BY ?kind"""
SOME = "SELECT DISTINCT ?thing WHERE { ?thing a ?type FILTER(STRSTARTS(STR(?thing), '%s%s/')) } LIMIT %d"


class Site:
    """A server over one connection."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)

    def get(self, path: str, accept: str = HTML) -> tuple[int, bytes, float]:
        """The status, the body, and the milliseconds it took."""
        start = time.perf_counter()
        self._connection.request("GET", path, headers={"Accept": accept})
        answer = self._connection.getresponse()
        body = answer.read()
        return answer.status, body, 1000 * (time.perf_counter() - start)

    def rows(self, query: str) -> list[dict[str, str]]:
        """The rows of a query. Raises KeyError when it failed."""
        _, body, _ = self.get(f"/sparql?{urlencode({'query': query})}", "application/sparql-results+json")
        found = json.loads(body)["results"]["bindings"]
        return [{name: term["value"] for name, term in row.items()} for row in found]


def fresh(path: str) -> str:
    """The same page at an address that was never asked."""
    return f"{path}{'&' if '?' in path else '?'}fresh={next(FRESH)}"


def types(site: Site, base: str, samples: int) -> dict[str, list[str]]:
    """Addresses of every type of page; a type whose addresses are several has each asked once."""
    _, body, _ = site.get("/openapi.json", "application/json")
    found: dict[str, list[str]] = {}
    for path, methods in json.loads(body)["paths"].items():
        content = methods.get("get", {}).get("responses", {}).get("200", {}).get("content", {})
        if HTML in content and "{" not in path and not path.startswith("/queries/"):
            found[path] = [path] * samples
    hubs = [row["thing"] for row in site.rows(HUBS % (base, samples))]
    kinds = {row["kind"]: row["one"] for row in site.rows(KINDS % (base, base))}
    things = [row["thing"] for row in site.rows(SOME % (base, "productions", 2 * samples))]
    words = [quote(thing.rpartition("/")[2].partition("-")[0]) for thing in things]
    found["/id/… most linked"] = [place(base, thing) for thing in hubs]
    for kind in kinds:
        some = [row["thing"] for row in site.rows(SOME % (base, kind, samples))]
        found[f"/id/{kind}/…"] = [place(base, thing) for thing in some]
    found["/id/… (a kind)"] = [f"/id/{quote(kind)}" for kind in kinds]
    found["/relay?uri="] = ["/relay?" + urlencode({"uri": thing}) for thing in things[:samples]]
    found["/relay?uri= most linked"] = ["/relay?" + urlencode({"uri": thing}) for thing in hubs]
    found["/explore?uri="] = ["/explore?" + urlencode({"uri": thing}) for thing in things[:samples]]
    found["/explore?uri= most linked"] = ["/explore?" + urlencode({"uri": thing}) for thing in hubs]
    pairs = list(zip(things[:samples], things[samples:], strict=False))
    found["/compare?a=&b="] = ["/compare?" + urlencode({"a": a, "b": b}) for a, b in pairs]
    found["/search?q="] = [f"/search?q={word}" for word in dict.fromkeys(words)]
    found["card, PNG"] = [f"{place(base, thing)}.png" for thing in things[:samples]]
    return {name: paths for name, paths in found.items() if paths}


def place(base: str, thing: str) -> str:
    return "/id/" + quote(thing.removeprefix(base))


def worked(server: Server) -> float:
    """The processor milliseconds of a server and its workers until now, which other work hardly changes."""
    ticks = 0
    for process in server.family():
        with suppress(OSError):
            fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
            ticks += sum(map(int, fields[11:15]))  # of its own, and of children that have ended
    return 1000 * ticks / os.sysconf("SC_CLK_TCK")


def rest(server: Server) -> None:
    """Wait until a server has done what it does behind at its start."""
    last = -WORK_MS
    while (now := worked(server)) > last + WORK_MS:
        last = now
        time.sleep(1)


def measured(site: Site, paths: list[str]) -> tuple[float, list[float], int]:
    """The milliseconds of the first one, those of the others, and how many bytes the last has; none where it fails."""
    taken = []
    for path in paths:
        status, body, milliseconds = site.get(fresh(path))
        if status != OK:
            return 0.0, [], status
        taken.append(milliseconds)
    return taken[0], taken, len(body)


def told(name: str, first: float, taken: list[float], size: int, processor: float) -> float:
    """Print the figures of a type; its p50."""
    cuts = quantiles(taken, n=20) if len(taken) > 1 else [taken[0]] * 19
    mark = "" if cuts[9] <= PAGE_MS else "  SLOW"
    figures = f"p50 {cuts[9]:7.1f}   p95 {cuts[18]:7.1f}   first {first:8.1f}   processor {processor:6.1f} ms"
    print(f"{name:34} {figures} {size / 1000:6.0f} kB{mark}", flush=True)
    return cuts[9]


def bare(folder: Path, port: int) -> None:
    """A page of the same bytes from a bare FastAPI: the child that `peer` starts."""
    import uvicorn
    from fastapi import FastAPI
    from fastapi.responses import HTMLResponse

    page = (folder / "page.html").read_bytes()
    app = FastAPI()

    @app.get("/", response_class=HTMLResponse)
    async def home() -> HTMLResponse:
        return HTMLResponse(page)

    @app.get("/query")  # what `started` asks to see that it lives
    async def query() -> dict[str, str]:
        return {}

    uvicorn.run(app, host="127.0.0.1", port=port, log_level="critical", access_log=False)


@contextmanager
def peer(folder: Path, page: bytes) -> Iterator[Server]:
    """The bare FastAPI, with a page to give."""
    (folder / "page.html").write_bytes(page)
    port = free_port()
    with started("bare FastAPI", child("pages.py", folder, str(port)), port, "/query?", folder / "bare.log") as server:
        yield server


def kept(port: int, path: str, seconds: int) -> float:
    """The answers a second that wrk gets of one address."""
    url = f"http://127.0.0.1:{port}{path}"
    command = ["wrk", "-t1", f"-c{CLIENTS}", f"-d{seconds}s", "-H", f"Accept: {HTML}", url]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in said:
        raise RuntimeError(said)
    return float(re.search(r"Requests/sec: +([\d.]+)", said)[1])


def painted(url: str) -> float | None:
    """The milliseconds until the first contentful paint, the median of some visits; None without a browser."""
    program = shutil.which("chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        program = None
    if program is None:
        return None
    script = """() => new Promise(told => new PerformanceObserver(list =>
        list.getEntriesByName("first-contentful-paint").forEach(paint => told(paint.startTime)))
        .observe({type: "paint", buffered: true}))"""
    taken = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for _ in range(VISITS):
            page = browser.new_page()
            page.goto(url, wait_until="load")
            taken.append(page.evaluate(script))
            page.close()
        browser.close()
    return median(taken)


def described(server: Server, things: list[str]) -> list[float]:
    """The milliseconds of the Oxigraph server for DESCRIBE of each thing."""
    site, path = Site(server.port), urlsplit(server.url).path
    return [site.get(f"{path}?{urlencode({'query': f'DESCRIBE <{thing}>'})}", "text/turtle")[2] for thing in things]


def main() -> None:
    given = arguments(__doc__, triples=1_000_000, per_file=20, samples=25, seconds=4, repository="", only="")
    if given.child:
        folder, port = given.child
        bare(Path(folder), int(port))
        return
    header("fastapi", "uvicorn", "oxigraph", "pyoxigraph")
    what = (given.samples, given.seconds, given.only)
    if given.repository:
        compared(Path(given.repository), *what)
    else:
        with graph(given.triples, given.per_file) as repository:
            compared(repository, *what)


def compared(repository: Path, samples: int, seconds: int, only: str) -> None:
    from graph.snapshot.reader import current

    if not (repository / ".passerelles" / "current").exists():
        run([PASSERELLES, "build", "--quiet", "--repo", str(repository)])
    snapshot = current(repository / ".passerelles")
    base = snapshot.manifest.base
    print(f"{snapshot.manifest.counts['triples']:,} triples in the default graph")
    with tempfile.TemporaryDirectory(prefix="passerelles-bench-") as scratch:
        folder = Path(scratch)
        with passerelles(repository, snapshot.path, folder, NO_BUDGET) as server:
            site = Site(server.port)
            rest(server)
            slow = []
            for name, paths in types(site, base, samples).items():
                if only in name:
                    first, taken, size = measured(site, paths[:1])
                    before = worked(server)
                    _, taken, size = measured(site, paths[1:]) if taken and paths[1:] else (0, taken, size)
                    processor = (worked(server) - before) / max(1, len(paths) - 1)
                    if not taken:
                        print(f"{name:34} {size}: left out")
                    elif told(name, first, taken, size, processor) > PAGE_MS:
                        slow.append(name)
            print(f"pages above {PAGE_MS} ms at p50: {', '.join(slow) or 'none'}  {'FAIL' if slow else 'PASS'}")
            things = [row["thing"] for row in site.rows(SOME % (base, "productions", samples))]
            with oxigraph(BIN.parent, snapshot.store_path, folder) as other:
                theirs = described(other, things)
                ours = [site.get(fresh(place(base, thing)))[2] for thing in things]
            print(f"a thing: page {median(ours):.2f} ms, Oxigraph's DESCRIBE {median(theirs):.2f} ms (p50)")
            _, page, _ = site.get("/")
            with peer(folder, page) as other:
                for path in ("/", place(base, things[0])):
                    ours, theirs = kept(server.port, path, seconds), kept(other.port, "/", seconds)
                    print(f"{path[:40]:40} kept: {ours:,.0f}/s, bare FastAPI {theirs:,.0f}/s")
                    verdict(f"kept answers a second / {KEPT_PER_SECOND:,}", ours / KEPT_PER_SECOND, 1, at_least=True)
                for path in ("/", place(base, things[0])):
                    ours, theirs = (
                        painted(f"http://127.0.0.1:{server.port}{path}"),
                        painted(f"http://127.0.0.1:{other.port}/"),
                    )
                    if ours is None:
                        print("first paint: no browser, left out", file=sys.stderr)
                        return
                    print(
                        f"{path[:40]:40} first paint: {ours:.0f} ms, home's bytes from a bare FastAPI {theirs:.0f} ms"
                    )
                    verdict(f"first paint in ms / {PAINT_MS}", ours / PAINT_MS, 1)


if __name__ == "__main__":
    main()
