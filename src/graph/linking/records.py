"""The records of links in `data/links/`: all of them read, one written, one moved when somebody decides.

A record is a file: two people who decide on different links never touch the same one, and git merges their work.
"""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from functools import cached_property
from typing import NoReturn

import pyoxigraph as ox

from ..config import Settings
from ..dataset import Role, Source, model_sources, read_one, source_of, turtle_files
from ..diagnostics import has_errors
from ..errors import InvalidInput, UnreadableInput, reason
from ..relay.kinds import Kinds
from ..style import style_of
from ..turtle.format import Style, format_turtle
from .record import CHOICES, STRENGTHS, Decision, Pair, Record, digits, pair, records_of, slug, strength_of
from .writing import TOOL, Proposal, Verdict, decided, proposed

__all__ = ["STRENGTHS", "Decision", "Pair", "Proposal", "Record", "Records", "Verdict", "pair", "strength_of"]

FOLDER = "links"


class Records:
    """The records of a repository, by IRI, as they were read; what is decided is written at once.

    Others may write them meanwhile: before anything is written, what was read is looked at again, under a lock.
    """

    def __init__(self, settings: Settings, records: Iterable[Record]) -> None:
        self._settings = settings
        self._records: dict[str, Record] = {}
        self._pairs: dict[Pair, dict[str, Record]] = {}
        for record in records:
            self._keep(record)
        self._undo: list[tuple[Record, Record, bytes]] = []

    @classmethod
    def read(cls, settings: Settings) -> Records:
        """Every record of the repository.

        Raises InvalidInput for a file that is no Turtle, and for a record that is in two; UnreadableInput.
        """
        found: dict[str, Record] = {}
        data = settings.data_folder
        for path in turtle_files(data / FOLDER):
            source = source_of(settings, f"{Role.DATA.value}/{path.relative_to(data).as_posix()}")
            for record in _read(settings, source):
                if (other := found.setdefault(record.iri, record)) is not record:
                    raise InvalidInput("record-in-two", path=other.source.name, other=source.name)
        return cls(settings, found.values())

    def __iter__(self) -> Iterator[Record]:
        """The records, in the order of their IRIs."""
        return iter(sorted(self._records.values(), key=lambda record: record.iri))

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

    @cached_property
    def properties(self) -> frozenset[str]:
        """The properties that link: those with a kind (`pas:linkKind`). Raises InvalidInput and UnreadableInput."""
        store = ox.Store()
        for source in model_sources(self._settings):
            if source.role is Role.ONTOLOGY:
                parsed = read_one(source, self._settings.limits.file_bytes)
                store.bulk_load(parsed.document.ntriples, ox.RdfFormat.N_TRIPLES)
        return frozenset((*Kinds.read(store), *CHOICES.values()))

    @property
    def comment_characters(self) -> int:
        """How long a comment may be."""
        return self._settings.limits.link_comment_characters

    def now(self, record: Record) -> Record | None:
        """A record as it was last read: what somebody else made of it, once deciding it was refused; None when gone."""
        return self._records.get(record.iri)

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

        None when somebody decided on the pair, proposed it by hand, or wrote its record since it was read. Raises
        InvalidInput and UnreadableInput.
        """
        known = self.of(pair(proposal.subject, proposal.object))
        if any(each.decision is not Decision.PROPOSED or each.tool != TOOL for each in known):
            return None
        old = next(iter(known), None)
        source = old.source if old is not None else self._place(self._name(proposal), Decision.PROPOSED)
        iri = f"{self._settings.graph.base}{FOLDER}/{source.stem}"
        text = self._formatted(proposed(iri, proposal, old.date if old is not None else today.isoformat()), source)
        with self._alone():
            here = _read(self._settings, source) if source.path.exists() else []
            if here != ([] if old is None else [old]) or self._elsewhere(source):
                return None
            return self._put(source, source, text)

    def decide(self, record: Record, verdict: Verdict) -> Record:
        """Write a decision: the record says it, and moves to the folder of that name; comments are kept.

        Raises InvalidInput where the comment is too long, the file is no longer as it was read (`now` says how it is),
        holds something else, is in another folder too, or another record says the link; UnreadableInput where it cannot
        be written.
        """
        if len(verdict.comment) > self.comment_characters:
            raise InvalidInput("comment-long", length=len(verdict.comment), limit=self.comment_characters)
        link = verdict.link or (record.subject, record.predicate, record.object)
        for each in self.of(record.pair):
            if each.iri != record.iri and each.predicate == link[1]:
                raise InvalidInput("record-twice", path=record.source.name, other=each.source.name)
        with self._alone():
            text = self._unchanged(record)
            canonical = self._formatted(text.decode(), record.source)
            written = self._formatted(decided(canonical, record, verdict), record.source)
            after = self._put(record.source, self._place(record.source.stem, verdict.decision), written)
            self._undo.append((after, record, text))
        return after

    def undo(self) -> Record | None:
        """Take back the last decision of this run: the file is again where and what it was. None when there is none.

        Raises InvalidInput where the file is no longer as it was decided, and UnreadableInput.
        """
        if not self._undo:
            return None
        after, record, text = self._undo[-1]
        with self._alone():
            self._unchanged(after)
            before = self._put(after.source, record.source, text.decode())
            self._undo.pop()
        return before

    @contextmanager
    def all_or_none(self) -> Iterator[None]:
        """What is decided within is taken back, the last first, where not all of it could be."""
        before = len(self._undo)
        try:
            yield
        except BaseException:
            while len(self._undo) > before:
                self.undo()
            raise

    def _keep(self, record: Record) -> None:
        self._records[record.iri] = record
        self._pairs.setdefault(record.pair, {})[record.iri] = record

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """From the last look at a file to its last move, nobody else writes records; waits for who does now."""
        folder = self._settings.data_folder / FOLDER
        try:
            folder.mkdir(parents=True, exist_ok=True)
            held = os.open(folder, os.O_RDONLY)
        except OSError as error:
            raise UnreadableInput("cannot-write", path=folder, reason=reason(error)) from error
        try:
            fcntl.flock(held, fcntl.LOCK_EX)
            yield
        finally:
            os.close(held)

    def _unchanged(self, record: Record) -> bytes:
        """The text of a record that is as it was read, and in no other folder."""
        source, other = record.source, self._elsewhere(record.source)
        here = _read(self._settings, source) if source.path.exists() else []
        if here != [record]:
            self._changed(record, here or ([] if other is None else _read(self._settings, other)))
        if other is not None:
            raise InvalidInput("record-in-two", path=source.name, other=other.name)
        return source.read(self._settings.limits.file_bytes)

    def _changed(self, record: Record, found: list[Record]) -> NoReturn:
        """Take a record as somebody else left it, and say so."""
        self._records.pop(record.iri, None)
        self._pairs.get(record.pair, {}).pop(record.iri, None)
        for each in found:
            self._keep(each)
        now = self.now(record)
        if now is not None and now.reviewer and now.decision is not record.decision:
            raise InvalidInput("record-decided", path=now.source.name, reviewer=now.reviewer, date=now.reviewed)
        raise InvalidInput("record-changed", path=record.source.name)

    def _elsewhere(self, source: Source) -> Source | None:
        """The file of the same name in the folder of another decision."""
        places = (self._place(source.stem, decision) for decision in Decision)
        return next((each for each in places if each.path != source.path and each.path.exists()), None)

    def _put(self, source: Source, target: Source, text: str) -> Record:
        """Write a file, then move it: at no moment are there two of it, nor half of one."""
        draft = target.path.with_name(f".{secrets.token_hex(8)}.ttl")
        try:
            target.path.parent.mkdir(parents=True, exist_ok=True)
            if not source.path.exists() or source.path.read_bytes() != text.encode():
                try:
                    draft.write_bytes(text.encode())
                    draft.replace(source.path)
                finally:
                    draft.unlink(missing_ok=True)
            if target.path != source.path:
                source.path.rename(target.path)
        except OSError as error:
            raise UnreadableInput("cannot-write", path=target.name, reason=reason(error)) from error
        [record] = _read(self._settings, target)
        self._keep(record)
        return record

    def _name(self, proposal: Proposal) -> str:
        """The name of the record of a pair without one: that of the pair, unless another pair took it."""
        base = self._settings.graph.base
        name = slug(proposal.subject, proposal.object, base)
        if f"{base}{FOLDER}/{name}" in self._records:  # things of two kinds with one name
            name += "--" + digits(" ".join(pair(proposal.subject, proposal.object)))
        return name

    def _place(self, name: str, decision: Decision) -> Source:
        return source_of(self._settings, f"{Role.DATA.value}/{FOLDER}/{decision}/{name}.ttl")

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
