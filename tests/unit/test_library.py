"""The library of saved queries: headers, parameters, their binding, and what the engine does with substitutions."""

from pathlib import Path
from threading import Thread

import pyoxigraph as ox
import pytest

from graph.errors import MalformedQuery, NoSuchThing, SavedQueryError
from graph.sparql.header import without_header
from graph.sparql.library import Library, SavedQuery, check
from graph.sparql.terms import EXPECTED
from graph.texts import LANGUAGES, keys

QUERY = "SELECT ?outil ?etape WHERE { VALUES ?etape { UNDEF } ?outil <http://e/etape> ?etape }"
HEADER = """\
#+ summary:
#+   fr: Outils par étape
#+   en: Tools by stage
#+ description: { fr: Les outils., en: The tools. }
#+ tags: [outils, etapes]
#+ params:
#+   etape: { type: iri, example: http://e/idee, required: true }
#+ columns: [outil, etape]
"""


def write(folder: Path, text: str, name: str = "q.rq") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def saved(folder: Path, text: str) -> SavedQuery:
    write(folder, text)
    return Library.load(folder).find("q")


def fault(folder: Path, text: str) -> SavedQueryError:
    write(folder, text)
    (problem,) = check(Library.load(folder))
    return problem


def with_parameter(kind: str, more: str = "") -> str:
    return f"#+ params: {{ p: {{ type: {kind}{more} }} }}\nSELECT ?s ?p WHERE {{ ?s <http://e/p> ?p }}"


# -- loading ---------------------------------------------------------------------------------------


def test_a_header_tells_all_about_its_query(tmp_path):
    query = saved(tmp_path, HEADER + QUERY)
    assert query.title == {"fr": "Outils par étape", "en": "Tools by stage"}
    assert query.description == {"fr": "Les outils.", "en": "The tools."}
    assert query.tags == ("outils", "etapes")
    assert query.columns == ("outil", "etape")
    assert query.form == "SELECT"
    (parameter,) = query.parameters
    assert (parameter.name, parameter.type, parameter.required) == ("etape", "iri", True)
    assert parameter.examples == ("http://e/idee",)
    assert parameter.default is None


def test_columns_may_say_what_they_are_called(tmp_path):
    headings = "{ outil: { fr: Outil, en: Tool }, ?etape: { fr: Étape, en: Stage } }"
    query = saved(tmp_path, HEADER.replace("[outil, etape]", headings) + QUERY)
    assert query.columns == ("outil", "etape")
    assert query.header.headings == {"outil": {"fr": "Outil", "en": "Tool"}, "etape": {"fr": "Étape", "en": "Stage"}}
    assert check(Library.load(tmp_path)) == []
    assert saved(tmp_path, HEADER + QUERY).header.headings == {}


def test_a_query_without_header_loads_under_its_name(tmp_path):
    query = saved(tmp_path, "SELECT ?a (COUNT(*) AS ?n) WHERE { ?a ?b ?c } GROUP BY ?a")
    assert query.title == {"fr": "q", "en": "q"}
    assert query.columns == ("a", "n")
    assert query.parameters == ()
    assert not query.header.lines


def test_names_are_stems_and_folders_are_kept(tmp_path):
    write(tmp_path, QUERY, "reports/b.rq")
    write(tmp_path, QUERY, "a.rq")
    write(tmp_path, QUERY, "reports/.hidden.rq")
    library = Library.load(tmp_path)
    assert {name: query.folder for name, query in library.items()} == {"a": "", "b": "reports"}


def test_a_missing_folder_is_an_empty_library(tmp_path):
    assert len(Library.load(tmp_path / "none")) == 0


def test_a_second_query_of_the_same_name_is_a_fault(tmp_path):
    write(tmp_path, QUERY, "a/q.rq")
    write(tmp_path, QUERY, "b/q.rq")
    library = Library.load(tmp_path)
    (problem,) = check(library)
    assert problem.key == "duplicate-query"
    assert str(tmp_path / "b" / "q.rq") in problem.message("fr")
    assert library["q"].folder == "a"


