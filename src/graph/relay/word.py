"""On whose word a link stands: who says it, when, how surely, under what licence, from what source.

The nearest that says so is taken: what carries the link (its record, or a reuse), then its graph (a portal's), then
the source of the thing it is said of, then the publisher of the whole. What a portal states is on the word of the
portal, whomever it names.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import pyoxigraph as ox

from ..namespaces import DCT, PAS, PROV, SSSOM
from .statements import Statement

SOURCES = (DCT + "source",)
_CARRIER_AGENTS = (
    *(SSSOM + f"{role}_{form}" for role in ("reviewer", "author", "creator") for form in ("id", "label")),
    PAS + "attestedBy",
    PROV + "wasAttributedTo",
    DCT + "creator",
)
_CARRIER_DATES = (
    SSSOM + "review_date", SSSOM + "mapping_date", PROV + "startedAtTime", DCT + "date", PAS + "lastConfirmed",
)  # fmt: skip
_GRAPH_AGENTS = (PROV + "wasAttributedTo", DCT + "publisher", DCT + "creator", *SOURCES)
_GRAPH_DATES = (DCT + "modified", PROV + "generatedAtTime", DCT + "issued")
_SOURCE_AGENTS = (DCT + "creator", DCT + "publisher")
_SOURCE_DATES = (DCT + "issued", DCT + "modified")
_LICENCES = (SSSOM + "license", DCT + "license")
_CONFIDENCES = (SSSOM + "confidence",)
_EVIDENCES = (PAS + "evidence", SSSOM + "mapping_source")
DECISION = PAS + "decision"
#: Everything that tells on whose word a link stands.
PROPERTIES = frozenset((
    *SOURCES, *_CARRIER_AGENTS, *_CARRIER_DATES, *_GRAPH_AGENTS, *_GRAPH_DATES, *_SOURCE_AGENTS, *_SOURCE_DATES,
    *_LICENCES, *_CONFIDENCES, *_EVIDENCES, DECISION,
))  # fmt: skip

Facts = Mapping[str, Sequence[ox.NamedNode | ox.Literal]]


class Publisher(NamedTuple):
    """Who publishes the graph, and under what licence: IRIs, or empty."""

    publisher: str = ""
    licence: str = ""


class Word(NamedTuple):
    """Who says a link; what is not known is None. `date` is as it is written; `confidence` is from 0 to 1."""

    asserted_by: str | None
    date: str | None
    confidence: float | None
    licence: str | None
    source: str | None
    evidence: tuple[str, ...]


NOTHING: Facts = {}


def facts(statements: Iterable[Statement]) -> Facts:
    """The values of each property of a node, in a stable order."""
    found: dict[str, list[ox.NamedNode | ox.Literal]] = {}
    for statement in statements:
        values = found.setdefault(statement.predicate, [])
        if statement.object not in values:
            values.append(statement.object)
    for values in found.values():
        if len(values) > 1:
            values.sort(key=str)
    return found


def word(graph: Facts, source: tuple[str | None, Facts], publisher: Publisher) -> Word:
    """Who says what a graph states, as far as the graph, the source of the statement and the publisher tell."""
    where = source[0] or first(graph, SOURCES)
    return Word(
        asserted_by=first(graph, _GRAPH_AGENTS)
        or first(source[1], _SOURCE_AGENTS)
        or where
        or publisher.publisher
        or None,
        date=first(graph, _GRAPH_DATES) or first(source[1], _SOURCE_DATES),
        confidence=None,
        licence=first(graph, _LICENCES) or publisher.licence or None,
        source=where,
        evidence=(),
    )


def said_by(word: Word, carrier: Facts) -> Word:
    """The word of who attests what carries a link, in place of that of its graph."""
    return word._replace(
        asserted_by=first(carrier, _CARRIER_AGENTS) or word.asserted_by,
        date=first(carrier, _CARRIER_DATES) or word.date,
        confidence=number(first(carrier, _CONFIDENCES)),
        licence=first(carrier, _LICENCES) or word.licence,
        evidence=tuple(value.value for name in _EVIDENCES for value in carrier.get(name, ())),
    )


def first(known: Facts, names: Sequence[str]) -> str | None:
    """The first value of the first property that has one."""
    return next((known[name][0].value for name in names if name in known), None)


def number(text: str | None) -> float | None:
    """The number that a text writes; None for what is none, or not finite."""
    try:
        found = None if text is None else float(text)
    except ValueError:
        return None
    return found if found is not None and math.isfinite(found) else None
