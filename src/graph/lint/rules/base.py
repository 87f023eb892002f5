"""PAS303: what a file describes is under the graph's base."""

from __future__ import annotations

from collections.abc import Iterator

from ...dataset import Parsed
from ...texts import Text
from ...turtle.anchors import Anchor
from ..context import Context, unadorned
from ..facts import Facts
from ..rule import FileRule


class Base(FileRule):
    """A data file describes a thing of this graph; one subject of it under `base` is enough."""

    code, name, policy = "PAS303", "base", True

    def check(self, parsed: Parsed, facts: Facts, context: Context) -> Iterator[tuple[Text, Anchor]]:  # noqa: ARG002 - one signature
        """Once, at the first subject."""
        base = context.settings.graph.base
        if facts.subjects and not any(subject.startswith(base) for subject in facts.subjects):
            iri, about = facts.subjects[0], f"{unadorned(base)}/"
            _, same, rest = iri.partition(about)
            near = f"{base}{rest}" if same and unadorned(iri).startswith(about) else ""
            key = "lint.base-near" if near else "lint.base"
            yield Text(key, {"iri": iri, "base": base, "near": near}), Anchor(f"<{iri}>")
