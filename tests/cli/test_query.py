"""`passerelles query`: a saved query, a file or standard input, as a reader or a program wants the answer."""

import contextlib
import csv
import io
import json
import os
import pty
import signal
import socket
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pyoxigraph
import pytest

from graph.cli.rows import Terms, from_json, from_tsv
from graph.cli.table import MEASURED, lines

ROOT = Path(__file__).parents[2]

GRAPH = """
@prefix dct: <http://purl.org/dc/terms/> .
@prefix pas: <https://w3id.org/passerelles/ontology#> .

<https://example.org/id/productions/covoiturage>
    a pas:Production ;
    dct:title "Covoiturage"@fr, "Carpooling"@en ;
    dct:source <https://example.org/source> .
"""

SAVED = """#+ summary: { fr: Productions dont le titre est donné, en: Productions of a given title }
#+ description: { fr: Cherche une production par son titre exact., en: Finds a production by its exact title. }
#+ tags: [test]
#+ params:
#+   titre: { type: langString, example: Covoiturage@fr, required: true }
#+ columns: [production, titre]
PREFIX dct: <http://purl.org/dc/terms/>
SELECT ?production ?titre WHERE { VALUES ?titre { UNDEF } ?production dct:title ?titre }
"""


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    folder = tmp_path_factory.mktemp("graph")
    (folder / "passerelles.toml").write_text('[graph]\nbase = "https://example.org/id/"\n', encoding="utf-8")
    (folder / "data/productions").mkdir(parents=True)
    (folder / "data/productions/covoiturage.ttl").write_text(GRAPH, encoding="utf-8")
    (folder / "queries").mkdir()
    (folder / "queries/par-titre.rq").write_text(SAVED, encoding="utf-8")
    return folder


def passerelles(repository, *arguments, stdin=""):
    command = [sys.executable, "-m", "graph", "--repo", str(repository), "--lang", "fr", *arguments]
    return subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=60, check=False)


def test_without_argument_the_saved_queries_are_listed(repository):
    answer = passerelles(repository, "query")
    assert answer.stdout == "par-titre  Productions dont le titre est donné\n"
    assert answer.returncode == 0


def test_a_saved_query_answers_in_a_table_that_cuts_nothing(repository):
    answer = passerelles(repository, "query", "par-titre", "--param", "titre=Covoiturage@fr")
    lines = answer.stdout.splitlines()
    assert lines[0].split() == ["production", "titre"]
    assert lines[2].split() == ["id:productions/covoiturage", "Covoiturage"]
    assert answer.stderr == "1 ligne\n"
    assert answer.returncode == 0


def test_csv_is_what_the_recommendation_says(repository):
    answer = passerelles(repository, "query", "par-titre", "--param", "titre=Covoiturage@fr", "--format", "csv")
    rows = list(csv.reader(io.StringIO(answer.stdout)))
    assert rows == [["production", "titre"], ["https://example.org/id/productions/covoiturage", "Covoiturage"]]


def test_standard_input_is_a_query_too(repository):
    answer = passerelles(repository, "query", "-", "--format", "json", stdin="SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    assert json.loads(answer.stdout)["results"]["bindings"][0]["n"]["value"] == "4"


def test_ask_answers_yes_or_no_in_the_readers_language(repository):
    assert passerelles(repository, "query", "-", stdin="ASK { ?s ?p ?o }").stdout == "oui\n"
    assert passerelles(repository, "query", "-", "--lang", "en", stdin="ASK { ?s ?s ?s }").stdout == "no\n"


def test_construct_gives_turtle(repository):
    answer = passerelles(repository, "query", "-", stdin="CONSTRUCT WHERE { ?s a ?class }")
    assert "https://example.org/id/productions/covoiturage" in answer.stdout
    assert answer.returncode == 0


def test_a_query_file_runs(repository, tmp_path):
    file = tmp_path / "q.rq"
    file.write_text("SELECT ?s { ?s ?p 'Covoiturage'@fr }", encoding="utf-8")
    assert "id:productions/covoiturage" in passerelles(repository, "query", str(file)).stdout


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (["par-titre"], 2, "Le paramètre « titre » de la requête « par-titre » est obligatoire."),
        (["par-titre", "--param", "titre"], 2, "« titre » n’a pas la forme nom=valeur."),
        (
            ["par-titre", "--param", "title=x@fr"],
            2,
            "de paramètre « title ». Vouliez-vous dire « titre » ? Elle a : titre.",
        ),
        (["par-titr"], 2, "ne s’appelle « par-titr ». Vouliez-vous dire « par-titre » ?"),
        (["zzz"], 2, "ne s’appelle « zzz ». La liste est à l’adresse /queries, ou dans « passerelles query »."),
        (["absent.rq"], 2, "absent.rq : fichier ou dossier introuvable."),
        (["par-titre", "--param", "titre=x@fr", "--format", "excel"], 2, "Format inconnu « excel »."),
        (
            ["par-titre", "--param", "titre=x@fr", "--format", "ttl"],
            2,
            "Le format Turtle ne convient pas à cette requête.",
        ),
        (
            ["par-titre", "--param", "titre=x@fr", "--endpoint", "ftp://example.org"],
            2,
            "commence par http:// ou https://",
        ),
    ],
)
def test_a_mistake_is_one_sentence(repository, arguments, status, sentence):
    answer = passerelles(repository, "query", *arguments)
    assert sentence in answer.stderr
    assert answer.stderr.count("\n") == 1
    assert answer.stdout == ""
    assert answer.returncode == status


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("SELECT * { ?s ?p }", "-:1:"),
        ("DELETE WHERE { ?s ?p ?o }", "-:1:1: "),
        ("SELECT * {\n SERVICE <http://x/> {} }", "-:2:"),
    ],
)
def test_a_wrong_or_forbidden_query_says_where(repository, text, place):
    answer = passerelles(repository, "query", "-", stdin=text)
    assert answer.stderr.startswith(place)
    assert answer.stderr.count("\n") == 1
    assert answer.returncode == 1


