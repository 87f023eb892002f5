"""The journey of an innovator: a kit for a theme, its steps by keyboard, what is done ticked off, a sheet printed."""

from __future__ import annotations

import re

KIT = "/guides/kit-de-survie"


def test_an_innovator_fills_the_kit_goes_from_step_to_step_and_ticks_off_what_is_done(visitor):
    page = visitor()
    page.goto(KIT)
    page.get_by_label("Votre thème").select_option("theme-mobilite")
    page.get_by_role("button", name="Remplir le kit").click()
    assert "theme=theme-mobilite" in page.url
    page.get_by_role("navigation", name="Les étapes du kit").get_by_role("link").first.focus()
    page.keyboard.press("Enter")
    assert page.url.endswith("#survie-trouver-des-allies")
    step = page.locator("#survie-trouver-des-allies")
    step.get_by_role("link", name="trouver des moyens").focus()
    page.keyboard.press("Enter")
    assert page.url.endswith("#survie-trouver-moyens-ressources")
    boxes = step.get_by_role("checkbox")
    mark = "getComputedStyle(document.querySelector('#survie-trouver-des-allies h2 .mark'), '::before').content"
    assert "✓" not in page.evaluate(mark)
    for number in range(boxes.count()):
        boxes.nth(number).focus()
        page.keyboard.press("Space")
    assert "✓" in page.evaluate(mark)


def test_the_kit_prints_on_one_sheet(visitor):
    page = visitor()
    page.goto(f"{KIT}?theme=theme-mobilite")
    printed = page.pdf(format="A4", margin={"top": "8mm", "bottom": "8mm", "left": "8mm", "right": "8mm"})
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1


def test_without_any_script_the_path_leads_from_stage_to_stage_and_to_the_kit(visitor):
    page = visitor(java_script_enabled=False)
    page.goto("/guides/parcours")
    page.get_by_role("navigation", name="Les étapes du parcours").get_by_role("link", name="Idée").click()
    assert page.get_by_role("heading", level=1).inner_text().endswith("Idée")
    for _ in range(6):
        page.locator("[rel=next]").click()
    assert "enquête de satisfaction" in page.get_by_role("heading", level=1).inner_text().lower()
    page.get_by_role("link", name="Enfin l’évaluer").click()
    assert page.url.endswith(f"{KIT}#survie-evaluer")
