"""The journey of an agent who publishes: what it is, what it is built on, the licence, the text in the clipboard."""

from __future__ import annotations

import pytest


def walk(page) -> None:
    """From the list of guides to the texts: a software built on a production and on works under two licences."""
    page.goto("/guides")
    page.get_by_role("link", name="Vademecum de l’ouverture").click()
    page.get_by_role("link", name="logiciels").click()
    page.get_by_label("Une production, par son nom").fill("bus")
    page.get_by_role("button", name="Chercher").last.click()
    page.get_by_role("checkbox", name="L’agglo’bus").check()
    page.get_by_text("Je connais les licences de ce que je reprends").click()
    page.get_by_role("checkbox", name="MIT", exact=True).check()
    page.get_by_role("checkbox", name="EUPL-1.2", exact=True).check()
    page.get_by_role("button", name="Voir ce que je peux choisir").click()
    assert page.get_by_role("note").get_by_text("sans accord").is_visible()
    page.get_by_role("link", name="Prendre celle-ci EUPL-1.2").click()
    page.get_by_label("Votre administration").fill("Ville d’Essai")
    page.get_by_role("button", name="Remplir les textes").click()


def test_an_agent_goes_from_what_is_built_on_to_the_text_in_the_clipboard(visitor):
    page = visitor(permissions=["clipboard-read", "clipboard-write"])
    walk(page)
    page.get_by_role("button", name="Copier").nth(2).click()
    page.get_by_role("button", name="Copié").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == "SPDX-FileCopyrightText: Ville d’Essai\nSPDX-License-Identifier: EUPL-1.2"


def test_without_a_script_the_way_is_the_same(visitor):
    page = visitor(java_script_enabled=False)
    walk(page)
    assert page.get_by_text("SPDX-License-Identifier: EUPL-1.2").is_visible()
    assert page.get_by_role("button", name="Copier").count() == 0


@pytest.mark.parametrize("text", ["</textarea><script>pwned=1</script>", "'\"><img src=x onerror=pwned=1>", "\u202e{"])
def test_what_is_typed_is_never_run(visitor, text):
    page = visitor()
    page.goto("/guides/vademecum?publish=objet-donnees&licence=etalab-2.0")
    page.get_by_label("Votre administration").fill(text)
    page.get_by_role("button", name="Remplir les textes").click()
    assert page.get_by_label("Votre administration").input_value() == text
    assert page.evaluate("typeof pwned") == "undefined"
