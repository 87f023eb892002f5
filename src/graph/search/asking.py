"""What a reader asks for: `mot "une phrase" -autre kind:tool début*`. No text is wrong: the rest of it is words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from ..errors import LimitExceeded
from ..texts import LANGUAGES, Text
from .analysis import cleaned, says_little, words
from .facets import NONE

if TYPE_CHECKING:
    from ..config import Limits
    from .facets import Facet, Facets

_QUOTES = str.maketrans(dict.fromkeys("«»“”„‟″", '"'))
_PART = re.compile(r'(?P<no>-?)(?:(?P<name>[^\s":/]+):(?!/))?(?:"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+))')
_TOLD = 12  # values of a facet that are told to who names none of them
_PREFIX = 2  # letters before a star, at least
_HYPHENS = re.compile("(?<=\\w)[-‐](?=\\w)")


@dataclass(frozen=True, slots=True)
class Word:
    """A folded word; one that begins others, with `prefix`; without `needed`, one that says little."""

    text: str
    prefix: bool = False
    needed: bool = True


@dataclass(slots=True)
class Asked:
    """What is asked for: words, phrases, what is not wanted, the values wanted of facets; `notes` say what was done.

    `text` is the whole as it was given, `said` without filters; `hyphened` are the words that hyphens part, by their
    parts, each as one; what nothing has is a slip for a word of `language`, the reader's, or of any.
    """

    text: str = ""
    language: str = ""
    said: list[str] = field(default_factory=list)
    words: list[Word] = field(default_factory=list)
    hyphened: dict[tuple[str, ...], str] = field(default_factory=dict)
    phrases: list[tuple[str, ...]] = field(default_factory=list)
    without: list[tuple[str, ...]] = field(default_factory=list)
    filters: dict[str, list[str]] = field(default_factory=dict)
    barred: dict[str, list[str]] = field(default_factory=dict)
    notes: list[Text] = field(default_factory=list)

    @property
    def size(self) -> int:
        """How many words it has, wanted or not."""
        return len(self.words) + sum(map(len, self.phrases)) + sum(map(len, self.without))

    @property
    def has_words(self) -> bool:
        """Whether a word is asked for, and not only that some be left out, or a filter."""
        return bool(self.words or self.phrases)

    @property
    def is_loose(self) -> bool:
        """Whether it is in words alone, as one says it: no phrase, nothing left out, no beginning of a word."""
        exact = self.phrases or self.without or any(word.prefix for word in self.words)
        return bool(self.words) and not exact

    @property
    def is_vain(self) -> bool:
        """Whether something was typed, and nothing of it is to be searched: signs, spaces without width."""
        wanted = self.has_words or self.without or self.filters or self.barred
        return bool(self.text.strip()) and not wanted


def read(text: str, facets: Facets, limits: Limits, language: str = "") -> Asked:
    """What a text asks for, of a reader in this language. Raises LimitExceeded for one longer than any question is."""
    if len(text) > limits.search_characters:
        raise LimitExceeded(
            "limit",
            limit="search_characters",
            value=limits.search_characters,
            measured=len(text),
            sentence=Text("limit.search_characters"),
        )
    asked = Asked(text, language)
    for part in _PART.finditer(cleaned(text).translate(_QUOTES)):
        name, phrase, word = part["name"], part["phrase"], part["word"]
        said = word if phrase is None else phrase
        if name and _facet(asked, facets, name, said, barred=bool(part["no"])):
            continue
        asked.said.append(f"{name} {said}" if name and facets.meant(name) is None else said)
        found = words(asked.said[-1])
        room = limits.search_words - asked.size
        if len(found) > room:
            asked.notes.append(Text("search.note-words", {"count": limits.search_words}))
        if found[:room]:
            quoted, begun = phrase is not None and not name, phrase is None and said.endswith("*")
            asked.hyphened |= _hyphened(part)
            _take(asked, found[:room], quoted=quoted, begun=begun, no=bool(part["no"]))
        if len(found) > room:
            break
    if not any(word.needed for word in asked.words) and not asked.phrases:
        asked.words = [Word(word.text, word.prefix) for word in asked.words]  # articles are all there is to look for
    if asked.is_vain:
        asked.notes.append(Text("search.note-nothing"))
    return asked


def filtered(asked: Asked, given: Mapping[str, Sequence[str]], facets: Facets) -> None:
    """Add the values that an address asks for, by facet; what is no facet is told."""
    for name, values in given.items():
        facet = facets.get(name)
        if facet is None:
            asked.notes.append(Text("search.note-facet", {"name": name[:60], "known": _known(facets)}))
            continue
        for value in values:
            exact = facet.value(value)
            if value == NONE and exact == value:
                asked.barred.setdefault(name, []).extend(facet.values)
            elif exact in facet.values:
                asked.filters.setdefault(name, []).append(exact)
            else:
                narrowed(asked, name, value, facets)


def narrowed(asked: Asked, name: str, word: str, facets: Facets) -> None:
    """Ask for the values of a facet that a reader's word means; for none at all when it means none, which is told."""
    if not _facet(asked, facets, name, word, barred=False):
        asked.filters.setdefault(name, []).append("")


def _facet(asked: Asked, facets: Facets, name: str, said: str, *, barred: bool) -> bool:
    """Take `kind:tool` for what it is, and say so when it is not: the value is then a word like others."""
    facet = facets.meant(name)
    if facet is None:
        if name.isalpha():
            asked.notes.append(Text("search.note-facet", {"name": name[:60], "known": _known(facets)}))
        return False
    values = facet.meant(said)
    if not values:
        told = {"value": said[:60], "facet": _label(facet.name, facets), "known": _values(facet)}
        asked.notes.append(Text("search.note-value", told))
        return barred  # to leave out what there is not leaves out nothing
    chosen = asked.barred if barred else asked.filters
    chosen.setdefault(facet.name, []).extend(values)
    return True


def _take(asked: Asked, found: Sequence[str], *, quoted: bool, begun: bool, no: bool) -> None:
    """Take words as they are meant: not wanted, together, or each for itself, the last perhaps as a beginning."""
    if no:
        asked.without.append(tuple(found))
    elif quoted and len(found) > 1:
        asked.phrases.append(tuple(found))
    else:
        for place, word in enumerate(found, start=1):
            prefix = begun and place == len(found) and len(word) >= _PREFIX
            new = Word(word, prefix, needed=prefix or quoted or not says_little(word))
            if new not in asked.words:
                asked.words.append(new)


def _hyphened(part: re.Match[str]) -> dict[tuple[str, ...], str]:
    """Words that are wanted each for itself, as the one that they are without the hyphens which alone part them."""
    word = part["word"] or ""
    if part["no"] or word.endswith("*"):
        return {}
    parts, whole = words(word), words(_HYPHENS.sub("", word))
    return {tuple(parts): whole[0]} if len(parts) > len(whole) == 1 else {}


def _known(facets: Facets) -> str:
    return ", ".join(each.name for each in facets)


def _values(facet: Facet) -> Text:
    """The first values of a facet, as people call them."""
    more = ["…"] * (len(facet.values) > _TOLD)
    some = [*islice(facet.values, _TOLD)]
    return Text(
        wordings={
            language: ", ".join([*(facet.label_of(value, language) for value in some), *more]) for language in LANGUAGES
        }
    )


def _label(name: str, facets: Facets) -> Text:
    facet = facets.get(name)
    return Text(wordings={language: facet.label(language) for language in LANGUAGES} if facet else {"": name})
