"""The neighbourhood explorer: by keyboard and by mouse, without any script, in the colours of the reader, on paper."""

from __future__ import annotations

from urllib.parse import quote, unquote

import pytest

from .test_every_page import keep

THING = "https://w3id.org/passerelles/id/productions/agglo-bus"
PAGE = f"/explore?uri={THING}"
EVENT = "https://w3id.org/passerelles/id/events/universite-ete-2018"
#: The colours that at least fifty pixels of the canvases have, as styles write them.
COLOURS = """[...document.querySelectorAll('.canvas canvas')].flatMap((canvas) => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    const counted = {};
    for (let at = 0; at < data.length; at += 4) {
        const colour = `rgb(${data[at]}, ${data[at + 1]}, ${data[at + 2]})`;
        if (data[at + 3] === 255) counted[colour] = (counted[colour] ?? 0) + 1;
    }
    return Object.keys(counted).filter((colour) => counted[colour] >= 50);
})"""


def explorer(visitor, path: str = PAGE, **options):
    page = visitor(**options)
    page.goto(path)
    page.locator("#explorer[data-ready]").wait_for()
    return page


def chosen(page) -> str:
    return page.locator(".chosen-node h2").inner_text()


def drawn(page) -> list[str]:
    """What the canvases hold once they are still; not all that is seen: they have a frame when they have the focus."""
    held, before = [], None
    while held != before:
        before = held
        page.wait_for_timeout(300)
        held = page.evaluate("[...document.querySelectorAll('.canvas canvas')].map((each) => each.toDataURL())")
    return held


def told(page) -> str:
    return page.locator("#explorer [role=status]").inner_text()


def test_arrows_go_from_thing_to_thing_each_told_and_home_goes_back(visitor):
    page = explorer(visitor)
    begun = chosen(page)
    page.locator(".canvas").focus()
    seen = set()
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp"):
        page.keyboard.press(key)
        seen.add((chosen(page), "#https" in page.url))
        assert chosen(page) in told(page) or told(page) == "Aucune voisine de ce côté."
    assert len(seen) > 2
    assert all(named == (name != begun) for name, named in seen)
    page.keyboard.press("Home")
    assert chosen(page) == begun
    assert "#" not in page.url


def test_every_thing_is_reached_by_keyboard_through_the_links_of_the_panel(visitor):
    page = explorer(visitor)
    steps = page.locator(".chosen-node .step")
    names = steps.all_inner_texts()
    assert len(names) > 3
    steps.nth(2).focus()
    page.keyboard.press("Enter")
    assert chosen(page) in names[2]
    assert page.evaluate("document.activeElement.matches('.canvas')")


def test_enter_shows_more_neighbours(visitor):
    page = explorer(visitor)
    page.locator(".canvas").focus()
    page.locator(".chosen-node .step").first.click()
    with page.expect_response(lambda answer: "format=json" in answer.url):
        page.keyboard.press("Enter")
    page.wait_for_function("/\\d/.test(document.querySelector('#explorer [role=status]').textContent)")
    added = int(told(page).rpartition(" ")[2].rstrip("."))
    assert added > 0
    page.keyboard.press("Enter")
    assert told(page) == "Rien de plus à montrer."


def test_an_address_comes_back_to_the_same_thing_and_to_the_same_drawing(visitor):
    page = explorer(visitor)
    page.locator(".chosen-node .step").first.click()
    name = chosen(page)
    one, other = (explorer(visitor, page.url) for _ in range(2))
    assert chosen(one) == chosen(other) == name
    assert drawn(one) == drawn(other)


@pytest.mark.parametrize("fragment", ["%E0%A4%A", quote("https://example.org/<script>")])
def test_an_address_that_names_nothing_starts_at_the_start(visitor, fragment):
    page = explorer(visitor, f"{PAGE}#{fragment}")
    assert chosen(page) == page.locator("h1").inner_text()
    assert "<script" not in unquote(page.locator("#explorer").inner_html())


def test_buttons_change_the_scale(visitor):
    page = explorer(visitor)
    before = page.locator(".canvas").screenshot()
    page.get_by_role("button", name="Agrandir").click()
    larger = page.locator(".canvas").screenshot()
    assert larger != before
    page.get_by_role("button", name="Tout voir").click()
    assert page.locator(".canvas").screenshot() != larger


def test_without_a_script_the_drawing_and_the_table_say_it_all(visitor):
    page = visitor(java_script_enabled=False)
    page.goto(PAGE)
    assert page.locator("#explorer").is_hidden()
    assert page.locator(".still svg a").count() > 3
    rows = page.locator("table tbody tr").count()
    assert rows >= page.locator(".still svg a").count()
    page.locator(".still svg a").first.click()
    assert "/id/" in page.url


def test_on_paper_the_still_drawing_takes_its_place(visitor):
    page = explorer(visitor)
    page.emulate_media(media="print")
    assert page.locator("#explorer").is_hidden()
    assert page.locator(".still svg").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_each_kind_has_the_colour_of_the_key_below(visitor, scheme):
    page = explorer(visitor, f"/explore?uri={EVENT}", color_scheme=scheme)
    drawn(page)
    shown = set(page.evaluate(COLOURS))
    keys = set(
        page.evaluate("[...document.querySelectorAll('.keys .node')].map((each) => getComputedStyle(each).fill)")
    )
    assert len(keys) > 2
    assert keys <= shown


def test_forced_colours_are_followed(visitor):
    own, forced = (explorer(visitor, forced_colors=colours, color_scheme="dark") for colours in ("none", "active"))
    assert drawn(own) != drawn(forced)
    keep(forced, "explorer-forced")
