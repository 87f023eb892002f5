"""`passerelles init`: a new graph repository that passes every command it names."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest
import yaml

from graph import __version__, config

ROOT = Path(__file__).parents[2]
BASE = "https://donnees.exemple.fr/id/"
CI = {
    "github": ".github/workflows/passerelles.yml",
    "gitlab": ".gitlab-ci.yml",
    "pre-commit": ".pre-commit-config.yaml",
}
SAID_IN = """
SELECT ?thing { GRAPH ?g { ?thing a ?class } FILTER(STRSTARTS(STR(?g), "https://donnees.exemple.fr/graph/prod")) }
"""


def lines(stream: bytes) -> list[str]:
    return stream.decode().splitlines()


@pytest.fixture(scope="module")
def init(command_line):
    """Run `passerelles init` on a folder."""

    def init(folder: Path, *arguments: str, cwd: Path | None = None, **options):
        return command_line("init", str(folder), *arguments, cwd=cwd or folder.parent, **options)

    return init


@pytest.fixture(scope="module")
def made(tmp_path_factory, init) -> Path:
    folder = tmp_path_factory.mktemp("init") / "graphe"
    done = init(folder, "--base", BASE, "--title", 'Nos "productions"')
    assert (done.returncode, done.stderr) == (0, b"")
    return folder


# --- what it makes


def test_the_new_repository_conforms_without_a_warning(made, command_line):
    done = command_line("check", "--strict", cwd=made)
    assert (done.returncode, done.stdout) == (0, b"")


def test_the_new_repository_builds_and_its_checks_hold(made, command_line):
    done = command_line("build", "--quiet", cwd=made)
    assert done.returncode == 0, done.stderr.decode()
    assert re.fullmatch(r"[0-9a-f]+\n", done.stdout.decode())


def test_its_things_are_under_its_own_base_and_its_graphs_beside(made, command_line):
    settings = config.load(made)
    assert settings.graph.base == BASE
    assert settings.graph.graph_base == "https://donnees.exemple.fr/graph/"
    assert settings.graph.title["fr"] == 'Nos "productions"'
    described = command_line("query", "-", "--format", "csv", cwd=made, stdin=SAID_IN.encode())
    assert set(lines(described.stdout)[1:]) == {f"{BASE}productions/bus-des-services"}


def test_a_dangling_iri_of_its_base_is_told_as_anywhere(made, command_line):
    text = (made / "data/productions/bus-des-services.ttl").read_text()
    done = command_line("check", "-", cwd=made, stdin=text.replace("notre-site", "notre-cite").encode())
    assert done.returncode == 1
    assert f"<{BASE}sources/notre-site>" in done.stdout.decode()


def test_nothing_is_left_to_fill_in(made):
    for path in made.rglob("*"):
        if path.is_file() and not path.is_relative_to(made / ".passerelles"):
            assert not re.search(r"%[A-Z_]+%", path.read_text(encoding="utf-8")), path


def test_the_ontology_shapes_and_queries_are_ours_but_for_the_base(made):
    shipped = config.load(ROOT).graph.base
    for name in ("shapes", "queries"):
        for path in (made / name).rglob("*.*"):
            ours = (ROOT / path.relative_to(made)).read_text(encoding="utf-8")
            assert path.read_text(encoding="utf-8").replace(BASE, shipped) == ours


def test_every_thing_that_a_shape_advises_is_of_the_new_repository(made):
    described = {
        quad.subject.value
        for folder in ("ontology", "data")
        for path in (made / folder).rglob("*.ttl")
        for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE)
        if isinstance(quad.subject, ox.NamedNode)
    }
    shipped = config.load(ROOT).graph.base
    messages = [
        quad.object.value
        for path in (made / "shapes").rglob("*.ttl")
        for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE)
        if quad.predicate.value == "http://www.w3.org/ns/shacl#message"
    ]
    advised = {iri for text in messages for iri in re.findall(f"<((?:{BASE}|{shipped})[^>]*)>", text)}
    assert {iri for iri in advised if "…" not in iri} <= described
    assert f"{BASE}licences/…" in advised
    assert {iri.split("/")[-2] for iri in advised if iri.startswith(shipped)} == {"concepts", "rules", "schemes"}


def test_a_production_under_one_of_the_licences_it_brings_conforms(made, command_line):
    text = (made / "data/productions/bus-des-services.ttl").read_text()
    licensed = re.sub("pas:licenceStatus <[^>]*>", f"dct:license <{BASE}licences/etalab-2.0>", text)
    other = licensed.replace("bus-des-services", "velo").replace("Un bus", "Un vélo").replace("A bus", "A bicycle")
    done = command_line("check", "--strict", "-", cwd=made, stdin=other.encode())
    assert (done.returncode, done.stdout) == (0, b"")


def test_without_options_the_title_is_the_folders_name(tmp_path, init):
    assert init(tmp_path / "essai").returncode == 0
    graph = config.load(tmp_path / "essai").graph
    assert (graph.title["en"], graph.base) == ("essai", "https://example.org/id/")


@pytest.mark.parametrize(
    ("base", "things", "graphs"),
    [
        ("https://x.fr/id", "https://x.fr/id/", "https://x.fr/graph/"),
        ("https://x.fr/choses/", "https://x.fr/choses/", "https://x.fr/choses/graph/"),
        ("https://x.fr", "https://x.fr/", "https://x.fr/graph/"),
        ("https://x.fr/o#", "https://x.fr/o#", "https://x.fr/o/graph/"),
    ],
)
def test_a_base_is_ended_as_a_namespace_is(tmp_path, base, things, graphs):
    from graph import starter

    starter.create(tmp_path / "g", title="G", base=base)
    graph = config.load(tmp_path / "g").graph
    assert (graph.base, graph.graph_base) == (things, graphs)


# --- all or nothing


def test_a_folder_with_other_files_is_completed(tmp_path, init, command_line):
    (tmp_path / "g/.git").mkdir(parents=True)
    (tmp_path / "g/.git/HEAD").write_text("ref: x")
    (tmp_path / "g/data").mkdir()
    (tmp_path / "g/LICENCE").write_text("x")
    done = init(Path(), cwd=tmp_path / "g")
    assert done.returncode == 0
    assert command_line("check", cwd=tmp_path / "g").returncode == 0
    assert not list((tmp_path / "g").glob(".passerelles-init-*"))


def test_no_file_is_overwritten_and_those_in_the_way_are_named(tmp_path, init):
    folder = tmp_path / "g"
    (folder / "shapes").mkdir(parents=True)
    (folder / "README.md").write_text("mine")
    (folder / "shapes/common.ttl").symlink_to("nowhere")
    before = sorted(path.name for path in folder.rglob("*"))
    done = init(folder)
    assert (done.returncode, done.stdout) == (2, b"")
    (line,) = lines(done.stderr)
    assert "README.md, shapes/common.ttl" in line
    assert (folder / "README.md").read_text() == "mine"
    assert sorted(path.name for path in folder.rglob("*")) == before


def test_a_second_time_changes_nothing(made, init):
    done = init(made, "--lang", "fr")
    assert done.returncode == 2
    (line,) = lines(done.stderr)
    assert re.search(r" : \d+ fichiers existent déjà et ne sont pas remplacés : [^,]+, [^,]+, [^,]+, …\.$", line)


def test_a_disk_that_fills_up_is_one_sentence(tmp_path, init):
    full = """
