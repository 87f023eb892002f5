"""One fault, one diagnostic.

What a shape and a lint rule both say of one token is said by the shape, with the fix of the rule; what follows from
another fault is left out: the one that tells how to mend it stays, as strict as the strictest.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from ..diagnostics import Diagnostic, Location, Severity
from ..namespaces import RDF
from .runner import rules

_SHAPES = "PAS1"
_STRICTNESS = list(Severity)


def merged(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The diagnostics, those of rules that shapes repeat (`Rule.echoes`) left out where a shape says it as strictly.

    The shape knows the class, so its message is the better one; the rule often knows how to mend it.
    """
    everything = list(diagnostics)
    echoing = {rule.code for rule in rules() if rule.echoes}
    echoes = _by_place(d for d in everything if d.code in echoing)
    shaped = _by_place(d for d in everything if d.code.startswith(_SHAPES) and _start(d.location) in echoes)
    return _caused(list(_told(everything, echoes, shaped)) if shaped else everything)


def _caused(everything: Sequence[Diagnostic]) -> list[Diagnostic]:
    """The diagnostics without those that only follow from another."""
    left: dict[int, Diagnostic] = dict(enumerate(everything))
    for kind in _FOLLOWING:
        told: dict[Hashable, list[int]] = {}
        for number, one in left.items():
            if one.code in kind.causes:
                told.setdefault(kind.shared(one), []).extend([number] * kind.most)
        following = [(number, one) for number, one in left.items() if one.code in kind.codes] if told else []
        for number, one in sorted(following, key=lambda pair: _STRICTNESS.index(pair[1].severity)):
            if causes := told.get(kind.shared(one)):
                cause = causes.pop(0)
                severity = min(one.severity, left[cause].severity, key=_STRICTNESS.index)
                left[cause] = replace(left[cause], severity=severity)
                del left[number]
    return list(left.values())


def _told(
    everything: Iterable[Diagnostic],
    echoes: dict[tuple[str, int, int], list[Diagnostic]],
    shaped: dict[tuple[str, int, int], list[Diagnostic]],
) -> Iterator[Diagnostic]:
    for one in everything:
        place = _start(one.location)
        if one.code.startswith(_SHAPES):
            fixes = (echo.fix for echo in echoes.get(place, ()) if _repeats(echo, one))
            yield one if one.fix else replace(one, fix=next(filter(None, fixes), None))
        elif one not in echoes.get(place, ()) or not any(_repeats(one, shape) for shape in shaped.get(place, ())):
            yield one


def _repeats(echo: Diagnostic, shape: Diagnostic) -> bool:
    """Whether a shape says, no less strictly, what a rule does of the same token."""
    alike = _same(echo.focus, shape.focus) and _same(echo.property, shape.property)
    return alike and _STRICTNESS.index(shape.severity) <= _STRICTNESS.index(echo.severity)


def _same(one: str | None, other: str | None) -> bool:
    """Whether two names may be of one thing: what is not known, or is a blank node, may be anything."""
    return one == other or any(name is None or name.startswith("_:") for name in (one, other))


def _by_place(diagnostics: Iterable[Diagnostic]) -> dict[tuple[str, int, int], list[Diagnostic]]:
    found: dict[tuple[str, int, int], list[Diagnostic]] = {}
    for one in diagnostics:
        found.setdefault(_start(one.location), []).append(one)
    return found


def _start(place: Location) -> tuple[str, int, int]:
    return place.path, place.line, place.column


def _text(one: Diagnostic) -> Hashable:
    """Of what a text lacks or has too much; a tag that only has its capitals wrong is no cause of anything."""
    tag, right = (str(one.message.parameters.get(name, "")).lower() for name in ("tag", "expected"))
    return (one.location.path, one.focus, one.property) if one.code != "PAS316" or tag != right else one.location


def _class(one: Diagnostic) -> Hashable:
    """Of what a class is asked or given to; a diagnostic on something else is alone."""
    asked = one.code != "PAS108" or one.property == RDF + "type"
    return (one.location.path, one.focus) if asked else one.location


def _token(one: Diagnostic) -> Hashable:
    return _start(one.location)


class _Following(NamedTuple):
    """Codes that follow from others, the causes; what both have in common; how many follow from one cause at most."""

    codes: frozenset[str]
    causes: frozenset[str]
    shared: Callable[[Diagnostic], Hashable]
    most: int = 1


_FOLLOWING = (
    _Following(frozenset({"PAS105", "PAS118"}), frozenset({"PAS201", "PAS206", "PAS326"}), _token, most=9),
    _Following(frozenset({"PAS209"}), frozenset({"PAS311"}), _token),
    _Following(frozenset({"PAS128"}), frozenset({"PAS103", "PAS316"}), _text),
    _Following(frozenset({"PAS108"}), frozenset({"PAS203", "PAS311"}), _class),
)
