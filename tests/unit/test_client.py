"""The Python client: values, rows, frames, the binding of variables, a graph on this machine."""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pyoxigraph
import pytest

from graph.client import Blank, Connection, Graph, Iri, Literal, Rows, Text, Triple, connect
from graph.client.reading import Solutions
from graph.client.results import Answer, result
from graph.client.values import term, value
from graph.errors import (
    DeadlineExceeded,
    EvaluationFailed,
    MalformedQuery,
    NoSuchThing,
    RefusedQuery,
    SnapshotError,
    UnreadableInput,
)
from graph.namespaces import XSD
from graph.sparql.binding import bind
from graph.sparql.exchange import n_triples_term

SLOW = f"SELECT (COUNT(*) AS ?n) {{ {' . '.join(f'?s{i} ?p{i} ?o{i}' for i in range(30))} }}"
NAIVE = datetime(2016, 1, 19, 9, 30)  # noqa: DTZ001 - a date-time may have no time zone


def literal(form: str, datatype: str) -> dict[str, str]:
    return {"type": "literal", "value": form, "datatype": datatype if ":" in datatype else XSD + datatype}


# -- values ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"type": "uri", "value": "https://e/"}, Iri("https://e/")),
        ({"type": "bnode", "value": "b0"}, Blank("b0")),
        ({"type": "literal", "value": "texte"}, "texte"),
        ({"type": "typed-literal", "value": "4", "datatype": XSD + "int"}, 4),
        ({"type": "literal", "value": "texte", "xml:lang": "fr"}, Text("texte", "fr")),
        (literal("texte", "string"), "texte"),
        (literal("-042", "integer"), -42),
        (literal("7", "unsignedByte"), 7),
        (literal("1.50", "decimal"), Decimal("1.50")),
        (literal("12", "decimal"), Decimal(12)),
        (literal("1.5E3", "double"), 1500.0),
        (literal("-INF", "float"), float("-inf")),
        (literal("true", "boolean"), True),
        (literal("0", "boolean"), False),
        (literal("2016-01-19", "date"), date(2016, 1, 19)),
        (literal("2016-01-19T09:30:00", "dateTime"), NAIVE),
        (literal("2016-01-19T09:30:00.25Z", "dateTime"), NAIVE.replace(microsecond=250_000, tzinfo=UTC)),
        (
            literal("2016-01-19T09:30:00.1234567+02:00", "dateTimeStamp"),
            NAIVE.replace(microsecond=123_456, tzinfo=timezone(timedelta(hours=2))),
        ),
        (literal("2016", "gYear"), 2016),
        (literal("-0044", "gYear"), -44),
        (literal("P1D", "duration"), Literal("P1D", XSD + "duration")),
        (literal("POINT(2 48)", "http://e/wkt"), Literal("POINT(2 48)", "http://e/wkt")),
    ],
)
def test_a_term_is_a_python_value(given, expected):
    read = value(given)
    assert read == expected
    assert type(read) is type(expected)
    for name in ("language", "datatype"):
        assert getattr(read, name, None) == getattr(expected, name, None)


@pytest.mark.parametrize(
    ("form", "datatype"),
    [
        ("abc", "integer"),
        ("1_000", "integer"),
        ("٣", "integer"),
        (" 1", "integer"),
        ("9" * 5000, "integer"),
        ("1e3", "decimal"),
        ("Infinity", "double"),
        ("nan", "double"),
        ("True", "boolean"),
        ("2016-02-30", "date"),
        ("2016-01-19Z", "date"),
        ("12016-01-19", "date"),
        ("20160119", "date"),
        ("2016-01-19T24:00:00", "dateTime"),
        ("2016-01-19", "dateTime"),
        ("2016-01-19T09:30:00", "dateTimeStamp"),
        ("16", "gYear"),
    ],
)
def test_what_python_cannot_hold_stays_a_literal(form, datatype):
    read = value(literal(form, datatype))
    assert (type(read), str(read), read.datatype) == (Literal, form, XSD + datatype)


def test_a_triple_term_is_a_triple_of_values():
    part = {"type": "uri", "value": "http://e/"}
    quoted = {"type": "triple", "value": {"subject": part, "predicate": part, "object": literal("1", "integer")}}
    assert value(quoted) == Triple(Iri("http://e/"), Iri("http://e/"), 1)