import errno, pathlib
def write_text(path, *given, **options):
    raise OSError(errno.ENOSPC, "plus de place", str(path))
pathlib.Path.write_text = write_text
"""
    done = init(tmp_path / "g", "--lang", "fr", before=full)
    assert done.returncode == 2
    assert lines(done.stderr) == [f"{tmp_path}/g : écriture impossible (plus de place)."]
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_written_leaves_nothing(tmp_path, bound_by_permissions, init):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o555)
    for folder in (closed, closed / "g"):
        done = init(folder, cwd=tmp_path, preexec=bound_by_permissions)
        assert done.returncode == 2
        assert len(lines(done.stderr)) == 1
    assert list(closed.iterdir()) == []


def test_a_file_where_a_folder_is_needed_undoes_everything(tmp_path, init):
    (tmp_path / "g").mkdir()
    (tmp_path / "g/shapes").write_text("a file")
    done = init(tmp_path / "g")
    assert done.returncode == 2
    assert len(lines(done.stderr)) == 1
    assert [path.name for path in (tmp_path / "g").rglob("*")] == ["shapes"]


def test_folders_that_were_there_stay_when_everything_is_undone(tmp_path, init):
    (tmp_path / "g/data/productions").mkdir(parents=True)
    (tmp_path / "g/shapes").write_text("a file")
    assert init(tmp_path / "g").returncode == 2
    assert sorted(path.name for path in (tmp_path / "g").rglob("*")) == ["data", "productions", "shapes"]


@pytest.mark.parametrize("title", ["a\x7fb", "a\x01b", "a\udcffb"])
def test_a_title_that_no_file_could_hold_is_one_line(tmp_path, title, init):
    done = init(tmp_path / "g", "--title", title)
    assert (done.returncode, len(lines(done.stderr))) == (2, 1)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "base", ["exemple", "id/", "urn:x:", "https://", "https://a b/", "https://a/<", "https://a/?q=", "https://a\x7f/"]
)
def test_a_base_that_cannot_be_one_is_one_line(tmp_path, base, init):
    done = init(tmp_path / "g", "--base", base)
    assert (done.returncode, len(lines(done.stderr))) == (2, 1)
    assert base in done.stderr.decode()
    assert list(tmp_path.iterdir()) == []


# --- continuous integration


@pytest.fixture(scope="module")
def history(made) -> dict[str, str]:
    """The environment of a forge: the repository has two commits, the command is on the path."""
    tools = made.parent / "bin"
    tools.mkdir()
    (tools / "passerelles").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m graph "$@"\n')
    (tools / "passerelles").chmod(0o755)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PASSERELLES_")}
    environment |= {"PATH": f"{tools}:{os.environ['PATH']}", "GIT_CONFIG_GLOBAL": "/dev/null"}
    identity = ("-c", "user.name=x", "-c", "user.email=x@example.org")

    def git(*arguments: str) -> str:
        command = ["git", *identity, *arguments]
        return subprocess.run(
            command, cwd=made, env=environment, check=True, capture_output=True, text=True
        ).stdout.strip()

    git("init", "--quiet")
    git("add", ".")
    git("commit", "--quiet", "--message", "one")
    before = git("rev-parse", "HEAD")
    git("commit", "--quiet", "--message", "two", "--allow-empty")
    summary = str(made.parent / "summary.md")
    return environment | {"BASE": before, "CI_MERGE_REQUEST_DIFF_BASE_SHA": before, "GITHUB_STEP_SUMMARY": summary}


def load(folder: Path, name: str) -> dict:
    return yaml.safe_load((folder / CI[name]).read_text(encoding="utf-8"))


def github_steps(folder: Path) -> list[dict]:
    return [step for job in load(folder, "github")["jobs"].values() for step in job["steps"]]


def gitlab_jobs(folder: Path) -> dict[str, dict]:
    return {name: job for name, job in load(folder, "gitlab").items() if name.startswith("passerelles-")}


def command_lines(folder: Path) -> list[str]:
    """Every command line of the forges' files that runs `passerelles`, once."""
    scripts = [step["run"] for step in github_steps(folder) if "run" in step]
    scripts += [line for job in gitlab_jobs(folder).values() for line in job["script"]]
    lines = (line for script in scripts for line in script.splitlines() if line.startswith("passerelles "))
    return list(dict.fromkeys(lines))


