"""A text after its fixes: nothing else of it changes."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterable, Sequence

from ..diagnostics import Fix, Location, errors
from .lexer import Lines
from .parse import parse


def mended(text: str, fixes: Iterable[Fix]) -> tuple[str, int]:
    """The text with the edits of each fix made, and how many fixes were; those that `together` leaves out are not."""
    edits, made = together(text, fixes)
    pieces, at = [], 0
    for start, end, new in edits:
        pieces += [text[at:start], new]
        at = end
    return "".join([*pieces, text[at:]]), made


def safely(text: str, fixes: Sequence[Fix], *, path: str, base: str, limit: int) -> tuple[str, int]:
    """The same, but for the fixes after which less of the text would be Turtle; `path`, `base` and `limit` as `parse`.

    Where not all of them can be made together so, those that can alone are tried.
    """

    def faults(written: str) -> int:
        return errors(parse(written.encode(), path=path, base=base, limit=limit).diagnostics)

    def better(written: str) -> bool:
        left = faults(written)
        return not left or left < faults(text)

    written, made = mended(text, fixes)
    if not better(written):
        written, made = mended(text, [one for one in fixes if better(mended(text, [one])[0])])
    return (written, made) if written != text and better(written) else (text, 0)


def together(text: str, fixes: Iterable[Fix]) -> tuple[list[tuple[int, int, str]], int]:
    """The edits of the fixes that can be made at once, in order: from, to, the new text; how many fixes they are.

    A fix is made whole or not at all: one that touches what another before it touches is left for another round, and so
    is one that would edit another file as well. Offsets count code points from 0. Linear in the text.
    """
    lines = Lines(text)
    starts: list[int] = []
    taken: dict[int, tuple[int, str]] = {}
    made = 0
    for fix in fixes:
        edits = [(*_stretch(lines, edit.location), edit.text) for edit in fix.edits]
        whole = len({edit.location.path for edit in fix.edits}) == 1
        if whole and not any(_touches(start, end, starts, taken) for start, end, _ in edits):
            for start, end, new in edits:
                insort(starts, start)
                taken[start] = (end, new)
            made += 1
    return [(start, *taken[start]) for start in starts], made


def _stretch(lines: Lines, where: Location) -> tuple[int, int]:
    start = lines.start(where.line) + where.column - 1
    return start, lines.start(where.end_line) + where.end_column - 1


def _touches(start: int, end: int, starts: list[int], taken: dict[int, tuple[int, str]]) -> bool:
    """Whether an edit meets one already taken, or begins where it does."""
    after = bisect_right(starts, start)
    before = starts[after - 1] if after else -1
    if after and (before == start or taken[before][0] > start):
        return True
    return after < len(starts) and starts[after] < end
