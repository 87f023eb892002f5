"""The names of each thing that has several, in a file beside the store: one look-up, where triples would take two.

An SQLite file, written once with a snapshot and only read from then on.
"""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Iterable, Iterator
from pathlib import Path

_TABLES = """
CREATE TABLE thing (thing INTEGER PRIMARY KEY, names TEXT NOT NULL);
CREATE TABLE name (name TEXT PRIMARY KEY, thing INTEGER NOT NULL) WITHOUT ROWID;
"""
_FIND = "SELECT names FROM name JOIN thing USING (thing) WHERE name = ?"
_HELD = 32_768  # kilobytes: all that leads to the leaves, of twenty million names
_BETWEEN = "\n"  # which no IRI has


class Names:
    """The names in a file, which nothing changes."""

    def __init__(self, path: Path) -> None:
        self._file = sqlite3.connect(f"{path.absolute().as_uri()}?immutable=1", uri=True, isolation_level=None)
        self._file.execute(f"PRAGMA cache_size = -{_HELD}")

    def of(self, name: str) -> list[str]:
        """Every name of the thing that has this one: the one that stands for them first, the others in order.

        A name without another is alone.
        """
        found = self._file.execute(_FIND, (name,)).fetchone()
        return found[0].split(_BETWEEN) if found else [name]


def write(path: Path, things: Iterable[list[str]]) -> int:
    """Write the names of things that have several into a new file, those that stand for the others first.

    How many names there are.
    """
    file = sqlite3.connect(path, isolation_level=None)
    known: list[str] = []
    thing = array("L")  # of each name

    def rows() -> Iterator[tuple[int, str]]:
        for number, names in enumerate(sorted(names for names in things if len(names) > 1)):
            known.extend(names)
            thing.extend([number] * len(names))
            yield number, _BETWEEN.join(names)

    try:
        file.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN;" + _TABLES)
        file.executemany("INSERT INTO thing VALUES (?, ?)", rows())
        order = sorted(range(len(known)), key=known.__getitem__)  # ten times faster than in any other
        file.executemany("INSERT INTO name VALUES (?, ?)", ((known[place], thing[place]) for place in order))
        file.execute("COMMIT")
    finally:
        file.close()
    return len(known)
