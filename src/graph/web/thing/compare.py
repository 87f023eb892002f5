"""Two things side by side: what each is, what they share, how they are linked, whether one may reuse the other."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ...errors import MalformedQuery
from ...licenses import answers
from ...licenses.expression import Joined, Several
from ...linking.fields import ALL_PROPERTIES, FIELDS
from ...search import asking
from ...texts import say
from ..browsing import search
from ..checking import near
from ..terms import Term
from . import chips, linked, permissions, reuses, said
from .facts import LICENCES, TYPE, Facts, in_language
from .naming import Named, described, keep, meant, several

if TYPE_CHECKING:
    from fastapi import Request

    from ...search.searching import SearchIndex
    from ..site import Site

PAGE = "compare.html"
_MANY, _LONGEST = 12, 700  # values of a field that are shown, and characters of a text
_PROPOSED = 8
_NOTHING: Mapping[str, Any] = {"found": None, "first": "", "proposals": (), "choices": {}, "asked": "", "labels": {}}


@dataclass(frozen=True, slots=True)
class Row:
    """What two things say of one field, and what both say; `agreement` is same, some, none, or one."""

    name: str
    label: str
    sides: tuple[list[Term], list[Term]]
    shared: list[Term]
    agreement: str


@dataclass(slots=True)
class Comparison:
    """Two things: `links` between them, None where they have too many to look through; `same`, whether they are one.

    `licences` is what becomes of works under the licence of the first in one under that of the second, and back.
    """

    things: tuple[Named, Named]
    rows: list[Row]
    reuses: list[tuple[int, int]]
    links: list[dict[str, Any]] | None
    proposed: list[dict[str, Any]]
    same: bool
    licences: list[dict[str, Any]] = field(default_factory=list)


async def page(request: Request, site: Site, a: str, b: str) -> str:
    """The comparison; with one name or none, the form, and what the first may be compared with. Raises QueryError."""
    _keep(request, a, b)
    if a and b:
        found = await compared(request, site, a, b)
        context = await _labelled(request, site, found)
        return site.pages.render(PAGE, request, problem=None, **{**_NOTHING, "a": a, "b": b, "found": found, **context})
    one = await _one(request, site, "a" if a else "b", a or b, a, b) if a or b else None
    proposals = await _proposals(request, site, one) if one else []
    named = [each for each, _ in proposals] + ([one.iri] if one else [])
    first = one.iri if one else ""
    labels = _titled(await site.labels(request, named), [one] if one else [])
    shown = {"a": first or a, "b": "" if a else b, "first": first, "proposals": proposals, "labels": labels}
    return site.pages.render(PAGE, request, problem=None, **{**_NOTHING, **shown})


async def as_json(request: Request, site: Site, a: str, b: str) -> bytes:
    """The comparison as programs take it, in the reader's language. Raises QueryError."""
    if not (a and b):
        raise MalformedQuery("compare-missing")
    found = await compared(request, site, a, b)
    labels = (await _labelled(request, site, found))["labels"]

    def named(iri: str) -> dict[str, Any]:
        return {"iri": iri, "label": labels[iri][0] if iri in labels else None}

    def written(values: Iterable[Term]) -> list[Any]:
        return [named(value.value) if value.is_iri else value.value for value in values]

    told = {
        **{name: named(each.iri) for name, each in zip("ab", found.things, strict=True)},
        "rows": [
            {
                "name": row.name,
                "label": row.label,
                **{name: written(values) for name, values in zip("ab", row.sides, strict=True)},
                "shared": written(row.shared),
                "agreement": row.agreement,
            }
            for row in found.rows
        ],
        "reuses": {
            name: {"known": known, "attested": attested}
            for name, (known, attested) in zip("ab", found.reuses, strict=True)
        },
        "same": found.same,
        "links": found.links,
        "proposed": found.proposed,
        "licences": found.licences,
    }
    return json.dumps(told, ensure_ascii=False).encode()


async def compared(request: Request, site: Site, a: str, b: str) -> Comparison:
    """Two things that are named, side by side. Raises NoSuchThing, and MalformedQuery for what is not two."""
    first = await _one(request, site, "a", a, a, b)
    second = await _one(request, site, "b", b, a, b)
    if first.iri == second.iri:
        raise MalformedQuery("compare-same", parameter="b", name=f"<{first.iri}>")
    language = site.language(request)
    things = (first, second)
    rows = [row for name, properties in _fields() if (row := _row(name, properties, things, language)) is not None]
    uses = [await _uses(request, site, each) for each in things]
    links, proposed, same = await _between(request, site, things)
    found = Comparison(things, rows, uses, links, proposed, same)
    found.licences = await _licences(request, site, things)
    return found


async def _one(request: Request, site: Site, name: str, text: str, a: str, b: str) -> Named:  # noqa: PLR0913, PLR0917
    """The thing that a parameter names. Raises NoSuchThing; MalformedQuery, with the choices, where it is not sure."""
    _keep(request, a, b, asked=text)
    found = await meant(request, site, text)
    if not isinstance(found, str):
        labels = await site.labels(request, found)
        _keep(request, a, b, asked=text, choices={name: found}, labels=labels)
        raise several(name, text, found)
    return await described(request, site, found)


def _keep(request: Request, a: str, b: str, **more: object) -> None:
    """Have an error told on the page of the form, filled as it was."""
    keep(request, PAGE, **{**_NOTHING, "a": a, "b": b, **more})


