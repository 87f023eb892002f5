"""What a reader means who types a name where a saved query takes an IRI; programs give the IRI."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from ...errors import MalformedQuery, NoSuchThing
from ...sparql.terms import is_iri
from ..thing import naming

if TYPE_CHECKING:
    from fastapi import Request

    from ...sparql.library import SavedQuery
    from ..site import Site


class Understood(NamedTuple):
    """The values of a query, each name made the IRI that it means; where it is not sure, what it may mean."""

    values: Mapping[str, str]
    choices: Mapping[str, Sequence[str]]
    wrong: Mapping[str, MalformedQuery]


async def understood(request: Request, site: Site, query: SavedQuery, given: Mapping[str, str]) -> Understood:
    """What is meant by what was typed. Raises LimitExceeded for what is longer than any name."""
    values, choices, wrong = dict(given), {}, {}
    for parameter in query.parameters:
        text = given.get(parameter.name, "").strip()
        if parameter.type != "iri" or not text or is_iri(text):
            continue
        try:
            found = await naming.meant(request, site, text)
        except NoSuchThing as error:
            wrong[parameter.name] = MalformedQuery("name-unknown", parameter=parameter.name, **error.parameters)
            continue
        if isinstance(found, str):
            values[parameter.name] = found
        else:
            choices[parameter.name] = found
            wrong[parameter.name] = naming.several(parameter.name, text, found)
    return Understood(values, choices, wrong)
