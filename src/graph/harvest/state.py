"""What was read of a catalogue, kept from one harvest to the next, and while one is under way.

Each document is committed when it was read: a harvest that is killed goes on from there. Nothing here is needed: were
it gone, everything is read again and the result is the same.
"""

from __future__ import annotations

import errno
import fcntl
import json
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from ..errors import InvalidInput

_FORM = "2"  # of the tables
_PASSING = ("harvest.cannot-read", "harvest.too-deep")
_TABLES = """
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT);
CREATE TABLE IF NOT EXISTS documents (
  address TEXT PRIMARY KEY, run INTEGER, place INTEGER, stamp TEXT, validators TEXT, sha256 TEXT, read TEXT, next TEXT,
  fault TEXT);
CREATE TABLE IF NOT EXISTS records (address TEXT, place INTEGER, told TEXT, PRIMARY KEY (address, place));
"""


_KNOWN = """
SELECT address, run, stamp, validators, sha256, read, next, fault,
  (SELECT COUNT(*) FROM records WHERE records.address = documents.address)
FROM documents
"""


@dataclass(slots=True)
class Known:
    """What is known of a document: how it was last time, its next pages, why it could not be read, if so.

    `stamp` is of a file, `validators` are headers of a request; `read` is when it was read, in UTC; `run`, the last
    harvest that met it; `records`, how many it has; `fault` is its name, the key and the parameters of a text, and
    whether some of its records were taken all the same: else those it has are of the time before.
    """

    run: int = 0
    stamp: str = ""
    validators: dict[str, str] = field(default_factory=dict)
    sha256: str = ""
    read: str = ""
    next: list[str] = field(default_factory=list)
    fault: list[Any] | None = None
    records: int = 0

    @property
    def may_pass(self) -> bool:
        """Whether the same bytes may be read another time: when a limit is raised, or the machine is less busy."""
        return self.fault is not None and (self.fault[1] in _PASSING or "limit" in self.fault[2])


class State:
    """The state of one portal. `run` numbers the harvest under way: an unfinished one of the same recipe goes on."""

    def __init__(self, path: Path, recipe: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._base = _opened(path)
        if self.fact("recipe") != recipe:
            self._base.executescript("DELETE FROM facts; DELETE FROM documents; DELETE FROM records;")
            self.set(recipe=recipe)
        ended = int(self.fact("ended") or 0)
        self.resumed = int(self.fact("run") or 0) > ended
        self.run = ended + 1
        self.set(run=str(self.run))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._base.close()

    def fact(self, name: str) -> str:
        """One thing remembered; empty when it is not."""
        found = self._base.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return found[0] if found else ""

    def set(self, **facts: str) -> None:
        """Remember these."""
        with self._base:
            self._base.executemany("INSERT OR REPLACE INTO facts VALUES (?, ?)", facts.items())

    def end(self, **facts: str) -> None:
        """The harvest is over: what it did not meet is forgotten."""
        with self._base:
            self._base.execute("DELETE FROM documents WHERE run <> ?", (self.run,))
            self._base.execute("DELETE FROM records WHERE address NOT IN (SELECT address FROM documents)")
            self._base.executemany("INSERT OR REPLACE INTO facts VALUES (?, ?)", facts.items())
            self._base.execute("INSERT OR REPLACE INTO facts VALUES ('ended', ?)", (str(self.run),))

    def known(self) -> dict[str, Known]:
        """Every document, by its address."""
        rows = self._base.execute(_KNOWN).fetchall()
        return {
            address: Known(
                run, stamp, json.loads(validators), digest, read, json.loads(after), json.loads(fault), records
            )
            for address, run, stamp, validators, digest, read, after, fault, records in rows
        }

    def met(self, places: list[tuple[int, str]]) -> None:
        """These documents are as they were; the place of each, and its address."""
        with self._base:
            self._base.executemany(
                "UPDATE documents SET run = ?, place = ? WHERE address = ?",
                [(self.run, place, address) for place, address in places],
            )

    def keep(self, address: str, place: int, known: Known, records: list[dict[str, Any]] | None) -> None:
        """What was read of a document; None keeps the records that it had."""
        values = (
            address, self.run, place, known.stamp, json.dumps(known.validators), known.sha256, known.read,
            json.dumps(known.next), json.dumps(known.fault),
        )  # fmt: skip
        with self._base:
            self._base.execute("INSERT OR REPLACE INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
            if records is not None:
                self._base.execute("DELETE FROM records WHERE address = ?", (address,))
                told = ((address, number, json.dumps(record)) for number, record in enumerate(records))
                self._base.executemany("INSERT INTO records VALUES (?, ?, ?)", told)

    def records(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """The records of the documents that this harvest met, in their order: the address, and what was told."""
        query = (
            "SELECT address, told FROM records JOIN documents USING (address) WHERE run = ? "
            "ORDER BY documents.place, records.place"
        )
        for address, told in self._base.execute(query, (self.run,)):
            yield address, json.loads(told)


@contextmanager
def alone(folder: Path, portal: str) -> Iterator[Path]:
    """Where what is known of a portal is remembered, with no other harvest of it.

    Raises InvalidInput, and OSError where it cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f".{portal}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InvalidInput("harvest-under-way", portal=portal) from None
        path = folder / f"{portal}.sqlite"
        try:
            yield path
        except sqlite3.OperationalError as error:  # the disk is full, most often
            raise OSError(errno.EIO, str(error), str(path)) from error


@contextmanager
def copied(folder: Path, portal: str) -> Iterator[Path]:
    """A copy of what is remembered of a portal, for a harvest that writes nothing."""
    path = folder / f"{portal}.sqlite"
    with tempfile.TemporaryDirectory(prefix="passerelles-harvest-") as elsewhere:
        copy = Path(elsewhere, path.name)
        if path.is_file():
            shutil.copyfile(path, copy)
        yield copy


def peek(path: Path, name: str) -> str:
    """One thing remembered, where it is not known yet by which recipe; empty when it is not."""
    if not path.is_file():
        return ""
    with closing(_opened(path)) as base:
        found = base.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
    return found[0] if found else ""


def _opened(path: Path) -> sqlite3.Connection:
    """The database of a file; one that is damaged, or of another form, is begun again."""
    try:
        return _prepared(path)
    except sqlite3.DatabaseError:
        for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
            path.with_name(name).unlink(missing_ok=True)
        return _prepared(path)


def _prepared(path: Path) -> sqlite3.Connection:
    """The database of a file, with its tables. Raises DatabaseError."""
    base = sqlite3.connect(path)
    try:
        base.execute("PRAGMA journal_mode = WAL")
        base.execute("PRAGMA synchronous = NORMAL")
        base.executescript(_TABLES)
        [form] = base.execute(
            "INSERT OR IGNORE INTO facts VALUES ('form', ?) RETURNING value", (_FORM,)
        ).fetchone() or (base.execute("SELECT value FROM facts WHERE name = 'form'").fetchone())
        base.commit()
    except BaseException:
        base.close()
        raise
    if form != _FORM:
        base.close()
        raise sqlite3.DatabaseError
    return base
