"""Saved queries as an API: typed parameters, forms, CSV with labels, versions, the OpenAPI description."""

from __future__ import annotations

import asyncio
import codecs
import csv
import io
import re
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from urllib.parse import quote

import httpx
import pytest
from openapi_spec_validator import validate

from graph.config import FILE_NAME, load
from graph.errors import LimitExceeded
from graph.formats import RESULTS_CSV
from graph.sparql.engine import EmbeddedEngine, Query
from graph.sparql.library import Library, read_query
from graph.web.querying.forms import LISTED

from .conftest import Server, serving, with_queries

ID = "https://w3id.org/passerelles/id/"
PAS = "https://w3id.org/passerelles/ontology#"
ECHO = """\
#+ summary: { fr: Ce qui est donné, en: What is given }
#+ params:
#+   iri: { type: iri }
#+   string: { type: string, label: { fr: Un mot, en: A word }, description: { fr: Comme écrit., en: As written. } }
#+   text: { type: langString }
#+   integer: { type: integer, default: 12 }
#+   decimal: { type: decimal }
#+   boolean: { type: boolean }
#+   date: { type: date, required: true, example: 2018-07-06 }
#+   year: { type: gYear }
#+ columns: [iri, string, text, integer, decimal, boolean, date, year]
SELECT ?iri ?string ?text ?integer ?decimal ?boolean ?date ?year {
  VALUES ?iri { UNDEF } VALUES ?string { UNDEF } VALUES ?text { UNDEF } VALUES ?integer { UNDEF }
  VALUES ?decimal { UNDEF } VALUES ?boolean { UNDEF } VALUES ?date { UNDEF } VALUES ?year { UNDEF }
}
"""
KINDS = """\
#+ summary: { fr: Les natures, en: The kinds }
#+ tags: [essai, natures]
#+ params:
#+   type: { type: iri, label: { fr: La nature, en: The kind }, options: kinds, example: "%sTool" }
#+ columns: [type, things]
SELECT ?type (COUNT(?thing) AS ?things) { VALUES ?type { UNDEF } ?thing a ?type } GROUP BY ?type ORDER BY ?type
""".replace("%s", PAS)
NUMBERS = " ".join(map(str, range(30)))
MANY = f"""\
#+ summary: {{ fr: Beaucoup, en: Many }}
#+ columns: [one, other]
SELECT ?one ?other {{
  VALUES ?i {{ {NUMBERS} }} VALUES ?j {{ {NUMBERS} }}
  BIND(IRI(CONCAT("http://e/", STR(?i * 100 + ?j))) AS ?one) BIND(IRI(CONCAT("http://f/", STR(?i))) AS ?other)
}}
"""
OF_MANY = """\
#+ summary: { fr: Une parmi beaucoup, en: One of many }
#+ params:
#+   one: { type: iri, options: many }
#+   path: { type: string, required: true, example: a }
SELECT ?one ?path { VALUES ?one { UNDEF } VALUES ?path { UNDEF } }
"""
SLOW = """\
#+ summary: { fr: Trop long, en: Too long }
#+ columns: [n]
SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }
"""
OF_SLOW = """\
#+ summary: { fr: Un nombre, en: A number }
#+ params:
#+   n: { type: integer, options: slow, default: 1 }
SELECT ?n { VALUES ?n { UNDEF } }
"""
MIXED = """\
#+ summary: { fr: De tout, en: A mixture }
#+ columns: [thing, value, node, value_label]
PREFIX dct: <http://purl.org/dc/terms/>
SELECT ?thing ?value ?node ?value_label {
  VALUES (?thing ?value ?value_label) {
    (<https://w3id.org/passerelles/id/productions/bus> <http://e/x> "given, \\"here\\"")
    (UNDEF "l\\nigne" UNDEF)
    ("https://w3id.org/passerelles/id/productions/bus" <<( <http://e/s> <http://e/p> <http://e/o> )>> "")
    (<https://w3id.org/passerelles/id/tools/persona> 1.50 " lead")
    (<http://e/unknown> true UNDEF)
  }
  OPTIONAL { ?thing dct:title ?node FILTER(false) }
}
"""
DATED = """\
#+ summary: { fr: Des jours, en: Days }
#+ columns:
#+   day: { fr: Le <jour>, en: The <day> }
#+   much: { fr: Combien, en: How many }
#+ chart: { kind: bar, label: day, values: [much] }
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
SELECT ?day ?much { VALUES (?day ?much) { ("2018-07-01"^^xsd:date 1) ("2018-08"^^xsd:gYearMonth 2) ("2018-09-02" 3) } }
"""
NEEDING = """\
#+ summary: { fr: Un jour au moins, en: A day at least }
#+ params:
#+   day: { type: date, required: true, example: 2018-07-06 }
#+   word: { type: string, example: seven }
SELECT ?day ?word { VALUES ?day { UNDEF } VALUES ?word { UNDEF } }
"""
LIBRARY = {
    "needing": NEEDING,
    "echo": ECHO,
    "kinds": KINDS,
    "many": MANY,
    "of-many": OF_MANY,
    "slow": SLOW,
    "of-slow": OF_SLOW,
    "mixed": MIXED,
    "dated": DATED,
    "broken": "#+ tag: [a]\nASK {}",
    "graph": "#+ summary: { fr: Le graphe, en: The graph }\nCONSTRUCT WHERE { ?s ?p ?o }",
    "any": "#+ summary: { fr: Il y en a, en: There is some }\nASK { ?s ?p ?o }",
}
WORK = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"  # more than a deadline
DATE = {"date": "2018-07-06"}


