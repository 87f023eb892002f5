"""The shapes we wrote of the profiles and those published with them find the same lacking in any catalogue."""

from __future__ import annotations

import dcat_ap
import pyoxigraph as ox
import pytest
from published import ROOT, answers, built
from suite import require

from graph.catalog.conformance import shapes
from graph.namespaces import RDF

#: What each of ours is held to.
PUBLISHED = {
    "dcat-ap": ("mandatory", "ranges"),
    "dcat-ap-recommended": ("recommended",),
    "cpsv-ap": ("cpsv-ap",),
}
ORGANISATIONS = (ROOT / "src/graph/web/queries/organisations-graph.rq").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def graphs(tmp_path_factory) -> dict[str, list[ox.Triple]]:
    """What of our graph each profile is about."""
    ours = built(ROOT, tmp_path_factory.mktemp("ours"))
    [catalogue] = answers(*ours, ["/catalog.nt"])
    store = ox.Store.read_only(str(ours[1].store_path))
    found = {name: [q.triple for q in ox.parse(catalogue.content, ox.RdfFormat.N_TRIPLES)] for name in PUBLISHED}
    return found | {"cpsv-ap": list(store.query(ORGANISATIONS))}


def poorer(triples: list[ox.Triple]):
    """The same without one property, and without one class, for each there is."""
    for predicate in {triple.predicate for triple in triples}:
        if predicate.value != RDF + "type":
            yield predicate.value, [triple for triple in triples if triple.predicate != predicate]
    for kind in {triple.object for triple in triples if triple.predicate.value == RDF + "type"}:
        yield f"a {kind.value}", [triple for triple in triples if triple.object != kind]


def found(results) -> set[tuple[str, str | None]]:
    """Who lacks what."""
    return {(result.focus, result.path) for result in results}


@pytest.mark.parametrize("profile", PUBLISHED)
def test_what_we_publish_of_our_graph_conforms_to_both(graphs, profile):
    require(dcat_ap.SUITE)
    text = ox.serialize(graphs[profile], format=ox.RdfFormat.N_TRIPLES).decode()
    assert text
    for validator in (shapes(profile), *map(dcat_ap.validator, PUBLISHED[profile])):
        assert found(validator(text)) == set()


@pytest.mark.parametrize("profile", PUBLISHED)
def test_ours_and_theirs_find_the_same_lacking(graphs, profile):
    require(dcat_ap.SUITE)
    unlike, told = {}, 0
    for what, triples in poorer(graphs[profile]):
        text = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES).decode()
        ours = found(shapes(profile)(text))
        theirs = set().union(*(found(dcat_ap.validator(name)(text)) for name in PUBLISHED[profile]))
        told += bool(ours)
        if ours != theirs:
            unlike[what] = ours ^ theirs
    assert unlike == {}
    assert told > 3
