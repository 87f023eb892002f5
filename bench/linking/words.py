"""The words of invented administrations: things, towns, bodies and names, said in French and in English."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from random import Random

WORDS = Path(__file__).with_name("words.toml")
ASPIRATED = ("handi", "harc", "haie", "hall")
Pair = tuple[str, str]  # French, English


def folded(text: str) -> str:
    """Lower case, without accents."""
    plain = unicodedata.normalize("NFD", text.replace("œ", "oe").replace("’", "'")).encode("ascii", "ignore")
    return plain.decode().lower()


def slug(text: str) -> str:
    """A text as an address says it."""
    return "-".join("".join(letter if letter.isalnum() else " " for letter in folded(text)).split())


def elided(text: str) -> str:
    """French contractions where words were put side by side."""
    text = text.replace(" à les ", " aux ").replace(" de les ", " des ").replace(" de le ", " du ")
    return re.sub(r"\b([dD])e (?=[aeiouéèêAEIOUÉ])", r"\1’", text)


def capital(text: str) -> str:
    """With a capital, the rest as it is."""
    return text[:1].upper() + text[1:]


@dataclass(frozen=True, slots=True)
class Matter:
    """What a production is about: its theme, and its name with the French articles."""

    number: int
    theme: str
    theme_en: str
    de: str
    le: str
    en: str


@dataclass(frozen=True, slots=True)
class Body:
    """An administration, by each of the names it goes by; the last is English."""

    names: tuple[str, ...]
    town: str

    @property
    def slug(self) -> str:
        """Its account on a forge."""
        return slug(self.names[0])


def matter(number: int, theme: str, theme_en: str, line: str) -> Matter:
    gender, fr, en = line.split("|")
    elided = gender != "p" and folded(fr)[0] in "aeiouyh" and not folded(fr).startswith(ASPIRATED)
    de, le = {"m": ("du ", "le "), "f": ("de la ", "la "), "p": ("des ", "les ")}[gender]
    if elided:
        de, le = "de l’", "l’"
    return Matter(number, theme, theme_en, de + fr, le + fr, en)


def pairs(lines: list[str]) -> list[Pair]:
    return [(fr, en) for fr, en in (line.split("|") for line in lines)]


class Words:
    """Everything that can be said; in development, without every third thing and sentence."""

    def __init__(self, *, development: bool) -> None:
        read = tomllib.loads(WORDS.read_text())
        things = [(name, theme["en"], line) for name, theme in read["themes"].items() for line in theme["objects"]]
        kept = [i for i in range(len(things)) if not (development and i % 3 == 2)]  # noqa: PLR2004 - every third
        self.matters = [matter(i, *things[i]) for i in kept]
        Random(5).shuffle(self.matters)  # so that a theme is not a run of numbers
        said = pairs(read["sentences"])
        self.sentences = [pair for i, pair in enumerate(said) if not (development and i % 3 == 2)]  # noqa: PLR2004
        self.forms, self.audiences, self.goals = (pairs(read[key]) for key in ("forms", "audiences", "goals"))
        self.origins, self.methods, self.results = (pairs(read[key]) for key in ("origins", "methods", "results"))
        self.mentions, self.fillers = pairs(read["mentions"]), pairs(read["fillers"])
        self.boilerplate, self.generic = pairs(read["boilerplate"]), pairs(read["generic"])
        self.abbreviations, self.synonyms = pairs(read["abbreviations"]), pairs(read["synonyms"])
        self.towns = [f"{start}-{end}" for start in read["towns"]["starts"] for end in read["towns"]["ends"]]
        self.kinds = [kind.split("|") for kind in read["towns"]["kinds"]]
        self.brands = read["brands"]

    def town(self, draw: Random) -> str:
        """Any town."""
        return draw.choice(self.towns)

    def body(self, draw: Random, town: str) -> Body:
        """An administration of a town."""
        *french, english = draw.choice(self.kinds)
        return Body((*(elided(name.format(town)) for name in french), english.format(town)), town)

    def brand(self, draw: Random, about: str) -> str:
        """A name as services give themselves: made of parts, of the matter's first letters, or an acronym."""
        head, tail = draw.choice(self.brands["heads"]), draw.choice(self.brands["tails"])
        way = draw.random()
        if way < 0.15:  # noqa: PLR2004 - the shares of an invented world, here and below
            initials = "".join(word[0] for word in slug(about).split("-") if len(word) > 2)  # noqa: PLR2004
            return (
                initials + draw.choice("aeiou") + draw.choice("dlmnrst") + draw.choice(["", "is", "el", "a"])
            ).upper()
        if way < 0.45:  # noqa: PLR2004
            longest = max(slug(about).split("-"), key=len)
            return capital(longest[: draw.randint(3, 5)] + draw.choice(self.brands["middles"]) + tail)
        if way < 0.55:  # noqa: PLR2004
            return capital(head) + "’" + draw.choice("aeiou") + tail
        name = head + draw.choice(self.brands["middles"]) + tail
        return capital(name) if draw.random() < 0.8 else capital(head) + capital(tail)  # noqa: PLR2004
