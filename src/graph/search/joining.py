"""Words that a reader parts with hyphens and that the graph writes as one: « co-voiturage » for « covoiturage »."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from ..texts import Text
from .asking import Asked, Word


def joined(
    asked: Asked, is_known: Callable[[str], bool], is_said: Callable[[Sequence[str]], bool]
) -> tuple[Asked, list[Text]]:
    """The question with such words as one, and what was done.

    `is_known` tells whether anything has a word, `is_said` whether anything has some one after the other: what the
    graph writes with hyphens too stays in its parts.
    """
    taken = {parts: word for parts, word in asked.hyphened.items() if is_known(word) and not is_said(parts)}
    if not taken:
        return asked, []
    inside = {part for parts in taken for part in parts}
    left = {part for parts in asked.hyphened.keys() - taken.keys() for part in parts}
    words: list[Word] = []
    for word in asked.words:
        words += [Word(whole) for parts, whole in taken.items() if parts[0] == word.text]
        words += [word] if word.text in left or word.text not in inside else []
    notes = [Text("search.note-near", {"word": "-".join(parts), "near": whole}) for parts, whole in taken.items()]
    return replace(asked, words=list(dict.fromkeys(words))), notes
