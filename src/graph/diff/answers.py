"""The saved queries on two snapshots: the rows that only one of them gives, whatever their order."""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ..config import Settings
from ..errors import MalformedQuery, QueryError, RefusedQuery
from ..formats import N_TRIPLES, RESULTS_JSON
from ..snapshot.reader import Snapshot
from ..sparql.engine import EmbeddedEngine, Query
from ..sparql.library import Library, SavedQuery
from ..texts import Text
from ..turtle.canonical import canonical

Row = Mapping[str, Any] | str  # a solution as SPARQL JSON results write it; a line of N-Triples
_ORDERED = re.compile(r"\bORDER\s+BY\b", re.IGNORECASE)


class State(StrEnum):
    """What became of a query: its answer stayed, changed, the query is new or gone, fails, or was not asked."""

    SAME = "same"
    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"
    FAILED = "failed"
    LEFT_OUT = "left-out"


@dataclass(frozen=True, slots=True)
class Answer:
    """A saved query and what it answers on both sides: how many rows (triples of a graph), and those that differ.

    `added` and `removed` are on one side only; `altered` are the rows, before and after, of a thing that has one on
    each. An ASK has `old` and `new` 1 for yes, 0 for no. `values` are the parameters it was given, from its header;
    `edited` when its own text differs; `reason` says why it failed or was left out.
    """

    name: str
    title: Text
    state: State
    form: str = ""
    columns: tuple[str, ...] = ()
    old: int | None = None
    new: int | None = None
    added: tuple[Row, ...] = ()
    removed: tuple[Row, ...] = ()
    altered: tuple[tuple[Row, Row], ...] = ()
    values: Mapping[str, str] | None = None
    edited: bool = False
    reason: Text | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A side's snapshot, with the settings that bound its queries."""

    settings: Settings
    snapshot: Snapshot


class _LeftOut(Exception):
    """Why a query is not asked."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason)
        self.reason = reason


def answers(old: Asked, new: Asked) -> list[Answer]:
    """Every saved query of either side, each asked of its own side with its own text. No SERVICE is called."""
    return asyncio.run(_all(old, new))


async def _all(old: Asked, new: Asked) -> list[Answer]:
    before, after = (Library.load(side.snapshot.queries_path) for side in (old, new))
    async with _engine(old) as past, _engine(new) as present:
        return [
            await _one(before.get(name), after.get(name), past, present)
            for name in sorted(before.keys() | after.keys())
        ]


@asynccontextmanager
async def _engine(side: Asked) -> AsyncIterator[EmbeddedEngine]:
    engine = EmbeddedEngine(side.settings, side.snapshot)
    await engine.start(1)
    try:
        yield engine
    finally:
        await engine.stop()


async def _one(
    before: SavedQuery | None, after: SavedQuery | None, past: EmbeddedEngine, present: EmbeddedEngine
) -> Answer:
    query = after or before
    values = _examples(before) | _examples(after)
    known = {
        "name": query.name,
        "title": Text(wordings=query.title),
        "form": query.form,
        "columns": query.columns,
        "values": values or None,
        "edited": before is not None and after is not None and before.text != after.text,
    }
    try:
        was, now = await _both(_rows(before, past, values), _rows(after, present, values))
    except _LeftOut as left:
        return Answer(state=State.LEFT_OUT, reason=left.reason, **known)
    except QueryError as error:
        return Answer(state=State.FAILED, reason=error.text, **known)
    removed, added = was - now, now - was
    counted = {"old": None if before is None else was.total(), "new": None if after is None else now.total()}
    if before is None:
        return Answer(state=State.ADDED, **known, **counted)
    if after is None:
        return Answer(state=State.REMOVED, **known, **counted)
    state = State.CHANGED if added or removed else State.SAME
    if query.form == "ASK":
        return Answer(state=state, **known, **counted)
    rows = _altered(_plain(removed), _plain(added), query.columns[0] if query.columns else "")
    return Answer(state=state, **rows, **known, **counted)


async def _both(one: Awaitable[Counter[str]], other: Awaitable[Counter[str]]) -> list[Counter[str]]:
    """Both outcomes, once neither is under way; the first failure is raised."""
    outcomes = await asyncio.gather(one, other, return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            raise outcome
    return outcomes


def _examples(query: SavedQuery | None) -> dict[str, str]:
    """A value for each parameter that must have one: the first example."""
    needed = (each for each in query.parameters if each.required and not each.default) if query else ()
    return {each.name: each.examples[0] for each in needed if each.examples}


async def _rows(query: SavedQuery | None, engine: EmbeddedEngine, values: Mapping[str, str]) -> Counter[str]:
    """The rows of an answer, each as JSON. Raises QueryError, _LeftOut."""
    if query is None:
        return Counter()
    try:
        inspection = engine.admit(query.bind(values))
    except RefusedQuery as refusal:
        raise _LeftOut(refusal.text) from None
    except MalformedQuery as error:
        if error.key == "parameter-missing":
            raise _LeftOut(error.text) from None
        raise
    if inspection.volatile:
        raise _LeftOut(Text("diff.volatile"))
    body = await engine.evaluate(Query(inspection, N_TRIPLES if inspection.gives_graph else RESULTS_JSON))
    if inspection.gives_graph:
        return Counter(json.dumps(line) for line in sorted(canonical(body)))
    document = json.loads(body)
    if "boolean" in document:
        return Counter([json.dumps({})] * document["boolean"])
    rows = [json.dumps(_unlabelled(row), sort_keys=True) for row in document["results"]["bindings"]]
    return Counter(rows if _ORDERED.search(query.text) else sorted(rows))


def _unlabelled(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """A row without the labels of its blank nodes, which say nothing."""
    return {name: term | {"value": ""} if term["type"] == "bnode" else term for name, term in row.items()}


def _altered(removed: Sequence[Row], added: Sequence[Row], first: str) -> dict[str, tuple[Any, ...]]:
    """The rows of one side only, apart from those of the same things: the same IRIs, else the same first one."""
    pairs: list[tuple[Row, Row]] = []
    for key in (lambda iris: tuple(iris.items()), lambda iris: iris.get(first)):
        before, after = _alone(removed, key), _alone(added, key)
        found = [(before[name], after[name]) for name in before if name in after]
        removed = [row for row in removed if all(row is not old for old, _ in found)]
        added = [row for row in added if all(row is not new for _, new in found)]
        pairs += found
    return {"added": tuple(added), "removed": tuple(removed), "altered": tuple(pairs)}


def _alone(rows: Sequence[Row], key: Callable[[dict[str, str]], object]) -> dict[object, Row]:
    """The rows that no other has the key of, by what `key` makes of the IRIs in their columns."""
    found: dict[object, list[Row]] = {}
    for row in rows:
        solution = {} if isinstance(row, str) else row
        name = key({column: term["value"] for column, term in solution.items() if term["type"] == "uri"})
        if name:
            found.setdefault(name, []).append(row)
    return {name: same[0] for name, same in found.items() if len(same) == 1}


def _plain(rows: Counter[str]) -> tuple[Row, ...]:
    return tuple(json.loads(row) for row in rows.elements())
