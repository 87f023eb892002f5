"""What the gate says of saved queries: broken ones are errors, one without a header is a warning."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from ..diagnostics import Diagnostic, Location, Severity
from ..errors import SavedQueryError
from ..texts import LANGUAGES, Text
from .library import Library, check

_PLACE = re.compile(r"\A.*?\.rq(?::\d+)*\s?:\s*")


def diagnostics(library: Library, root: Path) -> list[Diagnostic]:
    """Every fault of a library; paths are shown from the repository's `root`."""
    return [*(_broken(fault, root) for fault in check(library)), *_bare(library, root)]


def _broken(fault: SavedQueryError, root: Path) -> Diagnostic:
    wordings = {language: _PLACE.sub("", fault.message(language)) for language in LANGUAGES}
    syntax = fault.key in ("saved-query-syntax", "saved-query-encoding")
    place = Location(
        _shown(Path(str(fault.parameters["path"])), root), fault.line, fault.column, fault.line, fault.column
    )
    return Diagnostic(place, Severity.ERROR, "PAS401" if syntax else "PAS402", Text(wordings=wordings), rule=fault.key)


def _bare(library: Library, root: Path) -> Iterator[Diagnostic]:
    for query in library.values():
        if not query.header.lines:
            place = Location(_shown(query.path, root))
            yield Diagnostic(place, Severity.WARNING, "PAS403", Text("lint.no-header"), rule="no-header")


def _shown(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()
