"""Fit the weights of departure of `link propose`, and write src/graph/linking/priors.json.

    python bench/linking/fit.py [--productions 12000]

Learnt from the planted set of the development seed (never from that whose figures are told): the same, variants, and,
as similar, what answers the same matter without being either. Twice: with embeddings, and with words alone. The set is
read whole, then again in small catalogues of whole families: what is rare among a hundred is not among thousands.
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
SMALL = (150, 300, 700, 1500)  # productions of the small catalogues, in turn
HOLD = 0.1  # a Gaussian around nothing: what the set does not tell stays small
ROUNDS = 500
DRAWN = 0.15  # of the pairs that are nothing or similar
DIGITS = 3


def learnt(labelled: Labelled, *, meanings: bool) -> np.ndarray:
    """The weights fitted on a planted set."""
    catalogues = [labelled.productions, *small(labelled)]
    read = [pairs(labelled, each, meanings=meanings) for each in catalogues]
    features, truth = (np.concatenate([each[side] for each in read]) for side in (0, 1))
    draw = np.random.default_rng(DEVELOPMENT).random(len(truth))
    few = len(CLASSES) - 2  # from variants on
    kept = (truth >= few) | ((truth >= 0) & (draw < DRAWN))
    model = Model(np.zeros((len(CLASSES) - 1, TERMS)))
    weights = model.fitted(features[kept], truth[kept], HOLD, ROUNDS).weights
    weights[few - 1 :, 0] += np.log(DRAWN)  # what was left out counts too
    return weights


def small(labelled: Labelled) -> Iterator[list[Production]]:
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
        if len(made) >= SMALL[count % len(SMALL)]:
            yield made
            made, count = [], count + 1


def pairs(labelled: Labelled, productions: Sequence[Production], *, meanings: bool) -> tuple[np.ndarray, np.ndarray]:
    """The features of the pairs that blocking keeps, and their classes."""
    corpus = Corpus(sorted(productions, key=lambda each: each.iri))
    if not meanings:
        vars(corpus).update(meanings=None, senses=None)
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
    parser.add_argument("--productions", type=int, default=12_000)
    labelled = planted(parser.parse_args().productions, DEVELOPMENT)
    lines = [f'  "features": {json.dumps(FEATURES)}']
    for name in ("meanings", "words"):
        weights = learnt(labelled, meanings=name == "meanings")
        rows = ",\n".join(f"    {json.dumps(row.round(DIGITS).tolist())}" for row in weights)
        lines.append(f'  "{name}": [\n{rows}\n  ]')
    PRIORS.write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()
