"""The journey of a public agent: a search, a page, who reuses it, its licence, whom to ask, another to compare with."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("script", [True, False])
def test_an_agent_goes_from_a_search_to_who_reuses_the_licence_and_whom_to_ask(visitor, script):
    page = visitor(java_script_enabled=script)
    page.goto("/")
    page.locator("main").get_by_role("searchbox").or_(page.locator("main input[name=q]")).first.fill("pré-plainte")
    page.keyboard.press("Enter")
    page.locator(".results").get_by_role("link", name="pre-plainte.gouv.fr").first.click()
    assert page.locator("h1").inner_text() == "pre-plainte.gouv.fr"
    reuse = page.get_by_role("region", name="Qui la réutilise")
    assert "attestée par" in reuse.inner_text()
    licence = page.get_by_role("region", name="Sous quelle licence")
    assert "licence non précisée" in licence.inner_text()
    licence.get_by_role("link", name="À qui s’adresser").click()
    whom = page.get_by_role("region", name="À qui s’adresser")
    assert whom.get_by_role("link").count() >= 1
    reuse.get_by_role("link", name="fiche").first.click()
    assert "Réutilisations" in page.locator(".crumb").inner_text()


def test_an_agent_compares_what_was_found_with_another_by_its_name(visitor):
    page = visitor()
    page.goto("/id/productions/agglo-bus")
    page.get_by_role("link", name="une autre production").click()
    field = page.get_by_label("La seconde")
    field.press_sequentially("signalez", delay=20)
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert "/id/" in field.input_value()
    page.get_by_role("button", name="Comparer").click()
    assert page.locator("table.sides thead th").count() == 2
    assert page.get_by_text("≠ différent").count() >= 1


@pytest.mark.parametrize("path", ["/relay", "/explore"])
def test_an_agent_asks_by_a_name_that_is_suggested_while_it_is_typed(visitor, path):
    page = visitor()
    page.goto(path)
    field = page.get_by_label("Nom ou adresse")
    field.press_sequentially("signalez", delay=20)
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert "/id/" in field.input_value()
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=1, name="Signalez un trou").wait_for()


def test_an_agent_reads_what_a_licence_allows_where_one_is_stated(visitor):
    page = visitor()
    page.goto("/id/licences/etalab-2.0")
    allowed = page.get_by_role("region", name="Ce qu’elle permet")
    assert "On peut" in allowed.inner_text()
    assert "On doit" in allowed.inner_text()
    allowed.get_by_role("link", name="Ce qu’elle permet, exige et interdit").click()
    assert "/licences/explain" in page.url


def test_the_page_of_a_thing_is_read_by_the_keyboard_alone(visitor):
    page = visitor()
    page.goto("/id/productions/agglo-bus")
    everything = page.locator("#everything > summary")
    everything.focus()
    page.keyboard.press("Enter")
    assert page.locator("#everything dl").first.is_visible()