def _fields() -> Iterator[tuple[str, Sequence[str]]]:
    yield "what", (TYPE,)
    for name, properties in FIELDS.items():
        if name != "identifier":  # which no two things share
            yield name, LICENCES if name == "licence" else properties


def _row(name: str, properties: Sequence[str], things: tuple[Named, Named], language: str) -> Row | None:
    """A field of both; None where neither says anything."""
    one, two = (_values(each.facts, name, properties, language) for each in things)
    if not (one or two):
        return None
    others = {(value.kind, value.value) for value in two}
    shared = [value for value in one if (value.kind, value.value) in others]
    if not (one and two):
        agreement = "one"
    elif not shared:
        agreement = "none"
    else:
        agreement = "same" if len(shared) == len(one) == len(two) else "some"
    label = say(language, "web.types") if name == "what" else say(language, f"review.field-{name}")
    return Row(name, label, (one, two), shared, agreement)


def _values(facts: Facts, name: str, properties: Sequence[str], language: str) -> list[Term]:
    """What a thing says of a field: what is stated, and what is only inferred where nothing is."""
    said = {each.iri: each for each in facts.every}
    found: list[Term] = []
    for iri in properties:
        if iri in said:
            stated = [value for value in said[iri].values if value not in said[iri].inferred] or said[iri].values
            found += in_language(stated, language)
            if name not in ALL_PROPERTIES:
                break
    return list(dict.fromkeys(found))


async def _uses(request: Request, site: Site, thing: Named) -> tuple[int, int]:
    """How many reuses of a thing are known, and how many of them attested and not stale."""
    [counted] = await site.rows(request, "reuse-uses", thing=thing.iri, before=reuses.stale_before(site))
    of, uses = (int(counted[name].value) if name in counted else 0 for name in ("of", "uses"))
    return of, uses


async def _between(
    request: Request, site: Site, things: tuple[Named, Named]
) -> tuple[list[dict[str, Any]] | None, list[dict[str, Any]], bool]:
    """The links between two things and those proposed, as the relay tells them of the one with fewer statements."""
    sized = []
    for each in things:
        pointing = await said.mentions(request, site, each.iri)
        sized.append((len(each.rows) + sum(group.total for group in pointing), each.iri))
    (statements, near_end), (_, far_end) = sorted(sized)
    found = await linked.relayed(request, site, near_end, statements)
    if found is None:
        return None, [], False
    links, proposed = (
        [link for link in found[name] if far_end in (link["from"], link["to"])] for name in ("links", "proposed")
    )
    return links, proposed, far_end in found["same"]


async def _licences(request: Request, site: Site, things: Iterable[Named]) -> list[dict[str, Any]]:
    """Whether the one may be reused in the other, and back; empty where a licence is not known of both."""
    licences, language = await site.licences(request), site.language(request)
    under = []
    for thing in things:
        values = [value for each in thing.facts.licences if each.iri == LICENCES[0] for value in each.values]
        found = permissions.due(values, licences)
        if not found:
            return []
        under.append(found[0] if len(found) == 1 else Several(Joined.ALL, tuple(found)))
    one, two = under
    return [answers.compat(one, two, licences, language), answers.compat(two, one, licences, language)]


async def _proposals(request: Request, site: Site, thing: Named) -> list[tuple[str, str]]:
    """What a thing may be compared with, each with why: linked or likely to be, called nearly so, sorted alike."""
    found: dict[str, str] = {}
    for row in await site.rows(request, "link-records", thing=thing.iri):
        found.update((row[end].value, "record") for end in ("subject", "object"))
    titles = [thing.facts.title.value] if thing.facts.title else []
    like = (await near.names(request, site)).like(near.Described(thing.iri, titles, []))
    found = {each.iri: "name" for each in like} | found
    known = await chips.facets(site)
    sorted_by = chips.of(thing.facts.every, known, site.language(request))
    kind = site.kind_of(thing.iri)
    for chip in sorted_by if len(found) <= _PROPOSED else ():
        for iri in await _filed(site, {chip.name: [chip.value], "kind": [kind]}):
            found.setdefault(iri, "filed")
    found.pop(thing.iri, None)
    ranks = ("record", "name", "filed")
    return sorted(found.items(), key=lambda each: ranks.index(each[1]))[:_PROPOSED]


async def _filed(site: Site, filters: Mapping[str, Sequence[str]]) -> list[str]:
    """The first things that are filed so."""

    def find(index: SearchIndex) -> list[str]:
        asked = asking.read("", index.facets, site.settings.limits)
        asking.filtered(asked, filters, index.facets)
        return [str(hit.card["page"]) for hit in index.search(asked).hits]

    return await search.tried(site, find, [])


async def _labelled(request: Request, site: Site, found: Comparison) -> dict[str, Any]:
    """What the page of a comparison is told with, its labels among it."""
    said = {value.value for row in found.rows for values in row.sides for value in values if value.is_iri}
    links = [*(found.links or ()), *found.proposed]
    named = {*said, *(each.iri for each in found.things), *linked.named(links)}
    return {
        "labels": _titled(await site.labels(request, named), found.things),
        "word": answers.words(site.language(request)),
        "many": _MANY,
        "longest": _LONGEST,
    }


def _titled(labels: Mapping[str, tuple[str, str]], things: Iterable[Named]) -> Mapping[str, tuple[str, str]]:
    """The labels with those of things that a portal alone names."""
    titles = {each.iri: each.facts.title for each in things}
    named = {iri: (title.value, title.language) for iri, title in titles.items() if title is not None}
    return {**named, **labels}