def test_every_command_of_the_forges_passes_on_the_new_repository(made, history):
    commands = command_lines(made)
    assert {line.split()[1] for line in commands} == {"check", "fmt", "diff"}
    for line in commands:
        done = subprocess.run(["bash", "-ec", line], cwd=made, env=history, capture_output=True, check=False)
        assert done.returncode == 0, (line, done.stderr.decode())
    assert json.loads((made / "passerelles.sarif").read_text())["version"] == "2.1.0"
    assert isinstance(json.loads((made / "passerelles.json").read_text()), list)
    assert (made / "passerelles.xml").read_text().startswith("<?xml")


def test_the_reports_are_written_when_files_are_wrong_and_the_check_fails(made, history):
    """What a forge runs on a wrong file: each report is made, the check alone fails."""
    wrong = made / "data/productions/faux.ttl"
    wrong.write_text("<a> <b> .")
    statuses = {}
    try:
        for line in command_lines(made):
            if line.split()[1] == "check":
                done = subprocess.run(["bash", "-ec", line], cwd=made, env=history, capture_output=True, check=False)
                statuses[line] = done.returncode
    finally:
        wrong.unlink()
    assert {status for line, status in statuses.items() if ">" in line} == {0}
    assert {status for line, status in statuses.items() if ">" not in line} == {1}


