"""The named graphs as a page, for who opens the address where programs ask for one: their families, those of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...catalog.void import Family, families
from ..http import paging, ways
from ..http.request import parameters

if TYPE_CHECKING:
    from fastapi import Request

    from ...catalog.void import Described
    from ..http.request import Parameters
    from ..site import Site

_LENGTH = 100


async def page(request: Request, site: Site, snapshot: Described) -> str:
    """The page. Raises MalformedQuery for a family that is none, or a page beyond the last of one."""
    given, counts = parameters(request), snapshot.counts
    every = families(snapshot)
    family = _asked(given, every)
    part = paging.part(given, family.graphs if family else 0, _LENGTH)
    return site.pages.render(
        "graphs.html",
        request,
        counts=counts,
        families=every,
        family=family,
        shown={graph: counts.graphs[graph] for graph in family.members[part.start : part.end]} if family else {},
        part=part,
    )


def _asked(given: Parameters, every: list[Family]) -> Family | None:
    """The family that `family` names; None where it names none."""
    name = given.one("family")
    if not name:
        return None
    found = next((family for family in every if family.name == name), None)
    if found is None:
        raise ways.unknown(given, "family", [ways.Possible(family.name, family.name) for family in every])
    return found
