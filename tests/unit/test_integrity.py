"""Integrity across the whole graph: what no file shows alone is told in the files concerned, at the token concerned."""

from __future__ import annotations

import subprocess

import pytest

from graph import config, gate
from graph.diagnostics import Severity, said

THING = """\
@prefix adms: <http://www.w3.org/ns/adms#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix pas: <https://w3id.org/passerelles/ontology#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix schema: <https://schema.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix sssom: <https://w3id.org/sssom/> .
@prefix id: <https://example.org/id/things/> .

id:{slug}
    {statements} .
"""
OWN = "https://example.org/id/things/{}"
LINT_OFF = '[lint]\npolicy = "off"'


@pytest.fixture
def graph(repository, monkeypatch):
    """A repository where `write` adds a thing and `check` gives what integrity says of the files named, or of all."""
    monkeypatch.chdir(repository.root)
    repository.configure(LINT_OFF)
    return _Graph(repository)


class _Graph:
    def __init__(self, repository) -> None:
        self.repository = repository

    def write(self, slug: str, statements: str, file: str = "") -> None:
        self.repository.write(f"data/things/{file or slug}.ttl", THING.format(slug=slug, statements=statements))

    def append(self, file: str, text: str) -> None:
        path = self.repository.root / f"data/things/{file}.ttl"
        path.write_text(f"{path.read_text()}\n{text}\n")

    def check(self, *slugs: str):
        paths = [f"data/things/{slug}.ttl" for slug in slugs]
        found = gate.check(config.load(self.repository.root), paths).diagnostics
        return [d for d in found if d.code.startswith("PAS2")]

    def told(self, *slugs: str) -> list[tuple[str, int, int, str]]:
        found = self.check(*slugs)
        return [(d.location.path.split("/")[-1][:-4], d.location.line, d.location.column, d.code) for d in found]


def in_english(diagnostic) -> str:
    """As it is told."""
    return said(diagnostic.message, "en")


# --- PAS204: cycles


def test_a_thing_that_derives_from_itself_is_told_at_the_object(graph):
    graph.write("a", "prov:wasDerivedFrom id:a")
    (found,) = graph.check()
    assert (found.code, found.severity, found.focus) == ("PAS204", Severity.ERROR, OWN.format("a"))
    assert (found.location.line, found.location.column) == (14, 25)
    assert in_english(found).startswith("things/a → things/a: following prov:wasDerivedFrom")


def test_a_cycle_across_three_files_is_told_once_and_names_the_others(graph):
    for start, end in ("ab", "bc", "ca"):
        graph.write(start, f"prov:wasDerivedFrom id:{end}")
    (found,) = graph.check()
    assert found.location.path == "data/things/a.ttl"
    message = in_english(found)
    assert "things/a → things/b → things/c → things/a" in message
    assert message.endswith("here or in data/things/b.ttl, data/things/c.ttl.")


def test_a_cycle_of_things_with_long_names_is_told_whole(graph):
    names = [letter * 50 for letter in "abcd"]
    for start, end in zip(names, [*names[1:], names[0]], strict=True):
        graph.write(start, f"prov:wasDerivedFrom id:{end}")
    (found,) = graph.check()
    assert " → ".join(f"things/{name}" for name in [*names, names[0]]) in in_english(found)
    assert all(f"data/things/{name}.ttl" in in_english(found) for name in names[1:])


def test_a_cycle_is_told_at_the_file_asked_about(graph):
    for start, end in ("ab", "bc", "ca"):
        graph.write(start, f"prov:wasDerivedFrom id:{end}")
    assert graph.told("b") == [("b", 14, 25, "PAS204")]
    assert graph.told("b", "c") == [("b", 14, 25, "PAS204")]


