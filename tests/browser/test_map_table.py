"""The table of all groups, and the page without a mouse: by keyboard and by ear."""

from __future__ import annotations

import pytest

from tests.browser.hostile_town import COUNTS, NAMES

pytestmark = pytest.mark.browser


def rows(page):
    """Read the table's rows as lists of cells."""
    return page.locator("#kg-table tbody tr").evaluate_all("all => all.map(r => [...r.cells].map(c => c.textContent))")


def active(page):
    """Say which element has the focus."""
    script = "(one) => one.id || one.dataset.number || one.className || one.tagName"
    return page.evaluate(f"({script})(document.activeElement)")


def test_every_group_stands_in_the_table_before_anybody_opens_it(visit, page_file):
    """A screen reader finds a captioned table with headed rows and columns; no tab stop is in it."""
    page = visit(page_file).page
    assert page.locator("#kg-table table caption").count() == 1
    assert page.locator("#kg-table thead th[scope=col]").count() == 6
    assert page.locator("#kg-table tbody th[scope=row]").count() == COUNTS["groups"]
    found = rows(page)
    assert [row[0] for row in found] == [str(number) for number in range(1, 8)]
    merged = next(row for row in found if "髙﨑𠮷" in row[4])
    assert "60 + 49 → 109" in merged[5]
    assert "<b>太字</b>、&amp;&lt;" in [row[4] for row in found]
    assert "下限未満で残る" in next(row for row in found if NAMES[8] in row[1])[3]
    assert page.get_by_role("table").count() >= 1
    stops = page.locator("#kg-table button, #kg-table input").evaluate_all("all => all.map(one => one.tabIndex)")
    assert set(stops) == {-1}


def test_the_table_sorts_and_narrows_down(visit, page_file):
    """By households both ways, said in aria-sort; a part of a member's name leaves its group; the caption counts."""
    page = visit(page_file).page
    page.click("#kg-table-button")
    page.click("[data-sort=households]")
    assert page.get_attribute(".kg-col-households", "aria-sort") == "ascending"
    assert "川向" in rows(page)[0][1]
    page.click("[data-sort=households]")
    assert page.get_attribute(".kg-col-households", "aria-sort") == "descending"
    assert "川向" in rows(page)[-1][1]
    page.fill("#kg-table-filter", "髙﨑𠮷")
    assert len(rows(page)) == 1
    assert page.inner_text("#kg-table caption") == page.inner_text("#kg-live") == "再編後の自治会 1件"


def test_each_row_leads_to_the_map_by_keyboard(visit, page_file):
    """Open, tab to the first group, Enter: the table closes, the group is marked and told; Escape comes back."""
    page = visit(page_file).page
    page.focus("#kg-table-button")
    page.keyboard.press("Enter")
    assert active(page) == "kg-table-title"
    for _ in range(20):
        page.keyboard.press("Tab")
        if active(page) == "kg-to-map":
            break
    name = page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Enter")
    assert not page.locator("#kg-table-title").is_visible() or "kg-table-open" not in page.get_attribute(
        "body", "class"
    )
    assert page.locator("#kg-panel h2").evaluate("one => one.textContent") == name
    assert page.locator("path.kg-chosen").count() == 1
    assert active(page) == "kg-panel"
    page.keyboard.press("Escape")
    assert active(page) == "kg-table-button"


def test_everything_can_be_done_without_a_mouse(visit, page_file):
    """Skip links first, then the controls, one stop for the areas; arrows walk, Enter opens, Escape comes back."""
    page = visit(page_file).page
    met = []
    for _ in range(40):
        page.keyboard.press("Tab")
        if met and active(page) == met[0]:
            break
        met.append(active(page))
    assert met[:2] == ["kg-skip-to-map", "kg-skip-to-table"]
    for control in (
        "kg-before",
        "kg-after",
        "kg-district",
        "kg-search",
        "kg-table-button",
        "kg-text-size",
        "kg-theme",
        "kg-print",
    ):
        assert control in met
    assert sum(stop.isdigit() for stop in met) == 1
    page.focus("#kg-skip-to-map")
    page.keyboard.press("Enter")
    spoken = "document.activeElement.getAttribute('aria-label')"
    start = page.evaluate(spoken)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowUp")
    assert page.evaluate(spoken) != start
    assert page.locator("path.kg-groups[tabindex='0'], path.kg-uninhabited[tabindex='0']").count() == 1
    assert page.locator(".kg-name").count() == 1
    page.keyboard.press("Enter")
    assert page.get_attribute("#kg-panel", "data-kind") in {"group", "uninhabited"}
    page.keyboard.press("Escape")
    assert active(page).isdigit()
    outline = page.evaluate("getComputedStyle(document.activeElement).strokeWidth")
    assert float(outline.removesuffix("px")) >= 5


def test_changes_are_said_aloud(visit, page_file):
    """The live region names the state, the theme and the text size when they change."""
    page = visit(page_file).page
    page.click("#kg-before")
    assert page.inner_text("#kg-live").startswith("現在")
    page.click("#kg-theme")
    assert page.inner_text("#kg-live") == "黒地"
    page.click("#kg-text-size")
    assert page.inner_text("#kg-live") == "文字サイズ 119%"


def test_without_scripts_the_page_points_to_paper(browser, page_file):
    """With JavaScript off, a note names the PDF and the table."""
    context = browser.new_context(java_script_enabled=False, offline=True)
    page = context.new_page()
    page.goto(page_file.as_uri())
    text = page.inner_text(".kg-noscript")
    context.close()
    assert "PDF" in text
    assert "Excel" in text
