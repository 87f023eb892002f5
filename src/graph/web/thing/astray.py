"""Ways on from an address that nothing has: what is called nearly so, the list it would be in, a search for its words.

They are guessed from the address alone, for who reads a page of error: programs are told that there is nothing.
"""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress
from difflib import get_close_matches
from typing import TYPE_CHECKING

from ...errors import PasserellesError
from ...texts import Text
from ..browsing import search
from ..http.ways import Way
from ..menu import site_map
from . import naming

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi import Request

    from ...search.searching import SearchIndex
    from ..pages import View
    from ..site import Site

_LONGEST = 100  # characters of an address that are read
_ALIKE = 0.8  # how alike two names are of which one is a slip for the other (difflib)
_SECONDS = 0.3  # that who is lost waits while the engine is busy with others
_MEANT = 3  # things that are called nearly so
_SUFFIX = re.compile(r"\.[a-z].*")  # of what `mpl-2.0.ttl` ends with, and not of what it is called
_BETWEEN = re.compile(r"[\W_]+")


async def ways(request: Request) -> list[Way]:
    """The ways on from the address of a request, the most precise first; as many as can be found."""
    site: Site = request.state.site
    view = site.pages.view(request, {})
    path = request.scope["path"].removeprefix(request.scope["root_path"])
    parts = [part for part in path.strip("/").split("/") if part]
    if not parts:
        return []
    end = _SUFFIX.sub("", parts[-1])[:_LONGEST]
    text = _BETWEEN.sub(" ", end).strip()
    found: list[Way] = []
    lists: list[Way] = []
    with suppress(PasserellesError, TimeoutError):  # the address is wrong, whatever else is
        async with asyncio.timeout(_SECONDS):
            kinds = [each for each in await search.tried(site, naming.kinds, []) if "/" not in each]
            lists = [*_lists(view, parts, kinds)]
            if len(parts) > 1 or not lists:
                things = list(dict.fromkeys(await _meant(request, site, end, text)))
                things = [iri for iri in things if site.kind_of(iri) in parts] or things
                labels = await site.labels(request, things[:_MEANT])
                named = [(iri, labels[iri][0]) for iri in things[:_MEANT] if iri in labels]
                found += [Way(Text("web.way-meant", {"name": name}), view.href(iri)) for iri, name in named]
    found += lists
    if text:
        found.append(Way(Text("web.name-search", {"text": text}), view.url("/search", q=text)))
    return found


async def _meant(request: Request, site: Site, end: str, text: str) -> list[str]:
    """The things whose IRI ends as the address does, else those whose name begins or nearly is so."""

    def near(index: SearchIndex) -> list[str]:
        return [str(hit.card["page"]) for hit in index.suggest(text, site.language(request))]

    return await naming.ending(request, site, end) or await search.tried(site, near, [])


def _lists(view: View, parts: list[str], kinds: list[str]) -> Iterator[Way]:
    """The list of a kind, or the page above, that the beginning of the address nearly names."""
    pages = site_map(view.site, followed=view.is_followed)
    above = {address.strip("/"): (view.say(key), address) for _, entries in pages for address, key in entries}
    below = {kind: (view.kind(kind), f"/id/{kind}") for kind in kinds}
    is_thing = parts[0] == "id" and len(parts) > 1
    known = above | below if is_thing else below | above
    for name in get_close_matches(parts[is_thing].lower(), known, n=1, cutoff=_ALIKE):
        called, address = known[name]
        yield Way(Text("web.way-list", {"name": called}), view.url(address))
