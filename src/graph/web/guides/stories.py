"""The power of open: the stories that attested reuses tell. What portals claim is no fact, and is not among them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from ...search.facets import shortened
from ...texts import LANGUAGES
from ..http import paging, ways
from ..http.request import parameters
from ..terms import Term, choose
from ..thing.reuses import ATTESTED, STALE, stale_before
from . import STORIES, voices
from .attested import FILTERS, Reuse, attested

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi import Request

    from ..http.paging import Part
    from ..site import Site

LENGTH = 12  # stories of a page
#: What a story should tell, and the key of the sentence that says that nobody did yet.
_WANTED = {
    "maker": "story-lacks-maker",
    "licence": "story-lacks-licence",
    "since": "story-lacks-since",
    "result": "story-lacks-result",
    "evidence": "story-lacks-evidence",
}
_IN_JSON = ("maker", "reused", "reuser", "kind", "exchange", "licence", "theme", "result", "before", "after")


@dataclass(frozen=True, slots=True)
class Story:
    """An attested reuse: everything said of it, by the parts that `queries/story.rq` names."""

    iri: str
    status: str
    parts: Mapping[str, list[Term]]

    def all(self, part: str) -> list[Term]:
        """What is said of a part."""
        return self.parts.get(part, [])

    def text(self, part: str, language: str) -> Term | None:
        """What is said of a part in a language, if it can be."""
        return choose(self.all(part), language)

    @property
    def lacks(self) -> list[str]:
        """The keys of what nobody told."""
        return [key for part, key in _WANTED.items() if not self.all(part)]

    @property
    def iris(self) -> Iterator[str]:
        """Everything it names."""
        return (term.value for said in self.parts.values() for term in said if term.is_iri)


@dataclass(frozen=True, slots=True)
class Choice:
    """A value one may choose among: its name as an address has it, and how many stories it has."""

    iri: str
    name: str
    count: int


@dataclass(slots=True)
class Gallery:
    """One page of stories: `total` of those asked for, of which `stale` have not been confirmed for a year."""

    stories: list[Story]
    total: int
    stale: int
    unattested: int
    part: Part
    filters: Mapping[str, list[Choice]]
    chosen: Mapping[str, str]
    kept: Mapping[str, str]

    def address(self, number: int = 1, **changed: str) -> str:
        """The query of another page, or of other filters: an empty one is none."""
        pairs = {**self.kept, **changed, "page": str(number) if number > 1 else ""}
        return "?" + urlencode([(name, value) for name, value in pairs.items() if value])


async def page(request: Request, site: Site) -> str:
    """The gallery. Raises MalformedQuery."""
    gallery = await _gallery(request, site)
    voiced = await voices(request, site, STORIES)
    before = stale_before(site)
    claims = await site.rows(request, "reuse-claims-count")
    named = {iri for story in gallery.stories for iri in story.iris}
    named |= {choice.iri for choices in gallery.filters.values() for choice in choices}
    named |= {iri for voice in voiced for iri in (voice.need, *voice.sources)}
    return site.pages.render(
        "stories.html",
        request,
        gallery=gallery,
        before=before,
        claimed=sum(int(row["claims"].value) for row in claims),
        voices=voiced,
        labels=await site.labels(request, named),
    )


async def as_json(request: Request, site: Site) -> str:
    """The same, for programs. Raises MalformedQuery."""
    gallery, language = await _gallery(request, site), site.language(request)
    named = {iri for story in gallery.stories for iri in story.iris}
    named |= {choice.iri for choices in gallery.filters.values() for choice in choices}
    labels = await site.labels(request, named)

    def told(iri: str) -> dict[str, str | None]:
        return {"iri": iri, "label": labels[iri][0] if iri in labels else None}

    def text(story: Story, part: str) -> str | None:
        found = story.text(part, language)
        return found.value if found is not None else None

    def story(each: Story) -> dict[str, Any]:
        return {
            "iri": each.iri,
            "status": each.status,
            "title": text(each, "title"),
            "description": text(each, "text"),
            **{part: [told(term.value) for term in each.all(part)] for part in _IN_JSON},
            "since": text(each, "since"),
            "cameOfIt": text(each, "came"),
            "quotations": [term.value for term in each.all("quotation")],
            "attestedBy": [told(term.value) for term in each.all("attester")],
            "confirmed": text(each, "confirmed"),
            "evidence": [told(term.value) for term in each.all("evidence")],
            "lacks": [key.removeprefix("story-lacks-") for key in each.lacks],
        }

    answer = {
        "total": gallery.total,
        "stale": gallery.stale,
        "page": gallery.part.number,
        "pages": gallery.part.pages,
        "filters": {
            name: [{**told(each.iri), "value": each.name, "count": each.count} for each in choices]
            for name, choices in gallery.filters.items()
        },
        "results": [story(each) for each in gallery.stories],
    }
    return json.dumps(answer, ensure_ascii=False)


async def _gallery(request: Request, site: Site) -> Gallery:
    """The stories that an address asks for. Raises MalformedQuery."""
    given, before = parameters(request), stale_before(site)
    every = await attested(request, site)
    filters = {name: _choices(every.counts[name]) for name in FILTERS}
    chosen = {}
    for name in FILTERS:
        if value := given.one(name):
            found = [each for each in filters[name] if value in (each.name, each.iri)]
            if not found:
                those = await ways.labelled(request, site, {each.iri: each.name for each in filters[name]})
                raise ways.unknown(given, name, those)
            chosen[name] = found[0]
    found = every.having(each.iri for each in chosen.values())
    part = paging.part(given, len(found), LENGTH)
    told = await asyncio.gather(*(_story(request, site, each, before) for each in found[part.start : part.end]))
    language = given.one("lang") or ""
    return Gallery(
        stories=list(told),
        total=len(found),
        stale=sum(each.confirmed < before for each in found),
        unattested=every.unattested,
        part=part,
        filters=filters,
        chosen={name: each.iri for name, each in chosen.items()},
        kept={
            **{name: each.name for name, each in chosen.items()},
            "lang": language if language in LANGUAGES else "",
        },
    )


def _choices(counts: Mapping[str, int]) -> list[Choice]:
    names = shortened(counts)
    return [Choice(iri, names[iri], count) for iri, count in counts.items()]


async def _story(request: Request, site: Site, reuse: Reuse, before: str) -> Story:
    parts: dict[str, list[Term]] = {}
    for row in await site.rows(request, "story", reuse=reuse.iri):
        parts.setdefault(row["part"].value, []).append(row["value"])
    return Story(reuse.iri, ATTESTED if reuse.confirmed >= before else STALE, parts)
