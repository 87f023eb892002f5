"""`passerelles links`: everything linked to a production, how, and on whose word."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import ConfigurationError, MalformedQuery, NoSuchThing, QueryError
from .context import COULD_NOT_RUN, WRONG_INPUT, Options, complain

if TYPE_CHECKING:
    from ..snapshot.reader import Snapshot
    from .rows import Terms

FORMATS = ("table", "json", "turtle")
_COLUMNS = (
    "cli.links-kind",
    "cli.links-property",
    "cli.links-other",
    "cli.links-by",
    "cli.links-date",
    "cli.links-graph",
)


def register(app: typer.Typer) -> None:
    """Add the command to the tree."""
    app.command("links", help="cli.links")(links)


def links(
    iri: Annotated[str, typer.Argument(help="cli.links-iri", metavar="IRI")],
    format: Annotated[str, typer.Option("--format", help="cli.links-format", metavar="|".join(FORMATS))] = "table",  # noqa: A002 - the option's name
) -> None:
    """Print what is linked to one IRI; exit 1 when nothing is known of it."""
    if format not in FORMATS:
        raise ConfigurationError("unknown-format", format=format, known=", ".join(FORMATS))
    from ..formats import TURTLE
    from ..namespaces import STANDARD
    from ..sparql.foreground import Foreground
    from .answer import in_force
    from .rows import Terms

    shared = Options.shared
    settings = shared.settings()
    snapshot = in_force(settings)
    try:
        asked = _named(iri.strip(), snapshot)
        engine = Foreground(settings, snapshot)
        try:
            [found] = json.loads(engine.wait_for(engine.engine.relay([asked])))
            if not found["known"]:
                raise NoSuchThing("no-such-thing", iri=f"<{asked}>")
            graph = engine.wait_for(engine.engine.relay([asked], TURTLE)) if format == "turtle" else b""
        finally:
            engine.stop()
    except QueryError as error:
        complain(error, shared.lang)
        sys.exit(WRONG_INPUT if isinstance(error, MalformedQuery | NoSuchThing) else COULD_NOT_RUN)
    if format == "json":
        sys.stdout.write(json.dumps(found, ensure_ascii=False, indent=1) + "\n")
    elif format == "turtle":
        sys.stdout.buffer.write(graph)
    else:
        terms = Terms({**STANDARD, **snapshot.manifest.prefixes}, snapshot.manifest.base)
        sys.stdout.writelines(_table(found, terms, snapshot.manifest.graph_base))


def _named(text: str, snapshot: Snapshot) -> str:
    """The IRI that a text names: itself, a prefixed name, or a path below the base. Raises MalformedQuery."""
    from ..relay.addresses import expanded
    from ..sparql.terms import is_iri

    base = snapshot.manifest.base
    named = expanded(text, base, snapshot.manifest.prefixes)
    if ":" not in named:
        named = base + named.removeprefix("/").removeprefix("id/")
    if not text or not is_iri(named):
        raise MalformedQuery("relay-iri", iri=text)
    return named


def _table(found: Mapping[str, Any], terms: Terms, graphs: str) -> Iterator[str]:
    """What a reader sees: the names, what was cut, then a link a line."""
    from .table import lines

    say = Options.shared.say
    if not found["closed"]:
        yield say("cli.links-not-closed") + "\n"
    ways = (
        ("cli.links-found-quarantine" if each["quarantine"] else "cli.links-found", each) for each in found["found"]
    )
    names = [(key, each["iri"]) for key, each in ways]
    names += [("cli.links-same", name) for name in found["same"]]
    yield from (say(key, name=name) + "\n" for key, name in names)
    for each in found["cut"]:
        ends = {
            "start": each["from"],
            "end": each["to"],
            "one": each["distinct"]["from"],
            "other": each["distinct"]["to"],
        }
        yield say("cli.links-cut", **{name: terms.iri(iri) for name, iri in ends.items()}) + "\n"
    rows = [_row(link, terms, _kind(link), graphs) for link in found["links"] if not link["quarantine"]]
    rows += [_row(link, terms, say("cli.links-proposed", kind=_kind(link)), graphs) for link in found["proposed"]]
    portals = [_row(link, terms, _kind(link), graphs) for link in found["links"] if link["quarantine"]]
    if not rows and not portals:
        yield say("cli.links-none") + "\n"
        return
    columns = [say(key) for key in _COLUMNS]
    if rows:
        yield "\n" if names or found["cut"] else ""
        yield from lines(rows, columns)
    if portals:
        yield "\n" if names or rows or found["cut"] else ""
        yield say("cli.links-quarantine") + "\n"
        yield from lines(portals, columns)


def _row(link: Mapping[str, Any], terms: Terms, kind: str, graphs: str) -> list[str]:
    from ..report.characters import one_line

    out = link["direction"] == "out"
    _, *between, far = link["path"]
    other = terms.iri(far)
    if between:
        other = Options.shared.say("cli.links-through", name=other, between=", ".join(map(terms.iri, between)))
    row = (
        kind,
        _text(link["property_label"]) or terms.iri(link["property"]),
        f"→ {other}" if out else f"← {other}",
        terms.iri(link["asserted_by"] or ""),
        link["date"] or "",
        link["graph"].removeprefix(graphs),
    )
    return [one_line(text) for text in row]


def _kind(link: Mapping[str, Any]) -> str:
    return _text(link["kind_label"])


def _text(wordings: Mapping[str, str]) -> str:
    from ..texts import Text

    return Text(wordings=wordings).render(Options.shared.lang) if wordings else ""
