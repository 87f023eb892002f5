"""Reuse on pages: who reuses a thing and what someone reuses, attested, stale or only claimed; chains; the overview.

An attested reuse is stale twelve months after it was last confirmed, at the date of the snapshot and not of the
clock: a page of a snapshot is the same for ever.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from ...namespaces import PAS, PROV
from ..terms import Row, iris

if TYPE_CHECKING:
    from fastapi import Request

    from ..site import Site

TAG = "reutilisations"
_REUSED, _REUSER = PAS + "reused", PAS + "reuser"
#: What is said otherwise of a reuse: by the records that point to either end, and between these ends.
_SAID = frozenset(PAS + name for name in ("reused", "reuser", "reuses", "reusedBy", "reusedIn", "reuserIn"))
_SHOWN = 100
_LEAP_DAY = (2, 29)
_SEVERAL = {"result": "results", "attester": "attesters", "evidence": "evidence", "contact": "contacts"}
ATTESTED, STALE, UNATTESTED = "attested", "stale", "unattested"


@dataclass(slots=True)
class Reuse:
    """A reuse that the graph states. What is not known is empty; `status` is attested, stale or unattested."""

    iri: str
    reuser: str
    reused: str
    kind: str
    exchange: str
    since: str
    confirmed: str
    status: str = UNATTESTED
    results: list[str] = field(default_factory=list)
    attesters: list[str] = field(default_factory=list)
    evidence: list[str] = field(default_factory=list)
    contacts: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Step:
    """A reuse in a chain, `depth` reuses after its beginning; `repeated` when what comes of it was told before."""

    depth: int
    row: Row
    repeated: bool


@dataclass(slots=True)
class Told:
    """What the page of a thing tells of reuse: by others, by itself, claimed by portals, and the chain it is in.

    `totals` are how many there are, of which some are shown, last confirmed first; `uses`, how many reuses of it are
    attested and not stale. The same reuse told twice (by whom, of what, how) counts once, and is shown as it is told.
    """

    of: list[Reuse] = field(default_factory=list)
    by: list[Reuse] = field(default_factory=list)
    claims: list[Row] = field(default_factory=list)
    chain: list[Step] = field(default_factory=list)
    iris: set[str] = field(default_factory=set)
    totals: dict[str, int] = field(default_factory=dict)
    uses: int = 0

    def tells(self, way: str, others: Iterable[str]) -> bool:
        """Whether a property (`way`) that joins the thing to others says nothing more than the reuses told."""
        return way in _SAID and self.iris.issuperset(others)


@dataclass(slots=True)
class Overview:
    """The reuses of the whole graph: `cells` are counts by exchange type and way of reusing, by status."""

    exchanges: list[str]
    kinds: list[str]
    cells: dict[tuple[str, str], dict[str, int]]
    claims: list[Row]
    pairs: list[Row]
    latest: list[Reuse]

    def total(self, status: str) -> int:
        """How many reuses have a status."""
        return sum(cell[status] for cell in self.cells.values())

    @property
    def claimed(self) -> int:
        """How many reuses portals claim; none is counted elsewhere."""
        return sum(int(row["claims"].value) for row in self.claims)


def stale_before(site: Site) -> str:
    """The day twelve months before the snapshot (ISO 8601): what was last confirmed before it is stale."""
    made = site.created.date()
    day = 28 if (made.month, made.day) == _LEAP_DAY else made.day
    return date(made.year - 1, made.month, day).isoformat()


async def told(request: Request, site: Site, thing: str, mentions: Collection[str]) -> Told:
    """What is told of reuse on the page of a thing; `mentions` are the properties that lead to it."""
    found = Told()
    if _REUSED in mentions or _REUSER in mentions:
        [count] = await site.rows(request, "reuse-uses", thing=thing, before=stale_before(site))
        found.totals = {name: int(count[name].value) for name in ("of", "by")}
        found.uses = int(count["uses"].value)
        rows = await site.rows(request, "reuses-of", thing=thing)
        every = list(_reuses(rows, stale_before(site)))
        found.of = [reuse for reuse in every if reuse.reused == thing]
        found.by = [reuse for reuse in every if reuse.reuser == thing]
        found.iris.update(iris(rows))
    if found.of or PROV + "generated" in mentions:
        links = await site.rows(request, "reuse-chain", thing=thing)
        found.chain = _chain(thing, links)
        found.iris.update(iris(links) if found.chain else ())
    if await site.rows(request, "reuse-claims-any"):
        claims = await site.rows(request, "reuse-claims-of", thing=thing)
        found.claims, found.totals["claims"] = claims[:_SHOWN], len(claims)
    return found


async def page(request: Request, site: Site) -> str:
    """The overview of the reuses: counted, between which sides and organisations, and those confirmed last."""
    overview, before = await _overview(request, site), stale_before(site)
    latest = (iri for each in overview.latest for iri in (each.reuser, each.reused, each.kind, *each.attesters))
    named = {*overview.exchanges, *overview.kinds, *iris(overview.pairs), *latest}
    labels = await site.labels(request, named - {""})
    tables = [query for query in site.library.values() if TAG in query.tags and query.folder != "checks"]
    return site.pages.render("reuses.html", request, overview=overview, before=before, queries=tables, labels=labels)


async def as_json(request: Request, site: Site) -> str:
    """The same counts, as programs take them: what is not known is null."""
    found = await _overview(request, site)
    told = {
        "before": stale_before(site),
        "totals": {
            **{status: found.total(status) for status in (ATTESTED, STALE, UNATTESTED)},
            "claimed": found.claimed,
        },
        "exchanges": [
            {"exchange": exchange or None, "kind": kind or None, **counts}
            for (exchange, kind), counts in found.cells.items()
        ],
        "pairs": [
            {name: row[name].value for name in ("owner", "reuser")} | {"reuses": int(row["reuses"].value)}
            for row in found.pairs
        ],
        "claims": [{"graph": row["graph"].value, "claims": int(row["claims"].value)} for row in found.claims],
    }
    return json.dumps(told, ensure_ascii=False)


async def _overview(request: Request, site: Site) -> Overview:
    before = stale_before(site)
    counts = await site.rows(request, "reuse-counts", before=before)
    exchanges = [row["exchange"].value for row in await site.rows(request, "exchange-types")]
    pairs = await site.rows(request, "reuse-pairs")
    latest = await site.rows(request, "reuses-latest")
    ranked = sorted(
        counts, key=lambda row: (int(row["rank"].value) if "rank" in row else len(counts), _of(row, "kind"))
    )
    cells = {
        (_of(row, "exchange"), _of(row, "kind")): {
            status: int(row[status].value) for status in (ATTESTED, STALE, UNATTESTED)
        }
        for row in counts
    }
    return Overview(
        exchanges=list(dict.fromkeys((*exchanges, *(exchange for exchange, _ in cells)))),
        kinds=list(dict.fromkeys(_of(row, "kind") for row in ranked)),
        cells=cells,
        claims=await site.rows(request, "reuse-claims-count"),
        pairs=pairs,
        latest=list(_reuses(latest, before)),
    )


def _reuses(rows: Iterable[Row], before: str) -> Iterator[Reuse]:
    """One reuse for all the rows that tell of it, in their order."""
    found: dict[str, Reuse] = {}
    for row in rows:
        iri = row["reuse"].value
        if iri not in found:
            single = ("reuser", "reused", "kind", "exchange", "since", "confirmed")
            found[iri] = Reuse(iri, *(_of(row, name) for name in single))
        reuse = found[iri]
        for name, several in _SEVERAL.items():
            values: list[str] = getattr(reuse, several)
            if name in row and row[name].value not in values:
                values.append(row[name].value)
        if reuse.attesters:
            reuse.status = ATTESTED if reuse.confirmed >= before else STALE
    yield from found.values()


def _chain(thing: str, links: Sequence[Row]) -> list[Step]:
    """The chain of reuses a thing is in, from its beginnings on, each once; none where no reuse follows another."""
    after: dict[str, list[Row]] = defaultdict(list)
    before: dict[str, list[str]] = defaultdict(list)
    for link in links:
        after[link["reused"].value].append(link)
        if "result" in link:
            before[link["result"].value].append(link["reused"].value)
    if not any("result" in link and link["result"].value in after for link in links):
        return []
    steps: list[Step] = []
    seen: set[str] = set()
    waiting = [(0, link) for link in reversed([link for start in _beginnings(thing, before) for link in after[start]])]
    seen.update(link["reused"].value for _, link in waiting)
    while waiting:
        depth, link = waiting.pop()
        result = _of(link, "result")
        steps.append(Step(depth, link, repeated=result in seen))
        if result and result not in seen:
            seen.add(result)
            waiting += [(depth + 1, next_) for next_ in reversed(after[result])]
    return steps


def _beginnings(thing: str, before: dict[str, list[str]]) -> list[str]:
    """What a thing comes from and that comes from nothing else; the thing itself where all of it goes in a circle."""
    found, waiting, seen = [], [thing], {thing}
    while waiting:
        name = waiting.pop()
        if not before[name]:
            found.append(name)
        fresh = [each for each in before[name] if each not in seen]
        seen.update(fresh)
        waiting += fresh
    return sorted(found) or [thing]


def _of(row: Row, name: str) -> str:
    return row[name].value if name in row else ""
