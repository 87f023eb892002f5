"""`passerelles check`, from the outside: what it says, where it says it, how it ends."""

from __future__ import annotations

import json
import os

import pytest

TOOL = "https://example.org/id/tools/{}"


def lines(stream: bytes) -> list[str]:
    return stream.decode().splitlines()


def run(repository, *arguments, **options):
    """In French, without the summary: what remains is what is wrong."""
    return repository.run("check", "--quiet", "--lang", "fr", *arguments, **options)


# --- a repository that conforms


def test_a_repository_that_conforms_is_said_to(repository):
    done = repository.run("check")
    assert (done.returncode, done.stdout) == (0, b"")
    assert lines(done.stderr) == ["Conforme : 5 fichiers, 29 triplets, 0 avertissement."]


def test_quiet_says_nothing_of_what_is_right(repository):
    done = run(repository)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_an_empty_repository_conforms(empty_repository):
    done = run(empty_repository)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_a_file_is_checked_with_the_rest_as_its_context(repository):
    done = repository.run("check", "data/tools/saw.ttl", "--lang", "en")
    assert done.returncode == 0
    assert lines(done.stderr) == ["Conforms: 1 file, 3 triples, 0 warnings."]


def test_only_what_was_asked_about_is_told(repository):
    repository.write("data/tools/broken.ttl", "<a> <b> nope .")
    assert run(repository, "data/tools/saw.ttl").returncode == 0
    assert run(repository, "data/tools/saw.ttl").stdout == b""
    assert run(repository, "data/tools").returncode == 1


def test_checking_writes_nothing(repository):
    repository.write("data/tools/broken.ttl", "<a> <b> nope .")
    before = repository.files()
    run(repository)
    run(repository, "data/tools/broken.ttl", "--format", "json")
    assert repository.files() == before


# --- bad files: one line with the path, the others still checked

BAD = {
    "syntax": (b"<a> <b> nope .", "PAS034"),
    "cut short": (b"<a> <b> <c>", "PAS010"),
    "latin 1": ("<a> <b> 'caf\xe9' .".encode("latin-1"), "PAS002"),
    "utf-16": ("<a> <b> <c> .".encode("utf-16"), "PAS002"),
    "binary": (b"\x7fELF\x02\x01\x00\x00", "PAS003"),
    "conflict": (b"<<<<<<< HEAD\n<a> <b> 1 .\n=======\n<a> <b> 2 .\n>>>>>>> b\n", "PAS006"),
}


@pytest.mark.parametrize(("content", "code"), BAD.values(), ids=BAD)
def test_a_bad_file_is_one_line_with_its_path(repository, content, code):
    repository.write("data/tools/bad.ttl", content)
    done = run(repository, "data/tools/bad.ttl")
    assert done.returncode == 1
    assert done.stderr == b""
    (line,) = lines(done.stdout)
    assert line.startswith("data/tools/bad.ttl:1:")
    assert f": erreur {code}: " in line


@pytest.mark.parametrize(("content", "code"), BAD.values(), ids=BAD)
def test_a_bad_file_does_not_hide_the_others(repository, content, code):
    repository.write("data/tools/bad.ttl", content)
    repository.write("data/tools/other.ttl", "<a> <b> .")
    done = run(repository)
    assert done.returncode == 1
    assert [line.split(":")[0] for line in lines(done.stdout)] == ["data/tools/bad.ttl", "data/tools/other.ttl"]
    assert code in lines(done.stdout)[0]


def test_an_empty_file_is_a_warning(repository):
    repository.write("data/tools/empty.ttl", "")
    done = run(repository)
    assert done.returncode == 0
    (line,) = lines(done.stdout)
    assert line.startswith("data/tools/empty.ttl:1:1: avertissement PAS004: ")


def test_a_file_beyond_the_limit_is_refused(repository):
    path = repository.write("data/tools/huge.ttl", "")
    with path.open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    done = run(repository, "data/tools/huge.ttl", "data/tools/saw.ttl")
    assert done.returncode == 1
    (line,) = lines(done.stdout)
    assert line.startswith("data/tools/huge.ttl:1:1: erreur PAS005: ")
    assert "104857600" in line


def test_the_limit_is_the_configurations(repository):
    repository.configure("[limits]\nfile_bytes = 600")
    assert run(repository).returncode == 0
    repository.write("data/tools/long.ttl", "#" * 601)
    assert "limite file_bytes est 600" in run(repository).stdout.decode()


