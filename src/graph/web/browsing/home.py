"""The first page: where to search and begin, what there is in numbers, what is dated last, the themes, the pictures."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote

from ...errors import SnapshotError
from ...search.asking import Asked
from ...search.facets import KIND
from .. import guides
from ..thing import reuses
from . import drawn, needs, shelves
from .search import MAIN, aside
from .shelves import THEME, Shelf, Value

if TYPE_CHECKING:
    from fastapi import Request

    from ..guides import Guide
    from ..site import Site

_FIGURES, _THEMES, _LATEST, _QUERIES = 6, 18, 8, 6
_ALWAYS = ("/reuses", "/needs")


@dataclass(slots=True)
class Home:
    """What the first page shows; `kinds` is how many things there are of each, those that matter most first."""

    guides: list[Guide]
    pages: list[str]
    picture: str
    kinds: dict[str, int] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)
    themes: list[Value] = field(default_factory=list)
    themes_total: int = 0
    latest: list[str] = field(default_factory=list)
    attested: int = 0
    needs: int = 0
    answered: int = 0

    @property
    def figures(self) -> list[str]:
        """The kinds that are shown as figures."""
        return [*self.kinds][:_FIGURES]

    @property
    def others(self) -> list[str]:
        """The other ones."""
        return [*self.kinds][_FIGURES:]


async def page(request: Request, site: Site) -> str:
    """The first page."""
    home = await found(request, site)
    latest = tuple(home.latest)
    dates = await site.rows(request, "dates", thing=latest)
    named = [*latest, *(theme.value for theme in home.themes), *(row["property"].value for row in dates)]
    return site.pages.render(
        "home.html",
        request,
        home=home,
        dates={row["thing"].value: row for row in sorted(dates, key=lambda row: row["date"].value)},
        queries=[query for query in site.library.values() if query.folder in {"", "examples"}][:_QUERIES],
        labels=await site.labels(request, named),
    )


async def found(request: Request, site: Site) -> Home:
    """What the graph holds; without an index, what a query counts."""
    language = site.language(request)
    home = Home(guides=await guides.available(request, site), pages=shelves.pages(site), picture=_picture(site))
    try:
        await aside(site, lambda index: _count(home, Shelf(index, language), int(f"{site.created:%Y%m%d}")))
        elsewhere = "/search?kind={}"
    except SnapshotError:
        for row in await site.rows(request, "kinds", base=site.base):
            home.kinds[row["kind"].value] = int(row["count"].value)
        elsewhere = "/id/{}"
    order = [*(kind for kind in MAIN if kind in home.kinds), *(kind for kind in home.kinds if kind not in MAIN)]
    home.kinds = {kind: home.kinds[kind] for kind in order}
    for kind in order:
        path = f"/{kind}" if kind in MAIN else ""  # where they are arranged, if they are
        home.addresses[kind] = path if path in (*home.pages, *_ALWAYS) else elsewhere.format(quote(kind, safe=""))
    if "reuses" in home.kinds:
        counts = await site.rows(request, "reuse-counts", before=reuses.stale_before(site))
        home.attested = sum(int(row[status].value) for row in counts for status in (reuses.ATTESTED, reuses.STALE))
    if "needs" in home.kinds:
        home.needs, home.answered = await needs.counted(request, site)
    return home


def _count(home: Home, shelf: Shelf, today: int) -> None:
    kind, theme = shelf.facet(KIND), shelf.facet(THEME)
    home.kinds = dict(shelf.index.counted(Asked(), [kind])[KIND]) if kind is not None else {}
    themes = shelf.counts(theme)[0] if theme is not None else []
    home.themes, home.themes_total = themes[:_THEMES], len(themes)
    with suppress(SnapshotError):  # an index without days, of before
        _, home.latest = shelf.listed(_LATEST, 1, (1, today))


def _picture(site: Site) -> str:
    """The picture that is shown, of those that the snapshot has; empty where it has none."""
    return next((name for name in drawn.NAMES if name in site.pictures), "")