def test_what_only_leads_to_a_cycle_is_not_told(graph):
    graph.write("a", "prov:wasDerivedFrom id:b")
    graph.write("b", "prov:wasDerivedFrom id:a, id:c")
    graph.write("c", "dct:title 'c'")
    graph.write("d", "prov:wasDerivedFrom id:a")
    assert graph.told("d") == []
    assert graph.told("c") == []
    assert graph.told() == [("a", 14, 25, "PAS204")]


def test_two_cycles_through_one_thing_are_both_told(graph):
    graph.write("a", "prov:wasDerivedFrom id:b, id:c")
    graph.write("b", "prov:wasDerivedFrom id:a")
    graph.write("c", "prov:wasDerivedFrom id:a")
    assert graph.told() == [("a", 14, 25, "PAS204"), ("a", 14, 31, "PAS204")]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("skos:broader id:b", "skos:broader id:a"),
        ("skos:broader id:b", "skos:broaderTransitive id:a"),
        ("skos:narrower id:b", "skos:narrower id:a"),
        ("skos:broader id:b ; skos:narrower id:b", "dct:title 'b'"),
        ("org:unitOf id:b", "org:subOrganizationOf id:a"),
        ("org:unitOf id:b", "org:unitOf id:a"),
        ("org:hasUnit id:b", "org:hasSubOrganization id:a"),
        ("dct:isPartOf id:b", "dct:isPartOf id:a"),
        ("dct:hasPart id:b ; dct:isPartOf id:b", "dct:title 'b'"),
        ("dct:isReplacedBy id:b", "dct:isReplacedBy id:a"),
        ("schema:superEvent id:b", "schema:superEvent id:a"),
    ],
)
def test_an_order_turns_back_on_itself_through_any_of_its_properties(graph, one, other):
    graph.write("a", one)
    graph.write("b", other)
    assert [code for *_, code in graph.told()] == ["PAS204"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("skos:broader id:b", "skos:narrower id:a"),
        ("dct:isPartOf id:b", "dct:hasPart id:a"),
        ("dct:isPartOf id:b", "prov:wasDerivedFrom id:a"),
        ("skos:related id:b", "skos:related id:a"),
        ("dct:title 'id:b'", "skos:broader id:a"),
    ],
)
def test_a_relation_said_both_ways_is_no_cycle(graph, one, other):
    graph.write("a", one)
    graph.write("b", other)
    assert graph.told() == []


def test_an_ontology_says_which_of_its_properties_make_no_cycle(graph):
    graph.repository.write(
        "ontology/order.ttl",
        """
        @prefix ex: <https://example.org/ontology#> .
        @prefix owl: <http://www.w3.org/2002/07/owl#> .
        @prefix pas: <https://w3id.org/passerelles/ontology#> .
        @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
        ex:above a owl:TransitiveProperty, owl:AsymmetricProperty ; owl:inverseOf ex:below .
        ex:after pas:acyclic true .
        ex:justAfter rdfs:subPropertyOf ex:after .
        ex:knows a owl:TransitiveProperty .
        """,
    )
    term = "<https://example.org/ontology#{}>".format
    graph.write("a", f"{term('above')} id:b ; {term('justAfter')} id:b ; {term('knows')} id:b")
    graph.write("b", f"{term('above')} id:a ; {term('justAfter')} id:a ; {term('knows')} id:a")
    told = graph.check()
    assert [(d.code, d.property.rpartition("#")[2]) for d in told] == [("PAS204", "above"), ("PAS204", "justAfter")]


def test_a_chain_of_ten_thousand_is_walked_and_its_cycle_is_shortened(graph):
    steps = "\n".join(f"id:s{n} prov:wasDerivedFrom id:s{n + 1} ." for n in range(10_000))
    graph.write("s10000", "dct:title 'the first'")
    graph.append("s10000", steps)
    assert graph.told() == []
    graph.append("s10000", "id:s10000 prov:wasDerivedFrom id:s0 .")
    (found,) = graph.check()
    assert found.code == "PAS204"
    assert in_english(found).startswith("Cycle of 10001 links: things/s")
    assert len(in_english(found)) < 300