@pytest.mark.parametrize(
    ("make", "key"),
    [
        (lambda repo: (repo / "x.ttl").mkdir(), "aucun fichier Turtle"),
        (lambda repo: (repo / "x.ttl").symlink_to(repo / "nowhere"), "introuvable"),
        (lambda repo: (repo / "x.ttl").symlink_to("x.ttl"), "x.ttl"),
        (lambda repo: None, "introuvable"),  # noqa: ARG005 - nothing is there
    ],
    ids=["folder", "dangling link", "loop of links", "missing"],
)
def test_what_cannot_be_read_is_one_line_and_the_others_are_checked(repository, make, key):
    make(repository.root)
    repository.write("data/tools/bad.ttl", "<a> <b> nope .")
    before = repository.files()
    done = run(repository, "x.ttl", "data/tools/bad.ttl")
    assert done.returncode == 2
    (line,) = lines(done.stderr)
    assert "x.ttl" in line
    assert key in line
    (found,) = lines(done.stdout)
    assert found.startswith("data/tools/bad.ttl:1:")
    assert repository.files() == before


def test_a_dangling_link_in_the_repository_is_told(repository):
    (repository.root / "data/tools/gone.ttl").symlink_to(repository.root / "nowhere")
    done = run(repository)
    assert done.returncode == 2
    assert lines(done.stderr) == ["data/tools/gone.ttl : fichier ou dossier introuvable."]


def test_a_folder_that_looks_like_a_file_is_a_folder(repository):
    (repository.root / "data/tools/folder.ttl").mkdir()
    assert run(repository).returncode == 0
    repository.write("data/tools/folder.ttl/bad.ttl", "<a>")
    assert lines(run(repository).stdout)[0].startswith("data/tools/folder.ttl/bad.ttl:1:")


def test_a_file_name_that_is_not_utf8_is_checked_like_any(repository):
    name = os.fsencode(repository.root / "data" / "tools") + b"/caf\xe9.ttl"
    try:
        with open(name, "wb") as file:  # noqa: PTH123 - a name in bytes
            file.write(b"<a> <b> nope .")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    done = run(repository)
    assert (done.returncode, done.stderr) == (1, b"")
    assert len(lines(done.stdout)) == 1


def test_a_file_without_permission_is_one_line(repository, bound_by_permissions):
    repository.write("data/tools/closed.ttl", "").chmod(0)
    repository.write("data/tools/bad.ttl", "<a> <b> nope .")
    done = run(repository, preexec=bound_by_permissions)
    assert done.returncode == 2
    (line,) = lines(done.stderr)
    assert line.startswith("data/tools/closed.ttl : lecture impossible")
    assert len(lines(done.stdout)) == 1


def test_a_folder_without_permission_is_one_line(repository, bound_by_permissions):
    closed = repository.root / "data/closed"
    closed.mkdir(mode=0)
    done = run(repository, preexec=bound_by_permissions)
    assert done.returncode == 2
    (line,) = lines(done.stderr)
    assert "data/closed" in line


# --- standard input


def test_standard_input_is_checked_with_the_graph_as_its_context(repository):
    text = (repository.root / "data/tools/saw.ttl").read_text().replace("tools/saw>", "tools/new>")
    assert run(repository, "-", stdin=text.encode()).returncode == 0
    done = run(repository, "-", stdin=text.replace("sources/report", "sources/reprot").encode())
    assert done.returncode == 1
    (line,) = lines(done.stdout)
    assert line.startswith("-:6:16: erreur PAS201: ")


def test_standard_input_may_be_bad_or_empty(repository):
    assert lines(run(repository, "-", stdin=b"\xff").stdout)[0].startswith("-:1:1: erreur PAS002")
    done = run(repository, "-")
    assert done.returncode == 0
    assert "avertissement PAS004" in done.stdout.decode()


def test_standard_input_may_stand_for_a_file_of_the_repository(repository):
    path = "data/tools/saw.ttl"
    text = (repository.root / path).read_text()
    assert run(repository, "-", "--stdin-path", path, stdin=text.encode()).stdout == b""
    done = run(repository, "-", "--stdin-path", path, stdin=text.replace("sources/report", "sources/reprot").encode())
    assert done.returncode == 1
    (line,) = lines(done.stdout)
    assert line.startswith(f"{path}:6:")
    assert "PAS201" in line