@pytest.fixture(scope="module")
def api(settings, snapshot, tmp_path_factory):
    """A server of the same snapshot with a library of its own."""
    copy = with_queries(snapshot, tmp_path_factory.mktemp("saved") / "snapshot", LIBRARY)
    with serving(settings, copy) as served:
        yield served


class Form(HTMLParser):
    """The fields of a page's form, by name, and the texts of its elements, by id."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: dict[str, list[dict[str, str | None]]] = {}
        self.options: dict[str, list[tuple[str, str]]] = {}
        self.texts: dict[str, str] = {}
        self.labels: dict[str, str] = {}
        self._select = self._id = self._for = ""
        self._option = False
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        if tag in ("input", "select") and "name" in values:
            self.fields.setdefault(values["name"], []).append({"tag": tag, **values})
            self._select = values["name"] if tag == "select" else self._select
        if tag == "option":
            self.options.setdefault(self._select, []).append((values["value"], ""))
            self._option = True
            if "selected" in values:
                self.fields[self._select][0]["value"] = values["value"]
        self._id = values.get("id", self._id) if tag in ("span", "legend") else ""
        self._for = values.get("for", "") if tag == "label" else ("" if tag != "span" else self._for)

    def handle_data(self, data):
        if self._option:
            value, said = self.options[self._select].pop()
            self.options[self._select].append((value, said + data))
        if self._id:
            self.texts[self._id] = self.texts.get(self._id, "") + data
        if self._for:
            self.labels[self._for] = self.labels.get(self._for, "") + data

    def handle_endtag(self, tag):
        self._option = self._option and tag != "option"
        self._id = "" if tag in ("span", "legend") else self._id
        self._for = "" if tag == "label" else self._for


def form(api: Server, name: str, language: str = "fr", status: int = 200, **values: str) -> Form:
    page = api.get(f"/queries/{name}.html", "text/html", params=values, headers={"Accept-Language": language})
    assert page.status_code == status, page.text
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    return Form(page.text)


def table(response: httpx.Response) -> list[list[str]]:
    assert response.status_code == 200, response.text
    return list(csv.reader(io.StringIO(response.content.decode("utf-8"), newline="")))


# -- forms -------------------------------------------------------------------------------------------


def test_each_type_of_parameter_has_its_input(api):
    fields = form(api, "echo").fields
    types = {
        name: [field.get("type") for field in found] for name, found in fields.items() if name != "q"
    }  # of the header
    assert types == {
        "iri": ["text"],
        "string": ["text"],
        "text": ["text"],
        "integer": ["number"],
        "decimal": ["number"],
        "boolean": ["radio", "radio", "radio"],
        "date": ["date"],
        "year": ["text"],
    }
    assert fields["integer"][0]["value"] == "12"
    assert (fields["integer"][0]["step"], fields["decimal"][0]["step"]) == ("1", "any")
    assert [field["value"] for field in fields["boolean"]] == ["", "true", "false"]
    assert "required" in fields["date"][0]
    assert "required" not in fields["iri"][0]
    assert fields["year"][0]["pattern"] == "-?[0-9]{4}"


@pytest.mark.parametrize(("language", "label", "hint"), [("fr", "Un mot", "Comme"), ("en", "A word", "As written")])
def test_a_field_has_its_label_and_its_hint_in_the_readers_language(api, language, label, hint):
    page = form(api, "echo", language)
    assert page.labels["p-string"].strip() == label
    assert page.fields["string"][0]["aria-describedby"] == "p-string-hint"
    assert page.texts["p-string-hint"].startswith(hint)


def test_the_values_that_can_be_listed_are_chosen_by_their_labels(api):
    page = form(api, "kinds")
    assert page.fields["type"][0]["tag"] == "select"
    assert page.options["type"][0] == ("", "Indifférent")
    assert (PAS + "Innovation", "innovation") in page.options["type"]
    assert len(page.options["type"]) == len(table(api.get("/queries/kinds.csv")))
    english = form(api, "kinds", "en", type=PAS + "Production")
    assert english.fields["type"][0]["value"] == PAS + "Production"
    assert (PAS + "Production", "production") in english.options["type"]


def test_a_value_that_is_not_in_the_list_is_kept(api):
    page = form(api, "kinds", type="http://e/other")
    assert page.fields["type"][0]["value"] == "http://e/other"
    assert page.options["type"][1][0] == "http://e/other"


def test_more_values_than_a_list_can_hold_are_typed_and_found_elsewhere(api):
    assert LISTED < 900
    page = api.get("/queries/of-many.html?path=a", "text/html").text
    assert "data-suggest" in Form(page).fields["one"][0]
    assert 'href="/queries/many.html"' in page


def test_an_iri_may_be_given_by_a_name_and_the_files_have_the_iri(portal):
    meant = portal.get(
        "/queries/qui-contacter.html", "text/html", params={"sujet": "mobilites et voirie", "lang": "fr"}
    )
    assert meant.status_code == 200
    assert re.search(r"Compris comme.*?concepts/theme-mobilite", meant.text)
    assert "qui-contacter.csv?sujet=https%3A%2F%2Fw3id.org%2Fpasserelles%2Fid%2Fconcepts%2Ftheme-mobilite" in meant.text
    assert Form(meant.text).fields["sujet"][0]["value"] == "mobilites et voirie"


def test_a_name_that_several_things_have_is_chosen_from_them(portal):
    page = portal.get("/queries/qui-contacter.html", "text/html", params={"sujet": "covoiturage", "lang": "fr"})
    assert page.status_code == 400
    assert "plusieurs choses" in Form(page.text).texts["p-sujet-error"]
    choices = re.findall(
        r'<a href="(/queries/qui-contacter[^"]*)"', page.text.partition("Laquelle")[2].partition("Exemple")[0]
    )
    assert len(choices) > 1
    assert {portal.get(unescape(each), "text/html").status_code for each in choices} == {200}


def test_a_name_that_nothing_has_is_told_beside_its_field(portal):
    page = form(portal, "qui-contacter", status=400, sujet="zzz qqq")
    assert "« zzz qqq »" in page.texts["p-sujet-error"]
    assert page.fields["sujet"][0]["value"] == "zzz qqq"


def test_programs_are_told_of_a_name_that_is_not_sure(portal):
    assert portal.get("/queries/qui-contacter.csv?sujet=covoiturage").json()["parameter"] == "sujet"


def test_a_name_leads_to_the_same_answer_on_the_page_and_in_every_file(portal):
    given = portal.get("/queries/voisinage.ttl", params={"chose": ID + "productions/agglo-bus"})
    named = portal.get("/queries/voisinage.ttl?chose=agglo-bus")
    assert (named.status_code, named.content) == (200, given.content)
    assert named.headers["etag"] == given.headers["etag"]
    assert named.headers["content-location"] == given.headers["content-location"]
    assert portal.get("/queries/voisinage?chose=agglo-bus", "text/html").status_code == 200
    assert f"<{ID}productions/agglo-bus>" in portal.get("/queries/voisinage.rq?chose=agglo-bus").text


@pytest.mark.parametrize("name", ["MOBILITES et voirie", "mobility and roads", "theme-mobilite", " autopartage "])
def test_a_choice_of_a_list_may_be_given_by_any_of_its_names_in_either_language(portal, name):
    theme = ID + "concepts/theme-mobilite"
    page = form(portal, "prototypes-par-theme", theme=name)
    assert page.fields["theme"][0]["value"] == theme
    assert (theme, "Mobilités et voirie") in page.options["theme"]
    given, named = (portal.get("/queries/prototypes-par-theme.csv", params={"theme": each}) for each in (theme, name))
    assert len(table(given)) > 1
    assert named.content == given.content


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("mobilité", "Mobilités et voirie · Parcours"),
        ("Solidarité", "Solidarités"),
        ("numeriqe et inclusion", "Numéri"),
    ],
)
def test_a_name_that_is_none_of_a_list_is_told_with_the_nearest_choices(portal, name, near):
    page = form(portal, "prototypes-par-theme", status=400, theme=name)
    assert f"« {name} » n’est pas un des choix de « Le thème » (theme)." in page.texts["p-theme-error"]
    assert f" : {near}" in page.texts["p-theme-error"]
    problem = portal.get("/queries/prototypes-par-theme.csv", params={"theme": name}).json()
    assert near in problem["detail"]


@pytest.mark.parametrize("name", ["Nantes", "Ideo", "DITP", "agglo-bus", "productions/agglo-bus"])
def test_the_name_of_a_thing_that_is_no_choice_of_a_list_is_no_value_of_it(portal, name):
    page = form(portal, "prototypes-par-theme", status=400, theme=name)
    assert f"« {name} » n’est pas un des choix de « Le thème » (theme)" in page.texts["p-theme-error"]
    assert not any("selected" in option for option in page.fields["theme"][1:])
    assert not {name, f"{ID}{name}", f"{ID}productions/{name}"} & set(dict(page.options["theme"]))
    refused = portal.get("/queries/prototypes-par-theme.csv", params={"theme": name})
    assert (refused.status_code, refused.json()["parameter"]) == (400, "theme")


def test_an_iri_that_is_no_choice_of_a_list_is_taken_as_it_is(portal):
    answer = portal.get("/queries/prototypes-par-theme.csv", params={"theme": ID + "productions/agglo-bus"})
    assert len(table(answer)) == 1


def test_a_choice_is_near_by_the_spelling_of_its_name_and_not_of_its_definition(portal):
    """Definitions are long: to compare the spelling of a list of them takes a second."""
    misspelt = "Partissipation des sitoyens à la décizion, pétitions, outils"
    for name, told in ((misspelt, "ne ressemble à aucun"), ("pétition", " : Participation citoyenne")):
        assert told in form(portal, "prototypes-par-theme", status=400, theme=name).texts["p-theme-error"]


def test_the_spelling_of_a_long_text_is_that_of_its_beginning(portal):
    long = "Rellation aux usagers et accès aux services " + "zq " * 45
    page = form(portal, "prototypes-par-theme", status=400, theme=long)
    assert "le plus proche : Relation aux usagers et accès aux services" in page.texts["p-theme-error"]


def test_a_list_offers_nothing_but_values_that_are_answered(portal):
    for name in ("mobilité", "zzz qqq", "<b>"):
        page = form(portal, "prototypes-par-theme", status=400, theme=name)
        assert name not in dict(page.options["theme"])
        assert "value" not in page.fields["theme"][0]
        assert f"« {name} »" in page.texts["p-theme-error"]
    for value, _ in page.options["theme"]:
        assert portal.get("/queries/prototypes-par-theme.csv", params={"theme": value}).status_code == 200


def test_a_day_is_read_as_people_write_it_on_the_page_and_in_every_file(api):
    assert form(api, "needing", day="6/07/2018").fields["day"][0]["value"] == "2018-07-06"
    answer = api.get("/queries/needing.csv?day=06/7/2018")
    assert table(answer)[1] == ["2018-07-06", ""]
    assert answer.headers["content-location"].endswith("/queries/needing.csv?day=2018-07-06")


@pytest.mark.parametrize(
    ("written", "days"),
    [
        ("2024", ("2024-01-01", "2024-12-31")),
        ("2024-02", ("2024-02-01", "2024-02-29")),
        ("2/2024", ("2024-02-01", "2024-02-29")),
    ],
)
def test_a_month_or_a_year_alone_is_told_with_days_of_it(api, written, days):
    page = form(api, "needing", status=400, day=written)
    assert all(day in page.texts["p-day-error"] for day in days)
    assert page.fields["day"][0]["value"] == written
    problem = api.get("/queries/needing.csv", params={"day": written}).json()
    assert (problem["parameter"], days[1] in problem["detail"]) == ("day", True)


@pytest.mark.parametrize("written", ["31/02/2024", "2024-02-31", "0/0/0000"])
def test_a_day_that_no_calendar_has_is_told_so_on_the_page_and_to_programs(api, written):
    told = form(api, "needing", status=400, day=written).texts["p-day-error"]
    assert "n’est pas un jour du calendrier" in told
    assert api.get("/queries/needing.csv", params={"day": written}).json()["detail"] == told


@pytest.mark.parametrize("written", ["2024-13", "13/2024"])
def test_a_day_that_is_none_is_told_with_the_form_of_one(api, written):
    assert "2016-01-19" in form(api, "needing", status=400, day=written).texts["p-day-error"]


def test_a_parameter_that_is_missing_is_told_by_its_label_and_its_name(portal):
    assert "« La chose » (chose)" in form(portal, "voisinage", status=400, chose="").texts["p-chose-error"]
    assert "“The thing” (chose)" in portal.get("/queries/voisinage.ttl?chose=&lang=en").json()["detail"]


def test_every_example_of_every_saved_query_leads_to_an_answer(portal):
    for name in (entry["name"] for entry in portal.get("/queries").json()):
        page = portal.get(f"/queries/{name}.html", "text/html").text
        for address in re.findall(rf'href="(/queries/{re.escape(name)}\.html\?[^"]*)" title', page):
            answer = portal.get(unescape(address), "text/html")
            assert answer.status_code == 200, unescape(address)


def test_an_example_of_one_parameter_comes_with_one_of_each_that_is_required(api):
    (address,) = re.findall(r'href="([^"]*)" title="seven"', api.get("/queries/needing.html", "text/html").text)
    page = api.get(unescape(address), "text/html")
    assert page.status_code == 200
    assert Form(page.text).fields["day"][0]["value"] == "2018-07-06"


def test_a_production_or_an_organisation_is_chosen_from_those_there_are(portal):
    assert form(portal, "fiche-adms").fields["production"][0]["tag"] == "select"
    assert form(portal, "compteur-par-organisation").fields["organisation"][0]["tag"] == "select"


def test_a_list_that_takes_too_long_leaves_time_for_the_answer_and_is_asked_for_again(api):
    for _ in range(2):
        page = api.get("/queries/of-slow.html", "text/html")
        assert (page.status_code, page.headers["cache-control"]) == (200, "no-store")
        assert "etag" not in page.headers
        assert "1 ligne" in page.text
        assert Form(page.text).fields["n"][0]["type"] == "number"
    assert 'evaluation_seconds_count{outcome="PAS920"} 2.0\n' in api.get("/metrics").text
    kept = api.get("/queries/of-many.html", "text/html")  # its list is too long, and stays so
    assert "etag" in kept.headers


def test_pages_count_for_their_reader_and_a_list_beyond_his_budget_is_there_for_the_next(settings, snapshot, tmp_path):
    text = (settings.root / FILE_NAME).read_text(encoding="utf-8")
    (tmp_path / FILE_NAME).write_text(text + "client_seconds = 0.5\n", encoding="utf-8")
    copy = with_queries(snapshot, tmp_path / "snapshot", {"many": MANY.replace("?i * 100 + ?j", "?i"), "of": OF_MANY})
    with serving(load(tmp_path), copy) as server:
        spender, other = (
            httpx.Client(
                base_url=server.url, headers={"Accept": "text/html"}, transport=httpx.HTTPTransport(local_address=at)
            )
            for at in ("127.0.0.2", "127.0.0.3")
        )
        with spender, other:
            spent = [spender.get("/sparql", params={"query": WORK}).status_code for _ in range(2)]
            without, whole = spender.get("/queries/of"), other.get("/queries/of")
    assert spent == [503, 429]
    assert Form(without.text).fields["one"][0]["tag"] == "input"
    assert (without.headers["cache-control"], "etag" in without.headers) == ("no-store", False)
    assert Form(whole.text).fields["one"][0]["tag"] == "select"
    assert "etag" in whole.headers


def test_every_wrong_value_is_named_beside_its_field_and_kept(api):
    page = form(api, "echo", status=400, date="hier", integer="1,5", boolean="vrai", string="reste", iri="")
    for name, typed in (("date", "hier"), ("integer", "1,5")):
        [field] = page.fields[name]
        assert (field["type"], field["value"], field["aria-invalid"]) == ("text", typed, "true")
        assert f"p-{name}-error" in field["aria-describedby"].split()
        assert f"« {name} »" in page.texts[f"p-{name}-error"]
    assert "« boolean »" in page.texts["p-boolean-error"]
    assert page.fields["string"][0]["value"] == "reste"
    assert "p-string-error" not in page.texts


def test_a_required_value_is_asked_for_only_once_something_was_sent(api):
    assert "p-date-error" not in form(api, "echo").texts
    assert "« date »" in form(api, "echo", status=400, date="").texts["p-date-error"]


def test_a_form_that_is_right_shows_the_answer_and_where_programs_find_it(api):
    page = api.get("/queries/echo.html", "text/html", params=DATE | {"string": "l’été"}).text
    assert "1 ligne" in page
    assert f"{api.url}/queries/echo?date=2018-07-06&amp;string=l%E2%80%99%C3%A9t%C3%A9" in page
    assert f"{api.url}/snapshots/{api.snapshot.id}/queries/echo?" in page
    assert "passerelles query echo --param date=2018-07-06 --param &#39;string=l’été&#39;" in page


def test_a_form_that_is_refused_shows_no_address_nor_command_of_what_was_not_asked(portal):
    page = portal.get("/queries/qui-contacter.html", "text/html", params={"sujet": "covoiturage", "lang": "fr"}).text
    for said in ("Adresse à citer", "passerelles query", "Copier comme"):
        assert said not in page
        assert said in portal.get("/queries/qui-contacter.html?lang=fr", "text/html").text


def test_columns_are_called_on_the_page_as_the_header_says_and_in_files_as_their_variables(api):
    page = api.get("/queries/dated.html?lang=fr", "text/html").text
    assert '<th scope="col" title="day">Le &lt;jour&gt;</th>' in page
    assert '<figcaption class="small">Le &lt;jour&gt; · Combien</figcaption>' in page
    assert 'title="much">How many</th>' in api.get("/queries/dated.html?lang=en", "text/html").text
    assert table(api.get("/queries/dated.csv"))[0] == ["day", "much"]
    assert api.get("/queries/dated.json").json()["head"]["vars"] == ["day", "much"]
    listed = {entry["name"]: entry for entry in api.get("/queries").json()}
    assert listed["dated"]["columns"] == ["day", "much"]
    assert listed["dated"]["headings"]["much"] == {"fr": "Combien", "en": "How many"}
    assert '<th scope="col">one</th>' in api.get("/queries/many.html", "text/html").text


def test_dates_are_in_words_on_the_page_of_a_saved_query_and_as_written_for_programs(api):
    page = api.get("/queries/dated.html?lang=fr", "text/html").text
    answer = page.partition("<tbody>")[2].partition("</tbody>")[0]
    assert '<time class="day" datetime="2018-07-01">1er juillet 2018</time>' in answer
    assert '<time class="day" datetime="2018-08">août 2018</time>' in answer
    assert "2018-09-02</span>" in answer, "a text that looks like a date is a text"
    assert [row[0] for row in table(api.get("/queries/dated.csv"))[1:]] == ["2018-07-01", "2018-08", "2018-09-02"]
    edited = api.get("/sparql", "text/html", params={"query": DATED}).text
    answer = edited.partition("<tbody>")[2].partition("</tbody>")[0]
    assert "2018-07-01" in answer
    assert "juillet" not in answer
    assert '<th scope="col">day</th>' in edited


def test_a_parameter_may_have_any_name_a_variable_has(api):
    assert table(api.get("/queries/of-many.csv?path=b")) == [["one", "path"], ["", "b"]]
    assert api.get("/queries/of-many.html", "text/html").status_code == 200


# -- values ------------------------------------------------------------------------------------------

HOSTILE = [
    '"',
    "'",
    "\\",
    '"} UNION { ?s ?p ?o } #',
    "> } #",
    "a\nb\r\nc",
    "}",
    "UNDEF }",
    "\x00",
    "\x1f\x7f\u2028\ufffe",
    "'''" + '"""',
    "@fr",
    "^^<http://e/>",
    "\\u0022 }",
    "${7*7}{{7*7}}",
    "<script>alert(1)</script>",
    "é" * 1_000,
]