# --- PAS205: two subjects for one thing

KEYS = [
    ("foaf:homepage <https://www.Example.org/>", "foaf:homepage <http://example.org>"),
    ("schema:codeRepository <https://github.com/a/b.git>", "schema:codeRepository 'https://github.com/a/b/'"),
    ("dct:title 'L’Agence d’été'@fr ; dct:publisher id:p", "dct:publisher id:p ; dct:title \"l'agence  d'ete\"@fr"),
    ("org:identifier '552 081 317'", "org:identifier '552081317'"),
    (
        "adms:identifier [ skos:notation '552081317' ; adms:schemeAgency 'INSEE' ]",
        "adms:identifier [ adms:schemeAgency 'insee' ; skos:notation '552 081 317' ]",
    ),
    ("adms:identifier id:siren", "adms:identifier id:siren"),
    ("dct:title 'Same' ; dct:creator id:p", "dct:title 'Same' ; dct:creator id:p"),
    ("a org:Organization ; dct:identifier '1'", "a org:FormalOrganization ; dct:identifier '1'"),
]
ALONE = [
    ("dct:title 'Same'", "dct:title 'Same'"),
    ("dct:identifier '1'", "dct:identifier '1'"),
    ("dct:title 'Same' ; dct:publisher id:p", "dct:title 'Same' ; dct:publisher id:q"),
    ("foaf:homepage <https://example.org/a>", "foaf:homepage <https://example.org/A>"),
    ("foaf:page <https://example.org/>", "foaf:page <https://example.org/>"),
    (
        "adms:identifier [ skos:notation '1' ; adms:schemeAgency 'A' ]",
        "adms:identifier [ skos:notation '1' ; adms:schemeAgency 'B' ]",
    ),
    ("schema:codeRepository <https://github.com/a/b>", "schema:codeRepository <https://gitlab.com/a/b>"),
]


@pytest.fixture
def things(graph):
    for slug in ("p", "q", "siren"):
        graph.write(slug, "a id:p")
    return graph


@pytest.mark.parametrize(("one", "other"), KEYS)
def test_two_things_with_the_same_key_are_told_each_of_the_other(things, one, other):
    things.write("a", one)
    things.write("b", other)
    found = things.check()
    assert [(d.location.path, d.location.line, d.code) for d in found] == [
        ("data/things/a.ttl", 14, "PAS205"),
        ("data/things/b.ttl", 14, "PAS205"),
    ]
    assert "<https://example.org/id/things/b> (data/things/b.ttl)" in in_english(found[0])
    assert "<https://example.org/id/things/a> (data/things/a.ttl)" in in_english(found[1])
    assert things.told("b") == [("b", 14, found[1].location.column, "PAS205")]


@pytest.mark.parametrize(("one", "other"), ALONE)
def test_things_that_differ_are_not_one(things, one, other):
    things.write("a", one)
    things.write("b", other)
    assert things.told() == []


@pytest.mark.parametrize(
    "address",
    [
        "http://github.com/a/b",
        "https://WWW.GitHub.com/a/b.git",
        "git+https://github.com/a/b/",
        "ssh://git@github.com/a/b.git",
        "git@github.com:a/b.git",
        "https://github.com:443/a/b#",
    ],
)
def test_a_repository_has_one_address_however_it_is_written(graph, address):
    graph.write("a", "schema:codeRepository 'https://github.com/a/b'")
    graph.write("b", f"schema:codeRepository '{address}'")
    assert [code for *_, code in graph.told()] == ["PAS205", "PAS205"]


def test_the_diagnostic_points_at_the_value_that_is_shared(things):
    things.write("a", "dct:title 'One', 'Two' ; dct:publisher id:p")
    things.write("b", "dct:publisher id:q, id:p ; dct:title 'Three', 'two'")
    assert things.told() == [("a", 14, 22, "PAS205"), ("b", 14, 51, "PAS205")]


