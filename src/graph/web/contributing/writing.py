"""What someone wrote in the form of a contribution: its triples, and where they go."""

from __future__ import annotations

import asyncio
import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING

from ...errors import LimitExceeded, SnapshotError
from ...namespaces import RDF, XSD
from ...search import asking
from ...search.facets import KIND
from ...sparql.terms import is_iri
from ...texts import say
from ...turtle.ntriples import escaped
from .. import dates
from ..browsing.search import Index
from .entries import DATES, IDENTIFIER

if TYPE_CHECKING:
    from fastapi import Request

    from ...config import Limits
    from ...search.searching import SearchIndex
    from ..http.request import Parameters
    from ..site import Site
    from .entries import Entry, Form

SLUG = "slug"  # the field of the name of the file
_LONGEST = 80  # characters of the name of a file
_SHOWN = 100  # of what is no value
_LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "đ": "d", "ł": "l"})
_SITE = re.compile(r"(?:[\w-]+\.)+[a-z]{2,}(?:/\S*)?\Z")
_MINUTES = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d\Z", re.ASCII)
_FORMS = dict(zip(DATES, (r"\d{4}", r"\d{4}-\d\d", r"\d{4}-\d\d-\d\d", r"\d{4}-\d\d-\d\dT.*"), strict=True))


@dataclass(slots=True)
class Written:
    """What is in a form: the values of each field, as they were written; its triples; what is wrong of itself.

    `said` are the terms that came of it, each after the name of its field; `mended` says what was not taken as it is,
    `taken` that the graph has this file already.
    """

    values: dict[str, list[str]]
    slug: str = ""
    iri: str = ""
    triples: list[str] = field(default_factory=list)
    said: list[tuple[str, str]] = field(default_factory=list)
    wrong: dict[str, str] = field(default_factory=dict)
    mended: dict[str, str] = field(default_factory=dict)
    taken: bool = False

    @property
    def text(self) -> bytes:
        """The triples as Turtle, not yet in the one layout."""
        return "".join(f"{each}\n" for each in dict.fromkeys(self.triples)).encode()


class _Options:
    """What an entry is chosen from: each by what to write for it, and what to write for those of each name."""

    def __init__(self, options: Mapping[str, str], base: str) -> None:
        self.written: defaultdict[str, list[str]] = defaultdict(list)
        self.named: defaultdict[str, list[str]] = defaultdict(list)
        for iri, text in chosen(options, base).items():
            self.written[text.casefold()].append(iri)
            self.named[options[iri].casefold()].append(text)


class Writing:
    """What a person writes, becoming triples. Raises LimitExceeded for too many values of a field."""

    def __init__(self, request: Request, site: Site, form: Form, given: Parameters) -> None:
        self._request, self._site, self._form = request, site, form
        self._language = site.language(request)
        values = {entry.name: [each.strip() for each in given.all(entry.name)] for entry in form.entries.values()}
        self.written = Written({name: [each for each in found if each] for name, found in values.items()})
        most = site.settings.limits.contribute_values
        for name, found in self.written.values.items():
            if len(found) > most:
                called, _ = form.labels.get(form.entries[name].path, (name, ""))
                raise LimitExceeded("too-many-values", limit="contribute_values", value=most, field=called)
        self.written.values[SLUG] = [each for each in given.all(SLUG) if each.strip()]

    async def done(self) -> Written:
        """The triples, the name of the file, and what cannot be a value."""
        written = await asyncio.to_thread(self._fill)  # names are looked for: that may take a second
        there = await self._site.rows(self._request, "graph-there", graph=f"{self._site.graph_base}{self._place}")
        if there and SLUG not in written.wrong:
            written.taken = True
            written.wrong[SLUG] = say(self._language, "web.contribute-taken", path=f"{self._place}.ttl")
        return written

    def _fill(self) -> Written:
        """The triples, and the name of the file."""
        written, sort = self.written, self._form.sort
        title = next(iter(written.values.get(self._form.title, ())), "")
        called = next(iter(written.values[SLUG]), "").strip()
        proposed = slugged(title) or slugged(say(self._language, "web.contribute-untitled"))
        written.slug = slugged(called) or proposed
        if (called or title) and not slugged(called) and not slugged(title):
            unnamed = {"text": (called or title)[:_SHOWN]}
            written.wrong[SLUG] = say(self._language, "web.contribute-slug-needed", **unnamed)
        elif called not in ("", written.slug):
            written.mended[SLUG] = self._misnamed(called, proposed)
        written.iri = f"{self._site.base}{sort.kind}/{written.slug}"
        for name in self._form.outline.types:
            self._say(RDF + "type", f"<{name}>")
        for path, value in self._form.outline.fixed:
            self._say(path, value)
        for entry in self._form.entries.values():
            texts = written.values[entry.name]
            if not texts and entry.follows:
                texts = [written.slug] if entry.follows == IDENTIFIER else written.values.get(entry.follows, [])
            options = _Options((texts and entry.options) or {}, self._site.base)
            for text in dict.fromkeys(texts):
                value = self._term(entry, options, text)
                if value:
                    self._say(entry.path, value)
                    written.said.append((entry.name, value))
        return written

    def _misnamed(self, called: str, proposed: str) -> str:
        """What is wrong in a name of a file, what it becomes, and what the title would make of it."""
        faults = ", ".join(say(self._language, f"web.{fault}") for fault in misnamed(called))
        names = {"text": called[:_SHOWN], "faults": faults, "slug": self.written.slug, "proposed": proposed}
        key = "web.contribute-slug-wrong" if proposed == self.written.slug else "web.contribute-slug-wrong-or"
        return say(self._language, key, **names)

    @property
    def _place(self) -> str:
        return f"{self._form.sort.kind}/{self.written.slug}"

    def _say(self, path: str, value: str) -> None:
        self.written.triples.append(f"<{self.written.iri}> <{path}> {value} .")

    def _term(self, entry: Entry, options: _Options, text: str) -> str:
        """A value, as N-Triples writes it; empty for what can be none, which is then said."""
        if entry.control in ("select", "checks", "things", "url"):
            meant = text if entry.options and text in entry.options else self._meant(entry, options, text)
            return meant if meant.startswith('"') else meant and f"<{meant}>"
        if entry.control in ("date", "day", "moment"):
            text = _dated(text)
        lexical = '"' + escaped(text.replace("\r\n", "\n")) + '"'
        if entry.language:
            return f"{lexical}@{entry.language}"
        datatype = _datatype(entry.datatypes, text)
        return lexical if datatype in ("", XSD + "string") else f"{lexical}^^<{datatype}>"

    def _meant(self, entry: Entry, options: _Options, text: str) -> str:
        """What is meant: by its name, its address, or its place; empty when it is none."""
        called = options.written.get(text.casefold(), ())
        if len(called) == 1:
            return called[0]
        iri = self._site.meant_by(self._request, text)
        if iri is not None:
            return iri
        if _SITE.match(text):
            text = f"https://{text}"
        if ":" in text and is_iri(text):
            return text
        found = self._searched(entry.kinds, text) if entry.kinds else []
        if len(found) == 1:
            return found[0]
        if entry.name not in self.written.wrong:  # one at a time is told: looking for what is near takes long
            self.written.wrong[entry.name] = self._unknown(entry, options, text)
        return ""

    def _searched(self, kinds: Sequence[str], text: str) -> list[str]:
        """The things of these kinds that have this very name; none where the snapshot has no index."""
        limits = self._site.settings.limits
        with suppress(SnapshotError):
            return named(Index.of(self._site), kinds, text, limits)
        return []

    def _unknown(self, entry: Entry, options: _Options, text: str) -> str:
        """Why a text names no thing: several have that name, or none; which has nearly that name, then."""
        several = sorted(options.named.get(text.casefold(), ()))
        if several:
            return say(self._language, "web.contribute-several", text=text[:_SHOWN], names=" · ".join(several[:3]))
        for near_by in get_close_matches(text[:_SHOWN], (entry.options or {}).values(), n=1):
            return say(self._language, "web.contribute-nearest", text=text[:_SHOWN], near=near_by)
        if entry.control == "url":
            return say(self._language, "web.contribute-not-an-address", text=text[:_SHOWN])
        return say(self._language, "web.contribute-unknown", text=text[:_SHOWN])


