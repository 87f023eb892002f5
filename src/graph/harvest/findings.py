"""What the shapes of the repository say of harvested records: told and counted, never a reason to refuse a build."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ..config import Settings
from ..dataset import Role, data_source, model_sources, read_one
from ..diagnostics import Severity
from ..errors import UnreadableInput
from ..shacl.results import CODES, OTHER_COMPONENT, SEVERITIES
from ..shacl.shapes import ShapesGraph
from ..shacl.validate import compiled
from .quarantine import Entry

_IRI = re.compile(r"<([^<>\"]*)>")


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """What a shape finds: of which record, how grave, under which code; the property, the wordings by language."""

    slug: str
    severity: Severity
    code: str
    property: str
    wordings: tuple[tuple[str, str], ...]


def findings(settings: Settings, entries: Iterable[Entry]) -> list[Finding]:
    """What the shapes find, with the model and the data that the records name as their context."""
    entries = [entry for entry in entries if not entry.gone]
    model = [read_one(source, settings.limits.file_bytes) for source in model_sources(settings)]
    shapes = [parsed.document.ntriples for parsed in model if parsed.source.role is Role.SHAPES]
    if not any(shapes):
        return []
    graph = ShapesGraph(b"".join(shapes).decode())
    owners = {f"<{line.partition(' ')[0][1:-1]}>": entry.slug for entry in entries for line in entry.triples}
    owners |= {f"<{entry.thing}>": entry.slug for entry in entries}
    with tempfile.TemporaryDirectory(prefix="passerelles-harvest-") as folder:
        staged = Path(folder, "graph.nt")
        with staged.open("wb") as file:
            file.writelines(p.document.ntriples for p in model if p.source.role is not Role.SHAPES)
            file.writelines(_named(settings, entries))
            file.writelines(f"{line}\n".encode() for entry in entries for line in entry.triples)
        results = compiled(graph)(staged)
    found = {
        Finding(
            owners[result.focus],
            SEVERITIES.get(result.severity, Severity.ERROR),
            CODES.get(result.constraint, OTHER_COMPONENT),
            (result.path or "").strip("<>"),
            tuple(sorted(graph.wordings(result.shape).items())),
        )
        for result in results
        if result.focus in owners
    }
    return sorted(found)


def _named(settings: Settings, entries: Iterable[Entry]) -> Iterable[bytes]:
    """What the files of the repository say of the things of its own that the records name."""
    base = settings.graph.base
    named = {iri for entry in entries for line in entry.triples for iri in _IRI.findall(line) if iri.startswith(base)}
    for iri in sorted(named):
        try:
            source = data_source(settings, settings.graph.graph_base + iri.removeprefix(base))
            yield read_one(source, settings.limits.file_bytes).document.ntriples
        except UnreadableInput:  # no such file: the shapes say so where it matters
            continue
