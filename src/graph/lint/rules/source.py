"""PAS304: every subject says where it comes from."""

from __future__ import annotations

from collections.abc import Iterator

from ...dataset import Parsed
from ...texts import Text
from ...turtle.anchors import Anchor
from ..context import Context
from ..facts import Facts
from ..rule import FileRule

_SOURCE = b"> <http://purl.org/dc/terms/source> "


class Source(FileRule):
    """Every subject of a data file has `dct:source`."""

    code, name, policy = "PAS304", "source", True

    def check(self, parsed: Parsed, facts: Facts, context: Context) -> Iterator[tuple[Text, Anchor]]:  # noqa: ARG002 - one signature
        """Each subject without a source."""
        sourced = set(_sourced(parsed.document.ntriples))
        for subject in facts.subjects:
            if subject.encode() not in sourced:
                yield Text("lint.source", {"iri": subject}), Anchor(f"<{subject}>")


def _sourced(ntriples: bytes) -> Iterator[bytes]:
    """What precedes each `dct:source` on its line: a subject, or part of a literal, which no subject equals."""
    at = ntriples.find(_SOURCE)
    while at >= 0:
        yield ntriples[ntriples.rfind(b"\n", 0, at) + 2 : at]
        at = ntriples.find(_SOURCE, at + 1)
