"""The licences that a form offers: under headings, those of the State's list first, the most used of each first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ...licenses.licence import APPROVED, DISTRIBUTION, Licence
from ...texts import say
from ..typography import spaced

if TYPE_CHECKING:
    from fastapi import Request

    from ...licenses.catalogue import Licences
    from ..site import Site

_APPROVED, _FREE, _RESTRICTED, _REPLACED, _UNKNOWN = range(5)
_HEADINGS = {
    _APPROVED: "web.contribute-licences-approved",
    _FREE: "web.contribute-licences-free",
    _RESTRICTED: "web.contribute-licences-restricted",
    _REPLACED: "web.contribute-licences-replaced",
    _UNKNOWN: "web.contribute-licences-unknown",
}


async def grouped(request: Request, site: Site, options: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """The licences to choose from, each with what it is called, under the heading of what it is for public bodies."""
    licences, language = await site.licences(request), site.language(request)
    uses: defaultdict[str, int] = defaultdict(int)
    for row in await site.rows(request, "contribute-licences"):
        licence = licences.same(row["licence"].value)
        if licence is not None:
            uses[licence.iri] += int(row["uses"].value)
    found: defaultdict[tuple[int, int, str], list[str]] = defaultdict(list)
    for iri in options:
        found[_group(licences.get(iri), licences, language)].append(iri)
    for iris in found.values():
        iris.sort(key=lambda iri: (-uses[iri], *_asked(licences.get(iri)), options[iri].casefold()))
    return {
        spaced(say(language, _HEADINGS[group], sorts=sorts), language): {iri: options[iri] for iri in iris}
        for (group, _, sorts), iris in sorted(found.items())
    }


def _group(licence: Licence | None, licences: Licences, language: str) -> tuple[int, int, str]:
    """Which group a licence is of, in order; among those approved, which is approved for the most, and for what."""
    if licence is None or licence.unknown or DISTRIBUTION not in licence.permits:
        return _UNKNOWN, 0, ""
    sorts = licence.said.get(APPROVED, ())
    if sorts:
        return _APPROVED, -len(sorts), ", ".join(sorted(licences.label(iri).render(language) for iri in sorts))
    if not licence.in_force:
        return _REPLACED, 0, ""
    return _RESTRICTED if licence.prohibits else _FREE, 0, ""


def _asked(licence: Licence | None) -> tuple[int, ...]:
    """How much a licence asks of who reuses a work: what it prohibits, then what it requires."""
    return () if licence is None else (len(licence.prohibits), len(licence.requires))
