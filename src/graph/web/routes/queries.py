"""The saved queries: the list, and each as a page, as its answer in every format, as its text."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request
from starlette.responses import Response

from ...errors import MalformedQuery, NoSuchThing, NotAcceptable, SavedQueryError
from ...formats import FORMATS, RESULTS_CSV, Format
from ...sparql.engine import Query
from ...sparql.results import formats_for
from ...texts import LANGUAGES, Text
from ..http.answers import answer, evaluated, page
from ..http.conneg import HTML, JSON, Choice, Offer, chosen, negotiate, offer
from ..http.parameter import parameter, several
from ..http.request import asked, parameters, pinned, wanted
from ..interface import GRAPHS, PAGES, QUERY, TABLES, described, options
from ..querying import saved
from ..querying.names import settled

if TYPE_CHECKING:
    from ...sparql.library import SavedQuery
    from ..http.request import Parameters
    from ..site import Site

TAG = parameter("tag", several())
SUFFIXES: dict[str, Offer | Format] = {each.name: each for each in (*FORMATS, HTML, saved.RQ)}


def add(app: FastAPI) -> None:
    """Add `/queries`."""
    app.add_api_route(
        "/queries",
        index,
        tags=["queries"],
        **described("web.summary-queries", *JSON.media_types, *PAGES, parameters=[TAG]),
    )
    app.add_api_route(
        "/queries/{name}",
        query,
        tags=["queries"],
        **described(
            "web.summary-query",
            *(*TABLES, *GRAPHS, *PAGES, *saved.RQ.media_types),
            statuses=QUERY,
            parameters=options(),
        ),
    )


async def index(request: Request) -> Response:
    """Every saved query, or those of a topic, with its parameters and columns."""
    site: Site = request.state.site
    tags = parameters(request).all("tag")
    choice = _listed(request)
    if choice.name == HTML.name:
        return await page(request, lambda: saved.index_page(request, site, tags))

    async def produce() -> str:
        address = site.url(request)
        return json.dumps([saved.entry(site, each, address) for each in saved.tagged(site, tags)], ensure_ascii=False)

    return await answer(request, produce, choice.media_type, *tags)


async def query(request: Request, name: str) -> Response:
    """The answer of a saved query; parameters in the address, format by suffix or Accept. Raises QueryError."""
    site: Site = request.state.site
    asked_for, suffixed = _named(site, name)
    given = parameters(request)
    values = saved.values(asked_for, given)
    choice = _choice(request, asked_for, suffixed, given.one("format"))
    if choice.name == HTML.name:
        listed = await site.forms.listed(request, asked_for)
        volatile = not listed or await saved.is_volatile(request, site, asked_for)
        return await page(request, lambda: saved.query_page(request, site, asked_for, values), volatile=volatile)
    meant = await settled(request, site, asked_for, values)
    stays = pinned(request, meant)
    if choice.name == saved.RQ.name:
        text = saved.text(asked_for, meant)
        return await answer(request, lambda: _said(text), choice.media_type, text, headers=stays)
    inspection = await site.admit(request, asked_for.bind(meant))
    assert choice.format is not None  # noqa: S101 - never false: told to the type checker
    for_people = _for_people(request, given, csv=choice.format is RESULTS_CSV and asked_for.form == "SELECT")
    ready = Query(inspection, choice.format, **asked(request), **for_people)
    return await evaluated(request, ready, choice.media_type, stays)


def _named(site: Site, name: str) -> tuple[SavedQuery, Offer | Format | None]:
    """The query of an address, and what its suffix asks for; no query has a point in its name. Raises NoSuchThing."""
    stem, _, suffix = name.rpartition(".")
    found = SUFFIXES.get(suffix) if stem else None
    try:
        return site.library.find(stem if found else name), found
    except SavedQueryError:  # what is wrong with a file is its author's affair
        raise NoSuchThing("no-such-query", name=name, near=Text("near.queries")) from None


def _listed(request: Request) -> Choice:
    name = (parameters(request).one("format") or "").lower()
    if name in (HTML.name, JSON.name):
        return chosen(HTML if name == HTML.name else JSON)
    return negotiate(request.headers.get("accept"), (JSON, HTML))


def _choice(request: Request, query: SavedQuery, suffixed: Offer | Format | None, named: str | None) -> Choice:
    formats = formats_for(query.form)
    if isinstance(suffixed, Offer):
        return chosen(suffixed)
    if suffixed is not None:
        if suffixed not in formats:
            raise NotAcceptable("not-acceptable", formats=", ".join(form.media_type for form in formats))
        return chosen(offer(suffixed))
    if named and named.lower() == saved.RQ.name:
        return chosen(saved.RQ)
    return wanted(request, formats, named)


def _for_people(request: Request, given: Parameters, *, csv: bool) -> dict[str, Any]:
    """What a CSV to be read in a spreadsheet has more: the fields of a Query that say so. Raises MalformedQuery."""
    labels, mark = (given.one(name) or "0" for name in (saved.LABELS, saved.MARK))
    for name, value, possible in ((saved.LABELS, labels, ("0", "1", *LANGUAGES)), (saved.MARK, mark, ("0", "1"))):
        if value not in possible:
            raise MalformedQuery("parameter-wrong", parameter=name, value=value, expected=" | ".join(possible))
        if value != "0" and not csv:
            raise MalformedQuery("without-csv", parameter=name)
    language = request.state.site.language(request) if labels == "1" else labels.strip("0")
    return {"labels": language, "mark": mark == "1"}


async def _said(text: str) -> str:
    return text
