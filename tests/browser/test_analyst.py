"""The journey of an analyst: the library, the editor, a chart, a file; by mouse, by keyboard, without any script."""

from __future__ import annotations

import csv

import pytest

TYPES = "PREFIX dct: <http://purl.org/dc/terms/>\nSELECT ?type (COUNT(*) AS ?n) { ?x dct:type ?type } GROUP BY ?type"
WRONG = "SELECT ?s WHERE {\n  # é\n  ?s 😀 ?o .\n}"


def write(page, text: str) -> None:
    page.locator(".CodeMirror-lines").click()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(text)


def written(page) -> str:
    page.locator(".CodeMirror").wait_for()
    return page.evaluate("document.querySelector('.CodeMirror').CodeMirror.getValue()")


def run(page) -> None:
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")


def test_an_analyst_goes_from_the_library_to_the_editor_a_chart_and_a_file(visitor):
    page = visitor()
    page.goto("/queries")
    page.get_by_role("link", name="Combien de productions de chaque type ?").click()
    assert page.locator(".chart .bars svg").count() > 5
    page.get_by_text("Texte de la requête").click()
    page.get_by_role("link", name="L’ouvrir dans l’éditeur").click()
    assert "dct:type ?type" in written(page)
    write(page, written(page) + "\nLIMIT 3")
    run(page)
    assert page.locator("table tbody tr").count() == 3
    page.get_by_text("Graphique", exact=True).click()
    assert page.locator(".chart .bars svg").count() == 3
    assert page.get_by_text("Réponse complète.").is_visible()
    assert page.locator("[data-cost]").inner_text().startswith("Requête\u00a0: ")
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV", exact=True).click()
    assert len(list(csv.reader(download.value.path().read_text(encoding="utf-8").splitlines()))) == 4


def test_the_address_to_cite_gives_the_same_answer(visitor):
    page = visitor()
    page.goto("/sparql")
    write(page, TYPES)
    run(page)
    rows = page.locator("table").inner_text()
    page.get_by_role("link", name="Adresse à citer").click()
    assert "/snapshots/" in page.url
    assert page.locator("table").inner_text() == rows


def test_the_editor_completes_from_the_graph_and_declares_the_prefix(visitor):
    page = visitor(locale="en-GB")
    page.goto("/sparql")
    write(page, "")
    page.keyboard.type("SELECT * { ?x a pas:Prod", delay=20)
    page.locator(".CodeMirror-hint", has_text="pas:Production").wait_for()
    page.keyboard.press("Enter")
    assert written(page).startswith("PREFIX pas: <https://w3id.org/passerelles/ontology#>")
    assert written(page).endswith("?x a pas:Production")


def test_what_a_class_is_called_finds_it(visitor):
    page = visitor(locale="en-GB")
    page.goto("/sparql")
    write(page, "")
    page.keyboard.type("SELECT * { ?x a production", delay=20)
    page.keyboard.press("Control+Space")
    assert page.locator(".CodeMirror-hint", has_text="pas:Production").is_visible()


def test_an_error_is_marked_where_it_is(visitor):
    page = visitor()
    page.goto("/sparql")
    write(page, WRONG)
    run(page)
    assert page.get_by_role("alert").inner_text().count("Ligne 3, colonne 11") == 1
    assert written(page) == WRONG
    assert page.locator(".wrong-line").count() == 1
    assert page.locator(".wrong-place").inner_text() == "."
    page.keyboard.type("p")
    assert page.locator(".wrong-line").count() == 0


def test_a_query_too_long_for_an_address_runs_all_the_same(visitor):
    page = visitor()
    page.goto("/sparql")
    write(page, "# " + "é" * 5_000 + "\nSELECT (1 AS ?one) {}")
    run(page)
    assert page.locator("table tbody tr").inner_text() == "1"
    assert "query=" not in page.url


def test_the_keyboard_is_enough_to_write_run_and_copy_a_query(visitor):
    page = visitor(permissions=["clipboard-read", "clipboard-write"])
    page.goto("/sparql")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # past the menu
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.CodeMirror') !== null")
    page.keyboard.press("Control+A")
    page.keyboard.type("ASK { }")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.type") == "submit"
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator(".boolean").inner_text() == "oui"
    summary = page.locator(".copies summary").first
    summary.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")  # the text, which scrolls
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Copié").wait_for()
    assert page.evaluate("navigator.clipboard.readText()").startswith("curl ")


@pytest.mark.parametrize("path", ["/sparql", "/sparql?saved=productions-par-type"])
def test_without_a_script_the_form_does_the_same(visitor, path):
    page = visitor(java_script_enabled=False)
    page.goto(path)
    page.get_by_label("Requête", exact=True).fill(TYPES)
    page.get_by_role("button", name="Exécuter").click()
    page.get_by_text("Graphique", exact=True).click()
    assert page.locator(".chart .bars svg").count() > 5
    assert page.locator("table tbody tr").count() > 5


HOSTILE = ["</textarea><script>pwned=1</script>", "<img src=x onerror=pwned=1>", "'\"><svg onload=pwned=1>", "\u202e{"]


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_typed_is_never_run(visitor, text):
    page = visitor()
    page.goto("/sparql")
    write(page, text)
    run(page)
    page.locator(".CodeMirror").wait_for()
    assert written(page) == text
    assert page.evaluate("typeof pwned") == "undefined"
