"""Whom to ask about a thing: the contacts that the graph gives, else who made it, else where it was told.

Nobody is guessed, and nobody's own address is shown: of a person, only the contact that is published for a thing, or
a professional page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING

from ...namespaces import DCAT, FOAF
from ..browsing import organisations
from ..terms import Row, Term, iris
from .facts import EVENT, PRODUCTION, REUSE, SCHEMA, Facts

if TYPE_CHECKING:
    from fastapi import Request

    from ..site import Site

_POINTS = (DCAT + "contactPoint", SCHEMA + "contactPoint")
_OF_A_PERSON = (*_POINTS, FOAF + "homepage")
_HOMEPAGE = FOAF + "homepage"
_TRUE = "true"


class Step(IntEnum):
    """How far from a thing somebody stands, as `queries/contacts.rq` counts it."""

    ITSELF = 0
    MAKER = 1
    ORIGIN = 2
    SOURCE = 3


@dataclass(slots=True)
class Contact:
    """Somebody to ask, and how to reach them; `through` is where they are known from: an event, a source."""

    who: str
    through: str = ""
    ways: list[Term] = field(default_factory=list)


@dataclass(slots=True)
class Contacts:
    """Whom to ask. `known` is how: `named`, `maker`, `origin`, `source` or `nobody`; `today`, who answers now."""

    known: str = "nobody"
    those: list[Contact] = field(default_factory=list)
    today: Mapping[str, list[str]] = field(default_factory=dict)
    iris: set[str] = field(default_factory=set)


async def of(request: Request, site: Site, thing: str, facts: Facts) -> Contacts | None:
    """Whom to ask about a thing; None about what nobody is asked for, a concept, say, unless a contact is given."""
    rows = await site.rows(request, "contacts", thing=thing)
    found = _nearest(thing, rows)
    if found.known != "named" and not facts.has(PRODUCTION, REUSE, EVENT):
        return None
    changes = await organisations.changes(request, site)
    makers = {value.value for each in facts.makers for value in each.values if value.is_iri}
    concerned = sorted({each.who for each in found.those} | makers)
    found.today = {iri: now for iri in concerned if (now := changes.today(iri)) not in ([iri], [])}
    found.iris = {*iris(rows), *(iri for now in found.today.values() for iri in now)}
    return found


def _nearest(thing: str, rows: Iterable[Row]) -> Contacts:
    """The nearest that can be asked: those with a way to reach them, else those who made it, else those beyond."""
    by_step: dict[Step, dict[tuple[str, str], Contact]] = {step: {} for step in Step}
    for row in rows:
        who, through = row["who"].value, row["through"].value if "through" in row else ""
        step = Step(int(row["step"].value))
        contact = by_step[step].setdefault((who, through), Contact(who, through))
        contact.ways += (way for way in _ways(row, step) if way not in contact.ways)
    near = [*by_step[Step.ITSELF].values(), *by_step[Step.MAKER].values()]
    if reached := [each for each in near if each.ways]:
        return Contacts("named", reached)
    for known, step in (("maker", Step.MAKER), ("origin", Step.ORIGIN), ("source", Step.SOURCE)):
        those = [each for each in by_step[step].values() if each.who != thing]
        if those:  # an event that nobody is known to have organised, where there is another, answers nobody
            return Contacts(known, [each for each in those if each.who != each.through] or those)
    return Contacts()


def _ways(row: Row, step: Step) -> list[Term]:
    """How to reach somebody, as one row says it: a contact point and its address, a mailbox, a page."""
    if "way" not in row:
        return []
    name, person = row["property"].value, row["person"].value == _TRUE
    if (person and name not in _OF_A_PERSON) or (step is Step.ITSELF and name == _HOMEPAGE and not person):
        return []  # the home page of a thing is told where it is found
    private = row["private"].value == _TRUE
    return [row["way"], *([row["detail"]] if "detail" in row and not private else [])]
