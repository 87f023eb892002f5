"""`passerelles doctor`: each check sees what it is there for, and says what to do about it."""

from __future__ import annotations

import json
import socket

import pytest

from graph import doctor, meaning
from graph.cli import app
from graph.doctor.machine import satisfies

ALWAYS = ["python", "git", "locale", "port", "configuration", "validation", "build", "workers", "isolation", "memory"]
REPOSITORY = ["folders", "build-folder", "snapshot", "up-to-date", "meaning"]


@pytest.fixture
def built(repository, command_here):
    """The conforming repository, a saved query and a snapshot."""
    repository.write("queries/all.rq", "SELECT * { ?s ?p ?o }")
    assert command_here("build", cwd=repository.root).returncode == 0
    return repository


@pytest.fixture
def examined(command_here):
    """What `doctor --format json` says of a repository, by the names of its checks, and whether it fails."""

    def run(repository):
        done = command_here("doctor", "--format", "json", "--lang", "en", cwd=repository.root)
        document = json.loads(done.stdout)
        assert done.stderr == b""
        assert done.returncode == (0 if document["healthy"] else 1)
        assert document["healthy"] == all(check["ok"] for check in document["checks"])
        return {check["name"]: check for check in document["checks"]}

    return run


def faults(checks):
    return {name: check["detail"] for name, check in checks.items() if not check["ok"]}


def notes(checks):
    return {name: check["detail"] for name, check in checks.items() if check["level"] == "note"}


# --- what is healthy


def test_a_conforming_repository_with_its_snapshot_is_healthy(built, examined):
    checks = examined(built)
    assert faults(checks) == {}
    assert {*ALWAYS, *REPOSITORY, "pyoxigraph", "shacl"} <= set(checks)
    assert all({"name", "ok", "level", "detail"} == set(check) for check in checks.values())
    assert "whole" in checks["snapshot"]["detail"]


def test_a_reader_has_a_line_for_each_check_then_the_verdict(built, examined, command_here):
    done = command_here("doctor", "--lang", "fr", cwd=built.root)
    *lines, verdict = done.stdout.decode().splitlines()
    noted = any(line.startswith("·") for line in lines)
    assert verdict.startswith("Rien à corriger" if noted else "Tout va bien.")
    assert done.returncode == 0
    assert [line.split()[1] for line in lines] == list(examined(built))
    assert {line[0] for line in lines} <= {"✓", "·"}
    assert {line[33] for line in lines} == {" "}
    assert all(line[34] != " " for line in lines)


def test_a_repository_that_was_never_built_is_healthy(repository, examined):
    checks = examined(repository)
    assert faults(checks) == {}
    assert notes(checks)["snapshot"] == "there is none yet: run passerelles build, or passerelles serve, which does."
    assert not list(repository.root.glob(".passerelles"))


def test_files_that_changed_since_the_snapshot_are_no_fault(built, examined):
    built.tool("axe")
    checks = examined(built)
    assert faults(checks) == {}
    said = "files have changed since the snapshot in force: run passerelles build for them to count."
    assert notes(checks)["up-to-date"] == said


# --- the repository


def test_a_configuration_that_is_wrong_is_said_and_the_engines_are_tried_all_the_same(repository, examined):
    repository.configure("[limit]\ndeadline_seconds = 3")
    checks = examined(repository)
    assert "limits" in faults(checks)["configuration"]
    assert checks["workers"]["ok"]
    assert not set(REPOSITORY) & set(checks)


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda snapshot: next(snapshot.glob("store/*.sst")).write_bytes(b""), "store/"),
        (lambda snapshot: (snapshot / "queries/all.rq").write_text("ASK {}"), "queries/all.rq has changed"),
        (lambda snapshot: (snapshot / "manifest.json").write_text("{"), "manifest.json"),
        (lambda snapshot: _edit(snapshot / "manifest.json", '"triples": ', '"triples": 1'), "instead of 1"),
    ],
    ids=["store", "query", "manifest", "triples"],
)
def test_a_snapshot_that_is_not_what_it_says_is_a_fault(built, examined, damage, said):
    snapshot = (built.root / ".passerelles/current").resolve()
    damage(snapshot)
    found = faults(examined(built))
    assert set(found) == {"snapshot"}
    assert found["snapshot"].startswith("it is damaged (")
    assert said in found["snapshot"]
    assert found["snapshot"].endswith(f"): remove {snapshot}, then run passerelles build.")
    assert found["snapshot"].count("passerelles build") == 1


def test_a_link_that_leads_to_no_snapshot_is_a_fault(built, examined):
    snapshot = (built.root / ".passerelles/current").resolve()
    snapshot.rename(snapshot.with_name("elsewhere"))
    assert faults(examined(built)) == {"snapshot": "the link current leads to no snapshot: run passerelles build."}


def _edit(path, old, new):
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def test_what_may_not_be_read_or_written_is_a_fault(built, bound_by_permissions):
    tool = built.root / "data/tools/saw.ttl"
    tool.chmod(0)
    (built.root / ".passerelles").chmod(0o555)
    try:
        done = built.run("doctor", "--format", "json", "--lang", "en", preexec=bound_by_permissions)
    finally:
        tool.chmod(0o644)
        (built.root / ".passerelles").chmod(0o755)
    found = faults({check["name"]: check for check in json.loads(done.stdout)["checks"]})
    assert found["folders"].startswith("1 file or folder that may not be read, such as ")
    assert "saw.ttl" in found["folders"]
    assert "give the right to write there" in found["build-folder"]
    assert done.returncode == 1


