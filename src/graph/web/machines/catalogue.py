"""The catalogue of a site: what its snapshot says, asked once, and seen at the address of a request."""

from __future__ import annotations

import asyncio
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from ...catalog.catalogue import FILE_TYPES, Catalogue, Distribution, Kind, Known, Portal, assembled, configured
from ...catalog.triples import literal, ref, texts
from ...dataset import HARVEST
from ...errors import SnapshotError
from ...feeds.dumps import CODINGS, FORMS, NAMES, Dump
from ...feeds.lines import content
from ...feeds.patch import PATCH
from ...namespaces import DCAT, DCT, FOAF
from ...texts import LANGUAGES, keys, say
from ..terms import Row, Term, choose
from .dumped import whole

if TYPE_CHECKING:
    from fastapi import Request

    from ...feeds.changes import Chain, Entry
    from ..endpoint import Endpoint
    from ..site import Site

_PAGE = f"<{FOAF}page>"
_MOST = 20  # values of a property: a portal may have keywords by the thousand


@dataclass(frozen=True, slots=True)
class Beside:
    """What the catalogue says of what is beside its snapshot: the others that are kept, and the dumps made of it.

    `changes` are the entries of the chain that led to it, the oldest first.
    """

    kept: Sequence[tuple[str, datetime]]
    dumps: Mapping[str, Dump]
    changes: Sequence[Entry] = ()

    @property
    def key(self) -> tuple[str, ...]:
        """What tells one state of it from another."""
        return (*(name for name, _ in self.kept), *sorted(self.dumps), *(entry.patch for entry in self.changes[-1:]))

    def files(self, address: str) -> list[Distribution]:
        """Every dump there can be, with its size and digest where it is made; none of a snapshot made without."""
        return [self._file(name, f"{address}/dumps/{name}") for name in NAMES] if self.dumps else []

    def _file(self, name: str, url: str) -> Distribution:
        stem, _, coding = name.rpartition(".")
        form, made = FORMS[stem], self.dumps.get(name)
        return Distribution(
            name,
            name,
            url,
            form.media_type,
            FILE_TYPES[form.name],
            CODINGS[coding],
            made and made.bytes,
            made.sha256 if made else "",
        )


async def beside(request: Request) -> Beside:
    """What is beside the snapshot a request is for; a pinned address tells of no other, nor of dumps that may come."""
    endpoint: Endpoint = request.app.state.endpoint
    snapshots = [] if request.state.pinned else await asyncio.to_thread(endpoint.timeline.kept)
    dumps = await whole(request)
    if request.state.pinned and len(dumps) < len(NAMES):
        dumps = {name: dumps[name] for name in request.state.site.snapshot.manifest.dumps if name in dumps}
    return Beside(snapshots, dumps, await asyncio.to_thread(_changes, request))


def _changes(request: Request) -> list[Entry]:
    """The entries up to the snapshot of a request; none at a pinned address, and of a chain that is damaged."""
    chain: Chain | None = request.app.state.chain
    try:
        entries = [] if chain is None or request.state.pinned else chain.entries()
    except SnapshotError:
        return []
    while entries and entries[-1].snapshot != request.state.site.snapshot.id:
        entries.pop()
    return entries


async def catalogue(request: Request, others: Beside) -> Catalogue:
    """The catalogue of the snapshot a request is for."""
    site: Site = request.state.site
    said = configured(site.snapshot.manifest)
    portals = await _portals(request, site)
    named = {site.snapshot.manifest.licence, site.snapshot.manifest.publisher, said.publisher_type}
    named |= {*said.spatial, *said.themes}
    named |= {iri for portal in portals for iri in (portal.licence, *portal.themes, *portal.spatial)}
    return assembled(
        site.snapshot.manifest,
        site.url(request),
        kinds=await _kinds(request, site, others.changes),
        portals=portals,
        kept=others.kept,
        dumps=others.files(site.url(request)),
        served={str(getattr(route, "path", "")) for route in request.app.routes},
        known=await _known(request, site, named - {""}),
    )


async def _kinds(request: Request, site: Site, changes: Sequence[Entry]) -> list[Kind]:
    """The kinds of things; each is called as our texts do, else as its most frequent class that has a label."""
    by_kind: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in await site.rows(request, "catalog-kinds", base=site.base):
        by_kind[row["kind"].value][row["class"].value].append(row)
    everywhere: dict[str, int] = defaultdict(int)
    for classes in by_kind.values():
        for name, rows in classes.items():
            everywhere[name] += int(rows[0]["count"].value)
    periods = {
        row["kind"].value: (row["first"].value, row["last"].value)
        for row in await site.rows(request, "catalog-periods", base=site.base)
        if "kind" in row and "first" in row
    }
    dated: dict[str, dict[str, str]] = request.app.state.dated
    last = changes[-1].patch if changes else ""
    changed = dated.get(last)
    if changed is None:  # every patch may have to be read
        changed = await asyncio.to_thread(_changed, changes, site.base, by_kind.keys())
        dated.clear()
        dated[last] = changed
    kinds = []
    for name, classes in by_kind.items():
        called = [rows for rows in classes.values() if any("label" in row for row in rows)] or list(classes.values())
        best = max(called, key=lambda rows: (int(rows[0]["count"].value), -everywhere[rows[0]["class"].value]))
        count = max(int(rows[0]["count"].value) for rows in classes.values())
        said = (_label(name, best), _wordings(best, "about"), periods.get(name), changed.get(name, ""))
        kinds.append(Kind(name, count, *said))
    return kinds