@pytest.mark.parametrize("name", ["a.csv", "a b", "a?b", "a#b", "a%2Fb", "-a", "a\nb", "a;b"])
def test_a_name_that_is_no_plain_part_of_an_address_is_a_fault(tmp_path, name):
    write(tmp_path, QUERY, f"{name}.rq")
    library = Library.load(tmp_path)
    assert [problem.key for problem in check(library)] == ["query-name"]
    assert len(library) == 0


@pytest.mark.parametrize("name", ["outils-par-etape", "été", "a_1", "7"])
def test_letters_digits_and_hyphens_make_a_name(tmp_path, name):
    write(tmp_path, QUERY, f"{name}.rq")
    assert list(Library.load(tmp_path)) == [name]


def test_a_version_tells_two_texts_apart_header_included(tmp_path):
    versions = [saved(tmp_path, text).version for text in (HEADER + QUERY, HEADER + QUERY, HEADER + QUERY + " ", QUERY)]
    assert versions[0] == versions[1]
    assert len(set(versions)) == 3
    assert all(len(version) == 12 for version in versions)


def test_an_unknown_name_is_answered_with_the_nearest(tmp_path):
    write(tmp_path, QUERY, "outils.rq")
    with pytest.raises(NoSuchThing, match="outils"):
        Library.load(tmp_path).find("outil")


def test_asking_for_a_broken_query_says_what_is_broken(tmp_path):
    write(tmp_path, "#+ tag: [a]\n" + QUERY)
    with pytest.raises(SavedQueryError, match="tags"):
        Library.load(tmp_path).find("q")


# -- faults of a header, with their place ----------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "key", "line"),
    [
        ("#+ summary: a\n#+ tag: [b]\n", "header-key", 2),
        ("#+ params:\n#+   etape: { type: iri, exemple: a }\n", "header-key", 2),
        ("#+ tags: [a\n#+ columns: [b]\n", "header-syntax", 2),
        ("#+ summary: un : deux\n", "header-syntax", 1),
        ("#+ tags: &a [x, *a]\n", "header-syntax", 1),
        ("#+ tags: [a]\n#+ tags: [b]\n", "header-twice", 2),
        ("#+ summary: [a]\n", "header-kind", 1),
        ("#+ summary: { français: a }\n", "header-kind", 1),
        ("#+ params: [etape]\n", "header-kind", 1),
        ("#+ params:\n#+   étape: { type: iri }\n", "header-kind", 2),
        ("#+ params:\n#+   etape: { type: uri }\n", "header-kind", 2),
        ("#+ params:\n#+   etape:\n#+     required: oui\n", "header-kind", 3),
        ("#+ params:\n#+   etape: { type: iri, example: pas un iri }\n", "header-kind", 2),
        ("#+ params:\n#+   etape: { type: integer, default: deux }\n", "header-kind", 2),
        ("#+ params:\n#+   etapes: { type: iri }\n", "parameter-unused", 2),
        ("#+ columns: [etape, outil]\n", "header-kind", 1),
        ("#+ columns: [outil, outil, etape]\n", "header-kind", 1),
        ("#+ columns: { etape: Étape, outil: Outil }\n", "header-kind", 1),
        ("#+ columns:\n#+   outil: { fr: Outil }\n", "header-kind", 2),
        ("#+ columns:\n#+   outil: { français: Outil }\n#+   etape: Étape\n", "header-kind", 2),
        ("#+ columns:\n#+   outil: Outil\n#+   outil: Étape\n", "header-twice", 3),
        ("#+ chart: { kind: pie, label: outil, values: [etape] }\n", "header-kind", 1),
        ("#+ chart: { kind: bar, label: outil }\n", "header-kind", 1),
        ("#+ chart: { kind: bar, label: outil, values: [absente] }\n", "header-kind", 1),
        ("#+ chart: { kind: map, label: outil, values: [a, b, c] }\n", "header-kind", 1),
        ("#+ chart: { kind: map, label: outil, values: [etape], place: absente }\n", "header-kind", 1),
        ("#+ chart: { kind: bar, label: outil, values: [etape], place: outil }\n", "header-kind", 1),
        ("#+ chart: { kind: bar, label: outil, values: [etape], colour: red }\n", "header-key", 1),
        ("#+ - a\n", "header-kind", 1),
        ("#+ params:\n#+   format: { type: iri }\n", "parameter-reserved", 2),
        ("#+ params:\n#+   lang: { type: string }\n", "parameter-reserved", 2),
        ("#+ params:\n#+   etape: { type: iri, options: none }\n", "parameter-options", 2),
        ("#+ tags:\n#+   " + "[" * 100_000 + "\n", "header-syntax", 1),
        ("#+ tags:\n#+   " + "- " * 100_000 + "\n", "header-syntax", 1),
    ],
)
def test_a_wrong_header_is_told_with_its_line(tmp_path, header, key, line):
    problem = fault(tmp_path, "# une requête\n\n" + header + QUERY)
    assert (problem.key, problem.line) == (key, line + 2)
    for language in LANGUAGES:
        assert f"q.rq:{line + 2}" in problem.message(language)