@pytest.mark.parametrize(
    "given",
    [
        Iri("http://e/a"),
        "texte",
        Text("texte", "fr"),
        Literal("P1D", XSD + "duration"),
        True,
        -42,
        Decimal("0.10"),
        Decimal("1E+3"),
        1.5,
        1e300,
        float("inf"),
        float("-inf"),
        date(2016, 1, 19),
        NAIVE,
        NAIVE.replace(tzinfo=UTC, microsecond=5),
    ],
)
def test_a_value_becomes_the_term_it_was(given):
    assert value(term(given)) == given
    assert type(value(term(given))) is type(given)
    assert pickle.loads(pickle.dumps(given)) == given  # noqa: S301 - our own bytes
    assert n_triples_term(term(given))


def test_numpys_numbers_are_numbers():
    numpy = pytest.importorskip("numpy")
    assert term(numpy.int64(3)) == literal("3", "integer")
    assert term(numpy.bool_(True)) == literal("true", "boolean")  # noqa: FBT003 - the value
    assert term(numpy.float64("nan")) == literal("NaN", "double")


# -- reading ---------------------------------------------------------------------------------------

BINDINGS = [
    {"s": {"type": "uri", "value": "http://e/é"}, "n": literal("1", "integer")},
    {"s": {"type": "literal", "value": 'a "bindings": [ }]}', "xml:lang": "fr"}},
    {},
]
DOCUMENT = {"head": {"vars": ["s", "n"]}, "results": {"bindings": BINDINGS}}
BODY = json.dumps(DOCUMENT, ensure_ascii=False).encode()
VALUES = [(Iri("http://e/é"), 1), (Text('a "bindings": [ }]}', "fr"), None), (None, None)]


@pytest.mark.parametrize("size", [1, 7, 64, 10_000])
@pytest.mark.parametrize("indent", [None, 2])
def test_rows_are_the_same_however_their_bytes_arrive(size, indent):
    body = json.dumps(DOCUMENT, ensure_ascii=False, indent=indent).encode()
    read = Solutions((body[at : at + size] for at in range(0, len(body), size)), "x")
    assert read.columns == ("s", "n")
    assert list(read) == VALUES


def test_an_answer_cut_anywhere_is_an_error():
    for end in range(len(BODY)):
        with pytest.raises(EvaluationFailed):
            list(Solutions([BODY[:end]], "x"))


def test_a_head_may_come_last():
    turned = {"results": DOCUMENT["results"], "head": DOCUMENT["head"]}
    read = Solutions([json.dumps(turned).encode()], "x")
    assert (read.columns, list(read)) == (("s", "n"), VALUES)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"\xff",
        b"[]",
        b'{"head": {}}',
        b'{"head":{"vars":["s"]},"results":{"bindings":[1]}}',
        b'{"head":{"vars":["s"]},"results":{"bindings":[{"s":{}}]}}',
        b'{"head":{"vars":["s"]},"results":{"bindings":[]}} and more',
    ],
)
def test_what_is_no_answer_is_an_error(body):
    with pytest.raises(EvaluationFailed):
        list(Solutions([body], "x"))


# -- results ---------------------------------------------------------------------------------------


def rows(*bindings: dict, columns: tuple[str, ...] = ("s", "n")) -> Rows:
    body = json.dumps({"head": {"vars": columns}, "results": {"bindings": bindings}}).encode()
    return result(Answer("x", "application/sparql-results+json", body, "5ab1e"))


def column(*forms: dict | None) -> Rows:
    return rows(*({} if form is None else {"c": form} for form in forms), columns=("c",))


def test_a_row_is_read_by_name_by_place_and_whole():
    read = rows(BINDINGS[0], columns=("s", "n", "count", "1er"))
    (row,) = read
    assert (row.s, row["n"], row[0], row.count, row["1er"]) == (Iri("http://e/é"), 1, Iri("http://e/é"), None, None)
    assert dict(row) == {"s": Iri("http://e/é"), "n": 1, "count": None, "1er": None}
    assert row == (Iri("http://e/é"), 1, None, None)
    assert repr(row) == "Row(s='http://e/é', n=1, count=None, 1er=None)"
    assert pickle.loads(pickle.dumps(row)) == row  # noqa: S301 - our own bytes
    iri, number, *_ = row
    assert (iri, number) == ("http://e/é", 1)
    with pytest.raises(AttributeError):
        _ = row.absent
    with pytest.raises(KeyError):
        _ = row["absent"]


