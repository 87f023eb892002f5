"""Labelled productions of many administrations: what is the same, what is a variant, and much that only looks so.

    python bench/linking/planted.py --productions 10000 --seed 2026 --out DIR

- *same*: another portal's notice of one thing: typos, accents lost, case, words re-ordered, abbreviations, another
  language, other words, no description or another one, other addresses, the body's other name.
- *variant*: a thing adapted for another town or other people, its second version, or what was made of it under a new
  name. *unclear*: the same, but nothing in the two notices shows it; no method is right or wrong about them.
- None of these: the same matter in another form, the same form for another matter, the same title elsewhere and made
  apart, series, portals' own phrases, names a letter away, productions named in passing, titles that say nothing,
  addresses and numbers that several things share.

How they look was taken from the notices of beta.gouv.fr and from publiccode.yml files of the same services, before any
method was there to be measured. `DEVELOPMENT` is the seed to work with, and lacks every third matter and sentence;
figures are those of `HELD_OUT`. The same seed gives the same productions and the same truth.
"""

# ruff: noqa: PLR2004, D102 - the shares of an invented world; a method an act, bearing its name; no Django here

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from random import Random

import mutations
from sheets import EN, FORGES, FR, ID, LANGUAGES, PORTALS, Portal, Sheet
from words import Pair, Words, capital, elided, folded, slug

from graph.linking.productions import Production

DEVELOPMENT, HELD_OUT = 1, 2026


@dataclass(slots=True)
class Labelled:
    """Productions, the pairs that belong together (lower IRI first), and how each was made."""

    productions: list[Production] = field(default_factory=list)
    truth: dict[tuple[str, str], str] = field(default_factory=dict)
    how: dict[str, str] = field(default_factory=dict)  # of a production: what was done to it
    sheets: dict[str, Sheet] = field(default_factory=dict)  # of a production: what is true of it

    def pairs(self, strength: str) -> set[tuple[str, str]]:
        """The true pairs of a strength."""
        return {pair for pair, said in self.truth.items() if said == strength}

    def write(self, folder: Path) -> None:
        """As productions.jsonl and truth.tsv."""
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "productions.jsonl").open("w") as file:
            file.writelines(json.dumps(asdict(made), ensure_ascii=False) + "\n" for made in self.productions)
        lines = [
            f"{source}\t{target}\t{said}\t{self.how[source]}\t{self.how[target]}\n"
            for (source, target), said in self.truth.items()
        ]
        (folder / "truth.tsv").write_text("".join(lines))


