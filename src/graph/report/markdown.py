"""Markdown for the comment of a merge request, on GitHub and GitLab.

What the files say is escaped: no markup, no link, and no mention of a person (`@fr` is a language here).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from ..diagnostics import Diagnostic
from ..gate import GateReport
from ..texts import say
from .characters import one_line, visible
from .findings import by_file, message
from .text import summary

MOST_CHARACTERS = 60_000  # a comment on GitHub holds 65 536
_MARKUP = re.compile(r"[\\`*_\[\]|~$]")
_REFERENCE = re.compile(r"[@#!%~$&](?=[\w\"<])|:(?=[\w+-]+:)|(?<=[Gg][Hh])-(?=\d)|\bhttps?(?=:)|\bwww(?=\.)")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_NOTHING = "<!-- -->"  # renders as nothing, and parts what would be read as a reference


def write(report: GateReport, language: str, most: int = MOST_CHARACTERS) -> str:
    """The summary, then a list for each file; beyond `most` characters it says how many findings it leaves out."""
    blocks = [f"**{escaped(summary(report, language))}**\n"]
    items = list(_items(report, language))
    length = len(blocks[0])
    for shown, item in enumerate(items):
        length += len(item)
        if length > most:
            blocks.append(f"\n_{escaped(say(language, 'report.left-out', count=len(items) - shown))}_\n")
            break
        blocks.append(item)
    return "".join(blocks)


def _items(report: GateReport, language: str) -> Iterator[str]:
    """Each finding, the first of a file with its heading."""
    heading = f"\n#### {escaped(say(language, 'report.unreadable'))}\n\n"
    for error in report.unreadable:
        yield f"{heading}- {code(error.code)}: {escaped(one_line(error.message(language)))}\n"
        heading = ""
    for path, found in by_file(report.diagnostics).items():
        heading = f"\n#### {code(path)}\n\n"
        for diagnostic in found:
            yield heading + _item(diagnostic, language)
            heading = ""


def _item(diagnostic: Diagnostic, language: str) -> str:
    place = diagnostic.location
    severity = say(language, f"severity.{diagnostic.severity}")
    said = escaped(message(diagnostic, language))
    return f"- {place.line}:{place.column} **{severity}** {code(diagnostic.code)}: {said}\n"


def escaped(text: str) -> str:
    """`text` as text and nothing else."""
    return _parted(text, _literal)


def in_html(text: str) -> str:
    """The same within an HTML element, where Markdown is not read."""
    return _parted(text, _entities)


def _parted(text: str, literal: Callable[[str], str]) -> str:
    pieces, last = [], 0
    for found in _REFERENCE.finditer(text):
        pieces += [literal(text[last : found.end()]), _NOTHING]
        last = found.end()
    return "".join([*pieces, literal(text[last:])])


def _literal(text: str) -> str:
    return _entities(_MARKUP.sub(r"\\\g<0>", text))


def _entities(text: str) -> str:
    return re.sub("[&<>]", lambda found: _ENTITIES[found[0]], text)


def code(text: str) -> str:
    """`text` between back quotes, as many as it takes."""
    shown = visible(text)
    longest = max((len(run) for run in re.findall("`+", shown)), default=0)
    fence = "`" * (longest + 1)
    space = " " if longest or shown != shown.strip() or not shown else ""
    return f"{fence}{space}{shown}{space}{fence}"
