"""The catalogue of a site: what its snapshot says, asked once, and seen at the address of a request."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from ..catalog.catalogue import (
    FILE_TYPES,
    Catalogue,
    Distribution,
    Kind,
    Known,
    Portal,
    assembled,
    configured,
)
from ..catalog.triples import literal, ref, texts
from ..dataset import HARVEST
from ..feeds.dumps import CODINGS, FORMS, NAMES, Dump, known
from ..namespaces import FOAF
from ..texts import LANGUAGES, keys, say
from .terms import Row, Term, choose

if TYPE_CHECKING:
    from fastapi import Request

    from .endpoint import Endpoint
    from .site import Site

_PAGE = f"<{FOAF}page>"


@dataclass(frozen=True, slots=True)
class Beside:
    """What the catalogue says of what is beside its snapshot: the others that are kept, and the dumps made of it."""

    kept: Sequence[tuple[str, datetime]]
    dumps: Mapping[str, Dump]

    @property
    def key(self) -> tuple[str, ...]:
        """What tells one state of it from another."""
        return (*(name for name, _ in self.kept), *sorted(self.dumps))

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
    """What is beside the snapshot a request is for; a pinned address tells of no other."""
    endpoint: Endpoint = request.app.state.endpoint
    snapshots = [] if request.state.pinned else await asyncio.to_thread(endpoint.timeline.kept)
    return Beside(snapshots, await asyncio.to_thread(known, request.state.site.snapshot))


async def catalogue(request: Request, others: Beside) -> Catalogue:
    """The catalogue of the snapshot a request is for."""
    site: Site = request.state.site
    said = configured(site.snapshot.manifest)
    portals = await _portals(request, site)
    named = {site.snapshot.manifest.licence, site.snapshot.manifest.publisher, said.publisher_type}
    named |= {*said.spatial, *said.themes, *(portal.licence for portal in portals)}
    return assembled(
        site.snapshot.manifest,
        site.url(request),
        kinds=await _kinds(request, site),
        portals=portals,
        kept=others.kept,
        dumps=others.files(site.url(request)),
        served={str(getattr(route, "path", "")) for route in request.app.routes},
        known=await _known(request, site, named - {""}),
    )


async def _kinds(request: Request, site: Site) -> list[Kind]:
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
    kinds = []
    for name, classes in by_kind.items():
        called = [rows for rows in classes.values() if any("label" in row for row in rows)] or list(classes.values())
        best = max(called, key=lambda rows: (int(rows[0]["count"].value), -everywhere[rows[0]["class"].value]))
        count = max(int(rows[0]["count"].value) for rows in classes.values())
        kinds.append(Kind(name, count, _label(name, best), _wordings(best, "about"), periods.get(name)))
    return kinds


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
    return list({portal["graph"]: Portal(**portal) for portal in told}.values())


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
