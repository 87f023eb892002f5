"""`passerelles doctor --endpoint`: each fault of a server is seen, named, and never ends in a traceback."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pyoxigraph
import pytest
from pyoxigraph import QueryResultsFormat, RdfFormat

JSON = "application/sparql-results+json"
CATALOGUE = """\
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix hydra: <http://www.w3.org/ns/hydra/core#> .
<#catalogue> a dcat:Catalog ; dcat:dataset <#{name}> .
<#{name}> a dcat:Dataset ; dct:title "{name}" ; dcat:distribution [ dcat:downloadURL <{file}> ] .
<?page> hydra:next <{following}> .
"""
Answer = tuple[int, dict[str, str], bytes]


class Honest(BaseHTTPRequestHandler):
    """A small endpoint that does what it should; a fault is what a test puts in the place of a part of it."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # an answer in one packet

    def respond(self, _path: str, given: dict[str, list[str]]) -> Answer:
        if "update" in given:
            return 403, {"content-type": "text/plain"}, b"no"
        if "query" not in given:
            return 404, {"content-type": "text/plain"}, b"no"
        return self.results(given["query"][0])

    def results(self, query: str) -> Answer:
        try:
            found = pyoxigraph.Store().query(query)
        except SyntaxError as error:
            return 400, {"content-type": "text/plain"}, str(error).encode()
        accept = self.headers["accept"].partition(",")[0]
        kind = RdfFormat if isinstance(found, pyoxigraph.QueryTriples) else QueryResultsFormat
        return 200, {"content-type": accept}, found.serialize(format=kind.from_media_type(accept))

    def _any(self) -> None:
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
        if self.headers.get("content-type") == "application/sparql-query":
            given = {"query": [body]}
        else:
            given = parse_qs(parts.query) | parse_qs(body)
        status, headers, content = self.respond(parts.path, given)
        self.send_response(status)
        for name, value in {"content-length": str(len(content)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_HEAD = _any  # noqa: N815 - the names that the library calls

    def log_message(self, *_: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:  # a client that left
        pass


@contextmanager
def serving(handler: type[Honest]) -> Iterator[str]:
    with Server(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def examined(repository, command_here):
    """What `doctor --endpoint` says, by the names of its checks, of a server with a part replaced."""

    def run(path: str = "/sparql", **parts: Callable) -> dict[str, dict]:
        with serving(type("Faulty", (Honest,), parts)) as url:
            return examine(url + path)

    def examine(address: str) -> dict[str, dict]:
        done = command_here("doctor", "--endpoint", address, "--format", "json", "--lang", "en", cwd=repository.root)
        document = json.loads(done.stdout)
        assert done.stderr == b""
        assert done.returncode == (0 if document["healthy"] else 1)
        return {check["name"]: check for check in document["checks"]}

    repository.configure("[limits]\ndoctor_answer_seconds = 3.0\ndoctor_seconds = 20.0\ndoctor_bytes = 3000000")
    run.at = examine
    return run


def faults(checks):
    return {name for name, check in checks.items() if not check["ok"]}


def always(status: int, media_type: str, content: bytes, **headers: str) -> Callable:
    return lambda *_: (status, {"content-type": media_type, **headers}, content)


def test_an_honest_endpoint_is_healthy_and_can_be_called_and_harvested(examined):
    checks = examined()
    assert faults(checks) == set()
    assert {"service-from-us", "harvest"} <= {name for name, check in checks.items() if check["level"] == "ok"}


@pytest.mark.parametrize(
    ("answer", "name", "said"),
    [
        (always(200, "text/html", b"<html>Welcome</html>"), "sparql", "200, text/html"),
        (always(500, "text/plain", b"oops"), "sparql", "500, text/plain"),
        (always(401, "text/plain", b"who?"), "sparql", "401, text/plain"),
        (always(200, JSON, b'{"head": {"vars": ["x"]}, "results": {"bindings": [{"x"'), "sparql", "no results"),
        (always(200, "", b""), "sparql", "no results"),
        (always(302, "text/plain", b"", location="http://169.254.169.254/latest"), "redirection", "not public"),
        (always(302, "text/plain", b"", location="/sparql"), "address", "redirects to /sparql"),
        (always(200, "text/plain", b"x" * 4_000_000), "reachable", "more than 3000000 bytes"),
        (always(200, "text/plain", b"short", **{"content-length": "9999"}), "reachable", "within 3 s"),
        (always(200, "text/plain", b"short", **{"content-encoding": "unheard-of"}), "reachable", "unheard-of"),
    ],
)
def test_what_is_no_endpoint_is_said_not_to_be_one(examined, answer, name, said):
    checks = examined(respond=answer)
    assert faults(checks) & {"service-from-us", "reachable", "redirection"}
    assert said in checks[name]["detail"]


def test_a_server_that_is_not_there_or_does_not_speak_tls_is_said_not_to_be_reached(examined):
    with serving(Honest) as url:
        assert "encrypted" in examined.at(url.replace("http", "https"))["reachable"]["detail"]
    checks = examined.at(url)
    assert (faults(checks), list(checks)) == ({"reachable"}, ["reachable"])


def test_an_answer_that_does_not_come_is_waited_for_a_bounded_time(examined):
    release = threading.Event()

    def respond(*_):
        release.wait(10)
        return 200, {}, b""

    try:
        assert "within 3 s" in examined(respond=respond)["reachable"]["detail"]
    finally:
        release.set()


@pytest.mark.parametrize("cut", [10, 1000])
def test_an_answer_cut_short_with_a_success_is_a_fault(examined, cut):
    def results(self, query):
        status, headers, content = Honest.results(self, query)
        rows = json.loads(content) if headers["content-type"] == JSON and b"bindings" in content else None
        if rows:
            rows["results"]["bindings"] = rows["results"]["bindings"][:cut]
            content = json.dumps(rows).encode()
        return status, headers, content

    checks = examined(results=results)
    assert faults(checks) >= {"whole-answers", "service-from-us"}
    assert f"{cut} rows received of 12100" in checks["whole-answers"]["detail"]


def test_an_answer_refused_for_its_size_is_no_fault(examined):
    def results(self, query):
        status, headers, content = Honest.results(self, query)
        return (413, headers, b"too much") if len(content) > 200_000 else (status, headers, content)

    checks = examined(results=results)
    assert faults(checks) == set()
    assert "(413)" in checks["whole-answers"]["detail"]


def test_an_endpoint_that_anybody_may_write_to_is_a_fault(examined):
    def respond(self, path, given):
        return (204, {}, b"") if "update" in given else Honest.respond(self, path, given)

    assert faults(examined(respond=respond)) == {"updates"}


def test_results_of_another_type_than_they_say_are_seen(examined):
    def results(self, query):
        status, headers, content = Honest.results(self, query)
        return status, {**headers, "content-type": "text/plain"}, content

    assert "text/plain" in examined(results=results)["sparql"]["detail"]


def test_characters_that_change_on_the_way_are_seen(examined):
    def results(self, query):
        status, headers, content = Honest.results(self, query)
        return status, headers, content.replace("é".encode(), "Ã©".encode())

    assert faults(examined(results=results)) == {"characters"}


def test_a_validator_is_tried(examined):
    def respond(self, path, given):
        status, headers, content = Honest.respond(self, path, given)
        return (
            (304, {}, b"")
            if self.headers["if-none-match"] == '"one"'
            else (status, {**headers, "etag": '"one"'}, content)
        )

    assert examined(respond=respond)["cache"]["level"] == "ok"
    assert examined()["cache"]["level"] == "note"


@pytest.mark.parametrize(("following", "ok"), [("/page-2", True), ("/page-1", False)])
def test_the_pages_of_a_catalogue_are_followed_and_its_files_tried(examined, following, ok):
    def respond(_self, path, _given):
        if path == "/file":
            return 200, {"content-type": "text/csv"}, b""
        name = "two" if path == "/page-2" else "one"
        text = CATALOGUE.format(name=name, file="/file", following=following)
        return 200, {"content-type": "text/turtle"}, text.encode()

    checks = examined("/page-1", respond=respond)
    assert checks["catalogue"]["ok"] is ok
    assert "1 file" in checks["dumps"]["detail"]
    assert checks["harvest"]["ok"]


@pytest.mark.parametrize("doctype", ["DOCTYPE", "doctype"])
def test_a_document_with_entities_is_not_read(examined, doctype):
    bomb = f"""<!{doctype} r [<!ENTITY a "x">]><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="http://x/"><rdf:type rdf:resource="http://www.w3.org/ns/dcat#Catalog"/></rdf:Description>
</rdf:RDF>"""
    checks = examined(respond=always(200, "application/rdf+xml", bomb.encode()))
    assert "DOCTYPE" in checks["catalogue"]["detail"]
    assert {"catalogue", "service-from-us"} <= faults(checks)


DATASET = '<https://data.example.org/x> a <http://www.w3.org/ns/dcat#Dataset> ; <http://purl.org/dc/terms/title> "X" .'
NAMELESS = "[] a <http://www.w3.org/ns/dcat#Dataset> ."


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (f"{DATASET}\n<https://x> a <a b> .", "line 2"),
        (DATASET[:-9], "Turtle malformed or cut short"),
        ('<rdf:RDF xmlns:rdf="http://www.w3.org/ns/dcat#"><b></a>', "RDF/XML malformed"),
        ("<!doctype html><html><body>Welcome</body></html>", "HTML page"),
        (NAMELESS, "no identifier"),
        (DATASET.replace("title", "subject"), "no title"),
        ("<a> <http://www.w3.org/ns/dcat#theme> <b> .", "no record"),
    ],
)
def test_what_a_harvest_would_not_take_is_told_as_a_harvest_tells_it(examined, repository, body, said):
    media_type = "application/rdf+xml" if "rdf:RDF" in body else "text/turtle"
    with serving(type("Broken", (Honest,), {"respond": always(200, media_type, body.encode())})) as url:
        repository.configure(f'[federation]\nprivate = ["{url.removeprefix("http://")}"]')
        checks = examined.at(f"{url}/catalogue")
        done = repository.run("harvest", f"{url}/catalogue", "--into", "x", "--dry-run", "--lang", "en")
    assert said in checks["catalogue"]["detail"]
    assert said in (done.stdout + done.stderr).decode()
    assert done.returncode == 1
    assert "it cannot be harvested" in checks["harvest"]["detail"]
    assert "service-from-us" in faults(checks)


def test_a_catalogue_that_robots_are_asked_not_to_read_is_not_harvested(examined, repository):
    def respond(_self, path, _given):
        if path == "/robots.txt":
            return 200, {"content-type": "text/plain"}, b"User-agent: *\nDisallow: /private\n"
        return 200, {"content-type": "text/turtle"}, DATASET.encode()

    with serving(type("Robots", (Honest,), {"respond": respond})) as url:
        repository.configure(f'[federation]\nprivate = ["{url.removeprefix("http://")}"]')
        assert "robots.txt asks" in examined.at(f"{url}/private/catalogue")["harvest"]["detail"]
        assert "catalogue" in examined.at(f"{url}/catalogue")["harvest"]["detail"]
        repository.configure("")
        assert "[federation] private" in examined.at(f"{url}/catalogue")["robots"]["detail"]


def test_what_a_harvest_would_take_in_part_is_told_with_the_first_refusal(examined):
    checks = examined(respond=always(200, "text/turtle", f"{DATASET}\n{NAMELESS}".encode()))
    assert "1 record taken, 1 rejected" in checks["catalogue"]["detail"]
    assert "no identifier" in checks["catalogue"]["detail"]
    assert checks["harvest"]["level"] == "ok"


@pytest.mark.parametrize("status", [401, 404, 500])
def test_an_address_that_answers_nothing_but_errors_is_a_fault(examined, status):
    text = b"<https://x> a <http://www.w3.org/ns/dcat#Dataset> ."
    checks = examined(respond=always(status, "text/turtle", text, **{"passerelles-snapshot": "x"}))
    assert "reachable" in faults(checks)
    assert f"({status})" in checks["reachable"]["detail"]
    assert "catalogue" not in checks


A = '{"type":"uri","value":"a:b"}'
TRIPLE = f'{{"type":"triple","value":{{"subject":{A},"predicate":{A},"object":'


@pytest.mark.parametrize(
    ("media_type", "body"),
    [
        (JSON, f'{{"head":{{"vars":["x"]}},"results":{{"bindings":[{{"x":{TRIPLE * 20_000}1{"}}" * 20_000}}}]}}}}'),
        ("application/n-triples", f"<a:b> <a:b> {'<<( <a:b> <a:b> ' * 40_000}<a:b>{' )>>' * 40_000} ."),
    ],
)
def test_what_is_nested_deeper_than_can_be_read_is_not_read(examined, media_type, body):
    assert "service-from-us" in faults(examined(respond=always(200, media_type, body.encode())))


@pytest.mark.parametrize(
    "turtle",
    [
        f"<#x> <http://rdfs.org/ns/void#triples> '{'9' * 5000}' .",
        "<#x> a <http://www.w3.org/ns/dcat#Catalog> ; <http://www.w3.org/ns/hydra/core#next> 'http://[x' .",
        "<#x> a <http://www.w3.org/ns/dcat#Catalog> ; <http://www.w3.org/ns/dcat#downloadURL> 'http://[x' .",
        "<#x> a <https://w3id.org/ldes#EventStream> ; <https://w3id.org/tree#node> 'http://x:port/' .",
    ],
)
def test_numbers_and_addresses_that_are_none_end_their_own_check_only(examined, turtle):
    checks = examined(respond=always(200, "text/turtle", turtle.encode()))
    assert {"void", "catalogue", "feed", "dumps", "service-from-us"} <= set(checks)


def test_a_count_of_too_many_digits_is_none(examined):
    def respond(handler, path, given):
        found = handler.results(given["query"][0].replace("COUNT(*)", f"'{'9' * 5000}'")) if "query" in given else None
        return found or Honest.respond(handler, path, given)

    assert examined(respond=respond)["count"]["level"] == "note"


@pytest.mark.parametrize(
    "address", ["ftp://example.org/", "http://example.org:99999/", "http://example.org:x/", "http://["]
)
def test_an_address_that_is_none_is_the_users_mistake(repository, command_here, address):
    done = command_here("doctor", "--endpoint", address, cwd=repository.root)
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)


def test_a_reader_is_told_in_french_by_default(repository, command_here):
    with serving(Honest) as url:
        done = command_here("doctor", "--endpoint", f"{url}/sparql", cwd=repository.root)
    lines = done.stdout.decode().splitlines()
    assert any(line.startswith("✓ harvest") and "moissonné" in line for line in lines)
    assert done.returncode == 0


def test_a_password_in_an_address_is_never_shown(repository, command_here):
    with serving(Honest) as url:
        done = command_here("doctor", "--endpoint", f"{url.replace('//', '//me:hunter2@')}/sparql", cwd=repository.root)
    assert done.returncode == 1
    assert b"hunter2" not in done.stdout + done.stderr
