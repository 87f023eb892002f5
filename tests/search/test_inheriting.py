"""What a thing has from others, one step away: from who made it, from what it came out of, from the uses made of it."""

from __future__ import annotations

import pytest

from graph.config import Limits
from graph.search import asking
from graph.search.answer import as_json
from graph.search.searching import SearchIndex

from .conftest import BASE, PREFIXES, indexed

TURTLE = f"""{PREFIXES}
PREFIX e: <{BASE}events/>
PREFIX pas: <https://w3id.org/passerelles/ontology#>
PREFIX r: <{BASE}reuses/>
PREFIX schema: <https://schema.org/>
c:agency a skos:Concept ; skos:inScheme <{BASE}schemes/types> ; skos:prefLabel "Agence"@fr .
c:town a skos:Concept ; skos:inScheme <{BASE}schemes/types> ; skos:prefLabel "Commune"@fr .
c:adapted a skos:Concept ; skos:inScheme <{BASE}schemes/ways> ; skos:prefLabel "adaptée"@fr .
c:as-is a skos:Concept ; skos:inScheme <{BASE}schemes/ways> ; skos:prefLabel "telle quelle"@fr .
c:unstated a skos:Concept ; skos:inScheme <{BASE}schemes/states> ; skos:prefLabel "licence non précisée"@fr .
c:bold a skos:Concept ; skos:inScheme <{BASE}schemes/moods> ; skos:prefLabel "audacieux"@fr .
o:a skos:prefLabel "A" ; ex:type c:agency . o:b skos:prefLabel "B" ; ex:type c:town .
o:c skos:prefLabel "C" ; ex:type c:town . o:d skos:prefLabel "D" ; ex:type c:agency .
<{BASE}places/nantes> skos:prefLabel "Nantes" . <{BASE}places/rennes> skos:prefLabel "Rennes" .
e:whole dct:title "Rencontre" ; schema:startDate "2018-05" ; schema:location <{BASE}places/nantes> ; ex:mood c:bold .
e:part dct:title "Groupe" ; schema:superEvent e:whole ; ex:mood c:bold .
p:made dct:title "Faite par A" ; dct:creator o:a ; pas:licenceStatus c:unstated .
p:came dct:title "Venue du groupe" ; prov:wasGeneratedBy e:part ; dct:license <{BASE}licences/mit> ;
  pas:licenceStatus c:unstated .
p:own dct:title "Venue aussi" ; prov:wasGeneratedBy e:part ; dct:spatial <{BASE}places/rennes> ; dct:issued "2020" .
<{BASE}licences/mit> dct:title "MIT" .
r:one dct:title "Reprise" ; prov:used p:made ; ex:way c:adapted .
r:two dct:title "Autre reprise" ; prov:used p:made ; ex:way c:as-is .
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    index = SearchIndex(indexed(tmp_path_factory.mktemp("inherited"), TURTLE), Limits())

    def found(**filters: str) -> list[str]:
        asked = asking.read("", index.facets, Limits())
        asking.filtered(asked, {name: [value] for name, value in filters.items()}, index.facets)
        results = as_json(index.search(asked), index, "fr")["results"]
        return sorted(each["iri"].removeprefix(BASE) for each in results)

    return found


def test_what_is_made_has_the_type_of_its_maker_though_few_of_that_type_make_anything(found):
    assert found(type="agency") == ["organisations/a", "organisations/d", "productions/made"]


def test_what_came_out_of_a_part_of_an_event_has_the_place_and_the_year_of_the_whole(found):
    assert found(territory="nantes") == ["events/part", "events/whole", "productions/came"]
    assert found(year="2018") == ["events/part", "events/whole", "productions/came"]


def test_what_says_its_own_place_and_date_keeps_them(found):
    assert found(territory="rennes") == ["productions/own"]
    assert found(year="2020") == ["productions/own"]


def test_what_sorts_events_is_not_handed_down_to_what_came_out_of_them(found):
    assert found(mood="bold") == ["events/part", "events/whole"]


def test_what_is_used_has_the_kinds_of_its_uses(found):
    assert found(way="adapted") == ["productions/made", "reuses/one"]
    assert found(way="as-is") == ["productions/made", "reuses/two"]


def test_a_licence_that_is_not_stated_is_a_value_like_another_where_there_is_none(found):
    assert found(licence="mit") == ["productions/came"]
    assert found(licence="unstated") == ["productions/made"]


def test_events_that_are_parts_of_each_other_have_no_place_and_end(tmp_path):
    turtle = f"""{PREFIXES} PREFIX schema: <https://schema.org/>
    <{BASE}events/a> dct:title "A" ; schema:superEvent <{BASE}events/b> .
    <{BASE}events/b> dct:title "B" ; schema:superEvent <{BASE}events/a> ."""
    assert [each.name for each in SearchIndex(indexed(tmp_path, turtle), Limits()).facets] == ["kind"]


def test_things_come_by_their_dates_those_without_last(tmp_path):
    turtle = PREFIXES + "".join(
        f'p:{name} dct:title "{name}" {date} .'
        for name, date in (
            ("none", ""), ("old", '; dct:issued "1999"'), ("month", '; dct:issued "2018-07", "2001-01-01"'),
            ("day", '; dct:issued "2018-07-06"'), ("moment", '; dct:created "2018-07-05T10:00:00Z"'),
            ("wrong", '; dct:issued "bientôt"'),
        )
    )  # fmt: skip
    index = SearchIndex(indexed(tmp_path, turtle), Limits())
    total, hits = index.listed(asking.Asked(), 4, 1, (0, 99_999_999))
    assert (total, [hit.card["names"][""] for hit in hits]) == (6, ["day", "moment", "month", "old"])
    total, hits = index.listed(asking.Asked(), 9, 1, (2018_00_00, 2018_07_05))
    assert [hit.card["names"][""] for hit in hits] == ["moment", "month"]


def test_values_of_two_facets_are_counted_together(tmp_path):
    index = SearchIndex(indexed(tmp_path, TURTLE), Limits())
    kind, place = index.facets.get("kind"), index.facets.get("territory")
    nantes, rennes = (f"{BASE}places/{name}" for name in ("nantes", "rennes"))
    rows, columns = ["productions", "events", "places"], [nantes, rennes]
    assert index.crossed(asking.Asked(), kind, place, rows, columns) == {
        "productions": {nantes: 1, rennes: 1},
        "events": {nantes: 2},
        "places": {},
    }
    assert index.crossed(asking.Asked(), kind, place, ["events"], []) == {}
    assert index.counted(asking.Asked(filters={"territory": [nantes]}), [kind]) == {
        "kind": {"events": 2, "productions": 1}
    }


def test_what_is_at_a_venue_or_in_a_street_is_where_these_are(tmp_path):
    turtle = f"""{PREFIXES}
    PREFIX adms: <http://www.w3.org/ns/adms#>
    PREFIX e: <{BASE}events/>
    PREFIX l: <{BASE}places/>
    PREFIX schema: <https://schema.org/>
    l:region skos:prefLabel "Pays de la Loire" . l:nantes skos:prefLabel "Nantes" ; adms:identifier <{BASE}codes/1> ;
      schema:containedInPlace l:region .
    l:quarter skos:prefLabel "Un quartier" ; schema:containedInPlace l:nantes .
    l:street skos:prefLabel "Route de Vannes" ; schema:containedInPlace l:quarter .
    o:cafe skos:prefLabel "Un café" ; dct:spatial l:street .
    e:met dct:title "Rencontre" ; schema:location o:cafe . p:rocks dct:title "Rochers" ; dct:spatial l:street ."""
    index = SearchIndex(indexed(tmp_path, turtle), Limits())
    answer = as_json(index.search(asking.read("", index.facets, Limits())), index, "fr")
    assert [(each["label"], each["count"]) for each in answer["facets"]["territory"]] == [("Nantes", 5)]


def test_a_town_without_a_code_is_a_territory_all_the_same(tmp_path):
    turtle = f"""{PREFIXES}
    PREFIX l: <{BASE}places/>
    PREFIX schema: <https://schema.org/>
    l:region skos:prefLabel "Pays de la Loire" . l:nantes skos:prefLabel "Nantes" ; schema:containedInPlace l:region .
    l:a schema:containedInPlace l:b . l:b schema:containedInPlace l:a .
    p:made dct:title "Faite" ; dct:spatial l:nantes . p:lost dct:title "Perdue" ; dct:spatial l:a ."""
    index = SearchIndex(indexed(tmp_path, turtle), Limits())
    answer = as_json(index.search(asking.read("", index.facets, Limits())), index, "fr")
    assert sorted(each["value"].rpartition("/")[2] for each in answer["facets"]["territory"]) == ["a", "nantes"]


def test_places_far_within_one_another_are_followed_and_once(tmp_path):
    steps = [f"<{BASE}places/{n}> schema:containedInPlace <{BASE}places/{n + 1}> ." for n in range(2_000)]
    forks = [
        f"<{BASE}forks/{n}-{side}> schema:containedInPlace <{BASE}forks/{n + 1}-0>, <{BASE}forks/{n + 1}-1> ."
        for n in range(40)
        for side in "01"
    ]
    turtle = f"""{PREFIXES}
    PREFIX adms: <http://www.w3.org/ns/adms#>
    PREFIX schema: <https://schema.org/>
    <{BASE}places/2000> skos:prefLabel "Nantes" ; adms:identifier <{BASE}codes/1> . {" ".join(steps + forks)}
    p:deep dct:title "Loin" ; dct:spatial <{BASE}places/0> . p:forked dct:spatial <{BASE}forks/0-0> ."""
    index = SearchIndex(indexed(tmp_path, turtle), Limits())
    found = as_json(index.search(asking.read("loin", index.facets, Limits())), index, "fr")["facets"]["territory"]
    assert [each["label"] for each in found] == ["Nantes"]
