"""The pages of the saved queries: the list, and each with its form and its answer."""

from __future__ import annotations

import shlex
from collections import Counter
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from ...errors import MalformedQuery, QueryError
from ...formats import RESULTS_CSV
from ...sparql.header import RESERVED, near, without_header
from ...sparql.results import formats_for
from ...texts import Text
from ..http.conneg import Offer
from . import copies, editing
from .maps import pictured
from .names import understood
from .results import show

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from fastapi import Request

    from ...sparql.library import SavedQuery
    from ..http.request import Parameters
    from ..site import Site

RQ = Offer("rq", ("application/sparql-query",))  # the query itself
#: What an address may ask of a CSV. No variable of SPARQL has a hyphen: no parameter of a query is called so.
LABELS = "with-labels"
MARK = "with-bom"
_OF_THE_EDITOR = ("query", "update", "saved", "format")  # what its address says itself
_LONGEST_NAME = 40  # characters worth comparing
_MISSPELT = 0.8  # how much a name looks like another, from 0 to 1, to be taken for it


def entry(site: Site, query: SavedQuery, address: str) -> dict[str, object]:
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
        "headings": {name: dict(texts) for name, texts in query.header.headings.items()},
        "href": f"{address}/queries/{quote(query.name)}",
        "version": query.version,
        "snapshot": site.snapshot.id,
    }


def tagged(site: Site, tags: Iterable[str]) -> list[SavedQuery]:
    """The saved queries that have every one of these tags."""
    return [query for query in site.library.values() if set(tags) <= set(query.tags)]


def values(query: SavedQuery, given: Parameters) -> dict[str, str]:
    """What an address gives of a query's own parameters.

    Raises MalformedQuery for one that is given twice, or misspelt; what looks like none is left alone, for clients
    send all sorts.
    """
    found = {}
    known = (*(parameter.name for parameter in query.parameters), LABELS, MARK)
    others = {name for name, _ in given.pairs if len(name) <= _LONGEST_NAME} - {*known, *RESERVED}
    for name in sorted(others):
        if get_close_matches(name.lower(), known, 1, _MISSPELT):
            raise MalformedQuery("parameter-unknown", query=query.name, parameter=name, near=near(name, known))
    for parameter in query.parameters:
        said = given.all(parameter.name)
        if len(said) > 1:
            raise MalformedQuery("parameter-twice", parameter=parameter.name)
        if said:
            found[parameter.name] = said[0]
    return found


def text(query: SavedQuery, given: Mapping[str, str]) -> str:
    """The query's file; with its parameters bound, and so without its header, when some are given.

    Raises MalformedQuery.
    """
    return without_header(query.bind(given)) if any(value.strip() for value in given.values()) else query.text


def headings(query: SavedQuery, language: str) -> dict[str, str]:
    """What its columns are called in a language, where its header says it."""
    return {name: Text(wordings=texts).render(language) for name, texts in query.header.headings.items()}


async def is_volatile(request: Request, site: Site, query: SavedQuery) -> bool:
    """True when its answer changes at each evaluation, or is not known to stay."""
    try:
        return (await site.admit(request, query.text)).volatile
    except QueryError:
        return True


async def index_page(request: Request, site: Site, tags: list[str]) -> str:
    """The list, by folder of the library."""
    counts = Counter(tag for query in site.library.values() for tag in query.tags)
    return site.pages.render(
        "queries.html",
        request,
        folders=editing.by_folder(tagged(site, tags)),
        tags=sorted(counts.items()),
        chosen=tags,
    )


async def query_page(request: Request, site: Site, query: SavedQuery, given: Mapping[str, str]) -> str:
    """What it answers, its parameters as a form, and its answer when they suffice.

    Raises QueryError; what was typed is then shown again, with what is wrong beside it.
    """
    named = await understood(request, site, query, given)
    wrong = query.wrong(named.values) | named.wrong
    fields = site.forms.fields(request, query, given, wrong if given else {}, named)
    labels = dict(await site.labels(request, (iri for field in fields for iri in field.iris)))
    context: dict[str, Any] = {
        "query": query,
        "fields": fields,
        "given": given,
        "shown": None,
        "files": [],
        "chart": None,
    }
    asked = {name: value for name, value in named.values.items() if value.strip() and name not in wrong}
    context |= _addresses(request, site, query, asked)
    request.state.on_error = ("query.html", {**context, "labels": labels})
    if given and wrong:
        raise next(iter(wrong.values()))
    if not wrong:
        inspection = await site.admit(request, query.bind(named.values))
        context["shown"], found = await show(request, site, inspection)
        labels |= found
        context["files"] = _files(request, query, asked)
        shown = context["shown"]
        shown.headings = headings(query, site.language(request))
        drawn = pictured(shown.columns, shown.rows, query.header.chart) if query.header.chart else None
        context["chart"] = drawn.called(shown.headings) if drawn else None
    return site.pages.render("query.html", request, labels=labels, problem=None, **context)


def _addresses(request: Request, site: Site, query: SavedQuery, given: Mapping[str, str]) -> dict[str, Any]:
    """Where a program finds the answer; an example stands for a value that is required and missing."""
    examples = {each.name: each.examples[0] for each in query.parameters if each.required and each.examples}
    bound = examples | given
    here, path = site.url(request), _at(f"/queries/{quote(query.name)}", bound)
    main = formats_for(query.form)[0] if query.form != "SELECT" else RESULTS_CSV
    options = [f"--param {shlex.quote(f'{name}={value}')}" for name, value in bound.items()]
    return {
        "address": here + path,
        "pinned": here + ("" if request.state.pinned else f"/snapshots/{site.snapshot.id}") + path,
        "command": " ".join(["passerelles query", shlex.quote(query.name), *options]),
        "copies": copies.of_address(here + _at(f"/queries/{quote(query.name)}.{main.name}", bound), query.form),
        "editor": {name: value for name, value in given.items() if name not in _OF_THE_EDITOR} | {"saved": query.name},
        "text_file": _at(_file(request, query, "rq"), given),
    }


def _files(request: Request, query: SavedQuery, given: Mapping[str, str]) -> list[tuple[str, str]]:
    """The answer as files: the name of the format, or the key of a text, and the address."""
    files = [(form.label, _at(_file(request, query, form.name), given)) for form in formats_for(query.form)]
    if query.form == "SELECT":
        more = {LABELS: request.state.site.language(request), MARK: "1"}
        files.append(("csv-labels", _at(_file(request, query, RESULTS_CSV.name), {**given, **more})))
    return files


def _file(request: Request, query: SavedQuery, suffix: str) -> str:
    return f"{request.scope.get('root_path', '')}/queries/{quote(query.name)}.{suffix}"


def _at(path: str, given: Mapping[str, str]) -> str:
    return f"{path}?{urlencode(given)}" if given else path
