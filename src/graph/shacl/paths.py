"""Property paths: written as SPARQL writes them, and followed to the triple that gives each value.

<https://www.w3.org/TR/shacl/#property-paths>
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

#: `"<p>"`, or an operator of SPARQL and the paths it is applied to: `("/", "<p>", ("^", "<q>"))`.
Path = str | tuple[str, ...]
#: The last triple on the way to a value; None when the value is where one started.
Step = tuple[str, str, str] | None


class Graph(Protocol):
    """What can be asked for the ends of a triple."""

    def values(self, subject: str, predicate: str) -> Iterable[str]:
        """The objects of a property of a node."""

    def subjects(self, predicate: str, value: str) -> Iterable[str]:
        """The nodes that have a value for a property."""


def written(path: Path | None) -> str | None:
    """A path as SPARQL writes it."""
    if path is None or isinstance(path, str):
        return path
    operator, *steps = path
    if operator in "/|":
        return f"({operator.join(str(written(step)) for step in steps)})"
    return f"^{written(steps[0])}" if operator == "^" else f"{written(steps[0])}{operator}"


def followed(path: Path, node: str, graph: Graph, *, back: bool = False) -> dict[str, Step]:
    """The values of a path from a node, each with the last triple that leads there; `back` follows it to its start."""
    if isinstance(path, str):
        if back:
            return {subject: (subject, path, node) for subject in graph.subjects(path, node)}
        return {value: (node, path, value) for value in graph.values(node, path)}
    operator, *steps = path

    def one(step: Path, start: str) -> dict[str, Step]:
        return followed(step, start, graph, back=back != (operator == "^"))

    if operator == "/":
        found: dict[str, Step] = {node: None}
        for step in reversed(steps) if back else steps:
            found = _onward(found, lambda start, step=step: one(step, start))
        return found
    begun = [{node: None}] if operator in "*?" else []
    found = _merged([*begun, *(one(step, node) for step in steps)])
    return _closed(found, lambda start: one(steps[0], start)) if operator in "*+" else found


def _onward(found: dict[str, Step], follow: Callable[[str], dict[str, Step]]) -> dict[str, Step]:
    reached: dict[str, Step] = {}
    for start, before in found.items():
        for value, step in follow(start).items():
            reached.setdefault(value, step or before)
    return reached


def _closed(found: dict[str, Step], follow: Callable[[str], dict[str, Step]]) -> dict[str, Step]:
    waiting = list(found)
    for start in waiting:  # grows as values are found
        for value, step in follow(start).items():
            if value not in found:
                found[value] = step
                waiting.append(value)
    return found


def _merged(several: Iterable[dict[str, Step]]) -> dict[str, Step]:
    merged: dict[str, Step] = {}
    for one in several:
        for value, step in one.items():
            merged.setdefault(value, step)
    return merged
