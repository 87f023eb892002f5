"""Fit the weights of departure of `link propose`, and write src/graph/linking/priors.json.

    OPENBLAS_NUM_THREADS=1 python bench/linking/fit.py [--productions 48300]

Learnt from the planted set of the development seed (never from that whose figures are told): the same, variants, and,
as similar, what answers the same matter without being either. Twice: with embeddings, and with words alone. The set is
read in catalogues of whole families, small and large: what is rare among a hundred is not among thousands. The planted
world never has a copy within one portal: what that says (`PORTAL`) is stated here, not learnt.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import numpy as np
from planted import DEVELOPMENT, Labelled, planted

from graph.linking import scoring
from graph.linking.blocking import blocked
from graph.linking.corpus import Corpus
from graph.linking.features import FEATURES, Features
from graph.linking.scoring import CLASSES, TERMS, Model

if TYPE_CHECKING:
    from graph.linking.productions import Production

PRIORS = Path(scoring.__file__).with_name("priors.json")
SIZES = (150, 300, 700, 1500) * 2 + (10_800,)  # productions of the catalogues, in turn
PORTAL = (-1.0, -1.5, 0.0)  # of the odds of related, of the same if so, and of similar, where one portal has both
SIMILAR = (0.4, -1.0)  # the planted world is surer than people are of what answers one need: its odds, scaled and moved
HOLD = 0.3  # a Gaussian around nothing: what the set does not tell stays small
ROUNDS = 500
DRAWN = 0.15  # of the pairs that are nothing or similar
DIGITS = 3


def learnt(labelled: Labelled, *, meanings: bool) -> np.ndarray:
    """The weights fitted on a planted set."""
    read = [pairs(labelled, each, meanings=meanings) for each in catalogues(labelled)]
    print(f"{sum(len(truth) for _, truth in read)} pairs of {len(read)} catalogues", flush=True)
    features, truth = (np.concatenate([each[side] for each in read]) for side in (0, 1))
    features[:, FEATURES.index("portal")] = 0
    draw = np.random.default_rng(DEVELOPMENT).random(len(truth))
    few = len(CLASSES) - 2  # from variants on
    kept = (truth >= few) | ((truth >= 0) & (draw < DRAWN))
    model = Model(np.zeros((3, TERMS)))
    weights = model.fitted(features[kept], truth[kept], (HOLD,) * 3, ROUNDS).weights
    weights[0, 0] += np.log(DRAWN)  # of what is not related: what was left out counts too
    weights[:, 1 + FEATURES.index("portal")] = PORTAL
    scale, move = SIMILAR
    weights[2] *= scale
    weights[2, 0] += move
    return weights


def catalogues(labelled: Labelled) -> Iterator[list[Production]]:
    """Catalogues of whole families: what belongs together stays together."""
    above = {each.iri: each.iri for each in labelled.productions}

    def of(iri: str) -> str:
        while above[iri] != iri:
            iri = above[iri]
        return iri

    for one, other in labelled.truth:
        above[of(one)] = of(other)
    families: defaultdict[str, list[Production]] = defaultdict(list)
    for each in labelled.productions:
        families[of(each.iri)].append(each)
    shuffled, made, count = list(families.values()), [], 0
    Random(DEVELOPMENT).shuffle(shuffled)
    for family in shuffled:
        made += family
        if len(made) >= SIZES[count % len(SIZES)]:
            yield made
            made, count = [], count + 1


def pairs(labelled: Labelled, productions: Sequence[Production], *, meanings: bool) -> tuple[np.ndarray, np.ndarray]:
    """The features of the pairs that blocking keeps, and their classes."""
    corpus = Corpus(sorted(productions, key=lambda each: each.iri))
    if not meanings:
        vars(corpus).update(meanings=None, senses=None, credited=None)
    left, right, _ = blocked(corpus)
    iris = [each.iri for each in corpus.productions]
    truth = [classed(labelled, iris[one], iris[other]) for one, other in zip(left, right, strict=True)]
    return Features(corpus).of(left, right), np.asarray(truth)


def classed(labelled: Labelled, one: str, other: str) -> int:
    """The class of a pair, -1 where nobody could tell."""
    said = labelled.truth.get((min(one, other), max(one, other)))
    if said is None:
        said = "similar" if labelled.sheets[one].matter == labelled.sheets[other].matter else ""
    return CLASSES.index(said) if said in CLASSES else -1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--productions", type=int, default=48_300)
    labelled = planted(parser.parse_args().productions, DEVELOPMENT)
    lines = [f'  "features": {json.dumps(FEATURES)}']
    for name in ("meanings", "words"):
        weights = learnt(labelled, meanings=name == "meanings")
        rows = ",\n".join(f"    {json.dumps(row.round(DIGITS).tolist())}" for row in weights)
        lines.append(f'  "{name}": [\n{rows}\n  ]')
    PRIORS.write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()
