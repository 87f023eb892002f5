"""A table in a terminal: aligned columns, nothing cut, each row written as it comes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice

MEASURED, HEAD_LINES = 200, 2
_NARROW = re.compile(r"[ -~\xa0-\xac\xae-\u02ff\u0370-\u0482\u2010-\u2027\u202f-\u203e\u2500-\u25fc]*")  # one cell each


def lines(rows: Iterable[Sequence[str]], names: Sequence[str] | None = None, numbers: int = 0) -> Iterator[str]:
    """Rows of text in aligned columns, below their names when there are any; the first `numbers` columns to the right.

    The first rows say how wide the columns are: whatever is longer further on moves its own row only.
    """
    from rich.cells import cell_len

    def width(text: str) -> int:
        return len(text) if _NARROW.fullmatch(text) else cell_len(text)

    def line(row: Sequence[str]) -> str:
        room = [most + len(text) - width(text) for text, most in zip(row, widths, strict=True)]
        right = [text.rjust(most) for text, most in zip(row[:numbers], room, strict=False)]
        left = [text.ljust(most) for text, most in zip(row[numbers:], room[numbers:], strict=True)]
        return "  ".join(right + left).rstrip() + "\n"

    coming = iter(rows)
    first = list(islice(coming, MEASURED))
    measured = first if names is None else [names, *first]
    widths = [max(map(width, column)) for column in zip(*measured, strict=True)]
    if names is not None:
        yield line(names)
        yield "  ".join("─" * most for most in widths) + "\n"
    yield from map(line, chain(first, coming))
