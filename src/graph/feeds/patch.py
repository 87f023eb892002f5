"""RDF Patch (<https://afs.github.io/rdf-patch/>): what a snapshot takes from the one before, and adds to it.

Blank nodes have the labels of the canonical form, which are identifiers here, as RDF Patch wants them.
"""

from __future__ import annotations

from pathlib import Path

from .difference import statements
from .lines import Writer, Written

PATCH = "patch.rdfp.zst"
MEDIA_TYPE = "application/rdf-patch"


def write(path: Path, identifier: str, previous: str | None, old: Path | None, new: Path) -> tuple[Written, int, int]:
    """Write the patch from one dump to another; what was written, and how many statements go and come."""
    removed = added = 0
    with Writer(path) as writer:
        writer.write([f"H id <{identifier}> .\n".encode()])
        writer.write([f"H prev <{previous}> .\n".encode()] if previous else [])
        writer.write([b"TX .\n"])
        for gone, come in statements(old, new):
            writer.write([b"D " + line for line in gone])
            writer.write([b"A " + line for line in come])
            removed += len(gone)
            added += len(come)
        writer.write([b"TC .\n"])
        return writer.close(), removed, added
