"""What is near a question by its meaning: embeddings of what things are called, beside the index of a snapshot.

<snapshot>/meaning.bin   a line of JSON: the encoder, the snapshot, the SHA-256 of the rows, each thing and its texts
                         then the rows, one for each text, as 16-bit floats

It is no part of what a snapshot is: neither its id nor its manifest knows of it, and what is wrong with it leaves the
words.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import meaning
from ..errors import SnapshotError

if TYPE_CHECKING:
    from ..snapshot.reader import Snapshot

FILE_NAME = "meaning.bin"
LEAST = 0.3  # a cosine below which things are near by chance: bench/meaning.py tells how it was chosen
MOST = 10  # things that are near
# Words that mean nothing. What is as near to one of them as to a question is near to it by chance: things called in
# few words are near to all.
_NOISE = (
    "zzzqqq",
    "asdfgh",
    "qxqxq",
    "blorp",
    "wrtzp",
    "ghjkl",
    "plokij",
    "trfgyh",
    "vbnmx",
    "hjkuio",
    "mlkjh",
    "azqsx",
)
NUMBER = "<f2"
BYTES = 2 * meaning.LENGTH


class Likeness:
    """The things of a snapshot that have a meaning."""

    def __init__(self, things: Sequence[tuple[str, Sequence[str]]], rows: bytes, mark: str) -> None:
        """Things, each with the names of its texts, and the rows of these in order; `mark` tells them from others."""
        import numpy as np

        self.mark = mark
        self._iris = [iri for iri, _ in things]
        self._rows = np.frombuffer(rows, dtype=NUMBER).reshape(-1, meaning.LENGTH).astype(np.float32)
        self._starts = np.cumsum([0, *(len(texts) for _, texts in things)])[:-1]

    def __len__(self) -> int:
        return len(self._iris)

    def nearest(self, text: str, least: float) -> dict[str, float]:
        """The things nearest to a text and their cosines, the nearest first, from `least` on."""
        import numpy as np

        if not self._iris:
            return {}
        cosines = self._cosines(text)
        cosines[cosines <= self._chance] = 0
        first = np.argsort(-cosines, kind="stable")[:MOST]
        return {self._iris[each]: float(cosines[each]) for each in first if cosines[each] >= least}

    @cached_property
    def _chance(self) -> Any:
        """How near each thing is to words that mean nothing."""
        import numpy as np

        return np.max([self._cosines(word) for word in _NOISE], axis=0)

    def _cosines(self, text: str) -> Any:
        """How near each thing is."""
        import numpy as np

        asked = meaning.alone(text).astype(np.float32)
        # not by BLAS, whose threads wait for one another longer than one of them counts
        return np.maximum.reduceat(np.einsum("ij,j->i", self._rows, asked), self._starts)


def opened(snapshot: Snapshot) -> Likeness | None:
    """That of a snapshot; None without the extra `semantic`, without the file, or where it is not to be used."""
    with suppress(SnapshotError):
        return read(snapshot)
    return None


def read(snapshot: Snapshot) -> Likeness | None:
    """The same. Raises SnapshotError for a file that is damaged, of another snapshot, or of another encoder."""
    if not meaning.installed() or not (snapshot.path / FILE_NAME).exists():
        return None
    header, rows = parts(snapshot.path / FILE_NAME)
    if header["snapshot"] != snapshot.id:
        raise SnapshotError("damaged-meaning", reason=header["snapshot"])
    if header["encoder"] != meaning.encoder():
        raise SnapshotError("other-meaning", theirs=header["encoder"], ours=meaning.encoder())
    return Likeness(header["things"], rows, header["sha256"])


def parts(path: Path) -> tuple[dict[str, Any], bytes]:
    """The header of a file and its rows. Raises SnapshotError for one that is damaged."""
    try:
        line, _, rows = path.read_bytes().partition(b"\n")
        header = json.loads(line)
        told = sum(len(said) for _, said in header["things"])
        whole = hashlib.sha256(rows).hexdigest() == header["sha256"] and len(rows) == told * BYTES
        encoder, snapshot = header["encoder"], header["snapshot"]
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise SnapshotError("damaged-meaning", reason=error) from error
    if not (whole and isinstance(encoder, str) and isinstance(snapshot, str)):
        raise SnapshotError("damaged-meaning", reason="sha256")
    return header, rows