def test_standard_input_may_stand_for_a_file_that_is_not_there_yet(repository):
    text = (repository.root / "data/tools/saw.ttl").read_text().replace("tools/saw>", "tools/new>")
    assert run(repository, "-", "--stdin-path", "data/tools/new.ttl", stdin=text.encode()).stdout == b""
    done = run(repository, "-", "--stdin-path", "data/tools/other.ttl", stdin=text.encode())
    assert lines(done.stdout)[0].startswith("data/tools/other.ttl:")
    assert "PAS301" in done.stdout.decode()


@pytest.mark.parametrize("arguments", [("--stdin-path", "x.ttl"), ("-", "--stdin-path", "data")])
def test_a_path_for_standard_input_needs_it_and_is_a_file(repository, arguments):
    done = run(repository, *arguments)
    assert (done.returncode, len(lines(done.stderr))) == (2, 1)


def test_endless_input_is_too_large_and_not_waited_for(repository):
    repository.configure("[limits]\nfile_bytes = 100000")
    done = run(repository, "-", stdin=b"#" * 300_000)
    assert done.returncode == 1
    assert lines(done.stdout)[0].startswith("-:1:1: erreur PAS005")


def test_standard_input_may_stand_beside_files(repository):
    done = run(repository, "data/tools/saw.ttl", "-", stdin=b"nope")
    assert [line.split(":")[0] for line in lines(done.stdout)] == ["-"]


# --- what the checks find


def test_a_broken_shape_rule_is_told_with_the_shapes_message(repository):
    repository.write("data/tools/saw.ttl", "<https://example.org/id/tools/saw> a <https://example.org/ontology#Tool> .")
    done = run(repository, "data/tools/saw.ttl")
    assert done.returncode == 1
    assert "data/tools/saw.ttl:1:1: erreur PAS101: Titre manquant." in lines(done.stdout)
    english = repository.run("check", "data/tools/saw.ttl", "--lang", "en").stdout.decode()
    assert "data/tools/saw.ttl:1:1: error PAS101: No title.\n" in english


@pytest.mark.parametrize("engine", ["shacl", "pyshacl"])
def test_both_engines_say_the_same(repository, engine):
    repository.tool("axe", f"<{TOOL.format('axe')}> <http://purl.org/dc/terms/description> 'un'@fr, 'one'@en .")
    repository.write("data/tools/bare.ttl", f"<{TOOL.format('bare')}> a <https://example.org/ontology#Tool> .")
    repository.configure('[lint]\npolicy = "off"')
    done = run(repository, "--engine", engine)
    assert lines(done.stdout) == [
        "data/tools/axe.ttl:7:36: avertissement PAS102: Une seule description.",
        "data/tools/bare.ttl:1:1: erreur PAS101: Titre manquant.",
    ]


def test_a_warning_fails_only_when_strict(repository):
    repository.tool("axe", f"<{TOOL.format('axe')}> <http://purl.org/dc/terms/description> 'un', 'deux' .")
    assert run(repository).returncode == 0
    assert run(repository, "--strict").returncode == 1


def test_an_iri_that_nothing_describes_is_told_with_a_near_one(repository):
    repository.tool("axe", f"<{TOOL.format('axe')}> <https://example.org/ontology#like> <{TOOL.format('hamer')}> .")
    done = run(repository)
    assert done.returncode == 1
    (line,) = lines(done.stdout)
    assert line.startswith("data/tools/axe.ttl:7:72: erreur PAS201: ")
    assert f"Vouliez-vous dire <{TOOL.format('hammer')}> ?" in line


def test_a_slug_of_another_kind_is_a_near_one(repository):
    wrong = "https://example.org/id/sources/saw"
    repository.tool("axe", f"<{TOOL.format('axe')}> <https://example.org/ontology#like> <{wrong}> .")
    assert f"Vouliez-vous dire <{TOOL.format('saw')}> ?" in lines(run(repository).stdout)[0]


def test_an_iri_of_elsewhere_may_be_cited(repository):
    repository.tool("axe", f"<{TOOL.format('axe')}> <https://example.org/ontology#like> <https://other.org/x> .")
    assert run(repository).returncode == 0


def test_a_literal_that_looks_like_a_link_is_text(repository):
    literal = '"x> <https://example.org/id/none"^^<http://www.w3.org/2001/XMLSchema#token>'
    repository.tool("axe", f"<{TOOL.format('axe')}> <https://example.org/ontology#note> {literal} .")
    assert run(repository).stdout == b""