@pytest.mark.parametrize("where", ["a", "b"])
@pytest.mark.parametrize("relation", ["pas:distinctFrom", "owl:differentFrom", "owl:sameAs", "skos:exactMatch"])
def test_a_relation_that_settles_the_question_overrules(graph, where, relation):
    for slug in "ab":
        said = f" ; {relation} id:{'ba'['ab'.index(slug)]}" if slug == where else ""
        graph.write(slug, f"foaf:homepage <https://example.org/>{said}")
    assert graph.told() == []


def test_a_mapping_settles_the_question_once_it_is_reviewed(graph):
    for slug in "ab":
        graph.write(slug, "foaf:homepage <https://example.org/>")
    graph.write("link", "sssom:subject_id id:a ; sssom:object_id id:b")
    assert len(graph.told()) == 2
    reviewed = "sssom:subject_id id:a ; sssom:object_id id:b ; sssom:reviewer_label 'Committee'"
    graph.write("link", reviewed)
    assert graph.told() == []
    decision = "pas:decision <https://w3id.org/passerelles/id/concepts/decision-{}>"
    for name, told in (("acceptee", 0), ("rejetee", 0), ("indecise", 2)):
        graph.write("link", f"{reviewed} ; {decision.format(name)}")
        assert len(graph.told()) == told, name


def test_what_is_distinct_from_one_is_still_told_of_another(graph):
    for slug in "abc":
        said = " ; pas:distinctFrom id:a" if slug == "b" else ""
        graph.write(slug, f"foaf:homepage <https://example.org/>{said}")
    assert [(d.focus[-1], d.value[-1]) for d in graph.check()] == [("a", "c"), ("b", "c"), ("c", "a")]


def test_two_things_that_share_two_keys_are_told_once(things):
    for slug in "ab":
        things.write(slug, "foaf:homepage <https://example.org/> ; dct:title 'Same' ; dct:publisher id:p")
    assert len(things.told()) == 2


def test_one_repository_for_two_things_is_a_warning_and_their_title_and_creator_still_an_error(things):
    for slug in "ab":
        things.write(slug, "schema:codeRepository <https://github.com/a/b>")
    assert [(d.severity, d.code) for d in things.check()] == [(Severity.WARNING, "PAS205")] * 2
    assert "the same repository" in in_english(things.check()[0])
    for slug in "ab":
        things.write(slug, "schema:codeRepository <https://github.com/a/b> ; dct:title 'Same' ; dct:creator id:p")
    assert [(d.severity, d.code) for d in things.check()] == [(Severity.ERROR, "PAS205")] * 2
    things.write("link", "sssom:subject_id id:a ; sssom:object_id id:b ; sssom:reviewer_label 'Committee'")
    assert things.told() == []


def test_one_link_in_two_records_is_one_to_delete_not_to_tell_apart(things):
    for slug in ("one", "other"):
        things.write(
            slug, "a sssom:Mapping ; sssom:subject_id id:p ; sssom:predicate_id skos:exactMatch ; sssom:object_id id:q"
        )
    assert len(things.told()) == 2
    for found in things.check():
        assert "Keep one of the two records" in in_english(found)
        assert "distinctFrom" not in in_english(found)


REUSE = "a pas:Reuse ; pas:reuser id:p ; pas:reused id:q ; pas:reuseKind <https://kinds.example/%s>"


def test_one_reuse_in_two_files_is_told_and_counts_once(things):
    things.write("one", REUSE % "adapted")
    things.write("other", f"{REUSE % 'adapted'} ; prov:startedAtTime '2024'")
    things.write("third", REUSE % "inspired")
    found = things.check()
    assert [(d.location.path, d.severity) for d in found] == [
        ("data/things/one.ttl", Severity.WARNING),
        ("data/things/other.ttl", Severity.WARNING),
    ]
    assert "The same reuse is told by <https://example.org/id/things/other>" in in_english(found[0])
    things.write("one", f"{REUSE % 'adapted'} ; pas:distinctFrom id:other")
    assert things.told() == []


