"""The directory of organisations: by type and territory, what each made, organised, asks for and reuses, its story."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ...namespaces import SKOS
from ...search.asking import Asked
from ...search.facets import KIND, TERRITORY
from ..http.errors import NoSuchPage
from . import organisations
from .search import aside
from .shelves import CLASSIFICATION, ORGANISATIONS, Shelf, Value, saved

if TYPE_CHECKING:
    from fastapi import Request

    from ...search.facets import Facet
    from ..site import Site

_TYPES, _EACH, _COLUMNS = 24, 24, 8
_COUNTED = ("made", "organised", "needs", "reuses")


@dataclass(frozen=True, slots=True)
class Step:
    """A change on the way to what an organisation is today: its date, and what it `became`.

    `replaced` is what the change puts an end to, where only some of what was there before it ends.
    """

    change: str
    date: str
    became: Sequence[str]
    replaced: Sequence[str]


@dataclass(slots=True)
class Organisation:
    """An organisation: counts of what it did, each 0 where nothing says; what it comes from and what it is today.

    `steps` lead from it to what it is today, in order of date.
    """

    iri: str
    made: int = 0
    organised: int = 0
    needs: int = 0
    reuses: int = 0
    address: str = ""
    before: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)


@dataclass(slots=True)
class Type:
    """The organisations of a type, some of `total`, and how many there are by territory.

    The type is empty for those of none, and so is the address: no search finds what is not said.
    """

    iri: str
    total: int
    address: str
    cells: dict[str, Value]
    organisations: list[Organisation]


@dataclass(slots=True)
class Directory:
    """The organisations of a graph by type; `columns` are the territories of most of them, of `columns_total`."""

    total: int
    address: str
    types: list[Type]
    types_total: int
    columns: list[Value]
    columns_total: int
    query: str


async def found(request: Request, site: Site) -> Directory:
    """The organisations. Raises NoSuchPage where there are none, and SnapshotError."""
    language = site.language(request)
    query = saved(site, "organisations-par-type")
    directory = await aside(site, lambda index: _arranged(Shelf(index, language), query))
    every = {each.iri: each for one in directory.types for each in one.organisations}
    for row in await site.rows(request, "organisation-counts", organisation=(*every,)):
        for name in _COUNTED:
            setattr(every[row["organisation"].value], name, int(row[name].value))
    for iri, each in every.items():
        before, after = await organisations.story(request, site, iri)
        each.before = [*_ends((change for change in before if iri in _ends([change], "to")), "from")]
        each.after = [end for end in _ends(after, "to") if end not in _ends(after, "from")]
        each.steps = [*_steps(iri, after)]
        each.address = saved(site, "productions-d-une-organisation", organisation=iri)
    return directory


async def page(request: Request, site: Site) -> str:
    """The page of them."""
    directory = await found(request, site)
    every = [each for one in directory.types for each in one.organisations]
    shown = {one.iri for one in directory.types if one.iri} | {each.value for each in directory.columns}
    shown |= {iri for each in every for iri in (each.iri, *each.before)}
    become = {iri for each in every for step in each.steps for iri in (*step.became, *step.replaced)}
    others = await site.labels(request, become, (SKOS + "altLabel",))
    acronyms = {iri: text for iri, (text, _) in others.items() if text.isupper()}
    labels = await site.labels(request, shown | become)
    return site.pages.render("directory.html", request, found=directory, acronyms=acronyms, labels=labels)


def _arranged(shelf: Shelf, query: str) -> Directory:
    if not shelf.has(ORGANISATIONS):
        raise NoSuchPage("no-such-page", path="/organisations")
    every = {KIND: [ORGANISATIONS]}
    total, _ = shelf.listed(1, **every)
    kind, place = shelf.facet(CLASSIFICATION), shelf.facet(TERRITORY)
    values = shelf.counts(kind, **every)[0] if kind is not None else []
    counts = shelf.index.counted(Asked(filters=every), [place])[place.name] if place is not None else {}
    columns = [shelf.value(place, value, counts[value], every) for value in [*counts][:_COLUMNS] if place is not None]
    crossed = _crossed(shelf, kind, place, values[:_TYPES], columns)
    types = []
    for value in values[:_TYPES]:
        assert kind is not None  # noqa: S101 - it has these values
        only = {**every, kind.name: [value.value]}
        _, some = shelf.listed(_EACH, **only)
        cells = {
            each: shelf.value(place, each, count, only)
            for each, count in crossed.get(value.value, {}).items()
            if place is not None
        }
        types.append(Type(value.value, value.count, value.address, cells, [*map(Organisation, some)]))
    without = {kind.name: [*kind.values]} if kind is not None else {}
    rest, some = shelf.listed(_EACH, without=without, **every)
    if rest:
        types.append(Type("", rest, "", {}, [*map(Organisation, some)]))
    return Directory(total, shelf.address(every), types, len(values), columns, len(counts), query)


def _crossed(
    shelf: Shelf, one: Facet | None, other: Facet | None, rows: Sequence[Value], columns: Sequence[Value]
) -> dict[str, dict[str, int]]:
    if one is None or other is None:
        return {}
    shown = ([each.value for each in side] for side in (rows, columns))
    return shelf.index.crossed(Asked(filters={KIND: [ORGANISATIONS]}), one, other, *shown)


def _steps(iri: str, changes: Iterable[Mapping[str, Any]]) -> Iterator[Step]:
    """The changes that lead on from an organisation, each with what it replaces where the rest of it stays."""
    there = {iri}
    for change in changes:
        gone = [end for end in _ends([change], "from") if end in there]
        became = [*_ends([change], "to")]
        yield Step(change["iri"], change["date"], became, gone if {*gone} != there else [])
        there = there.difference(gone).union(became)


def _ends(changes: Iterable[Mapping[str, Any]], way: str) -> dict[str, None]:
    """The organisations at one end of changes, in order."""
    return dict.fromkeys(end["iri"] for change in changes for end in change[way])