class Planted:
    """Families of notices without end."""

    def __init__(self, seed: int) -> None:
        self.draw = Random(seed)
        self.words = Words(development=seed == DEVELOPMENT)
        self.made = Labelled()
        self.titles: set[str] = set()
        self.names: set[str] = set()
        self.said = 0
        self.known: list[Pair] = []  # titles, which others may name
        self.counts = dict.fromkeys((portal.name for portal in PORTALS), 0)

    def families(self) -> Iterator[None]:
        """Family after family, each whole."""
        kinds: list[tuple[float, Callable[[], None]]] = [
            (0.56, self.alone), (0.17, self.copied), (0.10, self.varied), (0.04, self.copied_and_varied),
            (0.05, self.elsewhere), (0.02, self.series), (0.02, self.namesakes), (0.02, self.shared_address),
            (0.02, self.neighbours),
        ]  # fmt: skip
        shares, acts = zip(*kinds, strict=True)
        while True:
            yield self.draw.choices(acts, shares)[0]()

    # what is true

    def sheet(self) -> Sheet:
        draw, words = self.draw, self.words
        about = words.matters[int(len(words.matters) * draw.random() ** 1.4)]
        town = words.town(draw)
        body = words.body(draw, town)
        brand = words.brand(draw, about.de)
        while brand in self.names:
            brand = words.brand(draw, about.de) + draw.choice(["", draw.choice(words.brands["tails"])])
        style = draw.choices(
            ("brand", "brand and phrase", "phrase", "town", "audience", "aim"), (27, 14, 22, 17, 14, 6)
        )[0]
        audience = draw.choice(words.audiences)
        day = date(2014, 1, 1) + timedelta(days=draw.randrange(4200))
        code = brand if style.startswith("brand") else draw.choice([brand, about.de])
        sheet = Sheet(
            about, draw.randrange(len(words.forms)), audience, town, body, brand, style,
            repository=f"https://{draw.choice(FORGES)}/{body.slug[:24]}/{slug(code)}",
            landing=f"https://{slug(code)}.{draw.choice(['gouv.fr', slug(town) + '.fr', 'beta.example', 'fr'])}/",
            day=day, number=draw.randrange(10_000), told=(), words=words,
        )  # fmt: skip
        for style in (
            "town",
            "audience",
            "brand and phrase",
            "brand",
        ):  # no other thing bears its title, but for namesakes
            if folded(sheet.title[FR]) not in self.titles:
                break
            sheet = replace(sheet, style=style)
        if sheet.style.startswith("brand"):
            self.names.add(brand)
        self.titles.add(folded(sheet.title[FR]))
        self.known.append(sheet.title)
        return replace(sheet, told=self.told(sheet, draw.choices((1, 2, 3, 4, 6), (25, 30, 25, 12, 8))[0]))

    def told(self, sheet: Sheet, count: int) -> tuple[tuple[int, Pair], ...]:
        """So many sentences about it."""
        draw, words = self.draw, self.words
        fr, en = sheet.phrase
        said = []
        for french, english in draw.sample(words.sentences, count):
            goal, other, origin, method = (
                draw.choice(of) for of in (words.goals, words.goals, words.origins, words.methods)
            )
            figures = {"n": draw.randint(3, 97), "year": draw.randint(2016, 2027)}
            result = tuple(text.format(**figures) for text in draw.choice(words.results))
            numbers = {"months": draw.randint(2, 30), "small": draw.randint(2, 12)}
            numbers |= {"year": figures["year"], "town": sheet.town}
            told = (
                template.format(
                    Form=form, audience=sheet.audience[i], goal=goal[i], goal2=other[i], origin=origin[i],
                    method=method[i], result=result[i], le=sheet.matter.le, de=sheet.matter.de, en=sheet.matter.en,
                    Le=capital(sheet.matter.le), En=capital(sheet.matter.en), **numbers,
                )
                for i, (template, form) in enumerate(((french, fr), (english, en)))
            )  # fmt: skip
            self.said += 1
            said.append((self.said, (elided(next(told)), next(told))))
        return tuple(said)

    # what is written

    def notice(self, sheet: Sheet, portal: Portal, how: str = "original", **said: object) -> str:
        """A notice of it on a portal, as the portal writes; `said` replaces fields. Its IRI."""
        draw = self.draw
        number = self.counts[portal.name]
        self.counts[portal.name] += 1
        languages = draw.choice(portal.languages)
        told = sheet.told[: portal.sentences] if draw.random() > 0.08 else ()
        extra = self.beside(portal)
        urls = [sheet.repository] if draw.random() < portal.code else []
        if draw.random() < 0.5:
            urls.append(sheet.landing)
        iri = (
            f"{portal.base}{'productions/' if portal.base.startswith(ID) else ''}{slug(sheet.title[FR])[:40]}-{number}"
        )
        themes = (
            (sheet.matter.theme, *draw.sample(slug(sheet.matter.de).split("-")[1:], 1))
            if portal.keywords
            else (f"{ID}concepts/theme-{sheet.matter.theme}",)
        )
        fields = {
            "iri": iri,
            "portal": f"harvest/{portal.name}" if portal.name else "",
            "titles": tuple((LANGUAGES[i], sheet.title[i]) for i in languages),
            "descriptions": tuple(
                (LANGUAGES[i], " ".join((*(of[i] for _, of in told), *(of[i] for of in extra))))
                for i in languages
                if told or extra
            ),
            "organisations": (f"{portal.base}organisations/{sheet.body.slug}",),
            "organisation_names": (sheet.body.names[0],),
            "identifiers": (f"P{number}",) if draw.random() < 0.6 else (),
            "urls": tuple(urls),
            "themes": themes if draw.random() < 0.7 else (),
            "kinds": (f"{ID}concepts/kind-{slug(sheet.phrase[FR]).split('-')[0]}",) if draw.random() < 0.4 else (),
            "sources": (f"{ID}sources/{portal.name or 'bilan'}-{number % 7}",) if not portal.name else (),
            "dates": (sheet.day.isoformat(),) if draw.random() < 0.6 else (),
        }
        made = Production(**{**fields, **said})
        self.made.productions.append(made)
        self.made.how[made.iri] = how
        self.made.sheets[made.iri] = sheet
        return made.iri

    def beside(self, portal: Portal) -> list[Pair]:
        """What a notice holds that is not about the thing: the portal's phrases, other productions' names."""
        draw, words, said = self.draw, self.words, []
        if draw.random() < portal.boilerplate:
            said.append(draw.choice(words.boilerplate))
        if draw.random() < portal.boilerplate / 2:
            said.append(draw.choice(words.fillers))
        if draw.random() < 0.1 and self.known:
            said.append(draw.choice(words.mentions))
        one, other = (draw.choice(self.known or [("", "")]) for _ in range(2))
        small = draw.randint(1, 60)
        return [
            (
                fr.format(small=small, title=one[FR], other=other[FR]),
                en.format(small=small, title=one[EN], other=other[EN]),
            )
            for fr, en in said
        ]

    def link(self, strength: str, sources: list[str], targets: list[str]) -> None:
        for source in sources:
            for target in targets:
                if source != target:
                    self.made.truth[min(source, target), max(source, target)] = strength

    # families

    def alone(self) -> None:
        self.notice(self.sheet(), self.draw.choice(PORTALS))

    def copied(self, sheet: Sheet | None = None) -> list[str]:
        """One thing that several portals know."""
        draw, sheet = self.draw, sheet or self.sheet()
        portals = draw.sample(PORTALS, 1 + draw.choices((1, 2, 3), (75, 20, 5))[0])
        names = [self.notice(sheet, portals[0])]
        original = self.made.productions[-1]
        for portal in portals[1:]:
            fields, how = mutations.copy(sheet, original, draw)
            names.append(self.notice(sheet, portal, how, **fields))
        self.link("same", names, names)
        return names

    def varied(self) -> None:
        self.made_of(sheet := self.sheet(), [self.notice(sheet, self.draw.choice(PORTALS))])

    def copied_and_varied(self) -> None:
        sheet = self.sheet()
        self.made_of(sheet, self.copied(sheet))

    def made_of(self, sheet: Sheet, names: list[str]) -> None:
        """Variants of it, by other bodies or as a later version; each is a variant of the others too."""
        draw, variants = self.draw, []
        for _ in range(draw.choices((1, 2), (80, 20))[0]):
            other, lead, how = mutations.variant(sheet, draw, self)
            if (
                how == "later version" and variants
            ):  # there is one next version, which somebody may have copied: not ours
                break
            taken = {
                one.portal.removeprefix("harvest/") for one in self.made.productions[-len(names) - len(variants) :]
            }
            portal = draw.choice([one for one in PORTALS if one.name not in taken])
            languages = draw.choice(portal.languages)
            told = tuple(
                (LANGUAGES[i], " ".join((*([lead[i]] if lead else ()), *(said[i] for _, said in other.told))))
                for i in languages
            )
            titles = tuple((LANGUAGES[i], other.title[i] + mutations.version(how, draw, i)) for i in languages)
            variants.append(self.notice(other, portal, how, titles=titles, descriptions=told))
            self.titles.update(folded(text) for _, text in titles)
        shown = {one.iri: one for one in self.made.productions[-len(names) - len(variants) :]}
        for one in variants:
            for other_one in (*names, *variants):
                clear = self.tellable(sheet, shown[one], shown[other_one])
                self.link("variant" if clear else "unclear", [one], [other_one])

    def tellable(self, root: Sheet, one: Production, other: Production) -> bool:
        """Whether a reader of both can tell that they come of one thing: by a name, words, an address or a debt."""
        sheets = [self.made.sheets[notice.iri] for notice in (one, other)]
        texts = [" ".join(text for _, text in notice.descriptions) for notice in (one, other)]
        if root.style.startswith("brand") and all(
            sheet.style.startswith("brand") and root.brand in sheet.brand for sheet in sheets
        ):
            return True
        if root.town == sheets[0].town == sheets[1].town and not any(
            "shorter" in self.made.how[notice.iri] for notice in (one, other)
        ):
            return True  # a later version of the same body
        heard = [
            {number for number, said in sheet.told if any(of[:25] in text for of in said)}
            for sheet, text in zip(sheets, texts, strict=True)
        ]
        shared = len(heard[0] & heard[1])
        if shared > 1 or (shared and "brand" not in (sheets[0].style, sheets[1].style)):
            return True
        repositories = [
            {url.rstrip("/").removesuffix(".git").rpartition("/")[2] for url in notice.urls if url.count("/") > 3}
            for notice in (one, other)
        ]
        if repositories[0] & repositories[1]:
            return True
        names = (*root.title, *root.body.names)
        debts = [any(name in text for name in names) for text in texts]
        known = [
            notice.titles and (sheet.body == root.body or bool(credit))
            for notice, sheet, credit in zip((one, other), sheets, debts, strict=True)
        ]
        return any(debts) and all(known)

    def elsewhere(self) -> None:
        """The same matter in the same form, made apart in another town: similar, and nothing more."""
        sheet = self.sheet()
        self.notice(sheet, self.draw.choice(PORTALS))
        for _ in range(self.draw.randint(1, 2)):
            other = replace(self.sheet(), matter=sheet.matter, form=sheet.form, style="town")
            if folded(other.title[FR]) not in self.titles:
                self.titles.add(folded(other.title[FR]))
                other = replace(other, told=self.told(other, self.draw.randint(1, 4)))
                self.notice(other, self.draw.choice(PORTALS), "made apart elsewhere")

    def series(self) -> None:
        """A collection: titles that begin alike, one phrase for all."""
        first, portals = self.sheet(), self.draw.sample(PORTALS, 2)
        said = self.draw.choice([*self.words.boilerplate, first.told[0][1]])
        start = self.draw.choice(
            ["Les cahiers de l’innovation n° {}", "Fiche {}", "Retour d’expérience {}", first.brand + " {}"]
        )
        for number in range(1, self.draw.randint(4, 8)):
            sheet = self.sheet()
            titles = (("fr", f"{start.format(number)} : {sheet.phrase[FR][0].lower()}{sheet.phrase[FR][1:]}"),)
            told = (("fr", said[FR].format(small=number)),)
            self.notice(sheet, portals[number % 2], "of a series", titles=titles, descriptions=told)

    def namesakes(self) -> None:
        """Things with the same title and nothing else in common."""
        fr, en = self.draw.choice(self.words.generic)
        for _ in range(self.draw.randint(2, 4)):
            sheet, portal = self.sheet(), self.draw.choice(PORTALS)
            languages = self.draw.choice(portal.languages)
            titles = tuple((LANGUAGES[i], (fr, en)[i]) for i in languages)
            told = tuple((LANGUAGES[i], " ".join(said[i] for _, said in sheet.told)) for i in languages)
            self.notice(sheet, portal, "namesake", titles=titles, descriptions=told)

    def shared_address(self) -> None:
        """Things of one repository, one account or one home page."""
        first = self.sheet()
        address = self.draw.choice(
            [
                first.repository,
                first.repository.rpartition("/")[0],
                first.landing,
                f"https://www.{slug(first.town)}.fr/",
            ]
        )
        for portal in self.draw.sample(PORTALS, self.draw.randint(2, 4)):
            sheet = replace(self.sheet(), body=first.body)
            self.notice(sheet, portal, "at a shared address", urls=(address,))

    def neighbours(self) -> None:
        """A name a letter away; the same matter in other forms; the same form for others of its theme."""
        first = self.sheet()
        same_theme = [one for one in self.words.matters if one.theme == first.matter.theme]
        self.notice(first, self.draw.choice(PORTALS))
        for _ in range(self.draw.randint(1, 3)):
            other = self.sheet()
            way = self.draw.random()
            if way < 0.3:  # another thing, a letter away
                near = replace(other, brand=mutations.typo(first.brand, self.draw), style="brand")
            elif way < 0.6:
                near = replace(other, matter=first.matter, audience=first.audience)
            else:
                near = replace(other, matter=self.draw.choice(same_theme), form=first.form, audience=first.audience)
            if folded(near.title[FR]) not in self.titles:
                self.titles.add(folded(near.title[FR]))
                near = replace(near, told=self.told(near, self.draw.randint(1, 4)))
                self.notice(near, self.draw.choice(PORTALS), "near miss")


def planted(productions: int, seed: int = HELD_OUT) -> Labelled:
    """So many productions (a family more at most, then cut), with the truth about those that are there."""
    world = Planted(seed)
    for _ in world.families():
        if len(world.made.productions) >= productions:
            break
    made = world.made
    world.made.productions = made.productions[:productions]
    there = {one.iri for one in made.productions}
    made.truth = dict(sorted((pair, said) for pair, said in made.truth.items() if there.issuperset(pair)))
    Random(seed).shuffle(made.productions)
    return made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--productions", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=DEVELOPMENT)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    made = planted(given.productions, given.seed)
    made.write(given.out)
    same, variant = (len(made.pairs(strength)) for strength in ("same", "variant"))
    print(f"{len(made.productions)} productions, {same} pairs the same, {variant} variants")


if __name__ == "__main__":
    main()
