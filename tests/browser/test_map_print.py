"""On paper: the first page is the map with every number, the table follows, and the screen is as it was."""

from __future__ import annotations

import re

import pypdfium2
import pytest

from tests.browser.hostile_town import COUNTS, NAMES

pytestmark = pytest.mark.browser

# What a page looks like, so that it can be compared before and after printing.
LOOK = """() => JSON.stringify({
  theme: document.documentElement.dataset.theme, size: document.documentElement.style.fontSize,
  body: document.body.className,
  zoom: map_plan.getZoom(), centre: map_plan.getCenter(), whole: KG.wholeZoom, map: map_plan.getSize(),
  legend: KG.id("legend").open, summary: KG.id("summary").textContent,
  rows: document.querySelectorAll("#kg-table tbody tr").length,
  labels: [...document.querySelectorAll(".kg-label")].map((one) => one.textContent),
})"""


def print_page(page):
    """Print as Ctrl-P does and give each page's size in millimetres and its text, blanks left out."""
    document = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True, print_background=True))
    millimetres = [tuple(round(side / 72 * 25.4) for side in sheet.get_size()) for sheet in document]
    return millimetres, [
        "\n".join("".join(line.split()) for line in sheet.get_textpage().get_text_bounded().splitlines())
        for sheet in document
    ]


def test_the_first_page_is_the_a3_map_and_then_comes_the_table(visit, page_file):
    """A3 landscape; title, legend, scale, notice, source and every group's number; then every group's row."""
    page = visit(page_file).page
    sizes, texts = print_page(page)
    assert set(sizes) == {(420, 297)}
    for words in (
        "再編案<script>",
        "凡例",
        "再編後の境界",
        "北",
        "決定ではなく検討のための案です。",
        "区域はおよその形です。",
        "架空の統計局",
    ):
        assert words in texts[0], words
    assert re.search(r"\n\d+k?m\n", f"\n{texts[0]}\n")
    lines = texts[0].split("\n")
    assert [str(number) for number in range(1, COUNTS["groups"] + 1) if str(number) not in lines] == []
    assert "再編後の自治会7件" not in texts[0]
    rest = "".join(texts[1:]).replace("\n", "")
    assert "再編後の自治会7件" in rest
    for words in ("番号", "構成する自治会", "北", "南", "60+49→109", NAMES[8], "髙﨑𠮷", "で残る"):
        assert words in rest, words


def test_numbers_on_the_map_are_the_numbers_of_the_table(visit, page_file):
    """The label at a group's place carries the number of its row."""
    page = visit(page_file).page
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    labels = page.locator(".kg-label").evaluate_all(
        "all => all.map(one => [...one.children].map(line => line.textContent))"
    )
    rows = page.locator("#kg-table tbody tr:not(:has([scope=rowgroup]))").evaluate_all(
        "all => all.map(one => [one.cells[0].textContent, one.cells[1].querySelector('button').textContent])"
    )
    named = {name: number for number, name, *_ in (label for label in labels if len(label) == 3)}
    assert sorted(label[0] for label in labels) == sorted(number for number, _ in rows)
    assert len(named) > 3
    assert all((number, name) in {tuple(row) for row in rows} for name, number in named.items())


def test_after_printing_all_is_as_it_was(visit, page_file):
    """Dark, large letters, one district, moved map: printed light and fitted, then exactly as before."""
    page = visit(page_file).page
    page.click("#kg-theme")
    page.click("#kg-text-size")
    page.select_option("#kg-district", label="南")
    page.evaluate("map_plan.setZoom(map_plan.getZoom() - 0.5, {animate: false})")
    before = page.evaluate(LOOK)
    sizes, texts = print_page(page)
    assert sizes[0] == (420, 297)
    assert "再編案南" in texts[0]
    assert page.evaluate(LOOK) == before
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.get_attribute("html", "data-theme") == "light"
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.evaluate(LOOK) == before


def test_one_district_is_printed_alone(visit, page_file):
    """South: its groups' numbers and rows, and nobody else's."""
    page = visit(page_file).page
    page.select_option("#kg-district", label="南")
    _, texts = print_page(page)
    table = texts[1].replace("\n", "")
    assert "再編後の自治会4件" in table
    assert "20+35" not in table
    assert "60+49→109" in table


def test_the_buttons_choose_the_paper(visit, page_file):
    """印刷 opens a choice of A3 and A4; A4 makes A4 pages; Escape closes the choice and gives the focus back."""
    page = visit(page_file, size=(390, 844)).page
    page.evaluate("window.print = () => { document.title = 'printed'; }")
    page.click("#kg-print")
    assert page.locator("#kg-print-a3").is_visible()
    page.keyboard.press("Escape")
    assert page.locator("#kg-print-menu").is_hidden()
    assert page.evaluate("document.activeElement.id") == "kg-print"
    page.click("#kg-print")
    page.click("#kg-print-a4")
    assert page.title() == "printed"
    sizes, texts = print_page(page)
    assert set(sizes) == {(297, 210)}
    assert "再編後の自治会7件" in texts[1].replace("\n", "")
