"""The page of the needs: what the sources ask for, in their words, and what answers it here, or that nothing does."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlsplit

from fastapi.routing import APIRoute

from ...namespaces import DCT, PAS
from ...sparql.terms import is_iri
from ...texts import Text, keys, say
from ..http import paging
from ..http.request import parameters
from ..terms import Row, Term, choose, iris

if TYPE_CHECKING:
    from fastapi import Request

    from ..http.paging import Part
    from ..site import Site

_ADDRESS = re.compile(r"/(?:[^/\\\s]\S*)?")  # as the shape of a need has it
SHOWN = 8  # of the productions that answer a need, and of the others of it
_SEVERAL = {
    DCT + "source": "sources",
    PAS + "voicedBy": "voices",
    PAS + "answeredAt": "addresses",
    PAS + "fulfilledBy": "productions",
    PAS + "proposedBy": "ideas",
}


@dataclass(slots=True)
class Need:
    """A need and what answers it: addresses of this site, productions; `ideas` were only proposed for it."""

    iri: str
    identifier: str = ""
    titles: list[Term] = field(default_factory=list)
    features: list[Term] = field(default_factory=list)
    quotations: list[Term] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    voices: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    productions: list[str] = field(default_factory=list)
    ideas: list[str] = field(default_factory=list)

    @property
    def answered(self) -> bool:
        """True when something answers it already."""
        return bool(self.addresses or self.productions)


@dataclass(frozen=True, slots=True)
class Answer:
    """An address that answers a need: what is found there, and the labels of the values it is asked with."""

    address: str
    title: str
    values: Sequence[str]


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of the needs, of `total`, of which `answered` are; the answer at each address, the labels of each IRI."""

    total: int
    answered: int
    part: Part
    needs: Sequence[Need]
    answers: Mapping[str, Answer]
    labels: Mapping[str, tuple[str, str]]


async def page(request: Request, site: Site) -> str:
    """A page of the needs, source by source. Raises MalformedQuery."""
    found = await _listed(request, site)
    parts = by_source(found.needs)
    return site.pages.render(
        "needs.html", request, found=found, parts=parts, choose=choose, shown=SHOWN, labels=found.labels
    )


async def as_json(request: Request, site: Site) -> bytes:
    """The same, as programs take it, in the reader's language. Raises MalformedQuery."""
    found = await _listed(request, site)
    labels, language = found.labels, site.language(request)

    def named(each: Iterable[str]) -> list[dict[str, Any]]:
        return [{"iri": iri, "label": labels[iri][0] if iri in labels else None} for iri in each]

    def text(values: list[Term]) -> str | None:
        chosen = choose(values, language)
        return chosen.value if chosen is not None else None

    told = [
        {
            "iri": need.iri,
            "identifier": need.identifier,
            "title": text(need.titles),
            "quotations": [quotation.value for quotation in need.quotations],
            "voicedBy": named(need.voices),
            "sources": named(need.sources),
            "proposedFeature": text(need.features),
            "answered": need.answered,
            "answers": [asdict(found.answers[address]) for address in need.addresses],
            "productions": named(need.productions),
            "ideas": named(need.ideas),
        }
        for need in found.needs
    ]
    counts = {"needs": found.total, "answered": found.answered}
    place = {"page": found.part.number, "pages": found.part.pages}
    return json.dumps({**counts, **place, "results": told}, ensure_ascii=False).encode()


async def counted(request: Request, site: Site) -> tuple[int, int]:
    """How many needs the sources voice, and how many of them are answered."""
    [row] = await site.rows(request, "needs-counted")
    return int(row["needs"].value), int(row["answered"].value)


async def answers_at(request: Request, site: Site, addresses: Iterable[str]) -> Sequence[Answer]:
    """What is found at each address that answers a need."""
    need = Need("", addresses=[address for address in addresses if _ADDRESS.fullmatch(address)])
    found = _answers(request, site, [need], await site.labels(request, set(_asked(site, [need]))))
    return [found[address] for address in need.addresses]


def gathered(rows: Iterable[Row]) -> list[Need]:
    """One need for all the rows that tell of it, in the order of their numbers."""
    found: dict[str, Need] = {}
    for row in rows:
        iri, name, value = row["need"].value, row["property"].value, row["value"]
        need = found.setdefault(iri, Need(iri))
        if name == DCT + "identifier":
            need.identifier = value.value
        elif name == PAS + "answeredAt" and not _ADDRESS.fullmatch(value.value):
            continue  # a graph that no gate has seen: this would lead elsewhere
        elif name in _SEVERAL:
            getattr(need, _SEVERAL[name]).append(value.value)
        else:
            texts = {DCT + "title": need.titles, PAS + "quotation": need.quotations}
            texts.get(name, need.features).append(value)
    return sorted(found.values(), key=lambda need: (len(need.identifier), need.identifier, need.iri))


def by_source(needs: Iterable[Need]) -> Mapping[str, list[Need]]:
    """The needs under the source that voices them; one that several voice is under that which spoke before."""
    parts: dict[str, list[Need]] = {}
    for need in needs:
        earlier = [source for source in parts if source in need.sources]
        parts.setdefault(next(iter((*earlier, *need.sources)), ""), []).append(need)
    return parts


async def _listed(request: Request, site: Site) -> Listed:
    """The needs of the page that is asked for. Raises MalformedQuery."""
    total, answered = await counted(request, site)
    part = paging.part(parameters(request), total, site.settings.limits.needs_page)
    found = await site.rows(request, "needs", part=(part.end - part.start, part.start))
    shown = tuple(row["need"].value for row in found)
    rows = await site.rows(request, "needs-told", need=shown) if shown else []
    needs = gathered(rows)
    labels = await site.labels(request, {*iris(rows), *_asked(site, needs)})
    return Listed(total, answered, part, needs, _answers(request, site, needs, labels), labels)


def _asked(site: Site, needs: Iterable[Need]) -> Iterator[str]:
    """The IRIs that addresses lead to or ask with."""
    for address in _addresses(needs):
        split = urlsplit(address)
        if split.path.startswith("/id/"):
            yield site.iri(unquote(split.path.removeprefix("/id/")))
        yield from (value for _, value in parse_qsl(split.query) if is_iri(value))


def _addresses(needs: Iterable[Need]) -> set[str]:
    return {address for need in needs for address in need.addresses}


def _answers(
    request: Request, site: Site, needs: Iterable[Need], labels: Mapping[str, tuple[str, str]]
) -> dict[str, Answer]:
    """What is found at each address: the title of a saved query, the label of a thing, else what the page is for.

    Where we have no words for that, what the interface says of it for programs.
    """
    language = site.language(request)
    routes = (route for route in request.app.routes if isinstance(route, APIRoute) and "GET" in route.methods)
    said = {route.path: route.openapi_extra or {} for route in routes}
    found = {}
    for address in _addresses(needs):
        split = urlsplit(address)
        path = unquote(split.path)
        folder, _, name = path[1:].partition("/")
        if folder == "queries" and name in site.library:
            title = Text(wordings=dict(site.library[name].title)).render(language)
        elif folder == "id" and site.iri(name) in labels:
            title = labels[site.iri(name)][0]
        elif f"web.answer.{path}" in keys(language):
            title = say(language, f"web.answer.{path}")
        else:
            title = said.get(path, {}).get("x-summary", {}).get(language, address)
        values = [labels[value][0] if value in labels else value for _, value in parse_qsl(split.query)]
        found[address] = Answer(address, title, values)
    return found
