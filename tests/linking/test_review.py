"""The review of proposed links: commands, tables, a terminal, a local page."""

from __future__ import annotations

import asyncio
import csv
import io
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import date

import httpx
import pytest

from graph import config
from graph.errors import InvalidInput
from graph.linking.features import FEATURES
from graph.linking.record import STRENGTHS, Decision
from graph.linking.records import Proposal, Records, Verdict
from graph.linking.review import another_link, as_csv, features, queue
from graph.linking.sides import Sides
from graph.snapshot.reader import current
from graph.texts import LANGUAGES, keys
from graph.web.checking.reviewing import Review

BASE = "https://example.org/id/"
TODAY = date(2026, 11, 22)
PORT = 4321
HERE = f"http://127.0.0.1:{PORT}"


def read(repository) -> Records:
    return Records.read(config.load(repository.root))


def places(repository) -> dict[str, str]:
    return {each.slug: each.source.path.parent.name for each in read(repository)}


def proposal(start: str, end: str, confidence: float, strength: str = "same", **said) -> Proposal:
    words = {"fr": "Même titre.", "en": "The same title."}
    return Proposal(f"{BASE}tools/{start}", STRENGTHS[strength], f"{BASE}tools/{end}", confidence, words, **said)


@pytest.fixture
def three(repository, link):
    """Three links to decide, between tools."""
    repository.tool("plane")
    repository.tool("vice")
    for ends in (("hammer", "saw"), ("hammer", "plane"), ("saw", "vice")):
        link(*ends)
    return repository


@pytest.fixture(scope="module")
def built(lasting_repository, command_line):
    """The repository, built once; the links of each test are its own."""
    lasting_repository.tool(
        "plane", '<https://example.org/id/tools/plane> dct:description "<script>alert(1)</script>"@fr .\n'
    )
    assert command_line("build", cwd=lasting_repository.root).returncode == 0
    return lasting_repository


# --- what waits


def test_the_surest_come_first_and_those_of_nobody_s_measure_last(repository, link):
    link("hammer", "saw")
    records = read(repository)
    records.propose(proposal("a", "b", 0.6), TODAY)
    records.propose(proposal("a", "c", 0.9, "similar"), TODAY)
    assert [each.confidence for each in queue(records)] == [0.9, 0.6, None]
    assert [each.confidence for each in queue(records, least=0.7)] == [0.9]
    assert [each.confidence for each in queue(records, strength="similar")] == [0.9, None]
    assert queue(records, deferred=True) == []


def test_another_link_is_said_by_a_strength_a_prefixed_name_or_an_iri(three):
    three.write(
        "ontology/prefixes.ttl",
        "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
        '<https://example.org/p/dct> sh:prefix "dct" ; sh:namespace "http://purl.org/dc/terms/" .\n'
        '<https://example.org/p/rdf> sh:prefix "rdf" ; '
        'sh:namespace "http://www.w3.org/1999/02/22-rdf-syntax-ns#" .\n',
    )
    records = read(three)
    record = records.named("hammer--saw")
    start, end = record.subject, record.object
    version = STRENGTHS["variant"]
    assert another_link("variant", record, records) == (start, version, end)
    assert another_link("^dct:isVersionOf", record, records) == (end, version, start)
    assert another_link(f" <{version}> ", record, records) == (start, version, end)
    assert another_link("", record, records) is None
    assert another_link("similar", record, records) is None
    for wrong in ("nothing:here", "word", "https://a.example/ b", '"x"', "rdf:type", "dct:title", "http://e.example/x"):
        with pytest.raises(InvalidInput):
            another_link(wrong, record, records)


# --- without a terminal


def test_links_are_accepted_rejected_and_deferred_by_name(three, command_here):
    for decision, name in (
        ("accept", f"{BASE}links/hammer--saw"),
        ("reject", "hammer--plane"),
        ("defer", "data/links/proposed/saw--vice.ttl"),
    ):
        done = command_here("link", decision, name, "--as", "Camille Martin", "--lang", "en", cwd=three.root)
        assert done.returncode == 0, done.stderr
    assert places(three) == {"hammer--saw": "accepted", "hammer--plane": "rejected", "saw--vice": "undecided"}
    assert b"0 accepted, 0 rejected, 1 left undecided; 0 still to decide" in done.stderr