def test_the_github_jobs_have_the_least_permissions(made):
    workflow = load(made, "github")
    assert workflow["permissions"] == {}
    permissions = {name: job["permissions"] for name, job in workflow["jobs"].items()}
    assert permissions == {
        "check": {"contents": "read", "security-events": "write"},
        "diff": {"contents": "read", "pull-requests": "write"},
    }


def test_the_github_actions_are_pinned_and_keep_no_credentials(made):
    used = [step for step in github_steps(made) if "uses" in step]
    assert all(re.fullmatch(r"[\w./-]+@v\d+", step["uses"]) for step in used)
    checkouts = [step for step in used if step["uses"].startswith("actions/checkout@")]
    assert checkouts
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


def test_no_expression_is_pasted_in_a_script(made):
    """What a contributor may choose, the name of a branch say, reaches a shell through its environment only."""
    assert not [step for step in github_steps(made) if "${{" in step.get("run", "")]


def test_the_gitlab_jobs_publish_both_reports(made):
    check = gitlab_jobs(made)["passerelles-check"]
    assert check["artifacts"] == {
        "when": "always",
        "reports": {"junit": "passerelles.xml", "codequality": "passerelles.json"},
    }


def test_the_gitlab_note_needs_a_token(made):
    (rule,) = gitlab_jobs(made)["passerelles-diff"]["rules"]
    assert rule["if"].endswith("&& $PASSERELLES_TOKEN")


def test_the_forges_install_this_version(made):
    for name in CI.values():
        text = (made / name).read_text(encoding="utf-8")
        assert set(re.findall(r"passerelles~=([\w.]+)", text)) == {__version__}


# --- hooks


def hooks(made: Path) -> list[dict]:
    ours = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    local = [hook for repo in load(made, "pre-commit")["repos"] for hook in repo["hooks"]]
    return [*ours, *local]


def test_a_hook_says_what_pre_commit_asks_for(made):
    for hook in hooks(made):
        assert {"id", "name", "entry", "language", "files"} <= set(hook)
        assert hook["language"] == "python"
        assert re.search(hook["files"], "data/tools/hammer.ttl")
        assert not re.search(hook["files"], "README.md")


def test_the_entry_of_each_hook_passes_on_the_files_it_is_given(made, history):
    files = [path.relative_to(made).as_posix() for path in sorted((made / "data").rglob("*.ttl"))]
    for hook in hooks(made):
        command = [*hook["entry"].split(), *files]
        done = subprocess.run(command, cwd=made, env=history, capture_output=True, check=False)
        assert done.returncode == 0, (hook["id"], done.stderr.decode())


def test_the_check_hook_fails_on_a_wrong_file(made, history):
    wrong = made / "data/productions/faux.ttl"
    wrong.write_text("<a> <b> .")
    try:
        (hook,) = [hook for hook in hooks(made)[:2] if hook["id"] == "passerelles-check"]
        command = [*hook["entry"].split(), "data/productions/faux.ttl"]
        done = subprocess.run(command, cwd=made, env=history, capture_output=True, check=False)
    finally:
        wrong.unlink()
    assert done.returncode == 1
    assert b"data/productions/faux.ttl:1:9" in done.stdout
