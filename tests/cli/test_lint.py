"""`passerelles lint` and `passerelles fix`, as a user runs them."""

from __future__ import annotations

import json
import stat

import pytest

PREFIXES = """\
@prefix sh: <http://www.w3.org/ns/shacl#> .

<https://example.org/graph/prefixes#dct> sh:prefix "dct" ; sh:namespace "http://purl.org/dc/terms/" .
"""
WRONG = """\
@prefix dcterms: <http://purl.org/dc/terms/> . # gardé

<https://example.org/id/tools/axe>
    a <https://example.org/ontology#Tool> ;
    dcterms:title " La  hache"@FR ;   # gardé aussi
    dcterms:description "Un outil" ;
    dcterms:sorce <https://example.org/id/sources/report> ;
    dcterms:source <https://example.org/id/sources/report> .
"""
RIGHT = """\
@prefix dct: <http://purl.org/dc/terms/> . # gardé

<https://example.org/id/tools/axe>
    a <https://example.org/ontology#Tool> ;
    dct:title "La hache"@fr ;   # gardé aussi
    dct:description "Un outil" ;
    dct:source <https://example.org/id/sources/report> ;
    dct:source <https://example.org/id/sources/report> .
"""


@pytest.fixture
def faulty(repository):
    """The conforming repository, and a file with faults that can be mended, one that cannot."""
    repository.write("ontology/prefixes.ttl", PREFIXES)
    repository.write("data/tools/axe.ttl", WRONG)
    return repository


def codes(done):
    return [line.split(": ")[1].split()[-1] for line in done.stdout.decode().splitlines()]


def test_lint_says_what_a_file_says_wrong_by_itself(faulty):
    done = faulty.run("lint", "data/tools/axe.ttl")
    assert done.returncode == 1
    assert codes(done) == ["PAS309", "PAS321", "PAS316", "PAS314", "PAS311"]
    faulty.configure('[lint]\nunknown-term = "off"')
    assert faulty.run("lint").returncode == 0
    assert faulty.run("lint", "--strict").returncode == 1


def test_lint_asks_no_shape(faulty):
    faulty.write("data/tools/bare.ttl", "<https://example.org/id/tools/bare> a <https://example.org/ontology#Tool> .")
    assert "PAS101" not in codes(faulty.run("lint"))


def test_lint_tells_syntax_errors_too(faulty):
    faulty.write("data/tools/bad.ttl", "nope")
    done = faulty.run("lint", "data/tools/bad.ttl")
    assert done.returncode == 1
    assert codes(done) == ["PAS034"]


def test_lint_has_every_form_of_report(faulty):
    done = faulty.run("lint", "--format", "json", "data/tools/axe.ttl")
    told = json.loads(done.stdout)["diagnostics"]
    assert told[1]["fix"]["edits"][0]["text"] == '"La hache"'
    assert faulty.run("lint", "--format", "nope").returncode == 2


def test_a_level_is_set_by_the_name_of_the_rule(faulty):
    faulty.configure('[lint]\nlanguage-tag = "error"\nspaces = "off"\nprefix-name = "off"')
    done = faulty.run("lint", "data/tools/axe.ttl")
    assert done.returncode == 1
    assert codes(done) == ["PAS316", "PAS314", "PAS311"]
    assert "erreur PAS316" in done.stdout.decode()


def test_a_rule_there_is_not_is_told_with_the_nearest(faulty):
    faulty.configure('[lint]\nlanguage-tags = "off"')
    done = faulty.run("lint")
    assert done.returncode == 2
    assert "lint.language-tag" in done.stderr.decode()


@pytest.mark.parametrize(
    "code", ["PAS001", "PAS013", "PAS101", "PAS203", "PAS301", "PAS313", "PAS333", "PAS403", "siren"]
)
def test_every_code_has_a_page(repository, code):
    for lang in ("fr", "en"):
        done = repository.run("lint", "--explain", code, "--lang", lang)
        assert done.returncode == 0
        assert done.stdout.decode().startswith("# PAS")


def test_a_code_there_is_not_is_told_with_the_nearest(repository):
    done = repository.run("lint", "--explain", "PAS399")
    assert done.returncode == 2
    assert len(done.stderr.decode().splitlines()) == 1


def test_the_rules_are_listed(repository):
    lines = repository.run("lint", "--rules").stdout.decode().splitlines()
    assert len(lines) == 36
    assert lines[0].startswith("PAS301  file-name")