def test_a_disk_without_room_for_another_snapshot_is_a_fault(built, examined, monkeypatch):
    class Usage:
        free = 1_000_000

    monkeypatch.setattr("shutil.disk_usage", lambda _: Usage)
    assert "1 MB free, 67 are needed for one more snapshot" in faults(examined(built))["build-folder"]


# --- the engines


def test_a_shacl_engine_that_finds_nothing_is_a_fault(repository, examined, monkeypatch):
    monkeypatch.setattr("graph.doctor.engine.compiled", lambda _: lambda _: [])
    assert set(faults(examined(repository))) == {"validation"}


def test_a_worker_that_cannot_start_is_a_fault(repository, examined):
    repository.configure("[limits]\nworker_memory_mb = 10")
    assert "workers" in faults(examined(repository))


def test_workers_that_can_reach_the_network_are_something_to_know(repository, examined, monkeypatch):
    monkeypatch.setattr("graph.sparql.pool.Pool.isolated", False)
    checks = examined(repository)
    assert faults(checks) == {}
    assert "cut off" in notes(checks)["isolation"]


def test_a_memory_limit_that_does_not_hold_is_a_fault(repository, examined, monkeypatch):
    monkeypatch.setattr("resource.prlimit", lambda *_: (-1, -1))
    assert set(faults(examined(repository))) == {"memory"}


# --- the machine


@pytest.mark.parametrize(
    ("version", "wanted", "right"),
    [
        ("0.5.13", ">=0.5.13,<0.6", True),
        ("0.5.12", ">=0.5.13,<0.6", False),
        ("0.6.0", "<0.6,>=0.5.13", False),
        ("0.6.0rc1", "<0.6", False),
        ("2", ">=2.0", True),
        ("2.10", ">=2.9", True),
        ("3.0", "!=3", False),
        ("1.2", "", True),
    ],
)
def test_versions_are_compared_number_by_number(version, wanted, right):
    assert satisfies(version, wanted) is right


def test_packages_are_held_to_what_the_distribution_asks_for(repository, examined, monkeypatch):
    asked = [
        "nowhere-to-be-found>=1",
        "typer<0.1",
        "rich>=1",
        "absent-too>=3; extra == 'explain'",
        "rich; extra == 'x'",
    ]
    monkeypatch.setattr("importlib.metadata.requires", lambda _: asked)
    checks = examined(repository)
    found = faults(checks)
    assert set(found) == {"nowhere-to-be-found", "typer"}
    assert found["nowhere-to-be-found"] == "absent: to install it, pip install 'nowhere-to-be-found>=1'"
    assert found["typer"].endswith("but <0.1 is needed: to update it, pip install 'typer<0.1'")
    assert notes(checks)["absent-too"] == "absent: to install it, pip install 'passerelles[explain]'"
    assert checks["rich"]["level"] == "ok"


def test_a_missing_engine_ends_the_examination_with_its_name(repository):
    broken = """
import sys
sys.modules["pyoxigraph"] = None
"""
    done = repository.run("doctor", "--lang", "en", before=broken)
    assert (done.returncode, done.stderr) == (1, b"")
    assert "✗ build" in done.stdout.decode()
    assert "pyoxigraph" in done.stdout.decode().splitlines()[-2]


def test_a_port_that_is_taken_is_something_to_know(repository):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        check = next(each for each in doctor.examine(repository.root, port) if each.name == "port")
    assert (check.level, check.ok) == (doctor.Level.NOTE, True)
    assert str(port) in check.detail.render("en")


def test_nothing_private_is_told(built, command_line):
    home = built.root.parent
    secrets = {"PASSERELLES_TOKEN": "s3cret", "HOME": str(home), "HTTPS_PROXY": "http://user:passw0rd@proxy.test"}
    done = command_line("doctor", cwd=built.root, environment=secrets)
    assert done.returncode == 0
    for private in ("s3cret", "passw0rd", str(home)):
        assert private not in done.stdout.decode()
    assert "~/repo/passerelles.toml" in done.stdout.decode()


def test_an_unknown_format_is_one_sentence(repository, command_here):
    done = command_here("doctor", "--format", "xml", "--lang", "en", cwd=repository.root)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr == "Unknown format “xml”. Formats: text, json.\n".encode()


def test_the_port_is_that_of_the_server():
    import typer

    serve = typer.main.get_command(app.tree("fr", "serve")).commands["serve"]
    default = next(parameter.default for parameter in serve.params if parameter.name == "port")
    from graph.cli.doctor import PORT

    assert default == PORT


def test_a_damaged_search_by_meaning_is_a_note_and_not_a_fault(built, examined):
    (built.root / ".passerelles" / "current" / "meaning.bin").write_bytes(b"{}")
    checks = examined(built)
    assert faults(checks) == {}
    if meaning.installed():
        assert "words alone are searched" in notes(checks)["meaning"]


def test_without_the_extra_it_is_said_how_to_search_by_meaning(built, examined, monkeypatch):
    monkeypatch.setattr(meaning, "installed", lambda: False)
    assert "passerelles[semantic]" in examined(built)["meaning"]["detail"]