def test_rows_are_a_sequence():
    read = rows(*BINDINGS)
    assert (len(read), read.columns, bool(read), bool(rows())) == (3, ("s", "n"), True, False)
    assert read[-1] == read.rows[2] == (None, None)
    assert [row.n for row in read[:2]] == [1, None]
    assert list(reversed(read))[2].n == 1
    assert read.column("n") == [1, None, None]
    assert (read.snapshot, read.url) == ("5ab1e", None)


def test_one_value_is_had_at_once():
    assert column(literal("4", "integer")).value() == 4
    for other in (rows(*BINDINGS), column()):
        with pytest.raises(NoSuchThing):
            other.value()


def test_csv_has_the_forms_alone():
    quoted = {"type": "literal", "value": 'dit "oui", puis\nnon'}
    read = column(quoted, {"type": "bnode", "value": "b"}, literal("true", "boolean"), None)
    assert read.csv() == 'c\r\n"dit ""oui"", puis\nnon"\r\n_:b\r\ntrue\r\n""\r\n'


def test_a_notebook_shows_a_table_and_no_markup_of_the_data():
    script = "<script>alert(1)</script>"
    read = rows(
        {"s": {"type": "uri", "value": "javascript:alert(1)"}, "n": {"type": "literal", "value": script}},
        {"s": {"type": "uri", "value": 'http://e/"onclick="x'}},
        columns=("s", "n"),
    )
    shown = read._repr_html_()
    assert script not in shown
    assert 'href="javascript' not in shown
    assert '<a href="http://e/&quot;onclick=&quot;x" rel="noopener noreferrer">' in shown
    assert "<p>20 / 1,000</p>" in rows(*[{}] * 1000)._repr_html_()


def test_an_ask_is_true_or_false():
    yes, no = (
        result(Answer("x", "application/json", b'{"head":{},"boolean":%s}' % said)) for said in (b"true", b"false")
    )
    assert yes
    assert not no
    assert (yes.value(), repr(no)) == (True, "<Truth False>")


def test_a_graph_is_turtle_n_triples_and_triples():
    body = '@prefix e: <http://e/> . e:a e:b "é"@fr, 1 . e:a e:b 1 .'.encode()
    read = result(Answer("x", "text/turtle", body))
    assert isinstance(read, Graph)
    assert list(read) == [
        Triple(Iri("http://e/a"), Iri("http://e/b"), Text("é", "fr")),
        Triple(Iri("http://e/a"), Iri("http://e/b"), 1),
    ]
    assert (len(read), read.turtle) == (2, body.decode())
    assert read.ntriples.splitlines()[0] == '<http://e/a> <http://e/b> "é"@fr .'
    with pytest.raises(EvaluationFailed):
        len(result(Answer("x", "text/turtle", b"<a> <b>")))


def test_another_media_type_is_no_answer():
    with pytest.raises(EvaluationFailed, match="text/html"):
        result(Answer("x", "text/html", b"<html>"))


# -- frames ----------------------------------------------------------------------------------------

TEXT = {"type": "literal", "value": "a"}
TWO = literal("2", "integer")
COLUMNS = {
    "integers": ((TWO, None), "Int64", "Int64"),
    "years": ((literal("2016", "gYear"), TWO), "Int64", "Int64"),
    "huge integers": ((literal("9" * 30, "integer"), TWO), "string", "String"),
    "decimals": ((literal("1.25", "decimal"), TWO, None), "float64", "Decimal(precision=38, scale=2)"),
    "long decimals": ((literal("1." + "3" * 40, "decimal"), TWO), "float64", "Float64"),
    "doubles": ((literal("1E0", "double"), TWO, literal("1.25", "decimal"), None), "float64", "Float64"),
    "booleans": ((literal("true", "boolean"), None), "boolean", "Boolean"),
    "dates": ((literal("0001-01-01", "date"), None), "datetime64[s]", "Date"),
    "date-times": (
        (literal("2016-01-19T09:30:00.5", "dateTime"), None),
        "datetime64[us]",
        "Datetime(time_unit='us', time_zone=None)",
    ),
    "instants": (
        (literal("2016-01-19T09:30:00Z", "dateTime"), literal("2016-01-19T09:30:00+02:00", "dateTime"), None),
        "datetime64[us, UTC]",
        "Datetime(time_unit='us', time_zone='UTC')",
    ),
    "both": (
        (literal("2016-01-19T09:30:00Z", "dateTime"), literal("2016-01-19T09:30:00", "dateTime")),
        "string",
        "String",
    ),
    "IRIs": (({"type": "uri", "value": "http://e/"}, TEXT | {"xml:lang": "fr"}, TEXT, None), "string", "String"),
    "a mixture": ((TWO, TEXT), "string", "String"),
    "wrong forms": ((TWO, literal("abc", "integer")), "string", "String"),
    "truths and numbers": ((TWO, literal("true", "boolean")), "string", "String"),
    "nothing": ((None, None), "string", "String"),
    "no row": ((), "string", "String"),
}


