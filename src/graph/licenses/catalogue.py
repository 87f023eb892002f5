"""The licences of a graph, found by any of their names, and the clauses that settle what becomes of their works."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, cached_property
from importlib.resources import files

from ..namespaces import DCT, RDF, TITLES
from ..texts import Text
from .addresses import identifier
from .licence import CLAUSE_KIND, EXACT, FROM, REPLACED_BY, Clause, Licence, Statement, described, is_licence, wording

# As the mappings say it in SPARQL; bounded, for a search for `x+` at the end takes the square of a row of `x`.
_AROUND = re.compile(r"\Ahttps?://(?:www\.)?|/(?:deed|legalcode)(?:\.[a-z]+)?/?\Z|(?:/|\.html?|\.txt){1,9}\Z")
_SEPARATING = re.compile(r"(?<![.-]0)(?:[.-]0)++(?![.-]?\d)|[^\w.+]|_|v(?:ersion *)?(?=\d)")
_LABELS = (*TITLES, DCT + "title")


class Licences(Mapping[str, Licence]):
    """The licences that statements describe, by IRI; of what else these describe, the labels are kept."""

    def __init__(self, statements: Iterable[Statement]) -> None:
        everything = described(statements)
        self._licences = {iri: Licence.of(iri, said) for iri, said in everything.items() if is_licence(said)}
        self._labels = {
            iri: wording(value for name in _LABELS for value in said.get(name, ())) for iri, said in everything.items()
        }
        self._clauses: dict[str, list[Clause]] = {}
        for iri, said in everything.items():
            if CLAUSE_KIND in said.get(RDF + "type", ()):
                clause = Clause.of(iri, said)
                for source in said.get(FROM, ()):
                    self._clauses.setdefault(source, []).append(clause)

    def __getitem__(self, iri: str) -> Licence:
        return self._licences[iri]

    def __iter__(self) -> Iterator[str]:
        return iter(self._licences)

    def __len__(self) -> int:
        return len(self._licences)

    def clauses(self, licence: Licence) -> Iterable[Clause]:
        """What its text or its steward says of works under it."""
        return self._clauses.get(licence.iri, ())

    def label(self, term: str) -> Text:
        """What a concept of the graph is called, else the end of its IRI."""
        return self._labels.get(term) or Text(wordings={"": re.split(r"[/#]", term)[-1]})

    def find(self, name: str) -> Licence | None:
        """The licence that a name means: an IRI, an SPDX identifier, that of another list, our slug, a title.

        An address of a list means its identifier; `Apache 2` and `CC BY 4.0`, what is so called but for separators.
        """
        found = self._names.get(folded(name))
        if found is None and "://" in name:
            name = identifier(name)
        return found or self._loose.get(_loosely(name))

    def same(self, iri: str) -> Licence | None:
        """The licence of this IRI, its own or one it says is the same."""
        return self._same.get(iri)

    def later(self, licence: Licence) -> list[Licence]:
        """A licence and every version that came after it."""
        found = {licence.iri: licence}
        self._follow(licence.iri, found)
        return list(found.values())

    def near(self, name: str) -> list[Licence]:
        """The licences whose names are nearest to one that means none."""
        from difflib import get_close_matches

        asked = folded(name)
        begun = sorted(each for each in self._names if each.startswith(asked)) if asked else []
        close = begun or get_close_matches(asked, self._names, n=6, cutoff=0.6)
        return list(dict.fromkeys(self._names[each] for each in close))[:3]

    def _follow(self, iri: str, found: dict[str, Licence]) -> None:
        for other in self[iri].said.get(REPLACED_BY, ()):
            if other in self and other not in found:
                found[other] = self[other]
                self._follow(other, found)

    @cached_property
    def _same(self) -> dict[str, Licence]:
        others = {other: licence for licence in self.values() for other in licence.said.get(EXACT, ())}
        return others | self._licences

    @cached_property
    def _names(self) -> dict[str, Licence]:
        """Every name that means one licence: the surest use of a name wins, and of two as sure, neither."""
        found: dict[str, Licence] = {}
        for rank in range(3):
            meant: dict[str, set[str]] = {}
            for licence in self.values():
                for name in licence.names()[rank]:
                    meant.setdefault(folded(name), set()).add(licence.iri)
            for name, iris in meant.items():
                if len(iris) == 1:
                    found.setdefault(name, self[next(iter(iris))])
        return found

    @cached_property
    def _loose(self) -> dict[str, Licence]:
        """Every name without its separators, where it means one licence."""
        meant: dict[str, dict[str, Licence]] = {}
        for name, licence in self._names.items():
            meant.setdefault(_loosely(name), {})[licence.iri] = licence
        return {name: next(iter(several.values())) for name, several in meant.items() if len(several) == 1}


def _loosely(name: str) -> str:
    return _SEPARATING.sub("", folded(name))


def folded(name: str) -> str:
    """A name or an address as it is compared: in small letters, without what varies around it."""
    return _AROUND.sub("", name.strip().lower())


@cache
def query() -> str:
    """The SPARQL query that gives the statements `Licences` is made of, from the default graph of a snapshot."""
    return files(__package__).joinpath("described.rq").read_text(encoding="utf-8")
