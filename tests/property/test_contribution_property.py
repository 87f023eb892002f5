"""Checking what changed gives the verdict of checking everything, whatever the shapes and whatever changed."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from graph import config, gate
from graph.build import build
from graph.contribution.check import check, check_changed
from graph.diagnostics import Diagnostic

ROOT = Path(__file__).resolve().parents[2]
SLOW = settings(
    deadline=None,
    derandomize=True,  # a run of the tests says the same twice; other seeds: --hypothesis-seed
    max_examples=25,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # each example is three checks and a build: not to be shrunk
    suppress_health_check=[HealthCheck.too_slow],
)

FIXTURES = ROOT / "tests" / "fixtures" / "contribution"
NAMES = "abcdef"
FROM_ELSEWHERE = "https://example.org/shapes#Named"
THING = "<https://example.org/id/things/{}>"
EX = "<https://example.org/ontology#{}>"
NEAR = f"{EX.format('near')} {THING}"
RELATIONS = [
    "http://www.w3.org/2002/07/owl#differentFrom",
    "https://w3id.org/sssom/subject_id",
    "https://w3id.org/sssom/object_id",
]
FAR = [f"{EX.format('far')} {THING.format(name)}" for name in NAMES[:2]]
SSSOM = "https://w3id.org/sssom/"
LINKS = [
    f"<{SSSOM}subject_id> {THING.format(one)} ; <{SSSOM}predicate_id> {EX.format('far')} ;"
    f" <{SSSOM}object_id> {THING.format(other)} ; <https://w3id.org/passerelles/ontology#decision>"
    f" <https://w3id.org/passerelles/id/concepts/decision-{decision}>"
    for one, other in ("ab", "bc")
    for decision in ("acceptee", "rejetee")
]


def things(wholes: str, parts: str, names: str, links: list[str]) -> st.SearchStrategy:
    """A thing and what it says: what it is near, its parts, what it is a part of, its names, what it maps, `links`."""
    said = [NEAR.format(name) for name in NAMES]
    said += [f"{EX.format('near')} [ {NEAR.format(name)} ]" for name in NAMES]
    said += [f"{EX.format('part')} {THING.format(name)}" for name in parts]
    said += [f"{EX.format('near')} [ {EX.format('part')} {THING.format(name)} ]" for name in parts]
    said += [f"<http://purl.org/dc/terms/isReplacedBy> {THING.format(name)}" for name in parts]
    said += [f"{EX.format('whole')} {THING.format(name)}" for name in wholes]
    said += [f'{EX.format("name")} "{name}"' for name in names]
    said += ["<http://www.w3.org/2002/07/owl#deprecated> true", '<https://w3id.org/sssom/reviewer_label> "C. B."']
    said += [f"<{relation}> {THING.format(name)}" for relation in RELATIONS for name in NAMES[:3]]
    said += links
    return st.tuples(st.sampled_from(["Tool", "Place"]), st.lists(st.sampled_from(said), max_size=5, unique=True))


#: Before: no thing is a part of itself, no two have one name, nothing is far. After: anything goes.
graphs = st.fixed_dictionaries(
    {name: things(NAMES[:at], NAMES[at + 1 :], name, LINKS) for at, name in enumerate(NAMES)}
)
changes = st.dictionaries(
    st.sampled_from(NAMES), st.none() | things(NAMES, NAMES, NAMES[:3], LINKS + FAR), min_size=1, max_size=3
)


def written(name: str, thing: tuple[str, list[str]]) -> str:
    """A thing as the text of its file."""
    kind, said = thing
    return "".join(f"{THING.format(name)} {one} .\n" for one in (f"a {EX.format(kind)}", *said))


def change(folder: Path, changed: dict[str, object]) -> None:
    for name, thing in changed.items():
        path = folder / "data" / "things" / f"{name}.ttl"
        if thing is None:
            path.unlink(missing_ok=True)
        else:
            path.write_text(written(name, thing), encoding="utf-8")


def repository_of(folder: Path, graph: dict[str, object]) -> config.Settings:
    """A repository whose things stand for themselves, with a snapshot in force."""
    (folder / "data" / "things").mkdir(parents=True)
    (folder / "ontology").mkdir()
    (folder / "shapes").mkdir()
    own = '[graph]\nbase = "https://example.org/id/"\ngraph_base = "https://example.org/graph/"\n'
    (folder / "passerelles.toml").write_text(own + '[lint]\npolicy = "off"\n')
    for name in ("ontology", "shapes"):
        (folder / name / "trial.ttl").write_bytes((FIXTURES / f"{name}.ttl").read_bytes())
    change(folder, graph)
    return config.load(folder)


def keys(diagnostics: Iterable[Diagnostic]) -> set[tuple[object, ...]]:
    """What is said; where several places would do (of a thing that is gone, of values too many), any will.

    So will any of the cycles through the same things, and any of those that find another wanting in the same way.
    """
    return {
        ("PAS204",)
        if d.code == "PAS204"
        else (d.code, d.focus, d.property, d.value, d.rule, d.rule == FROM_ELSEWHERE or d.message.render("fr"))
        for d in diagnostics
        if d.code != "PAS207"  # a warning that what a shape finds at the same token, and found before, may stand for
    }


def of_their_own(report: gate.GateReport, changed: set[str]) -> list[Diagnostic]:
    """What is said of the things of some files, but for what things elsewhere, as before, find wanting in them."""
    slugs = {Path(path).stem for path in changed}
    return [
        d
        for d in report.diagnostics
        if d.rule != FROM_ELSEWHERE and (d.focus.rpartition("/")[2] in slugs if d.focus else d.location.path in changed)
    ]


def is_the_same_verdict(used: config.Settings, before: gate.GateReport, changed: set[str]) -> None:
    """What the check of the changes tells is true, and is all that is new; of the changed files, it is all there is."""
    everything = gate.check(used)
    alone = {path: gate.check(used, [path]) for path in sorted(changed) if Path(path).exists()}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gate, "check", None)  # everything is not to be read
        quick = check_changed(used)
        pairs = [(check(used, [path]), report) for path, report in alone.items()]
    told, full = keys(quick.diagnostics), keys(everything.diagnostics)
    assert told <= full
    assert full - keys(before.diagnostics) <= told
    assert keys(of_their_own(everything, changed)) <= told
    assert quick.conforms == everything.conforms
    for quick, report in pairs:
        assert keys(of_their_own(quick, changed)) == keys(of_their_own(report, changed))


@SLOW
@given(graphs, changes)
def test_a_small_graph_with_every_kind_of_shape(graph, changed):
    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        folder = Path(name).resolve()
        patch.chdir(folder)
        used = repository_of(folder, graph)
        before = gate.check(used)
        assert before.conforms
        build(used)
        change(folder, changed)
        is_the_same_verdict(used, before, {f"data/things/{name}.ttl" for name in changed})


@pytest.fixture(scope="module")
def ours(tmp_path_factory) -> config.Settings:
    """Our own repository, with a snapshot in force."""
    folder = tmp_path_factory.mktemp("ours")
    for name in ("ontology", "shapes", "data"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / config.FILE_NAME, folder)
    used = config.load(folder)
    build(used)
    return used


def spoilt(text: str, others: list[str], chance: Random) -> str | None:
    """A file as a tired hand leaves it: a line lost, an IRI of ours for another, gone altogether."""
    lines = text.splitlines(keepends=True)
    inner = [number for number, line in enumerate(lines) if line.rstrip().endswith(";") and '"' not in line]
    iris = sorted(set(re.findall(r"<https://w3id\.org/passerelles/id/[^>]*>", text)))
    match chance.randrange(5):
        case 0:
            return None
        case 1 if inner:
            del lines[chance.choice(inner)]
            return "".join(lines)
        case _:
            return text.replace(chance.choice(iris), chance.choice(others)) if iris else ""


@pytest.mark.parametrize("seed", range(6))
def test_our_own_graph_spoilt_here_and_there(ours, seed, monkeypatch):
    monkeypatch.chdir(ours.root)
    chance, before = Random(seed), gate.check(ours)
    files = sorted((ours.root / "data").rglob("*.ttl"))
    others = [f"<https://w3id.org/passerelles/id/{f.parent.name}/{f.stem}>" for f in chance.sample(files, 9)]
    texts = {file: file.read_text(encoding="utf-8") for file in chance.sample(files, 2)}
    try:
        for file, text in texts.items():
            new = spoilt(text, others, chance)
            if new is None:
                file.unlink()
            else:
                file.write_text(new, encoding="utf-8")
        is_the_same_verdict(ours, before, {file.relative_to(ours.root).as_posix() for file in texts})
    finally:
        for file, text in texts.items():
            file.write_text(text, encoding="utf-8")
