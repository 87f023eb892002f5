"""Check a contribution: the files that changed since the last build, in the context of its snapshot.

Only the files asked about and those that changed are read; what they can affect is validated, with the triples that
decide about it taken from the snapshot. What cannot be left out (another ontology, other shapes, links between files, a
change that reaches too far) has everything checked. An error is told by one where it is told by the other; of a file
that did not change, warnings that things of other files have about it are told with those files.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from .. import gate
from ..config import Settings
from ..dataset import Role, Source, model_sources, named_sources, source_at, source_of
from ..diagnostics import Location
from ..errors import SnapshotError, UnreadableInput
from ..gate import GateReport
from ..reading import Progress
from ..snapshot.reader import CURRENT, STORE, current
from .affected import TooFar
from .index import Index, stamps

_FILES = 1_000  # beyond, or beyond so many bytes, everything is as quickly read
_BYTES = 4_000_000
_DATA = f"{Role.DATA.value}/"  # what the places of data begin with


def check(  # noqa: PLR0913  each has a name at the call
    settings: Settings,
    paths: Sequence[str] = (),
    *,
    engine: str = "shacl",
    stdin: bytes = b"",
    progress: Progress | None = None,
    overlay: Mapping[Path, bytes] | None = None,
) -> GateReport:
    """As `gate.check`; of `paths`, reading only them and what changed since the last build where that is enough."""
    base = _base(settings, overlay or {}) if paths else None
    asked = _asked(settings, paths, stdin, base) if base else None
    found = _quick(settings, base, asked, engine) if base and asked else None
    return found or gate.check(settings, paths, engine=engine, stdin=stdin, progress=progress, overlay=overlay)


def check_apart(settings: Settings, source: Source) -> GateReport:
    """As `check`, of a text that anyone sends: the data files that wait to be published are never told of.

    What cannot be left out is the model and what is published, not the files of the disk; what is found in another file
    has no line there, for the one that it has now may be of a draft.
    """
    base = _base(settings, {})
    apart = replace(base, changed={source.graph: source} if source.place else {}) if base else None
    report = _quick(settings, apart, [source], "shacl") if apart else None
    if report is None:
        among = {each.name: each for each in (*model_sources(settings), *_published(settings), source)}
        report = gate.check_among(settings, list(among.values()), [source])
    mine = [d for d in report.diagnostics if d.location.path == source.name]
    others = [d for d in report.diagnostics if d.location.path != source.name]
    unplaced = (replace(d, location=Location(d.location.path), fix=None) for d in others)
    return replace(report, diagnostics=()).with_more([*mine, *unplaced])


def _published(settings: Settings) -> Iterator[Source]:
    """The data files of the snapshot in force, with the text they had, or what it says where they changed since.

    None without a snapshot that can be opened: then nothing is known to be published.
    """
    from ..snapshot.overlay import Overlay, as_ntriples

    try:
        snapshot = current(settings.build_folder)
        stored = Overlay(snapshot.store_path, {}, (), "")
    except SnapshotError:
        return
    for entry in snapshot.manifest.inputs:
        if entry.path.startswith(_DATA):
            source = source_of(settings, entry.path)
            text = _text(source, settings.limits.file_bytes)
            if hashlib.sha256(text).hexdigest() != entry.sha256:
                text = as_ntriples(stored.said_in(source.graph))
            yield replace(source, text=text)


def _text(source: Source, limit: int) -> bytes:
    """What a file says; nothing where it cannot be read."""
    try:
        return source.read(limit)
    except UnreadableInput:
        return b""


def check_changed(settings: Settings, *, engine: str = "shacl", progress: Progress | None = None) -> GateReport:
    """What is wrong with the files that changed since the last build, and what they break elsewhere."""
    base = _base(settings, {})
    found = _quick(settings, base, None, engine) if base else None
    return found or gate.check(settings, engine=engine, progress=progress)


@dataclass(frozen=True, slots=True)
class Base:
    """The snapshot in force, and what changed since.

    `changed` are the sources of the files that are no longer what they were, by named graph; `texts`, those of an
    editor, by real path.
    """

    store: Path
    index: Index
    changed: Mapping[str, Source]
    texts: Mapping[str, Source]


def _quick(settings: Settings, base: Base, asked: Sequence[Source] | None, engine: str) -> GateReport | None:
    """The report; None where everything has to be read. `asked` None asks about all that changed."""
    from .contribution import Contribution

    there = [source for source in base.changed.values() if source.text is not None or source.path.is_file()]
    read = {source.graph: source for source in (*there, *(asked or ()))}
    if len(base.changed) + len(read) > _FILES or sum(map(_size, read.values())) > _BYTES:
        return None
    try:
        return Contribution(settings, base, read, asked).report(engine)
    except (TooFar, SnapshotError):  # a store that cannot be opened is no reason not to check
        return None


def _size(source: Source) -> int:
    try:
        return len(source.text) if source.text is not None else source.path.stat().st_size
    except OSError:
        return 0


def _base(settings: Settings, overlay: Mapping[Path, bytes]) -> Base | None:
    """The snapshot in force and what changed; None without one, or when more than data changed."""
    link = settings.build_folder / CURRENT
    try:
        snapshot = link.resolve(strict=True)
    except OSError:
        return None
    index, now = Index(settings.build_folder, snapshot.name), stamps(settings)
    places = index.changed(now) if now is not None else None
    if places is None or not all(place.startswith(_DATA) for place in places):
        return None
    texts = {str(path): replace(source_at(settings, path), text=text) for path, text in overlay.items()}
    own = [source for source in texts.values() if source.place]
    if any(source.role is not Role.DATA for source in own):
        return None
    sources = [*(source_of(settings, place) for place in sorted(places)), *own]
    return Base(snapshot / STORE, index, {source.graph: source for source in sources}, texts)


def _asked(settings: Settings, paths: Sequence[str], stdin: bytes, base: Base) -> list[Source] | None:
    """The sources that the paths name; None where it takes the whole repository to know."""
    try:
        files = named_sources(settings, paths, base.texts, stdin)
    except UnreadableInput:
        return None
    sources: dict[str, Source] = {}
    for file in files:
        source = file
        if file.text is None:
            real = Path(os.path.realpath(file.path))
            if real != Path(os.path.abspath(file.path)):  # noqa: PTH100 - without following links
                return None
            source = source_at(settings, real)
            if source.role is not Role.DATA or "/." in source.place or not real.name.endswith(".ttl"):
                return None
            source = source if source.place else file
        sources[source.graph] = base.changed.get(source.graph, source)
    return list(sources.values())
