"""The text of one open document, and its positions: the client counts code units, we count code points.

LSP 3.17: lines end at CRLF, LF or CR and nowhere else; a position counts UTF-16 code units unless client and server
agreed on another encoding; a character beyond the end of its line stands for that end.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property
from os.path import commonprefix

from lsprotocol.types import Position, PositionEncodingKind, Range, TextEdit

from ..diagnostics import Location

_LINE_END = re.compile(r"\r\n|\n|\r")
_ALONE = re.compile(r"[\ud800-\udfff]")  # half a pair, which takes as many units as U+FFFD
_CODECS = {
    PositionEncodingKind.Utf8: ("utf-8", 1),
    PositionEncodingKind.Utf16: ("utf-16-le", 2),
    PositionEncodingKind.Utf32: ("utf-32-le", 4),
}


class Text:
    """A text, never changed: `edited` gives another one. Offsets count code points from 0."""

    def __init__(self, text: str, encoding: PositionEncodingKind | str | None = PositionEncodingKind.Utf16) -> None:
        self.text = text
        self._encoding = PositionEncodingKind(encoding or PositionEncodingKind.Utf16)
        self._codec, self._unit = _CODECS[self._encoding]

    def offset(self, position: Position) -> int:
        """The offset of a position; the nearest there is where it lies outside the text."""
        if position.line >= len(self._starts):
            return len(self.text)
        start, end = self._line(position.line)
        if self._encoding is PositionEncodingKind.Utf32:
            return min(start + position.character, end)
        line = self.text[start:end]
        if line.isascii():
            return min(start + position.character, end)
        units = _ALONE.sub("\ufffd", line).encode(self._codec)[: position.character * self._unit]
        return start + len(units.decode(self._codec, "ignore"))  # half a character stands for its beginning

    def position(self, offset: int) -> Position:
        """The position of an offset."""
        line = bisect_right(self._starts, offset) - 1
        before = self.text[self._starts[line] : offset]
        if before.isascii() or self._encoding is PositionEncodingKind.Utf32:
            return Position(line, len(before))
        return Position(line, len(before.encode(self._codec, "surrogatepass")) // self._unit)

    def range(self, start: int, end: int) -> Range:
        """The range between two offsets."""
        return Range(self.position(start), self.position(end))

    def located(self, location: Location) -> Range:
        """The range of a location, whose lines and columns count from 1 and a byte order mark for nothing."""
        start = self._at(location.line, location.column)
        return self.range(start, max(start, self._at(location.end_line, location.end_column)))

    def edited(self, where: Range | None, new: str) -> Text:
        """The text after a change of the client: a range becomes `new`; without a range, everything does."""
        if where is None:
            return Text(new, self._encoding)
        start, end = self.offset(where.start), self.offset(where.end)
        return Text(self.text[:start] + new + self.text[end:], self._encoding)

    def becoming(self, new: str) -> list[TextEdit]:
        """The edit that makes another text of it, over the lines that differ; none when it is the same."""
        if new == self.text:
            return []
        start = self.text.rfind("\n", 0, len(commonprefix((self.text, new)))) + 1  # noqa: RUF071  by character
        old, wanted = self.text[start:], new[start:]
        same = len(commonprefix((old[::-1], wanted[::-1])))  # noqa: RUF071  by character
        end = old.find("\n", len(old) - same) + 1 or len(old)
        return [TextEdit(self.range(start, start + end), wanted[: len(wanted) - len(old) + end])]

    def bytes(self) -> bytes:
        """What the file would hold; half a surrogate pair becomes bytes that are not UTF-8, which the gate reports."""
        return self.text.encode("utf-8", "surrogatepass")

    def _at(self, line: int, column: int) -> int:
        if line > len(self._starts):
            return len(self.text)
        mark = int(line == 1 and self.text.startswith("\ufeff"))
        start, end = self._line(line - 1)
        return min(start + mark + column - 1, end)

    def _line(self, line: int) -> tuple[int, int]:
        """Where a line begins and ends, without its line end."""
        start = self._starts[line]
        if line + 1 == len(self._starts):
            return start, len(self.text)
        end = self._starts[line + 1]
        return start, end - (2 if self.text[end - 2 : end] == "\r\n" else 1)

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(found.end() for found in _LINE_END.finditer(self.text))]