CHANGE = "a org:ChangeEvent ; org:originalOrganization id:p ; org:resultingOrganization id:q ; prov:startedAtTime "


@pytest.mark.parametrize(
    ("began", "told"),
    [("2013", True), ("2012-11", True), ("2012-10-31", True), ("2012-10-30", False), ("2012", False), ("2011", False)],
)
def test_a_reuse_that_begins_after_the_end_of_its_reuser_is_a_warning(things, began, told):
    things.write("change", f"{CHANGE}'2012-10-30'")
    things.write("reuse", f"{REUSE % 'adapted'} ; prov:startedAtTime '{began}'")
    found = [(d.location.path, d.code, d.severity) for d in things.check()]
    assert found == [("data/things/reuse.ttl", "PAS213", Severity.WARNING)] * told
    assert [code for *_, code in things.told("reuse")] == ["PAS213"] * told


def test_who_results_from_a_change_goes_on(things):
    things.write("change", f"{CHANGE}'2012-10-30' ; org:resultingOrganization id:p")
    things.write("reuse", f"{REUSE % 'adapted'} ; prov:startedAtTime '2024'")
    assert things.told() == []


def test_two_things_of_one_file_may_be_one(graph):
    graph.write("a", "foaf:homepage <https://example.org/>")
    graph.append("a", "id:b foaf:homepage <https://example.org/> .")
    assert graph.told() == [("a", 14, 19, "PAS205"), ("a", 16, 20, "PAS205")]


def test_a_file_that_does_not_parse_does_not_hide_the_others(graph):
    for slug in "ab":
        graph.write(slug, "foaf:homepage <https://example.org/>")
    graph.repository.write("data/things/broken.ttl", "nope")
    assert [code for *_, code in graph.told()] == ["PAS205", "PAS205"]


def test_an_ontology_says_what_tells_its_things_apart(graph):
    graph.repository.write(
        "ontology/keys.ttl",
        """
        @prefix dct: <http://purl.org/dc/terms/> .
        @prefix ex: <https://example.org/ontology#> .
        @prefix owl: <http://www.w3.org/2002/07/owl#> .
        @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
        ex:Book a owl:Class ; owl:hasKey ( dct:title dct:issued ) .
        ex:Novel a owl:Class ; rdfs:subClassOf ex:Book .
        """,
    )
    book, novel = "<https://example.org/ontology#Book>", "<https://example.org/ontology#Novel>"
    graph.write("a", f"a {book} ; dct:title 'Same' ; dct:issued '1862'")
    graph.write("b", f"a {novel} ; dct:title 'Same' ; dct:issued '1862'")
    graph.write("c", "dct:title 'Same' ; dct:issued '1862'")
    assert [slug for slug, *_ in graph.told()] == ["a", "b"]


def test_values_without_number_make_no_combination_without_end(graph):
    titles, publishers = ", ".join(f"'{n}'" for n in range(2_000)), ", ".join(f"'{n}'" for n in range(2_000))
    for slug in "ab":
        graph.write(slug, f"dct:title {titles} ; dct:publisher {publishers}")
    assert [code for *_, code in graph.told()] == ["PAS205", "PAS205"]


# --- PAS206: what was removed, PAS207: what was deprecated