@pytest.mark.parametrize("name", COLUMNS)
def test_a_column_has_one_real_type_in_pandas(name):
    pytest.importorskip("pandas", reason="passerelles[pandas]")
    cells, dtype, _ = COLUMNS[name]
    frame = column(*cells).pandas()
    assert str(frame.dtypes["c"]) == dtype
    assert list(frame["c"].isna()) == [cell is None for cell in cells]


@pytest.mark.parametrize("name", COLUMNS)
def test_a_column_has_one_real_type_in_polars(name):
    pytest.importorskip("polars", reason="passerelles[polars]")
    cells, _, dtype = COLUMNS[name]
    frame = column(*cells).polars()
    assert str(frame.schema["c"]) == dtype
    assert list(frame["c"].is_null()) == [cell is None for cell in cells]


def test_a_frame_has_the_values():
    pytest.importorskip("pandas", reason="passerelles[pandas]")
    pytest.importorskip("polars", reason="passerelles[polars]")
    assert column(*COLUMNS["doubles"][0]).pandas()["c"].sum() == 4.25
    assert column(*COLUMNS["decimals"][0]).polars()["c"].sum() == Decimal("3.25")
    assert column(*COLUMNS["a mixture"][0]).polars()["c"].to_list() == ["2", "a"]
    assert column(*COLUMNS["IRIs"][0]).pandas()["c"].to_list()[:3] == ["http://e/", "a", "a"]
    hours = column(*COLUMNS["instants"][0])
    assert [moment.hour for moment in hours.pandas()["c"][:2]] == [9, 7]
    assert [moment.hour for moment in hours.polars()["c"].to_list()[:2]] == [9, 7]
    assert list(rows(*BINDINGS).pandas().columns) == rows(*BINDINGS).polars().columns == ["s", "n"]


# -- variables -------------------------------------------------------------------------------------

DATA = """
PREFIX e: <http://e/>
INSERT DATA { e:a a e:T ; e:n 1 . e:b a e:T ; e:n 5 . e:c a e:U ; e:n 9 . e:d a e:U }
"""


def answers(text: str) -> object:
    store = pyoxigraph.Store()
    store.update(DATA)
    found = store.query(f"PREFIX e: <http://e/> {text}")
    if isinstance(found, pyoxigraph.QueryBoolean):
        return bool(found)
    if isinstance(found, pyoxigraph.QueryTriples):
        return sorted(map(str, found))
    return sorted("|".join(str(each) for each in row) for row in found)


