"""A query with SERVICEs means what it says: the same rows as where all the data is in one place.

The others are stores of this process; what is asked of them goes through the same reading, the same restrictions and
the same writing as what a server is asked.
"""

from __future__ import annotations

import asyncio
import io
from collections import Counter

import pyoxigraph as ox
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.config import Limits
from graph.errors import MalformedQuery, RefusedQuery, ServiceFailed
from graph.federation.gateway import Allowance, Answer
from graph.formats import RESULTS_JSON
from graph.sparql import inlined
from graph.sparql.federated import Federated
from graph.sparql.guard import admit
from graph.sparql.services import Services

NORTH, SOUTH, BROKEN = "http://north.example/sparql", "http://south.example/sparql", "http://broken.example/sparql"
TARGETS = (NORTH, SOUTH)
LIMITS = Limits(service_batch=2, service_bindings=6, deadline_seconds=1e6)


class Remotes:
    """Servers that are stores; `asked` are the queries each had."""

    def __init__(self, stores):
        self.stores, self.asked = stores, []

    async def ask(self, target, queries, allowance, _call):
        allowance.requests -= len(queries)
        answers = []
        for query in queries:
            self.asked.append((target, query))
            if target not in self.stores:
                raise ServiceFailed("service-failed", target=target, reason="broken")
            out = io.BytesIO()
            self.stores[target].query(query).serialize(out, format=ox.QueryResultsFormat.JSON)
            answers.append(Answer(RESULTS_JSON.name, out.getvalue()))
        return answers

    def forget(self, target, queries):
        pass


async def working(store, message):
    """What a worker does."""
    try:
        match message["op"]:
            case "columns":
                return inlined.columns(message)
            case "bindings":
                return inlined.bindings(store, message, {})
            case _:
                return inlined.values(message)
    except SyntaxError as error:
        raise MalformedQuery("query-syntax", line=1, column=1, reason=str(error)) from error


def federated(text, local, remotes, limits=LIMITS):
    """The rows of a query whose SERVICEs are asked."""

    async def run():
        services = Services(admit(text, limits, (*TARGETS, BROKEN)))
        allowance = Allowance(float("inf"), 0, limits.service_calls, limits.service_bytes)
        return await Federated(services, remotes, allowance, limits, lambda message: working(local, message)).gather()

    found = asyncio.run(run())
    return rows(local, found.text, custom_functions=inlined.functions(found.nodes))


def answered(text, local, remotes):
    """The same, or None where a SERVICE in EXISTS is refused, for what is around it might change its answer."""
    try:
        return federated(text, local, remotes)
    except RefusedQuery as refused:
        assert refused.key == "service-correlated"  # noqa: PT017 - it is one of two ways that are right
        assert "EXISTS" in text
        return None


def merged(text, local, stores):
    """The rows of the same query where each server is a named graph of one store."""
    store = ox.Store()
    for quad in local:
        store.add(quad)
    for target, other in stores.items():
        for quad in other:
            store.add(ox.Quad(quad.subject, quad.predicate, quad.object, ox.NamedNode(target)))
        text = text.replace(f"SERVICE SILENT <{target}>", f"GRAPH <{target}>").replace(
            f"SERVICE <{target}>", f"GRAPH <{target}>"
        )
    return rows(store, text.replace(f"SERVICE SILENT <{BROKEN}>", "OPTIONAL"))


def rows(store, text, **options):
    solutions = store.query(text, **options)
    return Counter(
        tuple(sorted((name.value, str(row[name])) for name in solutions.variables if row[name] is not None))
        for row in solutions
    )


THINGS = [f"<http://x/{name}>" for name in "abc"]
VALUES = [*THINGS, '"a"', '"b"@fr', "1", "1.0"]
PROPERTIES = ["<http://x/p>", "<http://x/q>"]
NAMES = ["?v", "?w", "?x"]


def data():
    triple = st.tuples(st.sampled_from(THINGS), st.sampled_from(PROPERTIES), st.sampled_from(VALUES))
    return st.lists(triple, max_size=12).map(stored)


def stored(triples):
    store = ox.Store()
    store.load(" ".join(f"{' '.join(triple)} ." for triple in triples).encode(), format=ox.RdfFormat.TURTLE)
    return store


def triples():
    subject = st.sampled_from([*NAMES, *THINGS[:1]])
    item = st.sampled_from([*NAMES, *NAMES, *VALUES])
    predicate = st.sampled_from([*PROPERTIES, "<http://x/p>|<http://x/q>", "<http://x/p>?"])
    one = st.tuples(subject, predicate, item).map(" ".join)
    return st.lists(one, min_size=1, max_size=2).map(" . ".join)


def conditions():
    name = st.sampled_from(NAMES)
    return st.one_of(
        name.map("FILTER(BOUND({}))".format),
        name.map("FILTER(!BOUND({}))".format),
        st.tuples(name, name).map(lambda two: f"FILTER({two[0]} != {two[1]})"),
        name.map("FILTER(isIRI({}))".format),
        st.tuples(name, st.sampled_from(["", "NOT "])).map(
            lambda two: f"FILTER {two[1]}EXISTS {{ {two[0]} <http://x/p> ?e }}"
        ),
    )


def services(patterns):
    return st.tuples(st.sampled_from(TARGETS), st.sampled_from(["", "SILENT "]), patterns).map(
        lambda parts: f"SERVICE {parts[1]}<{parts[0]}> {parts[2]}"
    )


