"""`passerelles licence`: verdicts, explanations and choices, on the snapshot, in words and in JSON."""

from __future__ import annotations

import json

import pytest

PREFIXES = """@prefix cc: <http://creativecommons.org/ns#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix id: <https://example.org/id/licences/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""
LICENCES = {
    "mit": "cc:permits cc:DerivativeWorks, cc:Distribution ; cc:requires cc:Notice",
    "left": "cc:permits cc:DerivativeWorks, cc:Distribution ; cc:requires cc:Notice, cc:Copyleft",
    "name": "cc:permits cc:DerivativeWorks, cc:Distribution ; cc:requires cc:Attribution",
}


@pytest.fixture(scope="module")
def licences(lasting_repository):
    """A repository that describes three licences."""
    lasting_repository.configure('[lint]\npolicy = "off"')
    for slug, said in LICENCES.items():
        text = f"""{PREFIXES}id:{slug} a cc:License ; dct:title "La {slug}"@fr, "The {slug}"@en ; {said} ;
            skos:exactMatch <http://spdx.org/licenses/{slug.upper()}> ; dct:source <https://{slug}.example/> ."""
        lasting_repository.write(f"data/licences/{slug}.ttl", text)
    return lasting_repository


@pytest.fixture
def asked(licences, command_here):
    return lambda *given: command_here("licence", *given, cwd=licences.root)


@pytest.mark.parametrize(
    ("a", "b", "verdict", "status"),
    [
        *(("mit", "left", "yes", 0), ("mit", "name", "conditional", 0)),
        *(("left", "mit", "no", 1), ("left", "zzz", "unknown", 1), ("left OR mit", "MIT", "yes", 0)),
    ],
)
def test_compat_has_the_members_of_the_contract_and_says_it_by_its_status(asked, a, b, verdict, status):
    done = asked("compat", a, b, "--format", "json")
    found = json.loads(done.stdout)
    assert (found["verdict"], done.returncode) == (verdict, status)
    assert {"a", "b", "verdict", "conditions", "because", "sources", "notice"} <= set(found)


def test_compat_tells_its_reasons_in_the_readers_language(asked):
    said = asked("compat", "left", "mit", "--lang", "en").stdout.decode()
    assert "LEFT → MIT: no" in said
    assert "LEFT requires this: publish every derived work under the same licence" in said
    assert "https://left.example/" in said
    assert "LEFT → MIT : non" in asked("compat", "left", "mit", "--lang", "fr").stdout.decode()


def test_explain_tells_one_licence(asked):
    said = asked("explain", "the left", "--lang", "en").stdout.decode()
    assert said.startswith("LEFT · The left\nhttps://example.org/id/licences/left\n")
    assert "  – no: MIT, NAME" in said
    assert json.loads(asked("explain", "LEFT", "--format", "json").stdout)["sources"] == ["https://left.example/"]


def test_choose_says_what_may_be_chosen_and_what_must_be_written(asked):
    done = asked("choose", "mit", "name", "--lang", "en")
    said = done.stdout.decode()
    assert done.returncode == 0
    assert "Keep the notices of rights of the work under MIT" in said
    assert [line.split()[0] for line in said.splitlines() if "yes" in line] == ["MIT", "NAME", "LEFT"]
    found = json.loads(asked("choose", "left", "--format", "json").stdout)
    assert [each["name"] for each in found["choices"]] == ["LEFT"]


def test_an_expression_is_explained_by_what_it_joins(asked):
    done = asked("explain", "mit OR name", "--lang", "en")
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"MIT, NAME" in done.stderr


@pytest.mark.parametrize(
    "given",
    [("explain", "zzz"), ("explain", "/" * 1_000 + "x"), ("compat", "mit OR", "left"), ("choose", "mit", "zzz")],
)
def test_what_names_no_licence_is_a_mistake_of_one_line(asked, given):
    done = asked(*given)
    assert (done.returncode, done.stdout, done.stderr.count(b"\n")) == (1, b"", 1)


def test_a_format_that_is_none_cannot_be_written(asked):
    assert asked("explain", "mit", "--format", "yaml").returncode == 2
