"""Answers kept: exact, for a snapshot never changes; bounded in bytes; the large ones compressed.

The key says everything an answer depends on. Queries that are the same and under way share one evaluation.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from .engine import Query
from .evaluation import Evaluation
from .spool import READ_BYTES, Spool

_PLAIN_BYTES = 16_384  # below, a compressed answer saves little and costs each time
_SHARE = 8  # no answer may take more than this part of the memory
_LEVEL = 3
_OVERHEAD = 400  # bytes an entry takes beside its answer
_NAMES = 4_096


def key(*parts: str) -> bytes:
    """What names an answer: snapshot, software, canonical query, dataset, format."""
    return hashlib.blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=16).digest()


@dataclass(frozen=True, slots=True)
class Kept:
    """A whole answer: as it is, or, when it is a large one, compressed by zstd. `size` is that of the answer."""

    size: int
    plain: bytes | None
    compressed: bytes = b""

    @property
    def taken(self) -> int:
        """The bytes it takes here, with what it takes to find it."""
        return len(self.plain if self.plain is not None else self.compressed) + _OVERHEAD

    def parts(self) -> Iterator[bytes]:
        """The answer, part by part."""
        if self.plain is not None:
            yield self.plain
            return
        from zstandard import ZstdDecompressor

        yield from ZstdDecompressor().read_to_iter(self.compressed, write_size=READ_BYTES)


class AnswerCache:
    """Whole answers by their key, the least recently used ones dropped first. `size` counts bytes."""

    def __init__(self, limit: int) -> None:
        self.size = self.hits = self.misses = self.shared = 0
        self._limit = limit
        self._kept: OrderedDict[bytes, Kept] = OrderedDict()
        self._too_large: OrderedDict[bytes, None] = OrderedDict()
        self._under_way: dict[bytes, Evaluation] = {}

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, name: bytes) -> Kept | None:
        """The answer of that key, or None."""
        found = self._kept.get(name)
        if found is None:
            self.misses += 1
        else:
            self.hits += 1
            self._kept.move_to_end(name)
        return found

    def keep(self, name: bytes, body: bytes) -> bool:
        """Keep a whole answer as it is; false for a large one, which is to be compressed first."""
        if len(body) > _PLAIN_BYTES:
            return False
        self._put(name, Kept(len(body), body))
        return True

    async def keep_compressed(self, name: bytes, spool: Spool) -> None:
        """Keep a whole answer, unless it is too large."""
        if not (name in self._kept or name in self._too_large or spool.size > self._limit):
            self._put(name, Kept(spool.size, None, await asyncio.to_thread(_compressed, spool)))

    def _put(self, name: bytes, answer: Kept) -> None:
        if answer.taken > self._limit // _SHARE:
            self._too_large[name] = None
            if len(self._too_large) > _NAMES:
                self._too_large.popitem(last=False)
            return
        if name in self._kept:
            return
        self._kept[name] = answer
        self.size += answer.taken
        while self.size > self._limit:
            _, dropped = self._kept.popitem(last=False)
            self.size -= dropped.taken

    def evaluation(self, name: bytes, query: Query, submit: Callable[[Query], Evaluation]) -> Evaluation:
        """The evaluation that makes the answer of that key: the one under way, or a new one.

        Nobody takes the place of another client in the queue, nor the line and column of another spelling.
        """
        under_way = self._under_way.get(name)
        if under_way is not None and under_way.spool.error is None:
            mine = under_way.worker is not None or under_way.client == query.client
            if mine and under_way.message["query"] == query.inspection.text:
                self.shared += 1
                return under_way
        evaluation = submit(query)
        if not evaluation.spool.ended:
            self._under_way[name] = evaluation
        return evaluation

    def ended(self, name: bytes, evaluation: Evaluation) -> None:
        """That evaluation has no use any more for who asks the same later."""
        if self._under_way.get(name) is evaluation:
            del self._under_way[name]


def _compressed(spool: Spool) -> bytes:
    from zstandard import ZstdCompressor

    work, at, coded = ZstdCompressor(level=_LEVEL).compressobj(), 0, []
    while part := spool.part(at):
        coded.append(work.compress(part))
        at += len(part)
    return b"".join([*coded, work.flush()])
