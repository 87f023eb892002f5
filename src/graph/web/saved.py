"""The pages of the saved queries: the list, and each with its form and its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from ..errors import QueryError
from ..sparql.checks import PATTERN
from ..sparql.results import formats_for
from .results import show

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi import Request

    from ..sparql.library import SavedQuery
    from .site import Site


def entry(query: SavedQuery, address: str) -> dict[str, object]:
    """A saved query in the list's JSON."""
    return {
        "name": query.name,
        "title": dict(query.title),
        "description": dict(query.description),
        "tags": list(query.tags),
        "parameters": [
            {
                "name": parameter.name,
                "type": parameter.type,
                "default": parameter.default,
                "examples": list(parameter.examples),
                "required": parameter.required,
            }
            for parameter in query.parameters
        ],
        "columns": list(query.columns),
        "href": f"{address}/queries/{query.name}",
    }


def text(query: SavedQuery, values: Mapping[str, str]) -> str:
    """The query's text; with its parameters bound when some are given. Raises MalformedQuery."""
    given = any(values.get(parameter.name, "").strip() for parameter in query.parameters)
    return query.bind(values) if given else query.text


async def is_volatile(site: Site, query: SavedQuery) -> bool:
    """True when its answer changes at each evaluation, or is not known to stay."""
    try:
        return (await site.admit(query.text)).volatile
    except QueryError:
        return True


async def index_page(request: Request, site: Site) -> str:
    """The list, by folder of the library."""
    folders: dict[str, list[SavedQuery]] = {}
    for query in site.library.values():
        folders.setdefault(query.folder, []).append(query)
    return site.pages.render("queries.html", request, folders=sorted(folders.items(), key=_questions_first))


def _questions_first(folder: tuple[str, list[SavedQuery]]) -> tuple[bool, str]:
    """Checks come last: a reader looks for a question."""
    name, queries = folder
    return all(query.path.match(PATTERN) for query in queries), name


async def query_page(request: Request, site: Site, query: SavedQuery, values: Mapping[str, str]) -> str:
    """What it answers, its parameters as a form, and its answer when they suffice. Raises QueryError."""
    given = {name: value for name, value in values.items() if any(name == each.name for each in query.parameters)}
    context: dict[str, Any] = {"query": query, "given": given, "shown": None, "files": [], "bound": "", "problem": None}
    request.state.on_error = ("query.html", {name: value for name, value in context.items() if name != "problem"})
    labels: Mapping[str, tuple[str, str]] = {}
    asked = any(value.strip() for value in given.values())
    if asked or not any(each.required and not each.default for each in query.parameters):
        inspection = await site.admit(query.bind(given))
        context["shown"], labels = await show(request, site, inspection)
        context["bound"] = urlencode({name: value for name, value in given.items() if value.strip()})
        context["files"] = [(form.label, form.name) for form in formats_for(query.form)]
    return site.pages.render("query.html", request, labels=labels, **context)
