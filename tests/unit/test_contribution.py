"""Checking a contribution: only what changed is read, and everything where that would not be enough."""

from __future__ import annotations

import os

import pytest

from graph import config, gate
from graph.build import build
from graph.contribution.check import check, check_changed

SAW = "data/tools/saw.ttl"
OWN = "https://example.org/id/tools/{}"
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


def across(report) -> list[tuple[str, str]]:
    return [(path, code) for path, code in codes(report) if code.startswith("PAS2")]


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


@pytest.mark.parametrize("beside", ["inferences", "quarantine"])
def test_what_is_computed_and_what_others_say_describe_nothing(repository, monkeypatch, everything, beside):
    saw = OWN.format("saw")
    same = f"<{saw}> <http://www.w3.org/2004/02/skos/core#exactMatch> <https://example.net/saw> .\n"
    if beside == "inferences":  # the same the other way round, in a graph that the build computes
        repository.root.joinpath(SAW).write_text(repository.root.joinpath(SAW).read_text() + same)
    else:
        repository.write("data/harvest/portal.ttl", same + f'<{saw}> <http://purl.org/dc/terms/title> "scie"@fr .\n')
    monkeypatch.chdir(repository.root)
    settings = config.load(repository.root)
    build(settings)
    assert across(check(settings, [SAW])) == []
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


# --- what decides whether a file changed


def test_a_name_may_hold_anything(built, settings, everything):
    built.write("data/tools/a\tb\n.ttl", f"<{OWN.format('ab')}> a <https://example.org/ontology#Tool> .")
    assert "PAS101" in {code for _, code in codes(check_changed(settings))}
    assert everything == []


def test_a_name_that_is_not_utf8_may_be_built_and_checked(built, everything):
    name = os.fsdecode(b"data/tools/caf\xe9.ttl")
    built.write(name, f"<{OWN.format('cafe')}> a <https://example.org/ontology#Tool> ; <urn:p> 1 .")
    (built.root / "shapes/tool.ttl").unlink()
    settings = config.load(built.root)
    build(settings)
    (built.root / SAW).write_text((built.root / SAW).read_text().replace("saw", "seesaw"))
    assert check_changed(settings).files == 1
    assert everything == []


def test_other_bytes_of_the_same_size_and_time_are_a_change(built, settings, everything):
    path = built.root / SAW
    before, text = path.stat(), path.read_text()
    path.write_text(text.replace("dct:title", "dct:tytle"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (SAW, "PAS101") in codes(check_changed(settings))
    assert everything == []


def test_a_folder_named_like_a_file_is_a_folder(built, settings, everything):
    built.write("data/tools/kind.ttl/axe.ttl", f"<{OWN.format('axe')}> a <https://example.org/ontology#Tool> .")
    report = check_changed(settings)
    assert (report.unreadable, report.files) == ((), 1)
    assert ("data/tools/kind.ttl/axe.ttl", "PAS101") in codes(report)
    assert everything == []


def test_data_may_lie_elsewhere(built, everything, tmp_path):
    (built.root / "data").rename(tmp_path / "elsewhere")
    built.configure(f'[folders]\ndata = "{tmp_path}/elsewhere"')
    settings = config.load(built.root)
    build(settings)
    (tmp_path / "elsewhere/sources/report.ttl").unlink()
    assert not check_changed(settings).conforms
    assert everything == []


def test_a_link_between_files_has_everything_read(built, settings, everything):
    (built.root / "data/tools/link.ttl").symlink_to("saw.ttl")
    assert [code for _, code in codes(check_changed(settings))].count("PAS202") == 2
    assert len(everything) == 1


def test_many_bytes_have_everything_read(built, settings, everything):
    built.tool("axe", f'<{OWN.format("axe")}> <urn:p> "{"x" * 4_000_000}" .')
    check(settings, ["data/tools/axe.ttl"])
    assert len(everything) == 1


# --- what a change breaks elsewhere, beside what shapes read

SSSOM = "https://w3id.org/sssom/"


def test_two_of_one_key_are_told_when_nothing_settles_it_any_more(built, everything):
    page = "<http://xmlns.com/foaf/0.1/homepage> <https://example.com/x> ."
    for slug in ("axe", "hatchet"):
        built.tool(slug, f"<{OWN.format(slug)}> {page}")
    record = f"""<https://example.org/id/links/r> <{SSSOM}subject_id> <{OWN.format("axe")}> ;
        <{SSSOM}object_id> <{OWN.format("hatchet")}> ; <{SSSOM}reviewer_label> "C. Besnard" ."""
    path = built.write("data/links/r.ttl", record)
    settings = config.load(built.root)
    build(settings)
    path.write_text(record.replace("reviewer_label", "comment"))
    assert [code for _, code in codes(check_changed(settings)) if code == "PAS205"] == ["PAS205"] * 2
    path.unlink()
    assert [code for _, code in codes(check_changed(settings)) if code == "PAS205"] == ["PAS205"] * 2
    assert everything == []


def test_a_link_stated_and_not_accepted_is_told_whichever_of_the_two_changed(built, everything):
    near = "<https://example.org/ontology#near>"
    record = f"""<https://example.org/id/links/r> <{SSSOM}subject_id> <{OWN.format("saw")}> ;
        <{SSSOM}predicate_id> {near} ; <{SSSOM}object_id> <{OWN.format("hammer")}> ;
        <https://w3id.org/passerelles/ontology#decision> <https://w3id.org/passerelles/id/concepts/decision-{{}}> ."""
    path = built.write("data/links/r.ttl", record.format("acceptee"))
    stated = f"<{OWN.format('saw')}> {near} <{OWN.format('hammer')}> ."
    before = (built.root / SAW).read_text()
    (built.root / SAW).write_text(f"{before}\n{stated}\n")
    settings = config.load(built.root)
    build(settings)
    path.write_text(record.format("rejetee"))
    assert across(check_changed(settings)) == [(SAW, "PAS210")]
    assert across(check(settings, ["data/links/r.ttl"])) == [("data/links/r.ttl", "PAS210")]
    (built.root / SAW).write_text(before)
    build(settings)
    (built.root / SAW).write_text(f"{before}\n{stated}\n")
    assert across(check_changed(settings)) == across(check(settings, [SAW])) == [(SAW, "PAS210")]
    assert everything == []


def test_a_class_below_another_has_everything_read(built, settings, everything):
    above = "<http://www.w3.org/2000/01/rdf-schema#subClassOf> <https://example.org/ontology#Tool>"
    built.write("data/kinds/gadget.ttl", f"<https://example.org/ontology#Gadget> {above} .")
    check_changed(settings)
    assert len(everything) == 1


def test_what_a_blank_node_says_counts(built, everything):
    near = "<https://example.org/ontology#near>"
    built.tool("axe", f"<{OWN.format('axe')}> {near} [ {near} <{OWN.format('hatchet')}> ] .")
    built.tool("hatchet")
    settings = config.load(built.root)
    build(settings)
    (built.root / "data/tools/hatchet.ttl").unlink()
    assert ("data/tools/axe.ttl", "PAS201") in codes(check_changed(settings))
    assert everything == []
