"""The records of links in `data/links/`: all of them read, one written, one moved when somebody decides.

A record is a file: two people who decide on different links never touch the same one, and git merges their work.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path

from ..config import Settings
from ..dataset import Role, Source, read_one, source_of, turtle_files
from ..diagnostics import has_errors
from ..errors import InvalidInput, UnreadableInput
from ..style import style_of
from ..turtle.format import Style, format_turtle
from .record import STRENGTHS, Decision, Pair, Record, digits, pair, records_of, slug, strength_of
from .writing import TOOL, Proposal, Verdict, decided, proposed

__all__ = ["STRENGTHS", "Decision", "Pair", "Proposal", "Record", "Records", "Verdict", "pair", "strength_of"]

FOLDER = "links"


class Records:
    """The records of a repository, by IRI, as they were read; what is decided is written at once."""

    def __init__(self, settings: Settings, records: Sequence[Record]) -> None:
        self._settings = settings
        self._records = {record.iri: record for record in records}
        self._pairs: dict[Pair, dict[str, Record]] = {}
        for record in records:
            self._pairs.setdefault(record.pair, {})[record.iri] = record
        self._undo: list[tuple[Record, Record, bytes]] = []

    @classmethod
    def read(cls, settings: Settings) -> Records:
        """Every record of the repository. Raises InvalidInput for a file that is no Turtle, and UnreadableInput."""
        found: list[Record] = []
        data = settings.data_folder
        for path in turtle_files(data / FOLDER):
            found += _read(settings, source_of(settings, f"{Role.DATA.value}/{path.relative_to(data).as_posix()}"))
        return cls(settings, found)

    def __iter__(self) -> Iterator[Record]:
        """The records, in the order of their IRIs."""
        return iter(sorted(self._records.values(), key=lambda record: record.iri))

    def __len__(self) -> int:
        return len(self._records)

    @property
    def decided(self) -> frozenset[Pair]:
        """The pairs somebody decided on, whatever the decision: they are not proposed again."""
        return frozenset(each.pair for each in self._records.values() if each.decision is not Decision.PROPOSED)

    @property
    def pairs(self) -> Mapping[Pair, tuple[Record, ...]]:
        """The records of each pair, whatever the decision."""
        return {known: tuple(records.values()) for known, records in self._pairs.items()}

    def of(self, pair: Pair) -> tuple[Record, ...]:
        """The records of a pair."""
        return tuple(self._pairs.get(pair, {}).values())

    @property
    def reviewed(self) -> tuple[Record, ...]:
        """Those accepted or rejected: what teaches."""
        return tuple(each for each in self if each.decision in (Decision.ACCEPTED, Decision.REJECTED))

    @property
    def prefixes(self) -> Mapping[str, str]:
        """The prefixes that the ontology declares. Raises InvalidInput and UnreadableInput."""
        return self._style.prefixes

    def named(self, name: str) -> Record:
        """The record that a text names: its IRI, its slug, the path of its file. Raises InvalidInput."""
        base = self._settings.graph.base
        ends = name.rstrip("/").rpartition("/")[2].removesuffix(".ttl")
        for iri in (name, f"{base}{FOLDER}/{ends}"):
            if iri in self._records:
                return self._records[iri]
        raise InvalidInput("no-such-record", name=name)

    def propose(self, proposal: Proposal, today: date) -> Record | None:
        """Write a proposal; the same content is the same bytes, and keeps its first date.

        None when somebody decided on the pair, or proposed it by hand. Raises InvalidInput and UnreadableInput.
        """
        known = self.of(pair(proposal.subject, proposal.object))
        if any(each.decision is not Decision.PROPOSED or each.tool != TOOL for each in known):
            return None
        old = next(iter(known), None)
        source = old.source if old is not None else self._place(proposal)
        iri = f"{self._settings.graph.base}{FOLDER}/{source.stem}"
        text = self._formatted(proposed(iri, proposal, old.date if old is not None else today.isoformat()), source)
        return self._put(source, text)

    def decide(self, record: Record, verdict: Verdict) -> Record:
        """Write a decision: the record says it, and moves to the folder of that name; comments are kept.

        Raises InvalidInput where the file is no longer as it was read, holds something else, or another record says
        the link decided; UnreadableInput where it cannot be written.
        """
        text = record.source.read(self._settings.limits.file_bytes)
        if _read(self._settings, record.source) != [record]:
            raise InvalidInput("record-changed", path=record.source.name)
        link = verdict.link or (record.subject, record.predicate, record.object)
        for each in self.of(record.pair):
            if each.iri != record.iri and each.predicate == link[1]:
                raise InvalidInput("record-twice", path=each.source.name)
        canonical = self._formatted(text.decode(), record.source)
        written = self._formatted(decided(canonical, record, verdict), record.source)
        source = self._moved(record.source, verdict.decision)
        after = self._put(source, written)
        if source.path != record.source.path:
            _remove(record.source)
        self._undo.append((after, record, text))
        return after

    def undo(self) -> Record | None:
        """Take back the last decision of this run: the file is again where and what it was. None when there is none.

        Raises InvalidInput where the file is no longer as it was decided, and UnreadableInput.
        """
        if not self._undo:
            return None
        after, record, text = self._undo[-1]
        if _read(self._settings, after.source) != [after]:
            raise InvalidInput("record-changed", path=after.source.name)
        before = self._put(record.source, text.decode())
        if after.source.path != record.source.path:
            _remove(after.source)
        self._undo.pop()
        return before

    def _put(self, source: Source, text: str) -> Record:
        _write(source, text.encode())
        [record] = _read(self._settings, source)
        self._records[record.iri] = record
        self._pairs.setdefault(record.pair, {})[record.iri] = record
        return record

    def _place(self, proposal: Proposal) -> Source:
        """Where to write a proposal of a pair without a record: the name of the pair, unless another pair took it."""
        base = self._settings.graph.base
        name = slug(proposal.subject, proposal.object, base)
        if f"{base}{FOLDER}/{name}" in self._records:  # things of two kinds with one name
            name += "--" + digits(" ".join(pair(proposal.subject, proposal.object)))
        return source_of(self._settings, f"{Role.DATA.value}/{FOLDER}/{Decision.PROPOSED}/{name}.ttl")

    def _moved(self, source: Source, decision: Decision) -> Source:
        moved = source_of(self._settings, f"{Role.DATA.value}/{FOLDER}/{decision}/{source.stem}.ttl")
        if moved.path != source.path and moved.path.exists():
            raise InvalidInput("record-twice", path=moved.name)
        return moved

    def _formatted(self, text: str, source: Source) -> str:
        return format_turtle(text, self._style, path=source.name, base=source.graph)

    @cached_property
    def _style(self) -> Style:
        return style_of(self._settings)


def _read(settings: Settings, source: Source) -> list[Record]:
    parsed = read_one(source, settings.limits.file_bytes)
    if has_errors(parsed.document.diagnostics):
        raise InvalidInput("record-unreadable", path=source.name)
    return records_of(parsed)


def _write(source: Source, text: bytes) -> None:
    """Put a file in its place, whole: nobody reads half of it."""
    draft = source.path.with_name(f".{secrets.token_hex(8)}.ttl")
    try:
        if source.path.is_file() and source.path.read_bytes() == text:
            return
        source.path.parent.mkdir(parents=True, exist_ok=True)
        try:
            draft.write_bytes(text)
            os.replace(draft, source.path)  # noqa: PTH105 - over what is there
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise UnreadableInput("cannot-write", path=source.name, reason=error.strerror or error) from error


def _remove(source: Source) -> None:
    try:
        Path(source.path).unlink()
    except OSError as error:
        raise UnreadableInput("cannot-write", path=source.name, reason=error.strerror or error) from error