@pytest.mark.parametrize("value", HOSTILE, ids=range(len(HOSTILE)))
def test_a_text_comes_back_as_it_was_given(api, value):
    found = api.get("/queries/echo.json", params=DATE | {"string": value, "text": value + "@fr-CA"}).json()
    [row] = found["results"]["bindings"]
    assert row["string"] == {"type": "literal", "value": value}
    assert (row["text"]["value"], row["text"]["xml:lang"].lower()) == (value, "fr-ca")


@pytest.mark.parametrize("name", ["iri", "integer", "decimal", "boolean", "date", "year"])
def test_nothing_but_a_value_of_its_type_goes_through_a_parameter(api, name):
    for value in (*HOSTILE, "9" * 400, "http://e/ x", "x y", "1e3", "٣"):
        refused = api.get("/queries/echo", params={**DATE, name: value})
        assert refused.status_code == 400, value
        problem = refused.json()
        assert (problem["code"], problem["parameter"]) == ("PAS911", name)
        assert len(problem["detail"]) < 300


@pytest.mark.parametrize("value", ["sans langue", "a@", "a@fr_FR", "a@fr FR", "a@" + "x" * 400])
def test_a_text_in_a_language_has_a_language(api, value):
    assert api.get("/queries/echo", params={**DATE, "text": value}).json()["parameter"] == "text"


