"""One IRI asked of the relay: its names, its links, those proposed, and the identities that were cut.

An IRI that is the page, the code repository or an identifier of a thing finds that thing, and what is linked to it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from ..namespaces import XSD
from .addresses import spellings
from .kinds import ADDRESS, DISTINCTION, IDENTITY, Step
from .link import Link, Path, sort_key, written
from .statements import OBJECT, PREDICATE, SUBJECT, Statement
from .word import DECISION, Facts, facts, first

if TYPE_CHECKING:
    from .lookup import Relay

REJECTED = "https://w3id.org/passerelles/id/concepts/decision-rejetee"
_ANY_URI = ox.NamedNode(XSD + "anyURI")

Triple = tuple[str, str, str]


class Question:
    """One IRI asked for, and what was read for it."""

    def __init__(self, relay: Relay, uri: str) -> None:
        self._relay = relay
        self._uri = uri
        self._about: dict[str, list[Statement]] = {}
        self._pointing: dict[str, list[Statement]] = {}
        self._paths: dict[str, Path] = {}  # from what is asked to each name of it, and of what has it for an address
        self._records: dict[str, tuple[Triple, Statement]] = {}  # and one of the statements that make each
        self._stated: dict[Statement, list[str]] = {}
        self._known: dict[tuple[str, str], Facts] = {}

    def answer(self) -> dict[str, Any]:
        """Everything that is linked to it, as the contract writes it."""
        spelt, same, known = self._resolved()
        self._reach(same, (self._uri,) if spelt == self._uri else (self._uri, spelt))
        found = [{"iri": spelt, "property": None}] if spelt != self._uri else []
        found += self._addressed(same)
        links = list(self._links())
        cut = list(self._cut(links)) if self._relay.closed else []
        left_out = {link for link, _ in cut}
        return {
            "uri": self._uri,
            "known": known,
            "closed": self._relay.closed,
            "found": found,
            "same": [name for name in same if name != self._uri] if len(same) > 1 else [],
            "links": self._written(link for link in links if link not in left_out),
            "proposed": self._written(self._proposed()),
            "cut": [{**self._one(link), "distinct": self._one(reason)} for link, reason in cut],
        }

    def _written(self, links: Iterable[Link]) -> list[dict[str, Any]]:
        """Links as the contract writes them, in order."""
        kinds = self._relay.kinds
        return [self._one(link) for link in sorted(links, key=lambda link: sort_key(link, kinds))]

    def _one(self, link: Link) -> dict[str, Any]:
        return written(link, self._relay, self._facts)

    # --- names

    def _resolved(self) -> tuple[str, list[str], bool]:
        """The IRI as it is known, perhaps another spelling of the address asked for, all its names, whether it is."""
        for spelt in spellings(self._uri):
            same = self._relay.names(spelt)
            self._look(same)
            if len(same) == 1 and not self._about[spelt]:
                self._pointing[spelt] += self._written_out(spelt)
            if len(same) > 1 or self._about[spelt] or self._pointing[spelt]:
                return spelt, same, True
        return self._uri, [self._uri], False

    def _look(self, names: Iterable[str]) -> None:
        """Read names, and the records of links that have one for an end."""
        for name in names:
            self._read(name)
            self._keep_records(name)

    def _read(self, node: str) -> None:
        """Read what is said of a node, and what points to it."""
        if node not in self._about:
            statements = self._relay.statements
            self._about[node] = statements.of(node)
            self._pointing[node] = statements.to(ox.NamedNode(node))

    def _written_out(self, name: str) -> list[Statement]:
        """What has the text of an IRI for an address: of something that is not described, which is but an address."""
        texts = (ox.Literal(name), ox.Literal(name, datatype=_ANY_URI))
        found = (each for text in texts for each in self._relay.statements.to(text))
        return [each for each in found if self._kind(each.predicate) == ADDRESS]

    def _kind(self, iri: str) -> str:
        return self._relay.kinds.get(iri, "")

    def _graphs(self, each: Statement) -> list[str]:
        """The graphs that state it."""
        known = self._stated.get(each)
        if known is None:
            known = self._stated[each] = self._relay.statements.graphs(each)
        return known

    def _facts(self, node: str, portal: str) -> Facts:
        """What the graph and one portal say of a node."""
        if node not in self._about:
            return self._relay.facts(node, portal)
        known = self._known.get((node, portal))
        if known is None:
            known = self._known[node, portal] = facts(self._about[node], portal)
        return known

    def _reach(self, names: list[str], start: Path) -> None:
        """The shortest path from what is asked to each name, through the identities that somebody states."""
        self._paths.setdefault(start[-1], start)
        if len(names) == 1:
            return
        beside: dict[str, set[str]] = {name: set() for name in names}
        for one, other in self._identities(names):
            if one in beside and other in beside:
                beside[one].add(other)
                beside[other].add(one)
        waiting = deque([start])
        while waiting:
            path = waiting.popleft()
            for name in sorted(beside[path[-1]]):
                if name not in self._paths:
                    self._paths[name] = (*path, name)
                    waiting.append(self._paths[name])
        for name in names:  # an identity that a rule found
            self._paths.setdefault(name, (*start, name))

    def _identities(self, names: list[str]) -> Iterator[tuple[str, str]]:
        """Each identity that a file states, or that was accepted, once at least."""
        for name in names:
            for each in self._about[name]:
                if self._kind(each.predicate) == IDENTITY and not each.portal and self._graphs(each):
                    yield each.subject, each.object.value
        for (subject, predicate, target), _ in self._records.values():
            if self._kind(predicate) == IDENTITY and self._relay.statements.holds(subject, predicate, target):
                yield subject, target

    def _addressed(self, same: list[str]) -> list[dict[str, str]]:
        """The things that have one of these names for an address: each is read, with its names."""
        found: dict[str, dict[str, str]] = {}
        for name in same:
            for each in self._pointing[name]:
                if self._kind(each.predicate) == ADDRESS and each.subject not in self._paths:
                    names = self._relay.names(each.subject)
                    self._look(names)
                    self._reach(names, (*self._paths[name], each.subject))
                    found[each.subject] = {"iri": each.subject, "property": each.predicate}
        return list(found.values())

    # --- links

    def _keep_records(self, name: str) -> None:
        """Keep the records of links (sssom:Mapping) that have a name for an end, and texts for none."""
        for each in self._pointing[name]:
            if each.predicate in (SUBJECT, OBJECT) and each.subject not in self._records:
                known = self._facts(each.subject, each.portal)
                ends = [known[end][0] for end in (SUBJECT, PREDICATE, OBJECT) if end in known]
                ends = [end.value for end in ends if isinstance(end, ox.NamedNode)]
                if len(ends) == 3:  # noqa: PLR2004 - what a triple is made of
                    self._records[each.subject] = (tuple(ends), each)

    def _links(self) -> Iterator[Link]:
        """Every link, once for each graph that states it; an accepted one that no file states, once."""
        records = {triple: record for record, (triple, _) in self._records.items()}
        stated: set[tuple[Triple, str]] = set()
        for name in self._paths:
            for each in (*self._about[name], *self._pointing[name]):
                triple = (each.subject, each.predicate, each.object.value)
                if self._makes_link(each) and (triple, each.portal) not in stated:
                    stated.add((triple, each.portal))
                    path = self._path(each.subject, triple[2])
                    for graph in self._graphs(each):
                        yield Link(*triple, graph, each.portal, path, records.get(triple))
            yield from self._carried(name, stated)
        for record in self._records:
            yield from self._recorded(record, accepted=True)

    def _proposed(self) -> Iterator[Link]:
        """The links that await a decision."""
        for record, (_, each) in self._records.items():
            if first(self._facts(record, each.portal), (DECISION,)) != REJECTED:
                yield from self._recorded(record, accepted=False)

    def _recorded(self, record: str, *, accepted: bool) -> Iterator[Link]:
        """The link of a record that no file states besides; nothing where it stands differently."""
        triple, each = self._records[record]
        subject, predicate, target = triple
        if self._relay.statements.holds(*triple) == accepted and self._kind(predicate):
            stated = Statement(subject, predicate, ox.NamedNode(target), "")
            if not (accepted and self._graphs(stated)):
                path = self._path(subject, target)
                graph = next(iter(self._graphs(each)), each.portal)
                yield Link(*triple, graph, each.portal, path, record)

    def _makes_link(self, each: Statement) -> bool:
        """Whether a statement is a link; a text is the end of one where it is a web address."""
        kind = self._kind(each.predicate)
        if not kind or each.subject == each.object.value:
            return False
        return isinstance(each.object, ox.NamedNode) or (
            kind == ADDRESS and each.object.value.startswith(("http://", "https://"))
        )

    def _carried(self, name: str, stated: set[tuple[Triple, str]]) -> Iterator[Link]:
        """The links that something in between carries, one for each that does: a reuse, between reuser and reused."""
        for chain in self._relay.kinds.chains:
            for ahead, near, far in ((True, chain.first, chain.second), (False, chain.second, chain.first)):
                for through in self._across(near, name, ahead=ahead):
                    carrier = _other(through, name)
                    self._read(carrier)
                    for beyond in self._across(far, carrier, ahead=ahead):
                        other = _other(beyond, carrier)
                        triple = (name, chain.property, other) if ahead else (other, chain.property, name)
                        if name != other and (triple, carrier) not in stated:
                            stated.add((triple, carrier))
                            path = self._path(triple[0], triple[2])
                            for graph in self._graphs(through):
                                yield Link(*triple, graph, through.portal, path, carrier)

    def _across(self, steps: Iterable[Step], name: str, *, ahead: bool) -> Iterator[Statement]:
        """What takes one step of a chain from a name, or back from it, as somebody states it."""
        for step in steps:
            around = self._pointing if step.backwards == ahead else self._about
            for each in around[name]:
                if each.predicate == step.property and isinstance(each.object, ox.NamedNode) and self._graphs(each):
                    yield each

    def _path(self, start: str, end: str) -> Path:
        """The way to the far end of a link: the one that is farther from what is asked."""
        near, far = self._paths.get(start), self._paths.get(end)
        if near is None or (far is not None and len(far) < len(near)):
            near, far, end = far, near, start
        assert near is not None  # noqa: S101 - one end of a link is a name: told to the type checker
        return far if far is not None and far[:-1] == near else (*near, end)

    def _cut(self, links: list[Link]) -> Iterator[tuple[Link, Link]]:
        """The identities left out of the names, each with the distinction that cut it; portals neither join nor cut."""
        ours = [link for link in links if not link.portal]
        apart = {self._things(link): link for link in ours if self._kind(link.property) == DISTINCTION}
        for link in ours if apart else ():
            if self._kind(link.property) == IDENTITY:
                things = self._things(link)
                if len(things) > 1 and things in apart:
                    yield link, apart[things]

    def _things(self, link: Link) -> frozenset[str]:
        """The two things a link is between, by the names that stand for them."""
        return frozenset(map(self._relay.representative, (link.start, link.end)))


def _other(each: Statement, name: str) -> str:
    """The end of a statement that is not a name."""
    return each.object.value if each.subject == name else each.subject
