"""Browsing: what the index of a snapshot counts and lists, for the pages that arrange it.

Every number is one that `/search` gives for the address beside it: both ask the same index.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from ...errors import SnapshotError
from ...namespaces import DCAT, PAS, STANDARD
from ...search.asking import Asked
from ...search.facets import KIND, Facet
from ..http.errors import NoSuchPage
from .search import Index

if TYPE_CHECKING:
    from ...search.searching import SearchIndex
    from ..site import Site

THEME, FAMILY, CLASSIFICATION = DCAT + "theme", PAS + "toolFamily", STANDARD["org"] + "classification"
TOOLS, EVENTS, ORGANISATIONS = "tools", "events", "organisations"
ALWAYS = (0, 99_999_999)  # the days of everything, dated or not

Values = Mapping[str, Iterable[str]]  # of facets, by name


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a facet: how many things have it, and the address of these."""

    value: str
    label: str
    count: int
    address: str


class Shelf:
    """The index of a site as one reader sees it."""

    def __init__(self, index: SearchIndex, language: str) -> None:
        self.index = index
        self.language = language

    def facet(self, name: str) -> Facet | None:
        """The facet of a property, or of that name."""
        return next((each for each in self.index.facets if name in (each.property, each.name)), None)

    def has(self, kind: str) -> bool:
        """Whether there are things of a kind."""
        kinds = self.facet(KIND)
        return kinds is not None and kind in kinds.values

    def needed(self, name: str, path: str) -> Facet:
        """The facet that a page is made of. Raises NoSuchPage, for the page is none without it."""
        facet = self.facet(name)
        if facet is None:
            raise NoSuchPage("no-such-page", path=path)
        return facet

    def counts(self, *facets: Facet, **chosen: Iterable[str]) -> list[list[Value]]:
        """The values of some facets among the things chosen, those that most have first."""
        counted = self.index.counted(asked(chosen), facets)
        return [[self.value(each, value, n, chosen) for value, n in counted[each.name].items()] for each in facets]

    def value(self, facet: Facet, value: str, count: int, chosen: Values) -> Value:
        """A value of a facet among the things chosen."""
        label = facet.label_of(value, self.language)
        return Value(value, label, count, self.address({**chosen, facet.name: [value]}))

    def address(self, chosen: Values) -> str:
        """The address of the things that have these values."""
        pairs = [(name, self._short(name, value)) for name, values in chosen.items() for value in values]
        return "/search?" + urlencode(pairs)

    def listed(
        self,
        most: int,
        page: int = 1,
        days: tuple[int, int] | None = None,
        without: Values | None = None,
        **chosen: Any,
    ) -> tuple[int, list[str]]:
        """How many things are chosen, and a page of their IRIs, as `SearchIndex.listed` orders them."""
        total, hits = self.index.listed(asked(chosen, without), most, page, days)
        return total, [hit.card["page"] for hit in hits]

    def _short(self, name: str, value: str) -> str:
        facet = self.facet(name)
        return facet.short(value) if facet is not None else value


def asked(chosen: Values, without: Values | None = None) -> Asked:
    """The things that have these values, and none of those."""
    return Asked(
        filters={name: [*values] for name, values in chosen.items()},
        barred={name: [*values] for name, values in (without or {}).items()},
    )


def pages(site: Site) -> list[str]:
    """The addresses of the pages that there is something to show on: what leads to them asks first."""
    try:
        shelf = Shelf(Index.of(site), "")
    except SnapshotError:
        return []
    found = [f"/{kind}" for kind in (TOOLS, EVENTS, ORGANISATIONS) if shelf.has(kind)]
    return ["/themes", *found] if shelf.facet(THEME) is not None else found


def saved(site: Site, name: str, **values: str) -> str:
    """The address of a saved query, asked with some values; empty where the library has none of that name."""
    query = "?" + urlencode(values) if values else ""
    return f"/queries/{name}.html{query}" if name in site.library else ""