def named(index: SearchIndex, kinds: Sequence[str], text: str, limits: Limits) -> list[str]:
    """The things of these kinds that have this very name."""
    asked = asking.read(text[: limits.search_characters], index.facets, limits)
    asking.filtered(asked, {KIND: kinds}, index.facets)
    cards = [hit.card for hit in index.search(asked).hits]
    return [card["iri"] for card in cards if text.casefold() in map(str.casefold, card["names"].values())]


def chosen(options: Mapping[str, str], base: str) -> dict[str, str]:
    """What to write for each thing of a list: its name, with its place where several have that name."""
    counted: defaultdict[str, int] = defaultdict(int)
    for name in options.values():
        counted[name.casefold()] += 1
    return {
        iri: name if counted[name.casefold()] == 1 else f"{name} ({iri.removeprefix(base)})"
        for iri, name in options.items()
    }


def slugged(text: str) -> str:
    """A title as the name of a file: letters and digits of ASCII, in words joined by hyphens."""
    folded = unicodedata.normalize("NFKD", text[: 4 * _LONGEST].casefold().translate(_LETTERS))
    words = re.findall(r"[a-z0-9]+", folded.translate(dict.fromkeys(range(0x300, 0x370))))
    whole = "-".join(words)
    if len(whole) <= _LONGEST:
        return whole
    return whole[:_LONGEST].rpartition("-")[0] or whole[:_LONGEST]


def misnamed(text: str) -> list[str]:
    """What keeps a text from being the name of a file: the keys of the words for it."""
    letters = text.casefold()
    found = {
        "contribute-slug-capitals": text != text.lower(),
        "contribute-slug-spaces": re.search(r"\s", text),
        "contribute-slug-accents": re.search(r"[^\W_]", re.sub(r"[a-z0-9]", "", letters)),
        "contribute-slug-signs": re.search(r"[^\w\s-]|_", text),
        "contribute-slug-hyphens": re.search(r"^-|-$|--", text),
        "contribute-slug-long": len(text) > _LONGEST,
    }
    return [name for name, is_so in found.items() if is_so]


def _dated(text: str) -> str:
    """A date as XML Schema writes it, of one as people and browsers do."""
    return f"{text}:00" if _MINUTES.match(text) else dates.written(text)


def _datatype(datatypes: Sequence[str], text: str) -> str:
    """The datatype of a value among those it may have: the one whose form it has, else the most usual."""
    fitting = [each for each in datatypes if each in _FORMS and re.fullmatch(_FORMS[each], text, re.ASCII)]
    return next(iter((*fitting, *datatypes)), "")
