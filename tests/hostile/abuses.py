"""The corpus of abuse: each file of `queries/`, whole, and what may come of it. The notation: README.md.

    python tests/hostile/abuses.py FILE.rq [URL]

writes the query of a file, ready to be sent to the endpoint at URL.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import yaml

QUERIES = Path(__file__).resolve().parent / "queries"
JSON_RESULTS = "application/sparql-results+json"
OUTCOMES = re.compile(r"200|broken|4\d\d PAS\d{3}( [a-z_]+)?|503 PAS\d{3}")
_REPEATED = re.compile(r"⟦(.*?)×(\d+)⟧", re.DOTALL)
_BYTE = re.compile(rb"\\x([0-9A-F]{2})")


class Abuse(NamedTuple):
    """One file: its query, what may come of it, and the right answer where there may be one."""

    name: str
    what: str
    why: str
    expect: tuple[str, ...]
    answer: object
    accept: str
    text: str

    def query(self, url: str = "http://127.0.0.1:8000/sparql") -> bytes:
        """The query as it is sent to the endpoint at `url`."""
        text = self.text.replace("⟦self⟧", url).replace("⟦port⟧", str(urlsplit(url).port or 80))
        parts, end = [], 0
        for found in _REPEATED.finditer(text):
            piece, times = found[1], int(found[2])
            many = "".join(piece.replace("%d", str(i)) for i in range(times)) if "%d" in piece else piece * times
            parts += [
                text[end : found.start()].encode(),
                _BYTE.sub(lambda byte: bytes([int(byte[1], 16)]), many.encode()),
            ]
            end = found.end()
        return b"".join((*parts, text[end:].encode()))

    def admits(self, outcome: str, body: bytes | None) -> bool:
        """True when an outcome is one of those foreseen, and right where it is an answer."""
        return outcome in self.expect and (outcome != "200" or (body is not None and self.right(body)))

    def right(self, body: bytes) -> bool:
        """True when a whole answer is the right one: a boolean, the number of rows or of triples, or the rows."""
        if self.accept != JSON_RESULTS:
            return _triples(body, self.accept) == self.answer
        said = json.loads(body)
        if isinstance(self.answer, bool):
            return said["boolean"] is self.answer
        rows = [{name: term["value"] for name, term in row.items()} for row in said["results"]["bindings"]]
        return (len(rows) if isinstance(self.answer, int) else rows) == self.answer


def _triples(body: bytes, media_type: str) -> int:
    import pyoxigraph

    return len(set(pyoxigraph.parse(body, format=pyoxigraph.RdfFormat.from_media_type(media_type))))


def read(path: Path) -> Abuse:
    """A file of the corpus: a header of YAML in `#+` lines, then the query."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    header = [line for line in lines if line.startswith("#+")]
    said = yaml.safe_load("".join(line[2:].lstrip(" ") for line in header))
    return Abuse(
        path.stem,
        said.pop("abuse"),
        said.pop("hurts"),
        tuple(map(str, said.pop("expect"))),
        said.pop("answer", None),
        said.pop("accept", JSON_RESULTS),
        "".join(lines[len(header) :]),
        **said,  # nothing: a key that means nothing is an error
    )


CORPUS = {path.stem: read(path) for path in sorted(QUERIES.glob("*.rq"))}


if __name__ == "__main__":
    sys.stdout.buffer.write(read(Path(sys.argv[1])).query(*sys.argv[2:3]))
