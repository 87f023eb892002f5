"""A difference for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from ..report.characters import one_line
from ..report.text import line as finding_line
from .answers import Answer, State
from .compare import Difference
from .things import Thing
from .wording import THINGS, Wording

_TRIPLES_SHOWN = 20
_COLOURS = {"+": "\033[32m", "-": "\033[31m", "~": "\033[33m"}
_SIGNS = {"added": "+", "changed": "~", "renamed": "~", "removed": "-"}
_BOLD, _PLAIN = "\033[1m", "\033[0m"


def write(difference: Difference, language: str, *, colour: bool = False) -> str:
    """The summary, then things, diagnostics, answers and triples, each change after `+`, `-` or `~`."""
    wording = Wording(difference, language)
    lines = [wording.say("diff.between", old=wording.sides()[0], new=wording.sides()[1]), wording.summary()]
    lines += wording.obstacles()
    if difference.changed:
        for heading, items in _sections(wording):
            shown = list(items)
            if shown:
                lines += ["", f"{_BOLD}{heading}{_PLAIN}" if colour else heading, *shown]
    return "".join(f"{_coloured(text) if colour else text}\n" for text in lines)


def _sections(wording: Wording) -> Iterator[tuple[str, Iterable[str]]]:
    found, things = wording.difference, wording.difference.things
    for name, heading in THINGS.items():
        group, sign = getattr(things, name), _SIGNS[name]
        yield (
            wording.say(heading, count=len(group)),
            chain.from_iterable(_thing(wording, thing, sign) for thing in group),
        )
    for heading, sign, findings in (
        ("diff.heading-new", "+", found.findings.new),
        ("diff.heading-mended", "-", found.findings.mended),
    ):
        yield (
            wording.say(heading, count=len(findings)),
            (f"  {sign} {finding_line(each, wording.language)}" for each in findings),
        )
    told = wording.told()
    yield (
        wording.say("diff.heading-queries", count=len(told)),
        chain.from_iterable(_answer(wording, each) for each in told),
    )
    yield (
        wording.say("diff.heading-triples"),
        chain(_triples(wording, found.added, "+"), _triples(wording, found.removed, "-")),
    )


def _thing(wording: Wording, thing: Thing, sign: str) -> Iterator[str]:
    yield f"  {sign} {wording.thing(thing)} ({one_line(thing.path)})"
    for mark, sentence in wording.changes(thing):
        yield f"      {mark} {sentence}"


def _answer(wording: Wording, answer: Answer) -> Iterator[str]:
    sign = {State.ADDED: "+", State.REMOVED: "-", State.CHANGED: "~", State.SAME: "="}.get(answer.state, "!")
    yield f"  {sign} {wording.say('diff.query', title=wording.title(answer), outcome=wording.outcome(answer))}"
    if given := wording.given(answer):
        yield f"      {given}"
    _, rows, left = wording.rows(answer)
    yield from (f"      {mark} {' · '.join(filter(None, row))}" for mark, row in rows)
    if left:
        yield f"      {wording.say('diff.others', count=left)}"


def _triples(wording: Wording, lines: Sequence[str], sign: str) -> Iterator[str]:
    yield from (f"  {sign} {wording.triple(line)}" for line in lines[:_TRIPLES_SHOWN])
    if len(lines) > _TRIPLES_SHOWN:
        yield f"  {sign} {wording.say('diff.others', count=len(lines) - _TRIPLES_SHOWN)}"


def _coloured(text: str) -> str:
    mark = _COLOURS.get(text.lstrip()[:1]) if text.startswith("  ") else None
    return f"{mark}{text}{_PLAIN}" if mark else text
