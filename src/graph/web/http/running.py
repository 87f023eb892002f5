"""The queries under way, by an id: their own client may see them and stop them."""

from __future__ import annotations

import asyncio
import re
import secrets
import time
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ...errors import MalformedQuery, NoSuchThing, QueryCancelled, QueryError

if TYPE_CHECKING:
    from ...sparql.engine import Query
    from ...sparql.evaluation import Evaluation
    from ...sparql.spool import Reader

NAME = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")


class Waiting:
    """A query that waits for other servers, as an evaluation and its reader are seen here."""

    worker = None

    def __init__(self, query: Query, seconds: float) -> None:
        self.accepted = time.monotonic() if query.accepted is None else query.accepted
        self.deadline = self.accepted + seconds
        self._task: asyncio.Task[Query] | None = None
        self._error: QueryError | None = None

    def cancel(self, error: QueryError) -> None:
        """Let it fail now."""
        self._error = error
        if self._task is not None:
            self._task.cancel()

    async def until(self, answered: Coroutine[Any, Any, Query]) -> Query:
        """The query once they have answered. Raises QueryError."""
        self._task = asyncio.get_running_loop().create_task(answered)
        try:
            return await self._task
        except asyncio.CancelledError:
            raise self._error or asyncio.CancelledError from None


@dataclass(frozen=True, slots=True)
class Asked:
    """One request that waits for an answer."""

    name: str
    client: str
    reader: Reader | Waiting
    evaluation: Evaluation | Waiting

    def entry(self) -> dict[str, object]:
        """What its client is told of it."""
        waited = time.monotonic() - self.evaluation.accepted
        left = max(0.0, self.evaluation.deadline - time.monotonic())
        state = "running" if self.evaluation.worker is not None else "waiting"
        return {"id": self.name, "state": state, "seconds": round(waited, 3), "seconds_left": round(left, 3)}


class Running:
    """Every request that waits, by its id."""

    def __init__(self) -> None:
        self._asked: dict[tuple[str, str], Asked] = {}

    @contextmanager
    def listed(
        self, name: str, client: str, reader: Reader | Waiting, evaluation: Evaluation | Waiting
    ) -> Iterator[str]:
        """List a request while it waits, under the NAME it chose or one of ours. Raises MalformedQuery when in use."""
        if (client, name) in self._asked:
            raise MalformedQuery("query-id", id=name)
        name = name or secrets.token_hex(8)
        self._asked[client, name] = Asked(name, client, reader, evaluation)
        try:
            yield name
        finally:
            del self._asked[client, name]

    def of(self, client: str) -> list[dict[str, object]]:
        """The entries of one client, the oldest first."""
        return [asked.entry() for asked in self._asked.values() if asked.client == client]

    def stop(self, name: str, client: str) -> None:
        """Stop a request of that client; others that wait for the same answer go on. Raises NoSuchThing."""
        asked = self._asked.get((client, name))
        if asked is None:
            raise NoSuchThing("no-such-running", id=name[:64])
        asked.reader.cancel(QueryCancelled("query-stopped"))