@pytest.mark.parametrize(
    "source",
    [
        "ASK { ?s ?p ?o }",
        "CONSTRUCT WHERE { ?s ?p ?o }",
        "#+ params: { s: { type: iri, required: true } }\nSELECT ?s { VALUES ?s { UNDEF } }",
    ],
)
def test_the_values_of_a_list_come_from_a_table_that_needs_nothing(tmp_path, source):
    write(tmp_path, source, "source.rq")
    problem = fault(tmp_path, "#+ params: { p: { type: iri, options: source } }\nSELECT ?p { VALUES ?p { UNDEF } }")
    assert problem.key == "parameter-options"
    assert "« source »" in problem.message("fr")


def test_the_values_of_a_list_may_come_from_the_query_itself(tmp_path):
    query = saved(tmp_path, "#+ params: { p: { type: iri, options: q } }\nSELECT ?p { VALUES ?p { UNDEF } ?p ?q ?r }")
    assert query.parameters[0].options == "q"
    assert check(Library.load(tmp_path)) == []


def test_a_line_of_a_header_ends_where_sparql_ends_a_comment(tmp_path):
    query = saved(tmp_path, '#+ summary: "un\u2028deux\x85trois"\r#+ tags: [a]\r\n#+ columns: [outil, etape]\n' + QUERY)
    assert query.title["fr"].split() == ["un", "deux", "trois"]
    assert query.tags == ("a",)
    assert query.header.columns == ("outil", "etape")


def test_a_text_without_its_header_keeps_its_other_comments():
    text = "# un\r\n#+ summary: a\u2028b\n#+ tags: [c]\n\n# deux\nASK {\n#+ trois\n}"
    assert without_header(text) == "# un\r\n\n# deux\nASK {\n#+ trois\n}"
    assert without_header("ASK {}") == "ASK {}"
    assert without_header("#+ summary: a") == "#+ summary: a"  # no text follows: nothing is a query


def test_the_nearest_key_is_named(tmp_path):
    assert "« description »" in fault(tmp_path, "#+ descriptions: a\n" + QUERY).message("fr")


def test_a_column_is_counted_in_the_line_of_the_file(tmp_path):
    assert fault(tmp_path, "#+ params: { etape: { typ: iri } }\n" + QUERY).column == 23


@pytest.mark.parametrize(
    ("text", "place"),
    [("SELECT ?a WHERE {\n  ?a ?b }", (2, 10)), ("SELECT ?a\n{ ?a q:b ?c }", (2, 6)), ("", (1, 1))],
)
def test_a_text_that_is_not_sparql_is_told_with_its_place(tmp_path, text, place):
    problem = fault(tmp_path, text)
    assert problem.key == "saved-query-syntax"
    assert (problem.line, problem.column) == place


