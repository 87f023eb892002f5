"""An organisation is found by any of its names, and followed through its changes."""

from __future__ import annotations

import json

import pytest

from graph.errors import LimitExceeded
from graph.namespaces import DCT, FOAF, OWL, PROV, SKOS
from graph.organisations.folding import folded, initials
from graph.organisations.names import Names
from graph.organisations.register import ADMS, ORG, Change, Identifier, Name, Organisation, Register
from graph.organisations.resolve import Resolved, resolve, written

BASE = "https://w3id.org/passerelles/id/organisations/"


def organisation(slug: str, name: str, *others: str, siren: str = "", **more) -> Organisation:
    names = [Name(name, SKOS + "prefLabel", "fr"), Name(slug, DCT + "identifier", "")]
    names += [Name(other, SKOS + "altLabel", "fr") for other in others]
    return Organisation(BASE + slug, names, [Identifier(siren, "INSEE")] if siren else [], **more)


def change(date: str, before: str, *after: str) -> Change:
    return Change(f"https://example.org/{date}", date, {}, (BASE + before,), tuple(BASE + slug for slug in after))


REGISTER = Register(
    [
        organisation("dgme", "Direction générale de la modernisation de l’État", "DGME"),
        organisation("sgmap", "SGMAP", "Secrétariat général pour la modernisation de l’action publique"),
        organisation("ditp", "Direction interministérielle de la transformation publique", "DITP"),
        organisation("dinsic", "Direction interministérielle du numérique et du système d’information", "DINSIC"),
        organisation("dinum", "Direction interministérielle du numérique", "DINUM", siren="130025265"),
        organisation("poste", "La Poste", siren="356000000", same=["https://a.example/poste"]),
        organisation("amicale", "Amicale des agents", siren="W751234567"),
        organisation("oeuvres", "Centre national des œuvres universitaires et scolaires"),
        organisation("mairie-a", "Mairie de Saint-Denis", wholes=[BASE + "reunion"], territories=["e:97411"]),
        organisation("mairie-b", "Mairie de Saint Denis", wholes=[BASE + "seine"], territories=["e:93066"]),
    ],
    [
        change("2019-10-28", "dinsic", "dinum"),
        change("2017-11-21", "sgmap", "ditp", "dinsic"),
        change("2012-10-31", "dgme", "sgmap"),
    ],
)
NAMES = Names(REGISTER)


def ask(text: str) -> Resolved:
    return resolve(NAMES, text, 100)


def found(text: str) -> list[tuple[str, str]]:
    return [(each.organisation.iri.removeprefix(BASE), each.by) for each in ask(text).found]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("L’Agence du Numérique de l'État", "AGENCE NUMERIQUE ETAT"),
        ("Centre des œuvres", "CENTRE DES ŒUVRES"),
        ("Centre des œuvres", "centre des oeuvres"),
        ("Caisse (d’allocations)  familiales", "caisse-allocations-familiales"),
        ("le C.N.F.P.T", "CNFPT"),
        ("S.G.M.A.P., à Paris", "sgmap paris"),
        ("E\u0301tat", "État"),
    ],
)
def test_two_spellings_of_a_name_are_one(one, other):
    assert folded(one) == folded(other)


def test_a_name_of_articles_alone_is_still_a_name():
    assert folded("Les") == "les"
    assert folded(" … ") == ""


