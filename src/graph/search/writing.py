"""The index of a snapshot, written while it is built: what is searched, and a card of each thing as it is shown.

Things are added in the order of IRIs by one thread into one segment, so what has an equal score comes in that order.
Tantivy names its files at random: two builds of the same files give the same results from other file names, and the
index is no part of what a snapshot is named after.
"""

from __future__ import annotations

import errno
import json
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..texts import shortened
from .analysis import PLAIN, RAW, STEMMED, name, register
from .collecting import Collection, Thing, wordings

if TYPE_CHECKING:
    import pyoxigraph as ox
    from tantivy import Schema

    from .said import Worded

#: What is searched of a thing and what it weighs; each is a field per language that has stems.
WEIGHTS = {"name": 6.0, "other": 4.5, "text": 1.0, "near": 0.6}
#: The words of names, and of the rest, unstemmed; names as one term; the IRI; the card; the values of a facet; its day;
#: by how many facets it is sorted: without words to look for, what most is said of comes first.
NAMES, REST, CALLED, IRI, CARD, FACET = "names", "rest", "called", "iri", "card", "facet"
DAY, SORTED = "day", "sorted"
_HEAP = 2_000_000_000  # bytes before there is a second segment; taken as they are needed
_NAMED, _TOLD, _PASSAGES = 300, 2_000, 12  # what a card holds: characters of a name, of a text, and how many of each
_LOCKS = ".tantivy-*.lock"
_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def schema(facets: int) -> Schema:
    """The fields of an index that has so many facets."""
    from tantivy import SchemaBuilder

    builder = SchemaBuilder()
    for role in WEIGHTS:
        for language in STEMMED:
            builder.add_text_field(f"{role}_{language}", tokenizer_name=language)
    builder.add_text_field(NAMES, tokenizer_name=PLAIN)
    builder.add_text_field(REST, tokenizer_name=PLAIN, index_option="basic")
    for raw in (CALLED, IRI):
        builder.add_text_field(raw, tokenizer_name=RAW, index_option="basic")
    for place in range(facets):
        builder.add_text_field(f"{FACET}{place}", tokenizer_name=RAW, index_option="basic", fast=True)
    for number in (DAY, SORTED):
        builder.add_integer_field(number, fast=True)
    builder.add_bytes_field(CARD, stored=True)
    return builder.build()


def write(store: ox.Store, base: str, graph_base: str, folder: Path) -> int:
    """Write the index of a store into a new folder; how many things it has. Raises OSError."""
    from tantivy import Document, Index

    collection = Collection(store, base, graph_base)
    folder.mkdir()
    fields = {name: f"{FACET}{place}" for place, name in enumerate(collection.sorted_by)}
    count = 0
    try:
        index = Index(schema(len(fields)), str(folder))
        register(index)
        index.config_reader("manual")  # one that looks for what is new makes a lock again, half a second later
        with index.writer(_HEAP, 1) as writer:
            for thing in collection.things():
                writer.add_document(Document(**_document(thing, fields)))
                count += 1
    except ValueError as error:  # so it calls what the system refuses
        raise OSError(errno.EIO, str(error), str(folder)) from error
    for lock in folder.glob(_LOCKS):
        lock.unlink()
    collection.facets().write(folder)
    for path in folder.iterdir():
        path.chmod(0o644)  # some are made private; the server may be another user
    return count


def _document(thing: Thing, fields: dict[str, str]) -> dict[str, Any]:
    """A thing as it is indexed."""
    made: dict[str, Any] = {fields[facet]: values for facet, values in thing.facets.items()}
    roles = {"name": thing.names, "other": [*thing.others, *thing.codes], "text": thing.texts, "near": thing.near}
    for role, said in roles.items():
        for language in STEMMED if said else ():
            made[f"{role}_{language}"] = [text for tag, text in said if tag == language or tag not in STEMMED]
    called = dict.fromkeys(text for _, text in (*thing.names, *thing.others))
    made[NAMES] = list(called)
    made[REST] = list(dict.fromkeys(text for _, text in (*thing.codes, *thing.texts, *thing.near)))
    made[CALLED] = list(dict.fromkeys(filter(None, map(name, called))))
    made[IRI] = thing.iri
    made[DAY] = thing.day
    made[SORTED] = sum(map(bool, thing.facets.values()))
    made[CARD] = _card(thing)
    return made


def _card(thing: Thing) -> bytes:
    """What is shown of a thing: its name in each language, its texts, what else it is called and what is near."""
    card = {
        "iri": thing.iri,
        "page": thing.page,
        "kind": thing.kind,
        "portal": thing.portal,
        "concept": thing.concept,
        "names": {language: shortened(text, _NAMED) for language, text in wordings(thing.names).items()},
        "texts": _first(thing.texts, _TOLD),
        "others": _first([*thing.others, *thing.codes], _NAMED),
        "near": _first(thing.near, _NAMED),
    }
    return _JSON.encode(card).encode()


def _first(said: Worded, characters: int) -> list[tuple[str, str]]:
    return [(language, shortened(text, characters)) for language, text in islice(said, _PASSAGES)]