def test_one_name_nobody_knows_and_nothing_is_written(three, command_here):
    before = three.files()
    done = command_here("link", "accept", "hammer--saw", "no-such-one", "--as", "C", cwd=three.root)
    assert (done.returncode, done.stderr.count(b"\n")) == (1, 1)
    assert b"no-such-one" in done.stderr
    assert three.files() == before


def test_the_reviewer_is_who_git_says_and_an_address_is_refused(three, command_here, monkeypatch):
    monkeypatch.setenv("HOME", str(three.root))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    subprocess.run(["git", "init", "-q", three.root], check=True)
    asked = ("link", "accept", "hammer--saw")
    nobody = command_here(*asked, cwd=three.root)
    address = command_here(*asked, "--as", "camille@example.org", cwd=three.root)
    assert (nobody.returncode, address.returncode) == (2, 2)
    assert b"git config user.name" in nobody.stderr
    subprocess.run(["git", "-C", three.root, "config", "user.name", "Camille Martin"], check=True)
    assert command_here(*asked, cwd=three.root).returncode == 0
    assert read(three).named("hammer--saw").reviewer == "Camille Martin"


def test_the_review_needs_a_terminal_and_says_what_to_do_without(three, command_here):
    done = command_here("link", "review", "--as", "C", cwd=three.root)
    assert (done.returncode, done.stderr.count(b"\n")) == (2, 1)
    assert b"--decisions" in done.stderr


def test_a_table_is_filled_in_and_comes_back_as_decisions(three, command_here, tmp_path):
    table = command_here("link", "review", "--csv", cwd=three.root).stdout.decode()
    rows = list(csv.DictReader(io.StringIO(table)))
    assert [row["record"] for row in rows] == ["hammer--plane", "hammer--saw", "saw--vice"]
    assert [row["subject"] for row in rows] == ["hammer", "hammer", "saw"]
    decided = {"hammer--plane": ("reject", "", ""), "hammer--saw": ("accept", "^variant", "Vu au salon ; deux fois.")}
    for row in rows:
        row["decision"], row["link"], row["comment"] = decided.get(row["record"], ("", "", ""))
    path = tmp_path / "decisions.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, rows[0], delimiter=";")  # as a spreadsheet in French does
        writer.writeheader()
        writer.writerows(rows)
    done = command_here("link", "review", "--decisions", str(path), "--as", "Camille", cwd=three.root)
    assert done.returncode == 0, done.stderr
    assert places(three) == {"hammer--saw": "accepted", "hammer--plane": "rejected", "saw--vice": "proposed"}
    accepted = read(three).named("hammer--saw")
    assert (accepted.subject, accepted.comment) == (f"{BASE}tools/saw", "Vu au salon ; deux fois.")


def test_a_comment_that_is_not_text_is_refused(three, command_line):
    before = three.files()
    asked = ("link", "accept", "hammer--saw", "--as", "C", "--lang", "en", "--comment", "caf\udce9")
    done = command_line(*asked, cwd=three.root)
    assert (done.returncode, done.stderr) == (1, b"The comment is not text in UTF-8.\n")
    assert three.files() == before


def test_one_record_that_cannot_be_decided_and_nothing_is_written(three, link, command_here, tmp_path):
    link("saw", "hammer")
    before = three.files()
    path = tmp_path / "decisions.csv"
    path.write_text("record,decision\nhammer--plane,accept\nhammer--saw,accept\n")
    for asked in (("accept", "hammer--plane", "hammer--saw"), ("review", "--decisions", str(path))):
        done = command_here("link", *asked, "--as", "C", cwd=three.root)
        assert (done.returncode, done.stderr.count(b"\n")) == (1, 1)
        assert b"saw--hammer.ttl" in done.stderr
        assert three.files() == before