def test_a_value_beyond_the_size_of_a_query_is_refused_by_that_limit(api):
    refused = api.get("/queries/echo", params={**DATE, "string": "x" * 30_000})
    assert (refused.status_code, refused.json()["limit"]) == (422, "query_bytes")


def test_a_parameter_given_twice_is_ambiguous(api):
    for values in ("date=2018-07-06&date=2018-07-07", "date=2018-07-06&date=2018-07-06", "date=2018-07-06&date="):
        refused = api.get(f"/queries/echo?{values}")
        assert (refused.status_code, refused.json()["parameter"]) == (400, "date")
        assert "plusieurs fois" in refused.json()["detail"]


@pytest.mark.parametrize("name", ["dat", "Date", "dates", "with-label"])
def test_a_parameter_that_is_misspelt_is_named_with_those_there_are(api, name):
    for suffix in ("", ".json", ".html"):
        refused = api.get(f"/queries/echo{suffix}?date=2018-07-06&{name}=1")
        assert refused.status_code == 400
    problem = api.get(f"/queries/echo?{name}=1").json()
    assert problem["parameter"] == name
    near = "with-labels" if name == "with-label" else "date"
    assert f"Vouliez-vous dire « {near} » ? Elle a : " in problem["detail"]


def test_what_is_not_a_parameter_of_the_query_changes_nothing(api):
    plain = api.get("/queries/echo.json", params=DATE).content
    assert api.get("/queries/echo.json?date=2018-07-06&utm_source=a&utm_source=b&x-y=1").content == plain
    assert api.get("/queries/echo?date=2018-07-06" + "&a=b" * 2_000).status_code == 400
    assert api.get("/queries/echo?date=%FF").status_code == 400


