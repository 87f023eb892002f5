"""Reading the files of a repository into its index, aside: the editor is answered with what is there."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor
from pathlib import Path

from ..dataset import Source, read_one, repository_sources, source_at
from ..diagnostics import has_errors
from ..errors import UnreadableInput
from .index import Extract, extract
from .workspace import Repository

_BATCH_SECONDS = 0.05
Found = tuple[str, Extract | None]


class Readers:
    """Reads files in threads of a pool, and gives what they say to the index in the thread of the loop."""

    def __init__(self, pool: Executor, failed: Callable[[Exception], None]) -> None:
        self._pool, self._failed = pool, failed
        self._stopped = threading.Event()

    async def whole(self, repository: Repository) -> None:
        """Read every file of a repository."""
        await self._read(repository, lambda: repository_sources(repository.settings))

    async def some(self, repository: Repository, paths: Iterable[Path]) -> None:
        """Read some files again, by real path; those that are not of the repository are left."""
        sources = [source_at(repository.settings, path) for path in paths]
        await self._read(repository, lambda: [source for source in sources if source.place])

    def stop(self) -> None:
        """Give up what runs."""
        self._stopped.set()

    async def _read(self, repository: Repository, sources: Callable[[], list[Source]]) -> None:
        loop = asyncio.get_running_loop()

        def absorb(batch: list[Found]) -> None:
            for path, found in batch:
                repository.index.absorb(path, found)

        def work() -> None:
            for batch in self._batches(repository, sources()):
                loop.call_soon_threadsafe(absorb, batch)

        try:
            await loop.run_in_executor(self._pool, work)
        except Exception as error:  # noqa: BLE001  whatever a file holds, the editor goes on
            self._failed(error)

    def _batches(self, repository: Repository, sources: list[Source]) -> Iterator[list[Found]]:
        batch: list[Found] = []
        since = time.monotonic()
        for source in sources:
            if self._stopped.is_set():
                return
            batch += _read(source, repository.settings.limits.file_bytes)
            if time.monotonic() - since > _BATCH_SECONDS:
                yield batch
                batch, since = [], time.monotonic()
        yield batch


def _read(source: Source, limit: int) -> list[Found]:
    """What a file says; nothing new when it is wrong: what it said before is better than nothing."""
    path = os.path.realpath(source.path)
    try:
        parsed = read_one(source, limit)
    except UnreadableInput:
        return [(path, None)]
    return [] if has_errors(parsed.document.diagnostics) else [(path, extract(parsed))]