@pytest.mark.parametrize(
    "option", [("--strength", "same"), ("--min", "0.9"), ("--limit", "1"), ("--deferred",), ("--csv",), ("--web",)]
)
def test_a_table_says_itself_what_to_decide(three, command_here, tmp_path, option):
    before = three.files()
    path = tmp_path / "decisions.csv"
    path.write_text("record,decision\nhammer--saw,accept\n")
    done = command_here("link", "review", "--decisions", str(path), *option, "--as", "C", cwd=three.root)
    assert (done.returncode, done.stderr.count(b"\n")) == (2, 1)
    assert three.files() == before


@pytest.mark.parametrize(
    "row",
    [
        "saw--vice,perhaps",
        "no-such-one,accept",
        "saw--vice,accept,nothing:here",
        "saw--vice,accept,http://www.w3.org/1999/02/22-rdf-syntax-ns#type",
        "saw--vice,reject,distinct",
        "hammer--saw,reject",
        pytest.param("saw--vice,accept," + "x" * 140_000, id="longer-than-a-cell"),
    ],
)
def test_one_wrong_row_and_nothing_of_the_table_is_written(three, command_here, tmp_path, row):
    before = three.files()
    path = tmp_path / "decisions.csv"
    path.write_text(f"record,decision,link\nhammer--saw,accept\n{row}\n")
    done = command_here("link", "review", "--decisions", str(path), "--as", "C", "--lang", "en", cwd=three.root)
    assert (done.returncode, done.stderr.count(b"\n")) == (1, 1)
    assert b"line 3" in done.stderr
    assert three.files() == before


def test_a_table_without_its_columns_or_that_is_not_there_is_refused(three, command_here, tmp_path):
    path = tmp_path / "other.csv"
    path.write_text("name,answer\nx,y\n")
    asked = ("link", "review", "--as", "C", "--decisions")
    assert command_here(*asked, str(path), cwd=three.root).returncode == 1
    assert command_here(*asked, str(tmp_path / "missing.csv"), cwd=three.root).returncode == 2


def test_no_cell_is_a_formula_for_a_spreadsheet(three):
    record = replace(read(three).named("hammer--saw"), description={"fr": "=cmd|'/c calc'!A0"})
    table = as_csv([record], {record.subject: "@SUM(1)", record.object: "-1"}, "fr", {})
    [row] = csv.DictReader(io.StringIO(table))
    assert [row[name][0] for name in ("subject", "object", "because")] == ["'", "'", "'"]


@pytest.mark.parametrize(("language", "said"), [("fr", "CSV UTF-8"), ("en", "CSV UTF-8")])
def test_a_table_in_another_encoding_is_refused_with_what_to_do(three, command_here, tmp_path, language, said):
    before = three.files()
    path = tmp_path / "decisions.csv"
    path.write_bytes("record;decision;comment\nhammer--saw;accept;Déjà vu.\n".encode("cp1252"))
    done = command_here("link", "review", "--decisions", str(path), "--as", "C", "--lang", language, cwd=three.root)
    assert (done.returncode, done.stderr.count(b"\n")) == (1, 1)
    assert said in done.stderr.decode()
    assert three.files() == before


def test_what_the_system_refuses_is_told_in_the_reader_s_language(three, command_here, tmp_path):
    done = command_here("link", "review", "--decisions", str(tmp_path), "--as", "C", "--lang", "fr", cwd=three.root)
    assert (done.returncode, "c’est un dossier" in done.stderr.decode()) == (2, True)


# --- what a proposal is made from


