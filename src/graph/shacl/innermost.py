"""What is really wrong with a value that "is not of the shape": the shapes it should conform to, applied to it alone.

The data gets a triple from nowhere to each such value, and its shape looks at the objects of that property: so a value
may be an IRI, a blank node or a literal, and no engine needs to say more than a report does.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator
from itertools import count
from pathlib import Path
from typing import NamedTuple

from ..namespaces import SH
from .results import Result
from .shapes import ShapesGraph
from .validate import Validator, compiled

_PROBE = "urn:passerelles:probe"
_DEPTH = 16  # of nests within nests, should shapes ask for each other
Pair = tuple[str, str]


class Explained(NamedTuple):
    """A result, and the one it explains where it is about a value of it."""

    result: Result
    outer: Result | None = None


def explained(validator: Validator, data: Path, results: Iterable[Result]) -> Iterator[Explained]:
    """The results, those of `sh:node` and `sh:and` without words of their own replaced by what they come from."""
    told = [Explained(result) for result in results]
    found: dict[Pair, list[Result]] = {}
    for _ in range(_DEPTH):
        yield from (one for one in told if not nests(one.result))
        waiting = [one for one in told if nests(one.result)]
        new = {pair for one in waiting for pair in _pairs(validator, one.result)} - found.keys()
        found |= _probed(validator, data, sorted(new)) if new else {}
        told = []
        for result, outer in waiting:
            inner = [cause for pair in _pairs(validator, result) for cause in found[pair]]
            told += [Explained(cause, outer or result) for cause in inner]
            if not inner:
                yield Explained(result, outer)
        told = list(dict.fromkeys(told))
    yield from told


def nests(result: Result) -> bool:
    """Whether a result says no more than that a value is not of a shape."""
    return result.constraint in ("Node", "And") and not result.messages and result.value is not None


def _pairs(validator: Validator, result: Result) -> list[tuple[str, str]]:
    """The value of a result with each shape it should conform to."""
    shapes, value = validator.shapes, result.value or ""
    if result.constraint == "Node":
        return [(value, shape) for shape in shapes.values(result.shape, "node")]
    return [(value, shape) for members in shapes.lists(result.shape, "and") for shape in members]


def _probed(validator: Validator, data: Path, pairs: list[Pair]) -> dict[Pair, list[Result]]:
    """What is found of each value by its shape."""
    numbers = {shape: f"<{_PROBE}:{number}>" for number, shape in zip(count(), sorted({s for _, s in pairs}))}
    targets = "".join(f"{shape} <{SH}targetObjectsOf> {number} .\n" for shape, number in numbers.items())
    again = compiled(ShapesGraph(validator.shapes.untargeted + targets), validator.engine)
    with tempfile.TemporaryDirectory(prefix="passerelles-shacl-") as folder:
        copy = Path(folder, "graph.nt")
        shutil.copyfile(data, copy)
        with copy.open("a", encoding="utf-8") as file:
            file.writelines(f"<{_PROBE}> {numbers[shape]} {value} .\n" for value, shape in pairs)
        results = again(copy)
    reported = {shape: validator.shapes.within(shape) for shape in numbers}
    values = {value for value, _ in pairs}

    def about(value: str, shape: str) -> list[Result]:
        """Its results; those of a node further on are told of each value that may lead there."""
        own = (result for result in results if result.shape in reported[shape])
        return [result for result in own if result.focus == value or result.focus not in values]

    return {pair: about(*pair) for pair in pairs}
