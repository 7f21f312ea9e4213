"""One former school district at a time: on the screen, in the search, in the table and in the figures."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser

# The north holds T00 to T05, the south T07 to T11; T03 and T07 are merged across the border.
INSIDE_SOUTH = {"髙﨑𠮷", "川向"}


def outside(page, name):
    """List the numbers of the areas that are pale."""
    return page.locator(f"path.kg-{name}.kg-outside").evaluate_all("all => all.map(one => Number(one.dataset.number))")


def test_choosing_a_district_makes_the_rest_pale_and_leaving_it_restores_all(visit, page_file):
    """Groups with a member in the south stand out, in both states; a veil lies on the rest; then all is bright."""
    page = visit(page_file).page
    assert outside(page, "groups") == []
    page.select_option("#kg-district", label="南")
    assert outside(page, "groups") == [0, 1, 3]
    assert page.locator("path.kg-veil").count() == 1
    page.click("#kg-before")
    assert outside(page, "associations") == [0, 1, 2, 3, 4, 5]
    page.select_option("#kg-district", label="全域")
    assert outside(page, "associations") == []
    assert page.locator("path.kg-veil").count() == 0


def test_the_heading_and_the_overview_give_the_district_s_own_figures(visit, page_file):
    """South: five associations become three groups, three below 50 become one; then the town's again."""
    page = visit(page_file).page
    whole = page.inner_text("#kg-summary")
    assert "11 → 7" in whole
    assert "7 → 1" in whole
    assert "514世帯" in whole
    page.select_option("#kg-district", label="南")
    south = page.inner_text("#kg-summary")
    assert south.startswith("南")
    for figures in ("5 → 3", "3 → 1", "264世帯"):
        assert figures in south
    assert "南" in page.inner_text("#kg-panel h2")
    assert "264世帯" in page.inner_text("#kg-panel")
    assert page.inner_text("#kg-live") == f"南: {south.removeprefix('南').strip()}"
    page.select_option("#kg-district", label="全域")
    assert page.inner_text("#kg-summary") == whole


def test_search_puts_the_district_first_and_still_finds_the_rest(visit, page_file):
    """Both districts have names with a slash; the chosen one's come first, and a hit elsewhere leaves the district."""
    page = visit(page_file).page
    page.select_option("#kg-district", label="南")
    page.fill("#kg-search", "<")
    first = page.locator("#kg-results li span").evaluate_all("all => all.map(one => one.textContent)")
    assert first[0] == "<b>太字</b>"
    assert "<img src=x onerror=document.title='run'>" in first
    page.fill("#kg-search", "a`b")
    page.keyboard.press("Enter")
    assert page.input_value("#kg-district") == ""
    assert page.locator("path.kg-chosen").count() == 1


def test_the_table_follows_the_district(visit, page_file):
    """South: only the three groups with members there, and the caption says so."""
    page = visit(page_file).page
    page.select_option("#kg-district", label="南")
    assert page.locator("#kg-table tbody tr").count() == 4
    assert page.inner_text("#kg-table caption") == "南 再編後の自治会 4件"
