"""The review in a terminal: both things side by side, why the link was proposed, a key for each decision."""

from __future__ import annotations

import os
import sys
import termios
import tty
from collections import Counter
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from rich.console import Console, Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from ..errors import InvalidInput, PasserellesError, UnreadableInput
from ..linking.record import CHOICES, SYMMETRIC, Decision, Record
from ..linking.records import Verdict
from ..linking.review import INVERSE, Feature, another_link, features
from ..report.characters import one_line
from .context import Options
from .link_stats import percent, strength_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..linking.records import Records
    from ..linking.sides import Side, Sides

_DECISIONS = {"a": Decision.ACCEPTED, "r": Decision.REJECTED, "d": Decision.UNDECIDED}
_QUIT = ("q", "\x03", "\x04", "")
_KEYS = frozenset((*_DECISIONS, *_QUIT, *"ecsu"))
_BAR, _FEATURES = 12, 10
_NARROW = 80  # columns: with fewer, the two things stand one below the other


@contextmanager
def _keys() -> Iterator[None]:
    """A terminal that gives each key at once and echoes none."""
    before = termios.tcgetattr(sys.stdin)
    tty.setcbreak(sys.stdin, termios.TCSADRAIN)
    try:
        yield
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)


@contextmanager
def _lines() -> Iterator[None]:
    """A terminal that gives whole lines, for as long as one is asked."""
    before = termios.tcgetattr(sys.stdin)
    whole = termios.tcgetattr(sys.stdin)
    whole[3] |= termios.ICANON | termios.ECHO
    termios.tcsetattr(sys.stdin, termios.TCSADRAIN, whole)
    try:
        yield
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)


