"""Checking a contribution: only what changed is read, and everything where that would not be enough."""

from __future__ import annotations

import os

import pytest

from graph import config, gate
from graph.build import build
from graph.contribution.check import check, check_changed

SAW = "data/tools/saw.ttl"
TITLE = '    dct:title "{}"@fr ;\n'


@pytest.fixture
def built(repository, monkeypatch):
    """A repository with a snapshot in force, and its settings."""
    monkeypatch.chdir(repository.root)
    build(config.load(repository.root))
    return repository


@pytest.fixture
def settings(built):
    return config.load(built.root)


@pytest.fixture
def everything(monkeypatch):
    """How often everything was read."""
    taken = []
    whole = gate.check
    monkeypatch.setattr(gate, "check", lambda *given, **options: taken.append(given) or whole(*given, **options))
    return taken


def codes(report) -> list[tuple[str, str]]:
    return [(d.location.path, d.code) for d in report.diagnostics]


def untitled(repository, name: str = "saw") -> None:
    path = repository.root / f"data/tools/{name}.ttl"
    path.write_text(path.read_text().replace(TITLE.format(name), ""))


def test_nothing_changed_is_nothing_to_say(settings, everything):
    report = check_changed(settings)
    assert (report.files, report.diagnostics, report.conforms, everything) == (0, (), True, [])


def test_what_changed_is_checked(built, settings, everything):
    untitled(built)
    assert codes(check_changed(settings)) == codes(check(settings, [SAW])) == [(SAW, "PAS101")]
    assert everything == []


def test_a_file_that_did_not_change_is_checked_alone(settings, everything):
    report = check(settings, [SAW])
    assert (report.files, report.triples, report.conforms, everything) == (1, 3, True, [])


def test_a_file_added_is_a_change(built, settings, everything):
    built.tool("axe")
    untitled(built, "axe")
    assert codes(check_changed(settings)) == [("data/tools/axe.ttl", "PAS101")]
    assert everything == []


def test_a_file_removed_is_told_where_it_is_missed(built, settings, everything):
    (built.root / "data/sources/report.ttl").unlink()
    assert {(path, code) for path, code in codes(check_changed(settings))} == {
        ("data/tools/hammer.ttl", "PAS201"),
        ("data/tools/saw.ttl", "PAS201"),
    }
    assert everything == []


def test_what_is_missing_has_a_near_one_suggested(built, settings, everything):
    path = built.root / SAW
    path.write_text(path.read_text().replace("sources/report", "sources/reprot"))
    (found,) = check(settings, [SAW]).diagnostics
    assert "sources/report" in found.message.render("en")
    assert everything == []


def test_a_thing_described_in_another_file_is_told(built, settings, everything):
    built.write("data/tools/again.ttl", (built.root / SAW).read_bytes())
    assert ("data/tools/again.ttl", "PAS202") in codes(check(settings, ["data/tools/again.ttl"]))
    assert everything == []


def test_a_file_from_elsewhere_and_standard_input_are_checked_in_context(built, settings, everything, tmp_path):
    text = (built.root / SAW).read_text().replace("tools/saw>", "tools/new>").replace(TITLE.format("saw"), "")
    other = tmp_path / "new.ttl"
    other.write_text(text)
    assert codes(check(settings, [str(other)])) == [(str(other), "PAS101")]
    assert [code for _, code in codes(check(settings, ["-"], stdin=text.encode()))] == ["PAS101"]
    assert everything == []


def test_the_text_of_an_editor_stands_for_the_file(built, settings, everything):
    text = (built.root / SAW).read_text().replace(TITLE.format("saw"), "")
    report = check(settings, [SAW], overlay={(built.root / SAW).resolve(): text.encode()})
    assert codes(report) == [(SAW, "PAS101")]
    assert everything == []


@pytest.mark.parametrize("name", ["shapes/tool.ttl", "ontology/trial.ttl", "passerelles.toml"])
def test_another_model_has_everything_checked(built, settings, everything, name):
    path = built.root / name
    path.write_text(path.read_text() + "\n")
    assert check_changed(settings).files == 5
    assert len(everything) == 1


def test_without_a_snapshot_everything_is_read(repository, everything, monkeypatch):
    monkeypatch.chdir(repository.root)
    untitled(repository)
    assert codes(check_changed(config.load(repository.root))) == [(SAW, "PAS101")]
    assert len(everything) == 1


def test_a_damaged_store_has_everything_read(settings, everything):
    for file in (settings.build_folder / "current" / "store").iterdir():
        file.write_bytes(b"no store")
    assert check(settings, [SAW]).conforms
    assert len(everything) == 1


def test_a_link_is_followed_by_reading_everything(built, settings, everything):
    (built.root / "data/tools/link.ttl").symlink_to(built.root / "elsewhere.ttl")
    (built.root / SAW).rename(built.root / "elsewhere.ttl")
    check(settings, ["data/tools/link.ttl"])
    assert len(everything) == 1


def test_both_engines_check_a_contribution(built, settings, everything):
    untitled(built)
    assert codes(check_changed(settings, engine="pyshacl")) == [(SAW, "PAS101")]
    assert everything == []


def test_the_command_tells_what_changed(built):
    untitled(built)
    done = built.run("check", "--changed", "--lang", "en")
    assert done.returncode == 1
    assert done.stdout.decode().startswith(f"{SAW}:3:1: error PAS101: No title.")
    done = built.run("check", "--changed", SAW)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, b"", 1)


def test_a_second_build_of_the_same_files_knows_them_again(built, settings, everything):
    os.utime(built.root / SAW)
    assert check_changed(settings).files == 1
    build(settings)
    assert check_changed(settings).files == 0
    assert everything == []
