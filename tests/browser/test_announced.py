"""What came out of a form is told first: by the title, and by where the reader is put, with or without scripts."""

from __future__ import annotations

import pytest

FOCUSED = "document.activeElement.id"


def at(page, form: str, button: str) -> tuple[str, str]:
    """What the title begins with, and where the reader is, once a form is sent."""
    with page.expect_navigation():
        page.locator(form).get_by_role("button", name=button, exact=True).first.click()
    page.wait_for_function("location.hash && document.activeElement !== document.body")
    return page.title().partition(" — ")[0], page.evaluate(FOCUSED)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
class TestTheAnswerIsToldFirst:
    def test_of_a_query(self, visitor, script):
        page = visitor(java_script_enabled=script)
        page.goto("/sparql?saved=productions-par-type")
        title, where = at(page, "form.query", "Exécuter")
        assert title.endswith(" lignes")
        assert where == "result"

    def test_of_a_query_that_is_wrong(self, visitor, script):
        page = visitor(java_script_enabled=script)
        page.goto("/sparql?query=SELECT%20(1")
        title, where = at(page, "form.query", "Exécuter")
        assert title == "Erreur\u00a0: Requête mal formée"
        if script:  # the editor is where the error is
            assert page.locator(".CodeMirror-focused").count() == 1
        else:
            assert where == "result"

    def test_of_a_saved_query_and_of_a_name_that_may_mean_several_things(self, visitor, script):
        page = visitor(java_script_enabled=script)
        page.goto("/queries/qui-contacter.html")
        field = page.get_by_label("La production, l’évènement")
        field.fill("covoiturage")
        field.press("Escape")  # what is proposed may stand before the button
        title, where = at(page, "form.parameters", "Exécuter")
        assert "plusieurs choses" in title
        assert where == "result"
        with page.expect_navigation():
            page.get_by_role("link", name="Une plateforme numérique de co-transport").click()
        assert page.locator("table tbody tr").count() > 0

    def test_of_a_check(self, visitor, script):
        page = visitor(java_script_enabled=script)
        page.goto("/validate")
        page.get_by_label("Texte Turtle").fill("<a> <b> .")
        title, where = at(page, "#editor", "Vérifier")
        assert title.split()[1].startswith("erreur")
        assert where == "result"

    def test_of_a_contribution(self, visitor, script):
        page = visitor(java_script_enabled=script)
        page.goto("/contribute/tools")
        title, where = at(page, "#contribution", "Vérifier")
        assert "à revoir" in title
        assert where == "verdict"
