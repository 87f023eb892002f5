"""Why a result is one, where its name and its texts do not have the words: by another name, or by its meaning.

A suggestion too is told its reason, where its name does not have what is typed.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..texts import Text
from .analysis import name, words
from .compiling import Compiled, Synonym
from .facets import worded
from .searching import Hit

WORDS, SYNONYM, MEANING = "words", "synonym", "meaning"


def by(hit: Hit, compiled: Compiled) -> str:
    """What found a result: its words, another name of something that it speaks of, or its meaning."""
    if hit.meant:
        return MEANING
    return WORDS if synonym(hit, compiled) is None else SYNONYM


def reason(hit: Hit, compiled: Compiled, language: str) -> str:
    """The same as a sentence, empty for words."""
    if hit.meant:
        return Text("search.by-meaning").render(language)
    found = synonym(hit, compiled)
    if found is None:
        return ""
    said = next((text for _, text in found.card["others"] if name(text) == found.said), found.said)
    if found.card["iri"] == hit.card["iri"]:
        return Text("search.by-own-name", {"other": said}).render(language)
    named = {"name": worded(found.card["names"], language), "other": said}
    return Text("search.by-name", named).render(language)


def suggested(hit: Hit, typed: str, language: str) -> str:
    """The other name, as a sentence, that has what is typed where the name does not; empty where the name has it."""
    begun, called = words(typed), worded(hit.card["names"], language)
    others = [*hit.card["names"].values(), *(text for _, text in hit.card["others"])]
    if not begun or _has(called, begun):
        return ""
    other = next((text for text in others if _has(text, begun)), "")
    return Text("search.by-own-name", {"other": other}).render(language) if other else ""


def _has(text: str, begun: Sequence[str]) -> bool:
    """Whether a text has some words, of which the last may be unfinished."""
    found, (*whole, last) = words(text), begun
    return set(whole) <= {*found} and any(word.startswith(last) for word in found)


def synonym(hit: Hit, compiled: Compiled) -> Synonym | None:
    """The other name that found a result which does not have the words itself."""
    card = hit.card
    if not compiled.synonyms or any(
        compiled.own.places(text, tag) for tag, text in (*card["names"].items(), *card["texts"])
    ):
        return None
    return min(compiled.synonyms, key=lambda each: each.card["iri"] != card["iri"])