def test_every_feature_has_a_name_in_words():
    named = {key.removeprefix("linking.feature.") for key in keys("fr") if key.startswith("linking.feature.")}
    assert named == set(FEATURES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_features_are_told_in_words_strongest_first_what_speaks_against_apart(three, language):
    made = {"rank": 0.4, "words": 0.9, "theme": 0.01, "kind": -1.0, "stranger": 1.0, "place": 0.5, "of-others": 0.3}
    speaking, opposed = features(replace(read(three).named("hammer--saw"), features=made), language)
    assert [each.share for each in speaking] == [0.9, 0.5, 0.4, 0.3]
    assert [each.share for each in opposed] == [1.0, 1.0]
    assert speaking[-1].name == "of-others"
    assert not {each.name for each in (*speaking[:-1], *opposed)} & set(FEATURES)


# --- in a terminal


class Typist:
    """Somebody at a terminal: reads until a text is shown, then types."""

    def __init__(self, root, *arguments: str, columns: int = 160) -> None:
        self.process, self._screen = pty.fork()
        if not self.process:
            os.chdir(root)
            os.environ.update(COLUMNS=str(columns), LINES="60", TERM="xterm", PASSERELLES_LANG="en")
            os.execv(sys.executable, [sys.executable, "-m", "graph", *arguments])  # noqa: S606 - no shell

    def until(self, text: str) -> str:
        shown = b""
        while text.encode() not in shown:
            ready, _, _ = select.select([self._screen], [], [], 30)
            assert ready, shown.decode()
            try:
                shown += os.read(self._screen, 65_536)
            except OSError:  # the other side has left
                break
        return re.sub(r"\x1b\[[0-9;]*m", "", shown.decode())

    def types(self, keys: str) -> None:
        os.write(self._screen, keys.encode())

    def leave(self) -> int:
        status = os.waitstatus_to_exitcode(os.waitpid(self.process, 0)[1])
        os.close(self._screen)
        return status


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # a fork that executes another program at once
def test_the_terminal_shows_both_things_and_a_key_decides(built, links_of):
    links_of("hammer--saw", "hammer--plane", "plane--saw")
    typist = Typist(built.root, "link", "review", "--as", "Camille Martin")
    shown = typist.until("q quit")
    assert "1/3" in shown
    assert "hammer--plane" in shown
    assert "<script>alert(1)</script>" in shown
    assert "The same use." in shown
    typist.types("c")
    typist.until("Why?")
    typist.types("Vu au salon.\n")
    typist.until("q quit")
    typist.types("a")
    assert "2/3" in typist.until("q quit")
    assert places(built)["hammer--plane"] == "accepted"
    typist.types("u")
    assert "1/3" in typist.until("q quit")
    assert places(built)["hammer--plane"] == "proposed"
    typist.types("e")
    typist.until("Property:")
    typist.types("nothing:here\n")
    assert "names no property" in typist.until("q quit")
    typist.types("e")
    typist.until("Property:")
    typist.types("^variant\n")
    assert "in its place: ^" in typist.until("q quit")
    typist.types("a")
    typist.until("q quit")
    typist.types("s")
    typist.until("q quit")
    typist.types("r")
    assert "1 accepted, 1 rejected, 0 left undecided; 1 still to decide" in typist.until("to decide")
    assert typist.leave() == 0
    assert places(built) == {"hammer--plane": "accepted", "hammer--saw": "proposed", "plane--saw": "rejected"}
    assert read(built).named("hammer--plane").subject == f"{BASE}tools/plane"


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_what_was_said_of_a_record_is_not_said_of_the_one_that_undoing_brings_back(built, links_of):
    links_of("hammer--plane", "hammer--saw")
    typist = Typist(built.root, "link", "review", "--as", "Camille Martin")
    typist.until("q quit")
    typist.types("a")
    typist.until("q quit")
    for key, question, answer in (("e", "Property:", "distinct\n"), ("c", "Why?", "Autre chose.\n")):
        typist.types(key)
        typist.until(question)
        typist.types(answer)
        assert "2/2" in typist.until("q quit")
    typist.types("u")
    shown = typist.until("q quit")
    assert "1/2" in shown
    assert "in its place" not in shown
    assert "Autre chose." not in shown
    typist.types("a")
    typist.until("q quit")
    typist.types("q")
    assert typist.leave() == 0
    plane = read(built).named("hammer--plane")
    assert (plane.object, plane.strength, plane.comment) == (f"{BASE}tools/plane", "similar", "")


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_another_link_is_accepted_or_not_said(built, links_of):
    links_of("hammer--saw")
    typist = Typist(built.root, "link", "review", "--as", "Camille Martin")
    typist.until("q quit")
    typist.types("e")
    typist.until("Property:")
    typist.types("distinct\n")
    typist.until("q quit")
    typist.types("r")
    assert "only when it is accepted" in typist.until("q quit")
    assert places(built) == {"hammer--saw": "proposed"}
    typist.types("q")
    assert typist.leave() == 0


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_another_key_tells_the_keys_and_shows_nothing_again(built, links_of):
    links_of("hammer--saw")
    typist = Typist(built.root, "link", "review", "--as", "Camille Martin")
    typist.until("q quit")
    for keys_ in ("?", "\x1b[A", "é"):  # the second is an arrow
        typist.types(keys_)
        shown = typist.until("q quit")
        assert "a accept" in shown
        assert "hammer--saw" not in shown
    typist.types("q")
    assert typist.leave() == 0
    assert places(built) == {"hammer--saw": "proposed"}


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_what_somebody_decided_meanwhile_is_told_and_left(built, links_of):
    links_of("hammer--plane", "hammer--saw")
    typist = Typist(built.root, "link", "review", "--as", "Camille Martin")
    typist.until("q quit")
    decide_elsewhere(built, "hammer--plane")
    typist.types("r")
    shown = typist.until("q quit")
    assert "Dominique decided on it meanwhile" in shown
    assert "2/2" in shown
    typist.types("q")
    assert "0 accepted, 0 rejected, 0 left undecided; 1 still to decide" in typist.until("to decide")
    assert typist.leave() == 0
    assert places(built) == {"hammer--plane": "accepted", "hammer--saw": "proposed"}


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_on_a_narrow_screen_the_two_things_stand_one_below_the_other(built, links_of):
    links_of("hammer--plane")
    for columns, is_beside in ((40, False), (160, True)):
        typist = Typist(built.root, "link", "review", "--as", "Camille Martin", columns=columns)
        lines = typist.until("quit").splitlines()
        typist.types("q")
        assert typist.leave() == 0
        assert any(line.count("╭") == 2 for line in lines) is is_beside
        assert max(map(len, lines)) <= columns


def decide_elsewhere(built, name: str) -> None:
    records = read(built)
    records.decide(records.named(name), Verdict(Decision.ACCEPTED, "Dominique", TODAY))


def test_a_review_that_breaks_says_so_when_it_leaves(built, links_of, command_line):
    """What was decided is told all the same."""
    links_of("hammer--saw")
    terminal = (
        "import sys, graph.cli.link_terminal as terminal\n"
        "class Screen:\n"
        "    def __init__(self, stream): self.stream = stream\n"
        "    def isatty(self): return True\n"
        "    def __getattr__(self, name): return getattr(self.stream, name)\n"
        "sys.stdin, sys.stdout = Screen(sys.stdin), Screen(sys.stdout)\n"
        "def run(self): raise RuntimeError('broken')\n"
        "terminal.Terminal.run = run\n"
    )
    done = command_line("link", "review", "--as", "C", "--lang", "en", cwd=built.root, before=terminal)
    assert done.returncode != 0
    assert b"0 accepted" in done.stderr


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_leaving_keeps_what_was_decided(built, links_of):
    links_of("hammer--saw", "plane--saw")
    typist = Typist(built.root, "link", "review", "--as", "Camille Martin")
    typist.until("q quit")
    typist.types("d")
    typist.until("q quit")
    typist.types("\x03")
    assert "1 left undecided; 1 still to decide" in typist.until("to decide")
    typist.leave()
    assert places(built) == {"hammer--saw": "undecided", "plane--saw": "proposed"}


@pytest.fixture
def links_of(built, record):
    """Write some records of links between tools of the built repository, and no others."""

    def write(*names: str) -> None:
        for name in names:
            start, _, end = name.partition("--")
            built.write(f"data/links/proposed/{name}.ttl", record(start, end))

    yield write
    shutil.rmtree(built.root / "data/links")


# --- in a page


@pytest.fixture
def review(built, links_of):
    links_of("hammer--plane", "hammer--saw")
    records = read(built)
    sides = Sides(current(built.root / ".passerelles"))
    return Review(records, queue(records), sides, "Camille Martin", "en")


def visit(review: Review, *requests):
    """The answers to some requests: a method, a path below the secret, what goes with it."""

    async def ask():
        transport = httpx.ASGITransport(app=review.app(PORT))
        async with httpx.AsyncClient(transport=transport, base_url=HERE, headers={"accept-language": "en"}) as client:
            return [await client.request(method, path, **more) for method, path, more in requests]

    return asyncio.run(ask())


def see(review: Review, at: int = 0):
    [page] = visit(review, ("GET", f"/{review.token}/?at={at}", {}))
    return page


def form(page, **fields: str) -> dict[str, str]:
    return dict(re.findall(r'name="(at|seen)" value="([^"]*)"', page.text)) | fields


def post(review: Review, path: str, fields: dict[str, str], **headers: str):
    [answer] = visit(
        review, ("POST", f"/{review.token}/{path}", {"data": fields, "headers": {"origin": HERE} | headers})
    )
    return answer


def test_the_page_shows_both_things_and_runs_nothing_they_say(review):
    page = see(review)
    assert page.status_code == 200
    assert "hammer--plane" in page.text
    assert "The same use." in page.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.text
    assert "<script" not in page.text
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "frame-ancestors 'none'" in policy
    assert "access-control-allow-origin" not in page.headers


def test_the_page_asks_nothing_of_any_other_server(review):
    asked = re.findall(r'(?:src|action)="([^"]*)"|<link[^>]*href="([^"]*)"', see(review).text)
    assert asked
    assert all("".join(pair).startswith(f"/{review.token}/") for pair in asked)


def test_a_form_decides_and_leads_to_the_next(built, review):
    done = post(review, "decide", form(see(review), decision="accept", comment="Vu.", link="^variant"))
    assert (done.status_code, done.headers["location"]) == (303, f"/{review.token}/?at=1")
    assert places(built) == {"hammer--plane": "accepted", "hammer--saw": "proposed"}
    record = read(built).named("hammer--plane")
    assert (record.reviewer, record.comment, record.subject) == ("Camille Martin", "Vu.", f"{BASE}tools/plane")
    undone = post(review, "undo", {"undo": "1"})
    assert undone.headers["location"].endswith("?at=0")
    assert places(built) == {"hammer--plane": "proposed", "hammer--saw": "proposed"}


def test_a_form_that_rejects_as_another_link_writes_nothing(built, review):
    refused = post(review, "decide", form(see(review), decision="reject", link="distinct"))
    assert refused.status_code == 409
    assert "only when it is accepted" in refused.text
    assert set(places(built).values()) == {"proposed"}


def test_a_form_says_another_property_by_its_name(built, review):
    done = post(review, "decide", form(see(review), decision="accept", link="distinct", other=STRENGTHS["same"]))
    assert done.status_code == 303
    assert read(built).named("hammer--plane").predicate == STRENGTHS["same"]


def test_a_record_decided_meanwhile_is_told_and_the_next_is_shown(built, review):
    fields = form(see(review), decision="reject")
    decide_elsewhere(built, "hammer--plane")
    told = post(review, "decide", fields)
    assert told.status_code == 409
    assert "Dominique decided on it meanwhile" in told.text
    assert "2 of 2" in told.text
    assert review.decided.total() == 0
    assert "accepted" in see(review).text
    assert places(built)["hammer--plane"] == "accepted"


def test_after_the_last_the_page_says_so(review):
    assert "All was seen" in see(review, 2).text


def test_a_form_of_a_page_that_is_out_of_date_writes_nothing(built, review):
    fields = form(see(review), decision="accept")
    assert post(review, "decide", fields).status_code == 303
    again = post(review, "decide", fields | {"decision": "reject"})
    assert again.status_code == 409
    assert "nothing was written" in again.text
    assert places(built)["hammer--plane"] == "accepted"


@pytest.mark.parametrize("fields", [{}, {"decision": "perhaps"}, {"decision": "accept", "seen": "x"}, {"at": "99"}])
def test_a_form_that_lacks_something_writes_nothing(built, review, fields):
    before = built.files()
    assert post(review, "decide", form(see(review), decision="accept") | fields | {}).status_code in (303, 409)
    if fields:
        assert built.files() == before


def test_another_name_for_this_machine_is_refused(built, review):
    """A site whose name is made to lead here (DNS rebinding) is not let in, not even with the secret."""
    before = built.files()
    for host in ("evil.example", f"evil.example:{PORT}", "127.0.0.1", "127.0.0.1:80", ""):
        answers = visit(
            review,
            ("GET", f"/{review.token}/", {"headers": {"host": host}}),
            (
                "POST",
                f"/{review.token}/decide",
                {"headers": {"host": host, "origin": f"http://{host}"}, "data": {"at": "0"}},
            ),
        )
        assert [answer.status_code for answer in answers] == [421, 421]
        assert answers[0].headers["content-type"] == "application/problem+json"
    assert built.files() == before


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": f"http://localhost:{PORT}"},
        {"origin": HERE, "sec-fetch-site": "cross-site"},
        {"origin": HERE, "sec-fetch-site": "same-site"},
    ],
)
def test_a_form_that_another_site_sends_is_refused(built, review, headers):
    before = built.files()
    assert post(review, "decide", form(see(review), decision="accept"), **headers).status_code == 403
    assert built.files() == before


