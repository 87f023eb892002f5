"""A licence that a change breaks is told by the check of the change as by the check of everything."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from graph import config, gate
from graph.build import build
from graph.contribution.check import check, check_changed

PREFIXES = """\
@prefix cc: <http://creativecommons.org/ns#> .
@prefix concept: <https://w3id.org/passerelles/id/concepts/> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix id: <https://example.org/id/things/> .
@prefix licence: <https://example.org/id/licences/> .
@prefix pas: <https://w3id.org/passerelles/ontology#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix schema: <https://schema.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix sssom: <https://w3id.org/sssom/> .
"""
LICENCES = f"""{PREFIXES}
licence:left a cc:License ; cc:permits cc:DerivativeWorks, cc:Distribution ; cc:requires cc:Copyleft ;
    skos:exactMatch <http://spdx.org/licenses/Left> .
licence:free a cc:License ; cc:permits cc:DerivativeWorks, cc:Distribution .
licence:fixed a cc:License ; cc:prohibits cc:DerivativeWorks, cc:Distribution .
"""
WORKS = "abcdef"
LEFT = ["dct:license licence:left", "dct:license <http://spdx.org/licenses/Left>", "dct:license licence:fixed"]
FREE, NONE = "dct:license licence:free", "dct:title 'x'"
ACCEPTED = 'pas:decision concept:decision-acceptee ; sssom:reviewer_label "C. B."'
KINDS = ["adaptee", "telle-quelle", "inspiree"]


def work(chance: Random, names: str, licences: list[str]) -> list[str]:
    """What a work says: its licence, what it is made from, a reuse that it records."""
    said = [chance.choice(licences)]
    for _ in range(chance.randrange(3) if names else 0):
        origin = chance.choice(names)
        step = chance.choice(["prov:wasDerivedFrom", "schema:isBasedOn"])
        kind, made = chance.choice(KINDS), chance.choice(WORKS[: WORKS.index(origin)] or "b")
        reuse = f"pas:reused id:{origin} ; prov:generated id:{made} ; pas:reuseKind concept:reutilisation-{kind}"
        link = f"sssom:subject_id id:{made} ; sssom:predicate_id {step} ; sssom:object_id id:{origin} ; {ACCEPTED}"
        said.append(chance.choice([f"{step} id:{origin}", reuse, link]))
    return list(dict.fromkeys(said))


def change(folder: Path, changed: dict[str, list[str]]) -> None:
    for name, said in changed.items():
        text = f"{PREFIXES}id:{name} {' ; '.join(said)} .\n"
        (folder / "data" / "things" / f"{name}.ttl").write_text(text, encoding="utf-8")


def broken(report: gate.GateReport) -> set[tuple[str, str]]:
    return {(d.location.path, d.message.render("fr")) for d in report.diagnostics if d.code == "PAS211"}


@pytest.mark.parametrize("seed", range(20))
def test_the_check_of_a_change_tells_each_licence_that_it_breaks(tmp_path, monkeypatch, seed):
    chance = Random(seed)
    before, after = ([FREE, FREE, NONE], LEFT) if seed % 2 else ([*LEFT[:2], NONE], [FREE])
    graph = {name: work(chance, WORKS[at + 1 :], before) for at, name in enumerate(WORKS)}
    changed = {name: work(chance, WORKS[WORKS.index(name) + 1 :], after) for name in chance.sample(WORKS, 2)}
    monkeypatch.chdir(tmp_path)
    for part in ("ontology", "shapes", "data/things", "data/licences"):
        (tmp_path / part).mkdir(parents=True)
    own = '[graph]\nbase = "https://example.org/id/"\ngraph_base = "https://example.org/graph/"\n'
    (tmp_path / "passerelles.toml").write_text(own + '[lint]\npolicy = "off"\n')
    (tmp_path / "data/licences/all.ttl").write_text(LICENCES)
    change(tmp_path, graph)
    used = config.load(tmp_path)
    build(used)
    change(tmp_path, changed)
    if seed % 5 == 0:  # a licence that changes concerns works that did not
        (tmp_path / "data/licences/all.ttl").write_text(LICENCES.replace("cc:requires cc:Copyleft ;", ""))
    full, quick = gate.check(used), check_changed(used)
    assert broken(quick) == broken(full)
    for path in sorted(f"data/things/{name}.ttl" for name in changed):
        assert broken(check(used, [path])) == {found for found in broken(full) if found[0] == path}
