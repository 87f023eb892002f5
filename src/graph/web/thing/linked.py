"""The links of a thing as its page tells them: how, with what, on whose word; a part of what the relay says."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from ...errors import LimitExceeded
from ...relay.kinds import ADDRESS
from ...sparql.terms import is_iri
from ..http.request import asked

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import Request

    from ..site import Site

MOST = 400  # statements around a thing, beyond which the relay has a page of its own for it
_BYTES = 1_000_000
_WORD = ("property", "asserted_by", "date", "confidence", "source", "carrier", "decision")
_NAMED = ("from", "to", "property", "kind", "graph", "asserted_by", "licence", "source", "decision", "carrier")


class Bundle(NamedTuple):
    """Links that differ by their far end alone: one property, one way, on one word; `ends` are those ends."""

    link: dict[str, Any]
    ends: list[str]


@dataclass(slots=True)
class Linked:
    """The links of a thing by kind, those that portals alone state, and those that await a decision.

    `same` are its other names; `whole` is false where there are too many links to be told here.
    """

    whole: bool = True
    same: list[str] = field(default_factory=list)
    kinds: list[tuple[Mapping[str, str], list[dict[str, Any]]]] = field(default_factory=list)
    portals: list[dict[str, Any]] = field(default_factory=list)
    proposed: list[dict[str, Any]] = field(default_factory=list)

    @property
    def links(self) -> list[dict[str, Any]]:
        """Every link that is told."""
        return [*(link for _, links in self.kinds for link in links), *self.portals]

    def tells(self, way: str, others: Iterable[str]) -> bool:
        """Whether the links told include all of those through a property to, or from, some others."""
        said = {end for link in self.links if link["property"] == way for end in (link["from"], link["to"])}
        return said.issuperset(others)

    def bundles(self, thing: str) -> list[tuple[Mapping[str, str], list[Bundle]]]:
        """The links of a thing by kind, those together that say the same on the same word."""
        return [(label, _bundled(links, thing)) for label, links in self.kinds]

    @property
    def iris(self) -> set[str]:
        """Every IRI that may be named."""
        return {*self.same, *named((*self.links, *self.proposed))}


async def around(request: Request, site: Site, iri: str, statements: int) -> Linked:
    """The links of a thing around which so many statements are, addresses left out."""
    found = await relayed(request, site, iri, statements)
    if found is None:
        return Linked(whole=False)
    links = [link for link in found["links"] if link["kind"] != ADDRESS]
    ours = (link for link in links if link["quarantine"] is None)
    return Linked(
        same=found["same"],
        kinds=[(each[0]["kind_label"], each) for _, links in groupby(ours, key=_kind) if (each := list(links))],
        portals=[link for link in links if link["quarantine"] is not None],
        proposed=found["proposed"],
    )


async def relayed(request: Request, site: Site, iri: str, statements: int) -> dict[str, Any] | None:
    """What the relay says of a thing; None where that would be too much."""
    if statements > MOST:
        return None
    try:
        body = await site.engine.relay([iri], result_bytes=_BYTES, **asked(request))
    except LimitExceeded:
        return None
    found: dict[str, Any]
    [found] = json.loads(body)
    return found


def without(linked: Linked, told: Callable[[dict[str, Any]], bool]) -> Linked:
    """The same without the links that another part of the page tells."""
    kinds = [(label, kept) for label, links in linked.kinds if (kept := [each for each in links if not told(each)])]
    return Linked(linked.whole, linked.same, kinds, linked.portals, linked.proposed)


def _bundled(links: Iterable[dict[str, Any]], thing: str) -> list[Bundle]:
    every = list(links)
    stated = {(link["property"], link["to"]) for link in every if link["from"] == thing}
    found: dict[tuple[object, ...], Bundle] = {}
    for link in every:
        out = link["from"] == thing
        if not out and (link["property"], link["from"]) in stated:
            continue  # both ends say it
        near, far = (link["from"], link["to"]) if out else (link["to"], link["from"])
        said = (out, near, *(link[name] for name in _WORD), *link["evidence"])
        found.setdefault(said, Bundle(link, [])).ends.append(far)
    return list(found.values())


def _kind(link: Mapping[str, Any]) -> str:
    return str(link["kind"])


def named(links: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Every IRI that links may be told with."""
    for link in links:
        values = (*(link[name] for name in _NAMED), *link["path"], *link["evidence"])
        yield from (value for value in values if value and is_iri(value))
