"""What was read of one thing, by all its names: the links around it, the same whichever of its names is asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import pyoxigraph as ox

from .kinds import ADDRESS, DISTINCTION, IDENTITY, Step
from .link import Link, sort_key, written
from .statements import MODIFIER, OBJECT, PREDICATE, SUBJECT, Read, Statement, texts_of
from .word import DECISION, first

if TYPE_CHECKING:
    from .lookup import Relay

REJECTED = "https://w3id.org/passerelles/id/concepts/decision-rejetee"
_ENDS = (SUBJECT, OBJECT)

Triple = tuple[str, str, str]
Beside = Mapping[str, list[str]]  # each name with those that somebody states it is the same as


class Door(NamedTuple):
    """A thing found by an address: which name is its address, and the names of the thing."""

    name: str
    subject: str
    property: str
    portal: str
    names: list[str]
    beside: Beside


class Around(NamedTuple):
    """One thing, and what is around it. Links are as the contract writes them, but for how they are seen.

    `about` is all that is said of each name that was read, but of those of which much is.
    """

    known: bool
    names: list[str]
    about: Read
    beside: Beside
    doors: list[Door]
    links: list[dict[str, Any]]
    proposed: list[dict[str, Any]]
    cut: list[tuple[dict[str, Any], dict[str, Any]]]


def around(relay: Relay, names: list[str]) -> Around:
    """What is around the thing that has these names."""
    reading = _Reading(relay, names)
    doors = list(reading.doors(names))
    links = list(reading.links())
    proposed = list(reading.proposed())
    cut = list(_cut(links, relay)) if relay.closed else []
    left_out = {link for link, _ in cut}
    return Around(
        known=len(names) > 1 or bool(links or proposed or doors) or reading.describes(names[0]),
        names=names,
        about=reading.whole,
        beside=reading.beside(names),
        doors=doors,
        links=reading.written(link for link in links if link not in left_out),
        proposed=reading.written(proposed),
        cut=[(written(link, relay, reading.whole), written(reason, relay, reading.whole)) for link, reason in cut],
    )


class _Reading:
    """The statements around some names, and the records of links that have one for an end."""

    def __init__(self, relay: Relay, names: list[str]) -> None:
        self._relay = relay
        self._kind = relay.kinds.of
        self._names: list[str] = []  # of the thing, and of what has one of them for an address
        self.about: dict[str, list[Statement]] = {}
        self.whole: dict[str, list[Statement]] = {}  # where that is all that is said: else the store is asked, once
        self._pointing: dict[str, list[Statement]] = {}
        self._records: dict[tuple[str, str], tuple[Triple, str]] = {}  # by portal: what each says, and its graph
        self._look(names)
        [*others, name] = names
        if not others and not self.describes(name):
            self._pointing[name] += self._written_out(name)

    def _look(self, names: Iterable[str]) -> None:
        """Read names, and the records of links (sssom:Mapping) that have one for an end, and texts for none."""
        for name in names:
            self._names.append(name)
            self._read(name)
            for each in self._pointing[name]:
                if each.predicate in _ENDS and (each.subject, each.portal) not in self._records:
                    graphs = self._relay.graphs(each)
                    known = self._relay.facts(each.subject, each.portal)
                    ends = [known[end][0] for end in (SUBJECT, PREDICATE, OBJECT) if end in known]
                    ends = [end.value for end in ends if isinstance(end, ox.NamedNode)]
                    if graphs and len(ends) == 3 and MODIFIER not in known:  # noqa: PLR2004 - what a triple is made of
                        self._records[each.subject, each.portal] = (tuple(ends), graphs[0])

    def _read(self, node: str) -> None:
        """Read what is said of a node, and what points to it."""
        if node not in self.about:
            statements = self._relay.statements
            self.about[node], whole = statements.of(node)
            if whole:
                self.whole[node] = self.about[node]
            self._pointing[node] = statements.to(ox.NamedNode(node))

    def _written_out(self, name: str) -> list[Statement]:
        """What has the text of an IRI for an address: of something that is not described, which is but an address."""
        found = (each for text in texts_of(name) for each in self._relay.statements.to(text))
        return [each for each in found if self._kind(each.predicate) == ADDRESS]

    def describes(self, name: str) -> bool:
        """Whether a file or a portal says anything of a name."""
        return any(map(self._relay.graphs, self.about[name])) or self._relay.statements.describes(name)

    # --- names

    def beside(self, names: list[str]) -> Beside:
        """The identities between names that a file states, or that were accepted, once at least."""
        found: dict[str, set[str]] = {name: set() for name in names}
        for one, other in self._identities(names) if len(names) > 1 else ():
            if one in found and other in found:
                found[one].add(other)
                found[other].add(one)
        return {name: sorted(others) for name, others in found.items()}

    def _identities(self, names: list[str]) -> Iterator[tuple[str, str]]:
        for name in names:
            for each in self.about[name]:
                if not each.portal and self._kind(each.predicate) == IDENTITY and self._relay.graphs(each):
                    yield each.subject, each.object.value
        for (_, portal), (triple, _) in self._records.items():
            if not portal and self._kind(triple[1]) == IDENTITY and self._relay.statements.holds(*triple):
                yield triple[0], triple[2]

    def doors(self, names: list[str]) -> Iterator[Door]:
        """The things that have one of these names for an address: each is read, with its names; portals come last."""
        found = [each for name in names for each in self._pointing[name]]
        seen = set(names)
        for each in sorted(found, key=lambda one: bool(one.portal)):
            if each.subject not in seen and self._kind(each.predicate) == ADDRESS and self._relay.graphs(each):
                others = sorted(self._relay.names(each.subject))
                seen.update(others)
                self._look(others)
                name = each.object.value
                yield Door(name, each.subject, each.predicate, each.portal, others, self.beside(others))

    # --- links

    def links(self) -> Iterator[Link]:
        """Every link, once for each graph that states it; an accepted one that no file states, once."""
        records = {(triple, portal): record for (record, portal), (triple, _) in self._records.items()}
        stated: set[tuple[Triple, str]] = set()
        carried: set[Link] = set()
        for name in self._names:
            for each in (*self.about[name], *self._pointing[name]):
                triple = (each.subject, each.predicate, each.object.value)
                if self._makes_link(each) and (triple, each.portal) not in stated:
                    for graph in self._relay.graphs(each):
                        stated.add((triple, each.portal))
                        decided = records.get((triple, "")) if each.portal else None
                        yield Link(*triple, graph, each.portal, records.get((triple, each.portal)), decided)
            found = dict.fromkeys(self._carried(name))
            yield from (link for link in found if link not in carried)
            carried.update(found)
        named = {triple for triple, portal in stated if not portal}
        for (record, portal), (triple, graph) in self._records.items():
            if not portal and triple not in named and self._relates(triple) and self._relay.statements.holds(*triple):
                yield Link(*triple, graph, portal, record)

    def proposed(self) -> Iterator[Link]:
        """The links that await a decision: those of a record that is not rejected, which hold nowhere."""
        for (record, portal), (triple, graph) in self._records.items():
            rejected = first(self._relay.facts(record, portal), (DECISION,)) == REJECTED
            if not rejected and self._relates(triple) and not self._relay.statements.holds(*triple):
                yield Link(*triple, graph, portal, record)

    def written(self, links: Iterable[Link]) -> list[dict[str, Any]]:
        """The links in the words of the contract, in order."""
        ordered = sorted(links, key=lambda link: sort_key(link, self._relay.kinds))
        return [written(link, self._relay, self.whole) for link in ordered]

    def _relates(self, triple: Triple) -> bool:
        return bool(self._kind(triple[1]))

    def _makes_link(self, each: Statement) -> bool:
        """Whether a statement is a link; a text is the end of one where it is a web address."""
        kind = self._kind(each.predicate)
        if not kind or each.subject == each.object.value:
            return False
        return isinstance(each.object, ox.NamedNode) or (
            kind == ADDRESS and each.object.value.startswith(("http://", "https://"))
        )

    def _carried(self, name: str) -> Iterator[Link]:
        """The links that something in between carries, one for each that does: a reuse, between reuser and reused."""
        steps = self._relay.kinds.steps
        if not any(each.predicate in steps for each in (*self.about[name], *self._pointing[name])):
            return
        for chain in self._relay.kinds.chains:
            for ahead, near, far in ((True, chain.first, chain.second), (False, chain.second, chain.first)):
                for through in self._across(near, name, ahead=ahead):
                    carrier = _other(through, name)
                    self._read(carrier)
                    for beyond in self._across(far, carrier, ahead=ahead):
                        other = _other(beyond, carrier)
                        triple = (name, chain.property, other) if ahead else (other, chain.property, name)
                        if name != other:
                            portal = through.portal or beyond.portal
                            for graph in self._relay.graphs(through):
                                yield Link(*triple, portal or graph, portal, carrier)

    def _across(self, steps: Iterable[Step], name: str, *, ahead: bool) -> Iterator[Statement]:
        """What takes one step of a chain from a name, or back from it, as somebody states it."""
        for step in steps:
            around = self._pointing if step.backwards == ahead else self.about
            for each in around[name]:
                link = each.predicate == step.property and isinstance(each.object, ox.NamedNode)
                if link and self._relay.graphs(each):
                    yield each


def _cut(links: list[Link], relay: Relay) -> Iterator[tuple[Link, Link]]:
    """The identities left out of the names, each with the distinction that cut it; portals neither join nor cut."""
    ours: defaultdict[str, list[Link]] = defaultdict(list)
    for link in links:
        if not link.portal:
            ours[relay.kinds.of(link.property)].append(link)
    apart = {_things(link, relay): link for link in ours[DISTINCTION]}
    for link in ours[IDENTITY] if apart else ():
        things = _things(link, relay)
        if len(things) > 1 and things in apart:
            yield link, apart[things]


def _things(link: Link, relay: Relay) -> frozenset[str]:
    """The two things a link is between, by the names that stand for them."""
    return frozenset(relay.names(end)[0] for end in (link.start, link.end))


def _other(each: Statement, name: str) -> str:
    """The end of a statement that is not a name."""
    return each.object.value if each.subject == name else each.subject
