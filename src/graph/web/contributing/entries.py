"""The entries of a contribution's form: what each is written or chosen with, and in which part of the form it is."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ...namespaces import DCT, SKOS, TITLES, XSD
from ...sparql.terms import is_iri
from ...texts import DEFAULT_LANGUAGE, LANGUAGES, keys, say
from ...turtle.ntriples import bare, plain
from ..querying.forms import LISTED
from ..thing.facts import DESCRIPTIONS, LICENCES
from .licences import grouped
from .shapes import LANG_STRING, MAY, MUST, SHOULD, Field, Outline

if TYPE_CHECKING:
    from fastapi import Request

    from ..site import Site
    from ..terms import Term
    from .forms import Forms

IDENTIFIER, LICENCE, _CONCEPT = DCT + "identifier", DCT + "license", SKOS + "Concept"
DATES = tuple(XSD + name for name in ("gYear", "gYearMonth", "date", "dateTime"))
_NUMBERS = {XSD + name for name in ("integer", "decimal", "double", "nonNegativeInteger", "positiveInteger")}
_CHECKED = 40  # more choices than that are not all shown
_SELECTED = 120  # nor chosen from a list that no letter shortens
_LONG = 80  # characters, beyond which a text is given several lines
_MAIN = ("", DEFAULT_LANGUAGE)


@dataclass(frozen=True, slots=True)
class Sort:
    """A class whose things may be described: their folder, the types they all have, how many were seen."""

    kind: str
    iri: str
    types: tuple[str, ...]
    count: int


@dataclass(slots=True)
class Entry:
    """A field in one language, or in none, as the page asks for it.

    `name` is that of its values in the form, `control` how they are written. `options` are the IRIs to choose from, or
    the literals as N-Triples has them, with their labels; None where there are too many, and things of `kinds` are
    searched for by name. `groups` are the same under headings, where there are any. One that `follows` another takes
    its value when it is left empty.
    """

    id: str
    name: str
    path: str
    language: str
    level: int
    control: str
    several: bool
    datatypes: tuple[str, ...] = ()
    options: Mapping[str, str] | None = field(default_factory=dict)
    groups: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    kinds: tuple[str, ...] = ()
    follows: str = ""


@dataclass(slots=True)
class Form:
    """The form of a sort of thing, in one language: its entries by name, in their order, and those of each part.

    What has several names in a part is a choice: one of them is needed, or advised. `title` is the name of the entry
    that names the thing, `hints` are what properties mean, `sorts` those of the same folder.
    """

    sort: Sort
    outline: Outline
    entries: dict[str, Entry]
    title: str
    parts: dict[str, list[tuple[str, ...]]]
    labels: Mapping[str, tuple[str, str]]
    hints: Mapping[str, tuple[str, str]]
    sorts: Sequence[Sort]


@dataclass(slots=True)
class _Usage:
    """What the values of a property are on the things there are."""

    folders: Counter[str] = field(default_factory=Counter)
    schemes: set[str] = field(default_factory=set)
    plain: bool = False  # some are in no scheme
    iris: bool = False
    languages: set[str] = field(default_factory=set)
    longest: int = 0

    def add(self, value: Term, scheme: Term | None, base: str) -> None:
        """Take one value into account."""
        if value.is_iri:
            self.iris = True
            if value.value.startswith(base):
                self.folders[value.value[len(base) :].rpartition("/")[0]] += 1
            if scheme is not None:
                self.schemes.add(scheme.value)
            self.plain |= scheme is None
        else:
            self.longest = max(self.longest, len(value.value))
            self.languages |= {value.language} - {""}


class Making:
    """A form under way."""

    def __init__(self, request: Request, site: Site, forms: Forms, sort: Sort, outline: Outline) -> None:
        self._request, self._site, self._forms, self._sort, self._outline = request, site, forms, sort, outline
        self._usage: defaultdict[str, _Usage] = defaultdict(_Usage)

    async def form(self) -> Form:
        """The form."""
        values = {"class": self._sort.iri}
        for row in await self._site.rows(self._request, "contribute-usage", **values):
            self._usage[row["property"].value].add(row["value"], row.get("scheme"), self._site.base)
        entries = {entry.name: entry for each in self._outline.fields.values() for entry in await self._entries(each)}
        title = self._followed(entries)
        parts = self._parts(entries)
        entries = {name: entries[name] for part in parts.values() for choice in part for name in choice}
        for number, entry in enumerate(entries.values(), 1):
            entry.id = f"field-{number}"
        sorts = self._forms.sorted_in(self._sort.kind)
        labels = await self._site.labels(self._request, {*self._outline.fields, *(sort.iri for sort in sorts)})
        hints = await self._site.labels(self._request, self._outline.fields, DESCRIPTIONS)
        labels, hints = {**labels, **self._worded("field")}, {**hints, **self._worded("hint")}
        return Form(self._sort, self._outline, entries, title, parts, labels, hints, sorts)

    def _worded(self, table: str) -> dict[str, tuple[str, str]]:
        """What we say of properties in the place of the graph, to who fills a form in."""
        language, shrink = self._site.language(self._request), self._site.prefixes.shrink
        said = {path: f"web.{table}.{shrink(path)}" for path in self._outline.fields}
        return {path: (say(language, key), language) for path, key in said.items() if key in keys(language)}

    async def _entries(self, each: Field) -> list[Entry]:
        """The entries of a field: one for each language of a text."""
        usage, name = self._usage[each.path], self._site.prefixes.shrink(each.path)
        spoken = LANG_STRING in each.taken.datatypes or (not each.taken.datatypes and usage.languages)
        if spoken and not each.taken.values:
            control = "area" if usage.longest > _LONG and each.path not in TITLES else "line"
            several = each.most > 1 and not each.unique
            levels = {DEFAULT_LANGUAGE: each.level, **dict.fromkeys(LANGUAGES[1:], MAY), **each.languages}
            return [
                Entry("", f"{name}@{language}", each.path, language, level, control, several)
                for language, level in levels.items()
            ]
        entry = Entry("", name, each.path, "", max([each.level, *each.languages.values()]), "line", each.most > 1)
        entry.datatypes = each.taken.datatypes
        await self._choose(entry, each, usage)
        return [entry]

    async def _choose(self, entry: Entry, each: Field, usage: _Usage) -> None:
        """How an entry that is in no language is written, and what it is chosen from."""
        taken = each.taken
        open_to_all = taken.classes or usage.plain or len(usage.schemes) != 1
        schemes = taken.schemes or (() if open_to_all else tuple(usage.schemes))
        if taken.classes == (_CONCEPT,) and not taken.schemes:
            await self._class(entry, each, usage)
        elif taken.values or schemes:
            listed = [bare(each) for each in taken.values if not each.startswith("_:")]
            listed = listed or [iri for each in schemes for iri in await self._concepts(each)]
            entry.options = await self._labelled(listed, taken.patterns)
            entry.control = "checks" if entry.several and len(entry.options) <= _CHECKED else "select"
        elif taken.datatypes:
            entry.control = _typed(taken.datatypes)
        elif taken.iri or taken.classes or usage.iris:
            entry.control = "things"
            await self._list(entry, each, usage)
        elif usage.longest > _LONG:
            entry.control = "area"

    async def _class(self, entry: Entry, each: Field, usage: _Usage) -> None:
        """The concepts to class a thing under: of the schemes that other fields of it take, or that such things have.

        Of a licence, it is not classing that is said.
        """
        fields = self._outline.fields.values()
        others = {scheme for field in fields if field.path not in LICENCES for scheme in field.taken.schemes}
        schemes = sorted(others | usage.schemes)
        listed = {scheme: await self._concepts(scheme) for scheme in schemes}
        if sum(map(len, listed.values())) > LISTED:
            self._search(entry, (iri for iris in listed.values() for iri in iris))
            return
        labels, found = await self._site.labels(self._request, schemes), defaultdict[str, dict[str, str]](dict)
        for scheme, iris in listed.items():
            name = labels[scheme][0] if scheme in labels else scheme  # two schemes may have one name
            found[name] |= await self._labelled(iris, each.taken.patterns)
        entry.groups = {name: options for name, options in sorted(found.items()) if options}
        entry.options = {iri: label for options in entry.groups.values() for iri, label in options.items()}
        entry.control = "select" if entry.options else "things"

    async def _list(self, entry: Entry, each: Field, usage: _Usage) -> None:
        """The things that a property may lead to: of the classes it takes, and of the folders it leads to."""
        classes = dict.fromkeys(each.taken.classes or each.taken.among or self._forms.ranges(each.path))
        if not each.taken.classes:
            classes |= dict.fromkeys(sort.iri for folder in usage.folders for sort in self._forms.sorted_in(folder))
        listed: dict[str, None] = {}
        for name in classes:
            values = {"class": name}
            rows = await self._site.rows(self._request, "contribute-things", **values)
            listed |= dict.fromkeys(row["thing"].value for row in rows)
        ours = [iri for iri in listed if iri.startswith(self._site.base)]
        listed = dict.fromkeys(ours) or listed  # the same licence has other names in the lists of others
        if len(listed) > LISTED:
            self._search(entry, listed)
            return
        entry.options = await self._labelled(listed, each.taken.patterns)
        if entry.path == LICENCE:
            entry.groups = await grouped(self._request, self._site, entry.options)
        if not entry.options:
            entry.control = "url"
        elif each.taken.classes and len(entry.options) <= _SELECTED:
            entry.control = "select"

    def _search(self, entry: Entry, iris: Iterable[str]) -> None:
        """Have what an entry leads to searched for by name: there is too much of it to choose from."""
        folders = {iri[len(self._site.base) :].rpartition("/")[0] for iri in iris if iri.startswith(self._site.base)}
        entry.control, entry.options, entry.kinds = "things", None, tuple(sorted(folders - {""}))

    async def _concepts(self, scheme: str) -> list[str]:
        rows = await self._site.rows(self._request, "contribute-concepts", scheme=scheme)
        return [row["thing"].value for row in rows if row["thing"].is_iri]

    async def _labelled(self, iris: Iterable[str], patterns: Sequence[str]) -> dict[str, str]:
        """What can be chosen, each with what it is called; in the order of a vocabulary, else of the alphabet."""
        wanted = [iri for iri in iris if all(matches(pattern, plain(iri)) for pattern in patterns)]
        labels = await self._site.labels(self._request, filter(is_iri, wanted))
        named = {iri: labels[iri][0] if iri in labels else plain(iri) for iri in wanted}
        return named if isinstance(iris, list) else dict(sorted(named.items(), key=lambda pair: pair[1].casefold()))

    @staticmethod
    def _followed(entries: Mapping[str, Entry]) -> str:
        """Let the other names of a thing follow its title, and its identifier its address; the name of the title."""
        names = [entry for entry in entries.values() if entry.path in TITLES]
        best = next((entry for entry in names if entry.path == DCT + "title"), next(iter(names), None))
        for entry in names:
            if best is not None and entry.path != best.path:
                entry.follows = f"{best.name.partition('@')[0]}@{entry.language or best.language}"
                entry.level = MAY
        for entry in entries.values():
            if entry.path == IDENTIFIER and entry.level == MUST:
                entry.follows, entry.level = IDENTIFIER, MAY
        return best.name if best is not None else ""

    def _parts(self, entries: Mapping[str, Entry]) -> dict[str, list[tuple[str, ...]]]:
        """What is needed, what is advised, the rest, and the other language."""
        main = {entry.path: entry.name for entry in entries.values() if entry.language in _MAIN}
        parts: dict[str, list[tuple[str, ...]]] = {"must": [], "should": [], "may": [], "other": []}
        placed: set[str] = set()
        for name, level in (("must", MUST), ("should", SHOULD)):
            alone = [entry.name for entry in entries.values() if entry.level == level and entry.language in _MAIN]
            found = [(each,) for each in alone if each not in placed]
            placed.update(alone)
            for paths, asked in self._outline.either:
                choice = tuple(main[path] for path in paths if path in main)
                if asked == level and placed.isdisjoint(choice):
                    found.append(choice)
                    placed.update(choice)
            order = {each: rank for rank, each in enumerate(entries)}
            parts[name] = sorted(found, key=lambda choice: min(order[each] for each in choice))
        for entry in entries.values():
            if entry.name not in placed:
                parts["may" if entry.language in _MAIN else "other"].append((entry.name,))
        return parts


def matches(pattern: str, text: str) -> bool:
    """Whether a text has what a pattern of a shape wants; one that Python cannot read wants nothing here."""
    try:
        return re.search(pattern, text) is not None
    except re.error:
        return True


def _typed(datatypes: Sequence[str]) -> str:
    if set(datatypes) & set(DATES):
        return "date" if XSD + "gYear" in datatypes else "day" if XSD + "date" in datatypes else "moment"
    if set(datatypes) <= _NUMBERS:
        return "number"
    return "truth" if set(datatypes) == {XSD + "boolean"} else "line"