def test_a_thing_described_in_two_files_is_told_in_both(repository):
    repository.write("data/tools/again/saw.ttl", (repository.root / "data/tools/saw.ttl").read_bytes())
    done = run(repository)
    assert done.returncode == 1
    assert [line.split(": ")[:2] for line in lines(done.stdout)] == [
        ["data/tools/again/saw.ttl:3:1", "erreur PAS202"],
        ["data/tools/saw.ttl:3:1", "erreur PAS202"],
    ]
    assert "data/tools/saw.ttl" in lines(done.stdout)[0].partition("PAS202")[2]


def test_a_file_named_twice_is_checked_once(repository, tmp_path):
    other = tmp_path / "axe.ttl"
    other.write_text((repository.root / "data/tools/saw.ttl").read_text().replace("tools/saw>", "tools/axe>"))
    done = repository.run("check", str(other), str(other), "--lang", "en")
    assert done.returncode == 0
    assert "1 file," in done.stderr.decode()


def test_a_house_rule_is_a_warning_unless_the_configuration_says_error(repository):
    repository.tool("saw").rename(repository.root / "data/tools/sow.ttl")
    done = run(repository)
    assert done.returncode == 0
    (line,) = lines(done.stdout)
    assert line.startswith("data/tools/sow.ttl:3:1: avertissement PAS301: ")
    assert line.endswith("nommez-le saw.ttl.")
    repository.configure('[lint]\npolicy = "error"')
    assert run(repository).returncode == 1
    repository.configure('[lint]\npolicy = "error"\nfile-name = "off"')
    assert run(repository).stdout == b""


@pytest.mark.parametrize(
    ("more", "code"),
    [
        (f"<{TOOL.format('other')}> a <u:x> ; <http://purl.org/dc/terms/source> <urn:y> .", "PAS302"),
        ("@prefix unused: <https://unused.org/> .", "PAS305"),
    ],
)
def test_each_house_rule_has_its_code(repository, more, code):
    repository.tool("axe", more)
    assert [line.split(": ")[1] for line in lines(run(repository).stdout)] == [f"avertissement {code}"]


def test_a_thing_needs_a_source_and_may_live_elsewhere_with_a_warning(repository):
    repository.write("data/tools/bare.ttl", f"<{TOOL.format('bare')}> <u:p> 1 .")
    repository.write("data/tools/far.ttl", "<https://other.org/far> <http://purl.org/dc/terms/source> <urn:y> .")
    found = [line.split(": ")[:2] for line in lines(run(repository).stdout)]
    assert found == [
        ["data/tools/bare.ttl:1:1", "avertissement PAS304"],
        ["data/tools/far.ttl:1:1", "avertissement PAS303"],
    ]


def test_a_broken_saved_query_fails_the_whole_check_only(repository):
    repository.write("queries/examples/broken.rq", "SELECT WHERE")
    done = run(repository)
    assert done.returncode == 1
    (line,) = [line for line in lines(done.stdout) if "erreur" in line]
    assert line.startswith("queries/examples/broken.rq:1:")
    assert ": erreur PAS401: " in line
    assert run(repository, "data/tools/saw.ttl").returncode == 0


def test_a_saved_query_without_a_header_is_a_warning(repository):
    repository.write("queries/examples/bare.rq", "SELECT * WHERE { ?s ?p ?o }")
    done = run(repository)
    assert done.returncode == 0
    assert "queries/examples/bare.rq:1:1: avertissement PAS403" in lines(done.stdout)[0]


# --- shapes that cannot be used

NOT_A_SHAPE = """\
@prefix sh: <http://www.w3.org/ns/shacl#> .
<https://example.org/shapes#Bad> a sh:NodeShape ; sh:targetClass <https://example.org/ontology#Tool> ;
    sh:sparql [ sh:select "SELECT $this WHERE { $this ?p ?o MINUS { $this ?p 1 } }" ] .
"""


@pytest.mark.parametrize("engine", ["shacl", "pyshacl"])
def test_a_shape_that_cannot_be_used_is_one_sentence(repository, engine):
    repository.write("shapes/bad.ttl", NOT_A_SHAPE)
    done = run(repository, "--engine", engine)
    assert (done.returncode, done.stdout) == (1, b"")
    (line,) = lines(done.stderr)
    assert line.startswith("Les formes SHACL ne peuvent pas être utilisées : ")


def test_a_shapes_file_that_does_not_parse_is_told_like_any_file(repository):
    repository.write("shapes/bad.ttl", "nope")
    done = run(repository)
    assert done.returncode == 1
    assert lines(done.stdout)[0].startswith("shapes/bad.ttl:1:1: erreur PAS034")


# --- JSON

