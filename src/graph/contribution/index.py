"""What a build leaves beside its snapshot, so that the next check need not read what has not changed.

stamps     size and time of every file, to know which ones changed since
keys       what tells things apart, to find a second description of one thing
subjects   everything described, to suggest what a mistyped IRI meant
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from .. import __version__
from ..config import FILE_NAME, Settings
from ..lint.facts import Facts
from ..lint.keys import Keyed
from ..snapshot.reader import SNAPSHOTS
from ..snapshot.writer import TEMPORARY

_FOLDER = "index"
_STAMPS, _KEYS, _SUBJECTS = "stamps", "keys", "subjects"


def stamps(settings: Settings) -> list[str]:
    """One line for each file that a check reads: its path from the repository, its size, when it was last modified."""
    root = os.fspath(settings.root)
    found = [_stamp(f"{root}/{FILE_NAME}", FILE_NAME, None)]
    folders = settings.folders
    for name in (folders.ontology, folders.shapes, folders.data):
        _below(f"{root}/{name}", name, found)
    return found


def path_of(stamp: str) -> str:
    """The path that a line of `stamps` begins with."""
    return stamp.split("\t", 1)[0]


def _below(folder: str, shown: str, found: list[str]) -> None:
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        return
    try:
        with os.scandir(handle) as entries:
            inside = [entry for entry in entries if not entry.name.startswith(".")]
        for entry in inside:
            if entry.name.endswith(".ttl"):
                found.append(_stamp(entry.name, f"{shown}/{entry.name}", handle))
            if entry.is_dir(follow_symlinks=False):
                _below(f"{folder}/{entry.name}", f"{shown}/{entry.name}", found)
    finally:
        os.close(handle)


def _stamp(path: str, shown: str, folder: int | None) -> str:
    try:
        known = os.stat(path, dir_fd=folder)
    except OSError:
        return f"{shown}\t-"
    return f"{shown}\t{known.st_size}\t{known.st_mtime_ns}"


class Index:
    """The index of one snapshot, below the build folder."""

    def __init__(self, build_folder: Path, snapshot: str) -> None:
        self._folder = build_folder / _FOLDER
        self._work = build_folder / SNAPSHOTS
        self._title = f"{snapshot} {__version__}"

    def changed(self, now: Iterable[str]) -> set[str] | None:
        """The paths added, removed or modified since the build; None when there is no index of this snapshot."""
        title, *before = self._lines(_STAMPS)
        if title != self._title:
            return None
        return {path_of(stamp) for stamp in set(now) ^ set(before)}

    def same_key(self, keyed: Keyed) -> Iterator[tuple[str, Keyed]]:
        """What has the same key: the named graph of its file, and its subject."""
        start = "\n" + _key(keyed)
        text = self._text(_KEYS)
        at = text.find(start)
        while at >= 0:
            line = text[at + 1 : text.find("\n", at + 1)]
            properties, value, subject, written, graph = json.loads(line)
            yield graph, Keyed(subject, tuple(properties), value, written)
            at = text.find(start, at + 1)

    def subjects(self) -> list[str]:
        """Every IRI that a file described."""
        return self._lines(_SUBJECTS)[1:]

    def write(self, stamped: Iterable[str], facts: Iterable[Facts]) -> None:
        """Replace what the index of an earlier snapshot said. `stamped` was taken before the files were read."""
        facts = list(facts)
        keys = [
            f"{_key(one)}{json.dumps([one.subject, one.object, fact.source.graph])[1:]}"
            for fact in facts
            for one in fact.keyed
        ]
        self._work.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=TEMPORARY, dir=self._work))  # the next build removes what is left there
        try:
            for name, lines in (
                (_STAMPS, stamped),
                (_KEYS, keys),
                (_SUBJECTS, (subject for fact in facts for subject in fact.subjects)),
            ):
                text = "\n".join([self._title, *lines]) + "\n"
                (folder / name).write_text(text, encoding="utf-8", errors="surrogateescape")
            if self._folder.exists():
                self._folder.rename(folder / "before")
            folder.rename(self._folder)
            shutil.rmtree(self._folder / "before", ignore_errors=True)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _lines(self, name: str) -> list[str]:
        return self._text(name).split("\n")[:-1] or [""]

    def _text(self, name: str) -> str:
        try:
            return (self._folder / name).read_text(encoding="utf-8", errors="surrogateescape")
        except OSError:
            return ""


def _key(keyed: Keyed) -> str:
    """The beginning of the line of a key; what follows tells whose it is."""
    return json.dumps([keyed.properties, keyed.value])[:-1] + ", "
