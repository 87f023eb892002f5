"""`passerelles search`: the things of the graph that have the words asked for, the best first."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import ConfigurationError, QueryError
from ..report.characters import one_line
from .context import WRONG_INPUT, Options, complain

if TYPE_CHECKING:
    from ..search.searching import Found
    from .rows import Terms

FORMATS = ("table", "json")
_EXCERPT = 60  # characters, in a table
_COLUMNS = ("cli.search-column-kind", "cli.search-column-label", "cli.search-column-iri", "cli.search-column-excerpt")


def register(app: typer.Typer) -> None:
    """Add the command to the tree."""
    app.command("search", help="cli.search")(search)


def search(
    text: Annotated[str, typer.Argument(help="cli.search-text", metavar="TEXT")],
    kind: Annotated[str, typer.Option("--kind", help="cli.search-kind", metavar="KIND")] = "",
    page: Annotated[str, typer.Option("--page", help="cli.search-page", metavar="N")] = "1",
    format: Annotated[str, typer.Option("--format", help="cli.search-format", metavar="|".join(FORMATS))] = "table",  # noqa: A002 - the option's name
) -> None:
    """Print one page of results; there may be none. Exit 1 for too long a question, or a page beyond the last."""
    if format not in FORMATS:
        raise ConfigurationError("unknown-format", format=format, known=", ".join(FORMATS))
    if not (page.isascii() and page.isdigit()):
        raise ConfigurationError("parameter-wrong", parameter="--page", value=page, expected="1, 2, 3…")
    from ..namespaces import STANDARD
    from ..search import asking
    from ..search.answer import as_json
    from ..search.likeness import opened
    from ..search.searching import SearchIndex
    from .answer import in_force
    from .rows import Terms

    shared = Options.shared
    settings = shared.settings()
    snapshot = in_force(settings)
    index = SearchIndex(snapshot, settings.limits, opened(snapshot))
    try:
        asked = asking.read(text, index.facets, settings.limits, shared.lang)
        if kind:
            asking.narrowed(asked, "kind", kind, index.facets)
        found = index.search(asked, int(page[:12]))
    except QueryError as error:
        complain(error, shared.lang)
        sys.exit(WRONG_INPUT)
    if format == "json":
        sys.stdout.write(json.dumps(as_json(found, index, shared.lang), ensure_ascii=False, indent=1) + "\n")
    else:
        terms = Terms({**STANDARD, **snapshot.manifest.prefixes}, snapshot.manifest.base)
        sys.stdout.writelines(_table(found, terms))


def _table(found: Found, terms: Terms) -> Iterator[str]:
    """What a reader sees: what was done with the question, a result a line, how many there are."""
    from ..search.answer import label
    from ..search.excerpts import excerpt
    from ..search.reasons import reason
    from .table import lines

    shared = Options.shared
    rows = []
    for hit in found.hits:
        card = hit.card
        kind = card["kind"]
        if card["portal"]:
            kind = shared.say("cli.search-quarantine", kind=kind, portal=card["portal"])
        said = reason(hit, found.compiled, shared.lang) or excerpt(card, found.compiled.marks, shared.lang).plain
        said = said if len(said) <= _EXCERPT else said[:_EXCERPT].rpartition(" ")[0] + "…"
        rows.append([one_line(text) for text in (kind, label(hit, shared.lang), terms.iri(card["iri"]), said)])
    yield from (note.render(shared.lang) + "\n" for note in found.notes)
    if rows:
        yield from lines(rows, [shared.say(key) for key in _COLUMNS])
    if not shared.quiet:
        yield shared.say("cli.search-total", count=found.total, page=found.page, pages=found.pages) + "\n"
