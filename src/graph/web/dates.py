"""Dates in words, as pages show them: « 12 mars 2016 », “March 2016”; what is no date is shown as it is written.

The names of twelve months are in the texts: a library of locales would be 33 MB, and 80 ms of a first page, for them.
"""

from __future__ import annotations

import re
from datetime import date, time
from html import escape
from typing import NamedTuple

from ..texts import say
from . import bounds

_DATE = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::\d\d(?:\.\d+)?)?)?)?)?(Z|[+-]\d\d:\d\d)?", re.ASCII
)
_BY_PEOPLE = re.compile(r"(?:(?P<day>\d{1,2})/)?(?P<month>\d{1,2})/(?P<year>\d{4})", re.ASCII)
_OF_A_DAY = len("2016-03-12")
_HERE = ("Z", "+00:00")
_VOWELS = ("a", "e", "i", "o", "u")


class Html(str):
    """A text that is HTML: templates leave it as it is."""

    __slots__ = ()

    def __html__(self) -> str:
        """The text itself."""
        return self


class _Read(NamedTuple):
    """A date as it is read: the words for its day, its month and its year, empty where it says none; its time."""

    day: str
    month: str
    year: str
    time: str
    written: str

    def words(self, said: int = 0) -> str:
        """All of them, but for the last ones, as many as what follows has `said`."""
        return " ".join(filter(None, (self.day, self.month, self.year)[: 3 - said])) + self.time

    def is_like(self, other: _Read) -> bool:
        """Whether both are years, or months, or days without a time."""
        told, others = ((bool(each.day), bool(each.month)) for each in (self, other))
        return told == others and not (self.time or other.time)

    def is_after(self, other: _Read) -> bool:
        """Whether it begins later, as far as both tell of days: a time is not compared, it may be of another zone."""
        told = min(len(self.written), len(other.written), _OF_A_DAY)
        return self.written[:told] > other.written[:told] and not (self.time or other.time)

    def marked(self, said: int = 0) -> Html:
        """The same as HTML, which keeps for programs what is written."""
        return Html(f'<time class="day" datetime="{self.written}">{escape(self.words(said))}</time>')


def written(text: str) -> str:
    """A date as XML Schema writes it, of one as people do, the day first; what is none is left as it is."""
    found = _BY_PEOPLE.fullmatch(text)
    return "-".join(part.zfill(2) for part in reversed(found.groups()) if part) if found else text


def worded(text: str, language: str) -> str:
    """A date as XSD writes it, in words: a day with its time if it has one, a month, a year."""
    read = _read(text, language)
    return read.words() if read else bounds.named(text, language)


def day(text: str, language: str) -> Html:
    """The same as HTML."""
    read = _read(text, language)
    return read.marked() if read else Html(escape(bounds.named(text, language)))


def since(text: str, language: str) -> Html:
    """From when on: « depuis le 12 mars 2016 », « depuis 2016 »."""
    read = _read(text, language)
    return _filled("since-day" if read and read.day else "since", language, date=day(text, language))


def period(first: str, last: str, language: str) -> Html:
    """From when to when, what both say told once: « du 12 au 14 mars 2016 »; the beginning alone if it is the later."""
    start, end = _read(first, language), _read(last, language)
    if first == last or (start and end and (start.words() == end.words() or start.is_after(end))):
        return day(first, language)
    if start is None or end is None or not start.is_like(end):
        return _filled("period-other", language, first=day(first, language), last=day(last, language))
    year = bool(start.month) and start.year == end.year
    month = year and bool(start.day) and start.month == end.month
    key = "period-days" if start.day else "period-elided" if start.month.startswith(_VOWELS) else "period"
    return _filled(key, language, first=start.marked(year + month), last=end.marked())


def _filled(key: str, language: str, **parts: str) -> Html:
    return Html(say(language, f"web.{key}", **parts))


def _read(text: str, language: str) -> _Read | None:
    """The parts of a date in words; None for what is none."""
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    year, month, number, hour, minute, zone = found.groups(default="")
    try:
        date(int(year), int(month or 1), int(number or 1))
        time(int(hour or 0), int(minute or 0))
    except ValueError:
        return None
    said = str(int(number)) if number else ""
    return _Read(
        day=say(language, "web.day-first") if said == "1" else said,
        month=say(language, f"web.month-{int(month)}") if month else "",
        year=year,
        time=_time(hour, minute, zone, language),
        written=text if hour else text.removesuffix(zone),
    )


def _time(hour: str, minute: str, zone: str, language: str) -> str:
    """The time of a day; none for midnight, by which catalogues write that they say a day alone."""
    if not hour or f"{hour}{minute}" == "0000":
        return ""
    where = say(language, "web.day-zone", zone="" if zone in _HERE else zone) if zone else ""
    return say(language, "web.day-time", hour=str(int(hour)), minute=minute) + where
