"""A query with SERVICEs, up to the moment when nothing is left to ask of others.

Its workers are held only while they compute: never while another server is waited for.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..errors import LimitExceeded, MalformedQuery, ServiceFailed
from ..federation.gateway import Allowance, Call, Gateway
from .services import Clause, Services

if TYPE_CHECKING:
    from ..config import Limits

_NOTHING = "VALUES () { () }"  # one solution without any value: what a SILENT one that fails gives
_BATCH_BYTES = 32_768
#: What a worker is asked before a query can be evaluated.
STEPS = frozenset({"columns", "bindings", "values"})
Work = Callable[[Mapping[str, Any]], Awaitable[bytes]]


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a query is once the others have answered: its parts between the answers, and what these cost.

    `nodes` begins the IRIs that stand for blank nodes.
    """

    text: str
    nodes: str
    calls: tuple[Call, ...]


class Federated:
    """One query with SERVICEs. `work` has something done by a worker, before the deadline of the query."""

    def __init__(self, services: Services, gateway: Gateway, allowance: Allowance, limits: Limits, work: Work) -> None:
        self._services = services
        self._gateway = gateway
        self._allowance = allowance
        self._limits = limits
        self._work = work
        self._nodes = f"urn:node:{secrets.token_hex(8)}:"
        self._columns: list[list[str]] = []
        self._answers: dict[int, str] = {}
        self._calls: dict[int, Call] = {}

    async def gather(self) -> Gathered:
        """Ask the others. Raises ServiceFailed for one that fails, and is not SILENT; LimitExceeded; MalformedQuery."""
        services = self._services
        read = {
            "op": "columns",
            "query": services.blanked,
            "prologue": services.prologue,
            "patterns": [services.pattern(clause) for clause in services.clauses],
        }
        self._columns = json.loads(await self._work(read))
        tasks: dict[int, asyncio.Task[None]] = {}
        try:
            async with asyncio.TaskGroup() as group:
                for clause in services.clauses:
                    ahead = [tasks[number] for number in services.feeds(clause)]
                    tasks[clause.number] = group.create_task(self._answered(clause, ahead))
        except BaseExceptionGroup as failures:
            raise failures.exceptions[0] from None
        calls = tuple(self._calls[number] for number in sorted(self._calls))
        return Gathered(services.filled(self._answers), self._nodes, calls)

    async def _answered(self, clause: Clause, ahead: list[asyncio.Task[None]]) -> None:
        if ahead:
            await asyncio.wait(ahead)
            if any(task.cancelled() or task.exception() for task in ahead):
                return
        call = self._calls[clause.number] = Call(clause.target)
        try:
            self._answers[clause.number] = await self._asked(clause, call)
        except ServiceFailed:
            call.failed = True
            if not clause.silent:
                raise
            self._answers[clause.number] = _NOTHING

    async def _asked(self, clause: Clause, call: Call) -> str:
        """The answers of a server, as an element of a group."""
        names = self._columns[clause.number]
        queries = await self._queries(clause, names)
        answers = await self._gateway.ask(clause.target, queries, self._allowance, call)
        message = {
            "op": "values",
            "columns": names,
            "sure": sorted(clause.sure.intersection(names)),
            "formats": [answer.format for answer in answers],
            "nodes": self._nodes,
            "number": clause.number,
            "most": self._limits.service_rows,
            "attached": [answer.body for answer in answers],
        }
        try:
            count, _, text = (await self._work(message)).decode().partition("\n")
        except (ServiceFailed, LimitExceeded) as failure:
            self._gateway.forget(clause.target, queries)
            if isinstance(failure, LimitExceeded):
                raise
            raise ServiceFailed("service-failed", target=clause.target, reason=failure.parameters["reason"]) from None
        call.rows = int(count)
        return text

    async def _queries(self, clause: Clause, names: list[str]) -> list[str]:
        """What a server is asked: one query for the whole, or one for each batch of values."""
        whole = [self._services.asked(clause, names)]
        restricted = await self._bindings(clause)
        if restricted is None:
            return whole
        columns, rows = restricted
        batches = _batches(rows, self._limits.service_batch)
        if len(batches) > self._allowance.requests:
            return whole
        return [self._services.asked(clause, names, columns, batch) for batch in batches]

    async def _bindings(self, clause: Clause) -> tuple[list[str], list[str]] | None:
        """The values by which a SERVICE may be restricted, by columns and rows; None where it is asked as it stands."""
        services = self._services
        outline = {number: " ".join(f"?{name}" for name in names) for number, names in enumerate(self._columns)}
        variables = services.restricting(clause, services.restriction(clause, outline))
        if not variables:
            return None
        most = self._limits.service_bindings
        query = services.bindings(services.restriction(clause, self._answers), variables, most)
        message = {"op": "bindings", "attached": [query.encode()], "most": most}
        try:
            found = json.loads(await self._work(message))
        except MalformedQuery:  # its parts are no query together, such as two patterns with one blank node
            return None
        return None if found is None else (found[0], found[1])


def _batches(rows: list[str], most: int) -> list[str]:
    """The rows, as VALUES has them, in parts of so many, and of not too many bytes."""
    parts: list[list[str]] = []
    size = 0
    for row in rows:
        size += len(row.encode())
        if not parts or len(parts[-1]) >= most or size > _BATCH_BYTES:
            parts.append([])
            size = len(row.encode())
        parts[-1].append(f"({row})")
    return [" ".join(part) for part in parts]
