"""Themes across territories, or across anything else that sorts things: how many, which productions, which needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...search.asking import Asked
from ...search.facets import KIND, PORTAL, TERRITORY
from ..http import ways
from ..http.request import parameters
from ..http.ways import Possible
from .search import aside
from .shelves import CLASSIFICATION, THEME, Shelf, Value, saved

if TYPE_CHECKING:
    from fastapi import Request

    from ...search.facets import Facet
    from ...search.searching import SearchIndex
    from ..http.request import Parameters
    from ..site import Site

_THEMES, _COLUMNS, _EXAMPLES = 60, 12, 3
_PRODUCTIONS = "productions"


@dataclass(slots=True)
class Theme:
    """A theme: what is about it, by kind and by value of what it is crossed with; some productions; the needs met."""

    iri: str
    label: str
    count: int
    address: str
    kinds: dict[str, Value]
    cells: dict[str, Value]
    productions: list[str]
    needs: int = 0


@dataclass(slots=True)
class Crossing:
    """Themes and what they are crossed with; `total` of each where not all are shown, `choices` what else there is."""

    themes: list[Theme]
    total: int
    across: Value
    choices: list[Value]
    kinds: list[Value]
    columns: list[Value]
    columns_total: int
    query: str


async def found(request: Request, site: Site) -> Crossing:
    """The themes, crossed as the address asks. Raises NoSuchPage, MalformedQuery and SnapshotError."""
    given = parameters(request)
    language = site.language(request)

    def crossing(index: SearchIndex) -> Crossing:
        return _crossed(Shelf(index, language), given, saved(site, "themes-entre-territoires"))

    made = await aside(site, crossing)
    needs = {row["theme"].value: int(row["needs"].value) for row in await site.rows(request, "theme-needs")}
    for theme in made.themes:
        theme.needs = needs.get(theme.iri, 0)
    return made


async def page(request: Request, site: Site) -> str:
    """The page of them."""
    made = await found(request, site)
    shown = {*(each.iri for each in made.themes), *(iri for each in made.themes for iri in each.productions)}
    return site.pages.render("themes.html", request, found=made, labels=await site.labels(request, shown))


def _crossed(shelf: Shelf, given: Parameters, query: str) -> Crossing:
    theme, kind = shelf.needed(THEME, "/themes"), shelf.needed(KIND, "/themes")
    others = [each for each in shelf.index.facets if each.name not in {theme.name, KIND, PORTAL}]
    across = _across(shelf, given, others)
    [themes] = shelf.counts(theme)
    kinds, _ = _columns(shelf, theme, kind)
    columns, columns_total = _columns(shelf, theme, across)
    rows = [each.value for each in themes[:_THEMES]]
    by_kind = _together(shelf, theme, rows, kind, kinds)
    by_other = _together(shelf, theme, rows, across, columns)

    def made(each: Value) -> Theme:
        only = {theme.name: [each.value]}
        _, some = shelf.listed(_EXAMPLES, **only, kind=[_PRODUCTIONS])
        return Theme(
            each.value,
            each.label,
            each.count,
            each.address,
            _cells(shelf, kind, kinds, by_kind.get(each.value, {}), only),
            _cells(shelf, across, columns, by_other.get(each.value, {}), only) if across else {},
            some,
        )

    return Crossing(
        themes=[made(each) for each in themes[:_THEMES]],
        total=len(themes),
        across=_choice(shelf, across) if across else Value("", "", 0, ""),
        choices=[_choice(shelf, each) for each in others],
        kinds=kinds,
        columns=columns,
        columns_total=columns_total,
        query=query,
    )


def _together(
    shelf: Shelf, theme: Facet, rows: Sequence[str], other: Facet | None, columns: Sequence[Value]
) -> Mapping[str, Mapping[str, int]]:
    if other is None:
        return {}
    return shelf.index.crossed(Asked(), theme, other, rows, [each.value for each in columns])


def _cells(
    shelf: Shelf, facet: Facet, columns: list[Value], counts: Mapping[str, int], only: Mapping[str, list[str]]
) -> dict[str, Value]:
    """What each column has together with what is chosen."""
    there = (each.value for each in columns if each.value in counts)
    return {value: shelf.value(facet, value, counts[value], only) for value in there}


def _columns(shelf: Shelf, theme: Facet, other: Facet | None) -> tuple[list[Value], int]:
    """The values that most of the things with a theme have, and how many there are; their counts are of all things."""
    if other is None:
        return [], 0
    [among] = shelf.index.counted(Asked(filters={theme.name: [*theme.values]}), [other]).values()
    [every] = shelf.index.counted(Asked(), [other]).values()
    return [shelf.value(other, value, every[value], {}) for value in [*among][:_COLUMNS]], len(among)


def _across(shelf: Shelf, given: Parameters, others: list[Facet]) -> Facet | None:
    """What themes are crossed with: what is asked for, else territories, else types of organisation, else anything."""
    asked = given.one("across")
    named = next((each for each in others if each.name == asked), None)
    if asked and named is None:
        raise ways.unknown(given, "across", [Possible(each.name, each.label(shelf.language)) for each in others])
    usual = (shelf.facet(name) for name in (TERRITORY, CLASSIFICATION))
    return named or next((each for each in (*usual, *others) if each is not None), None)


def _choice(shelf: Shelf, facet: Facet) -> Value:
    return Value(facet.name, facet.label(shelf.language), len(facet.values), f"/themes?across={facet.name}")
