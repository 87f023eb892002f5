"""`passerelles diff`, from the outside: what changes between two states, in words, in JSON, in a comment."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess

import pytest
from markdown_it import MarkdownIt

THING = "https://example.org/id/{}"
TITLE = "http://purl.org/dc/terms/title"
TOOLS = """\
#+ summary: { fr: "Les outils", en: "The tools" }
#+ description: { fr: "Tous.", en: "All." }
#+ tags: [tools]
PREFIX dct: <http://purl.org/dc/terms/>
SELECT ?tool ?title WHERE { ?tool a <https://example.org/ontology#Tool> ; dct:title ?title }
"""
THINGS = """\
#+ summary: { fr: "Combien de choses, inférences comprises", en: "How many things, inferred ones too" }
#+ tags: [things]
SELECT (COUNT(*) AS ?things) WHERE { ?thing a <https://example.org/ontology#Thing> }
"""


class Versioned:
    """A graph repository under git."""

    def __init__(self, repository, run):
        self.repository, self.run = repository, run
        self.git("init", "--quiet", "--initial-branch=main")
        repository.write(".gitignore", ".passerelles/\n")
        repository.write("queries/tools.rq", TOOLS)
        self.commit()

    def git(self, *arguments):
        names = {f"GIT_{who}_{what}": "x@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        environment = os.environ | names | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
        command = ["git", "-C", str(self.repository.root), *arguments]
        return subprocess.run(command, env=environment, capture_output=True, check=True).stdout.decode().strip()

    def commit(self):
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "state")
        return self.git("rev-parse", "HEAD")

    def diff(self, *arguments, lang="fr", cwd=None):
        return self.run("diff", *arguments, "--lang", lang, cwd=cwd or self.repository.root)

    def said(self, *arguments, lang="fr"):
        done = self.diff(*arguments, lang=lang)
        assert (done.stderr.decode(), done.returncode) == ("", 0)
        return done.stdout.decode()

    def json(self, *arguments):
        return json.loads(self.said(*arguments, "--format", "json"))


@pytest.fixture
def versioned(repository, command_here):
    return Versioned(repository, command_here)


# --- things, triples


def test_nothing_changes_between_a_revision_and_itself(versioned):
    assert versioned.said("HEAD", "HEAD").splitlines()[1] == "Rien ne change."
    assert versioned.diff("HEAD", "HEAD", "--exit-code").returncode == 0


def test_without_argument_the_working_folder_is_compared_with_the_last_commit(versioned):
    versioned.repository.tool("axe")
    said = versioned.said()
    assert "Choses : 1 ajoutée." in said
    assert "  + ex:Tool « axe » (data/tools/axe.ttl)" in said
    assert versioned.repository.run("diff", "--exit-code").returncode == 1


def test_one_revision_is_compared_with_the_working_folder(versioned):
    first = versioned.git("rev-parse", "HEAD")
    versioned.repository.tool("axe")
    versioned.commit()
    (versioned.repository.root / "data/tools/saw.ttl").unlink()
    found = versioned.json(first)
    assert [thing["label"] for thing in found["things"]["added"]] == ["axe"]
    assert [thing["label"] for thing in found["things"]["removed"]] == ["saw"]
    assert (found["old"]["commit"], found["new"]["name"]) == (first, None)


def test_a_range_is_written_as_for_git(versioned):
    versioned.git("checkout", "--quiet", "-b", "proposal")
    versioned.repository.tool("axe")
    versioned.commit()
    versioned.git("checkout", "--quiet", "main")
    versioned.repository.tool("plane")
    versioned.commit()
    both, own = versioned.json("main..proposal"), versioned.json("main...proposal")
    assert [thing["label"] for thing in both["things"]["removed"]] == ["plane"]
    assert [thing["label"] for thing in own["things"]["added"]] == ["axe"]
    assert own["things"]["removed"] == []


def test_a_changed_value_is_told_from_what_to_what(versioned):
    path = versioned.repository.root / "data/tools/saw.ttl"
    path.write_text(path.read_text().replace('"saw"@fr', '"Scie"@fr, "Saw"@en'))
    said = versioned.said()
    assert "      ~ titre (dct:title) : « saw » (fr) → « Scie » (fr)" in said
    assert "      + titre (dct:title) : « Saw » (en)" in said
    assert "      ~ title (dct:title): “saw” (fr) → “Scie” (fr)" in versioned.said(lang="en")
    (thing,) = versioned.json()["things"]["changed"]
    (change,) = thing["changes"]
    assert change == {"property": TITLE, "removed": ['"saw"@fr'], "added": ['"Saw"@en', '"Scie"@fr']}


def test_an_object_is_told_by_its_label(versioned):
    versioned.repository.tool("axe")
    versioned.commit()
    axe = f"<{THING.format('tools/axe')}>"
    versioned.repository.tool("axe", f"{axe} <http://purl.org/dc/terms/relation> <{THING.format('tools/saw')}> .")
    assert "      + en relation avec (dct:relation) : saw\n" in versioned.said()


def test_of_a_long_text_only_what_is_around_the_change_is_shown(versioned):
    text = "mot " * 200
    more = "<{}> <http://purl.org/dc/terms/description> '{}'@fr ."
    versioned.repository.tool("saw", more.format(THING.format("tools/saw"), text + "ancien" + text))
    versioned.commit()
    versioned.repository.tool("saw", more.format(THING.format("tools/saw"), text + "nouveau" + text))
    (line,) = [line for line in versioned.said().splitlines() if line.startswith("      ~")]
    assert "ancien" in line.partition("→")[0]
    assert "nouveau" in line.partition("→")[2]
    assert len(line) < 300


def test_layout_comments_and_prefixes_change_nothing(versioned):
    path = versioned.repository.root / "data/tools/saw.ttl"
    path.write_text("# Une scie.\n" + path.read_text().replace("dct:", "terms:"))
    found = versioned.json()
    assert (found["triples"], found["changed"]) == ({"added": [], "removed": []}, False)


def test_blank_nodes_are_compared_by_what_is_said_of_them(versioned):
    shapes = versioned.repository.root / "shapes/tool.ttl"
    nested = 'exsh:Nested a sh:NodeShape ; sh:property [ sh:path dct:title ; sh:name "{}" ], [ sh:path dct:date ] .'
    bare = shapes.read_text()
    shapes.write_text(bare + nested.format("a"))
    versioned.commit()
    shapes.write_text("\n\n" + bare + nested.format("a"))
    assert versioned.json()["changed"] is False
    shapes.write_text(bare + nested.format("b"))
    found = versioned.json()
    (thing,) = found["things"]["changed"]
    (change,) = thing["changes"]
    assert change["removed"] == [
        '[ <http://www.w3.org/ns/shacl#name> "a" ; <http://www.w3.org/ns/shacl#path> <http://purl.org/dc/terms/title> ]'
    ]
    assert len(found["triples"]["added"]) == 3


def test_blank_nodes_that_lead_back_to_themselves_are_told(versioned):
    versioned.repository.configure('[lint]\npolicy = "off"\n[limits]\ncanonical_seconds = 0.5')
    ring = "_:a rdf:first 1 ; rdf:rest _:b . _:b rdf:first 2 ; rdf:rest _:a . <urn:x> <urn:list> _:a ."
    clique = " ".join(f"_:n{a} <urn:knows> _:n{b} ." for a in range(20) for b in range(20) if a != b)
    prefix = "@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> . <urn:x> <urn:p> 1 ."
    versioned.repository.write("data/odd.ttl", prefix)
    versioned.commit()
    versioned.repository.write("data/odd.ttl", f"{prefix} {ring} {clique} <urn:x> <urn:clique> _:n0 .")
    changes = {change["property"]: change for change in versioned.json()["things"]["changed"][0]["changes"]}
    integer = "^^<http://www.w3.org/2001/XMLSchema#integer>"
    assert changes["urn:list"]["added"] == [f'( "1"{integer} "2"{integer} )']
    assert "[ … ]" in changes["urn:clique"]["added"][0]


def test_a_thing_that_moves_to_another_file_keeps_its_triples(versioned):
    tools = versioned.repository.root / "data/tools"
    (tools / "hand").mkdir()
    (tools / "saw.ttl").rename(tools / "hand/saw.ttl")
    found = versioned.json()
    assert found["triples"] == {"added": [], "removed": []}
    (thing,) = found["things"]["changed"]
    assert (thing["was_path"], thing["path"]) == ("data/tools/saw.ttl", "data/tools/hand/saw.ttl")
    assert "« saw » (était dans data/tools/saw.ttl) (data/tools/hand/saw.ttl)" in versioned.said()


def test_a_triple_that_another_file_says_too_is_not_removed(versioned):
    twice = versioned.repository.tool("saw").read_bytes()
    versioned.repository.configure('[lint]\npolicy = "off"')
    versioned.repository.write("ontology/more.ttl", twice)
    versioned.commit()
    (versioned.repository.root / "data/tools/saw.ttl").unlink()
    found = versioned.json()
    assert found["triples"] == {"added": [], "removed": []}
    assert not any(found["things"].values())


def test_a_thing_under_another_iri_is_renamed(versioned):
    (versioned.repository.root / "data/tools/saw.ttl").unlink()
    made = versioned.repository.tool("handsaw")
    made.write_text(made.read_text().replace('"handsaw"', '"saw"'))
    found = versioned.json()["things"]
    assert (found["added"], found["removed"]) == ([], [])
    (thing,) = found["renamed"]
    assert (thing["was"], thing["iri"]) == (THING.format("tools/saw"), THING.format("tools/handsaw"))
    assert "« saw » (était id:tools/saw) (était dans data/tools/saw.ttl)" in versioned.said()


def test_a_deprecated_thing_is_told_with_what_replaces_it(versioned):
    saw = f"<{THING.format('tools/saw')}>"
    terms = "http://purl.org/dc/terms/isReplacedBy"
    versioned.repository.tool("saw", f"{saw} <{terms}> <{THING.format('tools/hammer')}> .")
    assert "« saw » (dépréciée, remplacée par « hammer »)" in versioned.said()


# --- diagnostics


def test_diagnostics_are_new_mended_or_unchanged_wherever_their_lines_went(versioned):
    twice = "<{}> <http://purl.org/dc/terms/description> 'un'@fr, 'one'@en ."
    versioned.repository.tool("saw", twice.format(THING.format("tools/saw")))
    versioned.repository.tool("axe", twice.format(THING.format("tools/axe")))
    versioned.commit()
    path = versioned.repository.root / "data/tools/axe.ttl"
    path.write_text("# Une hache.\n\n\n" + path.read_text())
    versioned.repository.tool("saw")
    versioned.repository.tool("plane", twice.format(THING.format("tools/plane")))
    found = versioned.json()["diagnostics"]
    assert {group: {each["path"] for each in found[group]} for group in found} == {
        "new": {"data/tools/plane.ttl"},
        "mended": {"data/tools/saw.ttl"},
        "unchanged": {"data/tools/axe.ttl"},
    }
    assert found["unchanged"][0]["line"] > 4


def test_what_a_revision_cites_before_it_is_there_was_not_removed(versioned):
    axe = THING.format("tools/axe")
    versioned.repository.tool("saw", f"<{THING.format('tools/saw')}> dct:relation <{axe}> .")
    first = versioned.commit()
    versioned.repository.tool("axe")
    second = versioned.commit()
    (versioned.repository.root / "data/tools/axe.ttl").unlink()
    versioned.commit()
    found = versioned.json(first, second)["diagnostics"]
    assert [each["code"] for each in found["mended"]] == ["PAS201"]
    found = versioned.json(second, "HEAD")["diagnostics"]
    assert [each["code"] for each in found["new"]] == ["PAS206"]


def test_a_file_that_moves_takes_its_diagnostics_along(versioned):
    twice = "<{}> <http://purl.org/dc/terms/description> 'un'@fr, 'one'@en ."
    versioned.repository.tool("saw", twice.format(THING.format("tools/saw")))
    versioned.commit()
    tools = versioned.repository.root / "data/tools"
    (tools / "hand").mkdir()
    (tools / "saw.ttl").rename(tools / "hand/saw.ttl")
    found = versioned.json()["diagnostics"]
    assert (found["new"], found["mended"]) == ([], [])
    assert {each["path"] for each in found["unchanged"]} == {"data/tools/hand/saw.ttl"}


def test_the_working_folder_may_be_below_the_repository(versioned):
    versioned.repository.tool(
        "saw", f"<{THING.format('tools/saw')}> <http://purl.org/dc/terms/description> 'un'@fr, 'one'@en ."
    )
    versioned.commit()
    versioned.repository.tool("axe")
    found = json.loads(versioned.diff("--format", "json", cwd=versioned.repository.root / "data/tools").stdout)
    assert [thing["path"] for thing in found["things"]["added"]] == ["data/tools/axe.ttl"]
    assert {each["path"] for each in found["diagnostics"]["unchanged"]} == {"data/tools/saw.ttl"}


def test_a_side_that_does_not_pass_the_gate_is_still_compared(versioned):
    bare = f"<{THING.format('tools/axe')}> a <https://example.org/ontology#Tool> ."
    versioned.repository.write("data/tools/axe.ttl", bare)
    found = versioned.json()
    assert found["queries"] is None
    assert found["new"]["refused"] == "Le contrôle y trouve 1 erreur."
    assert len(found["things"]["added"]) == 1
    assert [each["severity"] for each in found["diagnostics"]["new"]].count("error") == 1
    said = versioned.said()
    assert "Le nouvel état, dossier de travail, ne peut être construit" in said
    assert "  + data/tools/axe.ttl:1:1: erreur PAS101: Titre manquant." in said


def test_a_file_that_cannot_be_parsed_is_not_taken_for_removed(versioned):
    path = versioned.repository.root / "data/tools/saw.ttl"
    path.write_text(path.read_text() + "<a> <b> nope .")
    found = versioned.json()
    assert (found["triples"]["removed"], found["things"]["removed"]) == ([], [])
    assert found["new"]["unread"] == ["data/tools/saw.ttl"]
    assert "data/tools/saw.ttl ne peut être lu dans dossier de travail" in versioned.said()


# --- saved queries


def test_what_changes_in_the_result_of_a_query_is_told_row_by_row(versioned):
    for slug in ("axe", "plane", "rasp", "file", "drill", "vice", "clamp"):
        versioned.repository.tool(slug)
    (versioned.repository.root / "data/tools/saw.ttl").unlink()
    said = versioned.said()
    assert "  ~ Les outils : 7 de plus, 1 de moins (2 → 8)" in said
    assert "      - saw\n" in said
    assert said.count("      + ") == 5
    assert "      … et 2 autres" in said
    (query,) = versioned.json()["queries"]
    assert (query["name"], query["state"], len(query["rows"]["added"])) == ("tools", "changed", 7)
    assert query["rows"]["removed"][0]["title"] == {"type": "literal", "value": "saw", "xml:lang": "fr"}


def test_queries_see_what_is_inferred(versioned):
    versioned.repository.write("queries/things.rq", THINGS)
    versioned.commit()
    versioned.repository.tool("axe")
    said = versioned.said()
    assert "Combien de choses, inférences comprises : 1 de plus, 1 de moins (1 → 1)" in said
    assert "      + 4\n      - 3\n" in said


def test_a_row_of_the_same_thing_is_changed(versioned):
    path = versioned.repository.root / "data/tools/saw.ttl"
    path.write_text(path.read_text().replace('"saw"', '"Scie"'))
    said = versioned.said()
    assert "  ~ Les outils : 1 modifiée (2 → 2)" in said
    assert "      ~ Scie · saw → Scie" in said
    (query,) = versioned.json()["queries"]
    (row,) = query["rows"]["changed"]
    assert (row["old"]["title"]["value"], row["new"]["title"]["value"]) == ("saw", "Scie")


def test_queries_that_are_new_gone_or_edited_are_told(versioned):
    versioned.repository.write("queries/gone.rq", THINGS)
    versioned.repository.write("queries/edited.rq", THINGS)
    versioned.commit()
    (versioned.repository.root / "queries/gone.rq").unlink()
    versioned.repository.write("queries/edited.rq", THINGS + "# la même\n")
    versioned.repository.write("queries/new.rq", TOOLS)
    states = {query["name"]: (query["state"], query["edited"]) for query in versioned.json()["queries"]}
    assert states == {
        "edited": ("same", True),
        "gone": ("removed", False),
        "new": ("added", False),
        "tools": ("same", False),
    }
    said = versioned.said()
    assert "  + Les outils : nouvelle requête, 2 lignes" in said
    assert "  - Combien de choses, inférences comprises : requête retirée, 1 ligne" in said
    assert "  = Combien de choses, inférences comprises : même résultat, 1 ligne (requête modifiée)" in said


def test_a_parameter_that_is_required_takes_its_example_or_the_query_is_left_out(versioned):
    query = (
        "#+ summary: {}\n#+ params: {{ kind: {{ type: iri, required: true{} }} }}\nSELECT ?x WHERE {{ ?x a ?kind }}\n"
    )
    example = ", example: 'https://example.org/ontology#Tool'"
    versioned.repository.write("queries/with.rq", query.format("Avec", example))
    versioned.repository.write("queries/without.rq", query.format("Sans", ""))
    versioned.commit()
    versioned.repository.tool("axe")
    said = versioned.said()
    assert "  ~ Avec : 1 de plus (2 → 3)\n      avec kind = https://example.org/ontology#Tool\n      + axe\n" in said
    assert "  ! Sans : non comparée." in said


def test_graphs_booleans_and_volatile_queries(versioned):
    versioned.repository.write("queries/ask.rq", "ASK { <https://example.org/id/tools/axe> ?p ?o }")
    versioned.repository.write(
        "queries/graph.rq", "CONSTRUCT { ?s <urn:is> ?k } WHERE { ?s a ?k FILTER(CONTAINS(STR(?k), 'Tool')) }"
    )
    versioned.repository.write(
        "queries/triples.rq", "SELECT ?triple WHERE { ?triple a <https://example.org/ontology#Tool> }"
    )
    versioned.repository.write("queries/now.rq", "SELECT (NOW() AS ?now) WHERE {}")
    versioned.commit()
    versioned.repository.tool("axe")
    queries = {query["name"]: query for query in versioned.json()["queries"]}
    assert [queries["ask"]["rows"][side] for side in ("old", "new")] == [0, 1]
    assert queries["now"]["state"] == "left-out"
    axe, kind = THING.format("tools/axe"), "https://example.org/ontology#Tool"
    assert queries["graph"]["rows"]["added"] == [f"<{axe}> <urn:is> <{kind}> ."]
    assert queries["triples"]["rows"]["added"] == [{"triple": {"type": "uri", "value": axe}}]
    said = versioned.said()
    assert "  ~ ask : non → oui" in said
    assert "      + axe · urn:is · ex:Tool" in said


def test_a_query_that_fails_is_told(versioned):
    versioned.repository.configure("[limits]\ndeadline_seconds = 0.4")
    slow = "SELECT (COUNT(*) AS ?n) WHERE { " + " ".join(f"?a{i} ?b{i} ?c{i} ." for i in range(8)) + " }"
    versioned.repository.write("queries/slow.rq", slow)
    versioned.commit()
    versioned.repository.tool("axe")
    assert {query["name"]: query["state"] for query in versioned.json()["queries"]}["slow"] == "failed"
    assert "  ! slow : échec." in versioned.said()


def test_comparing_builds_nothing_that_stays(versioned):
    versioned.repository.tool("axe")
    before = versioned.repository.files()
    versioned.said()
    assert versioned.repository.files() == before


def test_a_snapshot_that_exists_is_used(versioned):
    built = versioned.run("build", "--quiet", cwd=versioned.repository.root).stdout.decode().strip()
    versioned.repository.tool("axe")
    found = versioned.json()
    assert found["old"]["snapshot"] == built
    assert found["new"]["snapshot"] not in (built, None)


# --- folders


def test_two_folders_are_compared_without_git(repository, command_here, tmp_path):
    repository.write("queries/tools.rq", TOOLS)
    other = tmp_path / "other"
    shutil.copytree(repository.root, other)
    (other / "data/tools/saw.ttl").unlink()
    done = command_here("diff", str(repository.root), str(other), "--lang", "fr", cwd=tmp_path)
    assert done.returncode == 0
    assert "« saw » (data/tools/saw.ttl)" in done.stdout.decode()
    assert "Les outils : 1 de moins (2 → 1)" in done.stdout.decode()


def test_a_folder_of_turtle_is_taken_as_the_data_of_this_repository(repository, command_here, tmp_path):
    shutil.copytree(repository.root / "data", tmp_path / "received")
    (tmp_path / "received/tools/saw.ttl").unlink()
    found = json.loads(command_here("diff", ".", "../received", "--format", "json", cwd=repository.root).stdout)
    assert [thing["label"] for thing in found["things"]["removed"]] == ["saw"]
    assert len(found["triples"]["removed"]) == 3


def test_a_folder_with_turtle_wins_over_a_revision_of_its_name(versioned):
    versioned.git("branch", "data")
    assert versioned.json("data", "HEAD")["old"]["commit"] is None
    versioned.git("branch", "empty")
    (versioned.repository.root / "empty").mkdir()
    assert versioned.json("empty", "HEAD")["old"]["commit"] is not None


def test_a_repository_may_be_a_folder_of_a_larger_one(versioned):
    outer = versioned.repository.root
    inner = outer / "graphs/mine"
    inner.mkdir(parents=True)
    for name in ("passerelles.toml", "ontology", "shapes", "data", "queries"):
        (outer / name).rename(inner / name)
    versioned.commit()
    (inner / "data/tools/saw.ttl").unlink()
    found = json.loads(versioned.diff("--format", "json", cwd=inner).stdout)
    assert [(thing["label"], thing["path"]) for thing in found["things"]["removed"]] == [("saw", "data/tools/saw.ttl")]
    done = versioned.diff("HEAD~1", cwd=inner)
    assert done.returncode == 2
    assert "pas de dossier graphs/mine" in done.stderr.decode()


def test_links_and_odd_names_of_a_revision_stay_within_its_folder(versioned, tmp_path):
    secret = tmp_path / "secret.ttl"
    secret.write_text("<urn:secret> <urn:p> <urn:o> .")
    (versioned.repository.root / "data/tools/link.ttl").symlink_to(secret)
    versioned.repository.write("data/tools/été à\nmidi.ttl", "<urn:odd> <urn:p> 1 .")
    versioned.repository.configure('[lint]\npolicy = "off"')
    versioned.commit()
    found = versioned.json("HEAD~1", "HEAD")
    assert [thing["iri"] for thing in found["things"]["added"]] == ["urn:odd"]


def test_a_revision_whose_folders_lie_outside_is_refused(versioned):
    versioned.repository.configure('[folders]\ndata = "../elsewhere"')
    versioned.commit()
    done = versioned.diff("HEAD", "HEAD~1")
    assert done.returncode == 2
    assert "hors du dépôt" in done.stderr.decode()


# --- what cannot be compared


@pytest.mark.parametrize("name", ["nope", "HEAD~99", "main:data", "--output=x", "a b", "HEAD^{blob}", "@{-7}", ""])
def test_what_names_nothing_is_one_line(versioned, name):
    done = versioned.diff("--", name or "nope..", "HEAD")
    assert (done.returncode, done.stdout) == (2, b"")
    assert len(done.stderr.decode().splitlines()) == 1


def test_revisions_that_never_were_one_have_no_parting(versioned):
    versioned.git("checkout", "--quiet", "--orphan", "other")
    versioned.repository.write("README", "another beginning")
    versioned.commit()
    done = versioned.diff("main...")
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode().startswith("main...HEAD : ces révisions n’ont aucun ancêtre commun dans ce dépôt.")
    assert "git fetch --unshallow" in done.stderr.decode()
    assert versioned.json("main..")["changed"] is False


def test_a_folder_without_git_has_no_revisions(repository):
    done = repository.run("diff", "--lang", "fr")
    assert done.returncode == 2
    assert done.stderr.decode() == "HEAD : ni un dossier, ni une révision git de ce dépôt.\n"


def test_an_unknown_format_is_one_line(versioned):
    done = versioned.diff("--format", "pdf")
    assert done.returncode == 2
    assert len(done.stderr.decode().splitlines()) == 1


# --- the comment of a merge request


def test_markdown_tells_all_of_it(versioned):
    versioned.repository.tool("axe")
    path = versioned.repository.root / "data/tools/saw.ttl"
    path.write_text(path.read_text().replace('"saw"', '"Scie"'))
    said = versioned.said("--format", "markdown").replace("<!-- -->", "")
    assert "Choses : 1 ajoutée, 1 modifiée." in said
    assert "<details><summary>Les outils : 1 de plus, 1 modifiée (2 → 3)</summary>" in said
    assert "|  | tool | title |\n| --- | --- | --- |\n| + | axe | axe |\n| ≠ | Scie | saw → Scie |\n" in said
    assert "#### Choses ajoutées (1)\n\n- ex:Tool « axe » `data/tools/axe.ttl`\n" in said
    assert "  - modifié : titre (dct:title) : « saw » (fr) → « Scie » (fr)\n" in said
    assert "\n```diff\n+ id:tools/axe dct:source id:sources/report .\n" in said


def test_markdown_lets_nothing_in_from_the_data(versioned):
    hostile = (
        "</summary></details><img src=x onerror=alert(1)> | a | @someone `x` [l](http://x.example) **b**\\n\\n# T ```"
    )
    path = versioned.repository.root / "data/tools/saw.ttl"
    path.write_text(path.read_text().replace('"saw"', f'"{hostile}"'))
    versioned.repository.write("queries/tools.rq", TOOLS.replace("Les outils", "</summary><b>@someone"))
    said = versioned.said("--format", "markdown")
    tokens = MarkdownIt("commonmark").enable("table").parse(said)
    inline = [each for token in tokens for each in token.children or ()]
    assert {each.type for each in inline} <= {"text", "code_inline", "html_inline", "strong_open", "strong_close"}
    assert {each.content for each in inline if each.type == "html_inline"} == {"<!-- -->"}
    assert [token.type for token in tokens].count("fence") == 1
    elements = re.findall(r"<[/\w][^>]*>", "".join(token.content for token in tokens if token.type == "html_block"))
    assert set(elements) == {"<details>", "</details>", "<summary>", "</summary>"}
    rows = [token for token in tokens if token.type == "tr_open"]
    assert len([token for token in tokens if token.type in ("td_open", "th_open")]) % len(rows) == 0


def test_markdown_is_bounded_and_says_where_it_was_cut(versioned):
    for number in range(60):
        long = f"<{THING.format(f'tools/t{number}')}> <http://purl.org/dc/terms/description> '{'long ' * 400}' ."
        versioned.repository.tool(f"t{number}", long)
    said = versioned.said("--format", "markdown")
    assert len(said) <= 60_000
    assert said.rstrip().endswith("_")
    assert "coupée" in said
    assert "… et" in said
    assert said.count("<details>") == said.count("</details>")
    assert said.count("```") == 2