@pytest.fixture
def git(graph):
    """Run git in the repository, every file of which is in a first commit."""

    def run(*arguments: str) -> None:
        who = ["-c", "user.name=Essai", "-c", "user.email=essai@example.org", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", *who, *arguments], cwd=graph.repository.root, check=True, capture_output=True)

    graph.write("old", "dct:title 'old'")
    graph.repository.write("data/things/below/deep.ttl", "<https://example.org/id/things/deep> a <x:y> .")
    graph.write("new", "dct:relation id:old, id:deep, id:never")
    run("init", "-q")
    run("add", "data")
    run("commit", "-qm", "one")
    return run


@pytest.mark.parametrize("committed", [False, True])
def test_a_thing_whose_file_was_removed_is_to_be_deprecated(graph, git, committed):
    (graph.repository.root / "data/things/old.ttl").unlink()
    (graph.repository.root / "data/things/below/deep.ttl").unlink()
    if committed:
        git("commit", "-qam", "two")
    assert graph.told() == [("new", 14, 18, "PAS206"), ("new", 14, 26, "PAS206"), ("new", 14, 35, "PAS201")]
    removed = graph.check()[0]
    assert in_english(removed).startswith(
        "data/things/old.ttl, which described <https://example.org/id/things/old>, was removed: restore it"
    )
    assert "data/things/below/deep.ttl" in in_english(graph.check()[1])


def test_a_thing_no_commit_knows_is_only_dangling(graph, git):
    git("status")
    assert graph.told() == [("new", 14, 35, "PAS201")]


def test_git_is_asked_only_when_something_dangles(graph, monkeypatch):
    def refused(*_, **__):
        pytest.fail("git was run")

    monkeypatch.setattr("graph.git.subprocess.run", refused)
    graph.write("a", "dct:title 'a'")
    assert graph.told() == []


@pytest.mark.parametrize("missing", ["repository", "program"])
def test_without_git_what_dangles_is_told_all_the_same(graph, monkeypatch, missing):
    if missing == "program":
        monkeypatch.setattr("graph.git.shutil.which", lambda _: None)
    graph.write("a", "dct:relation id:gone")
    assert graph.told() == [("a", 14, 18, "PAS201")]


def test_what_cites_a_deprecated_thing_is_told_what_to_write(graph):
    graph.write("old", "owl:deprecated true ; dct:isReplacedBy id:newer")
    graph.write("newer", "owl:deprecated true ; dct:isReplacedBy id:newest")
    graph.write("newest", "dct:replaces id:newer")
    graph.write("a", "dct:relation id:old")
    (found,) = graph.check()
    assert (found.code, found.severity, found.location.path) == ("PAS207", Severity.WARNING, "data/things/a.ttl")
    assert in_english(found) == (
        "<https://example.org/id/things/old> is deprecated. Write <https://example.org/id/things/newest>."
    )
    (edit,) = found.fix.edits
    assert (edit.text, edit.location) == ("id:newest", found.location)
    assert (edit.location.column, edit.location.end_column) == (18, 24)


def test_a_property_that_the_ontology_deprecates_is_told_where_it_is_written(graph):
    graph.repository.write(
        "ontology/terms.ttl",
        """
        @prefix dct: <http://purl.org/dc/terms/> .
        @prefix ex: <https://example.org/ontology#> .
        @prefix owl: <http://www.w3.org/2002/07/owl#> .
        <https://example.org/ontology> a owl:Ontology .
        ex:old owl:deprecated true ; dct:isReplacedBy ex:new .
        ex:new a owl:DatatypeProperty .
        """,
    )
    graph.write("a", "a foaf:Document ; <https://example.org/ontology#old> 1")
    graph.write("b", "a foaf:Document ; <https://example.org/ontology#oldest> 1")
    assert graph.told() == [("a", 14, 23, "PAS207"), ("b", 14, 23, "PAS203")]
    assert graph.check()[0].fix.edits[0].text == "<https://example.org/ontology#new>"


def test_with_two_replacements_the_curator_chooses(graph):
    graph.write("old", "owl:deprecated true ; dct:isReplacedBy id:b, id:c")
    graph.write("b", "dct:title 'b'")
    graph.write("c", "dct:title 'c'")
    graph.write("a", "dct:relation id:old")
    (found,) = graph.check()
    assert in_english(found).endswith("Write <https://example.org/id/things/b>, <https://example.org/id/things/c>.")
    assert found.fix is None


def test_a_deprecated_thing_without_replacement_is_not_to_be_cited(graph):
    graph.write("old", "owl:deprecated true")
    graph.write("a", "dct:relation id:old")
    (found,) = graph.check("a")
    assert in_english(found).endswith("Remove this link, or cite what replaces it.")


def test_what_is_not_deprecated_may_say_so(graph):
    graph.write("old", "owl:deprecated false ; dct:isReplacedBy id:a")
    graph.write("a", "dct:relation id:old")
    assert graph.told() == []


# --- one file, one named graph


@pytest.mark.parametrize("name", ["vocabularies/v", "shapes/tool", "inferred", "standard-input"])
def test_a_file_does_not_take_the_named_graph_of_another(repository, monkeypatch, name):
    monkeypatch.chdir(repository.root)
    repository.configure(LINT_OFF)
    repository.write("ontology/vocabularies/v.ttl", "<https://example.org/v> a <https://example.org/ontology#Thing> .")
    path = f"data/{name}.ttl"
    repository.write(path, "<https://example.org/id/things/x> a <https://example.org/ontology#Thing> .")
    for paths in ((), (path,)):
        found = gate.check(config.load(repository.root), paths).diagnostics
        assert [(d.location.path, d.code) for d in found] == [(path, "PAS208")]


# --- PAS209: what no class is given to


@pytest.fixture
def classes(graph):
    """A graph whose repository has an ontology of its own, with one class."""
    graph.repository.write(
        "ontology/own.ttl",
        """
        @prefix owl: <http://www.w3.org/2002/07/owl#> .
        @prefix sh: <http://www.w3.org/ns/shacl#> .
        <https://example.org/own> a owl:Ontology ;
            sh:declare [ sh:prefix "sioc" ; sh:namespace "http://rdfs.org/sioc/ns#" ] .
        <https://example.org/own#Thing> a owl:Class .
        """,
    )
    return graph


def test_a_thing_without_a_class_is_told_at_its_subject(classes):
    classes.write("a", "dct:title 'a'")
    (found,) = classes.check("a")
    assert (found.code, found.severity, found.focus) == ("PAS209", Severity.ERROR, OWN.format("a"))
    assert (found.location.line, found.location.column) == (13, 1)


def test_a_thing_whose_class_nobody_knows_is_told_at_that_class(classes):
    classes.write("a", "a <https://example.org/own/Thing>")
    assert classes.told("a") == [("a", 14, 7, "PAS209")]


def test_a_class_that_its_vocabulary_lacks_is_told_once_and_refused(classes):
    classes.write("a", "a <http://www.w3.org/ns/dcat#Datasett>")
    found = gate.check(config.load(classes.repository.root), ["data/things/a.ttl"]).diagnostics
    errors = [(d.code, d.location.line, d.location.column) for d in found if d.severity is Severity.ERROR]
    assert errors == [("PAS311", 14, 7)]


@pytest.mark.parametrize(
    "name", ["https://example.org/own#Thing", "http://www.w3.org/ns/dcat#Dataset", "http://rdfs.org/sioc/ns#Post"]
)
def test_a_class_of_the_ontology_of_a_standard_or_of_a_declared_namespace_is_known(classes, name):
    classes.write("a", f"a <https://example.net/ns#Odd>, <{name}>")
    assert classes.told("a") == []


def test_without_an_ontology_no_class_is_asked_for(graph):
    graph.write("a", "dct:title 'a'")
    assert graph.told("a") == []


def test_a_record_of_a_link_is_the_same_from_both_ends_where_its_property_is_symmetric(graph):
    link = "a sssom:Mapping ; sssom:subject_id id:{} ; sssom:predicate_id {} ; sssom:object_id id:{}"
    for slug, one, name, other in (
        ("l1", "a", "skos:exactMatch", "b"),
        ("l2", "b", "skos:exactMatch", "a"),
        ("l3", "a", "prov:wasDerivedFrom", "b"),
        ("l4", "b", "prov:wasDerivedFrom", "a"),
    ):
        graph.write(slug, link.format(one, name, other))
    graph.write("a", "dct:title 'a'")
    graph.write("b", "dct:title 'b'")
    assert [(name, code) for name, _, _, code in graph.told()] == [("l1", "PAS205"), ("l2", "PAS205")]


RECORD = "sssom:subject_id id:a ; sssom:predicate_id {} ; sssom:object_id id:b ;\n    pas:decision concept:decision-{}"


@pytest.fixture
def linked(graph):
    """A graph where `a` and `b` say something, and a record `link` has a relation and a decision."""

    def linked(a: str, relation: str, decision: str, b: str = "dct:title 'b'"):
        graph.write("a", a)
        graph.write("b", b)
        record = RECORD.format(relation, decision).replace("concept:", "<https://w3id.org/passerelles/id/concepts/", 1)
        graph.write("link", f"{record}>")
        return graph

    return linked


@pytest.mark.parametrize("decision", ["proposee", "indecise", "rejetee"])
def test_a_link_that_is_stated_and_not_accepted_is_told_where_it_is_stated(linked, decision):
    (found,) = linked("prov:wasDerivedFrom id:b", "prov:wasDerivedFrom", decision).check()
    assert (found.code, found.severity) == ("PAS210", Severity.ERROR)
    assert (found.location.path, found.location.line, found.location.column) == ("data/things/a.ttl", 14, 25)
    assert in_english(found).startswith("data/things/link.ttl does not say that this link is accepted")
    assert f"decision-{decision}" in in_english(found)


def test_asked_about_its_record_alone_a_link_is_told_at_the_decision(linked):
    (found,) = linked("prov:wasDerivedFrom id:b", "prov:wasDerivedFrom", "rejetee").check("link")
    assert (found.code, found.location.path, found.location.line) == ("PAS210", "data/things/link.ttl", 15)
    assert "data/things/a.ttl states it" in in_english(found)


def test_a_link_whose_property_is_symmetric_is_the_same_from_both_ends(linked):
    graph = linked("dct:title 'a'", "skos:exactMatch", "rejetee", b="skos:exactMatch id:a")
    assert graph.told() == [("b", 14, 21, "PAS210")]


@pytest.mark.parametrize(
    ("said", "relation", "decision"),
    [
        ("prov:wasDerivedFrom id:b", "prov:wasDerivedFrom", "acceptee"),
        ("dct:relation id:b", "prov:wasDerivedFrom", "rejetee"),
        ("prov:wasDerivedFrom id:link", "prov:wasDerivedFrom", "rejetee"),
        ("dct:title 'a'", "prov:wasDerivedFrom", "proposee"),
    ],
)
def test_a_link_that_is_accepted_or_not_stated_is_not_told(linked, said, relation, decision):
    assert linked(said, relation, decision).told() == []


def test_two_productions_with_one_title_and_one_type_are_probably_one(graph):
    production = "a <https://w3id.org/passerelles/ontology#Production> ; dct:title '{}'@fr ; dct:type foaf:{}"
    for slug, title, kind in (("a", "Le bus", "Document"), ("b", "le  Bus", "Document"), ("c", "Le bus", "Image")):
        graph.write(slug, production.format(title, kind))
    assert [(name, code) for name, _, _, code in graph.told()] == [("a", "PAS205"), ("b", "PAS205")]


def test_a_term_near_one_of_the_ontology_is_told_short_and_mended(classes):
    classes.repository.write(
        "data/things/a.ttl",
        "@prefix own: <https://example.org/own#> .\n<https://example.org/id/things/a> a own:Tihng .\n",
    )
    (found,) = classes.check("a")
    assert in_english(found) == "own:Tihng is not a term of the ontology. Did you mean own:Thing?"
    assert [edit.text for edit in found.fix.edits] == ["own:Thing"]
