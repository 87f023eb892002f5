"""What a snapshot holds, counted once for all: the numbers its VoID description gives, and quick answers are made of.

The default graph is counted by queries (`counting/*.rq`), while it is in memory: each number is what COUNT says there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

FILE_NAME = "counts.json"
_QUERIES = Path(__file__).parent / "counting"


class Property(NamedTuple):
    """How many triples a property has, of how many distinct subjects and objects."""

    triples: int
    subjects: int
    objects: int


class Link(NamedTuple):
    """How many triples of a property lead from our things into a foreign `space`, `https://example.org/`.

    It never holds our own IRIs: on the authority of ours it goes on to what stands beside us.
    """

    property: str
    space: str
    triples: int


@dataclass(frozen=True, slots=True)
class Counts:
    """The default graph in numbers, and the triples of each named graph, which who loads them counts.

    `entities` are the subjects that are things of ours; `classes` gives the instances of each class, `by_class` the
    triples of each property whose subject is one, `examples` one that is a thing of ours.
    """

    triples: int = 0
    subjects: int = 0
    objects: int = 0
    entities: int = 0
    properties: Mapping[str, Property] = field(default_factory=dict)
    classes: Mapping[str, int] = field(default_factory=dict)
    by_class: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    examples: Mapping[str, str] = field(default_factory=dict)
    links: tuple[Link, ...] = ()
    graphs: Mapping[str, int] = field(default_factory=dict)

    def write(self, folder: Path) -> None:
        """Write them as JSON into `folder`."""
        text = json.dumps(asdict(self), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        (folder / FILE_NAME).write_text(text + "\n", encoding="utf-8")


def read(folder: Path) -> Counts | None:
    """The counts of a snapshot folder; None of one that was made without, or whose file says something else."""
    try:
        table = json.loads((folder / FILE_NAME).read_text(encoding="utf-8"))
        properties = {iri: Property(*numbers) for iri, numbers in table.pop("properties").items()}
        links = tuple(Link(*link) for link in table.pop("links"))
        return Counts(**table, properties=properties, links=links)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def count(store: ox.Store, base: str) -> Counts:
    """The counts of a store's default graph, where things have IRIs that begin with `base`."""
    names = {"thing": base, "ours": house(base)}

    def rows(name: str) -> Iterator[ox.QuerySolution]:
        text = (_QUERIES / f"{name}.rq").read_text(encoding="utf-8")
        yield from store.query(text, prefixes=names)

    properties = {
        row["property"].value: Property(*(int(row[name].value) for name in Property._fields))
        for row in rows("properties")
    }
    by_class: dict[str, dict[str, int]] = {}
    for row in rows("class-properties"):
        by_class.setdefault(row["class"].value, {})[row["property"].value] = int(row["triples"].value)
    links = (Link(row["property"].value, row["space"].value, int(row["triples"].value)) for row in rows("links"))
    (subjects,) = rows("subjects")
    (objects,) = rows("objects")
    return Counts(
        triples=sum(each.triples for each in properties.values()),
        subjects=int(subjects["subjects"].value),
        objects=int(objects["objects"].value),
        entities=int(subjects["entities"].value),
        properties=properties,
        classes={row["class"].value: int(row["entities"].value) for row in rows("classes")},
        by_class=by_class,
        examples={row["class"].value: row["example"].value for row in rows("examples")},
        links=tuple(sorted(links)),
    )


def house(base: str) -> str:
    """What all our IRIs begin with: the ontology, the shapes and the graphs are named beside the things."""
    return base.removesuffix("id/")
