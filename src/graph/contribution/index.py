"""What a build leaves beside its snapshot, so that the next check need not read what has not changed.

stamps     size, times and number of every file, to know which ones changed since
keys       what tells things apart, to find a second description of one thing
subjects   everything described, to suggest what a mistyped IRI meant
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path

from .. import __version__
from ..config import FILE_NAME, Settings
from ..dataset import PLACED, folder_of
from ..lint.facts import Facts
from ..lint.keys import Keyed
from ..snapshot.reader import SNAPSHOTS
from ..snapshot.writer import TEMPORARY

_FOLDER = "index"
_STAMPS, _KEYS, _SUBJECTS = "stamps", "keys", "subjects"
_FIELD, _LINE = "\0", "\0\0"  # no name holds one


def stamps(settings: Settings) -> list[str] | None:
    """One line for each file that a check reads: its place, its size, when it was modified and moved, its number.

    None where a link stands for a file or a folder, for one file may then have several places; and where a file cannot
    be looked at.
    """
    found: list[str] = []
    try:
        _stamp(os.fspath(settings.root / FILE_NAME), FILE_NAME, None, found)
        for role in PLACED:
            folder = folder_of(settings, role)
            if folder.is_dir():
                _below(os.fspath(folder), role.value, found)
    except (_Linked, OSError):
        return None
    return found


def place_of(stamp: str) -> str:
    """The place that a line of `stamps` begins with: as `Source.place`, or the name of the configuration."""
    return stamp.split(_FIELD, 1)[0]


class _Linked(Exception):
    """A link stands for a file."""


def _below(folder: str, place: str, found: list[str]) -> None:
    """The `.ttl` files below a folder, hidden ones left out: those that `dataset` reads."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        with os.scandir(handle) as entries:
            inside = [entry for entry in entries if not entry.name.startswith(".")]
        for entry in inside:
            if entry.is_symlink():
                raise _Linked
            if entry.is_dir():
                _below(f"{folder}/{entry.name}", f"{place}/{entry.name}", found)
            elif entry.name.endswith(".ttl"):
                _stamp(entry.name, f"{place}/{entry.name}", handle, found)
    finally:
        os.close(handle)


def _stamp(path: str, place: str, folder: int | None, found: list[str]) -> None:
    known = os.stat(path, dir_fd=folder)
    numbers = (known.st_size, known.st_mtime_ns, known.st_ctime_ns, known.st_ino)
    found.append(_FIELD.join((place, *map(str, numbers))))


class Index:
    """The index of one snapshot, below the build folder."""

    def __init__(self, build_folder: Path, snapshot: str) -> None:
        self._folder = build_folder / _FOLDER
        self._work = build_folder / SNAPSHOTS
        self._title = f"{snapshot} {__version__}"

    def changed(self, now: Iterable[str]) -> set[str] | None:
        """The places added, removed or modified since the build; None when there is no index of this snapshot."""
        title, *before = self._text(_STAMPS).split(_LINE)
        if title != self._title:
            return None
        return {place_of(stamp) for stamp in set(now).symmetric_difference(before)}

    def same_key(self, keyed: Keyed) -> Iterator[tuple[str, Keyed]]:
        """What has the same key: the named graph of its file, and its subject."""
        start = _key(keyed)
        for at in range(bisect_left(self._keys, start), len(self._keys)):
            if not self._keys[at].startswith(start):
                return
            properties, value, subject, written, graph = json.loads(self._keys[at])
            yield graph, Keyed(subject, tuple(properties), value, written)

    def subjects(self) -> list[str]:
        """Every IRI that a file described."""
        return self._text(_SUBJECTS).split("\n")[1:]

    def write(self, stamped: Iterable[str] | None, facts: Iterable[Facts]) -> None:
        """Replace what the index of an earlier snapshot said. `stamped` was taken before the files were read."""
        facts = list(facts)
        keys = sorted(
            f"{_key(one)}{json.dumps([one.subject, one.object, fact.source.graph])[1:]}"
            for fact in facts
            for one in fact.keyed
        )
        self._work.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=TEMPORARY, dir=self._work))  # the next build removes what is left there
        try:
            if stamped is not None:
                _write(folder / _STAMPS, _LINE.join([self._title, *stamped]))
            _write(folder / _KEYS, "\n".join(keys))
            _write(folder / _SUBJECTS, "\n".join([self._title, *(subject for f in facts for subject in f.subjects)]))
            if self._folder.exists():
                self._folder.rename(folder / "before")
            folder.rename(self._folder)
            shutil.rmtree(self._folder / "before", ignore_errors=True)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    @cached_property
    def _keys(self) -> list[str]:
        return self._text(_KEYS).split("\n")

    def _text(self, name: str) -> str:
        try:
            return (self._folder / name).read_bytes().decode(errors="surrogateescape")
        except OSError:
            return ""


def _write(path: Path, text: str) -> None:
    path.write_bytes(text.encode(errors="surrogateescape"))


def _key(keyed: Keyed) -> str:
    """The beginning of the line of a key; what follows tells whose it is."""
    return json.dumps([keyed.properties, keyed.value])[:-1] + ", "
