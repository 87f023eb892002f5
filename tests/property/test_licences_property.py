"""Verdicts hang together, whatever the licences: asking more never opens a door, and a name says what it means."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import MalformedQuery
from graph.licenses.catalogue import Licences
from graph.licenses.expression import Joined, Named, Several, read
from graph.licenses.licence import CC, PERMITS, PROHIBITS, REQUIRES
from graph.licenses.verdict import Answer, compare, verdict
from graph.namespaces import RDF

DUTIES = [CC + name for name in ("Attribution", "Notice", "SourceCode", "LesserCopyleft", "ShareAlike", "Copyleft")]
DOORS = [CC + "CommercialUse", CC + "HighIncomeNationUse"]
TERMS = st.tuples(st.frozensets(st.sampled_from(DUTIES)), st.frozensets(st.sampled_from(DOORS)))


def described(*terms: tuple[frozenset[str], frozenset[str]]) -> Licences:
    """Licences that may be adapted, with these duties and prohibitions."""
    statements = []
    for number, (duties, prohibited) in enumerate(terms):
        iri = f"urn:{number}"
        statements.append((iri, RDF + "type", CC + "License"))
        statements += [(iri, PERMITS, CC + name) for name in ("DerivativeWorks", "Distribution")]
        statements += [(iri, REQUIRES, duty) for duty in duties] + [(iri, PROHIBITS, door) for door in prohibited]
    return Licences(statements)


def answer(licences: Licences, a: int, b: int) -> Answer:
    return compare(licences[f"urn:{a}"], licences[f"urn:{b}"], licences).answer


@given(TERMS, TERMS, TERMS)
def test_a_licence_that_asks_more_never_lets_more_through(some, more, other):
    licences = described(some, (some[0] | more[0], some[1] | more[1]), other)
    assert answer(licences, 1, 2) <= answer(licences, 0, 2)


@given(TERMS, TERMS, st.frozensets(st.sampled_from(DUTIES)))
def test_a_licence_that_asks_more_never_takes_less(some, other, more):
    licences = described(other, some, (some[0] | more, some[1]))
    assert answer(licences, 0, 2) >= answer(licences, 0, 1)


@given(TERMS, TERMS)
def test_what_may_be_adapted_goes_with_itself_and_every_verdict_has_reasons(some, other):
    licences = described(some, other)
    assert answer(licences, 0, 0) is Answer.YES
    found = compare(licences["urn:0"], licences["urn:1"], licences)
    assert found.because
    assert bool(found.conditions) is (found.answer is Answer.CONDITIONAL)


@given(st.lists(TERMS, min_size=2, max_size=4), TERMS)
def test_a_choice_is_its_best_and_all_together_the_worst(several, other):
    licences = described(*several, other)
    parts = tuple(Named(iri, licence) for iri, licence in licences.items())
    *parts, last = parts
    each = [verdict(part, last, licences).answer for part in parts]
    assert verdict(Several(Joined.ANY, tuple(parts)), last, licences).answer is max(each)
    assert verdict(Several(Joined.ALL, tuple(parts)), last, licences).answer is min(each)


def expressions(licences: Licences) -> st.SearchStrategy:
    """Expressions of some licences, one in another."""
    named = st.sampled_from([Named(iri, licence) for iri, licence in licences.items()])
    joined = st.sampled_from(Joined)
    return st.recursive(named, lambda parts: st.builds(Several, joined, st.tuples(parts, parts)), max_leaves=8)


@given(st.lists(TERMS, min_size=2, max_size=3), st.data())
def test_an_expression_goes_with_itself_and_with_all_it_is_a_part_of(several, data):
    licences = described(*several)
    one, other = data.draw(expressions(licences)), data.draw(expressions(licences))
    for into in (one, Several(Joined.ALL, (other, one))):
        assert verdict(one, into, licences).answer is Answer.YES
        assert verdict(Several(Joined.ANY, (other, one)), into, licences).answer is Answer.YES


@given(st.text(alphabet="ABO RND()+-.:/é\t", max_size=40))
def test_any_text_is_an_expression_or_is_refused(text):
    licences = described((frozenset(), frozenset()))
    try:
        found = read(text, licences)
    except MalformedQuery:
        return
    again = read(str(found), licences)
    assert str(again) == str(found)


def test_a_name_is_written_as_it_is_read():
    licences = described((frozenset(), frozenset()))
    assert str(read("urn:0", licences)) == "urn:0"
    with pytest.raises(MalformedQuery):
        read("urn:0 OR", licences)
