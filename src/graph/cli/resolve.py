"""`passerelles resolve`: the organisation that a text names, what it was before, what it has become."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import ConfigurationError, LimitExceeded, QueryError
from ..report.characters import one_line
from ..texts import Text
from .context import COULD_NOT_RUN, WRONG_INPUT, Options, complain

if TYPE_CHECKING:
    from ..config import Settings
    from ..organisations.register import Register

FORMATS = ("text", "json")


def register(app: typer.Typer) -> None:
    """Add the command to the tree."""
    app.command("resolve", help="cli.resolve")(resolve)


def resolve(
    organisation: Annotated[str, typer.Argument(help="cli.resolve-organisation", metavar="ORG")],
    format: Annotated[str, typer.Option("--format", help="cli.resolve-format", metavar="|".join(FORMATS))] = "text",  # noqa: A002 - the option's name
) -> None:
    """Print the organisations that a text names, the surest first; exit 1 when it names none."""
    if format not in FORMATS:
        raise ConfigurationError("unknown-format", format=format, known=", ".join(FORMATS))
    from ..organisations import resolve as naming
    from ..organisations.names import Names

    shared = Options.shared
    settings = shared.settings()
    try:
        known = _register(settings)
        names = naming.resolve(Names(known), organisation, settings.limits.resolve_characters)
    except QueryError as error:
        complain(error, shared.lang)
        sys.exit(WRONG_INPUT if isinstance(error, LimitExceeded) else COULD_NOT_RUN)
    found = naming.written(names, known)
    if format == "json":
        sys.stdout.write(json.dumps(found, ensure_ascii=False, indent=1) + "\n")
    else:
        sys.stdout.writelines(line + "\n" for line in _lines(found))
    if not found["found"]:
        sys.exit(WRONG_INPUT)


def _register(settings: Settings) -> Register:
    """The organisations of the snapshot in force. Raises QueryError and SnapshotError."""
    from ..formats import RESULTS_JSON
    from ..organisations.register import Register, query
    from ..sparql.engine import Query
    from ..sparql.foreground import Foreground
    from .answer import in_force

    engine = Foreground(settings, in_force(settings))
    try:
        answers = [
            b"".join(engine.stream(Query(engine.engine.admit(query(name)), RESULTS_JSON)))
            for name in ("names", "changes")
        ]
    finally:
        engine.stop()
    return Register.read(*answers)


def _lines(found: Mapping[str, Any]) -> Iterator[str]:
    """What a reader sees: each organisation, below it what tells it apart and its story."""
    say = Options.shared.say
    for number, each in enumerate(found["found"]):
        if number:
            yield ""
        yield _named(each)
        for depth, line in _about(each, apart=found["total"] > 1):
            yield "  " * depth + one_line(line)
    if found["total"] > len(found["found"]):
        yield "\n" + say("web.resolve-part", shown=len(found["found"]), total=found["total"])
    if not found["found"]:
        yield say("web.resolve-wrong-number" if found["wrong_number"] else "web.resolve-none", text=found["asked"])
    if found["nearest"]:
        yield say("web.resolve-nearest") + say("web.colon")
        for each in found["nearest"]:
            yield f"  {_named(each)}"
            yield f"    <{each['iri']}>"


def _about(each: Mapping[str, Any], *, apart: bool) -> Iterator[tuple[int, str]]:
    """The lines about one organisation, and how far each stands in; where it is, when it is to be told from others."""
    say = Options.shared.say
    yield 1, f"<{each['iri']}>"
    yield 1, say(f"web.resolve-by-{each['matched']['by']}", value=each["matched"]["value"])
    for identifier in each["identifiers"]:
        yield 1, say("web.resolve-identifier", **identifier)
    if apart and each["territory"]:
        yield 1, say("cli.resolve-territory", places=", ".join(f"<{place}>" for place in each["territory"]))
    if each["part_of"]:
        yield 1, say("cli.resolve-part-of", wholes=", ".join(map(_label, each["part_of"])))
    for key, changes in (("cli.resolve-before", each["before"]), ("cli.resolve-after", each["after"])):
        for change in changes:
            ends = {"before": _shorts(change["from"]), "after": _shorts(change["to"]), "date": change["date"] or "?"}
            yield 1, say(key, **ends)
            yield from ((2, f"<{source}>") for source in change["sources"])
    if not each["current"]:
        yield 1, say("cli.resolve-today", organisations=_shorts(each["today"]))


def _named(each: Mapping[str, Any]) -> str:
    name, short = _label(each), each["acronym"]
    return one_line(f"{name} ({short})" if short and short not in name else name)


def _label(each: Mapping[str, Any]) -> str:
    return Text(wordings=each["label"]).render(Options.shared.lang)


def _shorts(ends: Sequence[Mapping[str, Any]]) -> str:
    return ", ".join(each["acronym"] or _label(each) for each in ends)
