"""What a reader means who types a name where a saved query takes an IRI, or a date as people write it.

A page and the files of its answer read what is typed alike; programs had better give the IRI, which stays.
"""

from __future__ import annotations

import asyncio
import re
from calendar import monthrange
from collections.abc import Mapping, Sequence
from contextlib import suppress
from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple

from ...errors import MalformedQuery, NoSuchThing
from ...search import analysis
from ...sparql.terms import is_iri
from .. import dates
from ..thing import naming

if TYPE_CHECKING:
    from fastapi import Request

    from ...sparql.header import Parameter
    from ...sparql.library import SavedQuery
    from ..site import Site

_ASKED = 100  # things whose names one query asks for
_NEAREST = 5
_SHOWN = 80  # characters of what is no choice
_LIKE = 0.7  # how much a name looks like another, from 0 to 1, to be near it
_SPELT = 60  # characters whose spelling is compared: that takes as long as the square of them
_NO_DAY = re.compile(r"(\d{4})(?:-(\d\d))?", re.ASCII)


class Understood(NamedTuple):
    """The values of a query, each name made the IRI that it means; where it is not sure, what it may mean."""

    values: Mapping[str, str]
    choices: Mapping[str, Sequence[str]]
    wrong: Mapping[str, MalformedQuery]


class _Unsure(Exception):
    """What is typed may mean one of these, or nothing, and why."""

    def __init__(self, choices: Sequence[str], reason: MalformedQuery) -> None:
        super().__init__(choices, reason)
        self.choices = choices
        self.reason = reason


async def understood(request: Request, site: Site, query: SavedQuery, given: Mapping[str, str]) -> Understood:
    """What is meant by what was typed. Raises LimitExceeded for what is longer than any name."""
    values, choices, wrong = dict(given), {}, {}
    for parameter in query.parameters:
        text = given.get(parameter.name, "").strip()
        if not text:
            continue
        try:
            if parameter.type == "iri" and not is_iri(text):
                values[parameter.name] = await _meant(request, site, parameter, text)
            elif parameter.type == "date":
                values[parameter.name] = _day(parameter, text)
        except _Unsure as unsure:
            choices[parameter.name], wrong[parameter.name] = unsure.choices, unsure.reason
    return Understood(values, choices, wrong)


async def settled(request: Request, site: Site, query: SavedQuery, given: Mapping[str, str]) -> Mapping[str, str]:
    """The same, where nobody is there to choose. Raises MalformedQuery, LimitExceeded."""
    found = await understood(request, site, query, given)
    if found.wrong:
        raise next(iter(found.wrong.values()))
    return found.values


async def _meant(request: Request, site: Site, parameter: Parameter, text: str) -> str:
    """The IRI that a name means: that of a choice of its list before that of any other thing. Raises _Unsure."""
    options = await site.forms.options(request, parameter)
    names = await _said(request, site, options, "option-names", "name")
    found: str | list[str] = _called(names, text)
    if not found:
        try:
            found = await naming.meant(request, site, text)
        except NoSuchThing as error:
            if not names:
                unknown = MalformedQuery("name-unknown", parameter=parameter.name, **error.parameters)
                raise _Unsure((), unknown) from None
        if names and (isinstance(found, list) or found not in names):
            raise await _beside(request, site, parameter, text, names)
    if isinstance(found, list):
        raise _Unsure(found, naming.several(parameter.name, text, found))
    return found


async def _said(
    request: Request, site: Site, options: Sequence[str], query: str, column: str
) -> Mapping[str, Sequence[str]]:
    """What a column of one of the pages' own queries says of each choice of a list, in every language."""
    said: dict[str, list[str]] = {iri: [] for iri in options}
    for start in range(0, len(options), _ASKED):
        for row in await site.rows(request, query, option=tuple(options[start : start + _ASKED])):
            said[row["option"].value].append(row[column].value)
    return said


def _called(names: Mapping[str, Sequence[str]], text: str) -> str | list[str]:
    """The choice that has a name, or whose IRI ends so, or all that do."""
    wanted, ends = analysis.name(text), tuple(mark + text.lower() for mark in "/#")
    found = [
        iri
        for iri, known in names.items()
        if iri.lower().endswith(ends) or (wanted and wanted in map(analysis.name, known))
    ]
    return found[0] if len(found) == 1 else found


async def _beside(
    request: Request, site: Site, parameter: Parameter, text: str, names: Mapping[str, Sequence[str]]
) -> _Unsure:
    """Why what is none of the choices of a list is not taken: those that are nearest, if any are."""
    definitions = await _said(request, site, [*names], "option-definitions", "definition")
    near = await asyncio.to_thread(_nearest, names, definitions, text)
    shown = near or [*names][:_NEAREST]
    labels = await site.labels(request, shown)
    said = " · ".join(labels[iri][0] if iri in labels else iri for iri in shown)
    told = {"parameter": parameter.name, "called": parameter.called, "value": text[:_SHOWN], "near": said}
    return _Unsure(near, MalformedQuery("choice-near" if near else "choice-far", **told))


def _nearest(names: Mapping[str, Sequence[str]], definitions: Mapping[str, Sequence[str]], text: str) -> list[str]:
    """The choices whose name, or definition, has every word of a text, the shortest first; else those named much alike.

    The spelling of definitions is not compared: they are long.
    """
    wanted = _stems(text)
    having: dict[str, int] = {}
    for iri, said in ((iri, said) for each in (names, definitions) for iri, known in each.items() for said in known):
        words = _stems(said)
        every = frozenset[str]().union(*words)
        if wanted and all(every & word for word in wanted):
            having[iri] = min(len(words), having.get(iri, len(words)))
    if having:
        return sorted(having, key=having.__getitem__)[:_NEAREST]
    spelt = {analysis.name(name)[:_SPELT]: iri for iri, known in names.items() for name in known}
    like = get_close_matches(analysis.name(text)[:_SPELT], spelt, _NEAREST, _LIKE)
    return [*dict.fromkeys(spelt[name] for name in like)]


def _stems(text: str) -> list[frozenset[str]]:
    """The stems, in either language, of each word of a text that says something."""
    words = (word for word in analysis.words(text) if not analysis.says_little(word))
    return [frozenset(analysis.stems(word).values()) for word in words]


def _day(parameter: Parameter, text: str) -> str:
    """A day as XML Schema writes it. Raises _Unsure for a month or a year alone."""
    written = dates.written(text)
    found = _NO_DAY.fullmatch(written)
    if found is None:
        return written
    year, month = found.groups()
    with suppress(ValueError):  # there is no such month
        days = monthrange(int(year), int(month or 12))[1]
        ends = {"first": f"{year}-{month or '01'}-01", "last": f"{year}-{month or '12'}-{days}"}
        told = {"parameter": parameter.name, "called": parameter.called, "value": text}
        raise _Unsure((), MalformedQuery("value-day", **told, **ends))
    return written
