"""Tools and methods: by family, and by the stage at which their use was observed; what each is for, who uses it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ...search.facets import KIND, NONE
from ..http.errors import NoSuchPage
from ..thing.facts import DESCRIPTIONS
from .search import aside
from .shelves import FAMILY, TOOLS, Shelf, saved

if TYPE_CHECKING:
    from fastapi import Request

    from ..site import Site
    from ..terms import Row

_FAMILIES, _EACH = 24, 12


@dataclass(slots=True)
class Tool:
    """A tool, how many use it and some of them, and where the rest is."""

    iri: str
    users: int = 0
    some: list[str] = field(default_factory=list)
    address: str = ""


@dataclass(slots=True)
class Family:
    """The tools of a family, some of `total`; of those that have none the family is empty."""

    iri: str
    total: int
    address: str
    tools: list[Tool]


@dataclass(slots=True)
class Stage:
    """A stage, how many tools were used there, those used most, by how many productions; and how many by family."""

    iri: str
    total: int = 0
    tools: list[tuple[str, int]] = field(default_factory=list)
    families: dict[str, int] = field(default_factory=dict)
    address: str = ""


@dataclass(slots=True)
class Toolbox:
    """The tools of a graph."""

    total: int
    address: str
    families: list[Family]
    families_total: int
    stages: list[Stage]
    query: str


async def found(request: Request, site: Site) -> Toolbox:
    """The tools. Raises NoSuchPage where there are none, and SnapshotError."""
    language = site.language(request)
    order = {row["concept"].value: place for place, row in enumerate(await site.rows(request, "tool-families"))}
    box = await aside(site, lambda index: _arranged(Shelf(index, language), order))
    tools = {tool.iri: tool for family in box.families for tool in family.tools}
    uses, counts = await asyncio.gather(
        site.rows(request, "tool-uses", tool=(*tools,)), site.rows(request, "tool-stages")
    )
    for row in uses:
        tool = tools[row["tool"].value]
        tool.users = int(row["users"].value)
        tool.some.append(row["user"].value)
        tool.address = saved(site, "usages-d-un-outil", outil=tool.iri)
    box.query = saved(site, "outils-par-famille")
    stages = _staged(site, counts)
    for row in await site.rows(request, "tool-stage-most", stage=(*stages,)) if stages else ():
        stages[row["stage"].value].tools.append((row["tool"].value, int(row["productions"].value)))
    box.stages = [*stages.values()]
    return box


async def page(request: Request, site: Site) -> str:
    """The page of them."""
    box = await found(request, site)
    tools = [tool for family in box.families for tool in family.tools]
    shown = {tool.iri for tool in tools} | {each for tool in tools for each in tool.some}
    shown |= {family.iri for family in box.families if family.iri}
    for stage in box.stages:
        shown |= {stage.iri, *(iri for iri, _ in stage.tools)}
    labels = await site.labels(request, shown)
    about = await site.labels(request, (tool.iri for tool in tools), DESCRIPTIONS)
    return site.pages.render("tools.html", request, found=box, about=about, labels=labels)


def _arranged(shelf: Shelf, order: dict[str, int]) -> Toolbox:
    if not shelf.has(TOOLS):
        raise NoSuchPage("no-such-page", path="/tools")
    tools = {KIND: [TOOLS]}
    total, _ = shelf.listed(1, **tools)
    families, family = [], shelf.facet(FAMILY)
    values = shelf.counts(family, **tools)[0] if family is not None else []
    values.sort(key=lambda each: (order.get(each.value, len(order)), each.label))
    for value in values[:_FAMILIES]:
        _, some = shelf.listed(_EACH, **tools, **{family.name: [value.value]})
        families.append(Family(value.value, value.count, value.address, [*map(Tool, some)]))
    without = {family.name: [*family.values]} if family is not None else {}
    rest, some = shelf.listed(_EACH, without=without, **tools)
    if rest:
        address = shelf.address({**tools, family.name: [NONE]}) if family is not None else shelf.address(tools)
        families.append(Family("", rest, address, [*map(Tool, some)]))
    return Toolbox(total, shelf.address(tools), families, len(values), [], "")


def _staged(site: Site, counts: Iterable[Row]) -> dict[str, Stage]:
    """The stages in their order, by IRI."""
    stages: dict[str, Stage] = {}
    for row in counts:
        iri = row["stage"].value
        stage = stages.setdefault(iri, Stage(iri, address=saved(site, "outils-par-etape", etape=iri)))
        if "family" in row:
            stage.families[row["family"].value] = int(row["tools"].value)
        else:
            stage.total = int(row["tools"].value)
    return stages