def test_a_text_that_would_crash_the_engine_is_a_fault(tmp_path):
    problem = fault(tmp_path, "SELECT ?a WHERE { ?a ?b ?c FILTER(" + "(" * 20_000 + "1" + ")" * 20_000 + ") }")
    assert problem.key == "saved-query-syntax"
    assert "query_depth" in problem.message("en")


def test_a_file_that_is_not_utf_8_is_a_fault(tmp_path):
    (tmp_path / "q.rq").write_bytes("# évènement\nASK {}".encode("latin-1"))
    (problem,) = check(Library.load(tmp_path))
    assert problem.key == "saved-query-encoding"


def test_columns_of_select_star_are_those_of_the_engine(tmp_path):
    assert fault(tmp_path, "#+ columns: [b, a]\nSELECT * WHERE { ?a <http://e/p> ?b }").key == "header-kind"
    write(tmp_path, "#+ columns: [a, b]\nSELECT * WHERE { ?a <http://e/p> ?b }")
    assert check(Library.load(tmp_path)) == []


def test_a_query_that_calls_another_server_is_a_fault_and_calls_nobody(tmp_path):
    from http.server import BaseHTTPRequestHandler, HTTPServer

    called = []

    class Listener(BaseHTTPRequestHandler):
        def do_POST(self):
            called.append(self.path)
            self.send_error(500)

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Listener)
    Thread(target=server.serve_forever, daemon=True).start()
    target = f"http://127.0.0.1:{server.server_port}/"
    write(tmp_path, f"SELECT * WHERE {{ SERVICE <{target}> {{ ?a ?b ?c }} }}", "a.rq")
    write(tmp_path, f"ASK {{ SERVICE <{target}> {{ ?a ?b ?c }} }}", "b.rq")
    write(
        tmp_path, f"#+ columns: [a]\nPREFIX : <{target}> SELECT * {{\n  ?a ?b trueSERVICE:x {{ ?a ?b ?c }} }}", "c.rq"
    )
    write(tmp_path, "ASK { ?s ?p ?o .\n SERVICE ?s { ?a ?b ?c } }", "d.rq")
    try:
        faults = check(Library.load(tmp_path))
    finally:
        server.shutdown()
        server.server_close()
    assert called == []
    assert [(Path(str(fault.parameters["path"])).stem, fault.key, fault.line, fault.column) for fault in faults] == [
        ("a", "service-refused", 1, 18),
        ("b", "service-refused", 1, 7),
        ("c", "saved-query-syntax", 3, 9),
        ("d", "service-variable", 2, 2),
    ]
    assert all(target in fault.message("fr") for fault in faults[:2])


def test_every_sentence_of_the_library_is_in_both_languages():
    assert {key for key in keys("fr") if "saved-query" in key or "parameter" in key} == {
        key for key in keys("en") if "saved-query" in key or "parameter" in key
    }


