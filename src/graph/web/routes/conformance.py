"""Which profiles the snapshot in force meets: computed for it when it is first asked."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi import FastAPI, Request

from ...catalog import conformance as profiles
from ...catalog.dcat_ap import page as as_dcat_ap
from ...catalog.dcat_ap import series
from ...catalog.triples import PREFIXES
from ...formats import GRAPH_FORMATS, N_TRIPLES
from ...sparql.results import graph
from ..http.answers import answer, page
from ..http.conneg import HTML, JSON, Choice, chosen, negotiate, offer
from ..http.request import parameters
from ..interface import GRAPHS, PAGES, described
from ..machines.catalogue import beside, catalogue

if TYPE_CHECKING:
    from starlette.responses import Response

    from ..machines.catalogue import Beside
    from ..site import Site

OFFERS = (JSON, *(offer(form) for form in GRAPH_FORMATS), HTML)


@dataclass(frozen=True, slots=True)
class Counted:
    """What a description says, None where the snapshot has no counts, and what COUNT says; `key` is of its text."""

    name: str
    key: str
    said: int | None
    found: int

    @property
    def exact(self) -> bool:
        """True when they agree."""
        return self.said == self.found


def add(app: FastAPI) -> None:
    """Add `/conformance`."""
    app.state.verdicts = {}
    options = described("web.summary-conformance", *JSON.media_types, *GRAPHS, *PAGES)
    app.add_api_route("/conformance", conformance, tags=["catalog"], **options)


async def conformance(request: Request) -> Response:
    """What each profile finds in the descriptions of this snapshot, and what the tests of this version recorded."""
    site: Site = request.state.site
    choice = _choice(request)
    others = await beside(request)

    async def shown() -> str:
        return site.pages.render(
            "conformance.html",
            request,
            verdicts=await _verdicts(request, others),
            counted=await _counted(request),
            recorded=profiles.recorded(),
        )

    async def produce() -> bytes | str:
        found = await _verdicts(request, others)
        if choice.format is not None:
            triples = profiles.report(found, f"{site.url(request)}/conformance")
            return graph(bytes(triples), choice.format, PREFIXES)
        return json.dumps(_document(request, found, await _counted(request)), ensure_ascii=False)

    if choice.name == HTML.name:
        return await page(request, shown, *others.key)
    return await answer(request, produce, choice.media_type, site.language(request), *others.key)


def _choice(request: Request) -> Choice:
    named = {each.name: chosen(each) for each in OFFERS}
    return named.get(parameters(request).one("format") or "") or negotiate(request.headers.get("accept"), OFFERS)


async def _verdicts(request: Request, others: Beside) -> list[profiles.Verdict]:
    """The catalogue, all its pages together, and the public organisations, held to the profiles; the last are kept."""
    site: Site = request.state.site
    kept: dict[tuple[str, ...], list[profiles.Verdict]] = request.app.state.verdicts
    key = (site.snapshot.id, site.url(request), *others.key)
    if key not in kept:
        found = await _found(request, others)
        kept.clear()
        kept[key] = found
    return kept[key]


async def _found(request: Request, others: Beside) -> list[profiles.Verdict]:
    site: Site = request.state.site
    found = await catalogue(request, others)
    organisations = await site.query(request, "organisations-graph", N_TRIPLES)
    said = as_dcat_ap(found, found.datasets)
    said.take(series(found) if found.snapshots else ())
    graphs = {"catalog": bytes(said), "organisations": organisations}
    return await asyncio.to_thread(profiles.verdicts, graphs)


async def _counted(request: Request) -> list[Counted]:
    site: Site = request.state.site
    [row] = await site.rows(request, "counted-again")
    counts = site.engine.counts
    return [
        Counted(
            "triples",
            "conformance-void-triples",
            site.snapshot.manifest.counts.get("triples"),
            int(row["triples"].value),
        ),
        Counted(
            "properties",
            "conformance-void-properties",
            len(counts.properties) if counts else None,
            int(row["properties"].value),
        ),
    ]


def _document(request: Request, found: list[profiles.Verdict], counted: list[Counted]) -> dict[str, object]:
    site: Site = request.state.site
    language = site.language(request)
    return {
        "snapshot": site.snapshot.id,
        "profiles": [
            {
                "name": verdict.profile.name,
                "title": verdict.profile.called(language),
                "specification": verdict.profile.specification,
                "about": verdict.profile.about,
                "triples": verdict.triples,
                "conforms": not verdict.findings,
                "violations": verdict.violations,
                "warnings": verdict.warnings,
                "findings": [
                    {"message": finding.message.render(language), "focus": finding.result.focus, "count": count}
                    for finding, count in verdict.counted()
                ],
            }
            for verdict in found
        ],
        "void": [{"name": one.name, "said": one.said, "counted": one.found, "exact": one.exact} for one in counted],
        "recorded": profiles.recorded(),
    }
