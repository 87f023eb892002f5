"""From triples to things: which are new, gone, called otherwise, and what changed in the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from ..namespaces import DCT, OWL, XSD
from ..turtle.ntriples import FIRST, NIL, REST, TYPE, bare, statements
from .contents import Content, Contents

Said = frozenset[tuple[str, str]]
Pairs = dict[str, list[str]]  # the objects of each predicate, as N-Triples
_REPLACED, _DEPRECATED = f"<{DCT}isReplacedBy>", f"<{OWL}deprecated>"
_TRUE = f'"true"^^<{XSD}boolean>'
_ALIKE = 0.6  # the part of what is said of two things that must be common to take one for the other, renamed
_COMMON_VALUE = 50  # what is said of so many things tells none of them
_DEPTH = 4


@dataclass(frozen=True, slots=True)
class Change:
    """The values of one property that are gone and those that are new, as N-Triples; a blank node as `[ … ]`."""

    property: str
    removed: tuple[str, ...]
    added: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Thing:
    """What happened to a thing; `path` is its file, on the new side where it has one. `kind` is a class.

    `was` and `was_path` are set where the IRI or the file was another; `replaced_by` where it is now deprecated.
    """

    iri: str
    path: str
    kind: str | None = None
    was: str | None = None
    was_path: str | None = None
    changes: tuple[Change, ...] = ()
    deprecated: bool = False
    replaced_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Things:
    """The things that differ, by what happened to them, in the order of their files."""

    added: tuple[Thing, ...] = ()
    changed: tuple[Thing, ...] = ()
    renamed: tuple[Thing, ...] = ()
    removed: tuple[Thing, ...] = ()


@dataclass(slots=True)
class _State:
    """What one side says of each subject, and the subjects that are things: no blank nodes."""

    content: Content
    about: dict[str, Pairs] = field(init=False)

    def __post_init__(self) -> None:
        self.about = statements(sorted(self.content.triples))

    def thing(self, subject: str, instances: Mapping[str, int]) -> Thing:
        """A subject that this side alone has."""
        return Thing(bare(subject), self.content.homes.get(subject, ""), _kind(self.about[subject], instances))

    @property
    def things(self) -> set[str]:
        """The subjects that have a name of their own."""
        return {subject for subject in self.about if subject.startswith("<")}

    def said(self, subject: str) -> Said:
        """What is said of a subject, without its own name."""
        pairs = self.about.get(subject, {})
        return frozenset((name, "" if value == subject else value) for name in pairs for value in pairs[name])

    def written(self, value: str) -> str:
        """A value; a blank node as Turtle writes what is said of it, once and not too deep, so that it can be read."""
        return self._nested(value, set(), 0)

    def _nested(self, value: str, seen: set[str], depth: int) -> str:
        if not value.startswith("_:"):
            return value
        pairs = self.about.get(value, {})
        if value in seen or depth == _DEPTH:
            return "[ … ]"
        seen.add(value)
        if FIRST in pairs and REST in pairs:
            return f"( {' '.join(self._nested(each, seen, depth + 1) for each in self._members(value, seen))} )"
        inside = (
            f"{predicate} {', '.join(self._nested(each, seen, depth + 1) for each in values)}"
            for predicate, values in pairs.items()
        )
        return f"[ {' ; '.join(inside)} ]" if pairs else "[]"

    def _members(self, cell: str, seen: set[str]) -> Iterator[str]:
        """The members of a collection, even of one that comes back on itself."""
        while FIRST in (pairs := self.about.get(cell, {})):
            yield pairs[FIRST][0]
            cell = pairs.get(REST, [NIL])[0]
            if cell in seen:
                return
            seen.add(cell)


def things(contents: Contents) -> Things:
    """What happened to each thing that the files that differ describe."""
    old, new = _State(contents.old), _State(contents.new)
    fresh, gone = new.things - old.things, old.things - new.things
    renamed = _renamed({iri: old.said(iri) for iri in gone}, {iri: new.said(iri) for iri in fresh})
    fresh -= renamed.keys()
    gone -= set(renamed.values())
    kept = (old.things | new.things) - fresh - gone - renamed.keys() - set(renamed.values())
    instances = contents.names.instances
    changed = [_altered(iri, iri, old, new, instances) for iri in kept]
    return Things(
        added=_ordered(new.thing(iri, instances) for iri in fresh),
        changed=_ordered(thing for thing in changed if thing.changes or thing.was_path),
        renamed=_ordered(_altered(iri, was, old, new, instances) for iri, was in renamed.items()),
        removed=_ordered(old.thing(iri, instances) for iri in gone),
    )


def _altered(iri: str, was: str, old: _State, new: _State, instances: Mapping[str, int]) -> Thing:
    before, after = old.about.get(was, {}), new.about.get(iri, {})
    place, old_place = new.content.homes.get(iri), old.content.homes.get(was)
    replaced = tuple(value for value in after.get(_REPLACED, ()) if value not in before.get(_REPLACED, ()))
    return Thing(
        bare(iri),
        place or old_place or "",
        _kind(after or before, instances),
        was=None if was == iri else bare(was),
        was_path=old_place if place and place != old_place else None,
        changes=tuple(_changes(before, after, old, new)),
        deprecated=bool(replaced) or (_TRUE in after.get(_DEPRECATED, ()) and _TRUE not in before.get(_DEPRECATED, ())),
        replaced_by=tuple(map(bare, replaced)),
    )


def _changes(before: Pairs, after: Pairs, old: _State, new: _State) -> Iterator[Change]:
    for predicate in sorted(before.keys() | after.keys()):
        was, now = before.get(predicate, []), after.get(predicate, [])
        removed = tuple(old.written(value) for value in was if value not in now)
        added = tuple(new.written(value) for value in now if value not in was)
        if removed or added:
            yield Change(bare(predicate), removed, added)


def _renamed(gone: Mapping[str, Said], fresh: Mapping[str, Said]) -> dict[str, str]:
    """The former IRI of each thing that is new by its IRI alone: most of what is said of it was said of the other."""
    holders: dict[tuple[str, str], list[str]] = {}
    for iri, said in fresh.items():
        for pair in said:
            holders.setdefault(pair, []).append(iri)
    scores = []
    for was, said in gone.items():
        common = Counter(iri for pair in said for iri in holders.get(pair, ()) if len(holders[pair]) <= _COMMON_VALUE)
        for iri, count in common.items():
            score = count / len(said | fresh[iri])
            if score >= _ALIKE:
                scores.append((-score, was, iri))
    found: dict[str, str] = {}
    for _, was, iri in sorted(scores):
        if iri not in found and was not in found.values():
            found[iri] = was
    return found


def _kind(pairs: Pairs, instances: Mapping[str, int]) -> str | None:
    """The class to call a thing by: of its classes, the one that most things are of."""
    classes = [value for value in pairs.get(TYPE, ()) if value.startswith("<")]
    return bare(max(classes, key=lambda value: (instances.get(value, 0), value))) if classes else None


def _ordered(found: Iterable[Thing]) -> tuple[Thing, ...]:
    return tuple(sorted(found, key=lambda thing: (thing.path, thing.iri)))