def _changed(changes: Sequence[Entry], base: str, kinds: Iterable[str]) -> dict[str, str]:
    """When a statement about a thing of each kind last came or went; nothing of a kind the chain does not tell."""
    found: dict[str, str] = {}
    wanted = {kind.encode(): kind for kind in kinds}
    about = re.compile(rb"^[AD] <%s([^/>]+)/" % re.escape(base.encode()), re.MULTILINE)
    for entry in reversed(changes):
        if not wanted:
            break
        if entry.sequence == entry.began:  # it tells everything, what did not change too
            return found | dict.fromkeys(wanted.values(), entry.published) if entry.reason == "first" else found
        rest = b""
        try:
            for part in content(entry.folder / PATCH):
                whole, _, rest = (rest + part).rpartition(b"\n")
                for kind in wanted.keys() & set(about.findall(whole)):
                    found[wanted.pop(kind)] = entry.published
        except SnapshotError:  # of what is before, nothing is known
            break
    return found


def _label(name: str, rows: Sequence[Row]) -> dict[str, str]:
    if f"web.kind.{name}" in keys(LANGUAGES[0]):
        return {language: say(language, f"web.kind.{name}") for language in LANGUAGES}
    return _wordings(rows, "label") or {"": name}


def _wordings(rows: Iterable[Row], column: str) -> dict[str, str]:
    """The literals of a column, one in each of our languages where there is one, else any."""
    values = list(dict.fromkeys(row[column] for row in rows if column in row and row[column].kind == "literal"))
    found = {language: choose(_of(values, language), language) for language in (*LANGUAGES, "")}
    said = {language: term.value for language, term in found.items() if term is not None}
    return said or {value.language: value.value for value in values[:1]}


def _of(values: Iterable[Term], language: str) -> list[Term]:
    return [value for value in values if value.language.partition("-")[0] == language]


async def _portals(request: Request, site: Site) -> list[Portal]:
    below = {"start": f"{site.graph_base}{HARVEST}/", "things": f"{site.base}{HARVEST}/"}
    rows = await site.rows(request, "catalog-portals", **below)
    told = ({name: term.value for name, term in row.items() if term.is_iri} for row in rows)
    portals = {portal["graph"]: Portal(**portal) for portal in told}.values()
    return [await _portal(request, site, portal) for portal in portals]


async def _portal(request: Request, site: Site, portal: Portal) -> Portal:
    """A portal with what its records say."""

    async def most(name: str) -> list[Term]:
        rows = await site.rows(request, "catalog-portal-values", (_MOST, 0), graph=portal.graph, property=name)
        return [row["value"] for row in rows if "value" in row]  # of nothing there is a row

    rows = await site.rows(request, "catalog-portal", graph=portal.graph)
    said = {name: term.value for row in rows for name, term in row.items()}
    keywords: dict[str, list[str]] = defaultdict(list)
    for word in await most(DCAT + "keyword"):
        if word.kind == "literal":
            keywords[word.language].append(word.value)
    return replace(
        portal,
        period=(said["first"], said["last"]) if "first" in said else None,
        issued=said.get("issued", ""),
        modified=said.get("modified", ""),
        keywords=dict(keywords),
        themes=[term.value for term in await most(DCAT + "theme") if term.is_iri],
        spatial=[term.value for term in await most(DCT + "spatial") if term.is_iri],
    )


async def _known(request: Request, site: Site, iris: Iterable[str]) -> Known:
    statements = {}
    for iri in sorted(iris):
        facts: dict[str, list[str]] = defaultdict(list)
        for row in await site.rows(request, "catalog-known", iri=iri):
            facts[ref(row["property"].value)].append(_written(row["value"]))
        statements[ref(iri)] = dict(facts)
    pages = statements.get(ref(site.snapshot.manifest.licence), {}).get(_PAGE, [])
    return Known(statements, next((page[1:-1] for page in pages if page.startswith("<")), ""))


def _written(term: Term) -> str:
    if term.is_iri:
        return ref(term.value)
    return texts({term.language: term.value})[0] if term.language else literal(term.value)