def test_initials_are_those_of_the_words_that_tell_something():
    assert initials("Centre national de la fonction publique territoriale") == "cnfpt"
    assert initials("SGMAP") == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("direction interministerielle du NUMERIQUE", ("dinum", "name")),
        ("dinum", ("dinum", "other-name")),
        ("secrétariat general pour la modernisation de l'action publique", ("sgmap", "other-name")),
        ("130 025 265", ("dinum", "identifier")),
        ("13002526500013", ("dinum", "identifier")),
        ("SIREN 130025265", ("dinum", "identifier")),
        ("n° SIRET : 130 025 265 00013", ("dinum", "identifier")),
        ("identifiant 130025265 (INSEE)", ("dinum", "identifier")),
        ("Direction interministérielle du numérique (DINUM)", ("dinum", "name")),
        (f"<{BASE}ditp>", ("ditp", "iri")),
        ("35600000049837", ("poste", "identifier")),
        ("w751234567", ("amicale", "identifier")),
        ("oeuvres", ("oeuvres", "slug")),
        ("CNOUS", ("oeuvres", "initials")),
        ("numérique système", ("dinsic", "words")),
        ("transfo publi", ("ditp", "words")),
        ("publi transfo " * 7, ("ditp", "words")),
        (BASE + "ditp", ("ditp", "iri")),
        ("id:organisations/ditp", ("ditp", "iri")),
        ("/id/organisations/ditp", ("ditp", "iri")),
        ("https://a.example/poste", ("poste", "iri")),
    ],
)
def test_an_organisation_is_found(text, expected):
    assert found(text) == [expected]


def test_an_acronym_is_a_word_in_capitals_that_is_no_name_in_small_letters():
    assert organisation("dinum", "Direction du numérique", "DINUM", "DIRECTION DU NUMÉRIQUE").acronym == "DINUM"
    assert organisation("carrefour", "Carrefour", "CARREFOUR").acronym == ""


def test_two_organisations_of_one_name_are_both_given_and_told_apart():
    assert found("mairie de saint denis") == [("mairie-a", "name"), ("mairie-b", "name")]
    told = written(ask("mairie de saint denis"), REGISTER)["found"]
    assert [each["part_of"][0]["iri"] for each in told] == [BASE + "reunion", BASE + "seine"]
    assert [each["territory"] for each in told] == [["e:97411"], ["e:93066"]]


def test_a_surer_way_comes_first_and_each_organisation_once():
    ways = found("direction interministérielle")
    assert {slug for slug, _ in ways} == {"dinum", "ditp", "dinsic"}
    assert len(ways) == len({slug for slug, _ in ways})


def test_without_an_answer_the_nearest_names_are_given_the_most_alike_first():
    answer = ask("Direccion interministeriel du numeric")
    assert answer.found == ()
    assert answer.nearest[0].organisation.iri == BASE + "dinum"
    assert [each.likeness for each in answer.nearest] == sorted((e.likeness for e in answer.nearest), reverse=True)


def nearest(text: str, *names: str) -> list[str]:
    """The names that come near a text, among some."""
    register = Register([organisation(f"o-{n}", name) for n, name in enumerate(names)])
    return [each.value for each in resolve(Names(register), text, 100).nearest if not each.value.startswith("o-")]


def test_a_name_that_has_little_in_common_is_not_offered():
    assert nearest("prefecture", "Carrefour", "Prévention routière", "Structure") == []


def test_a_name_that_has_a_word_of_the_text_comes_before_one_that_is_written_nearly_so():
    names = ("Agence de la mobilité durable", "Agente du numérique", "Bureau du numérique")
    assert nearest("Agance du numérique", *names)[0] == "Agente du numérique"
    assert nearest("Préfecture du Rhône", "Préfecture de l’Isère", "Prélecture du Rhin", "Mairie de Lyon") == [
        "Préfecture de l’Isère",
        "Prélecture du Rhin",
    ]


def test_a_word_with_a_slip_is_one_of_a_longer_name():
    assert nearest("prefeture bretagne", "Préfecture de la région Bretagne", "Mairie de Brest") == [
        "Préfecture de la région Bretagne"
    ]


@pytest.mark.parametrize("text", ["", "   ", "…", "xyzzy", "\x00"])
def test_what_names_nothing_gives_nothing(text):
    assert (ask(text).found, ask(text).nearest) == ((), ())


def test_a_number_with_a_wrong_digit_is_told_apart_from_an_unknown_one():
    assert ask("130025266").wrong_number
    assert ask("13002526500022").wrong_number
    assert ask("SIRET 130 025 265 00022").found == ()
    assert not ask("732829320").wrong_number
    assert not ask("130025265").wrong_number


def test_the_digits_of_another_register_are_no_siren():
    assert found("751234567") == []


