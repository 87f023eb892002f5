"""A repository with proposed links, and what tests of its records share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from graph import config
from graph.linking.records import Records

RECORD = """\
@prefix dct: <http://purl.org/dc/terms/> .
@prefix pas: <https://w3id.org/passerelles/ontology#> .
@prefix semapv: <https://w3id.org/semapv/vocab/> .
@prefix sssom: <https://w3id.org/sssom/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

# Seen at the fair.
<https://example.org/id/links/{slug}>
    a sssom:Mapping ;
    dct:description "Même usage."@fr, "The same use."@en ;
    dct:source <https://example.org/id/sources/report> ;
    pas:decision <https://w3id.org/passerelles/id/concepts/decision-{decision}> ;
    sssom:author_label "Passerelles" ;
    sssom:mapping_date "2026-11-01"^^xsd:date ;
    sssom:mapping_justification semapv:ManualMappingCuration ;
    sssom:object_id <https://example.org/id/tools/{end}> ;
    sssom:predicate_id {predicate} ;
    sssom:subject_id <https://example.org/id/tools/{start}> .
"""
FOLDERS = {"proposee": "proposed", "acceptee": "accepted", "rejetee": "rejected", "indecise": "undecided"}


@pytest.fixture(scope="session")
def record() -> Callable[..., str]:
    """The text of the record of a link between two tools."""

    def text(start: str, end: str, decision: str = "proposee", predicate: str = "pas:similarTo", more: str = "") -> str:
        made = RECORD.format(slug=f"{start}--{end}", start=start, end=end, decision=decision, predicate=predicate)
        return made.replace("    a sssom:Mapping ;\n", f"    a sssom:Mapping ;\n    {more} ;\n") if more else made

    return text


@pytest.fixture
def link(repository, record) -> Callable[..., Path]:
    """Write the record of a link between two tools of the repository, in the folder of its decision."""

    def write(start: str, end: str, decision: str = "proposee", **said: str) -> Path:
        place = f"data/links/{FOLDERS[decision]}/{start}--{end}.ttl"
        return repository.write(place, record(start, end, decision, **said))

    return write


@pytest.fixture
def records(repository) -> Callable[[], Records]:
    """Read the records of the repository."""
    return lambda: Records.read(config.load(repository.root))
