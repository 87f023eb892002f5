"""What is true of an invented production, and the portals whose notices say it."""

# ruff: noqa: D102 - an attribute of the thing, bearing its name

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from words import Body, Matter, Pair, Words, capital, elided

ID = "https://w3id.org/passerelles/id/"
FR, EN = 0, 1
LANGUAGES = ("fr", "en")
FORGES = ("github.com", "github.com", "gitlab.com", "framagit.org")


@dataclass(frozen=True, slots=True)
class Portal:
    """Who publishes notices, and how: which languages, how much, how things are named."""

    name: str
    base: str
    languages: tuple[tuple[int, ...], ...]  # drawn for each notice
    sentences: int  # at most
    keywords: bool
    boilerplate: float
    code: float


PORTALS = (
    Portal("", ID, ((FR, EN), (FR,)), 2, keywords=False, boilerplate=0.05, code=0.2),
    Portal("beta", ID + "harvest/beta/", ((FR,),), 3, keywords=True, boilerplate=0.1, code=0.6),
    Portal(
        "logiciels", "https://logiciels.example/", ((FR,), (EN,), (FR, EN)), 2, keywords=False, boilerplate=0, code=0.95
    ),
    Portal("territoires", "https://territoires.example/fiches/", ((FR,),), 5, keywords=True, boilerplate=0.3, code=0.1),
    Portal("donnees", "https://donnees.example/jeux/", ((FR,),), 6, keywords=True, boilerplate=0.3, code=0.2),
    Portal("region", "https://innover-en-region.example/", ((FR,),), 4, keywords=False, boilerplate=0.2, code=0.1),
    Portal(
        "europe",
        "https://good-practices.example/",
        ((EN,), (EN,), (FR, EN)),
        5,
        keywords=True,
        boilerplate=0.1,
        code=0.4,
    ),
    Portal("recherche", "https://depots.example/", ((EN,), (FR,)), 3, keywords=False, boilerplate=0, code=0.8),
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is true of a production, from which notices are written."""

    matter: Matter
    form: int
    audience: Pair
    town: str
    body: Body
    brand: str
    style: str  # how its title is made
    repository: str
    landing: str
    day: date
    number: int
    told: tuple[tuple[int, Pair], ...]  # what is said of it, in both languages, numbered
    words: Words = field(repr=False)

    @property
    def phrase(self) -> Pair:
        """What it is, of what."""
        fr, en = self.words.forms[self.form]
        return capital(fr.format(de=self.matter.de, le=self.matter.le)), capital(en.format(en=self.matter.en))

    @property
    def title(self) -> Pair:
        fr, en = self.phrase
        match self.style:
            case "brand":
                return self.brand, self.brand
            case "brand and phrase":
                return f"{self.brand} – {fr[0].lower()}{fr[1:]}", f"{self.brand} – {en[0].lower()}{en[1:]}"
            case "town":
                return elided(f"{fr} de {self.town}"), f"{en} of {self.town}"
            case "audience":
                return f"{fr} pour {self.audience[FR]}", f"{en} for {self.audience[EN]}"
            case "aim":
                return (
                    f"Aider {self.audience[FR]} : {fr[0].lower()}{fr[1:]}",
                    f"Helping {self.audience[EN]}: {en[0].lower()}{en[1:]}",
                )
        return fr, en
