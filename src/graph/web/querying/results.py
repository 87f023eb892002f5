"""The results of a query on a page: a table with labels and links, a boolean, or a graph as Turtle."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from ...errors import LimitExceeded
from ...formats import RESULTS_JSON, TURTLE
from ...sparql.engine import Query
from ...sparql.results import formats_for
from ..http.answers import gathered
from ..http.request import LONGEST, asked
from ..terms import Row, boolean, iris, table
from . import copies, editing
from .charts import figures
from .drawings import Drawing, drawing
from .maps import pictured

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi import Request

    from ...sparql.guard import Inspection
    from ..http.request import Parameters
    from ..site import Site

Dataset = tuple[tuple[str, ...], tuple[str, ...]]

NO_DATASET: Dataset = ((), ())
DATASET_NAMES = ("default-graph-uri", "named-graph-uri")
ROWS_SHOWN = 500
PAGE_BYTES = 8_000_000  # a page shows a part and says so; the files have everything


@dataclass(slots=True)
class Shown:
    """An answer on a page, of one of its three kinds; `headings` are what a header calls its columns."""

    columns: list[str]
    rows: list[Row]
    headings: Mapping[str, str] = field(default_factory=dict)
    total: int = 0
    boolean: bool | None = None
    turtle: str | None = None
    drawing: Drawing | None = None

    @property
    def figures(self) -> tuple[str, ...]:
        """The columns of numbers alone, whose units stand under each other."""
        return figures(self.columns, self.rows)


async def show(
    request: Request, site: Site, inspection: Inspection, dataset: Dataset = NO_DATASET
) -> tuple[Shown, Mapping[str, tuple[str, str]]]:
    """The answer of a query for a page, and the labels of its IRIs. Raises QueryError."""
    form = TURTLE if inspection.gives_graph else RESULTS_JSON
    query = await gathered(request, Query(inspection, form, *dataset, **asked(request), result_bytes=PAGE_BYTES))
    try:
        begun = time.monotonic()
        body = await site.engine.evaluate(query)
        request.state.milliseconds = 1000 * (time.monotonic() - begun)
    except LimitExceeded as error:
        if (error.parameters.get("limit"), error.parameters.get("value")) == ("result_bytes", PAGE_BYTES):
            raise LimitExceeded("page-too-large", megabytes=PAGE_BYTES // 1_000_000) from None
        raise
    if inspection.gives_graph:
        drawn = drawing(body)
        return Shown([], [], turtle=body.decode(), drawing=drawn), await site.labels(
            request, drawn.iris() if drawn else ()
        )
    if inspection.form == "ASK":
        return Shown([], [], boolean=boolean(body)), {}
    columns, rows = table(body)
    shown = rows[:ROWS_SHOWN]
    return Shown(columns, shown, total=len(rows)), await site.labels(request, iris(shown))


def files(text: str, form: str, dataset: Dataset = NO_DATASET) -> list[tuple[str, str]]:
    """The answer as files: the name of each format and the parameters that ask for it."""
    given = [("query", text)]
    given += [(name, iri) for name, graphs in zip(DATASET_NAMES, dataset, strict=True) for iri in graphs]
    return [(each.label, urlencode([*given, ("format", each.name)])) for each in formats_for(form)]


async def query_page(request: Request, site: Site, inspection: Inspection, dataset: Dataset) -> str:
    """The query form with its answer below, and the answer as files."""
    shown, labels = await show(request, site, inspection, dataset)
    downloads = files(inspection.text, inspection.form, dataset)
    context = form(site, inspection.text, dataset) | {"shown": shown, "files": downloads}
    context["chart"] = pictured(shown.columns, shown.rows)
    if dataset == NO_DATASET:
        context["copies"] = copies.of_text(f"{site.url(request)}/sparql", inspection.text, inspection.form)
    if not inspection.volatile:
        context["pinned"] = _pinned(request, site, downloads[0][1].rpartition("&")[0])
    return site.pages.render("sparql.html", request, labels=labels, **context)


def _pinned(request: Request, site: Site, parameters: str) -> str:
    """The address of this answer that names its snapshot; empty where it would be too long for one."""
    snapshot = "" if request.state.pinned else f"/snapshots/{site.snapshot.id}"
    return f"{site.url(request)}{snapshot}/sparql?{parameters}" if len(parameters) <= LONGEST else ""


async def empty_page(request: Request, site: Site, given: Parameters) -> str:
    """The query form, with the saved query that is asked for, else with one to begin with. Raises NoSuchThing."""
    name = given.one("saved")
    text = editing.saved_text(site, name, dict(given.pairs)) if name else editing.first_text(site)
    return site.pages.render("sparql.html", request, **form(site, text))


def form(site: Site, text: str, dataset: Dataset = NO_DATASET) -> dict[str, Any]:
    """What the query form shows before, or without, an answer."""
    listed = (query for query in site.library.values() if not editing.is_check(query))
    empty = {"shown": None, "files": [], "chart": None, "copies": [], "pinned": "", "problem": None}
    return {"query": text, "dataset": dataset, "library": editing.by_folder(listed), **empty}
