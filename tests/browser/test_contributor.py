"""The journey of a contributor: a form, what it says while it is filled in, a file; by mouse, by keyboard, alone."""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import parse_qs, urlsplit

import pyoxigraph
import pytest
from playwright.sync_api import Error

from .test_every_page import failures

TITLE = "Carnet de terrain des ponts"
SOURCE = "https://www.numerique.gouv.fr/ponts"
READY = "Prête à être remise"


def form(page, path: str = "/contribute/productions"):
    page.goto(path)
    return page.locator("#contribution")


def needed(page) -> None:
    """Fill in the three fields that are needed."""
    page.locator("[name='dct:title@fr']").fill(TITLE)
    page.locator("[name='dct:source']").fill(SOURCE)
    page.locator("[name='dct:license']").select_option("https://w3id.org/passerelles/id/licences/cc0-1.0")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_contributor_fills_a_form_in_and_takes_the_file(visitor, script):
    page = visitor(java_script_enabled=script)
    page.goto("/")
    page.locator("a[href='/contribute']").first.click()
    page.get_by_role("link", name="Productions", exact=True).click()
    needed(page)
    page.get_by_role("button", name="Vérifier", exact=True).click()
    page.get_by_text(READY).wait_for()
    with page.expect_download() as download:
        page.get_by_role("button", name="Télécharger le fichier").click()
    assert download.value.suggested_filename == "carnet-de-terrain-des-ponts.ttl"
    said = list(pyoxigraph.parse(path=str(download.value.path()), format=pyoxigraph.RdfFormat.TURTLE))
    assert f'"{TITLE}"@fr' in {str(quad.object) for quad in said}


def test_the_gate_speaks_while_the_form_is_filled_in(visitor):
    page = visitor()
    form(page)
    page.locator("[name='dct:title@fr']").fill(TITLE)
    page.locator("#verdict", has_text="À compléter").wait_for()
    source = page.locator(".field", has=page.locator("[name='dct:source']"))
    assert source.locator(".told").inner_text() == ""  # nobody came there yet
    page.locator("[name='dct:source']").fill("nulle part")
    source.locator(".error").wait_for()
    assert page.locator("[name='dct:source']").get_attribute("aria-invalid") == "true"
    page.locator("[name='dct:source']").fill(SOURCE)
    page.locator("[name='dct:license']").select_option("https://w3id.org/passerelles/id/licences/cc0-1.0")
    page.locator("#verdict", has_text=READY).wait_for()
    assert page.locator("[name='dct:source']").get_attribute("aria-invalid") is None
    assert page.locator("[name='dct:title@fr']").input_value() == TITLE


def test_an_answer_about_what_was_typed_before_never_takes_the_place_of_a_newer_one(visitor):
    page = visitor()
    asked, held = [], []

    def told(route, text: str) -> None:
        with suppress(Error):  # who asked left
            route.fulfill(json={"results": [{"label": f"{text} !"}]})

    def answer(route) -> None:
        asked.append(parse_qs(urlsplit(route.request.url).query)["q"][0].removesuffix("*"))
        if asked[-1] == "Carr":
            held.append(route)
        else:
            told(route, asked[-1])

    page.route("**/search?**", answer)
    form(page)
    field = page.locator("[name='dct:creator']")
    proposed = page.locator(f"#{field.get_attribute('list')}")
    proposed.evaluate("(list) => { list.dataset.search = '/search?format=json'; }")
    with page.expect_request("**/search?**"):
        field.evaluate("(control) => { control.closest('details')?.setAttribute('open', ''); }")
        field.press_sequentially("Carr", delay=20)
    field.fill("Dilab")
    proposed.locator("[value='Dilab !']").wait_for(state="attached")
    told(held[0], "Carr")
    page.wait_for_timeout(300)
    assert proposed.locator("option").count() == 1
    assert proposed.locator("[value='Dilab !']").count() == 1
    assert asked == ["Carr", "Dilab"]  # once for four letters


def test_what_resembles_it_is_told_while_the_title_is_typed(visitor):
    page = visitor()
    form(page)
    page.locator("[name='dct:title@fr']").fill("Agglo bus")
    page.get_by_role("heading", name="Ressemble à…").wait_for()
    assert page.locator("#found a[href='/id/productions/agglo-bus']").count() == 1


def test_a_value_more_is_added_in_place(visitor):
    page = visitor()
    form(page)
    sources = page.locator("[name='dct:source']")
    before = sources.count()
    page.get_by_role("button", name="Ajouter une valeur : source").click()
    assert sources.count() == before + 1
    assert page.evaluate("document.activeElement.name") == "dct:source"
    page.keyboard.type(SOURCE)
    page.locator("#verdict", has_text="À compléter").wait_for()
    assert failures(page) == []


def test_the_keyboard_is_enough(visitor):
    page = visitor()
    form(page)
    page.locator("[name='dct:title@fr']").focus()
    page.keyboard.type(TITLE)
    page.keyboard.press("Tab")
    page.keyboard.press("c")  # the select finds it by its name
    for _ in range(6):
        if page.evaluate("document.activeElement.name") == "dct:source":
            break
        page.keyboard.press("Tab")
    page.keyboard.type(SOURCE)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.get_by_text(READY).is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_form_with_its_errors_and_one_that_is_ready_are_accessible(visitor, scheme):
    page = visitor(color_scheme=scheme)
    form(page)
    page.get_by_role("button", name="Vérifier", exact=True).click()
    page.get_by_text("À compléter").wait_for()
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    assert failures(page) == []
    needed(page)
    page.get_by_role("button", name="Vérifier", exact=True).click()
    page.get_by_text(READY).wait_for()
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    assert failures(page) == []


HOSTILE = ["</textarea><script>pwned=1</script>", "<img src=x onerror=pwned=1>", "'\"><svg onload=pwned=1>", "\u202e{"]


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_typed_is_never_run(visitor, text):
    page = visitor()
    form(page)
    page.locator("[name='dct:title@fr']").fill(text)
    page.locator("[name='dct:source']").fill(text)
    page.locator("#verdict", has_text="À compléter").wait_for()
    page.get_by_role("button", name="Vérifier", exact=True).click()
    page.get_by_text("À compléter").wait_for()
    assert page.locator("[name='dct:title@fr']").input_value() == text
    assert page.evaluate("typeof pwned") == "undefined"
