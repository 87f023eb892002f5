"""Results to diagnostics that know what to point at: the token to change, in the file where it is written.

<https://www.w3.org/TR/shacl/#results-validation-result>; where each constraint points is said in `_points`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, Protocol

from ..dataset import OF_THE_MODEL, Role, Source
from ..diagnostics import Diagnostic, Location
from ..namespaces import SH, PrefixMap
from ..texts import Text
from ..turtle.anchors import Anchor, Part, Unplaced
from ..turtle.ntriples import datatype, plain
from .datagraph import DataGraph, Stated
from .innermost import Explained, explained, nests
from .messages import Case, mending, message
from .paths import Step
from .results import CODES, OTHER_COMPONENT, SEVERITIES, Result
from .terms import shown
from .validate import Validator

_MISSING = frozenset({"MinCount", "QualifiedMinCount", "HasValue"})
_TOO_MANY = frozenset({"MaxCount", "QualifiedMaxCount"})
_QUALIFIED = frozenset({"Datatype", "LanguageIn"})
_COMPARED = frozenset({"Equals", "Disjoint"})


@dataclass(frozen=True)
class Found:
    """A diagnostic that waits for its line and column, and the named graphs it concerns; empty when it has no file."""

    unplaced: Unplaced
    graphs: frozenset[str]


class File(Protocol):
    """A file that was read and the prefixes it declares."""

    source: Source
    prefixes: Mapping[str, str]


class Place(NamedTuple):
    """What to point at, and in which file; the language, where there is one diagnostic of each."""

    source: Source | None
    anchor: Anchor
    language: str = ""


@dataclass(frozen=True)
class Locator:
    """Finds the places of results.

    `data` is what was validated, `declared` the shapes with the files that hold them; `files` is all that was read;
    `asked` the named graphs asked about, preferred where several files describe a node; `nowhere` is the place of what
    no file says.
    """

    validator: Validator
    data: DataGraph
    declared: DataGraph
    files: Iterable[File]
    asked: AbstractSet[str]
    nowhere: Location

    def located(self, focus: AbstractSet[str] | None = None) -> Iterator[Found]:
        """The diagnostics of what the shapes find in the data, each once; of these `focus` nodes, if any."""
        results = [
            result
            for result in self.validator(self.data.ntriples)
            if (focus is None or result.focus in focus) and self._may_concern(result)
        ]
        results = list(explained(self.validator, self.data.ntriples, results))
        if not results:
            return
        foci = {one.focus for pair in results for one in pair if one is not None}
        undescribed = {focus for focus in foci if not self.data.about(focus)}
        uses = self.declared.uses(undescribed) | self.data.uses(undescribed)
        seen: set[tuple[object, ...]] = set()
        for one in sorted(results, key=lambda one: one.outer is not None):  # what is found directly comes first
            for place in self._places(one, uses):
                found = self._diagnostic(one, place)
                same = (place, found.code, found.focus, found.rule, found.property, found.value)
                if same not in seen:
                    seen.add(same)
                    yield Found((found, place.anchor), self._graphs(one, place))

    def _may_concern(self, result: Result) -> bool:
        """False when it can only be about files that nobody asked about: what describes the node, and nothing else."""
        said = self.data.about(result.focus)
        elsewhere = not said or nests(result) or not (result.path or "<").startswith("<")
        return elsewhere or any(one.source is None or one.source.graph in self.asked for one in said)

    def _case(self, result: Result, source: Source | None) -> Case:
        name = source.name if source else ""
        if name not in self._maps:
            own = self._declared.get(name, {})
            self._maps[name] = PrefixMap(self._common | own), PrefixMap(own)
        return Case(result, self.validator.shapes, self.data, *self._maps[name])

    @cached_property
    def _maps(self) -> dict[str, tuple[PrefixMap, PrefixMap]]:
        return {}

    @cached_property
    def _declared(self) -> dict[str, Mapping[str, str]]:
        """The prefixes of each file, by its name."""
        return {file.source.name: file.prefixes for file in self.files}

    @cached_property
    def _common(self) -> dict[str, str]:
        """The prefixes of the ontology and of the shapes: what a reader knows besides those of the file."""
        several = (file.prefixes for file in self.files if file.source.role in OF_THE_MODEL)
        return {name: namespace for prefixes in several for name, namespace in prefixes.items()}

    def _places(self, one: Explained, uses: dict[str, Stated]) -> Iterator[Place]:
        result, outer = one
        case = self._case(result, None)
        for step, part, language in _points(case):
            stated = self.data.stated(*step) if step else None
            if stated is not None:
                yield Place(stated.source, Anchor(*stated[:3], part), language)
            elif described := self._described(result.focus):
                yield Place(described.source, Anchor(result.focus), language)
            elif outer is not None and (given := self._given(outer)):
                yield Place(given.source, Anchor(*given[:3], part if part is Part.QUALIFIER else Part.OBJECT), language)
            elif used := uses.get(result.focus):
                yield Place(used.source, Anchor(*used[:3], Part.OBJECT), language)
            else:
                yield Place(None, Anchor(), language)

    def _described(self, focus: str) -> Stated | None:
        """A triple of the node in the file that describes it: one asked about, else one of data, else any."""
        said = self.data.about(focus)
        asked = (one for one in said if one.source and one.source.graph in self.asked)
        described = (one for one in said if one.source and one.source.role is Role.DATA)
        return next(asked, None) or next(described, None) or next(iter(said), None)

    def _given(self, outer: Result) -> Stated | None:
        """The triple that gives the value of a result."""
        step = self._case(outer, None).ends.get(outer.value or "")
        return self.data.stated(*step) if step else None

    def _diagnostic(self, one: Explained, place: Place) -> Diagnostic:
        result, outer = one
        case = self._case(result, place.source)
        location = Location(place.source.name) if place.source else self.nowhere
        text, rule = message(case, place.language), case.shapes.named(result.shape)
        if outer is not None:
            home = self._described(outer.focus)
            if home is not None and home.source != place.source and home.source is not None:
                text = _required(text, outer, home.source, case.prefixes)
        return Diagnostic(
            location=location,
            severity=SEVERITIES.get((outer or result).severity, SEVERITIES[SH + "Violation"]),
            code=CODES.get(result.constraint, OTHER_COMPONENT),
            message=text,
            rule=rule and plain(rule),
            focus=plain(result.focus),
            property=result.path and plain(result.path),
            value=result.value and plain(result.value),
            fix=mending(case, location),
            term=result.value,
        )

    def _graphs(self, one: Explained, place: Place) -> frozenset[str]:
        foci = [result.focus for result in one if result is not None]
        here = frozenset() if place.source is None else frozenset([place.source.graph])
        return here.union(*(self.data.graphs(focus) for focus in foci))


def _points(case: Case) -> Iterator[tuple[Step, Part, str]]:
    """The triple to point at and its part, and the language it is about; no triple stands for the subject."""
    result = case.result
    constraint = result.constraint
    if constraint in _MISSING:
        yield None, Part.SUBJECT, ""
    elif constraint == "UniqueLang" and case.doubled:
        for language, values in case.doubled.items():
            yield case.ends[values[1]], Part.OBJECT, language
    elif constraint in _TOO_MANY:
        excess = list(case.ends.values())[case.number :]
        yield next(iter(excess), None), Part.PREDICATE, ""
    elif constraint == "Closed":
        yield (result.focus, result.path or "", result.value or ""), Part.PREDICATE, ""
    else:
        qualified = constraint in _QUALIFIED and datatype(result.value or "") not in case.asked  # else it is ill-formed
        yield _value(case), Part.QUALIFIER if qualified else Part.OBJECT, ""


def _value(case: Case) -> Step:
    """The triple that gives the value of a result: by its path, by a property it is compared with, by any."""
    result = case.result
    alone = result.path is None and result.value == result.focus and result.constraint != "SPARQL"
    if result.value is None or alone:
        return None
    step = case.ends.get(result.value)
    compared = result.constraint in _COMPARED
    if step is not None and not compared:  # looked up: a node may have as many values as it has results
        return step
    said = [one for one in case.data.about(result.focus) if one.object == result.value]
    others = [one for one in said if compared and one.predicate in case.asked]
    if others and (step is None or step[0] != result.focus):  # what is said of the node itself is nearer
        return others[0][:3]
    return said[0][:3] if step is None and said and result.path is None else step


def _required(text: Text, outer: Result, source: Source, prefixes: PrefixMap) -> Text:
    focus, path = shown(outer.focus, prefixes), shown(outer.path, prefixes) if outer.path else ""
    parameters = {"message": text, "focus": focus, "property": path, "file": source.name}
    return Text("shacl.required-by" if path else "shacl.required-here", parameters)