@pytest.mark.parametrize(
    ("text", "by_hand"),
    [
        ("SELECT ?s { ?s e:n ?v FILTER(?v > ?k) }", "SELECT ?s { ?s e:n ?v FILTER(?v > 4) }"),
        ("SELECT ?s { { ?s e:n ?v FILTER(?v>?k) } UNION { ?s e:n ?k } }", "SELECT ?s { ?s e:n ?v FILTER(?v > 4) }"),
        (
            "SELECT ?s ?v { ?s a ?t OPTIONAL { ?s e:n ?v FILTER(?v > $k) } }",
            "SELECT ?s ?v { ?s a ?t OPTIONAL { ?s e:n ?v FILTER(?v > 4) } }",
        ),
        (
            "SELECT ?s ?n { ?s a ?t { SELECT ?s (SUM(?v * ?k) AS ?n) { ?s e:n ?v } GROUP BY ?s HAVING (?n > ?k) } }",
            "SELECT ?s ?n { ?s a ?t { SELECT ?s (SUM(?v * 4) AS ?n) { ?s e:n ?v } GROUP BY ?s HAVING (?n > 4) } }",
        ),
        ("SELECT ?k ?s { ?s e:n ?v FILTER(?v>?k) }", "SELECT (4 AS ?k) ?s { ?s e:n ?v FILTER(?v>4) }"),
        (
            "SELECT ?k (COUNT(?s) AS ?n) { ?s e:n ?v FILTER(?v>?k) } GROUP BY ?k ORDER BY ?k",
            "SELECT (4 AS ?k) (COUNT(?s) AS ?n) { ?s e:n ?v FILTER(?v>4) }",
        ),
        ("SELECT ?s { { ?s e:n ?v FILTER(!BOUND( ?k ) || ?v > ?k) } }", "SELECT ?s { ?s e:n ?v FILTER(?v > 4) }"),
        ("SELECT ?s { VALUES ?k { UNDEF } ?s e:n ?v FILTER(?v<?k) }", "SELECT ?s { ?s e:n ?v FILTER(?v < 4) }"),
        (
            "SELECT ?s { ?s e:n ?v FILTER NOT EXISTS { ?s e:n ?w FILTER(?w<?k) } }",
            "SELECT ?s { ?s e:n ?v FILTER(?v >= 4) }",
        ),
        ("ASK { ?s e:n ?k }", "ASK { ?s e:n 4 }"),
        (
            "CONSTRUCT { ?s e:over ?k } WHERE { ?s e:n ?v FILTER(?v>?k) }",
            "CONSTRUCT { ?s e:over 4 } WHERE { ?s e:n ?v FILTER(?v>4) }",
        ),
        ("CONSTRUCT WHERE { ?s e:n ?v, ?k }", "CONSTRUCT WHERE { ?s e:n ?v, 4 }"),
    ],
)  # fmt: skip
def test_a_variable_of_a_text_is_bound_wherever_it_stands(text, by_hand):
    assert answers(bind(text, {"k": n_triples_term(term(4))})) == answers(by_hand)


def test_a_comment_and_a_string_keep_their_question_marks():
    text = 'SELECT ?s { ?s e:n ?k # ?k\n FILTER("?k" = "?k") }'
    assert bind(text, {"k": "5"}) == 'SELECT ?s { ?s e:n  5  # ?k\n FILTER("?k" = "?k") }'


@pytest.mark.parametrize("hostile", ['" } DROP ALL #', "'''", "\\", "a\nb\r\t\0", "?k", "> <http://e/>", "é\U0001f600"])
def test_no_character_of_a_value_is_syntax(hostile):
    found = answers(bind("SELECT (?k AS ?v) {}", {"k": n_triples_term(term(hostile))}))
    assert found == [str(pyoxigraph.Literal(hostile))]


def test_an_unknown_variable_is_told_with_the_nearest():
    with pytest.raises(MalformedQuery, match=r"\?minimun.*minimum"):
        bind("SELECT * { ?s ?p ?minimum }", {"minimun": "1"})


# -- a graph on this machine -----------------------------------------------------------------------

SAVED = """\
#+ summary: { fr: Par titre, en: By title }
#+ params:
#+   titre: { type: langString, required: true, example: saw@fr }
#+   depuis: { type: date }
#+   an: { type: gYear }
#+   prix: { type: decimal }
#+   lien: { type: iri }
#+   actif: { type: boolean }
#+ columns: [outil, depuis, an, prix, lien, actif]
SELECT ?outil ?depuis ?an ?prix ?lien ?actif {
  VALUES ?titre { UNDEF } VALUES ?depuis { UNDEF } VALUES ?an { UNDEF } VALUES ?prix { UNDEF }
  VALUES ?lien { UNDEF } VALUES ?actif { UNDEF }
  ?outil <http://purl.org/dc/terms/title> ?titre
}
"""


