"""The journey of a curator: a text is pasted or dropped, its errors seen where they are and mended, and it conforms."""

from __future__ import annotations

import pytest

BASE = "https://w3id.org/passerelles/id"
WRONG = f"""@prefix dct: <http://purl.org/dc/terms/> .
@prefix pas: <https://w3id.org/passerelles/ontology#> .

<{BASE}/productions/carnet-des-ponts> a pas:Production ;
    dct:title  "Carnet des ponts"@fr, "Notebook of bridges"@en ;
    dct:issued "2018" ;
    dct:license <{BASE}/licences/cc0-1.0> .
"""
SOURCE = f"    dct:source <{BASE}/sources/source-barcamp-2015> ;\n"
DROP = """([files, target]) => {
    const carried = new DataTransfer();
    for (const [name, text] of files) carried.items.add(new File([text], name, { type: "text/turtle" }));
    for (const type of ["dragover", "drop"]) {
        const event = new DragEvent(type, { dataTransfer: carried, bubbles: true, cancelable: true });
        document.querySelector(target).dispatchEvent(event);
    }
}"""


def verdict(page) -> str:
    return page.locator(".checked strong").inner_text()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_curator_pastes_sees_the_errors_mends_them_and_it_conforms(visitor, script):
    page = visitor(java_script_enabled=script)
    page.goto("/")
    page.locator("a[href='/validate']").first.click()
    page.get_by_label("Texte Turtle").fill(WRONG)
    page.get_by_role("button", name="Vérifier", exact=True).click()
    assert "Non conforme" in verdict(page)
    missing = page.locator(".finding", has_text="Source manquante")
    assert "ligne 4" in missing.inner_text()
    dated = page.locator(".finding", has_text="Date de parution illisible")
    assert dated.locator("mark").inner_text() == '"2018"'
    text = page.get_by_label("Texte Turtle")
    mended = text.input_value().replace('"2018"', '"2018"^^<http://www.w3.org/2001/XMLSchema#gYear>')
    text.fill(mended.replace("    dct:license", f"{SOURCE}    dct:license"))
    page.get_by_role("button", name="Vérifier de nouveau").click()
    assert "Conforme" in verdict(page)
    assert page.locator(".finding.is-error").count() == 0
    page.get_by_role("button", name="Prendre cette forme").click()
    assert "Conforme" in verdict(page)
    assert "xsd:gYear" in page.get_by_label("Texte Turtle").input_value()


def test_a_file_dropped_on_the_page_is_its_text(visitor):
    page = visitor()
    page.goto("/validate")
    assert page.locator("#dropped").inner_text() == "Ou déposez un fichier sur la page."
    page.evaluate(DROP, [[["carnet.ttl", WRONG]], "main"])
    page.get_by_text("Texte de carnet.ttl repris").wait_for()
    assert page.get_by_label("Texte Turtle").input_value() == WRONG
    page.get_by_role("button", name="Vérifier", exact=True).click()
    assert "Non conforme" in verdict(page)


def test_several_files_dropped_are_refused_with_a_sentence(visitor):
    page = visitor()
    page.goto("/validate")
    page.get_by_label("Texte Turtle").fill("déjà là")
    page.evaluate(DROP, [[["un.ttl", WRONG], ["deux.ttl", WRONG]], "textarea"])
    page.get_by_text("Un seul fichier à la fois").wait_for()
    assert page.get_by_label("Texte Turtle").input_value() == "déjà là"


def test_what_is_dropped_is_never_run(visitor):
    page = visitor()
    page.goto("/validate")
    page.evaluate(DROP, [[["<img src=x onerror=pwned=1>.ttl", "</textarea><script>pwned=1</script>"]], "textarea"])
    page.get_by_text("repris").wait_for()
    page.get_by_role("button", name="Vérifier", exact=True).click()
    assert "Non conforme" in verdict(page)
    assert page.evaluate("typeof pwned") == "undefined"
