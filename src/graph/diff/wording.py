"""A difference in words: what the writers for people share. Everything said is on one line, its characters visible."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..report.characters import one_line
from ..texts import say
from ..turtle.ntriples import triple
from .answers import Answer, Row, State
from .compare import Difference, Verdict
from .terms import Terms, paired
from .things import Thing

ROWS_SHOWN = 5
#: The heading of each group of things, in the order they are told.
THINGS = {
    "added": "diff.heading-added",
    "changed": "diff.heading-changed",
    "renamed": "diff.heading-renamed",
    "removed": "diff.heading-removed",
}
_COUNTED = {
    "added": "diff.things-added",
    "changed": "diff.things-changed",
    "renamed": "diff.things-renamed",
    "removed": "diff.things-removed",
}
_ROWS = {"added": "diff.rows-added", "removed": "diff.rows-removed", "altered": "diff.rows-altered"}


class Wording(Terms):
    """The words for one difference in one language."""

    def __init__(self, difference: Difference, language: str) -> None:
        super().__init__(difference.names, difference.new.side.settings.graph.base, language)
        self.difference = difference

    # --- the whole

    def sides(self) -> tuple[str, str]:
        """What the two sides are called."""
        return self._side(self.difference.old), self._side(self.difference.new)

    def _side(self, verdict: Verdict) -> str:
        side = verdict.side
        name = one_line(side.name) or self.say("diff.working-folder")
        return f"{name} ({side.commit[:7]})" if side.commit and not side.commit.startswith(side.name) else name

    def summary(self) -> str:
        """What changes, in a line."""
        found = self.difference
        if not found.changed:
            return self.say("diff.nothing")
        sentences = [self.say("diff.triples", added=len(found.added), removed=len(found.removed))]
        counted = [(key, len(getattr(found.things, group))) for group, key in _COUNTED.items()]
        parts = [self.say(key, count=count) for key, count in counted if count]
        if parts:
            sentences.append(self.say("diff.things", parts=", ".join(parts)))
        if found.findings.new or found.findings.mended:
            sentences.append(self.findings())
        if found.answers is not None:
            moved = sum(answer.state is State.CHANGED for answer in found.answers)
            sentences.append(self.say("diff.queries", count=moved))
        return " ".join(sentences)

    def findings(self) -> str:
        """How many diagnostics are new, mended, unchanged."""
        found = self.difference.findings
        return self.say(
            "diff.diagnostics", new=len(found.new), mended=len(found.mended), unchanged=len(found.unchanged)
        )

    def obstacles(self) -> Iterator[str]:
        """What could not be compared, and why."""
        for verdict, key in ((self.difference.old, "diff.refused-old"), (self.difference.new, "diff.refused-new")):
            for path in verdict.unread[:ROWS_SHOWN]:
                yield self.say("diff.unread", path=path, side=self._side(verdict))
            if len(verdict.unread) > ROWS_SHOWN:
                yield self.say("diff.others", count=len(verdict.unread) - ROWS_SHOWN)
            if verdict.refused is not None:
                yield self.say(key, side=self._side(verdict), reason=verdict.refused)

    # --- things

    def thing(self, thing: Thing) -> str:
        """A thing by its kind, its name and what became of it; its file is for the writer to add."""
        words = [self.quoted(thing.iri)]
        if thing.kind:
            words.insert(0, self.name(thing.kind))
        if thing.was:
            words.append(self.say("diff.was", name=self.iri(thing.was)))
        if thing.was_path:
            words.append(self.say("diff.moved", path=thing.was_path))
        if thing.replaced_by:
            words.append(self.say("diff.replaced", by=", ".join(map(self.quoted, thing.replaced_by))))
        elif thing.deprecated:
            words.append(self.say("diff.deprecated"))
        return " ".join(words)

    def changes(self, thing: Thing) -> Iterator[tuple[str, str]]:
        """Each change of a thing: `~`, `+` or `-`, and its sentence."""
        for change in thing.changes:
            name = self.property(change.property)
            for removed, added in paired(change):
                if removed and added:
                    old, new = self.from_to(removed, added)
                    yield "~", self.say("diff.from-to", property=name, old=old, new=new)
                else:
                    sign = "+" if added else "-"
                    yield sign, self.say("diff.value", property=name, value=self.value(added or removed))

    # --- saved queries

    def told(self) -> list[Answer]:
        """The answers worth telling: all but those of a query that stays and answers the same."""
        return [answer for answer in self.difference.answers or () if answer.edited or answer.state is not State.SAME]

    def title(self, answer: Answer) -> str:
        """The title of a query."""
        return one_line(answer.title.render(self.language))

    def outcome(self, answer: Answer) -> str:
        """What became of the answer of a query."""
        reason = answer.reason
        match answer.state:
            case State.FAILED:
                said = self.say("diff.query-failed", reason=reason)
            case State.LEFT_OUT:
                said = self.say("diff.query-left-out", reason=reason)
            case State.ADDED:
                said = self.say("diff.query-added", count=answer.new)
            case State.REMOVED:
                said = self.say("diff.query-removed", count=answer.old)
            case State.SAME:
                said = self.say("diff.query-same", count=answer.new)
            case _ if answer.form == "ASK":
                said = self.say("diff.from-to-plain", old=self._yes(answer.old), new=self._yes(answer.new))
            case _:
                counted = [(key, len(getattr(answer, group))) for group, key in _ROWS.items()]
                parts = ", ".join(self.say(key, count=count) for key, count in counted if count)
                said = self.say("diff.query-changed", parts=parts, old=answer.old, new=answer.new)
        return f"{said} {self.say('diff.query-edited')}" if answer.edited else said

    def given(self, answer: Answer) -> str:
        """The parameters a query was given; empty for none."""
        if not answer.values or answer.state in (State.LEFT_OUT, State.FAILED):
            return ""
        return self.say(
            "diff.query-given", values=", ".join(f"{name} = {value}" for name, value in answer.values.items())
        )

    def _yes(self, count: int | None) -> str:
        return say(self.language, "cli.yes" if count else "cli.no")

    def rows(self, answer: Answer) -> tuple[list[str], list[tuple[str, list[str]]], int]:
        """The columns of an answer, its first rows in words, each with `+`, `-` or `~`, and how many others there are.

        A column that says nothing, or nothing that another one does not say, is left out.
        """
        groups = {
            "+": [(row, row) for row in answer.added],
            "-": [(row, row) for row in answer.removed],
            "~": answer.altered,
        }
        shown = [(sign, pair) for sign, pairs in groups.items() for pair in pairs[:ROWS_SHOWN]]
        columns, cells = self._table(answer, [pair for _, pair in shown])
        left = sum(map(len, groups.values())) - len(shown)
        return columns, [(sign, row) for (sign, _), row in zip(shown, cells, strict=True)], left

    def _table(self, answer: Answer, pairs: Sequence[tuple[Row, Row]]) -> tuple[list[str], list[list[str]]]:
        lines = [row for _, row in pairs if isinstance(row, str)]
        if lines:
            return ["", "", ""], [[self.value(term) for term in triple(line)] for line in lines]
        names = list(answer.columns) or list(dict.fromkeys(name for _, row in pairs for name in row))
        columns = {name: [self.step(old.get(name), new.get(name)) for old, new in pairs] for name in names}
        kept: dict[tuple[str, ...], str] = {}
        for name, column in columns.items():
            if any(column):
                kept.setdefault(tuple(column), name)
        return list(kept.values()), [list(row) for row in zip(*kept, strict=True)] or [[] for _ in pairs]
