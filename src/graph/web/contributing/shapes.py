"""What shapes say of the things of a class, as a form needs it: its fields, which of them are needed, what they take.

Only what a form can ask is read: the values of properties (`sh:path` an IRI, or a choice of IRIs). The gate says the
rest, with the same shapes (SHACL, <https://www.w3.org/TR/shacl/>).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from ...namespaces import RDF, SH, SKOS
from ...turtle.ntriples import FIRST, NIL, REST, bare, literal_parts, plain, statements

MAY, SHOULD, MUST = range(3)  # how much a value is asked for
TYPE, LANG_STRING = RDF + "type", RDF + "langString"
_DEEP = 8  # shapes within shapes
_LAST = float("inf")


@dataclass(slots=True)
class Taken:
    """What the values of a property are. What shapes do not say is empty; `values` are terms, as N-Triples has them.

    They are of one of the `classes`, and may be of some `among` others.
    """

    datatypes: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    schemes: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    among: tuple[str, ...] = ()
    iri: bool = False

    def join(self, other: Taken) -> None:
        """Ask for what another asks too."""
        for name in ("datatypes", "classes", "schemes", "values", "languages", "among"):
            setattr(self, name, getattr(self, name) or getattr(other, name))
        self.patterns += other.patterns
        self.iri |= other.iri


@dataclass(slots=True)
class Field:
    """A property of a thing: how much it is asked for, in which languages, how many values it may have at most.

    `unique` when no two of them are in one language.
    """

    path: str
    rank: float
    level: int = MAY
    languages: dict[str, int] = field(default_factory=dict)
    most: float = _LAST
    unique: bool = False
    taken: Taken = field(default_factory=Taken)


@dataclass(slots=True)
class Outline:
    """A thing of a class: the types it has, its fields in order, what is always said of it.

    `either` are choices of fields of which one is needed; `rules` are the fields, each with a language or none, that
    each shape is about; `missing` are the shapes that ask for a value.
    """

    types: dict[str, None]
    fields: dict[str, Field] = field(default_factory=dict)
    either: list[tuple[tuple[str, ...], int]] = field(default_factory=list)
    fixed: list[tuple[str, str]] = field(default_factory=list)
    rules: dict[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)


class Shapes:
    """The shapes of a graph; `above` are the classes above each class, itself among them."""

    def __init__(self, ntriples: bytes, above: Mapping[str, Iterable[str]]) -> None:
        self._facts = statements(line for line in ntriples.decode().split("\n") if line)
        self._above = above
        self._ranks: dict[str, float] = {}
        self._targeting: dict[str, list[str]] = {}
        self._about: dict[str, list[str]] = {}
        for subject in self._facts:
            for name, found in (("targetClass", self._targeting), ("targetSubjectsOf", self._about)):
                for target in self._iris(subject, name):
                    found.setdefault(target, []).append(subject)
            order = self._number(subject, "order", _LAST)
            for path in self._iris(subject, "path"):
                self._ranks[path] = min(self._ranks.get(path, _LAST), order)

    def classes(self) -> list[str]:
        """The classes whose things shapes are about."""
        return sorted(self._targeting)

    def outline(self, kind: str, types: Iterable[str] = ()) -> Outline:
        """What is said of a thing of a class, which has these types besides."""
        found = Outline(dict.fromkeys((kind, *types)))
        seen: set[str] = set()
        while new := [shape for shape in self._of(found.types) if shape not in seen]:
            seen.update(new)
            for each in new:
                for named in self._all(each, "property"):
                    self._property(named, found)
                self._choice(each, found)
        closed = [path for path, each in found.fields.items() if not each.most]
        for path in closed:
            del found.fields[path]
        for path in found.fields.keys() & self._about.keys():
            for shape in self._about[path]:
                for named in self._all(shape, "property"):
                    self._related(named, path, found)
        found.fields = dict(sorted(found.fields.items(), key=lambda pair: (pair[1].rank, pair[0])))
        found.either = [(paths, level) for paths, level in found.either if any(path in found.fields for path in paths)]
        return found

    def _of(self, types: Iterable[str]) -> Iterator[str]:
        """The shapes of things that have these types."""
        every = dict.fromkeys(each for kind in types for each in (kind, *sorted(self._above.get(kind, ()))))
        yield from dict.fromkeys(shape for kind in every for shape in self._targeting.get(kind, ()))

    def _property(self, shape: str, found: Outline) -> None:
        paths = self._paths(shape)
        fixed = self._all(shape, "hasValue")
        if TYPE in paths:
            found.types |= dict.fromkeys(map(bare, fixed))
        if not paths or TYPE in paths:
            return
        level = self._severity(shape)
        taken, qualified = self._taken(shape), Taken()
        for each in self._all(shape, "qualifiedValueShape"):
            qualified.join(self._taken(each))
        fields = [found.fields.setdefault(path, Field(path, self._ranks.get(path, _LAST))) for path in paths]
        for each in fields:
            each.taken.join(taken)
            each.most = min(each.most, self._number(shape, "maxCount", _LAST))
            each.unique |= any(literal_parts(said)[0] == "true" for said in self._all(shape, "uniqueLang"))
        languages = qualified.languages or taken.languages
        found.rules[bare(shape)] = tuple((path, next(iter(languages), "")) for path in paths)
        if self._needs(shape):
            found.missing.add(bare(shape))
            if len(paths) > 1:
                found.either.append((tuple(paths), level))
            elif languages:
                known = fields[0].languages
                known |= {language: max(known.get(language, MAY), level) for language in languages}
            else:
                fields[0].level = max(fields[0].level, level)
        elif fixed and len(paths) == 1 and level == MUST:
            found.fixed.append((paths[0], fixed[0]))

    def _related(self, shape: str, path: str, found: Outline) -> None:
        """What is asked of a thing because it has a value of a property."""
        paths = self._paths(shape)
        if path in paths:
            found.rules.setdefault(bare(shape), tuple((each, "") for each in paths))
        if paths == [path]:
            found.fields[path].taken.join(self._taken(shape))
        elif path in paths and self._needs(shape):
            found.missing.add(bare(shape))

    def _choice(self, shape: str, found: Outline) -> None:
        """Where a thing may be of several forms, what these are told by; which one it is, the gate says."""
        members = (each for name in ("or", "xone") for each in self._all(shape, name))
        told = [path for each in members for named in self._all(each, "property") for path in self._paths(named)]
        for path in told:
            if path != TYPE:
                found.fields.setdefault(path, Field(path, self._ranks.get(path, _LAST)))
        found.rules[bare(shape)] = tuple((path, "") for path in dict.fromkeys(told))

    def _taken(self, shape: str, depth: int = 0) -> Taken:
        """What a shape asks of a value."""
        found = Taken(
            *(tuple(self._iris(shape, name)) for name in ("datatype", "class")),
            values=tuple(self._all(shape, "in")),
            patterns=tuple(literal_parts(each)[0] for each in self._all(shape, "pattern")),
            languages=tuple(literal_parts(each)[0] for each in self._all(shape, "languageIn")),
            iri=SH + "IRI" in self._iris(shape, "nodeKind"),
        )
        if depth == _DEEP:
            return found
        for each in self._all(shape, "property"):
            if self._paths(each) == [SKOS + "inScheme"]:
                found.schemes += tuple(map(bare, self._all(each, "hasValue")))
            if f"<{TYPE}>" in self._all(each, "path")[:1]:  # a way through the types, to their classes
                found.among += tuple(
                    name for of in self._all(each, "qualifiedValueShape") for name in self._iris(of, "in")
                )
        for name in ("node", "and"):
            for each in self._all(shape, name):
                found.join(self._taken(each, depth + 1))
        choices = [self._taken(each, depth + 1) for name in ("or", "xone") for each in self._all(shape, name)]
        for name in ("datatypes", "classes"):
            if choices and all(getattr(choice, name) for choice in choices):
                several = (each for choice in choices for each in getattr(choice, name))
                found.join(Taken(**{name: tuple(dict.fromkeys(several))}))
        found.join(Taken(among=tuple(name for choice in choices for name in (*choice.classes, *choice.among))))
        return found

    def _paths(self, shape: str) -> list[str]:
        """The properties of which a shape is about the values of any."""
        paths = self._facts.get(shape, {}).get(f"<{SH}path>", [])
        if len(paths) == 1 and paths[0].startswith("_:"):
            paths = self._all(paths[0], "alternativePath")
        return [] if any(path.startswith("_:") for path in paths) else [bare(path) for path in paths]

    def _needs(self, shape: str) -> bool:
        """Whether a shape asks for a value."""
        return bool(self._number(shape, "minCount", 0) or self._number(shape, "qualifiedMinCount", 0))

    def _severity(self, shape: str) -> int:
        advised = {SH + "Warning", SH + "Info"}
        return MUST if advised.isdisjoint(self._iris(shape, "severity")) else SHOULD

    def _number(self, shape: str, name: str, default: float) -> float:
        for each in self._all(shape, name):
            with suppress(ValueError):  # the gate tells of shapes, a form does with what they say
                return float(plain(each))
        return default

    def _iris(self, shape: str, name: str) -> Sequence[str]:
        return [bare(each) for each in self._all(shape, name) if each.startswith("<")]

    def _all(self, shape: str, name: str) -> Sequence[str]:
        """The values of a property of SHACL's; a list is its members."""
        found: list[str] = []
        for value in self._facts.get(shape, {}).get(f"<{SH}{name}>", ()):
            found += self._members(value) if FIRST in self._facts.get(value, {}) else [value]
        return found

    def _members(self, head: str) -> Iterator[str]:
        seen: set[str] = set()
        while head != NIL and head not in seen:
            seen.add(head)
            facts = self._facts.get(head, {})
            yield from facts.get(FIRST, ())
            head = next(iter(facts.get(REST, ())), NIL)
