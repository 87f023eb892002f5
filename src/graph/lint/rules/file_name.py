"""PAS301: a file is named after what it describes."""

from __future__ import annotations

from collections.abc import Iterator

from ...dataset import STANDARD_INPUT, Parsed
from ...texts import Text
from ...turtle.anchors import Anchor
from ..context import Context
from ..facts import Facts
from ..rule import FileRule


class FileName(FileRule):
    """A file of one subject is named after the last segment of its IRI, in the folder of its kind.

    Only for subjects under the graph's base: the place of a thing is then found without a search.
    """

    code, name, policy = "PAS301", "file-name", True

    def check(self, parsed: Parsed, facts: Facts, context: Context) -> Iterator[tuple[Text, Anchor]]:
        """The folder first, then the name."""
        source, settings = parsed.source, context.settings
        if source.name == STANDARD_INPUT or len(facts.subjects) != 1:
            return
        subject = facts.subjects[0]
        base = settings.graph.base
        if not subject.startswith(base) or source.place == f"data/{subject[len(base) :]}.ttl":
            return
        slug = subject.rstrip("/").rpartition("/")[2].rpartition("#")[2]
        folder, below, _ = source.place.removeprefix("data/").partition("/")
        kind, inside, rest = subject[len(base) :].partition("/")
        if below and inside and folder != kind:
            here = (settings.data_folder / folder).is_dir() and not (settings.data_folder / kind).is_dir()
            names = {
                "expected": f"{settings.folders.data}/{kind}/{slug}.ttl",
                "iri": subject,
                "kind": f"{settings.folders.data}/{kind}/",
                "near": f"{base}{folder}/{rest}",
            }
            yield Text("lint.folder-iri" if here else "lint.folder", names), Anchor(f"<{subject}>")
        elif slug != source.stem:
            names = {"file": source.path.name, "expected": f"{slug}.ttl", "iri": subject}
            yield Text("lint.file-name", names), Anchor(f"<{subject}>")
