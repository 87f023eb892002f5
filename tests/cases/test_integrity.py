"""Each `<code>.<why>.ttl` has that code from integrity and no other, at a line that is not the first.

The ontology and the shapes are ours; what a case cites is in `context.ttl`, as for the shapes.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from graph import config, gate

ROOT = Path(__file__).parents[2]
CASES = Path(__file__).parent / "integrity"
SHAPES_CASES = Path(__file__).parent / "shapes"
CASE_FILES = sorted(CASES.glob("PAS2*.ttl"))


@pytest.fixture
def told(tmp_path, monkeypatch):
    """What the gate says of one case, in our graph."""

    def check(case: Path):
        (tmp_path / "ontology").symlink_to(ROOT / "ontology")
        (tmp_path / "shapes").symlink_to(ROOT / "shapes")
        (tmp_path / "data").mkdir()
        for path in (case, SHAPES_CASES / "context.ttl"):
            (tmp_path / "data" / path.name).write_bytes(path.read_bytes())
        (tmp_path / "passerelles.toml").write_text('[lint]\npolicy = "off"\n')
        monkeypatch.chdir(tmp_path)
        return gate.check(config.load(tmp_path), [f"data/{case.name}"]).diagnostics

    return check


@pytest.mark.parametrize("case", CASE_FILES, ids=lambda path: path.stem)
def test_a_case_has_the_code_of_its_name_and_a_place(told, case):
    found = [d for d in told(case) if d.code.startswith("PAS2")]
    assert {d.code for d in found} == {case.name.partition(".")[0]}
    assert all(d.location.line > 1 for d in found)


def test_a_reuse_without_evidence_is_told_at_its_subject(told):
    rule = "https://w3id.org/passerelles/shapes#RecommendedReuseShape-evidence"
    (found,) = [d for d in told(CASES / "PAS101.reuse-without-evidence.ttl") if d.rule == rule]
    assert (found.code, found.location.line, found.location.column) == ("PAS101", 6, 1)


def test_an_accepted_link_whose_end_is_gone_is_told_at_that_end(told):
    case = SHAPES_CASES / "integrity" / "invalid.accepted-link-to-unknown-thing.ttl"
    lines = case.read_text(encoding="utf-8").splitlines()
    gone = [d for d in told(case) if d.code == "PAS201"]
    assert [lines[d.location.line - 1].split()[0] for d in gone] == ["sssom:object_id"]


def test_a_derivation_that_breaks_a_licence_is_told_with_its_chain_and_the_clause(told):
    (found,) = [d for d in told(CASES / "PAS211.agpl-under-mit.ttl") if d.code == "PAS211"]
    assert (found.location.line, found.location.column) == (34, 25)
    assert found.message.render("fr") == (
        "tools/agenda-des-vallees (MIT) est tirée de tools/agenda-partage (AGPL-3.0-only), dont la licence s’y oppose "
        "(chaîne : tools/agenda-des-vallees → tools/agenda-montclar → tools/agenda-partage). "
        "AGPL-3.0-only exige ceci : publier toute œuvre dérivée sous la même licence (cc:Copyleft). "
        "MIT n’est ni cette licence, ni une de celles que son texte accepte. "
        "Changez la licence, demandez l’accord de l’auteur, ou ôtez ce lien."
    )