FIELDS = ["path", "line", "column", "end_line", "end_column", "severity", "code", "rule", "focus", "property", "value"]


def test_json_is_the_contracts(repository):
    repository.write("data/tools/saw.ttl", f"<{TOOL.format('saw')}> a <https://example.org/ontology#Tool> .")
    repository.configure('[lint]\npolicy = "off"')
    done = repository.run("check", "--format", "json", "--lang", "en")
    assert (done.returncode, done.stderr) == (1, b"")
    report = json.loads(done.stdout)
    assert list(report) == ["conforms", "files", "snapshot", "diagnostics"]
    assert (report["conforms"], report["files"], report["snapshot"]) == (False, 5, None)
    (found,) = report["diagnostics"]
    assert list(found) == [*FIELDS, "message", "help", "fix"]
    assert found == {
        "path": "data/tools/saw.ttl",
        "line": 1,
        "column": 1,
        "end_line": 1,
        "end_column": 35,
        "severity": "error",
        "code": "PAS101",
        "rule": "https://example.org/shapes#Tool-title",
        "focus": "https://example.org/id/tools/saw",
        "property": "http://purl.org/dc/terms/title",
        "value": None,
        "message": "No title.",
        "help": None,
        "fix": None,
    }


def test_json_places_a_syntax_error(repository):
    repository.write("data/tools/bad.ttl", "<a> <b> 'é' ,\n  nope .\n")
    (found,) = json.loads(run(repository, "data/tools/bad.ttl", "--format", "json").stdout)["diagnostics"]
    place = [found[name] for name in ("line", "column", "end_line", "end_column")]
    assert place == [2, 3, 2, 7]
    assert (found["code"], found["rule"], found["value"]) == ("PAS034", None, None)


def test_json_names_the_snapshot_in_force(repository):
    built = repository.run("build").stdout.decode().split()[-1]
    report = json.loads(repository.run("check", "--format", "json").stdout)
    assert (report["conforms"], report["snapshot"], report["diagnostics"]) == (True, built, [])


def test_what_could_not_be_read_does_not_conform(repository):
    done = repository.run("check", "nowhere.ttl", "--format", "json")
    assert done.returncode == 2
    assert json.loads(done.stdout)["conforms"] is False


# --- the source line


def test_the_source_line_and_a_caret_are_shown_when_asked(repository):
    repository.write("data/tools/bad.ttl", "<a> <b> <c> ,\n  nope .\n")
    done = run(repository, "data/tools/bad.ttl", "--show-source")
    assert lines(done.stdout)[1:] == ["      nope .", "      ^^^^"]
    assert len(lines(run(repository, "data/tools/bad.ttl").stdout)) == 1


# --- a wrong command line: one line on standard error, status 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["check", "--nope"], ["--nope", "passerelles check --help"]),
        (["check", "--strct"], ["--strct", "--strict"]),
        (["chek"], ["chek"]),
        (["check", "--format", "docx"], ["docx", "text, json"]),
        (["check", "--engine", "magic"], ["magic", "shacl, pyshacl"]),
        (["check", "--engine"], ["--engine"]),
        (["check", "--lang", "de"], ["de", "fr, en"]),
        (["--lang"], ["--lang"]),
        (["check", "--repo", "nowhere"], ["nowhere", "passerelles.toml"]),
        (["build", "--jobs", "none"], ["--jobs"]),
        (["build", "--jobs", "0"], ["--jobs"]),
        (["build", "unexpected"], ["unexpected"]),
    ],
    ids=" ".join,
)
def test_a_wrong_command_line_is_one_line_and_status_2(repository, arguments, words):
    done = repository.run(*arguments)
    assert (done.returncode, done.stdout) == (2, b"")
    (line,) = lines(done.stderr)
    for word in words:
        assert word in line


@pytest.mark.parametrize(
    ("arguments", "english"),
    [(["chek"], "No such command"), (["build", "x"], "unexpected extra argument"), (["check", "--engine"], "requires")],
)
def test_a_wrong_command_line_is_told_in_french(repository, arguments, english):
    assert english not in repository.run(*arguments, "--lang", "fr").stderr.decode()


def test_without_a_command_the_help_is_shown(repository):
    done = repository.run()
    assert len(lines(done.stdout)) > 5 or len(lines(done.stderr)) > 5


def test_an_unknown_key_of_the_configuration_is_one_line_that_names_the_nearest(repository):
    repository.configure("[limits]\nfile_byts = 3")
    done = run(repository)
    assert (done.returncode, done.stdout) == (2, b"")
    (line,) = lines(done.stderr)
    assert "limits.file_byts" in line
    assert "limits.file_bytes" in line
    assert "passerelles.toml" in line


