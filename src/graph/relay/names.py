"""The names of each thing that has several, in a file beside the store: one look-up, where triples would take two.

An SQLite file, written once with a snapshot and only read from then on. What SQLite cannot do with it is an OSError, as
what the store cannot do with its files.
"""

from __future__ import annotations

import errno
import sqlite3
from array import array
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

_TABLES = """
CREATE TABLE thing (thing INTEGER PRIMARY KEY, names TEXT NOT NULL);
CREATE TABLE name (name TEXT PRIMARY KEY, thing INTEGER NOT NULL) WITHOUT ROWID;
"""
_FIND = "SELECT names FROM name JOIN thing USING (thing) WHERE name = ?"
_HELD = 32_768  # kilobytes: all that leads to the leaves, of twenty million names
_BETWEEN = "\n"  # which no IRI has


class Names:
    """The names in a file, which nothing changes. Raises OSError for one that is not there."""

    def __init__(self, path: Path) -> None:
        self._name = path.name  # all that a client is told of where it is
        try:
            self._file = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
            self._file.execute(f"PRAGMA cache_size = -{_HELD}")
        except sqlite3.Error as error:
            raise _fault(path.name, error) from error

    def of(self, name: str) -> list[str]:
        """Every name of the thing that has this one: the one that stands for them first, the others in order.

        A name without another is alone. Raises OSError for a damaged file.
        """
        try:
            found = self._file.execute(_FIND, (name,)).fetchone()
        except sqlite3.Error as error:
            raise _fault(self._name, error) from error
        return found[0].split(_BETWEEN) if found else [name]


def write(path: Path, things: Iterable[list[str]]) -> int:
    """Write the names of things that have several into a new file, those that stand for the others first.

    How many names there are. Raises OSError, where the disk is full most often.
    """
    known: list[str] = []
    thing = array("L")  # of each name

    def rows() -> Iterator[tuple[int, str]]:
        for number, names in enumerate(sorted(names for names in things if len(names) > 1)):
            known.extend(names)
            thing.extend([number] * len(names))
            yield number, _BETWEEN.join(names)

    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as file:
            file.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN;" + _TABLES)
            file.executemany("INSERT INTO thing VALUES (?, ?)", rows())
            order = sorted(range(len(known)), key=known.__getitem__)  # ten times faster than in any other
            file.executemany("INSERT INTO name VALUES (?, ?)", ((known[place], thing[place]) for place in order))
            file.execute("COMMIT")
    except sqlite3.Error as error:
        raise _fault(str(path), error) from error
    return len(known)


def _fault(name: str, error: sqlite3.Error) -> OSError:
    return OSError(errno.EIO, str(error), name)