CONFIGURATION = """\
[graph]
base = "https://example.org/id/"
graph_base = "https://example.org/graph/"
[lint]
policy = "off"
"""
TOOL = """\
<https://example.org/id/tools/saw>
    a <http://www.w3.org/2002/07/owl#Thing> ;
    <http://purl.org/dc/terms/title> "saw"@fr ;
    <http://purl.org/dc/terms/issued> "2016-01-19"^^<http://www.w3.org/2001/XMLSchema#date> .
"""
SAW = Iri("https://example.org/id/tools/saw")


@pytest.fixture(scope="module")
def repository(tmp_path_factory) -> Path:
    """A repository of one thing and one saved query, which was never built."""
    folder = tmp_path_factory.mktemp("client")
    files = {"passerelles.toml": CONFIGURATION, "data/tools/saw.ttl": TOOL, "queries/par-titre.rq": SAVED}
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def graph(repository):
    with connect(repository) as connection:
        yield connection


def workers() -> set[int]:
    """The processes that this one started."""
    found: set[int] = set()
    for task in Path("/proc/self/task").iterdir():
        with contextlib.suppress(OSError):  # a thread that ended meanwhile
            found |= {int(pid) for pid in (task / "children").read_text().split()}
    return found


def test_a_repository_is_built_when_it_never_was(graph, repository):
    assert (repository / ".passerelles/current").exists()
    assert repr(graph).startswith(f"<Connection {repository}")
    assert graph.query("SELECT ?s { ?s a ?t }").snapshot == (repository / ".passerelles/current").resolve().name


def test_any_folder_of_a_graph_will_do(graph, repository, monkeypatch):
    monkeypatch.chdir(repository)
    ways = (None, ".", repository / ".passerelles", (repository / ".passerelles/current").resolve())
    for way in ways:
        with connect(way) as same:
            assert repr(same) == repr(graph)


def test_a_folder_that_holds_no_graph_is_refused(tmp_path):
    with pytest.raises(UnreadableInput):
        connect(tmp_path)
    with pytest.raises(UnreadableInput):
        connect(tmp_path / "absent")
    (tmp_path / "manifest.json").write_text("{}")
    with pytest.raises(SnapshotError):
        connect(tmp_path)


def test_a_text_is_answered_with_its_variables_bound(graph):
    (row,) = graph.query("SELECT ?titre { ?outil <http://purl.org/dc/terms/title> ?titre }", outil=SAW)
    assert (row.titre, row.titre.language) == ("saw", "fr")
    assert graph.query("ASK { ?s ?p ?jour }", jour=date(2016, 1, 19))
    assert not graph.query("ASK { ?s ?p ?jour }", {"jour": "2016-01-19"})
    assert len(graph.query("CONSTRUCT WHERE { ?s ?p ?o }", s=SAW, p=None)) == 3


def test_a_saved_query_takes_python_values(graph):
    assert graph.queries["par-titre"].title["en"] == "By title"
    assert graph.queries["par-titre"].columns[0] == "outil"
    row = graph.query(
        "par-titre",
        titre=Text("saw", "fr"),
        depuis=datetime(2016, 1, 19),  # noqa: DTZ001 - as pandas gives a day
        an=800,
        prix=0.25,
        lien=SAW,
        actif=True,
    )[0]
    assert row == (SAW, date(2016, 1, 19), 800, Decimal("0.25"), SAW, True)
    assert graph.query("par-titre", titre="saw@fr", prix=None)[0] == (SAW, *[None] * 5)


@pytest.mark.parametrize(
    ("what", "values", "kind", "sentence"),
    [
        ("par-titre", {"titr": "x"}, MalformedQuery, "« titre »"),
        ("par-titre", {"titre": "saw"}, MalformedQuery, "texte@fr"),
        ("par-titre", {"titre": [1]}, MalformedQuery, r"\[1\]"),
        ("par-titre", {"titre": "saw@fr", "depuis": NAIVE}, MalformedQuery, "2016-01-19"),
        ("par-titre", {}, MalformedQuery, "titre"),
        ("par-titr", {}, NoSuchThing, "par-titre"),
        ("par-titr", {"titre": "x"}, NoSuchThing, "par-titre"),
        ("SELECT * { ?s ?p ?o }", {"q": 1}, MalformedQuery, r"\?q"),
        ("SELECT * { ?s ?p ?o }", {"s": Iri("not an IRI")}, MalformedQuery, "not an IRI"),
        ("SELECT * { ?s ?p ?o }", {"s": Blank("b")}, MalformedQuery, "s"),
        ("SELECT * { ?s ?p ?o }", {"s": "\ud800"}, MalformedQuery, "s"),
        ("ASK { ?s ?p '\ud800' }", {}, MalformedQuery, "UTF-8"),
        ("DELETE WHERE { ?s ?p ?o }", {}, RefusedQuery, "Turtle"),
    ],
)
def test_a_mistake_is_told_before_anything_is_evaluated(graph, what, values, kind, sentence):
    with pytest.raises(kind, match=sentence):
        graph.query(what, values)


