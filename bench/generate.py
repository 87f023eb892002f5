"""Make a whole, valid graph repository of any size: ours, and synthetic data beside it, the same bytes per seed.

    python bench/generate.py --triples 1000000 --seed 7 --out DIR

Our ontology refers to our data, so these are copied too (15 000 triples in all); N counts the synthetic triples.

Data come by territories: a source, a place, a town, its department, a company, an association, their people and
accounts, a need, tools, productions, events, reuses and links. A thing refers only to things made before it, so the
stream may stop anywhere and memory holds names only. `--per-file K` groups K things of a kind in one file.
"""

# ruff: noqa: D102, PLR2004, E501 - a method a kind, bearing its name; the shares of an invented world; tables of words

from __future__ import annotations

import argparse
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

REPOSITORY = Path(__file__).resolve().parent.parent
ID = "https://w3id.org/passerelles/id/"
FRANCE = "<http://publications.europa.eu/resource/authority/country/FRA>"
CONFIGURATION = """[graph]
title = {{ fr = "Territoires inventés", en = "Invented territories" }}
publisher = "https://w3id.org/passerelles/"
licence = "http://spdx.org/licenses/etalab-2.0"

[lint]
policy = "error"
{grouped}"""
GROUPED = 'file-name = "off"\none-subject = "off"\n'
PREFIXES = {
    "cv": "http://data.europa.eu/m8g/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "org": "http://www.w3.org/ns/org#",
    "pas": "https://w3id.org/passerelles/ontology#",
    "prov": "http://www.w3.org/ns/prov#",
    "schema": "https://schema.org/",
    "semapv": "https://w3id.org/semapv/vocab/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "sssom": "https://w3id.org/sssom/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

# slug, French, English, concepts
WORKS = [
    ("covoiturage", "Plateforme de covoiturage", "Car-sharing platform", "kind-plateforme-numerique", "theme-mobilite"),
    ("guichet", "Guichet unique itinérant", "Travelling one-stop shop", "kind-itinerant", "theme-relation-usagers"),
    ("atelier", "Atelier d’inclusion numérique", "Digital-inclusion workshop", "kind-service", "theme-inclusion-numerique"),
    ("tiers-lieu", "Tiers-lieu des agents", "Third place for agents", "kind-lieu", "theme-tiers-lieux"),
    ("budget", "Budget participatif", "Participatory budget", "kind-demarche", "theme-participation-citoyenne"),
    ("compost", "Compost partagé", "Shared compost", "kind-service", "theme-environnement"),
    ("guide", "Guide de l’achat innovant", "Guide to innovative procurement", "kind-guide", "theme-cooperation-public-prive"),
    ("reseau", "Réseau d’ambassadeurs", "Network of ambassadors", "kind-communaute", "theme-reseaux-reconnaissance"),
    ("carte", "Carte des ressources", "Map of resources", "kind-application", "theme-mutualisation-communs"),
    ("jeu", "Jeu de l’accueil", "Welcome game", "kind-jeu", "theme-culture-innovation"),
]  # fmt: skip
METHODS = [
    ("parcours-usager", "Parcours d’usager", "User journey", "toolkind-methode", "famille-comprehension-problematique"),
    ("remue-meninges", "Remue-méninges", "Brainstorming", "toolkind-exercice", "famille-creativite"),
    ("maquette", "Maquette de papier", "Paper model", "toolkind-outil", "famille-prototypage"),
    ("immersion", "Immersion de terrain", "Field immersion", "toolkind-approche", "famille-s-inspirer"),
    ("recit", "Récit d’expérience", "Story of an experience", "toolkind-methode", "famille-narration"),
]
MEETINGS = [
    ("atelier", "Atelier", "Workshop"),
    ("forum", "Forum ouvert", "Open forum"),
    ("rencontre", "Rencontre", "Meeting"),
]
WANTS = [
    ("Savoir qui a déjà fait", "To know who has already done it"),
    ("Reprendre sans tout refaire", "To reuse without doing everything again"),
    ("Être reconnu quand on partage", "To be recognised when sharing"),
]
TOWN_STARTS = ["Saint-Aubin", "Villeneuve", "Montreuil", "Châteauneuf", "La Ferté", "Beaumont", "Neuville", "Rochefort"]
TOWN_ENDS = ["sur-Orne", "en-Vallée", "les-Étangs", "le-Vieux", "la-Forêt", "d’Écouves", "sous-Bois", "des-Prés"]
FIRST_NAMES = ["Camille", "Claude", "Dominique", "Maxime", "Noé", "Andréa", "Sacha", "Lou", "Éden", "Charlie"]
LAST_NAMES = ["Lefèvre", "Garnier", "Besnard", "Chauvin", "Maréchal", "Delaunay", "Poirier", "Hébert", "Crépin"]
STAGES = ["idee", "formalisation", "developpement-realisation", "test-mise-au-point-prototype", "lancement-production"]
AUDIENCES = ["agents", "usagers", "habitants", "entreprises", "collectivites", "jeunes", "aines"]
# Each may be reused under any other: a work derived at random from another breaks no licence.
LICENCES = ["etalab-2.0", "cc-by-4.0", "cc0-1.0"]
DECISIONS = {"proposed": "proposee", "accepted": "acceptee", "rejected": "rejetee", "undecided": "indecise"}
LINKS = ["pas:similarTo", "pas:similarTo", "pas:similarTo", "dct:relation", "skos:exactMatch"]  # none that things state

PRODUCTIONS_EACH, LINKS_EACH = 8, 5

Statement = tuple[str, list[str]]


@dataclass(frozen=True, slots=True)
class Thing:
    """A subject: the folder of its file, its IRI, its predicates and objects in Turtle."""

    folder: str
    slug: str
    iri: str
    statements: list[Statement]

    @property
    def triples(self) -> int:
        """How many triples it is."""
        return sum(len(objects) for _, objects in self.statements)

    def body(self) -> str:
        """Its block of Turtle."""
        lines = " ;\n    ".join(f"{predicate} {', '.join(objects)}" for predicate, objects in self.statements)
        return f"{self.iri}\n    {lines} .\n"

    def prefixes(self) -> Iterator[str]:
        """The prefixes its block uses."""
        for predicate, objects in self.statements:
            yield predicate.partition(":")[0]
            for term in objects:
                name = term.rpartition("^^")[2] if term.startswith('"') else term
                if name[0] not in '"<' and ":" in name:
                    yield name.partition(":")[0]


def both(fr: str, en: str) -> list[str]:
    return [f'"{fr}"@fr', f'"{en}"@en']


def concept(slug: str) -> str:
    return f"<{ID}concepts/{slug}>"


class World:
    """Things without end, territory after territory; what was made is remembered by its IRI."""

    def __init__(self, seed: int) -> None:
        """Everything follows from `seed`."""
        self.random = Random(seed)
        self.made: dict[str, list[str]] = {}
        self.owner: list[str] = []  # of each production, the organisation that published it

    def things(self) -> Iterator[Thing]:
        """Every thing, each after what it refers to."""
        while True:
            self.town = f"{self.random.choice(TOWN_STARTS)}-{self.random.choice(TOWN_ENDS)}"
            yield self.source()
            yield self.place()
            yield self.account()
            for make in (self.commune, self.department, self.company, self.association):
                yield make()
            yield from (self.person() for _ in range(2))
            yield self.need()
            yield from (self.tool() for _ in range(2))
            yield from (self.production() for _ in range(PRODUCTIONS_EACH))
            yield from (self.event() for _ in range(3))
            yield from (self.reuse() for _ in range(4))
            if self.number("places") > 1:  # the first territory has nobody to be linked to
                yield from (self.link() for _ in range(LINKS_EACH))

    def number(self, kind: str) -> int:
        """How many of a kind there are, which numbers the next one."""
        return len(self.made.setdefault(kind, []))

    def index(self, kind: str) -> int:
        """One of a kind made before: a neighbour, or an older one, the oldest the most cited."""
        count = len(self.made[kind])
        if self.random.random() < 0.5:
            return self.random.randrange(max(0, count - 40), count)
        return int(count * self.random.random() ** 2)

    def one(self, kind: str) -> str:
        return self.made[kind][self.index(kind)]

    def here(self, kind: str, back: int = 1) -> str:
        """The last one made, or one before."""
        return self.made[kind][-min(back, len(self.made[kind]))]

    def date(self) -> str:
        return f'"{self.random.randint(2015, 2025)}-{self.random.randint(1, 12):02}-{self.random.randint(1, 28):02}"^^xsd:date'

    def thing(self, kind: str, slug: str, *statements: Statement | None, folder: str = "") -> Thing:
        """A thing of a kind, with the source and the quotation that each of ours has."""
        iri = f"<{ID}{kind}/{slug}>"
        self.made.setdefault(kind, []).append(iri)
        sourced = ("dct:source", [self.here("sources")])
        return Thing(folder or kind, slug, iri, [s for s in (*statements, sourced) if s is not None])

    def quotation(self, text: str) -> Statement:
        return ("pas:quotation", [f'"« {text} » : tel est le mot de la source sur {self.town}"@fr'])

    def source(self) -> Thing:
        number = self.number("sources")
        return self.thing(
            "sources",
            f"source-{number}",
            ("a", ["foaf:Document", "pas:Production"]),
            ("dct:title", both(f"Bilan {number} de {self.town}", f"Review {number} of {self.town}")),
            ("dct:identifier", [f'"document-{number}.txt"']),
            ("dct:issued", [self.date()]),
            ("dct:type", [concept("kind-document")]),
            ("pas:licenceStatus", [concept("licence-non-precisee")]),
            self.quotation("le bilan"),
        )

    def place(self) -> Thing:
        return self.thing(
            "places",
            f"place-{self.number('places')}",
            ("a", ["dct:Location", "schema:Place"]),
            ("dct:title", both(self.town, self.town)),
            ("dct:description", both("Commune inventée pour les mesures.", "A town invented for measuring.")),
        )

    def account(self) -> Thing:
        return self.thing(
            "accounts",
            f"compte-{self.number('accounts')}",
            ("a", ["foaf:OnlineAccount"]),
            ("dct:title", both(f"Compte de {self.town}", f"Account of {self.town}")),
            ("foaf:accountName", [f'"{self.town}"']),
        )

    def organisation(self, stem: str, classes: list[str], fr: str, en: str, *more: Statement) -> Thing:
        """The full bundle of an organisation: name, label, title, identifier, types."""
        slug = f"{stem}-{self.number('organisations')}"
        return self.thing(
            "organisations",
            slug,
            ("a", [*classes, "foaf:Agent"]),
            ("foaf:name", [f'"{fr}"']),
            ("skos:prefLabel", both(fr, en)),
            ("dct:title", both(fr, en)),
            ("dct:identifier", [f'"{slug}"']),
            ("dct:description", both(f"{fr} partage ses productions.", f"{en} shares its productions.")),
            *more,
        )

    def commune(self) -> Thing:
        return self.organisation(
            "commune",
            ["cv:PublicOrganisation", "org:FormalOrganization"],
            f"Commune de {self.town}",
            f"Town of {self.town}",
            ("org:classification", [concept("orgtype-collectivite")]),
            ("pas:administrationLevel", [concept("niveau-territorial")]),
            ("dct:spatial", [FRANCE, self.here("places")]),
            ("dct:type", ["<http://purl.org/adms/publishertype/LocalAuthority>"]),
            ("foaf:account", [self.here("accounts")]),
        )

    def department(self) -> Thing:
        return self.organisation(
            "laboratoire",
            ["org:OrganizationalUnit"],
            f"Laboratoire de {self.town}",
            f"Laboratory of {self.town}",
            ("org:classification", [concept("orgtype-laboratoire")]),
            ("org:unitOf", [self.here("organisations")]),
        )

    def company(self) -> Thing:
        name = f"Ateliers {self.random.choice(LAST_NAMES)}"
        kind = ("org:classification", [concept("orgtype-entreprise")])
        return self.organisation("entreprise", ["org:FormalOrganization"], name, name, kind)

    def association(self) -> Thing:
        kind = ("org:classification", [concept("orgtype-association")])
        fr, en = f"Les amis de {self.town}", f"Friends of {self.town}"
        return self.organisation("association", ["org:FormalOrganization"], fr, en, kind)

    def person(self) -> Thing:
        name = f"{self.random.choice(FIRST_NAMES)} {self.random.choice(LAST_NAMES)}"
        return self.thing(
            "people",
            f"personne-{self.number('people')}",
            ("a", ["foaf:Person", "prov:Agent"]),
            ("foaf:name", [f'"{name}"']),
            ("dct:title", both(name, name)),
            ("pas:roleLabel", both("chargé de mission innovation", "innovation officer")),
            ("org:memberOf", [self.here("organisations", self.random.randint(1, 4))]),
        )

    def need(self) -> Thing:
        number = self.number("needs")
        return self.thing(
            "needs",
            f"besoin-{number}",
            ("a", ["pas:Need"]),
            ("dct:title", both(*self.random.choice(WANTS))),
            ("dct:identifier", [f'"B{number}"']),
            ("pas:voicedBy", [self.one("organisations")]),
            ("pas:needBasis", [concept("besoin-exprime")]),
            ("pas:proposedFeature", both("une page par besoin", "a page for each need")),
            self.quotation("il nous faudrait"),
        )

    def tool(self) -> Thing:
        stem, fr, en, kind, family = self.random.choice(METHODS)
        number = self.number("tools")
        return self.thing(
            "tools",
            f"{stem}-{number}",
            ("a", ["pas:Production", "pas:Tool"]),
            ("dct:title", both(f"{fr} {number}", f"{en} {number}")),
            ("pas:toolFamily", [concept(family)]),
            ("pas:toolKind", [concept(kind)]),
            ("pas:licenceStatus", [concept("licence-non-precisee")]),
            self.quotation(fr),
        )

    def production(self) -> Thing:
        draw = self.random
        stem, fr, en, kind, theme = draw.choice(WORKS)
        number = self.number("productions")
        owner = self.here("organisations", draw.randint(1, 4))
        self.owner.append(owner)
        licence = ("dct:license", [f"<{ID}licences/{draw.choice(LICENCES)}>"])
        unstated = ("pas:licenceStatus", [concept("licence-non-precisee")])
        return self.thing(
            "productions",
            f"{stem}-{number}",
            ("a", ["pas:Innovation", "pas:Production"]),
            ("dct:title", both(f"{fr} de {self.town} ({number})", f"{en} of {self.town} ({number})")),
            ("dct:description", both(
                f"{fr} mis en place à {self.town}, avec les habitants, en {draw.randint(1, 24)} mois.",
                f"{en} set up in {self.town}, with its residents, in {draw.randint(1, 24)} months.",
            )),
            ("dct:identifier", [f'"P{number}"']),
            ("dct:type", [concept(kind)]),
            ("pas:stage", [concept(f"stage-{draw.choice(STAGES)}")]),
            ("dcat:theme", [concept(theme)]),
            ("dct:audience", [concept(f"public-{who}") for who in draw.sample(AUDIENCES, draw.randint(1, 2))]),
            licence if draw.random() < 0.4 else unstated,
            ("dct:creator", [self.here("people", draw.randint(1, 2))]),
            ("dct:publisher", [owner]),
            ("dct:issued", [self.date()]),
            ("prov:wasDerivedFrom", [self.one("productions")]) if number and draw.random() < 0.2 else None,
            ("pas:inspiredBy", [self.one("productions")]) if number and draw.random() < 0.1 else None,
            ("pas:usesTool", list({self.one("tools"): 0, self.one("tools"): 0})),
            ("pas:fulfils", [self.one("needs")]) if draw.random() < 0.2 else None,
            ("dct:spatial", [self.here("places")]),
            self.quotation(fr),
        )  # fmt: skip

    def event(self) -> Thing:
        stem, fr, en = self.random.choice(MEETINGS)
        number = self.number("events")
        part, edition = number % 3, number // 3 % 5  # a territory's second and third events are parts of the first
        return self.thing(
            "events",
            f"{stem}-{number}",
            ("a", ["schema:Event", "prov:Activity"]),
            ("dct:title", both(f"{fr} de {self.town}", f"{en} of {self.town}")),
            ("dct:description", both(f"{fr} ouvert à tous les agents.", f"{en} open to all agents.")),
            ("schema:startDate", [self.date()]),
            ("schema:location", [self.here("places")]),
            ("schema:organizer", [self.here("organisations", 4)]),
            ("pas:attendeeCount", [str(self.random.randint(5, 400))]),
            ("schema:superEvent", [self.here("events", part)]) if part else None,
            ("pas:follows", [self.here("events", 3)]) if not part and edition else None,
            ("pas:usesTool", [self.one("tools")]),
            ("prov:generated", [self.here("productions", 1 + part), self.here("productions", 4 + part)]),
            self.quotation(fr),
        )

    def reuse(self) -> Thing:
        number, index = self.number("reuses"), self.index("productions")
        reuser = self.one("organisations")
        while reuser == self.owner[index]:
            reuser = self.one("organisations")
        began, confirmed = sorted((self.date(), self.date()))
        return self.thing(
            "reuses",
            f"reutilisation-{number}",
            ("a", ["pas:Reuse"]),
            ("dct:title", both(f"Réutilisation à {self.town}", f"Reuse in {self.town}")),
            ("pas:reuser", [reuser]),
            ("pas:reused", [self.made["productions"][index]]),
            ("prov:startedAtTime", [began]),
            (
                "pas:reuseKind",
                [concept(f"reutilisation-{self.random.choice(['telle-quelle', 'adaptee', 'inspiree'])}")],
            ),
            ("pas:evidence", [self.here("sources")]),
            ("pas:attestedBy", [self.here("organisations", 4)]),
            ("pas:lastConfirmed", [confirmed]),
            self.quotation("nous avons repris"),
        )

    def link(self) -> Thing:
        """A link from each production in turn, never twice the same, to an older one."""
        number = self.number("links")
        subject = self.made["productions"][-1 - number % LINKS_EACH]
        index = self.index("productions")
        while index >= len(self.owner) - PRODUCTIONS_EACH:  # another territory's
            index = self.index("productions")
        target = self.made["productions"][index]
        status = self.random.choices(list(DECISIONS), (6, 2, 1, 1))[0]
        decided = status in ("accepted", "rejected")
        return self.thing(
            "links",
            "--".join(iri[1:-1].rpartition("/")[2] for iri in (subject, target)),
            ("a", ["sssom:Mapping"]),
            ("dct:identifier", [f'"L{number}"']),
            ("sssom:subject_id", [subject]),
            ("sssom:predicate_id", [self.random.choice(LINKS)]),
            ("sssom:object_id", [target]),
            ("sssom:mapping_justification", ["semapv:ManualMappingCuration"]),
            ("sssom:author_label", ['"Passerelles"']),
            ("sssom:mapping_date", [self.date()]),
            ("sssom:reviewer_id", [self.one("people")]) if decided else None,
            ("sssom:review_date", ['"2026-01-05"^^xsd:date']) if decided else None,  # after any that is drawn
            ("pas:decision", [concept(f"decision-{DECISIONS[status]}")]),
            ("dct:description", both("Le même besoin, deux réponses.", "The same need, two answers.")),
            folder=f"links/{status}",
        )


class Files:
    """Writes things as Turtle files, `per_file` of a folder in each."""

    def __init__(self, data: Path, per_file: int) -> None:
        """Files go below `data`."""
        self.data = data
        self.per_file = per_file
        self.waiting: dict[str, list[Thing]] = {}
        self.written: Counter[str] = Counter()

    def add(self, thing: Thing) -> None:
        """Take one more thing."""
        waiting = self.waiting.setdefault(thing.folder, [])
        waiting.append(thing)
        if len(waiting) == self.per_file:
            self.flush(thing.folder)

    def close(self) -> None:
        """Write what waits."""
        for folder in [*self.waiting]:
            self.flush(folder)

    def flush(self, folder: str) -> None:
        things = self.waiting.pop(folder)
        if not self.written[folder]:
            (self.data / folder).mkdir(parents=True, exist_ok=True)
        self.written[folder] += 1
        stem = things[0].slug if self.per_file == 1 else f"part-{self.written[folder]:05}"
        used = {prefix for thing in things for prefix in thing.prefixes()} - {"a"}
        head = "".join(f"@prefix {prefix}: <{PREFIXES[prefix]}> .\n" for prefix in sorted(used))
        text = "\n".join([head, *(thing.body() for thing in things)])
        (self.data / folder / f"{stem}.ttl").write_text(text, encoding="utf-8")


def generate(out: Path, *, triples: int = 0, productions: int = 0, seed: int = 7, per_file: int = 1) -> Counter[str]:
    """Write a repository into the new folder `out`; how many things of each kind, and how many `triples`, were made.

    Stops at `productions` when given, else at `triples`.
    """
    out.mkdir(parents=True)
    (out / "passerelles.toml").write_text(CONFIGURATION.format(grouped=GROUPED if per_file > 1 else ""))
    for folder in ("ontology", "shapes", "data"):
        shutil.copytree(REPOSITORY / folder, out / folder)
    counts: Counter[str] = Counter()
    files = Files(out / "data", per_file)
    for thing in World(seed).things():
        files.add(thing)
        counts["triples"] += thing.triples
        counts[thing.folder] += 1
        if counts["productions"] >= productions if productions else counts["triples"] >= triples:
            break
    files.close()
    return counts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    size = parser.add_mutually_exclusive_group(required=True)
    size.add_argument("--triples", type=int, default=0)
    size.add_argument("--productions", type=int, default=0)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--per-file", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    counts = generate(
        given.out, triples=given.triples, productions=given.productions, seed=given.seed, per_file=given.per_file
    )
    print(", ".join(f"{count:,} {kind}" for kind, count in sorted(counts.items())))


if __name__ == "__main__":
    main()
