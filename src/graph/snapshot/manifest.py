"""The manifest of a snapshot: what it was made from, by what, and how much it holds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..errors import SnapshotError

FILE_NAME = "manifest.json"


@dataclass(frozen=True, slots=True, order=True)
class Input:
    """One file that went in: its path from the repository, the SHA-256 of its bytes, their number.

    Of `passerelles.toml` only what decides what is built goes in.
    """

    path: str
    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything said of a snapshot. `created` is UTC, ISO 8601; `counts` are numbers of things.

    `counts` has `files`, `graphs`, `triples` (distinct, default graph), `asserted`, `inferred`, `names`, those that
    identity joins, and `searched`, the things of the search index;
    `dumps` are the dumps made with it, each with the `bytes` and `sha256` of the file, and of what it holds the
    `length`, the number of `lines` and the RDFC-1.0 hash (`rdfc10`, SHA-256); `aside` are the named graphs that are
    no part of the default graph;
    `store` gives the size in bytes of each file of the store, `store_sha256` the SHA-256 of its bytes; `search` and
    `search_sha256` the same of the search index, where the snapshot has one;
    `catalog` is the section of that name of the configuration.
    """

    id: str
    created: str
    software: str
    title: Mapping[str, str]
    publisher: str
    licence: str
    base: str
    graph_base: str
    git_commit: str | None = None
    prefixes: Mapping[str, str] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    inferred_by_rule: Mapping[str, int] = field(default_factory=dict)
    inputs: tuple[Input, ...] = ()
    catalog: Mapping[str, Any] = field(default_factory=dict)
    dumps: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    aside: tuple[str, ...] = ()
    store: Mapping[str, int] = field(default_factory=dict)
    store_sha256: Mapping[str, str] = field(default_factory=dict)
    search: Mapping[str, int] = field(default_factory=dict)
    search_sha256: Mapping[str, str] = field(default_factory=dict)

    @property
    def made(self) -> datetime:
        """`created`, in UTC. Raises ValueError when it is no date."""
        moment = datetime.fromisoformat(self.created)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)

    def write(self, folder: Path) -> None:
        """Write it as JSON into `folder`."""
        text = json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True)
        (folder / FILE_NAME).write_text(text + "\n", encoding="utf-8", errors="surrogateescape")  # names of files


def read(folder: Path) -> Manifest:
    """The manifest of a snapshot folder. Raises SnapshotError when there is none or it is damaged."""
    path = folder / FILE_NAME
    try:
        table = json.loads(path.read_text(encoding="utf-8", errors="surrogateescape"))
        inputs = tuple(Input(**entry) for entry in table.pop("inputs"))
        aside = tuple(table.pop("aside", ()))
        manifest = Manifest(**table, inputs=inputs, aside=aside)
        manifest.made  # noqa: B018 - a date, or it is damaged
    except FileNotFoundError as error:
        raise SnapshotError("no-snapshot", path=folder) from error
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise SnapshotError("damaged-snapshot", path=folder, reason=f"{FILE_NAME}: {error}") from error
    return manifest


def identifier(inputs: Iterable[Input], software: str) -> str:
    """The id of what these inputs make: SHA-256 over their paths and hashes, and over the software's version."""
    digest = hashlib.sha256(f"passerelles {software}\n".encode())
    for entry in sorted(inputs):
        digest.update(f"{entry.path}\0{entry.sha256}\n".encode(errors="surrogateescape"))
    return digest.hexdigest()