def test_an_error_of_syntax_has_its_place(graph):
    with pytest.raises(MalformedQuery) as caught:
        graph.query("SELECT * {\n ?s ?p }")
    assert (caught.value.line, caught.value.column) == (2, 9)


def test_rows_come_one_by_one(graph):
    assert [row.s for row in graph.stream("SELECT DISTINCT ?s { ?s ?p ?o }")] == [SAW]
    assert [row.outil for row in graph.stream("par-titre", titre="saw@fr")] == [SAW]
    assert next(graph.stream("SELECT (1 AS ?n) { ?s ?p ?o }")).n == 1
    for other in ("ASK { ?s ?p ?o }", "CONSTRUCT WHERE { ?s ?p ?o }"):
        with pytest.raises(EvaluationFailed):
            next(graph.stream(other))


def test_a_deadline_is_kept_and_costs_its_own_query_only(repository):
    with connect(repository) as graph:
        with pytest.raises(DeadlineExceeded, match=r"0\.3 s"):
            graph.query(SLOW, timeout=0.3)
        assert graph.query("ASK { ?s ?p ?o }")


def test_an_interruption_stops_the_query(repository):
    with connect(repository) as graph:
        assert graph.query("ASK { ?s ?p ?o }")
        threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
        with pytest.raises(KeyboardInterrupt):
            graph.query(SLOW, timeout=60)
        assert graph.query("ASK { ?s ?p ?o }")


def test_a_query_may_be_given_more_time_than_the_others(repository):
    with connect(repository, timeout=0.001) as hurried:
        with pytest.raises(DeadlineExceeded):
            hurried.query(SLOW)
        assert hurried.query("ASK { ?s ?p ?o }", timeout=20)


def test_one_worker_is_kept_for_every_query_and_closing_ends_it(repository):
    before = workers()
    graph = connect(repository)
    assert workers() == before
    graph.query("ASK { ?s ?p ?o }")
    (mine,) = workers() - before
    graph.query("ASK { ?s ?p ?o }")
    assert workers() - before == {mine}
    graph.close()
    graph.close()
    assert workers() == before
    assert graph.query("ASK { ?s ?p ?o }")
    assert len(workers() - before) == 1
    del graph
    assert workers() == before


def test_threads_share_a_connection(graph):
    answered: list[int] = []
    threads = [
        threading.Thread(target=lambda: answered.append(graph.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").value()))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answered == [3] * 8


def _ask(graph: Connection, told: object) -> None:
    told.send(bool(graph.query("ASK { ?s ?p ?o }")))
    graph.close()


def test_a_forked_process_has_a_worker_of_its_own(graph):
    assert graph.query("ASK { ?s ?p ?o }")
    ours, theirs = multiprocessing.Pipe()
    child = multiprocessing.get_context("fork").Process(target=_ask, args=(graph, theirs))
    child.start()
    assert ours.poll(20)
    assert ours.recv()
    child.join(20)
    assert child.exitcode == 0
    assert graph.query("ASK { ?s ?p ?o }")


def test_a_program_that_closes_nothing_ends_in_silence_and_leaves_no_process(repository):
    program = f"""
import os
from pathlib import Path
from graph.client import connect
graph = connect({str(repository)!r})
assert graph.query("ASK {{ ?s ?p ?o }}")
print(*(pid for task in Path("/proc/self/task").iterdir() for pid in (task / "children").read_text().split()))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.split()
    patience = time.monotonic() + 10
    while any(map(_runs, done.stdout.split())) and time.monotonic() < patience:
        time.sleep(0.05)  # they learn that it is gone from the end of a pipe
    assert not any(map(_runs, done.stdout.split()))


def _runs(pid: str) -> bool:
    """True for a process that is no zombie, which its new parent may not have buried yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False
