"""The same services in two real catalogues: beta.gouv.fr, and the publiccode.yml files of French public software.

    python bench/linking/real.py [--pool FILE]

- Read from the test data that tests share (`PASSERELLES_SHARED`, else `../shared`), which are never copied here: the
  truth below names records by their files' names only.
- 496 services of beta.gouv.fr (a portal; each incubator and sponsor an organisation), 23 notices of the
  awesome-codegouvfr list and 4 projects' own files (each a portal).
- Labelled by one reader, both notices in view: every pair that two baselines have among their 120 best (exact title,
  token ratio, TF-IDF, embeddings), that one has across catalogues, that has the same title or a repository in common.
  What was not read counts as neither: some answers of ours told as wrong may be right. `--pool` writes the pairs to be
  read, those of ours among them.
- So few pairs say whether the method survives real notices, not what its F1 is.
"""

from __future__ import annotations

import argparse
import os
from itertools import combinations
from pathlib import Path

import yaml
from baselines import BASELINES
from quality import ENOUGH, Answer, admissible, ours

from graph.linking.productions import Production

REPOSITORY = Path(__file__).resolve().parent.parent.parent
REAL = Path(os.environ.get("PASSERELLES_SHARED") or REPOSITORY.parent / "shared") / "real"
POOLED = 120
# As a reader of both notices has it. Names: catalogue/file.
SAME = {
    ("beta/archifiltre", "codegouv/archifiltreDocs"),
    ("beta/demarches-simplifiees.fr", "codegouv/demarchesSimplifiees"),
    ("beta/rdv-service-public", "codegouv/rdvServicePublic"),
    ("beta/recommandations-collaboratives", "codegouv/recoco"),
    ("codegouv/udata", "projects/udata"),
}
VARIANT = {
    ("beta/data.gouv.fr", "codegouv/udata"),  # the site that runs the software
    ("beta/data.gouv.fr", "projects/udata"),
    ("beta/envergo", "beta/guichet-unique-de-la-haie-envergo-agricole"),
    ("beta/1-eleve-1-stage", "beta/monstage"),  # the same service, for another year of school
}
EITHER = {  # related, and a reader could defend each strength: no answer about them is wrong
    ("beta/dematapprentissage", "beta/generateur.de.contrat.d.apprentissage"),
    ("beta/allo62", "beta/intraprenord"),
    ("beta/enviro-gend", "beta/envirogend"),
    ("beta/tchap", "codegouv/tchap-web"),
}


def texts(*said: object) -> tuple[tuple[str, str], ...]:
    return tuple(("fr", str(text).strip()) for text in said if text)


def services() -> list[Production]:
    """The notices of beta.gouv.fr: mission and beginning of the page, addresses, sponsors."""
    found = []
    for path in sorted((REAL / "betagouv" / "startups").iterdir()):
        matter, _, body = path.read_text().partition("\n---")
        said = yaml.load(matter, Loader=yaml.CSafeLoader)
        sponsors = tuple(str(one) for one in said.get("sponsors") or ())
        found.append(
            Production(
                iri=f"beta/{path.stem}",
                portal="harvest/beta",
                titles=texts(said["title"]),
                descriptions=texts(str(said.get("mission", "")) + "\n" + body.strip("- \n")),
                organisations=(f"incubators/{said.get('incubator')}", *sponsors),
                organisation_names=tuple(one.rpartition("/")[2] for one in sponsors),
                identifiers=(path.stem,),
                urls=tuple(str(said[key]).strip() for key in ("link", "repository") if said.get(key)),
                themes=tuple(said.get("thematiques") or ()),
                dates=tuple(str(phase["start"]) for phase in (said.get("phases") or ())[:1]),
            )
        )
    return found


def software(folder: str, portal: str) -> list[Production]:
    """The publiccode.yml files of a folder."""
    found = []
    for path in sorted((REAL / "publiccode" / folder).iterdir()):
        said = yaml.load(path.read_text(), Loader=yaml.CSafeLoader)
        described = said.get("description") or {}
        told = [
            (language, of.get("longDescription") or of.get("shortDescription")) for language, of in described.items()
        ]
        names = {str(said["name"]), *(str(of["localisedName"]) for of in described.values() if of.get("localisedName"))}
        found.append(
            Production(
                iri=f"{portal}/{path.name.partition('_')[0].partition('.')[0]}",
                portal=f"harvest/{portal}",
                titles=tuple(("", name) for name in sorted(names)),
                descriptions=tuple((language, str(text)) for language, text in told if text),
                urls=tuple(str(said[key]) for key in ("url", "landingURL") if said.get(key)),
                themes=tuple(said.get("categories") or ()),
                dates=tuple(str(said[key]) for key in ("releaseDate",) if said.get(key)),
            )
        )
    return found


def catalogues() -> list[Production]:
    return [*services(), *software("incomplete", "codegouv"), *software("projects", "projects")]


def pool(productions: list[Production]) -> dict[tuple[str, str], set[str]]:
    """The pairs that were read, and why each was."""
    may, found = admissible(productions), {}
    for name, method in BASELINES.items():
        if name != "Splink defaults":  # it needs more than five hundred records to be trained on
            scores = {pair: score for pair, score in method(productions).items() if may(pair)}
            for pair in sorted(scores, key=lambda pair: (-scores[pair], pair))[:POOLED]:
                found.setdefault(pair, set()).add(name)
    for one, other in combinations(productions, 2):
        code = [{url.rstrip("/").lower() for url in of.urls if "git" in url} for of in (one, other)]
        pair = (min(one.iri, other.iri), max(one.iri, other.iri))
        if code[0] & code[1] and may(pair):
            found.setdefault(pair, set()).add("repository")
    certain = {"exact title", "repository"}
    found = {
        pair: why
        for pair, why in found.items()
        if len(why) > 1 or why & certain or pair[0].partition("/")[0] != pair[1].partition("/")[0]
    }
    for answer in ours(productions)[0]:
        if answer.strength != "similar" and answer.confidence >= ENOUGH:
            found.setdefault(answer.pair, set()).add(f"ours: {answer.strength} {answer.confidence:.2f}")
    return found


def report(answers: list[Answer]) -> None:
    """How each strength fares, and each wrong answer by name."""
    for strength, true in (("same", SAME), ("variant", VARIANT)):
        said = {one.pair for one in answers if one.strength == strength and one.confidence >= ENOUGH} - EITHER
        print(f"{strength}: {len(said & true)} of {len(true)} found, {len(said - true)} wrong")
        for pair in sorted(said ^ true):
            print(f"    {'wrong' if pair in said else 'missed'}: {pair[0]} – {pair[1]}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pool", type=Path)
    given = parser.parse_args()
    productions = catalogues()
    print(f"{len(productions)} notices")
    if given.pool:
        known = {one.iri: one for one in productions}
        with given.pool.open("w") as file:
            for pair, why in sorted(pool(productions).items()):
                file.write(f"{pair} {sorted(why)}\n")
                for iri in pair:
                    one = known[iri]
                    texts = [text for _, text in one.titles], [text[:160] for _, text in one.descriptions]
                    file.write(f"    {texts} {one.urls}\n")
        return
    report(ours(productions)[0])


if __name__ == "__main__":
    main()
