"""The guided paths that the sources ask for: what each is called, where it is, and whether this graph can fill it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..http.errors import NoSuchPage
from ..terms import Term

if TYPE_CHECKING:
    from fastapi import Request

    from ..site import Site


@dataclass(frozen=True, slots=True)
class Guide:
    """A guided path. `name` is the one that `queries/guides.rq` gives it; `title` and `lead` are keys of texts.

    `scheme` is the vocabulary that it is made of, an IRI, which another graph may have taken in.
    """

    name: str
    path: str
    title: str
    lead: str
    scheme: str = ""


_SCHEMES = "https://w3id.org/passerelles/id/schemes/"
VADEMECUM = Guide(
    "vademecum", "/guides/vademecum", "guide-vademecum", "guide-vademecum-lead", _SCHEMES + "scheme-ouverture"
)
KIT = Guide("kit", "/guides/kit-de-survie", "guide-kit", "guide-kit-lead", _SCHEMES + "scheme-etapes-kit-survie")
STORIES = Guide("stories", "/guides/pouvoir-de-l-ouverture", "guide-stories", "guide-stories-lead")
PATH = Guide("path", "/guides/parcours", "guide-path", "guide-path-lead", _SCHEMES + "scheme-parcours-innovation")
GUIDES = (VADEMECUM, KIT, STORIES, PATH)
#: The vocabularies of what one does, which is ticked off; an obstacle, or what others cited, is not.
DEEDS = frozenset(_SCHEMES + name for name in ("scheme-leviers", "scheme-points-de-vigilance", "scheme-premiers-pas"))


@dataclass(slots=True)
class Voice:
    """A need that a guide answers: in what words it was voiced, and where."""

    need: str
    quotations: list[Term] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)


async def available(request: Request, site: Site) -> list[Guide]:
    """The guides that this graph has the matter of, in their order."""
    there = {row["guide"].value for row in await site.rows(request, "guides", kit=KIT.scheme, path=PATH.scheme)}
    return [guide for guide in GUIDES if guide.name in there]


async def require(request: Request, site: Site, guide: Guide) -> None:
    """Go on where this graph has the matter of a guide. Raises NoSuchPage."""
    if guide not in await available(request, site):
        raise NoSuchPage("no-such-page", path=guide.path)


async def voices(request: Request, site: Site, guide: Guide) -> list[Voice]:
    """The needs that say that this guide answers them, in their sources' words."""
    found: dict[str, Voice] = {}
    for row in await site.rows(request, "guide-voices", address=guide.path):
        voice = found.setdefault(row["need"].value, Voice(row["need"].value))
        if row["quotation"] not in voice.quotations:
            voice.quotations.append(row["quotation"])
        if row["source"].value not in voice.sources:
            voice.sources.append(row["source"].value)
    return list(found.values())
