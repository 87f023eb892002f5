"""Things in quarantine, which are in a named graph of their portal only; a record that is gone is told of, with why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...dataset import HARVEST
from ...namespaces import SKOS
from .tombstones import given_up

if TYPE_CHECKING:
    from fastapi import Request

    from ..site import Site

_RECORD = "#record"
_GONE = "http://www.w3.org/ns/prov#invalidatedAtTime"
_REASON = SKOS + "changeNote"


def graph_of(site: Site, iri: str) -> str | None:
    """The named graph of the quarantine that an IRI is of; None for a thing that is in no quarantine."""
    start = f"{site.base}{HARVEST}/"
    portal, slash, slug = iri.removeprefix(start).partition("/")
    return f"{site.graph_base}{HARVEST}/{portal}" if iri.startswith(start) and slash and slug else None


async def described(request: Request, site: Site, iri: str, graph: str) -> str:
    """What is to be shown at the address of a record: its thing, or the record where the thing has another address.

    Raises ThingGone when the source does not give it any more.
    """
    said = await site.rows(request, "facts-in", thing=iri + _RECORD, graph=graph)
    gone = next((row["value"].value for row in said if row["property"].value == _GONE), None)
    if gone is not None:
        notes = [row["value"] for row in said if row["property"].value == _REASON]
        raise given_up(iri, gone, notes, site.language(request))
    if said and not await site.rows(request, "facts-in", thing=iri, graph=graph):
        return iri + _RECORD
    return iri