def test_the_header_of_a_query_file_counts(repository, tmp_path):
    file = tmp_path / "q.rq"
    file.write_text(SAVED, encoding="utf-8")
    assert "Covoiturage" in passerelles(repository, "query", str(file), "--param", "titre=Covoiturage@fr").stdout
    assert "« titre »" in passerelles(repository, "query", str(file)).stderr


def test_a_query_that_is_not_utf8_or_has_a_broken_header_is_wrong_input(repository):
    for content in ("#+ summary: [\nSELECT * {}", "#+ params: 3\nSELECT * {}"):
        answer = passerelles(repository, "query", "-", stdin=content)
        assert answer.returncode == 1
        assert answer.stderr.startswith("-:")


def test_a_table_shows_control_characters_instead_of_obeying_them(repository):
    answer = passerelles(repository, "query", "-", stdin=r'SELECT ("a\u001b[31mred" AS ?x) {}')
    assert "\x1b" not in answer.stdout
    assert "red" in answer.stdout


# --- a table


def test_the_first_rows_say_how_wide_the_columns_are():
    rows = [["a", "b"]] * MEASURED + [["a" * 9, "b"], ["a", "b"]]
    table = list(lines(iter(rows), ["one", "two"]))
    assert table[:3] == ["one  two\n", "───  ───\n", "a    b\n"]
    assert table[-2:] == ["aaaaaaaaa  b\n", "a    b\n"]


def test_a_row_is_written_before_the_last_one_is_made():
    made = []
    table = lines((made.append(number) or [str(number)] for number in range(10 * MEASURED)), ["n"])
    next(table)
    assert len(made) == MEASURED


def test_columns_are_aligned_as_a_terminal_shows_them():
    table = list(lines([["日本", "x"], ["é’a", "x"]], ["w", "x"]))
    assert table[2:] == ["日本  x\n", "é’a   x\n"]


EVERY_KIND = r"""SELECT ?a ?b ?c ?d ?e ?f { VALUES (?a ?b ?c ?d ?e ?f) {
  ("one\ttwo\nthree \"four\" \\ \u001b[31mé\r" "fr"@fr-CA 1 1.5 <https://example.org/id/x/é> UNDEF)
  ("" "2020-01-01"^^<http://www.w3.org/2001/XMLSchema#date> -5 1e3 <http://purl.org/dc/terms/title> true)
  (<<( <http://purl.org/dc/terms/title> <a:b> "x\t<y> \"z\""@fr )>> "a \u2028 b" "\\" "<z>" "_:x" "\\n")
} }"""


def test_a_term_is_shown_alike_whether_read_from_tsv_or_json():
    def body(form):
        return pyoxigraph.Store().query(EVERY_KIND).serialize(format=form)

    terms = Terms({"dct": "http://purl.org/dc/terms/"}, "https://example.org/id/")
    tsv = body(pyoxigraph.QueryResultsFormat.TSV)
    solutions = from_json([body(pyoxigraph.QueryResultsFormat.JSON)], "", terms)
    names, rows = from_tsv([tsv[at : at + 7] for at in range(0, len(tsv), 7)], terms)
    assert names == [*solutions.columns] == [*"abcdef"]
    assert list(rows) == [[shown or "" for shown in row] for row in solutions]
    assert next(from_tsv([tsv], terms)[1]) == ['one two three "four" \\ ␛[31mé', "fr", "1", "1.5", "id:x/é", ""]