# -- names and suffixes ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        *("none", "none.csv", "echo.xyz", "echo.CSV", "echo.csv.csv", ".csv", "echo.", "echo%00", "echo%2Fecho"),
        *("..%2F..%2Fpasserelles.toml", "%2e%2e", "echo.rq.html", "echo%2Ecsv%0A", "reports%2Fecho"),
    ],
)
def test_a_name_that_is_none_is_not_found(api, name):
    assert api.get(f"/queries/{name}").status_code == 404


def test_a_file_that_is_broken_is_not_served(api):
    assert api.get("/queries/broken").status_code == 404
    assert "broken" not in {entry["name"] for entry in api.get("/queries").json()}


def test_a_suffix_decides_before_the_parameter_and_that_before_the_header(api):
    at, accept = "/queries/kinds", "application/sparql-results+xml"
    assert api.get(f"{at}.csv?format=tsv", accept).headers["content-type"] == "text/csv; charset=utf-8"
    assert api.get(f"{at}?format=tsv", accept).headers["content-type"].startswith("text/tab-separated-values")
    assert api.get(at, accept).headers["content-type"] == accept
    assert api.get(f"{at}%2Ecsv").headers["content-type"] == "text/csv; charset=utf-8"
    assert api.get(f"{at}.ttl").status_code == api.get("/queries/graph.csv").status_code == 406


