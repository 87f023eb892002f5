"""`passerelles query --explain`: the plan of a query as a tree, with the rows and the time of each step."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ..errors import ConfigurationError, DeadlineExceeded
from ..report.characters import visible
from .answer import TABLE, in_force
from .context import Options
from .rows import Terms
from .table import lines

if TYPE_CHECKING:
    from ..config import Settings
    from ..sparql.explain import Plan, Step
    from ..sparql.guard import Inspection

JSON = "json"
_IRI = re.compile(r"<([^<>\s]*)>")


def show(settings: Settings, inspection: Inspection, name: str, endpoint: str | None) -> None:
    """Write the plan in the format called `name`. Raises ConfigurationError, QueryError and SnapshotError."""
    if endpoint is not None:
        raise ConfigurationError("explained-here")
    if name not in ("", TABLE, JSON):
        raise ConfigurationError("unknown-format", format=name, known=f"{TABLE}, {JSON}")
    from ..sparql.explain import explain

    snapshot = in_force(settings)
    plan = explain(snapshot.store_path, inspection, settings.limits)
    if name == JSON:
        sys.stdout.write(json.dumps(_document(plan), ensure_ascii=False, indent=1) + "\n")
    else:
        sys.stdout.writelines(_table(plan, Terms(snapshot.manifest.prefixes, settings.graph.base)))
    if not plan.complete:
        raise DeadlineExceeded("deadline", seconds=f"{settings.limits.deadline_seconds:g}")


def _table(plan: Plan, terms: Terms) -> Iterator[str]:
    """A line for each step, with the branches of the tree; without numbers where nothing was counted."""
    say = Options.shared.say
    mark = say("cli.decimal-mark")

    def short(found: re.Match[str]) -> str:
        name = terms.iri(found[1])
        return found[0] if name == found[1] else name

    def operator(step: Step) -> str:
        return visible(_IRI.sub(short, step.operator))

    def number(value: float) -> str:
        return f"{value * 1000:.1f}".replace(".", mark)

    rows = [
        [str(step.rows), number(step.seconds), number(step.own_seconds), branch + operator(step)]
        for branch, step in _walk(plan.step, "", "")
    ]
    names = [say("cli.explain-rows"), say("cli.explain-ms"), say("cli.explain-own-ms"), say("cli.explain-step")]
    numbers = len(names) - 1
    return lines(rows, names, numbers) if plan.counted else lines([row[numbers:] for row in rows], names[numbers:])


def _walk(step: Step, branch: str, below: str) -> Iterator[tuple[str, Step]]:
    """Each step with the branches that lead to it, a step before those it is made from."""
    yield branch, step
    for each in step.steps:
        last = each is step.steps[-1]
        yield from _walk(each, below + ("└ " if last else "├ "), below + ("  " if last else "│ "))


def _document(plan: Plan) -> dict[str, Any]:
    def step(each: Step) -> dict[str, Any]:
        counts = {"rows": each.rows, "ms": _ms(each.seconds), "own_ms": _ms(each.own_seconds)}
        return {
            "operator": each.operator,
            **(counts if plan.counted else {}),
            "steps": [step(one) for one in each.steps],
        }

    return {"complete": plan.complete, "planning_ms": _ms(plan.planning_seconds), "plan": step(plan.step)}


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 3)
