"""Lines in the order of their bytes, in compressed files that may be larger than memory.

The lines are N-Triples or N-Quads, so those of a subject stand together. Lists of lines are compared, merged and
made unique as wholes: no Python code runs for each of them.
"""

from __future__ import annotations

import hashlib
import io
import os
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import IO, Any, Self

from ..errors import SnapshotError

_BLOCK = 1 << 20  # bytes read at a time
_PACKED = 1 << 16  # the same of a packed file, which holds some twenty times as much
_RUN = 64 << 20  # bytes sorted in memory at a time
_LEVEL = 3  # the more takes four times as long and gives a quarter


@dataclass(frozen=True, slots=True)
class Written:
    """A compressed file: its bytes and their SHA-256; how many bytes and lines it holds, and their SHA-256.

    That is the RDFC-1.0 hash of the triples or quads, where they are in their canonical form.
    """

    bytes: int
    sha256: str
    length: int
    lines: int
    rdfc10: str


def compressor() -> Any:
    """What packs every file here."""
    import zstandard

    return zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True)


class Writer:
    """A zstd file under way: what is written is counted and hashed; on disk when `close` returns.

    As a context it is closed at the end, whole or not.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open("wb")
        self._stream = compressor().stream_writer(self._file, closefd=False)
        self._content = hashlib.sha256()
        self._length = self._lines = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def write(self, lines: Sequence[bytes]) -> None:
        """Write whole lines."""
        text = b"".join(lines)
        self._content.update(text)
        self._length += len(text)
        self._lines += len(lines)
        self._stream.write(text)

    def close(self) -> Written:
        """End the file."""
        self._stream.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        with self._path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        return Written(self._path.stat().st_size, sha256, self._length, self._lines, self._content.hexdigest())


class Sorted:
    """Lines to be put in order, each once. They wait in `folder`; what is sorted in memory at a time is bounded.

    `settle` makes lines of a text, before they are sorted.
    """

    def __init__(self, folder: Path, settle: Callable[[bytes], list[bytes]]) -> None:
        self._folder = folder
        self._settle = settle
        self._path = folder / ".waiting"
        self._waiting = self._path.open("wb")

    def add(self, text: bytes) -> None:
        """Take whole lines, in any order."""
        self._waiting.write(text)

    def close(self) -> None:
        """No more lines."""
        self._waiting.close()

    def blocks(self) -> Iterator[list[bytes]]:
        """The lines in order, each once; to be asked once."""
        self.close()
        runs: list[Path] = []
        last: list[bytes] = []
        with self._path.open("rb") as waiting:
            while text := waiting.read(_RUN) + waiting.readline():
                if last:
                    runs.append(self._folder / f".run-{len(runs)}")
                    runs[-1].write_bytes(b"".join(last))
                last = self._settle(text)
                last.sort()
        self._path.unlink()
        yield from merged([*map(_plain, runs), iter([last])])
        for path in runs:
            path.unlink()


def _plain(path: Path) -> Iterator[list[bytes]]:
    with path.open("rb") as file:
        while lines := file.readlines(_BLOCK):
            yield lines


def read(path: Path) -> Iterator[list[bytes]]:
    """The lines of a compressed file, in lists of some. Raises SnapshotError when it is missing or damaged."""
    rest = b""
    for part in content(path):
        whole, newline, rest = (rest + part).rpartition(b"\n")
        if newline:
            yield (whole + newline).splitlines(keepends=True)
    if rest:
        raise SnapshotError("damaged-file", path=path)


def content(path: Path) -> Iterator[bytes]:
    """The bytes of a compressed file, part by part. Raises SnapshotError when it is missing or damaged."""
    import zstandard

    unpacker = zstandard.ZstdDecompressor().decompressobj()
    try:
        with path.open("rb") as file:
            while part := file.read(_PACKED):
                yield unpacker.decompress(part)
    except (OSError, zstandard.ZstdError) as error:
        raise SnapshotError("damaged-file", path=path) from error
    if not unpacker.eof:  # a reader would take a file cut short for a whole one
        raise SnapshotError("damaged-file", path=path)


def opened(blocks: Iterable[list[bytes]]) -> IO[bytes]:
    """Lines as a file to read from."""
    return io.BufferedReader(_Joined(iter(blocks)), _BLOCK)


class _Joined(io.RawIOBase):
    def __init__(self, blocks: Iterator[list[bytes]]) -> None:
        self._blocks = blocks
        self._held = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        if not self._held:
            self._held = memoryview(b"".join(next(self._blocks, [])))
        size = min(len(buffer), len(self._held))
        buffer[:size], self._held = self._held[:size], self._held[size:]
        return size


def subject(line: bytes) -> bytes:
    """What the lines of the same subject begin with, and no other."""
    return line[: line.index(b" ") + 1]


def once(lines: list[bytes]) -> list[bytes]:
    """Lines in order, each once."""
    return [line for line, _ in groupby(lines)]


def aligned(sources: Sequence[Iterator[list[bytes]]]) -> Iterator[list[list[bytes]]]:
    """Sorted lines of several sources, in rounds: one list for each, and what is said of a subject in one round."""
    held: list[list[bytes]] = [[] for _ in sources]
    ended = [False for _ in sources]
    while not all(ended):
        for place, source in enumerate(sources):
            lines = held[place]
            while not ended[place] and (not lines or lines[-1].startswith(subject(lines[0]))):
                block = next(source, None)
                ended[place] = block is None
                lines += block or []
        limits = [subject(lines[-1]) for lines, over in zip(held, ended, strict=True) if not over]
        if limits:
            limit = min(limits)
            ends = [bisect_left(lines, limit) for lines in held]
            yield [lines[:end] for lines, end in zip(held, ends, strict=True)]
            held = [lines[end:] for lines, end in zip(held, ends, strict=True)]
    yield held


def merged(sources: Sequence[Iterator[list[bytes]]]) -> Iterator[list[bytes]]:
    """The lines of sorted sources in order, each once."""
    for parts in aligned(sources):
        together = [line for part in parts for line in part]
        together.sort()  # of runs in order: a merge
        if together:
            yield once(together)