# -- parameters ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "value", "written"),
    [
        ("iri", "http://e/a", "<http://e/a>"),
        ("iri", " http://e/é ", "<http://e/é>"),
        ("string", 'a "b" \\ c\nd', '"a \\"b\\" \\\\ c\\nd"'),
        ("langString", "l’été@fr", '"l’été"@fr'),
        ("integer", "-12", '"-12"^^<http://www.w3.org/2001/XMLSchema#integer>'),
        ("decimal", "0.5", '"0.5"^^<http://www.w3.org/2001/XMLSchema#decimal>'),
        ("boolean", "true", '"true"^^<http://www.w3.org/2001/XMLSchema#boolean>'),
        ("date", "2016-01-19", '"2016-01-19"^^<http://www.w3.org/2001/XMLSchema#date>'),
        ("gYear", "2016", '"2016"^^<http://www.w3.org/2001/XMLSchema#gYear>'),
    ],
)
def test_values_become_n_triples_terms(tmp_path, kind, value, written):
    assert saved(tmp_path, with_parameter(kind)).substitutions({"p": value}) == {"p": written}


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("iri", "agglo-bus"),
        ("iri", "http://e/a b"),
        ("iri", "http://e/a> } DROP ALL #"),
        ("iri", "http://e/\\u003e"),
        ("iri", "http://e/a\n"[:-1] + "\x00"),
        ("langString", "sans langue"),
        ("langString", "a@f r"),
        ("integer", "1.5"),
        ("integer", "١٢"),
        ("integer", "9" * 400),
        ("decimal", "1e3"),
        ("boolean", "vrai"),
        ("date", "19/01/2016"),
        ("gYear", "16"),
        ("string", "\ud800"),
    ],
)
def test_a_value_of_the_wrong_form_is_refused_with_the_right_one(tmp_path, kind, value):
    with pytest.raises(MalformedQuery) as caught:
        saved(tmp_path, with_parameter(kind)).bind({"p": value})
    assert caught.value.key == "parameter-wrong"
    assert EXPECTED[kind] in caught.value.message("fr")


@pytest.mark.parametrize("value", ["2016-02-30", "2023-02-29", "2024-13-01", "2024-04-31"])
def test_a_day_that_does_not_exist_is_told_so(tmp_path, value):
    with pytest.raises(MalformedQuery, match=rf"« {value} » n’est pas un jour du calendrier") as caught:
        saved(tmp_path, with_parameter("date")).bind({"p": value})
    assert caught.value.key == "day-unknown"


def test_a_required_parameter_that_is_missing_is_named_with_an_example(tmp_path):
    query = saved(tmp_path, HEADER + QUERY)
    for values in ({}, {"etape": ""}, {"etape": "  "}):
        with pytest.raises(MalformedQuery, match=r"etape.*http://e/idee") as caught:
            query.bind(values)
        assert caught.value.key == "parameter-missing"


def test_everything_wrong_with_some_values_is_told_at_once(tmp_path):
    text = """#+ params:
#+   a: { type: integer, required: true }
#+   b: { type: date }
#+   c: { type: boolean, default: true, required: true }
SELECT ?a ?b ?c { VALUES ?a { UNDEF } VALUES ?b { UNDEF } VALUES ?c { UNDEF } }"""
    query = saved(tmp_path, text)
    wrong = query.wrong({"b": "hier"})
    assert {name: error.key for name, error in wrong.items()} == {"a": "parameter-missing", "b": "parameter-wrong"}
    assert query.wrong({"a": "1", "b": "2018-07-06"}) == {}


def test_a_wrong_value_is_shown_in_part_when_it_is_long(tmp_path):
    with pytest.raises(MalformedQuery) as caught:
        saved(tmp_path, with_parameter("integer")).bind({"p": "x" * 100_000})
    assert len(caught.value.message("fr")) < 300


def test_an_optional_parameter_that_is_missing_is_left_unbound(tmp_path):
    query = saved(tmp_path, with_parameter("iri"))
    assert query.substitutions({}) == {}
    assert query.bind({"p": ""}) == query.text


def test_a_default_stands_for_a_missing_value(tmp_path):
    query = saved(tmp_path, with_parameter("integer", ", default: 2"))
    assert query.substitutions({})["p"].startswith('"2"')
    assert query.substitutions({"p": "3"})["p"].startswith('"3"')


def test_unknown_parameters_are_ignored_unless_asked(tmp_path):
    query = saved(tmp_path, HEADER + QUERY)
    query.bind({"etape": "http://e/a", "format": "csv"})
    with pytest.raises(MalformedQuery, match="etape") as caught:
        query.refuse_unknown({"etapes": "http://e/a"})
    assert caught.value.key == "parameter-unknown"


# -- binding ---------------------------------------------------------------------------------------


@pytest.fixture
def store() -> ox.Store:
    """Two subjects of p, one of them of q as well."""
    store = ox.Store()
    store.load(
        b"""<http://e/a> <http://e/p> "x" . <http://e/b> <http://e/p> "y" . <http://e/a> <http://e/q> "z" .""",
        format=ox.RdfFormat.TURTLE,
    )
    return store


