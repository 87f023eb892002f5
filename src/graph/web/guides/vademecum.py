"""The vademecum of openness: what one publishes, what one builds on, what one may choose, what one pastes.

All of its state is in its address, which can be shared: each step is a page that needs no script.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from ...licenses import answers
from ...licenses.choosing import choices
from ...licenses.licence import APPROVED, INTENDED, Licence
from ...namespaces import DCT, PAS, SKOS
from ...search.facets import ending
from ...texts import say
from ..http import ways
from ..http.request import parameters
from ..terms import Term
from ..thing import permissions
from ..thing.facts import DESCRIPTIONS
from . import VADEMECUM, voices
from .asked import BUILD, CHOOSE, PASTE, PUBLISH, Asked
from .pasting import Origin, Paste, Published, page_of, pastes
from .works import Work, called, works

if TYPE_CHECKING:
    from fastapi import Request

    from ...licenses.catalogue import Licences
    from ...licenses.expression import Expression
    from ..site import Site

TEMPLATE = "vademecum.html"
_SOFTWARE = "objet-logiciels"
_COMPARED = 6  # licences, of which it is told that they do not go together
_ALLOWED = ("yes", "conditional")
_CURIE = re.compile(r" \((?:cc|odrl):\w+\)")  # what programs call a term


@dataclass(slots=True)
class Sort:
    """What may be published, and what licences are made for that it is."""

    iri: str
    meant: set[str] = field(default_factory=set)

    @property
    def name(self) -> str:
        """As an address has it."""
        return ending(self.iri)


@dataclass(slots=True)
class Notion:
    """A word of openness, as the sources say it."""

    iri: str
    notes: list[Term] = field(default_factory=list)
    quotations: list[Term] = field(default_factory=list)
    sources: list[Term] = field(default_factory=list)
    near: list[Term] = field(default_factory=list)


@dataclass(slots=True)
class Path:
    """The way made until a step.

    Of the works, those `looked` for are not built on yet; of the `blocked` ones, nobody knows what their licence asks.
    `apart` are licences that nothing takes together. The last step has the licence `chosen`, the `texts`, and the
    address of its `full_text`.
    """

    asked: Asked
    step: int
    sorts: list[Sort]
    sort: Sort | None
    works: list[Work]
    looked: list[Work]
    blocked: list[Work] = field(default_factory=list)
    told: dict[str, Any] = field(default_factory=dict)
    apart: list[Sequence[str]] = field(default_factory=list)
    chosen: dict[str, Any] | None = None
    texts: list[Paste] = field(default_factory=list)
    full_text: str = ""

    def address(self, step: int, *apart: str, **more: str) -> str:
        """The query of the address of a step, with what was said until now but for some parameters."""
        return "?" + urlencode([*self.asked.pairs(*apart, *more), *more.items(), ("step", str(step))])

    def group(self, name: str) -> list[dict[str, Any]]:
        """The licences one may choose: `approved` for what is published, `made` for it, or for something `other`.

        Of those made for it, some are `restricted`: they forbid what the others allow.
        """
        return [each for each in self.told.get("choices", ()) if each["group"] == name]

    def refused(self, verdict: str) -> list[dict[str, Any]]:
        """The licences made for what is published that cannot be chosen, or of which it is not known."""
        refused = self.told.get("refused", ())
        return [each for each in refused if each["verdict"] == verdict and each["group"] != "other"]


async def page(request: Request, site: Site) -> str:
    """The page of a step. Raises QueryError, NoSuchThing."""
    language = site.language(request)
    path = await _begun(request, site)
    notions = await _notions(request, site)
    voiced = await voices(request, site, VADEMECUM)
    shown = {each.iri for each in path.sorts} | {voice.need for voice in voiced}
    shown |= {source for voice in voiced for source in voice.sources} | {notion.iri for notion in notions}
    terms = [term for notion in notions for term in (*notion.sources, *notion.near)]
    terms += [term for work in (*path.works, *path.looked) for term in (*work.makers, *work.statuses, *work.licences)]
    context = {
        "labels": await site.labels(request, shown | _iris(terms)),
        "about": await site.labels(request, [each.iri for each in path.sorts], DESCRIPTIONS),
        "licences": answers.table(await site.licences(request), language),
        "words": answers.words(language),
        "notions": notions,
        "voices": voiced,
        "notice": answers.notice(language)["notice"],
    }
    back = Path(path.asked, min(path.step, BUILD), path.sorts, path.sort, path.works, path.looked)
    request.state.on_error = (TEMPLATE, {**context, "path": back})
    await _answered(request, site, path)
    return site.pages.render(TEMPLATE, request, problem=None, path=path, **context)


async def as_json(request: Request, site: Site) -> str:
    """The same, for programs. Raises QueryError, NoSuchThing."""
    path, language = await _begun(request, site), site.language(request)
    await _answered(request, site, path)
    labels = await site.labels(request, [each.iri for each in path.sorts])

    def sort(each: Sort) -> dict[str, str]:
        return {"iri": each.iri, "name": each.name, "label": labels.get(each.iri, (each.name, ""))[0]}

    def work(each: Work) -> dict[str, Any]:
        licences = [said.value for said in each.licences]
        return {
            "iri": each.iri,
            "label": each.title(language),
            "licences": licences,
            "known": each not in path.blocked,
        }

    told = {
        "step": path.step,
        "sorts": [sort(each) for each in path.sorts],
        "publish": sort(path.sort) if path.sort else None,
        "productions": [work(each) for each in path.works],
        "found": [work(each) for each in path.looked],
        **path.told,
        "licence": path.chosen,
        "texts": [{"where": say(language, f"web.{each.where}"), "text": each.text} for each in path.texts],
        **answers.notice(language),
    }
    return json.dumps(told, ensure_ascii=False)


async def _begun(request: Request, site: Site) -> Path:
    """What an address asks, but for the licences. Raises QueryError, NoSuchThing."""
    asked = Asked.read(parameters(request), site.settings.limits.guide_productions)
    sorts: dict[str, Sort] = {}
    for row in await site.rows(request, "licence-sorts"):
        sorts.setdefault(row["sort"].value, Sort(row["sort"].value)).meant |= {row[n].value for n in ("sort", "meant")}
    sort = next((each for each in sorts.values() if asked.publish in (each.name, each.iri)), None)
    if asked.publish and sort is None:
        known = await ways.labelled(request, site, {each.iri: each.name for each in sorts.values()})
        raise ways.unknown(parameters(request), "publish", known)
    step = asked.reached if sort else PUBLISH
    looked = await called(request, site, asked.q) if asked.q and step == BUILD else []
    looked = [each for each in looked if each.iri not in asked.works]
    return Path(asked, step, list(sorts.values()), sort, await works(request, site, asked.works), looked)


async def _answered(request: Request, site: Site, path: Path) -> None:
    """Add what may be chosen, and what to paste. Raises QueryError, NoSuchThing."""
    language, longest = site.language(request), site.settings.limits.licence_characters
    licences, asked = await site.licences(request), path.asked
    path.blocked = [each for each in path.works if not each.under(licences)]
    if path.sort is None or path.step < CHOOSE:
        return
    named = answers.named(asked.built_on, licences, longest) if asked.built_on else []
    under = {str(each): each for each in (*named, *(each for work in path.works for each in work.under(licences)))}
    path.told = answers.choose(list(under.values()), licences, language, path.sort.meant)
    every = [*path.told["choices"], *path.told["refused"]]
    allowing = await permissions.of(request, site, [Term("iri", each["licence"]) for each in every])
    for each, allowed in zip(every, allowing, strict=True):
        licence = licences[each["licence"]]
        each["group"] = _group(licence, path.sort)
        each["carries"] = permissions.carried(licence, language)
        each["asks"] = [*allowed["requires"], *allowed["prohibits"]]
        each["because"] = _CURIE.sub("", each["because"])
    if not path.told["choices"]:
        path.apart = list(_apart(list(under.values()), licences))
    if path.step == PASTE:
        chosen = answers.one(asked.licence, licences, longest)
        path.chosen = next((each for each in every if each["licence"] == chosen.iri), None)
        if path.chosen is None or path.chosen["verdict"] not in _ALLOWED:
            return
        origins = [*await _origins(request, site, path.works, licences), *(Origin(licence=str(each)) for each in named)]
        work = Published(asked.title, asked.by, asked.url, is_software=path.sort.name == _SOFTWARE)
        path.full_text = page_of(chosen)
        path.texts = list(pastes(work, chosen, origins, f"{site.base}productions/", language))


async def _origins(request: Request, site: Site, built_on: Sequence[Work], licences: Licences) -> list[Origin]:
    """The works that are built on, as they are to be credited."""
    language = site.language(request)
    labels = await site.labels(request, _iris(maker for work in built_on for maker in work.makers))

    def origin(work: Work) -> Origin:
        makers = (labels.get(each.value, (each.value, ""))[0] for each in work.makers)
        return Origin(
            iri=work.iri,
            title=work.title(language),
            by=", ".join(dict.fromkeys(makers)),
            page=work.page or work.iri,
            licence=" + ".join(map(str, work.under(licences))),
        )

    return [origin(work) for work in built_on]


def _iris(terms: Iterable[Term]) -> set[str]:
    return {term.value for term in terms if term.is_iri}


def _group(licence: Licence, sort: Sort) -> str:
    """What a licence is to what is published."""
    if not sort.meant.isdisjoint(licence.said.get(APPROVED, ())):
        return "approved"
    if sort.meant.isdisjoint(licence.said.get(INTENDED, ())):
        return "other"
    return "restricted" if licence.prohibits else "made"


def _apart(built_on: Sequence[Expression], licences: Licences) -> Iterator[Sequence[str]]:
    """What stands in the way when nothing can be chosen: licences that nothing takes, then two that nothing joins."""

    def taken(*together: Expression) -> bool:
        return any(choice.verdict.allowed for choice in choices(together, licences))

    compared = built_on[:_COMPARED]
    alone = [each for each in compared if not taken(each)]
    yield from ([str(each)] for each in alone)
    for one, other in combinations([each for each in compared if each not in alone], 2):
        if not taken(one, other):
            yield [str(one), str(other)]


async def _notions(request: Request, site: Site) -> list[Notion]:
    """The words of openness, in their order; none where the graph has no such vocabulary."""
    found: dict[str, Notion] = {}
    for row in await site.rows(request, "openness", scheme=VADEMECUM.scheme):
        notion = found.setdefault(row["notion"].value, Notion(row["notion"].value))
        parts = {
            SKOS + "note": notion.notes,
            PAS + "quotation": notion.quotations,
            DCT + "source": notion.sources,
        }
        parts.get(row["property"].value, notion.near).append(row["value"])
    return list(found.values())