def test_a_text_beyond_the_limit_is_refused():
    with pytest.raises(LimitExceeded):
        ask("a" * 101)


def test_many_answers_are_counted_and_the_first_shown():
    names = Names(Register([organisation(f"guide-{n}", f"Guide {n}") for n in range(50)]))
    answer = resolve(names, "guide", 100)
    assert (len(answer.found), answer.total) == (20, 50)


def test_ten_thousand_organisations_of_one_name_are_answered():
    register = Register([organisation(f"m-{n}", "Mairie") for n in range(10_000)])
    answer = resolve(Names(register), "mairie", 100)
    assert (len(answer.found), answer.total) == (20, 10_000)


def dates(changes: list[Change]) -> list[str]:
    return [each.date for each in changes]


def test_succession_is_followed_both_ways_to_its_ends():
    assert dates(REGISTER.later(BASE + "dgme")) == ["2012-10-31", "2017-11-21", "2019-10-28"]
    assert REGISTER.today(BASE + "dgme") == [BASE + "dinum", BASE + "ditp"]
    assert dates(REGISTER.earlier(BASE + "dinum")) == ["2012-10-31", "2017-11-21", "2019-10-28"]
    assert dates(REGISTER.earlier(BASE + "ditp")) == ["2012-10-31", "2017-11-21"]


def test_an_organisation_without_changes_is_itself_today():
    assert REGISTER.today(BASE + "poste") == [BASE + "poste"]
    assert REGISTER.later(BASE + "poste") == REGISTER.earlier(BASE + "nobody") == []


def test_a_change_is_never_followed_back_in_time():
    register = Register([], [change("2010", "a", "b"), change("2005-03", "b", "c"), change("2010-06-01", "b", "d")])
    assert dates(register.later(BASE + "a")) == ["2010", "2010-06-01"]


def test_a_loop_of_changes_ends():
    register = Register([], [change("2010", "a", "b"), change("2011", "b", "a")])
    assert dates(register.later(BASE + "a")) == ["2010", "2011"]
    assert register.today(BASE + "a") == []


def test_the_answers_of_the_two_queries_make_a_register():
    def uri(value: str) -> dict[str, str]:
        return {"type": "uri", "value": value}

    def text(value: str, language: str = "") -> dict[str, str]:
        return {"type": "literal", "value": value} | ({"xml:lang": language} if language else {})

    def answer(*rows: dict) -> bytes:
        return json.dumps({"head": {"vars": []}, "results": {"bindings": rows}}).encode()

    def said(name: str, value: dict, **more: dict) -> dict:
        return {"organisation": uri(BASE + "a"), "property": uri(name), "value": value, **more}

    names = answer(
        said(SKOS + "prefLabel", text("Agence", "fr")),
        said(FOAF + "name", text("AG")),
        said(ADMS + "identifier", text("130025265"), agency=text("INSEE")),
        said(ORG + "unitOf", uri(BASE + "b")),
        said(ORG + "subOrganizationOf", uri(BASE + "b")),
        said(OWL + "sameAs", uri("https://a.example/")),
        said(DCT + "spatial", uri("https://a.example/lieu")),
    )
    told = {
        ORG + "originalOrganization": uri(BASE + "a"),
        ORG + "resultingOrganization": uri(BASE + "c"),
        PROV + "startedAtTime": text("2020"),
        DCT + "title": text("Fin", "fr"),
        DCT + "source": uri("https://a.example/decret"),
    }
    changes = answer(*({"change": uri("e:1"), "property": uri(name), "value": value} for name, value in told.items()))
    register = Register.read(names, changes)
    [read] = register.organisations.values()
    assert (read.label, read.acronym) == ({"fr": "Agence"}, "AG")
    assert (read.identifiers, read.same, read.territories, read.wholes) == (
        [Identifier("130025265", "INSEE")],
        ["https://a.example/"],
        ["https://a.example/lieu"],
        [BASE + "b"],
    )
    [only] = register.later(BASE + "a")
    assert only == Change("e:1", "2020", {"fr": "Fin"}, (BASE + "a",), (BASE + "c",), ("https://a.example/decret",))
