"""PAS302: one thing, one file."""

from __future__ import annotations

from collections.abc import Iterator

from ...dataset import Parsed
from ...texts import Text
from ...turtle.anchors import Anchor
from ..context import Context
from ..facts import Facts
from ..rule import FileRule


class OneSubject(FileRule):
    """A data file describes one subject: two people who edit two things never meet in one file."""

    code, name, policy = "PAS302", "one-subject", True

    def check(self, parsed: Parsed, facts: Facts, context: Context) -> Iterator[tuple[Text, Anchor]]:  # noqa: ARG002 - one signature
        """Once, at the second, with the subjects to move."""
        if len(facts.subjects) > 1:
            others = ", ".join(facts.subjects[1:4])
            yield (
                Text("lint.one-subject", {"count": len(facts.subjects), "others": others}),
                Anchor(f"<{facts.subjects[1]}>"),
            )
