"""Diagnostics of two states, matched: lines may move, a file may be renamed, a finding stays the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from ..diagnostics import Diagnostic, Location
from ..report.findings import fingerprints

Keys = Callable[[Sequence[Diagnostic]], list[str]]


@dataclass(frozen=True, slots=True)
class Findings:
    """What the gate says on the new side and did not on the old one, no longer says, and still says."""

    new: tuple[Diagnostic, ...] = ()
    mended: tuple[Diagnostic, ...] = ()
    unchanged: tuple[Diagnostic, ...] = ()


def findings(old: Sequence[Diagnostic], new: Sequence[Diagnostic]) -> Findings:
    """Match by what identifies a finding, its file included; then, those about a thing, wherever it is described."""
    same, gone, fresh = _matched(old, new, _keys)
    moved, gone, fresh = _matched(gone, fresh, _keys_anywhere)
    return Findings(tuple(fresh), tuple(gone), (*same, *moved))


def _matched(old: Sequence[Diagnostic], new: Sequence[Diagnostic], keys: Keys) -> tuple[list[Diagnostic], ...]:
    """Those of `new` that `old` has, those of `old` that `new` has not, the others of `new`."""
    before, after = keys(old), keys(new)
    known = set(before) & set(after)
    return (
        [finding for finding, key in zip(new, after, strict=True) if key in known],
        [finding for finding, key in zip(old, before, strict=True) if key not in known],
        [finding for finding, key in zip(new, after, strict=True) if key not in known],
    )


def _keys(found: Sequence[Diagnostic]) -> list[str]:
    """A warning that becomes an error is another finding."""
    return [f"{key}:{finding.severity}" for key, finding in zip(fingerprints(found), found, strict=True)]


def _keys_anywhere(found: Sequence[Diagnostic]) -> list[str]:
    return _keys([replace(each, location=Location("")) if each.focus else each for each in found])
