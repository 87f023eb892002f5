"""Lists in pages: the one that an address asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from . import ways

if TYPE_CHECKING:
    from .request import Parameters

_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Part:
    """A page of a list: its number from 1, of how many, and the positions in the list that it holds."""

    number: int
    pages: int
    start: int
    end: int


def part(given: Parameters, total: int, length: int) -> Part:
    """The page that `page` asks for, the first when it does not, of `length` each. Raises MalformedQuery beyond."""
    pages, text = max(1, -(-total // length)), given.one("page") or "1"
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else 0
    if not 0 < number <= pages:
        raise ways.beyond(given, pages)
    return Part(number, pages, (number - 1) * length, min(number * length, total))