def test_the_text_with_its_values_runs_alone(api, tmp_path):
    text = api.get("/queries/echo.rq", params=DATE | {"string": 'a "b"'}).text
    assert not text.startswith("#+")
    alone = tmp_path / "alone.rq"
    alone.write_text(text, encoding="utf-8")
    assert read_query(alone).bind({}) == text
    assert (
        api.query(text, "text/csv").content == api.get("/queries/echo.csv", params=DATE | {"string": 'a "b"'}).content
    )
    plain = api.get("/queries/echo.rq")
    assert plain.content == ECHO.encode()
    assert api.get("/queries/echo.rq?string=a").status_code == 400


# -- CSV with labels ---------------------------------------------------------------------------------


def test_each_column_of_iris_is_followed_by_its_labels(api):
    rows = table(api.get("/queries/kinds.csv?with-labels=en"))
    assert rows[0] == ["type", "type_label", "things"]
    labels = {row[0]: row[1] for row in rows[1:]}
    assert labels[PAS + "Production"] == "production"
    assert labels[PAS + "Innovation"] == "innovation"  # French, for it has no English one
    assert labels[PAS + "Tool"] == ""


def test_the_labels_are_in_the_language_asked_for_or_the_readers(api):
    at, bus = "/queries/mixed.csv?with-labels=", "Le bus des services"
    assert bus in api.get(at + "fr").text
    assert "The services bus" in api.get(at + "en").text
    by_reader = api.get(at + "1", headers={"Accept-Language": "en"})
    assert by_reader.content == api.get(at + "en").content
    assert by_reader.headers["etag"] == api.get(at + "en").headers["etag"] != api.get(at + "fr").headers["etag"]
    assert api.get(at + "1&lang=fr").content == api.get(at + "fr").content


