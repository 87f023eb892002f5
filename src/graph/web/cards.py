"""Cards: the picture that goes with a page where it is shared, drawn when it is asked for.

What the two fonts have no letter for is written with its base letter, or not at all: no empty box is shown.
"""

from __future__ import annotations

import asyncio
import io
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import Overloaded

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

WIDTH, HEIGHT = 1_200, 630  # pixels: what those who show cards ask for
MEDIA_TYPE = "image/png"
SERIF, SANS = "source-serif-4-latin-600-normal.woff", "source-sans-3-latin-400-normal.woff"
_EDGE, _BAND = 80, 20
_ROOM = WIDTH - 2 * _EDGE
_SIZES = ((78, 3), (64, 4), (52, 5))  # of a title, and how many lines of it there is room for
_SMALL = 34
_READ = 400  # characters of a text, of which the beginning is shown
_PAPER, _INK, _SOFT, _ACCENT = "#fbfaf7", "#1b2426", "#566164", "#175665"
_COLOURS = 24  # enough for the edges of letters
_WAITING = 16  # cards being asked for at once; each takes some 30 ms
_RETRY_SECONDS = 5
#: What the latin part of both fonts has; Latin letters beyond it are taken apart.
_LETTERS = re.compile(
    "[\u0020-\u007e\u00a1-\u00ac\u00ae-\u00ff\u0152\u0153\u2013\u2014\u2018-\u201a\u201c-\u201e\u2022\u2026\u20ac\u2122]"
)
_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Card:
    """What a card says: a title, and around it the kind of thing, who made it, the name of the site."""

    title: str
    kind: str
    maker: str
    site: str


class Cards:
    """What draws cards, one at a time; false where the bundle of the pages, which has the fonts, was not built."""

    def __init__(self, folder: Path, names: Sequence[str | None]) -> None:
        self._paths = [folder / name for name in names if name]
        self._turn = asyncio.Semaphore(1)
        self._waiting = 0

    def __bool__(self) -> bool:
        return len(self._paths) == 2  # noqa: PLR2004 - serif and sans

    async def drawn(self, card: Card) -> bytes:
        """The card as PNG. Raises Overloaded when too many are asked for at once."""
        if self._waiting >= _WAITING:
            raise Overloaded("overloaded", seconds=_RETRY_SECONDS)
        self._waiting += 1
        try:
            async with self._turn:
                return await asyncio.to_thread(self._draw, card)
        finally:
            self._waiting -= 1

    @cached_property
    def _fonts(self) -> tuple[Callable[[int], FreeTypeFont], Callable[[int], FreeTypeFont]]:
        from PIL import ImageFont

        def of(path: Path) -> Callable[[int], FreeTypeFont]:
            return lambda size: ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)

        return of(self._paths[0]), of(self._paths[1])

    def _draw(self, card: Card) -> bytes:
        from PIL import Image, ImageDraw

        serif, sans = self._fonts
        image = Image.new("RGB", (WIDTH, HEIGHT), _PAPER)
        draw = ImageDraw.Draw(image)
        small = sans(_SMALL)
        draw.rectangle((0, 0, _BAND, HEIGHT), fill=_ACCENT)
        _bridge(draw)
        top = _EDGE
        draw.text((_EDGE + 80, top - 12), _line(card.site, small, _ROOM - 80), font=small, fill=_INK)
        if card.kind:
            draw.text((_EDGE, top + 78), _line(card.kind, small, _ROOM), font=small, fill=_ACCENT)
        font, lines = _fitted(card.title, serif)
        height = round(1.18 * font.size)
        for place, line in enumerate(lines):
            draw.text((_EDGE, top + 134 + place * height), line, font=font, fill=_INK)
        if card.maker:
            draw.text((_EDGE, HEIGHT - _EDGE - 14), _line(card.maker, small, _ROOM), font=small, fill=_SOFT)
        made = io.BytesIO()
        few = image.quantize(_COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
        few.save(made, "PNG")
        return made.getvalue()


def _bridge(draw: Any) -> None:
    """The sign of the site, as the pages have it: a deck, an arch, three posts."""

    def at(x: float, y: float) -> tuple[float, float]:
        return _EDGE + 2 * x - 4, _EDGE - 12 + 2 * y

    arch = [(5 + 22 * t / 20, 13 - 40 * (t / 20) * (1 - t / 20)) for t in range(21)]
    draw.line([at(x, y) for x, y in arch], fill=_ACCENT, width=4, joint="curve")
    for start, end in (((2, 16), (30, 16)), ((5, 16), (5, 13)), ((27, 16), (27, 13)), *_POSTS):
        draw.line([at(*start), at(*end)], fill=_ACCENT, width=4)


_POSTS = tuple(((x, 16), (x, y)) for x, y in ((11, 5.1), (16, 3), (21, 5.1)))


def shown(text: str) -> str:
    """The beginning of a text with the letters there are."""
    letters = (each if _LETTERS.fullmatch(each) else _base(each) for each in text[:_READ])
    return _BLANKS.sub(" ", "".join(letters)).strip()


def _base(character: str) -> str:
    """A letter without what the fonts lack of it; a space for a blank; nothing for what they lack altogether."""
    if character.isspace():
        return " "
    return "".join(each for each in unicodedata.normalize("NFKD", character) if _LETTERS.fullmatch(each))


def _line(text: str, font: FreeTypeFont, room: float) -> str:
    """A text in one line."""
    return next(_wrapped(shown(text), font, room, 1), "")


def _fitted(text: str, font: Callable[[int], FreeTypeFont]) -> tuple[FreeTypeFont, list[str]]:
    """The largest font in which a title has room, and its lines; it is cut when there is none in any."""
    title = shown(text)
    for size, most in _SIZES:
        chosen = font(size)
        lines = [*_wrapped(title, chosen, _ROOM, most)]
        if not lines or not lines[-1].endswith("…"):
            break
    return chosen, lines


def _wrapped(text: str, font: FreeTypeFont, room: float, most: int) -> Iterator[str]:
    """So many lines at most, broken between words, a word that is too long anywhere; what is cut ends with « … »."""
    words = text.split(" ")
    for number in range(1, most + 1):
        line = ""
        while words and font.getlength(f"{line} {words[0]}".strip()) <= room:
            line = f"{line} {words.pop(0)}".strip()
        if words and not line:
            fitting = _fitting(words[0], font, room)
            line, words[0] = words[0][:fitting], words[0][fitting:]
        if not line:
            return
        if number == most and words:
            kept = line[: _fitting(line, font, room - font.getlength("…"))]
            if kept != line:
                kept = kept.rpartition(" ")[0] or kept
            line = kept.rstrip(" ,;:.") + "…"
        yield line


def _fitting(text: str, font: FreeTypeFont, room: float) -> int:
    """How many characters of a text there is room for."""
    return bisect_right(range(1, len(text) + 1), room, key=lambda end: font.getlength(text[:end]))
