"""Excerpts: the part of a text that says most of what was asked for, the words found marked, all else escaped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any, NamedTuple

from .analysis import PLAIN, STEMMED, cut, stems

_LENGTH, _BEFORE = 240, 60  # characters of an excerpt, and of those before its first mark
_ELLIPSIS = "…"

Segment = tuple[str, bool]  # a piece of a text, and whether it is marked


class Place(NamedTuple):
    """Where a text has a word to mark, and which."""

    start: int
    end: int
    word: str


@dataclass(slots=True)
class Marks:
    """The words to mark: stems by language, and words as they are written, folded."""

    stems: dict[str, set[str]] = field(default_factory=lambda: {language: set() for language in STEMMED})
    plain: set[str] = field(default_factory=set)

    def add(self, stemmed: Iterable[str], plain: Iterable[str] = ()) -> None:
        """Mark words in any of their forms, and words in this one alone."""
        for word in stemmed:
            for language, stem in stems(word).items():
                self.stems[language].add(stem)
        self.plain.update(plain)

    def places(self, text: str, language: str) -> list[Place]:
        """Where a text in a language has words to mark, in order."""
        names = [language] if language in STEMMED else [*STEMMED]
        wanted = [(name, self.stems[name]) for name in names] + [(PLAIN, self.plain)]
        found = {
            (token.char_offset_from, token.char_offset_to): token.text
            for name, words in wanted
            if words
            for token in cut(text, name).tokens
            if token.text in words
        }
        return [Place(*ends, word) for ends, word in sorted(found.items())]


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A piece of a text: its segments, and its language when it is known."""

    segments: Sequence[Segment]
    language: str = ""

    @property
    def plain(self) -> str:
        """As a text."""
        return "".join(text for text, _ in self.segments)

    @property
    def html(self) -> str:
        """As HTML, where nothing of the graph is markup."""
        return "".join(f"<mark>{escape(text)}</mark>" if marked else escape(text) for text, marked in self.segments)


def marked(text: str, language: str, marks: Marks) -> Excerpt:
    """A whole text with its words marked."""
    return Excerpt(list(_segments(text, marks.places(text, language), 0, len(text))), language)


def excerpt(card: Mapping[str, Any], marks: Marks, language: str) -> Excerpt:
    """What says why a thing was found: of its texts, its other names and what is near, what has most of the words.

    A text in the reader's language comes first when it has one, or when the name has; where nothing has any, too.
    """
    own = set(card["names"].values())
    named = any(marks.places(text, tag) for tag, text in card["names"].items() if tag in {language, ""})
    best: tuple[tuple[bool, int, int], str, str, list[Place]] | None = None
    for part, said in enumerate((card["texts"], card["others"], card["near"])):
        for tag, text in said:
            if text in own or (part and named):
                continue
            places = marks.places(text, tag)
            told = len({place.word for place in places})
            ours = not part and tag in {language, ""} and (told > 0 or named)
            worth = (ours, told, -_rank(tag, language) - part)
            if best is None or worth > best[0]:
                best = (worth, tag, text, places)
    if best is None or (not best[0][1] and not card["texts"]):
        return Excerpt([])
    _, tag, text, places = best
    return _cut(text, places, tag)


def _rank(tag: str, language: str) -> int:
    return (tag != language) + (tag not in {"", language})


def _cut(text: str, places: Sequence[Place], language: str) -> Excerpt:
    """The stretch of a text with most different words to mark, cut between words."""
    start = _start(places)
    if len(text) <= _LENGTH:
        start = 0
    elif start:
        start = text.find(" ", start) + 1 if 0 <= text.find(" ", start) <= start + _BEFORE else start
    end = min(len(text), start + _LENGTH)
    if end < len(text):
        space = text.rfind(" ", start, end)
        end = space if space > start + _LENGTH // 2 else end
    before, after = ([(_ELLIPSIS, False)] if cut_off else [] for cut_off in (start > 0, end < len(text)))
    return Excerpt([*before, *_segments(text, places, start, end), *after], language)


def _start(places: Sequence[Place]) -> int:
    """Where the stretch begins."""
    best, found = 0, 0
    for place in places:
        start = max(0, place.start - _BEFORE)
        told = len({other.word for other in places if place.start <= other.start and other.end <= start + _LENGTH})
        if told > found:
            best, found = start, told
    return best


def _segments(text: str, places: Iterable[Place], start: int, end: int) -> Iterator[Segment]:
    at = start
    for place in places:
        if at <= place.start and place.end <= end:
            if place.start > at:
                yield text[at : place.start], False
            yield text[place.start : place.end], True
            at = place.end
    if at < end:
        yield text[at:end], False