def test_without_its_labels_it_is_byte_for_byte_the_standard_csv(api):
    plain, labelled = api.get("/queries/mixed.csv"), api.get("/queries/mixed.csv?with-labels=fr")
    rows = table(labelled)
    assert rows[0] == ["thing", "thing_label", "value", "node", "value_label"]  # it has labels of its own for `value`
    assert [row[1] for row in rows[1:]] == ["Le bus des services", "", "", "personas", ""]
    assert [[row[0], *row[2:]] for row in rows] == table(plain)
    many = api.get("/queries/many.csv?with-labels=fr").text
    bare = "\r\n".join(",".join(line.split(",")[::2]) for line in many.split("\r\n"))
    assert bare.encode() == api.get("/queries/many.csv").content


def test_the_byte_order_mark_is_there_only_when_asked_for(api):
    plain = api.get("/queries/kinds.csv")
    marked = api.get("/queries/kinds.csv?with-bom=1")
    assert not plain.content.startswith(codecs.BOM_UTF8)
    assert marked.content == codecs.BOM_UTF8 + plain.content
    assert marked.headers["etag"] != plain.headers["etag"]
    both = api.get("/queries/kinds.csv?with-bom=1&with-labels=fr").content
    assert both == codecs.BOM_UTF8 + api.get("/queries/kinds.csv?with-labels=fr").content
    assert "with-labels=fr&amp;with-bom=1" in api.get("/queries/kinds.html", "text/html").text


@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        ("kinds.csv?with-labels=de", "with-labels"),
        ("kinds.csv?with-bom=yes", "with-bom"),
        ("kinds.json?with-labels=fr", "with-labels"),
        ("kinds?with-bom=1", "with-bom"),
        ("any.csv?with-labels=fr", "with-labels"),
        ("graph.ttl?with-labels=1", "with-labels"),
    ],
)
def test_labels_that_cannot_be_had_are_refused(api, path, parameter):
    refused = api.get(f"/queries/{path}")
    assert (refused.status_code, refused.json()["parameter"]) == (400, parameter)
    assert api.get("/queries/kinds.json?with-labels=0&with-bom=").status_code == 200