def values(store: ox.Store, text: str) -> list[tuple[str | None, ...]]:
    return sorted(tuple(value and value.value for value in row) for row in store.query(text))


BODIES = [
    "SELECT ?k WHERE { ?k <http://e/p> ?o FILTER(!BOUND(?s) || ?k = ?s) }",
    "SELECT ?k (COUNT(*) AS ?n) WHERE { ?k ?p ?o FILTER(?k = ?s) } GROUP BY ?k",
    "SELECT ?s WHERE { ?s <http://e/p> ?o OPTIONAL { ?s <http://e/q> ?z } }",
    "SELECT ?k WHERE { ?k <http://e/p> ?o FILTER EXISTS { ?s <http://e/p> ?o } }",
    "SELECT ?k WHERE { { SELECT ?k ?s WHERE { VALUES ?s { UNDEF } ?k <http://e/p> ?o FILTER(?k = ?s) } } }",
    "SELECT ?c WHERE { ?k <http://e/p> ?o FILTER(?k = ?s) BIND(?s AS ?c) }",
    "SELECT (EXISTS { ?x ?y ?z } AS ?e) ?s { ?s <http://e/p> ?o }",
    "SELECT ?s # { VALUES ?s { UNDEF }\nWHERE { ?s <http://e/p> ?o }",
]


@pytest.mark.parametrize("body", BODIES)
def test_a_bound_parameter_is_seen_everywhere_in_its_query(tmp_path, store, body):
    query = saved(tmp_path, f"#+ params: {{ s: {{ type: iri, example: http://e/a }} }}\n{body}")
    assert check(Library.load(tmp_path)) == []
    rows = values(store, query.bind({"s": "http://e/a"}))
    assert len(rows) == 1
    assert "http://e/b" not in rows[0]


@pytest.mark.parametrize(
    ("body", "triples"),
    [
        ("CONSTRUCT { ?s <http://e/n> ?o } WHERE { ?s <http://e/p> ?o }", 1),
        ("CONSTRUCT { ?s <http://e/n> ?o } FROM <http://e/> { ?s <http://e/p> ?o }", 0),
        ("DESCRIBE ?s WHERE { ?s <http://e/p> ?o }", 2),
    ],
)
def test_graphs_can_be_bound_too(tmp_path, store, body, triples):
    query = saved(tmp_path, f"#+ params: {{ s: {{ type: iri }} }}\n{body}")
    assert len(list(store.query(query.bind({"s": "http://e/a"})))) == triples


def test_questions_can_be_bound_too(tmp_path, store):
    query = saved(tmp_path, '#+ params: { s: { type: iri } }\nASK { ?s <http://e/p> "x" }')
    assert bool(store.query(query.bind({"s": "http://e/a"})))
    assert not bool(store.query(query.bind({"s": "http://e/b"})))


@pytest.mark.parametrize(
    "body",
    ["CONSTRUCT WHERE { ?s <http://e/p> ?o }", "SELECT ?s WHERE { SELECT ?s WHERE { ?s ?p ?o } }", "DESCRIBE ?s"],
)
def test_a_text_with_no_room_for_a_parameter_is_a_fault(tmp_path, body):
    problem = fault(tmp_path, f"#+ params: {{ s: {{ type: iri }} }}\n{body}")
    assert problem.key == "parameter-place"
    assert "VALUES ?s { UNDEF }" in problem.message("fr")


