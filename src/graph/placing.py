"""Placing: each finding of the gate gets its line and column, one reading of each file that has any."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import islice

from .dataset import Source
from .diagnostics import Diagnostic, Location
from .errors import UnreadableInput
from .turtle.anchors import Anchor, Part, Unplaced, locate
from .turtle.parse import blank_stem


def placed(findings: Iterable[Unplaced], sources: Mapping[str, Source], limit: int) -> Iterator[Diagnostic]:
    """The findings, each where its anchor is; `sources` are the files by the name diagnostics give them.

    A file of more than `limit` bytes, or gone since it was read, keeps its findings on its first line.
    """
    by_file: dict[str, list[Unplaced]] = {}
    for diagnostic, anchor in findings:
        by_file.setdefault(diagnostic.location.path, []).append((diagnostic, anchor))
    for name, found in by_file.items():
        source = sources.get(name)
        pointed = [anchor for _, anchor in found if anchor != Anchor()]
        text = _text(source, limit) if source is not None and pointed else None
        if source is None or text is None:
            yield from (diagnostic for diagnostic, _ in found)
            continue
        anchors = [anchor for _, anchor in found]
        mended = [_mended(anchor) for diagnostic, anchor in found if diagnostic.fix is not None]
        blank = blank_stem(text, source.graph)
        places = iter(
            locate(text.decode(errors="replace"), anchors + mended, path=name, base=source.graph, blank=blank)
        )
        own = list(islice(places, len(found)))
        for (diagnostic, _), place in zip(found, own, strict=True):
            yield _moved(diagnostic, place, place if diagnostic.fix is None else next(places))


def _mended(anchor: Anchor) -> Anchor:
    """What a fix replaces: the whole literal, where its datatype or its language is at fault."""
    return replace(anchor, part=Part.OBJECT) if anchor.part is Part.QUALIFIER else anchor


def _moved(diagnostic: Diagnostic, place: Location, mended: Location) -> Diagnostic:
    """The diagnostic at its place, with the edits that had to wait for theirs."""
    fix = diagnostic.fix
    if fix is not None:
        edits = (replace(edit, location=mended) if edit.location == diagnostic.location else edit for edit in fix.edits)
        fix = replace(fix, edits=tuple(edits))
    return replace(diagnostic, location=place, fix=fix)


def _text(source: Source, limit: int) -> bytes | None:
    try:
        return source.read(limit)
    except UnreadableInput:
        return None
