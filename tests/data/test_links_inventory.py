"""Section 11 of the seed inventory, row by row, against the graph.

A row « stated in source » is a direct triple of ``data/``. A row « inferred » is a link record of ``data/links/``, and
never a direct triple: only a decision can make it one.
"""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox
import pytest

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "data"
SHARED = Path(os.environ.get("PASSERELLES_SHARED") or ROOT.parent / "shared")
INVENTORY = SHARED / "seeds" / "INVENTORY.md"

ID = "https://w3id.org/passerelles/id/"
NAMESPACES = {
    "dct": "http://purl.org/dc/terms/",
    "org": "http://www.w3.org/ns/org#",
    "pas": "https://w3id.org/passerelles/ontology#",
    "prov": "http://www.w3.org/ns/prov#",
    "schema": "https://schema.org/",
    "semapv": "https://w3id.org/semapv/vocab/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "sssom": "https://w3id.org/sssom/",
}

# Relation of the inventory -> the properties that say it. « > » goes from From to To, « < » from To to From.
PROPERTIES = {
    "about": ("> dct:subject",),
    "answers": ("> pas:fulfils", "< pas:fulfilledBy"),
    "appliesTo": ("> dct:relation", "< dct:relation"),
    "buildsOn": ("> prov:wasDerivedFrom",),
    "builtOn": ("> prov:wasDerivedFrom",),
    "citedIn": ("> dct:isReferencedBy", "< dct:references"),
    "commissioned": ("< pas:commissionedBy",),
    "contributedTo": ("> dct:relation", "< dct:relation", "< dct:contributor"),
    "created": ("< dct:creator",),
    "describedIn": ("< dct:subject", "> dct:isReferencedBy"),
    "documents": ("> dct:subject",),
    "follows": ("> pas:directlyFollows",),
    "hasPart": ("< dct:isPartOf", "> dct:hasPart"),
    "inspiredBy": ("> pas:inspiredBy",),
    "locatedIn": ("> dct:spatial", "> schema:location"),
    "maybeSameAs": ("> skos:exactMatch", "< skos:exactMatch"),
    "opposes": ("> pas:opposes",),
    "organises": ("< schema:organizer",),
    "partOf": ("> schema:superEvent", "> dct:isPartOf", "> org:subOrganizationOf", "< dct:hasPart"),
    "produced": ("> prov:generated", "< prov:wasGeneratedBy"),
    "produces": ("< dct:creator",),
    "references": ("> dct:references", "< dct:isReferencedBy"),
    "sharesAudienceWith": ("> dct:relation", "< dct:relation"),
    "similarTo": ("> pas:similarTo", "< pas:similarTo"),
    "supported": ("< schema:sponsor",),
    "supports": ("> pas:supports",),
    "usesMethod": ("> pas:usesTool", "< pas:toolUsedIn"),
    "usesTool": ("> pas:usesToolFamily",),
}
STATED, INFERRED = 47, 73
CONCEPTS = ("decision-", "famille-", "levier-", "theme-")  # ends of links that are concepts, not things of data/
# L120 is « one link per family » and names the first family only.
FAMILIES = (
    "famille-intelligence-collective",
    "famille-comprehension-problematique",
    "famille-s-inspirer",
    "famille-faire-emerger-pistes",
    "famille-creativite",
    "famille-prototypage",
    "famille-test",
    "famille-narration",
)


class Row(NamedTuple):
    number: str
    start: str
    relation: str
    end: str
    stated: bool


class Graph(NamedTuple):
    triples: frozenset[tuple[str, str, str]]
    records: tuple[dict[str, str], ...]  # of each record: property -> value, and its file's stem under "stem"


def expand(name: str) -> str:
    prefix, _, local = name.partition(":")
    return NAMESPACES[prefix] + local