HOSTILE = [
    '"} DROP ALL #',
    "' OR 1=1",
    "a\\",
    'a\\"',
    "?o } } SELECT * { ?x ?y ?z",
    "\n} #",
    "UNDEF }",
    '"""',
    "\\u0022 }",
    "\u2028}",
    "\x00}",
    "<http://e/> { SERVICE <http://127.0.0.1/> { ?a ?b ?c } }",
]


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("place", ["VALUES ?s { UNDEF } ?a <http://e/p> ?s", "?a <http://e/p> ?s"])
def test_no_value_is_ever_read_as_syntax(tmp_path, value, place):
    store = ox.Store()
    store.add(ox.Quad(ox.NamedNode("http://e/a"), ox.NamedNode("http://e/p"), ox.Literal(value)))
    store.add(ox.Quad(ox.NamedNode("http://e/b"), ox.NamedNode("http://e/p"), ox.Literal("other")))
    query = saved(tmp_path, f"#+ params: {{ s: {{ type: string }} }}\nSELECT ?a ?s WHERE {{ {place} }}")
    assert values(store, query.bind({"s": value})) == [("http://e/a", value)]


# -- why the text is bound: what `substitutions` does in pyoxigraph 0.5.13 ---------------------------
# A change here is good news, and the place to learn of it.


def substituted(store: ox.Store, text: str) -> list[tuple[str | None, ...]]:
    rows = store.query(text, substitutions={ox.Variable("s"): ox.NamedNode("http://e/a")})
    return sorted(tuple(value and value.value for value in row) for row in rows)


def test_a_substituted_variable_that_is_projected_is_a_column(store):
    assert substituted(store, "SELECT ?s ?o WHERE { ?s <http://e/p> ?o }") == [("http://e/a", "x")]
    assert substituted(store, "SELECT ?s ?z WHERE { ?s <http://e/p> ?o OPTIONAL { ?s <http://e/q> ?z } }") == [
        ("http://e/a", "z")
    ]
    assert substituted(store, "SELECT ?s ?o WHERE { ?k <http://e/p> ?o FILTER EXISTS { ?s <http://e/p> ?o } }") == [
        ("http://e/a", "x")
    ]


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?o WHERE { ?s <http://e/p> ?o }",
        "SELECT (COUNT(?o) AS ?n) WHERE { ?s <http://e/p> ?o }",
        "ASK { ?k <http://e/p> ?o FILTER(?k = ?s) }",
        "CONSTRUCT { ?k <http://e/n> ?o } WHERE { ?k <http://e/p> ?o FILTER(?k = ?s) }",
    ],
)
def test_a_substituted_variable_must_be_projected(store, text):
    if text.startswith("SELECT ?o"):
        with pytest.raises(RuntimeError, match="SELECT projection"):
            substituted(store, text)
    else:
        with pytest.raises(RuntimeError, match="SELECT projection"):
            store.query(text, substitutions={ox.Variable("s"): ox.NamedNode("http://e/a")})


def test_a_substituted_variable_is_silently_missed_by_bound_bind_group_and_sub_selects(store):
    bound = "SELECT ?s ?k WHERE { ?k <http://e/p> ?o FILTER(!BOUND(?s) || ?k = ?s) }"
    assert [row[1] for row in substituted(store, bound)] == ["http://e/a", "http://e/b"]
    copied = "SELECT ?s ?c WHERE { ?k <http://e/p> ?o BIND(?s AS ?c) }"
    assert [row[1] for row in substituted(store, copied)] == [None, None]
    inner = "SELECT ?s ?o WHERE { { SELECT ?o WHERE { ?s <http://e/p> ?o } } }"
    assert [row[1] for row in substituted(store, inner)] == ["x", "y"]


def test_a_parameter_of_several_values_finds_what_has_any_and_nothing_when_there_is_none(tmp_path):
    store = ox.Store()
    store.load(b"<x:a> <http://e/etape> <x:1> . <x:b> <http://e/etape> <x:2> .", format=ox.RdfFormat.TURTLE)
    query = saved(tmp_path, HEADER + QUERY)
    assert len([*store.query(query.bind({"etape": ("x:1", "x:2", "x:3")}))]) == 2
    assert [*store.query(query.bind({"etape": ()}))] == []
    with pytest.raises(MalformedQuery):
        query.bind({"etape": ("x:1", "> } #")})