def test_an_answer_without_columns_has_rows_too(repository):
    answer = passerelles(repository, "query", "-", stdin="SELECT * { <a:b> <c:d> <e:f> }")
    assert (answer.stderr, answer.returncode) == ("0 ligne\n", 0)
    assert passerelles(repository, "query", "-", stdin="SELECT * {}").stderr == "1 ligne\n"


# --- an answer on its way

MANY = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o . ?p ?q ?r }"  # 4^6 rows
ENDLESS = f"SELECT (COUNT(*) AS ?n) {{ {' . '.join(f'?s{n} ?p{n} ?o{n}' for n in range(16))} }}"


@contextlib.contextmanager
def limited(repository, limits):
    """The repository within other limits."""
    file = repository / "passerelles.toml"
    before = file.read_text(encoding="utf-8")
    file.write_text(f"{before}[limits]\n{limits}\n", encoding="utf-8")
    yield
    file.write_text(before, encoding="utf-8")


@pytest.mark.parametrize("form", ["csv", "tsv", "json", "xml", "table"])
def test_what_was_written_of_an_answer_beyond_a_limit_is_said_to_be_none(repository, form):
    passerelles(repository, "build")
    with limited(repository, "result_bytes = 600000"):
        answer = passerelles(repository, "query", "-", "--format", form, stdin=MANY)
    assert len(answer.stdout) > 10_000
    assert answer.stderr.startswith("Réponse incomplète, à ne pas utiliser. La requête dépasse la limite result_bytes")
    assert answer.stderr.count("\n") == 1
    assert answer.returncode == 1


def test_a_query_may_be_given_another_deadline(repository):
    answer = passerelles(repository, "query", "-", "--timeout", "0.3", stdin=ENDLESS)
    assert answer.stderr.startswith("La requête a dépassé son délai de 0.3 s et a été arrêtée.")
    assert (answer.stdout, answer.stderr.count("\n"), answer.returncode) == ("", 1, 2)


@pytest.mark.parametrize("given", ["soon", "0", "-1", "nan", "inf"])
def test_a_deadline_is_a_number_of_seconds(repository, given):
    answer = passerelles(repository, "query", "par-titre", f"--timeout={given}")
    assert answer.stderr == f"« {given} » n’est pas un nombre de secondes, comme 0.5, 30 ou 300.\n"
    assert answer.returncode == 2


def children(process):
    """The processes that a process started."""
    tasks = Path(f"/proc/{process}/task").glob("*/children")
    return [child for task in tasks for child in task.read_text(encoding="utf-8").split()]


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="tells processes as Linux does")
@pytest.mark.parametrize(
    ("end", "status"),
    [
        (lambda process: process.stdout.close(), 0),
        (lambda process: process.send_signal(signal.SIGINT), 130),
        (lambda process: process.send_signal(signal.SIGTERM), 143),
    ],
    ids=["reader", "interruption", "termination"],
)
def test_whatever_ends_a_query_early_ends_its_worker_in_silence(repository, end, status):
    passerelles(repository, "build")
    command = [sys.executable, "-m", "graph", "--repo", str(repository), "query", "-", "--format", "csv"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdin.write(ENDLESS.replace("(COUNT(*) AS ?n)", "*").encode())
        process.stdin.close()
        assert process.stdout.read(5) == b"o0,o1"
        workers = [each for nursery in children(process.pid) for each in (nursery, *children(nursery))]
        end(process)
        while not process.stdout.closed and process.stdout.read(1_000_000):
            pass
        assert (process.stderr.read(), process.wait(timeout=30)) == (b"", status)
    assert len(workers) > 1
    assert not [worker for worker in workers if Path(f"/proc/{worker}").exists()]


def test_a_slow_reader_costs_a_query_nothing_of_its_deadline(repository):
    passerelles(repository, "build")
    read, write = os.pipe()
    command = [sys.executable, "-m", "graph", "--repo", str(repository), "query", "-", "--format", "csv"]
    command += ["--timeout", "1.5"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=write, stderr=subprocess.PIPE) as process:
        os.close(write)
        process.stdin.write(MANY.encode())
        process.stdin.close()
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=2)
        with os.fdopen(read, "rb") as output:
            assert output.read().count(b"\r\n") == 4**6 + 1
        assert (process.stderr.read(), process.wait()) == (b"", 0)


# --- a snapshot that files have left behind


def on_a_terminal(repository, *arguments):
    """What the command says on standard error when it is a terminal."""
    terminal, end = pty.openpty()
    command = [sys.executable, "-m", "graph", "--repo", str(repository), "--lang", "en", "query", *arguments]
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=end, check=True, timeout=60)
    os.close(end)
    said = b""
    with contextlib.suppress(OSError):
        while part := os.read(terminal, 1000):
            said += part
    os.close(terminal)
    return said.decode().splitlines()


