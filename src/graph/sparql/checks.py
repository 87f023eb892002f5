"""Check queries: `*-violation.rq`, whose every row, triple or yes is a failure, evaluated as any query is."""

from __future__ import annotations

import asyncio
import json

from ..config import Settings
from ..formats import N_TRIPLES, RESULTS_JSON
from ..snapshot.reader import Snapshot
from .engine import EmbeddedEngine, Query
from .library import Library, SavedQuery

PATTERN = "*-violation.rq"


def violations(settings: Settings, snapshot: Snapshot, library: Library) -> dict[str, list[str]]:
    """What each check query found on a snapshot, by its name; those that found nothing are left out.

    They run in a worker process, with the deadline and limits of any query. Raises QueryError.
    """
    queries = [query for query in library.values() if query.path.match(PATTERN)]
    return asyncio.run(_run(settings, snapshot, queries)) if queries else {}


async def _run(settings: Settings, snapshot: Snapshot, queries: list[SavedQuery]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    async with EmbeddedEngine(settings, snapshot) as engine:
        for query in queries:
            table = query.form in ("SELECT", "ASK")
            wanted = Query(engine.admit(query.text), RESULTS_JSON if table else N_TRIPLES)
            rows = _rows(await engine.evaluate(wanted), table=table)
            if rows:
                found[query.name] = rows
    return found


def _rows(answer: bytes, *, table: bool) -> list[str]:
    if not table:
        return answer.decode().splitlines()
    document = json.loads(answer)
    if "boolean" in document:
        return ["true"] if document["boolean"] else []
    rows = document["results"]["bindings"]
    return [", ".join(str(term["value"]) for term in row.values()) for row in rows]
