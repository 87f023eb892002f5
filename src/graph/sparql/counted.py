"""Queries that the counts of a snapshot answer: COUNT and ASK of one triple pattern, over the default dataset.

Federation engines ask them of every pattern before they plan. They are known by their canonical form, which is made of
the guard's tokens; whatever is not surely one of them is left to the engine. And what is written is written by the
engine: byte for byte its answer.
"""

from __future__ import annotations

import io
import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from ..namespaces import RDF
from .canonical import canonical
from .results import serialise
from .terms import is_iri

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyoxigraph import Store

    from ..formats import Format
    from ..snapshot.counts import Counts

TYPE = RDF + "type"
_FORM = re.compile(
    r"""
    ((?:PREFIX\ \S+\ <\S+>\ )*+)
    (?:ASK|SELECT\ \(\ COUNT\ \(\ (DISTINCT\ )?(\*|[?$]\w+)\ \)\ AS\ [?$](\w+)\ \))\ (?:WHERE\ )?
    \{\ (\S+)\ (\S+)\ (\S+)\ (?:\.\ )?\}
    """,
    re.VERBOSE | re.ASCII,
)
_VARIABLE = re.compile(r"[?$](\w+)", re.ASCII)
_IRI = re.compile(r"<([^<>\\]+)>")
_NAME = re.compile(r"((?:[A-Za-z][\w-]*)?):([\w:.-]*)", re.ASCII)


class Question(NamedTuple):
    """An ASK, or the COUNT called `name` of `counted`: a place of the pattern, or None for its solutions.

    The pattern is three terms: an IRI, or None for a variable, each different from the others.
    """

    pattern: tuple[str | None, ...]
    name: str = ""
    distinct: bool = False
    counted: int | None = None


def answer(text: str, form: Format, counts: Counts) -> bytes | None:
    """The engine's answer to a query the guard let through, over the default dataset; None where counts do not tell."""
    question = asked(text)
    number = None if question is None else _number(question, counts)
    if question is None or number is None:
        return None
    return _written(question.name, number if question.name else min(number, 1), form.name)


def asked(text: str) -> Question | None:
    """The question of a text that is one COUNT or one ASK of one triple pattern; None for any other."""
    found = _FORM.fullmatch(canonical(text))
    if found is None:
        return None
    prologue, distinct, counted, name, *places = found.groups()
    words = prologue.split()
    namespaces = dict(zip(words[1::3], words[2::3], strict=True))
    variables = [_variable(term) for term in places]
    named = [variable for variable in variables if variable is not None]
    pattern = tuple(None if _variable(term) else _iri(term, at, namespaces) for at, term in enumerate(places))
    known = all(term or variable for term, variable in zip(pattern, variables, strict=True))
    if not known or len(set(named)) < len(named) or name in named or 3 * len(namespaces) < len(words):
        return None
    if not all(_absolute(iri) for iri in namespaces.values()):
        return None
    if counted in (None, "*"):
        return Question(pattern, name or "", bool(distinct))
    place = _variable(counted)
    return Question(pattern, name, bool(distinct), variables.index(place)) if place in named else None


def _variable(term: str) -> str | None:
    found = _VARIABLE.fullmatch(term)
    return found[1] if found else None


def _iri(term: str, place: int, namespaces: Mapping[str, str]) -> str | None:
    """The IRI of a term that names one, absolute and without an escape; None of any other."""
    if term == "a" and place == 1:
        return TYPE
    name = _NAME.fullmatch(term)
    if name is None:
        return _absolute(term)
    namespace = _absolute(namespaces.get(f"{name[1]}:", ""))
    return _valid(namespace + name[2]) if namespace else None


def _absolute(term: str) -> str | None:
    found = _IRI.fullmatch(term)
    return _valid(found[1]) if found else None


@lru_cache(maxsize=1024)
def _valid(iri: str) -> str | None:
    return iri if is_iri(iri) else None


def _number(question: Question, counts: Counts) -> int | None:
    """How many solutions the pattern has, or distinct ones of the place that is counted; None where counts do not tell.

    Nothing has a property, or is of a class, that is not in the tables: they have them all.
    """
    subject, predicate, value = question.pattern
    place = question.counted if question.distinct else None
    if predicate is not None and predicate not in counts.properties:
        return 0
    if predicate == TYPE and value is not None and value not in counts.classes:
        return 0
    if subject is not None or (value is not None and predicate != TYPE):
        return None
    if value is not None:
        return counts.classes[value]  # each instance is one subject
    if predicate is None:
        return (counts.subjects, len(counts.properties), counts.objects, counts.triples)[3 if place is None else place]
    of = counts.properties[predicate]
    return {0: of.subjects, 2: of.objects}.get(place, of.triples) if place is not None else of.triples


@cache
def _nowhere() -> Store:
    from pyoxigraph import Store

    return Store()


@lru_cache(maxsize=4096)
def _written(name: str, number: int, form: str) -> bytes:
    """A number in a column of that name, or a boolean where there is no name, as the engine writes it."""
    text = f"SELECT ?{name} {{ VALUES ?{name} {{ {number:d} }} }}" if name else f"ASK {{ FILTER({number:d} > 0) }}"
    output = io.BytesIO()
    serialise(_nowhere().query(text), form, output, {})
    return output.getvalue()