def test_a_person_is_told_when_files_changed_since_the_snapshot(repository):
    passerelles(repository, "build")
    asked = ["par-titre", "--param", "titre=Covoiturage@fr"]
    assert on_a_terminal(repository, *asked) == ["1 row"]
    file = repository / "data/productions/covoiturage.ttl"
    file.write_text(GRAPH + "#\n", encoding="utf-8")
    try:
        stale = "1 file has changed since the snapshot that answers was built: passerelles build."
        assert on_a_terminal(repository, *asked) == ["1 row", stale]
        assert on_a_terminal(repository, *asked, "--quiet") == []
        assert passerelles(repository, "query", *asked).stderr == "1 ligne\n"
    finally:
        file.write_text(GRAPH, encoding="utf-8")
        passerelles(repository, "build")


# --- another endpoint

JSON = "application/sparql-results+json"
HEAD = b'{"head":{"vars":["s","n"]},"results":{"bindings":['
ROW = b'{"s":{"type":"uri","value":"https://example.org/id/x"},"n":{"type":"literal","value":"1"}}'


@pytest.fixture
def endpoint():
    """Gives the address of a server whose answer is the parts that a function makes, in chunks."""
    servers = []

    def start(parts, media_type=JSON):
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                self.send_response(200)
                self.send_header("Content-Type", media_type)
                self.send_header("Transfer-Encoding", "chunked")
                self.end_headers()
                with contextlib.suppress(OSError):
                    for part in parts():
                        self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
                self.close_connection = True

            def log_message(self, *_):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}/sparql"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def test_another_endpoint_answers_in_a_table_too(repository, endpoint):
    address = endpoint(lambda: [HEAD, ROW[:20], ROW[20:] + b",", ROW, b"]}}", b""])
    answer = passerelles(repository, "query", "-", "--endpoint", address, stdin="SELECT ?s ?n {}")
    assert answer.stdout.splitlines() == ["s     n", "────  ─", "id:x  1", "id:x  1"]
    assert (answer.stderr, answer.returncode) == ("2 lignes\n", 0)


def test_an_endpoint_that_gives_no_answer_is_told_of_in_the_readers_language(repository, endpoint):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        silent = f"http://127.0.0.1:{taken.getsockname()[1]}/sparql"
        page = endpoint(lambda: [b"<html>", b""], "text/html")
        for address, said in (
            (silent, f"{silent} : aucun serveur n’écoute à cette adresse.\n"),
            ("http://nowhere.invalid/", "http://nowhere.invalid/ : aucun serveur ne porte ce nom, ou"),
            (page, f"{page} : la réponse est de type text/html, et n’est pas celle d’une requête SPARQL."),
        ):
            answer = passerelles(repository, "query", "-", "--endpoint", address, stdin="ASK {}")
            assert answer.stderr.startswith(said)
            assert (answer.stderr.count("\n"), answer.returncode) == (1, 2)


def test_what_an_endpoint_sends_is_written_as_it_comes(repository, endpoint):
    seen = threading.Event()

    def parts():
        yield b"s\r\nhttps://example.org/id/x\r\n" * 4000
        assert seen.wait(30)
        yield b"the end\r\n"
        yield b""

    command = [sys.executable, "-m", "graph", "--repo", str(repository), "query", "-", "--format", "csv"]
    command += ["--endpoint", endpoint(parts, "text/csv")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        process.stdin.write(b"SELECT ?s {}")
        process.stdin.close()
        assert process.stdout.readline() == b"s\r\n"
        seen.set()
        assert process.stdout.read().endswith(b"the end\r\n")
        assert process.wait(timeout=30) == 0


@pytest.mark.parametrize("form", ["json", "table"])
def test_an_answer_that_is_cut_short_is_none(repository, endpoint, form):
    address = endpoint(lambda: [HEAD, (ROW + b",") * 300 + ROW])
    command = ["query", "-", "--endpoint", address, "--format", form]
    answer = passerelles(repository, *command, stdin="SELECT ?s ?n {}")
    assert answer.stdout
    assert answer.stderr.startswith("Réponse incomplète, à ne pas utiliser. ")
    assert (answer.stderr.count("\n"), answer.returncode) == (1, 2)


def test_an_endpoint_that_sends_little_at_a_time_has_the_same_deadline(repository, endpoint):
    stopped = threading.Event()

    def parts():
        yield HEAD
        while not stopped.wait(0.1):
            yield ROW + b","

    address = endpoint(parts)
    answer = passerelles(repository, "query", "-", "--endpoint", address, "--timeout", "0.5", stdin="SELECT ?s ?n {}")
    stopped.set()
    assert answer.stderr == f"{address} : pas de réponse en 0.5 s.\n"
    assert answer.returncode == 2
