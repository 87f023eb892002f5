"""What the licence of a thing allows, in words for its page."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ...errors import MalformedQuery
from ...licenses import answers
from ...licenses.expression import Expression, Named, meant, read
from ...licenses.licence import CC, DERIVATIVES, FOR_THE_PART, FOR_THE_WHOLE, Licence
from ...texts import say
from ..terms import Term

if TYPE_CHECKING:
    from fastapi import Request

    from ...licenses.catalogue import Licences
    from ..site import Site

#: What sets a licence apart from those that ask for the author's name alone, and the key of the words for it.
_CARRIED = {
    CC + "CommercialUse": "web.carries-no-commercial-use",
    DERIVATIVES: "web.carries-no-derivatives",
    **dict.fromkeys(sorted(FOR_THE_WHOLE), "web.carries-share-alike"),
    FOR_THE_PART: "web.carries-share-the-part",
}
_TERM = re.compile(r" \([a-z]+:\w+\)")  # what a program calls it


async def of(request: Request, site: Site, values: Iterable[Term]) -> list[dict[str, Any]]:
    """Of each licence: `value`, its `name` and what it `permits`, `requires` and `prohibits`.

    The name is empty for one that the graph does not describe.
    """
    values = list(values)
    if not values:
        return []
    licences, language = await site.licences(request), site.language(request)
    found = []
    for value in values:
        licence = meant(value.value, licences)
        told: dict[str, Any] = {"value": value, "name": "", "notice": ""}
        if licence is not None:
            told |= answers.notice(language) | answers.granted(licence, licences, language) | {"name": licence.name}
            told["permits"] = [_TERM.sub("", each["label"]) for each in told["permits"]]
            for part in ("requires", "prohibits"):
                told[part] = [_TERM.sub("", each["do"]) for each in told[part]]
        found.append(told)
    return found


def carried(licence: Licence, language: str) -> list[str]:
    """What a licence forbids or hands on, in a few words."""
    terms = licence.prohibits | licence.requires
    return [say(language, key) for key in dict.fromkeys(key for iri, key in _CARRIED.items() if iri in terms)]


def due(values: Iterable[Term], licences: Licences) -> list[Expression]:
    """The licences that a thing is under, each of them due; none when it is not known all they ask."""
    try:
        found = {str(each): each for each in (read(said.value, licences) for said in values)}
    except MalformedQuery:  # a portal's words, which name nothing
        return []
    return list(found.values()) if all(map(_known, found.values())) else []


def _known(expression: Expression) -> bool:
    """Whether the graph describes every licence of an expression."""
    if isinstance(expression, Named):
        return expression.licence is not None and not expression.licence.unknown
    return all(map(_known, expression.parts))
