"""Organisations on the web: the pages of `/resolve`, and the story of one on its own page."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ...formats import RESULTS_JSON
from ...organisations.names import Names
from ...organisations.register import Register, query
from ...organisations.resolve import resolve, told, written
from ...sparql.engine import Query
from ..http.request import asked
from ..once import Once

if TYPE_CHECKING:
    from fastapi import Request

    from ..site import Site

Story = list[dict[str, Any]]
_NONE = b'{"results": {"bindings": []}}'


async def answer(request: Request, site: Site, text: str) -> dict[str, Any]:
    """What a text names. Raises LimitExceeded."""
    names = await _NAMES.of(request, site)
    found = await asyncio.to_thread(resolve, names, text, site.settings.limits.resolve_characters)
    return written(found, names.register)


async def as_json(request: Request, site: Site, text: str) -> bytes:
    """The same, as programs take it. Raises LimitExceeded."""
    return json.dumps(await answer(request, site, text), ensure_ascii=False).encode()


async def page(request: Request, site: Site, text: str) -> str:
    """The page of an answer; without a text, the form. Raises LimitExceeded."""
    found = await answer(request, site, text) if text else None
    shown = set() if found is None else {each["iri"] for each in found["nearest"]}
    for each in () if found is None else found["found"]:
        shown |= {each["iri"], *each["territory"], *(end["iri"] for end in (*each["part_of"], *each["today"]))}
        shown |= set(named([*each["before"], *each["after"]]))
    labels = await site.labels(request, shown)
    return site.pages.render("resolve.html", request, found=found, labels=labels)


async def story(request: Request, site: Site, iri: str) -> tuple[Story, Story]:
    """The changes before and after an organisation, in order of date; none of what no change is of."""
    known = await changes(request, site)
    return [told(change, known) for change in known.earlier(iri)], [told(change, known) for change in known.later(iri)]


async def changes(request: Request, site: Site) -> Register:
    """The changes of organisations alone: few, where there are many organisations. Raises QueryError."""
    return await _CHANGES.of(request, site)


def named(changes: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """The organisations that changes name."""
    yield from (end["iri"] for change in changes for end in (*change["from"], *change["to"]))


async def _asked(request: Request, site: Site, name: str) -> bytes:
    inspection = site.engine.admit(query(name))
    return await site.engine.evaluate(Query(inspection, RESULTS_JSON, **asked(request)))


async def _read_names(request: Request, site: Site) -> Names:
    answers = [await _asked(request, site, name) for name in ("names", "changes")]
    return await asyncio.to_thread(lambda: Names(Register.read(*answers)))


async def _read_changes(request: Request, site: Site) -> Register:
    return Register.read(_NONE, await _asked(request, site, "changes"))


_NAMES, _CHANGES = Once(_read_names), Once(_read_changes)
