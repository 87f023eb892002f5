"""The help pages in the reader's language: typer writes its own words in English only."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from ..texts import say

_HEADINGS = {
    "Arguments": "cli.heading-arguments",
    "Options": "cli.heading-options",
    "Commands": "cli.heading-commands",
}
_MORE = re.compile(r"\[(?:default: (?P<value>.*)|required)\]\Z", re.DOTALL)
_TYPE = re.compile(r" <[\w\[\]]+>\Z")  # of Python, which says nothing to a reader
_BEFORE_MARK = re.compile("(?<=«) | (?=[»:;?!])")
_SHOW_HELP = "Show this message and exit."


def translate(command: Any, lang: str) -> None:
    """Replace every help key of a command tree by its sentence, and typer's own words by ours."""
    for parameter in command.params:
        key = getattr(parameter, "help", None)
        if key and key.startswith("cli."):
            parameter.help = _sentence(lang, key)
    key = command.help or ""
    if key.startswith("cli."):
        command.short_help = _sentence(lang, key)
        command.help = f"{command.short_help}\n\n\b\n{say(lang, 'cli.example')}\n  {say(lang, key + '-example')}"
    command.context_class = _context(command.context_class, lang)
    if hasattr(command, "subcommand_metavar"):
        command.subcommand_metavar = say(lang, "cli.command-metavar")
    for child in getattr(command, "commands", {}).values():
        translate(child, lang)


def _sentence(lang: str, key: str) -> str:
    """A sentence whose lines never begin with a mark of punctuation, wherever they are broken."""
    return _BEFORE_MARK.sub("\u00a0", say(lang, key))


def _context(context: type, lang: str) -> type:
    """The context of a command, whose pages are written in `lang`."""

    class Formatter(context.formatter_class):  # type: ignore[name-defined]  the class typer uses
        def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
            super().write_usage(prog, args, prefix or say(lang, "cli.usage"))

        def write_heading(self, heading: str) -> None:
            self.write(f"{'':>{self.current_indent}}{say(lang, _HEADINGS[heading])}\n")

        def write_dl(self, rows: Iterable[tuple[str, str]], *layout: int, **spacing: int) -> None:
            said = [(_TYPE.sub("", first), _said(second, lang)) for first, second in rows]
            super().write_dl(said, *layout, **spacing)

    return type("Context", (context,), {"formatter_class": Formatter})


def _said(text: str, lang: str) -> str:
    """What typer says of a parameter, in `lang`."""
    if text == _SHOW_HELP:
        return say(lang, "cli.show-help")
    more = _MORE.search(text)
    if more is None:
        return text
    said = say(lang, "cli.required") if more["value"] is None else say(lang, "cli.default", value=more["value"])
    return f"{text[: more.start()]}[{said}]"
