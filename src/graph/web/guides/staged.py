"""The two guides by stage, as pages and as JSON: the innovator's survival kit, the innovation path."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from ...namespaces import DCT, PAS, SKOS
from ...search.asking import Asked
from ..browsing import search
from ..http import ways
from ..http.request import parameters
from ..terms import choose, iris
from ..thing.facts import DESCRIPTIONS
from . import DEEDS, KIT, PATH, require, voices
from .choices import Chosen, choices
from .stages import Found, Idea, Step, fill, steps

if TYPE_CHECKING:
    from fastapi import Request

    from ...search.searching import SearchIndex
    from ..site import Site
    from . import Guide

TABLES = {KIT: "kit-de-survie", PATH: "outils-par-etape"}  # the saved query behind each
_QUOTATION, _SOURCE, _LICENCE, _STATUS = PAS + "quotation", DCT + "source", DCT + "license", PAS + "licenceStatus"
_NOTE = SKOS + "editorialNote"
_FEW = 6  # things of each concept that the kit tells: it is to be short
_MAKERS = (DCT + "creator", DCT + "publisher")


async def kit(request: Request, site: Site) -> str:
    """The survival kit, its steps filled for a theme and a territory. Raises NoSuchPage and MalformedQuery."""
    path, chosen = await _kit(request, site)
    told = await _told(request, site, KIT, path, chosen)
    return site.pages.render("kit.html", request, chosen=chosen, **told)


async def kit_as_json(request: Request, site: Site) -> bytes:
    """The same for programs. Raises NoSuchPage and MalformedQuery."""
    path, chosen = await _kit(request, site)
    return await _as_json(request, site, KIT, path, chosen)


async def path(request: Request, site: Site) -> str:
    """The innovation path: the whole of it, or one stage. Raises NoSuchPage and MalformedQuery."""
    whole, stage = await _path(request, site)
    shown = [stage] if stage else whole
    counted = await site.rows(request, "stage-counts", scheme=PATH.scheme)
    counts = {row["stage"].value: {name: int(row[name].value) for name in ("stated", "proposed")} for row in counted}
    used, observed = await _uses(request, site, stage) if stage else ({}, [])
    told = await _told(request, site, PATH, shown, Chosen(), used, {*observed, *(step.iri for step in whole)})
    told |= {"whole": whole, "stage": stage, "counts": counts, "observed": observed}
    return site.pages.render("path.html", request, kit=KIT.scheme, kit_path=KIT.path, **told)


async def path_as_json(request: Request, site: Site) -> bytes:
    """The same for programs. Raises NoSuchPage and MalformedQuery."""
    whole, stage = await _path(request, site)
    return await _as_json(request, site, PATH, [stage] if stage else whole, Chosen())


async def _kit(request: Request, site: Site) -> tuple[list[Step], Chosen]:
    await require(request, site, KIT)
    chosen = await choices(request, site, _FEW)
    found = await steps(request, site, KIT.scheme)
    await fill(request, site, KIT.scheme, found, chosen)
    return found, chosen


async def _path(request: Request, site: Site) -> tuple[list[Step], Step | None]:
    """The stages, and the one that is asked for, which alone is filled; without any, all of them are."""
    await require(request, site, PATH)
    whole = await steps(request, site, PATH.scheme)
    slug = (parameters(request).one("stage") or "").strip()
    stage = next((step for step in whole if slug in (step.slug, step.iri)), None)
    if slug and stage is None:
        known = await ways.labelled(request, site, {step.iri: step.slug for step in whole})
        raise ways.unknown(parameters(request), "stage", known)
    await fill(request, site, PATH.scheme, [stage] if stage else whole, Chosen())
    return whole, stage


async def _uses(request: Request, site: Site, stage: Step) -> tuple[dict[str, list[str]], list[str]]:
    """Who used each tool at a stage; the tools that productions there used, which are not told there already."""
    used: dict[str, list[str]] = {}
    for concept in (stage.iri, *stage.leads):
        for row in await site.rows(request, "stage-usages", concept=concept):
            users = used.setdefault(row["tool"].value, [])
            if row["user"].value not in users:
                users.append(row["user"].value)
    rows = await site.rows(request, "stage-observed", stage=stage.iri)
    return used, [tool for tool in dict.fromkeys(iris(rows)) if tool not in stage.things.get("tools", {})]


async def _told(  # noqa: PLR0913, PLR0917 - what a page of a guide is made of
    request: Request,
    site: Site,
    guide: Guide,
    path: Sequence[Step],
    chosen: Chosen,
    used: Mapping[str, Sequence[str]] | None = None,
    more: Iterable[str] = (),
) -> dict[str, Any]:
    """What both pages show; `used` are the users of each tool, `more` other IRIs to be named."""
    needs = await voices(request, site, guide)
    users = {row["thing"].value for row in await site.rows(request, "stage-users")}
    named = {*chosen.named(), *(iri for step in path for iri in step.named()), *more, *users}
    named |= {user for each in (used or {}).values() for user in each}
    named |= {iri for voice in needs for iri in (voice.need, *voice.sources)}
    ideas = [idea for step in path for group in step.ideas.values() for idea in group.values()]
    notes = {idea.iri: choose(idea.facts.get(_NOTE, ()), site.language(request)) for idea in ideas}
    things = [each.iri for step in path for group in step.things.values() for each in group.values()]
    return {
        "guide": guide,
        "scheme": guide.scheme,
        "path": path,
        "voices": needs,
        "labels": await site.labels(request, {*named, guide.scheme}),
        "at": {
            "about": await site.labels(request, [*things, guide.scheme], DESCRIPTIONS),
            "notes": {iri: note for iri, note in notes.items() if note is not None},
            "rest": await _rest(site, path, chosen),
            "deeds": DEEDS,
            "used": used or {},
            "users": users,
        },
        "table": TABLES[guide] if TABLES[guide] in site.library else "",
        "choose": choose,
    }


async def _rest(site: Site, path: Sequence[Step], chosen: Chosen) -> dict[str, str]:
    """Where all that is under a concept is found: by a search that finds more than is told, else on its own page."""
    every = {concept: more for step in path for rest in step.rest.values() for concept, more in rest.items()}

    def searched(index: SearchIndex) -> dict[str, str]:
        facets = {facet.property: facet for facet in index.facets if facet.property}
        found = {}
        for concept, more in every.items():
            facet = facets.get(more.by)
            if facet is None or concept not in facet.values:
                continue
            asked = Asked(filters={facet.name: [concept], **{name: [iri] for name, iri in more.met.items()}})
            if index.listed(asked, 1)[0] > chosen.most:  # what is only proposed, no search finds
                pairs = {facet.name: facet.short(concept), **{name: chosen.written[name] for name in more.met}}
                found[concept] = f"/search?{urlencode(pairs)}"
        return found

    return await search.tried(site, searched, {})


async def _as_json(request: Request, site: Site, guide: Guide, path: Sequence[Step], chosen: Chosen) -> bytes:
    told = await _told(request, site, guide, path, chosen)
    labels, about, notes, users = (told["labels"], *(told["at"][name] for name in ("about", "notes", "users")))

    def called(iri: str) -> dict[str, str | None]:
        return {"iri": iri, "label": labels[iri][0] if iri in labels else None}

    def quoted(facts: Mapping[str, Sequence[Any]]) -> dict[str, Any]:
        quotations = [value.value for value in facts.get(_QUOTATION, ())]
        return {"quotations": quotations, "sources": [called(value.value) for value in facts.get(_SOURCE, ())]}

    def thing(each: Found) -> dict[str, Any]:
        return {
            **called(each.iri),
            "kind": each.kind,
            "description": about[each.iri][0] if each.iri in about else None,
            "under": [called(iri) for iri in each.under],
            "proposed": each.proposed,
            "reach": each.reach or None,
            "licences": [called(iri) for iri in each.ends(_LICENCE)],
            "makers": [called(iri) for iri in each.ends(*_MAKERS)],
            "withUsers": each.iri in users,
        }

    def idea(scheme: str, each: Idea) -> dict[str, Any]:
        said = {"vocabulary": called(scheme), "proposed": each.proposed, "withUsers": each.iri in users}
        note = notes[each.iri].value if each.iri in notes else None
        return {**called(each.iri), **said, "note": note, **quoted(each.facts)}

    def rest(kind: str, concept: str) -> dict[str, Any]:
        address = told["at"]["rest"].get(concept) or site.local(concept) or concept
        return {**called(concept), "kind": kind, "address": address}

    answer = {
        "guide": guide.path,
        **{name: called(choice.iri) for name, choice in chosen.values.items()},
        "steps": [
            {
                **called(step.iri),
                "slug": step.slug,
                **quoted(step.facts),
                "things": [thing(each) for group in step.things.values() for each in group.values()],
                "concepts": [idea(scheme, each) for scheme, group in step.ideas.items() for each in group.values()],
                "rest": [rest(kind, concept) for kind, group in step.rest.items() for concept in group],
            }
            for step in path
        ],
    }
    return json.dumps(answer, ensure_ascii=False).encode()
