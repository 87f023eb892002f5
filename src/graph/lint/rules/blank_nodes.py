"""PAS306: no blank node in the data."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...dataset import Parsed
from ...texts import Text
from ...turtle.anchors import Anchor, Part
from ..context import Context
from ..facts import Facts
from ..rule import FileRule

_VALUE = re.compile(rb"^(<[^>]*>) (<[^>]*>) _:", re.MULTILINE)


class BlankNodes(FileRule):
    """A blank node can be neither compared, nor cited, nor linked, nor fed: one finding a file, at the first.

    Pointed at through the IRI it is a value of, so that a large file is not read whole; else as the subject it is.
    """

    code, name, policy = "PAS306", "blank-nodes", True

    def check(self, parsed: Parsed, facts: Facts, context: Context) -> Iterator[tuple[Text, Anchor]]:  # noqa: ARG002 - one signature
        """The parser knows whether there is one."""
        if not parsed.document.blank:
            return
        ntriples = parsed.document.ntriples
        found = _VALUE.search(ntriples)
        if found is None:
            yield Text("lint.blank-nodes"), Anchor(ntriples.partition(b" ")[0].decode())
            return
        before = re.findall(
            rb"^%s %s " % (re.escape(found[1]), re.escape(found[2])), ntriples[: found.start()], re.MULTILINE
        )
        yield Text("lint.blank-nodes"), Anchor(found[1].decode(), found[2].decode(), part=Part.OBJECT, rank=len(before))