def test_labels_never_go_beyond_the_limits_of_an_answer(settings, snapshot):
    """The rows are held while their columns are found out: as many as an answer may have."""
    few = replace(settings, limits=replace(settings.limits, result_rows=9))
    text = "SELECT ?i ?j { VALUES ?i { 1 2 3 } VALUES ?j { 1 2 3 } }"

    async def asked(text: str) -> bytes:
        async with EmbeddedEngine(few, snapshot) as engine:
            return await engine.evaluate(Query(engine.admit(text), RESULTS_CSV, labels="fr"))

    assert asyncio.run(asked(text)).count(b"\r\n") == 10
    with pytest.raises(LimitExceeded, match="result_rows"):
        asyncio.run(asked(text.replace("1 2 3", "0 1 2 3", 1)))


# -- versions ----------------------------------------------------------------------------------------


def test_an_answer_is_validated_by_its_etag_and_kept_at_a_pinned_address(api):
    first = api.get("/queries/kinds.csv", params={"type": PAS + "Tool"})
    known = {"If-None-Match": first.headers["etag"]}
    again = api.get("/queries/kinds.csv", params={"type": PAS + "Tool"}, headers=known)
    assert (again.status_code, again.content) == (304, b"")
    assert api.get("/queries/kinds.csv", headers=known).status_code == 200
    location = first.headers["content-location"]
    assert location.startswith(f"/snapshots/{api.snapshot.id}/queries/kinds.csv?type=")
    pinned = api.get(location)
    assert pinned.content == first.content
    assert "immutable" in pinned.headers["cache-control"]
    assert 'rel="original' in pinned.headers["link"]


def test_the_list_gives_the_version_of_each_query_and_its_snapshot(api):
    listed = {entry["name"]: entry for entry in api.get("/queries").json()}
    assert {entry["snapshot"] for entry in listed.values()} == {api.snapshot.id}
    assert len({entry["version"] for entry in listed.values()}) == len(listed)
    library = Library.load(api.snapshot.queries_path)
    assert {name: entry["version"] for name, entry in listed.items()} == {n: q.version for n, q in library.items()}
    assert all(api.get(entry["href"].removeprefix(api.url) + ".rq").status_code == 200 for entry in listed.values())


def test_the_list_can_be_of_one_topic(api):
    assert [entry["name"] for entry in api.get("/queries?tag=natures").json()] == ["kinds"]
    assert api.get("/queries?tag=natures&tag=none").json() == []
    page = api.get("/queries?tag=natures", "text/html").text
    assert "Les natures" in page
    assert "Ce qui est donné" not in page
    assert "Aucune requête" in api.get("/queries?tag=%3Cb%3E", "text/html").text


# -- the OpenAPI description -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def description(api):
    return api.get("/openapi.json").json()


def test_the_description_is_valid_and_of_this_snapshot(api, description):
    validate(description)
    assert description["openapi"].startswith("3.1")
    assert description["x-snapshot"] == api.snapshot.id
    assert description["servers"] == [{"url": api.url}]
    first = api.get("/openapi.json")
    assert api.get("/openapi.json", headers={"If-None-Match": first.headers["etag"]}).status_code == 304
    pinned = api.get(f"/snapshots/{api.snapshot.id}/openapi.json").json()
    assert pinned["servers"] == [{"url": f"{api.url}/snapshots/{api.snapshot.id}"}]


def test_each_saved_query_is_an_entry_with_its_typed_parameters_and_columns(api, description):
    listed = api.get("/queries").json()
    assert {path for path in description["paths"] if path.startswith("/queries/") and "{" not in path} == {
        f"/queries/{quote(entry['name'])}" for entry in listed
    }
    echo = description["paths"]["/queries/echo"]["get"]
    types = {each["name"]: each["schema"] for each in echo["parameters"] if "name" in each}
    assert types["iri"] == {"type": "string", "format": "iri"}
    assert types["integer"] == {"type": "integer", "default": 12}
    assert types["boolean"] == {"type": "boolean"}
    assert types["date"] == {"type": "string", "format": "date"}
    [date] = [each for each in echo["parameters"] if each.get("name") == "date"]
    assert (date["required"], date["example"]) == (True, "2018-07-06")
    assert echo["x-summary"] == {"fr": "Ce qui est donné", "en": "What is given"}
    assert echo["x-columns"] == list(types)
    assert "text/csv" in echo["responses"]["200"]["content"]
    content = description["paths"]["/queries/graph"]["get"]["responses"]["200"]["content"]
    assert "text/turtle" in content
    assert "text/csv" not in content


def test_the_page_of_the_interface_names_every_saved_query(api):
    page = api.get("/docs", "text/html").text
    assert all(f"/queries/{name}" in page for name in LIBRARY if name != "broken")
