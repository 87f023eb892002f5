"""Ways on from an address whose values are wrong: the same question put right, as links, for people and programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlencode

from ...errors import MalformedQuery
from ...texts import Text
from .addresses import LONGEST

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fastapi import Request

    from ..site import Site
    from .request import Parameters

_TOLD = 80  # characters of a wrong value that its error repeats
_SAID = 10  # values that its sentence names
_OFFERED = 30  # and that it leads to


class Way(NamedTuple):
    """A link: what it says, and where it leads from the address that was asked."""

    text: Text
    address: str


class Possible(NamedTuple):
    """A value that an address may have: as it writes it, and what it is called."""

    written: str
    label: str


def beyond(given: Parameters, pages: int) -> MalformedQuery:
    """Why a list has no such page; its first and its last are the ways on."""
    ways = [Way(Text("web.way-first"), _address(given, "page"))]
    if pages > 1:
        ways.append(Way(Text("web.way-last", {"pages": pages}), _address(given, "page", str(pages))))
    return _wrong("page-beyond", given, "page", ways, pages=pages, count=pages)


def unknown(given: Parameters, name: str, possible: Sequence[Possible]) -> MalformedQuery:
    """Why a parameter has no such value; the values it may have are the ways on, and the question without it."""
    labels = ", ".join([each.label for each in possible[:_SAID]] + ["…"] * (len(possible) > _SAID))
    ways = [Way(Text("web.way-without"), _address(given, name, but=("page",)))]
    ways += [
        Way(Text(wordings={"": each.label}), _address(given, name, each.written, but=("page",)))
        for each in possible[:_OFFERED]
    ]
    return _wrong("choice-unknown", given, name, ways, expected=labels or "–")


async def labelled(request: Request, site: Site, written: Mapping[str, str]) -> list[Possible]:
    """Some values that an address may have, by their labels: IRIs, each as it is written there."""
    some = list(written)[: _OFFERED + 1]
    labels = await site.labels(request, some)
    return [Possible(written[iri], labels[iri][0] if iri in labels else written[iri]) for iri in some]


def _wrong(key: str, given: Parameters, name: str, ways: Sequence[Way], **told: object) -> MalformedQuery:
    value = (given.one(name) or "")[:_TOLD]
    said = tuple(way for way in ways if len(way.address) <= LONGEST)
    return MalformedQuery(key, parameter=name, value=value, ways=said, **told)


def _address(given: Parameters, name: str, value: str = "", but: Sequence[str] = ()) -> str:
    """The same question with another value, or without any; and without what goes with the wrong one."""
    kept = [pair for pair in given.pairs if pair[0] not in (name, *but)]
    return "?" + urlencode([*kept, *([(name, value)] if value else [])])
