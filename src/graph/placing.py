"""Placing: each finding of the gate gets its line and column, one reading of each file that has any."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from .dataset import Source
from .diagnostics import Diagnostic
from .errors import UnreadableInput
from .turtle.anchors import Anchor, Unplaced, locate


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
        places = locate(text.decode(), anchors, path=name, base=source.graph, blank=_stem(text, source))
        yield from (replace(diagnostic, location=place) for (diagnostic, _), place in zip(found, places, strict=True))


def _text(source: Source, limit: int) -> bytes | None:
    try:
        return source.read(limit)
    except UnreadableInput:
        return None


def _stem(text: bytes, source: Source) -> str:
    """What the blank nodes of a file are called, as `turtle.parse` calls them."""
    digest = hashlib.sha256(source.graph.encode() + b"\n" + text.removeprefix(b"\xef\xbb\xbf")).hexdigest()
    return f"b{digest[:16]}x"
