"""What an eye sees wrong at once: a chip out of its row, a column out of line, a label cut, an arrow left alone."""

from __future__ import annotations

import pytest

PHONE = {"width": 360, "height": 740}
KIT = "/guides/kit-de-survie"


def test_chips_of_a_row_stand_on_one_line(visitor):
    page = visitor()
    page.goto("/queries")
    first, second = (page.locator(".chips > li").nth(number).bounding_box() for number in (0, 1))
    assert (first["y"], first["height"]) == (second["y"], second["height"])


@pytest.mark.parametrize("path", ["/queries/themes-entre-territoires.html", "/themes", "/dumps", "/.well-known/void"])
def test_numbers_of_a_column_end_under_each_other_and_under_its_name(visitor, path):
    page = visitor()
    page.goto(path)
    aligned = """table => {
        const right = cell => getComputedStyle(cell).textAlign === "right";
        return [...table.tHead.rows[0].cells].map((head, column) => {
            const cells = [...table.tBodies[0].rows].map(row => row.cells[column]).filter(Boolean);
            const numbers = cells.every(cell => cell.tagName === "TD" && /^[\\d\\s.,−-]+$/.test(cell.innerText));
            return [numbers, right(head), cells.every(right)];
        });
    }"""
    columns = page.locator("table").first.evaluate(aligned)
    assert any(numbers for numbers, _, _ in columns)
    assert all(numbers == head == cells for numbers, head, cells in columns)


@pytest.mark.parametrize("thing", ["events/universite-ete-2018", "licences/agpl-3.0-only", "organisations/dinsic"])
def test_no_label_of_a_neighbourhood_is_cut(visitor, thing):
    page = visitor()
    page.goto(f"/id/{thing}")
    within = """drawing => [...drawing.querySelectorAll("text")].filter(text => {
        const [label, edge] = [text.getBoundingClientRect(), drawing.getBoundingClientRect()];
        return label.left < edge.left || label.right > edge.right;
    }).map(text => text.textContent)"""
    assert page.locator(".around svg").first.evaluate(within) == []


def test_the_licences_are_read_on_a_phone_without_scrolling_sideways(visitor):
    page = visitor(viewport=PHONE)
    page.goto("/licences")
    table = page.locator(".scroll").first
    assert table.evaluate("each => each.scrollWidth - each.clientWidth") == 0
    assert page.locator("tbody td").nth(1).evaluate("each => getComputedStyle(each, '::before').content") == '"Exige"'


def test_what_goes_on_beyond_the_edge_of_a_block_of_code_is_shaded(visitor):
    page = visitor(viewport=PHONE)
    page.goto("/federation")
    code = page.locator("pre.code").first
    assert code.evaluate("each => each.scrollWidth > each.clientWidth")
    assert code.evaluate("each => getComputedStyle(each).backgroundImage").count("linear-gradient") == 4


def test_how_much_of_a_step_is_ticked_off_is_counted(visitor):
    page = visitor()
    page.goto(KIT)
    count = "getComputedStyle(document.querySelector('.stage .pager'), '::after').content"
    assert page.evaluate(count) == "none"
    page.get_by_role("checkbox").first.check()
    assert "counter(ticked)" in page.evaluate(count)


@pytest.mark.parametrize(
    "path", ["/licences", "/id/productions/agglo-bus", "/guides/vademecum?publish=objet-logiciels"]
)
def test_paper_has_neither_forms_nor_headings_of_forms(visitor, path):
    page = visitor()
    page.goto(path)
    page.emulate_media(media="print")
    assert not page.locator("form").evaluate_all("forms => forms.some(each => each.checkVisibility())")
    left = "heads => heads.filter(each => each.checkVisibility() && each.nextElementSibling?.matches('form')).length"
    assert page.locator("h2").evaluate_all(left) == 0


@pytest.mark.parametrize("path", ["/queries/prototypes-par-theme.html", "/licences", "/dumps"])
def test_a_wide_table_is_whole_on_a_sheet_of_paper(visitor, path):
    page = visitor(viewport={"width": 718, "height": 1000})  # A4 within margins of a centimetre
    page.goto(path)
    page.emulate_media(media="print")
    assert page.locator(".scroll").first.evaluate("each => getComputedStyle(each).overflowX") == "visible"
    assert page.evaluate("document.documentElement.scrollWidth") <= 718