# --- the options every command has


@pytest.mark.parametrize(
    ("arguments", "environment", "word"),
    [
        (["--lang", "en", "check"], {}, "Conforms"),
        (["check", "--lang", "en"], {}, "Conforms"),
        (["check", "--lang=en"], {}, "Conforms"),
        (["check"], {}, "Conforme"),
        (["check"], {"PASSERELLES_LANG": "en"}, "Conforms"),
        (["check"], {"PASSERELLES_LANG": "en", "LANG": "fr_FR.UTF-8"}, "Conforms"),
        (["check"], {"LANG": "en_GB.UTF-8"}, "Conforms"),
        (["check"], {"LANG": "C"}, "Conforme"),
        (["check", "--lang", "fr"], {"PASSERELLES_LANG": "en"}, "Conforme"),
    ],
)
def test_the_language_is_the_options_then_the_environments(repository, arguments, environment, word):
    done = repository.run(*arguments, environment=environment)
    assert done.stderr.decode().partition(":")[0].strip() == word


@pytest.mark.parametrize("place", ["before", "after", "environment"])
def test_the_repository_may_be_named_from_anywhere(repository, tmp_path, place):
    repo, environment = ["--repo", str(repository.root)], {}
    arguments = [*repo, "check"] if place == "before" else ["check", *repo]
    if place == "environment":
        arguments, environment = ["check"], {"PASSERELLES_REPO": str(repository.root)}
    done = repository.run(*arguments, cwd=tmp_path, environment=environment)
    assert done.returncode == 0
    assert "5 fichiers" in done.stderr.decode()


def test_the_repository_is_found_from_a_folder_inside_it(repository):
    done = repository.run("check", "saw.ttl", "--quiet", cwd=repository.root / "data/tools")
    assert (done.returncode, done.stderr) == (0, b"")


def test_after_two_dashes_everything_is_a_path(repository):
    repository.write("--lang", "nope")
    done = repository.run("check", "--quiet", "--", "--lang")
    assert done.returncode == 1
    assert lines(done.stdout)[0].startswith("--lang:1:")


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("command", ["check", "build"])
def test_every_command_has_help_with_an_example(repository, command, lang):
    done = repository.run(command, "--help", "--lang", lang)
    assert (done.returncode, done.stderr) == (0, b"")
    assert f"passerelles {command}" in done.stdout.decode().partition("Exemple" if lang == "fr" else "Example")[2]


def test_the_version_is_the_packages(repository):
    from graph import __version__

    assert repository.run("--version").stdout.decode() == f"passerelles {__version__}\n"


# --- terms, folders, blank nodes


def test_a_misspelt_own_term_is_an_error_that_names_the_right_one(repository):
    text = (repository.root / "data/tools/saw.ttl").read_text()
    repository.write("ontology/head.ttl", "<https://example.org/ontology> a <http://www.w3.org/2002/07/owl#Ontology> .")
    repository.write("data/tools/saw.ttl", text.replace("ontology#Tool", "ontology#Tol"))
    done = run(repository)
    assert done.returncode == 1
    (line,) = [line for line in lines(done.stdout) if "PAS203" in line]
    assert line.startswith("data/tools/saw.ttl:")
    assert "Vouliez-vous dire <https://example.org/ontology#Tool> ?" in line


def test_a_file_in_the_folder_of_another_kind_is_told_where_it_belongs(repository):
    (repository.root / "data/events").mkdir()
    (repository.root / "data/tools/saw.ttl").rename(repository.root / "data/events/saw.ttl")
    done = run(repository)
    (line,) = [line for line in lines(done.stdout) if "PAS301" in line]
    assert "data/tools/saw.ttl" in line


def test_a_blank_node_is_told(repository):
    text = (repository.root / "data/tools/saw.ttl").read_text()
    repository.write("data/tools/saw.ttl", text + "[] <https://example.org/note> 'x' .\n")
    assert any("PAS306" in line for line in lines(run(repository).stdout))


def test_that_nothing_changed_is_said(repository):
    repository.run("build")
    done = repository.run("check", "--changed", "--lang", "fr")
    assert (done.returncode, done.stdout) == (0, b"")
    assert lines(done.stderr) == ["Rien de nouveau ni de modifié depuis le dernier instantané."]
    assert run(repository, "--changed").stderr == b""
