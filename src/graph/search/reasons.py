"""Why a result is one, where its name and its texts do not have the words: by another name, or by its meaning."""

from __future__ import annotations

from ..texts import Text
from .analysis import name
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


def synonym(hit: Hit, compiled: Compiled) -> Synonym | None:
    """The other name that found a result which does not have the words itself."""
    card = hit.card
    if not compiled.synonyms or any(
        compiled.own.places(text, tag) for tag, text in (*card["names"].items(), *card["texts"])
    ):
        return None
    return min(compiled.synonyms, key=lambda each: each.card["iri"] != card["iri"])
