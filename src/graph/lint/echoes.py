"""What a shape and a lint rule both say of one token is said once, by the shape, with the fix of the rule."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ..diagnostics import Diagnostic, Location
from .runner import rules

_SHAPES = "PAS1"


def merged(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The diagnostics, those of rules that shapes repeat (`Rule.echoes`) left out where a shape points too.

    The shape knows the class, so its message is the better one; the rule often knows how to mend it.
    """
    everything = list(diagnostics)
    echoing = {rule.code for rule in rules() if rule.echoes}
    shaped = {_start(d.location) for d in everything if d.code.startswith(_SHAPES)}
    echoes = {_start(d.location): d for d in everything if d.code in echoing and _start(d.location) in shaped}
    if not echoes:
        return everything
    kept = []
    for diagnostic in everything:
        echo = echoes.get(_start(diagnostic.location))
        if echo is None or not (diagnostic.code in echoing or diagnostic.code.startswith(_SHAPES)):
            kept.append(diagnostic)
        elif diagnostic.code not in echoing:
            kept.append(replace(diagnostic, fix=diagnostic.fix or echo.fix))
    return kept


def _start(place: Location) -> tuple[str, int, int]:
    return place.path, place.line, place.column
