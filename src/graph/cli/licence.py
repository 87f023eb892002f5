"""`passerelles licence`: whether a work may be reused under a licence, what a licence asks, which one to choose."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import ConfigurationError, LimitExceeded, MalformedQuery, NoSuchThing, QueryError
from .context import COULD_NOT_RUN, OK, WRONG_INPUT, Options, complain

if TYPE_CHECKING:
    from ..config import Settings
    from ..licenses.catalogue import Licences

FORMATS = ("text", "json")
_WRONG = (MalformedQuery, NoSuchThing, LimitExceeded)
_Format = Annotated[str, typer.Option("--format", help="cli.licence-format", metavar="|".join(FORMATS))]


def register(app: typer.Typer) -> None:
    """Add the commands to the tree."""
    group = typer.Typer(help="cli.licence", no_args_is_help=True, rich_markup_mode=None)
    group.command("compat", help="cli.licence-compat")(compat)
    group.command("explain", help="cli.licence-explain")(explain)
    group.command("choose", help="cli.licence-choose")(choose)
    app.add_typer(group, name="licence")


def compat(
    a: Annotated[str, typer.Argument(help="cli.licence-a", metavar="A")],
    b: Annotated[str, typer.Argument(help="cli.licence-b", metavar="B")],
    format: _Format = "text",  # noqa: A002 - the option's name
) -> None:
    """May a work under A be reused in a work published under B; exit 1 when it may not, or nobody knows."""
    from ..licenses import answers

    def asked(licences: Licences, longest: int) -> dict[str, Any]:
        first, second = answers.named((a, b), licences, longest)
        return answers.compat(first, second, licences, Options.shared.lang)

    found = _answer(asked, format, _compat)
    sys.exit(OK if found["verdict"] in ("yes", "conditional") else WRONG_INPUT)


def explain(
    a: Annotated[str, typer.Argument(help="cli.licence-a", metavar="A")],
    format: _Format = "text",  # noqa: A002 - the option's name
) -> None:
    """What a licence permits, requires and prohibits, and what its works may be reused in."""
    from ..licenses import answers

    def asked(licences: Licences, longest: int) -> dict[str, Any]:
        return answers.explain(answers.one(a, licences, longest), licences, Options.shared.lang)

    _answer(asked, format, _explain)


def choose(
    built_on: Annotated[list[str], typer.Argument(help="cli.licence-with", metavar="LICENCE…")],
    format: _Format = "text",  # noqa: A002 - the option's name
) -> None:
    """What a work built on works under some licences may be published under; exit 1 when under none."""
    from ..licenses import answers

    def asked(licences: Licences, longest: int) -> dict[str, Any]:
        return answers.choose(answers.named(built_on, licences, longest), licences, Options.shared.lang)

    found = _answer(asked, format, _choose)
    sys.exit(OK if found["choices"] else WRONG_INPUT)


def _answer(
    asked: Callable[[Licences, int], dict[str, Any]], form: str, text: Callable[[dict[str, Any]], Iterable[str]]
) -> dict[str, Any]:
    """Write what is answered, in the form asked for; and give it. Leaves when it cannot be asked."""
    if form not in FORMATS:
        raise ConfigurationError("unknown-format", format=form, known=", ".join(FORMATS))
    settings = Options.shared.settings()
    try:
        found = asked(_licences(settings), settings.limits.licence_characters)
    except QueryError as error:
        complain(error, Options.shared.lang)
        sys.exit(WRONG_INPUT if isinstance(error, _WRONG) else COULD_NOT_RUN)
    if form == "json":
        sys.stdout.write(json.dumps(found, ensure_ascii=False, indent=1) + "\n")
    else:
        sys.stdout.writelines(f"{line}\n" for line in text(found))
    return found


def _licences(settings: Settings) -> Licences:
    """The licences of the snapshot in force; one is built when there is none."""
    from ..formats import N_TRIPLES
    from ..licenses.catalogue import Licences, query
    from ..lint.statements import every
    from ..sparql.engine import Query
    from ..sparql.foreground import Foreground
    from .answer import in_force

    engine = Foreground(settings, in_force(settings))
    try:
        inner = engine.engine
        return Licences(every(engine.wait_for(inner.evaluate(Query(inner.admit(query()), N_TRIPLES)))))
    finally:
        engine.stop()


def _compat(found: dict[str, Any]) -> Iterator[str]:
    say = Options.shared.say
    yield say("cli.licence-verdict", a=found["a"], b=found["b"], verdict=_word(found["verdict"]))
    yield from _list(say("cli.licence-because"), [found["because"]])
    yield from _list(say("cli.licence-conditions"), found["conditions"])
    yield from _list(say("cli.licence-sources"), found["sources"])
    yield from ("", found["notice"])


def _explain(found: dict[str, Any]) -> Iterator[str]:
    from ..report.characters import one_line

    say = Options.shared.say
    yield one_line(f"{found['name']} · {found['title']}")
    yield found["licence"]
    for key, name in (("cli.licence-intended", "intended_for"), ("cli.licence-approved", "approved_for")):
        if found[name]:
            yield say(key, names=", ".join(found[name]))
    if found["replaced_by"]:
        yield say("cli.licence-replaced", names=", ".join(found["replaced_by"]))
    yield from _list(say("cli.licence-permits"), [each["label"] for each in found["permits"]])
    yield from _list(say("cli.licence-requires"), [each["do"] for each in found["requires"]])
    yield from _list(say("cli.licence-prohibits"), [each["label"] for each in found["prohibits"]])
    identifiers = (f"{each['list']}{each['identifier']}" for each in found["identifiers"])
    yield from _list(say("cli.licence-identifiers"), list(identifiers))
    by_verdict: dict[str, list[str]] = {}
    for each in found["into"]:
        by_verdict.setdefault(each["verdict"], []).append(each["name"])
    into = [(_word(verdict), ", ".join(by_verdict[verdict])) for verdict in _ORDER if verdict in by_verdict]
    yield from _list(say("cli.licence-into"), _pairs(into))
    clauses = _pairs((each["title"], each["description"]) for each in found["clauses"])
    yield from _list(say("cli.licence-clauses"), clauses)
    yield from _list(say("cli.licence-sources"), found["sources"])
    yield from ("", found["notice"])


def _choose(found: dict[str, Any]) -> Iterator[str]:
    from ..report.characters import one_line
    from .table import lines

    say = Options.shared.say
    yield say("cli.licence-built-on", names=" + ".join(found["with"]))
    yield from _list(say("cli.licence-write"), found["write"])
    yield ""
    if found["choices"]:
        columns = [say(key) for key in _COLUMNS]
        cells = (
            (each["name"], _word(each["verdict"]), ", ".join(each["approved_for"]), each["title"])
            for each in found["choices"]
        )
        rows = [[one_line(cell) for cell in row] for row in cells]
        yield from (line.rstrip("\n") for line in lines(rows, columns))
        more: dict[str, list[str]] = {}
        for each in found["choices"]:
            for condition in each["conditions"]:
                more.setdefault(condition, []).append(each["name"])
        beside = _pairs((", ".join(names), text) for text, names in more.items() if text not in found["write"])
        yield from _list(say("cli.licence-beside"), beside)
    else:
        unknown = any(each["verdict"] == "unknown" for each in found["refused"])
        yield say("web.licences-none-known" if unknown else "web.licences-none", count=len(found["with"]))
    for verdict, key in (("unknown", "cli.licence-unknown"), ("no", "cli.licence-refused")):
        names = ", ".join(each["name"] for each in found["refused"] if each["verdict"] == verdict)
        yield from _list(say(key), [names] if names else [])
    yield from ("", found["notice"])


_ORDER = ("yes", "conditional", "unknown", "no")
_COLUMNS = ("cli.licence-name", "cli.licence-answer", "cli.licence-approved-column", "cli.licence-title")


def _word(verdict: str) -> str:
    from ..licenses.answers import words

    return words(Options.shared.lang)[verdict]


def _pairs(pairs: Iterable[tuple[str, str]]) -> list[str]:
    return [Options.shared.say("cli.licence-pair", name=name, text=text) for name, text in pairs]


def _list(title: str, items: list[str]) -> Iterator[str]:
    """A title and its items, when there are any."""
    from ..report.characters import one_line

    if items:
        yield from ("", title)
        yield from (f"  – {one_line(item)}" for item in items)
