"""What a thing has from others where it says nothing itself, one step away.

From who made it: what sorts makers, their type for instance, and their place. From what it came out of, an event or
the event of which this is a part: its place and its date. From the uses made of it: what sorts uses, their kind.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from ..namespaces import DCT, FOAF, PROV

_SCHEMA = "https://schema.org/"
MAKERS = (
    DCT + "creator",
    DCT + "publisher",
    PROV + "wasAttributedTo",
    FOAF + "maker",
    _SCHEMA + "author",
    _SCHEMA + "organizer",
)
ORIGINS = (PROV + "wasGeneratedBy", _SCHEMA + "superEvent")
USED = PROV + "used"
_STEPS = 3  # from a production to its event, to the event of which this is a part, and to the whole of that
_SHARE = 0.1  # of the far ends of a relation that are of a kind, for this kind to count

Ends = Mapping[str, list[str]]  # where something leads from each subject
Kind = Callable[[str], str]  # the kind of a thing; empty for what is none of ours


def handed_down(said: Ends, origins: Ends) -> Ends:
    """What is said of things, and of those that say nothing, what is said of where they come from."""
    found = dict(said)
    for _ in range(_STEPS):
        more = {}
        for iri, came in origins.items():
            if iri not in found and (values := {value for each in came for value in found.get(each, ())}):
                more[iri] = sorted(values)
        if not more:
            break
        found |= more
    return found


def turned(pairs: Iterable[tuple[str, str]]) -> Ends:
    """Subjects by what they lead to, in order."""
    found: dict[str, set[str]] = {}
    for subject, value in pairs:
        found.setdefault(value, set()).add(subject)
    return {value: sorted(subjects) for value, subjects in found.items()}


class Inheritance:
    """What is passed on along one relation: the facets that sort the far ends of it rather than anything else."""

    def __init__(self, relation: Ends, ends: Mapping[str, Ends], kind: Kind, always: Sequence[str] = ()) -> None:
        far = Counter(map(kind, {end for each in relation.values() for end in each}))
        kinds = {name for name, count in far.items() if name and count >= _SHARE * far.total()}
        self._passed = {
            name: said for name, said in ends.items() if name in always or (kinds and _sorts(said, kinds, kind))
        }

    def of(self, near: Iterable[str], without: Mapping[str, list[str]]) -> Iterator[tuple[str, list[str]]]:
        """What these pass on, facet by facet, but for those that are there already."""
        for name, said in self._passed.items() if near else ():
            if name not in without and (values := {value for each in near for value in said.get(each, ())}):
                yield name, sorted(values)


def _sorts(said: Ends, kinds: set[str], kind: Kind) -> bool:
    """Whether at least half of what a facet sorts is of these kinds."""
    return sum(kind(subject) in kinds for subject in said) * 2 >= len(said) > 0
