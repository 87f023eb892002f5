"""Paths by stage: the steps of a vocabulary, in order, each filled with what the graph classes there.

What is at a step is a matter of data: a concept is classed there by a source (`dct:relation`) or by a proposal
(`pas:suggestedConcept`). Where things are classed under the concepts of its vocabulary (a family of tools, a type of
organisation, a stage of another path), these things are there too; where none is, the concept is there itself: a
lever, an obstacle, a point to watch.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ...namespaces import DCT, PAS
from ..terms import Row, Term
from .choices import PLACE, THEME

if TYPE_CHECKING:
    from fastapi import Request

    from ..site import Site
    from .choices import Chosen

#: How far things are from what was chosen, when nothing is there: everywhere, of every theme, both.
ELSEWHERE, OTHER_THEME, ANYWHERE = "elsewhere", "other-theme", "anywhere"
_NEAREST = ("", ELSEWHERE, OTHER_THEME, ANYWHERE)
_POSITION = "https://schema.org/position"
_DIRECTLY = DCT + "relation"
_PLACED = (DCT + "spatial", "https://schema.org/location")
#: By which choices things are narrowed that are classed through a property; through any other, by both.
_NARROWED = {
    PAS + "toolFamily": (),
    PAS + "reuseKind": (PLACE,),
    "http://www.w3.org/ns/org#classification": (PLACE,),
}

Facts = dict[str, list[Term]]
Under = tuple[list[Row], str, Mapping[str, str]]


@dataclass(slots=True)
class Found:
    """A thing at a step. `under` are the concepts it is classed by; `reach` says how far from what was chosen it is."""

    iri: str
    kind: str
    proposed: bool
    reach: str
    under: list[str] = field(default_factory=list)
    facts: Facts = field(default_factory=dict)

    def ends(self, *properties: str) -> list[str]:
        """Where its properties lead, in order and once."""
        every = (value.value for name in properties for value in self.facts.get(name, ()) if value.is_iri)
        return list(dict.fromkeys(every))


@dataclass(slots=True)
class Idea:
    """A concept at a step, with the words of its sources."""

    iri: str
    proposed: bool
    facts: Facts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rest:
    """That there are more things under a concept, classed `by` a property and having the values `met` of parameters."""

    by: str
    met: Mapping[str, str]


@dataclass(slots=True)
class Step:
    """A step: what is said of it; the things there, by kind; the concepts there, by vocabulary.

    `leads` are the concepts under which things are looked for, each with its vocabulary; `rest` are those under which
    there are more things of a kind than are told.
    """

    iri: str
    slug: str
    facts: Facts = field(default_factory=dict)
    things: dict[str, dict[str, Found]] = field(default_factory=dict)
    ideas: dict[str, dict[str, Idea]] = field(default_factory=dict)
    leads: dict[str, str] = field(default_factory=dict)
    rest: dict[str, dict[str, Rest]] = field(default_factory=dict)

    @property
    def position(self) -> float:
        """Its place in the order; what has none comes last."""
        found = self.facts.get(_POSITION, [])
        return int(found[0].value) if found and found[0].value.isdecimal() else float("inf")

    def named(self) -> Iterator[str]:
        """Every IRI that it tells."""
        yield from (self.iri, *self.leads, *self.leads.values(), *self.ideas, *_ends(self.facts))
        for idea in (each for group in self.ideas.values() for each in group.values()):
            yield from (idea.iri, *_ends(idea.facts))
        for found in (each for group in self.things.values() for each in group.values()):
            yield from (found.iri, *found.under, *_ends(found.facts))


async def steps(request: Request, site: Site, scheme: str) -> list[Step]:
    """The steps of a vocabulary in their order, with what is said of each."""
    found: dict[str, Step] = {}
    for row in await site.rows(request, "stage-steps", scheme=scheme):
        iri = row["step"].value
        _add(found.setdefault(iri, Step(iri, iri.rpartition("/")[2])).facts, row)
    return sorted(found.values(), key=lambda step: (step.position, step.iri))


async def fill(request: Request, site: Site, scheme: str, path: Sequence[Step], chosen: Chosen) -> None:
    """Fill steps of a vocabulary with what is there, of the theme and territory chosen, else with what is nearest."""
    classed = await site.rows(request, "stage-classed", scheme=scheme)
    leading = _leading(await site.rows(request, "stage-leading", scheme=scheme))
    for step in path:
        for row in classed:
            if row["step"].value == step.iri:
                _class(step, row, leading)
        step.ideas = dict(sorted(step.ideas.items(), key=lambda group: -len(group[1])))
        sources = {step.iri: _DIRECTLY, **{iri: leading[where] for iri, where in step.leads.items()}}
        asked = [*sources.items()]
        if leading.get(scheme, _DIRECTLY) != _DIRECTLY:
            asked.append((step.iri, leading[scheme]))
        answers = await asyncio.gather(*(_under(request, site, iri, by, chosen) for iri, by in asked))
        for (iri, by), (rows, reach, met) in zip(asked, answers, strict=True):
            found = _found(site, rows, reach)
            shown = len(found) if by == _DIRECTLY else chosen.most
            _put(step, found[:shown], () if (iri, by) == (step.iri, _DIRECTLY) else (iri,))
            for each in found[shown:]:
                step.rest.setdefault(each.kind, {})[iri] = Rest(by, met)
        step.things = {kind: _near(found, chosen.given.get(PLACE, "")) for kind, found in step.things.items()}
        told = {kind: _told(rest, step.things.get(kind, {})) for kind, rest in step.rest.items()}
        step.rest = {kind: rest for kind, rest in told.items() if rest}


def _leading(rows: Iterable[Row]) -> dict[str, str]:
    """Through which property things are classed in each vocabulary; directly, where through no other."""
    found = sorted(((row["in"].value, row["by"].value) for row in rows), key=lambda pair: (pair[1] != _DIRECTLY, pair))
    return dict(found)


async def _under(request: Request, site: Site, concept: str, by: str, chosen: Chosen) -> Under:
    """Things under a concept, as near to what was chosen as there are, how far these are, and what of it they have."""
    if by == _DIRECTLY:
        return await site.rows(request, "stage-direct", concept=concept), "", {}
    every = await site.rows(request, "stage-things", concept=concept, by=by)
    given = {name: value for name, value in chosen.given.items() if name in _NARROWED.get(by, chosen.given)}
    for values, reach in _nearest(given) if every else ():
        query = "stage-things-at" if PLACE in values else "stage-things-on"
        rows = await site.rows(request, query, concept=concept, by=by, **values)
        if rows:
            return rows, reach, values
    reach = ANYWHERE if len(given) > 1 else OTHER_THEME if THEME in given else ELSEWHERE if given else ""
    return every, reach, {}


def _nearest(given: Mapping[str, str]) -> Iterator[tuple[Mapping[str, str], str]]:
    """What was chosen, then what is next to it: the theme everywhere, the territory whatever the theme."""
    if given:
        yield given, ""
    if len(given) > 1:
        yield {THEME: given[THEME]}, ELSEWHERE
        yield {PLACE: given[PLACE]}, OTHER_THEME


def _class(step: Step, row: Row, leading: Mapping[str, str]) -> None:
    """Put a concept at a step; what a source says goes before what is proposed, as the rows do."""
    iri, where = row["concept"].value, row["in"].value
    if where in leading:
        step.leads.setdefault(iri, where)
        return
    _add(step.ideas.setdefault(where, {}).setdefault(iri, Idea(iri, _is_true(row["proposed"]))).facts, row)


def _found(site: Site, rows: Iterable[Row], reach: str) -> list[Found]:
    """The things that rows tell of; none that is no thing of ours."""
    found: dict[str, Found] = {}
    for row in rows:
        iri = row["thing"].value
        kind = site.kind_of(iri)
        if kind:
            _add(found.setdefault(iri, Found(iri, kind, _is_true(row["proposed"]), reach)).facts, row)
    return list(found.values())


def _put(step: Step, found: Iterable[Found], under: Iterable[str]) -> None:
    """Put what was found under a concept at a step; what is there already is classed by this concept as well."""
    for each in found:
        there = step.things.setdefault(each.kind, {}).setdefault(each.iri, each)
        there.proposed &= each.proposed
        there.reach = min(there.reach, each.reach, key=_NEAREST.index)
        there.under.extend(concept for concept in under if concept not in there.under)


def _near(found: Mapping[str, Found], place: str) -> dict[str, Found]:
    """The things of a kind that are nearest to what was chosen.

    Those that a source classes there come first; then those of the place itself, before those that are of it by who
    made them, or by where they were made.
    """
    nearest = min((each.reach for each in found.values()), key=_NEAREST.index)
    near = [each for each in found.values() if each.reach == nearest]
    near.sort(key=lambda each: (each.proposed, place not in each.ends(*_PLACED)))
    return {each.iri: each for each in near}


def _told(rest: Mapping[str, Rest], found: Mapping[str, Found]) -> dict[str, Rest]:
    """The concepts that have more things than are told, of those by which things are told."""
    return {concept: more for concept, more in rest.items() if any(concept in each.under for each in found.values())}


def _is_true(term: Term) -> bool:
    return term.value == "true"


def _add(facts: Facts, row: Row) -> None:
    """Add what a row says: a property and its value, once."""
    if "property" in row and row["value"] not in facts.setdefault(row["property"].value, []):
        facts[row["property"].value].append(row["value"])


def _ends(facts: Facts) -> Iterator[str]:
    yield from (value.value for values in facts.values() for value in values if value.is_iri)
