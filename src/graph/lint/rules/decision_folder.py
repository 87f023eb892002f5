"""PAS334: the record of a link is in the folder of the decision it says."""

from __future__ import annotations

from collections.abc import Iterator

from ...dataset import Parsed
from ...texts import Text
from ...turtle.anchors import Anchor, Part
from ..axioms import DECISION, DECISIONS
from ..context import Context
from ..facts import Facts
from ..rule import FileRule

_FOLDER = "data/links/"
_FOLDERS = {concept: name for name, concept in DECISIONS.items()}


class DecisionFolder(FileRule):
    """A record of `data/links/` is in the folder of its decision: proposed, accepted, rejected or undecided.

    Who lists a folder then sees what waits, and git shows a decision as a file that moves.
    """

    code, name, policy = "PAS334", "decision-folder", True

    def check(self, parsed: Parsed, facts: Facts, context: Context) -> Iterator[tuple[Text, Anchor]]:  # noqa: ARG002 - one signature
        """Each decision of a file that is in the folder of another, or of none."""
        place = parsed.source.place
        if not place.startswith(_FOLDER):
            return
        folder = place.removeprefix(_FOLDER).rpartition("/")[0]
        for subject, predicate, value in facts.statements:
            if predicate == DECISION and value in _FOLDERS and _FOLDERS[value] != folder:
                expected = f"{_FOLDER}{_FOLDERS[value]}/{parsed.source.path.name}"
                told = {"expected": expected, "decision": _FOLDERS[value], "iri": subject}
                yield (
                    Text("lint.decision-folder", told),
                    Anchor(f"<{subject}>", f"<{predicate}>", f"<{value}>", Part.OBJECT),
                )
