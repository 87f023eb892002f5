"""A graph on this machine: one snapshot, and one worker process kept warm."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from ..errors import DeadlineExceeded
from ..sparql.guard import admit
from ..sparql.results import default_for
from .results import Answer
from .saved import Saved

if TYPE_CHECKING:
    from ..config import Settings
    from ..snapshot.reader import Snapshot
    from ..sparql.engine import Query
    from ..sparql.foreground import Foreground
    from ..sparql.library import Library


class Local:
    """What is asked of a snapshot. The worker starts at the first question, and again after `close` or in a fork."""

    def __init__(self, settings: Settings, snapshot: Snapshot, seconds: float | None) -> None:
        self._seconds = seconds or settings.limits.deadline_seconds
        self._settings = replace(settings, limits=replace(settings.limits, deadline_seconds=self._seconds))
        self._snapshot = snapshot
        self._worker: Foreground | None = None
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """Where the snapshot is."""
        return str(self._snapshot.path)

    def close(self) -> None:
        """End the worker."""
        with self._lock:
            if self._worker is not None:
                self._worker.stop()
            self._worker = None

    @cached_property
    def _library(self) -> Library:
        from ..sparql.library import Library

        return Library.load(self._snapshot.queries_path)

    def queries(self, *_: str) -> Mapping[str, Saved]:
        """The saved queries of the snapshot, by name."""
        return {
            query.name: Saved(query.name, query.title, query.description, query.parameters, query.columns)
            for query in self._library.values()
        }

    def saved(self, name: str, values: Mapping[str, str]) -> str:
        """The text of a saved query, bound. Raises QueryError."""
        return self._library.find(name).bind(values)

    def text(self, text: str) -> str:
        """The text."""
        return text

    def answer(self, text: str, seconds: float | None) -> Answer:
        """The answer. Raises QueryError."""
        query, media_type = self._query(text, seconds)
        worker = self._running()
        with self._told(seconds):
            body = worker.wait_for(worker.engine.evaluate(query))
        return Answer(self.name, media_type, body, self._snapshot.id)

    @contextmanager
    def opened(self, text: str, seconds: float | None) -> Iterator[tuple[str, Iterator[bytes]]]:
        """The media type of the answer, and its parts."""
        query, media_type = self._query(text, seconds)
        with self._told(seconds), closing(self._running().stream(query)) as parts:
            yield media_type, parts

    def _query(self, text: str, seconds: float | None) -> tuple[Query, str]:
        from ..sparql.engine import Query

        inspection = admit(text, self._settings.limits, self._settings.federation.allow)
        form = default_for(inspection.form)
        more = (seconds or self._seconds) - self._seconds  # the deadline counts from the moment of acceptance
        return Query(inspection, form, accepted=time.monotonic() + more), form.media_type

    @contextmanager
    def _told(self, seconds: float | None) -> Iterator[None]:
        """A deadline that passed is told by its own number of seconds."""
        try:
            yield
        except DeadlineExceeded:
            raise DeadlineExceeded("deadline", seconds=f"{seconds or self._seconds:g}") from None

    def _running(self) -> Foreground:
        from ..sparql.foreground import Foreground

        with self._lock:
            if self._worker is None or self._worker.process != os.getpid():
                self._worker = Foreground(self._settings, self._snapshot)
            return self._worker