def test_fix_mends_what_is_safe_and_changes_nothing_else(faulty):
    before = faulty.files()
    done = faulty.run("fix")
    assert done.returncode == 0
    assert (faulty.root / "data/tools/axe.ttl").read_text() == RIGHT
    assert {name for name, text in faulty.files().items() if text != before[name]} == {"data/tools/axe.ttl"}


def test_fix_makes_turtle_of_what_was_nearly_so(faulty):
    path = faulty.root / "data/tools/axe.ttl"
    path.write_text(WRONG.rstrip().removesuffix(".").rstrip() + "\n")
    done = faulty.run("fix")
    assert done.returncode == 0
    assert path.read_text().replace(" .\n", "") == RIGHT.replace(" .\n", "")


def test_fix_leaves_to_its_author_a_fault_that_may_mean_several_things(faulty):
    path = faulty.root / "data/tools/axe.ttl"
    path.write_text(WRONG + "<urn:a> <urn:b> “abc .\n")
    before = faulty.files()
    done = faulty.run("fix")
    assert done.returncode == 1
    assert faulty.files() == before


def test_fix_twice_is_fix_once(faulty):
    faulty.run("fix")
    once = faulty.files()
    done = faulty.run("fix")
    assert faulty.files() == once
    assert "0 correction" in done.stderr.decode()


def test_fix_diff_writes_nothing(faulty):
    before = faulty.files()
    done = faulty.run("fix", "--diff")
    assert faulty.files() == before
    assert '+    dct:title "La hache"@fr ;   # gardé aussi\n' in done.stdout.decode()


def test_fix_may_be_asked_for_one_code(faulty):
    faulty.run("fix", "--code", "PAS316")
    assert (faulty.root / "data/tools/axe.ttl").read_text() == WRONG.replace("@FR", "@fr")


@pytest.mark.parametrize("code", ["pas316", "language-tag"])
def test_a_code_may_be_in_small_letters_or_the_name_of_its_rule(faulty, code):
    assert faulty.run("fix", "--code", code).stderr.startswith(b"1 correction ")


def test_fix_of_a_code_there_is_not_names_the_nearest_and_writes_nothing(faulty):
    before = faulty.files()
    done = faulty.run("fix", "--code", "PAS3166", "--lang", "fr")
    assert done.returncode == 2
    assert done.stderr.decode().splitlines() == ["PAS3166 : code inconnu. Vouliez-vous dire PAS316 ?"]
    assert faulty.files() == before


def test_fix_touches_only_the_files_named(faulty):
    before = faulty.files()
    faulty.run("fix", "data/tools/saw.ttl")
    assert faulty.files() == before


def test_fix_keeps_the_permissions_of_a_file(faulty):
    path = faulty.root / "data/tools/axe.ttl"
    path.chmod(0o640)
    faulty.run("fix")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert [one.name for one in path.parent.iterdir() if one.name.startswith(".")] == []


def test_fix_of_standard_input_goes_to_standard_output(faulty):
    done = faulty.run("fix", "-", stdin=WRONG.replace("/axe", "/adze").encode())
    assert 'dct:title "La hache"@fr' in done.stdout.decode()


def test_fix_gives_standard_input_back_byte_for_byte_where_it_mends_nothing(faulty):
    assert faulty.run("fix", "-", stdin=b"\xff\r\n").stdout == b"\xff\r\n"


def test_a_file_that_is_not_there_is_told(faulty):
    done = faulty.run("fix", "nowhere.ttl")
    assert done.returncode == 2
    assert "nowhere.ttl" in done.stderr.decode()


@pytest.mark.parametrize(
    ("command", "reader"), [("fix", "contribution.check.check"), ("fmt", "turtle.format.format_turtle")]
)
def test_what_is_saved_between_the_reading_and_the_writing_is_left_as_it_is(faulty, command, reader):
    module, _, name = f"graph.{reader}".rpartition(".")
    meanwhile = f"""
import {module} as module
def then_saved(*given, real=module.{name}, **options):
    done = real(*given, **options)
    open("data/tools/axe.ttl", "w").write("# mine\\n")
    return done
module.{name} = then_saved
"""
    done = faulty.run(command, "data/tools/axe.ttl", before=meanwhile)
    assert done.returncode == 2
    assert "data/tools/axe.ttl : ce fichier a changé" in done.stderr.decode().splitlines()[-1]
    assert (faulty.root / "data/tools/axe.ttl").read_text() == "# mine\n"
