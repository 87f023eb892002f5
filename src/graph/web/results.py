"""The results of a query on a page: a table with labels and links, a boolean, or a graph as Turtle."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from ..errors import LimitExceeded
from ..formats import RESULTS_JSON, TURTLE
from ..sparql.checks import PATTERN
from ..sparql.engine import Query
from ..sparql.header import without_header
from ..sparql.results import formats_for
from .answers import gathered
from .request import asked
from .terms import Row, boolean, iris, table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi import Request

    from ..sparql.guard import Inspection
    from .site import Site

Dataset = tuple[tuple[str, ...], tuple[str, ...]]

NO_DATASET: Dataset = ((), ())
DATASET_NAMES = ("default-graph-uri", "named-graph-uri")
ROWS_SHOWN = 500
PAGE_BYTES = 8_000_000  # a page shows a part and says so; the files have everything


@dataclass(slots=True)
class Shown:
    """An answer on a page, of one of its three kinds."""

    columns: list[str]
    rows: list[Row]
    total: int = 0
    boolean: bool | None = None
    turtle: str | None = None


async def show(
    request: Request, site: Site, inspection: Inspection, dataset: Dataset = NO_DATASET
) -> tuple[Shown, Mapping[str, tuple[str, str]]]:
    """The answer of a query for a page, and the labels of its IRIs. Raises QueryError."""
    form = TURTLE if inspection.gives_graph else RESULTS_JSON
    query = await gathered(request, Query(inspection, form, *dataset, **asked(request), result_bytes=PAGE_BYTES))
    try:
        body = await site.engine.evaluate(query)
    except LimitExceeded as error:
        if (error.parameters.get("limit"), error.parameters.get("value")) == ("result_bytes", PAGE_BYTES):
            raise LimitExceeded("page-too-large", megabytes=PAGE_BYTES // 1_000_000) from None
        raise
    if inspection.gives_graph:
        return Shown([], [], turtle=body.decode()), {}
    if inspection.form == "ASK":
        return Shown([], [], boolean=boolean(body)), {}
    columns, rows = table(body)
    shown = rows[:ROWS_SHOWN]
    return Shown(columns, shown, len(rows)), await site.labels(request, iris(shown))


def files(text: str, form: str, dataset: Dataset = NO_DATASET) -> list[tuple[str, str]]:
    """The answer as files: the name of each format and the parameters that ask for it."""
    given = [("query", text)]
    given += [(name, iri) for name, graphs in zip(DATASET_NAMES, dataset, strict=True) for iri in graphs]
    return [(each.label, urlencode([*given, ("format", each.name)])) for each in formats_for(form)]


async def query_page(request: Request, site: Site, inspection: Inspection, dataset: Dataset) -> str:
    """The query form with its answer below, and the answer as files."""
    shown, labels = await show(request, site, inspection, dataset)
    downloads = files(inspection.text, inspection.form, dataset)
    context = form(inspection.text, dataset) | {"shown": shown, "files": downloads}
    return site.pages.render("sparql.html", request, labels=labels, **context)


async def empty_page(request: Request, site: Site) -> str:
    """The query form, with a question that analysts ask to begin with; a check, or a graph, is none."""
    asked_often = (query for query in site.library.values() if query.form == "SELECT" and not query.parameters)
    question = next((query for query in asked_often if not query.path.match(PATTERN)), None)
    example = site.text("example") if question is None else without_header(question.text).strip()
    return site.pages.render("sparql.html", request, **form(example))


def form(text: str, dataset: Dataset = NO_DATASET) -> dict[str, Any]:
    """What the query form shows before, or without, an answer."""
    return {"query": text, "shown": None, "files": [], "dataset": dataset, "problem": None}