REMOTE = st.recursive(
    triples().map("{{ {} }}".format),
    lambda inner: st.one_of(
        st.tuples(triples(), inner).map(lambda two: f"{{ {two[0]} OPTIONAL {two[1]} }}"),
        st.tuples(inner, inner).map(lambda two: f"{{ {two[0]} UNION {two[1]} }}"),
        st.tuples(inner, conditions()).map(lambda two: f"{{ {two[0]} {two[1]} }}"),
        st.tuples(triples(), inner).map(lambda two: f"{{ {two[0]} MINUS {two[1]} }}"),
        st.tuples(inner, st.sampled_from(NAMES)).map(
            lambda two: f"{{ {{ SELECT DISTINCT {two[1]} WHERE {two[0]} }} }}"
        ),
        st.tuples(inner, triples()).map(lambda two: f"{{ OPTIONAL {two[0]} {two[1]} }}"),
        st.tuples(inner, triples()).map(lambda two: f"{{ MINUS {two[0]} {two[1]} }}"),
        st.tuples(triples(), st.sampled_from(NAMES)).map(lambda two: f"{{ BIND({two[1]} AS {two[1]}8) {two[0]} }}"),
        st.tuples(triples(), st.sampled_from(NAMES)).map(lambda two: f"{{ BIND('a' AS {two[1]}9) {two[0]} }}"),
    ),
    max_leaves=3,
)


def elements(group):
    return st.one_of(
        triples(),
        services(REMOTE),
        services(REMOTE),
        conditions(),
        group,
        group.map("OPTIONAL {}".format),
        group.map("OPTIONAL {}".format),
        group.map("MINUS {}".format),
        st.tuples(group, group).map(" UNION ".join),
        st.sampled_from(NAMES).map(lambda name: f'VALUES {name} {{ <http://x/a> <http://x/b> "a" UNDEF }}'),
        st.tuples(group, st.sampled_from(NAMES), st.sampled_from(NAMES)).map(
            lambda three: f"{{ SELECT DISTINCT {three[1]} ({three[2]} AS {three[2]}1) WHERE {three[0]} }}"
        ),
        st.sampled_from(NAMES).map(lambda name: f"BIND({name} AS {name}2)"),
        st.tuples(triples(), services(triples().map("{{ {} }}".format)))
        .map(" . ".join)
        .map("FILTER NOT EXISTS {{ {} }}".format),
    )


def grouped(parts):
    text = ""
    for part in parts:
        dotted = (
            text
            and not text.endswith("}")
            and not text.endswith(")")
            and not part.startswith(("{", "F", "S", "O", "M", "V", "B"))
        )
        text += (" . " if dotted else " ") + part
    return f"{{{text} }}"


GROUPS = st.recursive(
    st.one_of(
        st.tuples(triples(), services(REMOTE)).map(grouped),
        st.tuples(services(REMOTE), triples()).map(grouped),
        st.tuples(triples(), services(REMOTE).map("OPTIONAL {{ {} }}".format), triples()).map(grouped),
    ),
    lambda group: st.lists(elements(group), min_size=1, max_size=4).map(grouped),
    max_leaves=8,
)


@given(GROUPS, data(), data(), data())
@settings(max_examples=300, deadline=None)
def test_a_query_with_services_gives_the_rows_of_the_merged_data(pattern, local, north, south):
    text = f"SELECT * WHERE {pattern}"
    stores = {NORTH: north, SOUTH: south}
    try:
        expected = merged(text, local, stores)
    except SyntaxError:  # such as two BIND of one variable: refused in both
        return
    remotes = Remotes(stores)
    assert answered(text, local, remotes) in (expected, None), remotes.asked


EXISTING = st.one_of(
    services(REMOTE),
    st.tuples(triples(), services(REMOTE)).map(" . ".join),
    st.tuples(services(REMOTE), conditions()).map(" ".join),
    st.tuples(triples(), services(REMOTE)).map("{0[0]} OPTIONAL {{ {0[1]} }}".format),
    st.tuples(triples(), services(REMOTE)).map("{0[0]} MINUS {{ {0[1]} }}".format),
)


@given(triples(), st.sampled_from(["", "NOT "]), EXISTING, data(), data(), data())
@settings(max_examples=200, deadline=None)
def test_in_exists_it_gives_them_too_or_is_refused(around, negation, pattern, local, north, south):  # noqa: PLR0913, PLR0917
    text = f"SELECT * WHERE {{ {around} FILTER {negation}EXISTS {{ {pattern} }} }}"
    stores = {NORTH: north, SOUTH: south}
    remotes = Remotes(stores)
    assert answered(text, local, remotes) in (merged(text, local, stores), None), remotes.asked


@given(GROUPS, data(), data())
@settings(max_examples=100, deadline=None)
def test_a_silent_service_that_fails_is_one_solution_without_values(pattern, local, north):
    text = f"SELECT * WHERE {pattern}"
    for target in TARGETS:
        text = text.replace(f"SERVICE <{target}>", f"SERVICE SILENT <{target}>")
    text = text.replace(SOUTH, BROKEN)
    remotes = Remotes({NORTH: north})
    try:
        found = answered(text, local, remotes)
    except MalformedQuery:
        return
    if found is None:
        return
    services = Services(admit(text, LIMITS, (*TARGETS, BROKEN)))
    answers = {
        clause.number: "VALUES () { () }"
        if clause.target == BROKEN
        else services.text[clause.element.start : clause.element.stop]
        for clause in services.clauses
    }
    assert found == merged(services.filled(answers), local, {NORTH: north})