@cache
def rows() -> tuple[Row, ...]:
    """The rows of section 11, or no row where the inventory is absent."""
    if not INVENTORY.is_file():
        return ()
    section = INVENTORY.read_text(encoding="utf-8").split("\n## 11. ", 1)[1].split("\n## ", 1)[0]
    row = re.compile(r"\| (L\d+) \| `([^`]+)` \| (\w+) \| `([^`]+)` \| .* \| (stated in source|inferred) \|")
    found = (row.fullmatch(line) for line in section.splitlines())
    return tuple(Row(m[1], m[2], m[3], m[4], m[5] != "inferred") for m in found if m)


@cache
def graph() -> Graph:
    triples: set[tuple[str, str, str]] = set()
    records: list[dict[str, str]] = []
    for path in sorted(DATA.rglob("*.ttl")):
        quads = list(ox.parse(path=path, format=ox.RdfFormat.TURTLE))
        if path.is_relative_to(DATA / "links"):
            records.append({quad.predicate.value: quad.object.value for quad in quads} | {"stem": path.stem})
        else:
            triples.update((quad.subject.value, quad.predicate.value, quad.object.value) for quad in quads)
    return Graph(frozenset(triples), tuple(records))


@cache
def kinds() -> dict[str, str]:
    """The folder of every thing of data/."""
    return {path.stem: path.parent.name for path in DATA.glob("*/*.ttl")}


def iri(slug: str) -> str:
    kind = "concepts" if slug.startswith(CONCEPTS) else kinds().get(slug)
    if kind is None:
        pytest.fail(f"{slug}: no file of that name in data/")
    return f"{ID}{kind}/{slug}"


def readings(row: Row, end: str) -> list[tuple[str, str, str]]:
    """Every triple that says the row."""
    found = []
    for reading in PROPERTIES[row.relation]:
        way, name = reading.split()
        ends = (iri(row.start), iri(end)) if way == ">" else (iri(end), iri(row.start))
        found.append((ends[0], expand(name), ends[1]))
    return found


def numbered(*, stated: bool) -> list[object]:
    chosen = [pytest.param(row, id=f"{row.number}-{row.start}-{row.end}") for row in rows() if row.stated == stated]
    return chosen or [pytest.param(None, id="no-inventory")]


def needs_inventory() -> None:
    if INVENTORY.is_file():
        return
    reason = "the seed inventory is absent: set PASSERELLES_SHARED, or put ../shared beside the repository"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def test_the_inventory_is_read_whole() -> None:
    needs_inventory()
    assert [row.number for row in rows()] == [f"L{n}" for n in range(1, STATED + INFERRED + 1)]
    assert sum(row.stated for row in rows()) == STATED
    assert {row.relation for row in rows()} <= set(PROPERTIES)


@pytest.mark.parametrize("row", numbered(stated=True))
def test_a_stated_link_is_a_direct_triple(row: Row | None) -> None:
    needs_inventory()
    assert row is not None
    ends = FAMILIES if row.number == "L120" else (row.end,)
    for end in ends:
        expected = readings(row, end)
        assert graph().triples.intersection(expected), f"{row.number}: none of these triples is in data/: {expected}"


@pytest.mark.parametrize("row", numbered(stated=False))
def test_an_inferred_link_is_only_a_record_that_awaits_a_decision_or_names_who_took_it(row: Row | None) -> None:
    needs_inventory()
    assert row is not None
    found = [record for record in graph().records if record.get(expand("dct:identifier")) == row.number]
    assert len(found) == 1, f"{row.number}: {len(found)} records in data/links/"
    record = found[0]
    says = tuple(record[expand(f"sssom:{part}_id")] for part in ("subject", "predicate", "object"))
    expected = readings(row, row.end)
    if record[expand("pas:decision")] != iri("decision-proposee"):  # the reviewer may have made it another link
        assert {expand("sssom:reviewer_label"), expand("sssom:reviewer_id")} & record.keys()
        return
    assert says in expected, f"{row.number}: {record['stem']}.ttl says something else: {says}"
    assert record["stem"] == "--".join(end.rsplit("/", 1)[1] for end in (says[0], says[2]))
    assert record[expand("sssom:mapping_justification")] == expand("semapv:ManualMappingCuration")
    asserted = graph().triples.intersection(expected)
    assert not asserted, f"{row.number}: inferred, yet asserted in data/: {asserted}"