def test_a_form_without_an_origin_is_refused(built, review):
    fields = form(see(review), decision="accept")
    [answer] = visit(review, ("POST", f"/{review.token}/decide", {"data": fields}))
    assert answer.status_code == 403
    assert set(places(built).values()) == {"proposed"}


def test_without_the_secret_there_is_no_page(review):
    paths = (
        "/",
        "/decide",
        f"/{review.token}",
        f"/{review.token[:-1]}/",
        f"/{review.token}x/",
        "/static/passerelles.css",
    )
    answers = visit(review, *(("GET", path, {}) for path in paths))
    assert {answer.status_code for answer in answers} == {404}
    assert all(review.token not in answer.text for answer in answers)
    assert len(review.token) >= 43


def test_what_is_not_a_small_form_is_refused(review):
    address = f"/{review.token}/decide"
    headers = {"origin": HERE}
    large, json_, put = visit(
        review,
        ("POST", address, {"headers": headers, "data": {"comment": "x" * 100_000}}),
        ("POST", address, {"headers": headers, "json": {"at": 0}}),
        ("PUT", address, {"headers": headers, "data": {"at": "0"}}),
    )
    assert [answer.status_code for answer in (large, json_, put)] == [413, 415, 405]


def test_the_command_serves_it_on_the_loopback_until_it_is_interrupted(built, links_of):
    links_of("hammer--saw")
    command = [sys.executable, "-m", "graph", "link", "review", "--web", "--as", "C", "--lang", "en"]
    with subprocess.Popen(command, cwd=built.root, stderr=subprocess.PIPE, text=True) as process:
        try:
            url = re.search(r"http://\S+", process.stderr.readline())[0]
            assert url.startswith("http://127.0.0.1:")
            page = httpx.get(url, trust_env=False)
            origin = url.split("/", 3)
            headers = {"origin": "/".join(origin[:3])}
            answer = httpx.post(f"{url}decide", data=form(page, decision="reject"), headers=headers, trust_env=False)
            assert answer.status_code == 303
            process.send_signal(signal.SIGINT)
            assert "0 accepted, 1 rejected" in process.stderr.read()
            assert process.wait(30) == 0
        finally:
            process.kill()
    assert places(built) == {"hammer--saw": "rejected"}