class Terminal:
    """One run through a queue. `decided` counts what was decided and not taken back."""

    def __init__(self, records: Records, waiting: Sequence[Record], sides: Sides, reviewer: str) -> None:
        self._records = records
        self._waiting = list(waiting)
        self._sides = sides
        self._reviewer = reviewer
        self._console = Console(highlight=False)
        self._made: list[tuple[int, Decision]] = []  # where in the queue, and what
        self._link: tuple[str, str, str] | None = None
        self._comment = ""

    @property
    def decided(self) -> Counter[Decision]:
        """How many of each decision."""
        return Counter(decision for _, decision in self._made)

    def run(self) -> None:
        """From the first to the last, or until the reviewer leaves."""
        at = 0
        with suppress(KeyboardInterrupt), _keys():
            while 0 <= at < len(self._waiting):
                termios.tcflush(sys.stdin, termios.TCIFLUSH)  # what was typed before a record is shown decides nothing
                self._show(at)
                at = self._answer(at)
        if not self._waiting:
            self._say("cli.link_review-nothing")

    def _answer(self, at: int) -> int:
        """Act on one key; where in the queue to go on, -1 to leave. Any other, `?` say, tells the keys."""
        while (key := os.read(sys.stdin.fileno(), 8).decode("ascii", "replace").lower()) not in _KEYS:
            self._say("cli.link_review-keys")
        if key in _QUIT:
            return -1
        if key in _DECISIONS:
            return self._decide(at, _DECISIONS[key])
        if key == "u":
            return self._undo(at)
        if key == "e":
            self._change(at)
        elif key == "c":
            self._comment = " ".join(self._ask("cli.link_review-why").split())
        elif key == "s":
            self._link, self._comment = None, ""
            return at + 1
        return at

    def _decide(self, at: int, decision: Decision) -> int:
        today, lang = datetime.now(UTC).date(), Options.shared.lang
        try:
            verdict = Verdict(decision, self._reviewer, today, self._comment, lang, self._link)
            self._waiting[at] = self._records.decide(self._waiting[at], verdict)
        except (InvalidInput, UnreadableInput) as error:
            self._complain(error)
            return self._as_it_is(at)
        self._made.append((at, decision))
        self._link, self._comment = None, ""
        return at + 1

    def _as_it_is(self, at: int) -> int:
        """Where to go on after a refusal: past a record that somebody else decided on, or that is gone."""
        before = self._waiting[at]
        now = self._records.now(before)
        self._waiting[at] = now or before
        if now is not None and now.decision is before.decision:
            return at
        self._link, self._comment = None, ""
        return at + 1

    def _undo(self, at: int) -> int:
        try:
            before = self._records.undo()
        except (InvalidInput, UnreadableInput) as error:
            self._complain(error)
            return at
        if before is None:
            self._say("cli.link_review-nothing-to-undo")
            return at
        back, _ = self._made.pop()
        self._waiting[back] = before
        self._link, self._comment = None, ""  # they were about the record left
        return back

    def _change(self, at: int) -> None:
        """Ask for another property; the record is written when it is decided."""
        record = self._waiting[at]
        choices = [f"{name} ({strength_name(name)})" for name in CHOICES]
        self._console.print(Text(Options.shared.say("cli.link_review-choices", choices=", ".join(choices))))
        try:
            self._link = another_link(self._ask("cli.link_review-property"), record, self._records)
        except InvalidInput as error:
            self._complain(error)

    def _ask(self, key: str) -> str:
        with _lines(), suppress(EOFError):
            self._console.print(Text(Options.shared.say(key) + " "), end="")
            return input()
        return ""

    def _complain(self, error: PasserellesError) -> None:
        self._console.print(Text(one_line(error.message(Options.shared.lang)), "red"))

    def _say(self, key: str, **parameters: object) -> None:
        self._console.print(Text(Options.shared.say(key, **parameters)))

    def _show(self, at: int) -> None:
        record = self._waiting[at]
        lang = Options.shared.lang
        self._console.rule(Text(f"{at + 1}/{len(self._waiting)} · {one_line(record.slug)}", "bold"))
        self._console.print(Group(*self._statement(record)))
        things = [self._panel(self._sides.of(iri, lang)) for iri in (record.subject, record.object)]
        if self._console.width < _NARROW:
            self._console.print(Group(*things))
        else:
            table = Table(expand=True, show_header=False, box=None, padding=(0, 1))
            table.add_column(ratio=1)
            table.add_column(ratio=1)
            table.add_row(*things)
            self._console.print(table)
        self._console.print(Group(*self._reasons(record)))
        self._say("cli.link_review-keys")

    def _statement(self, record: Record) -> Iterator[Text]:
        """The link, in words, and the one that stands in its place."""
        say, lang = Options.shared.say, Options.shared.lang
        sure = percent(record.confidence) or say("review.by-hand")
        called = self._sides.called(record.predicate, lang)
        yield Text(say("cli.link_review-link-shown", strength=strength_name(record.strength), name=called, sure=sure))
        if self._link is not None:
            mark = "" if self._link[0] == record.subject or self._link[1] in SYMMETRIC else INVERSE
            name = self._sides.called(self._link[1], lang)
            yield Text(say("cli.link_review-changed", name=mark + name), "yellow")
        if self._comment:
            yield Text(f"« {one_line(self._comment)} »", "italic")

    def _panel(self, side: Side) -> Panel:
        say = Options.shared.say
        rows: list[Text] = [Text(one_line(side.title), "bold"), Text(one_line(side.iri), "dim", overflow="fold")]
        if side.portal:
            rows.append(Text(say("review.portal", portal=side.portal), "magenta"))
        if not side.known:
            rows.append(Text(say("review.unknown"), "yellow"))
        for name, values in side.fields.items():
            shown = " · ".join(one_line(value.text) for value in values)
            rows.append(Text.assemble((say(f"review.field-{name}") + " ", "cyan"), shown))
        if side.links:
            rows.append(Text(say("review.linked"), "cyan"))
        for called, other, out in side.links:
            rows.append(Text(f"  {one_line(called.text)} {'→' if out else '←'} {one_line(other.text)}"))
        if side.more:
            rows.append(Text(say("review.more", count=side.more), "dim"))
        return Panel(Group(*rows))

    def _reasons(self, record: Record) -> Iterator[Text]:
        """Why it was proposed: the sentence, then what it was made from."""
        lang = Options.shared.lang
        because = record.description.get(lang) or next(iter(record.description.values()), "")
        if because:
            yield Text(one_line(because))
        speaking, opposed = features(record, lang)
        yield from map(_bar, speaking[:_FEATURES])
        if opposed:
            yield Text(Options.shared.say("review.against"), "red")
            yield from map(_bar, opposed)


def _bar(feature: Feature) -> Text:
    filled = round(feature.share * _BAR)
    return Text(f"  {'█' * filled}{'░' * (_BAR - filled)} {feature.share:.2f} {one_line(feature.name)}")
