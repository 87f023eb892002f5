"""What changed between two dumps: statements for a patch, things for the feed; both read once, in their order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from .lines import aligned, read, subject


@dataclass(frozen=True, slots=True)
class Change:
    """What is said of a thing: its lines before and after, none when it was or is not there."""

    subject: bytes
    before: tuple[bytes, ...]
    after: tuple[bytes, ...]

    @property
    def iri(self) -> str:
        """Its IRI."""
        return self.subject[1:-2].decode()


def statements(old: Path | None, new: Path) -> Iterator[tuple[list[bytes], list[bytes]]]:
    """The lines that only the old dump has and those that only the new one has, some at a time, in order."""
    for before, after in _differing(old, new):
        was, now = set(before), set(after)
        yield sorted(was - now), sorted(now - was)


def things(old: Path | None, new: Path) -> Iterator[Change]:
    """The things that differ between two dumps, in the order of their IRIs."""
    for before, after in _differing(old, new):
        changed = {subject(line) for line in set(before) ^ set(after)}
        was, now = _grouped(before, changed), _grouped(after, changed)
        yield from (Change(each, tuple(was.get(each, ())), tuple(now.get(each, ()))) for each in sorted(changed))


def everything(old: Path | None, new: Path) -> Iterator[Change]:
    """The same with the things of which the same is said."""
    for before, after in aligned([read(old) if old else iter(()), read(new)]):
        there = {subject(line) for line in (*before, *after)}
        was, now = _grouped(before, there), _grouped(after, there)
        yield from (Change(each, tuple(was.get(each, ())), tuple(now.get(each, ()))) for each in sorted(there))


def _differing(old: Path | None, new: Path) -> Iterator[tuple[list[bytes], list[bytes]]]:
    """The rounds in which two dumps differ; without an old one, it was empty."""
    for before, after in aligned([read(old) if old else iter(()), read(new)]):
        if before != after:
            yield before, after


def _grouped(lines: Iterable[bytes], wanted: set[bytes]) -> dict[bytes, list[bytes]]:
    found: dict[bytes, list[bytes]] = {}
    for line in lines:
        about = subject(line)
        if about in wanted:
            found.setdefault(about, []).append(line)
    return found
