"""PAS311: a term of a known vocabulary exists there."""

from __future__ import annotations

from collections.abc import Iterator

from ...turtle.ntriples import TYPE
from ..context import Context
from ..page import Mention, Page
from ..rule import NOT_SHAPES, DocumentRule, Finding
from ..vocabularies import split, vocabulary

_SEARCHES, _LENGTH = 200, 60  # names a file to look for, and how long: it takes some milliseconds for each
_CLEAR = 0.05  # how much nearer than the next a name is when there is no doubt


class UnknownTerm(DocumentRule):
    """A term in the namespace of a pinned vocabulary (`lint/vocabularies/`), which does not define it.

    Terms of the repository's own ontology are PAS203's. Mended where one name, and only one, is near.
    """

    code, name = "PAS311", "unknown-term"
    level = "error"
    echoes = True
    roles = NOT_SHAPES  # shapes may name a wrong term, to say what to write instead

    def doubts(self, iri: str, context: Context) -> bool:  # noqa: ARG002 - one signature
        """A name that the list of its namespace lacks."""
        return _unknown(iri)

    def check(self, page: Page, context: Context) -> Iterator[Finding]:
        """Each place where such a name is written."""
        found: dict[tuple[str, bool], tuple[str, bool]] = {}
        for mention in page.iris:
            if not _unknown(mention.iri):
                continue
            namespace, name = split(mention.iri)
            place = mention.iri, _is_class(mention)
            if place not in found and len(found) < _SEARCHES and len(name) < _LENGTH:
                known = sorted(t for t in vocabulary(namespace).terms if t[0].isupper() == place[1])
                found[place] = _near(name, known)
            near, clear = found.get(place, ("", False))
            about = {"term": context.short(mention.iri)}
            edits = ((mention.start, mention.end, mention.written(namespace + near, namespace)),) if clear else ()
            if near:
                about["near"] = context.short(namespace + near)
            key = "unknown-term-near" if near else "unknown-term"
            yield Finding(key, mention.start, mention.end, about, edits, value=mention.iri)


def _unknown(iri: str) -> bool:
    namespace, name = split(iri)
    known = vocabulary(namespace)
    if known is None or not name or name in known.terms:
        return False
    return not (known.namespace.endswith("22-rdf-syntax-ns#") and name[0] == "_" and name[1:].isdigit())


def _near(name: str, terms: list[str]) -> tuple[str, bool]:
    """The nearest name there is, and whether it is the only one that could have been meant."""
    from difflib import SequenceMatcher, get_close_matches

    same = [term for term in terms if term.lower() == name.lower()]
    found = same or get_close_matches(name, terms, n=2, cutoff=0.75)
    if not found:
        return "", False
    nearness = [SequenceMatcher(None, name, term).ratio() for term in found]
    return found[0], len(found) == 1 or nearness[0] - nearness[1] > _CLEAR


def _is_class(mention: Mention) -> bool:
    """Whether a class can stand there, else a property: by `a`, by its place before a value, else by its own case."""
    triple, term = mention.triple, f"<{mention.iri}>"
    if triple.predicate == TYPE and triple.object == term:
        return True
    return triple.predicate != term and split(mention.iri)[1][0].isupper()
