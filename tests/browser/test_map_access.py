"""Read by everybody: checked by axe-core, in light and dark, large and small, near and far from the table."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from kurihara_geo.outputs.maps import write_map
from tests.browser.hostile_town import OPTIONS, boxes_overlap, draw_plan, paths

pytestmark = pytest.mark.browser

# One after the other on one page: what a reader does, and what then stands on the screen.
STEPS = {
    "a group's panel and the choice of paper": "KG.select(2, null); document.getElementById('kg-print').click()",
    "the same in the dark": "KG.setTheme('dark')",
    "the table in the dark": "KG.closePrintMenu(); KG.openTable(true)",
    "the table": "KG.setTheme('light')",
    "one district today, with search results": """KG.openTable(false); KG.setState('before'); KG.chooseDistrict(0);
      KG.id('search').value = '<'; KG.id('search').dispatchEvent(new Event('input'))""",
}
PHONE_STEPS = {
    "the first sight": "KG.state",
    "a panel in the dark": "KG.setTheme('dark'); KG.select(4, null)",
    "the table": "KG.setTheme('light'); KG.openTable(true)",
}
LOOK = """() => {
  const of = (one) => getComputedStyle(one);
  const find = (selector) => of(document.querySelector(selector));
  return [find("body").backgroundColor, find(".kg-ink-below").fill, find(".kg-label").color,
    find(".kg-label").textShadow,
    find("path.kg-new-borders").stroke, ...[...document.querySelectorAll("path.kg-merged")].map((one) => of(one).fill)];
}"""
FILLS = "all => all.map(one => getComputedStyle(one).fill)"


def findings(page):
    """List what axe-core calls serious or critical, with the elements."""
    found = Axe().run(page).response["violations"]
    return [
        (rule["id"], [node["html"][:160] for node in rule["nodes"][:3]])
        for rule in found
        if rule["impact"] in {"serious", "critical"}
    ]


@pytest.mark.parametrize(("size", "steps"), [((1400, 900), STEPS), ((390, 844), PHONE_STEPS)], ids=["screen", "phone"])
def test_axe_finds_nothing_serious(visit, page_file, size, steps):
    """Contrast, names, roles and order hold at each step: light and dark, panel, table, district, search, paper."""
    page = visit(page_file, size=size).page
    for step, script in steps.items():
        page.evaluate(f"() => {{ {script}; }}")
        assert findings(page) == [], step


def test_axe_would_find_pale_letters(visit, page_file):
    """The check is not blind: pale grey on white is found."""
    page = visit(page_file).page
    page.evaluate("KG.id('notice').style.color = '#ccc'")
    assert [rule for rule, _ in findings(page)] == ["color-contrast"]


def test_the_dark_theme_changes_every_sign_and_is_forgotten(visit, page_file):
    """Ground, areas, dots and halos have a dark look; light again on the second press and the next visit."""
    seen = visit(page_file)
    page = seen.page
    light = page.evaluate(LOOK)
    page.click("#kg-theme")
    dark = page.evaluate(LOOK)
    assert all(a != b for a, b in zip(light, dark, strict=True))
    assert page.inner_text("#kg-theme") == "白地"
    page.click("#kg-theme")
    assert page.evaluate(LOOK) == light
    page.click("#kg-theme")
    page.reload()
    page.wait_for_selector("body[data-ready]")
    assert page.evaluate(LOOK) == light
    assert seen.complaints == []


def test_neighbouring_merged_groups_differ_in_both_themes(visit, page_file):
    """T03+T07 touches T00+T01's row and T09+T10's: no two merged neighbours share a fill."""
    page = visit(page_file).page
    for theme in ("light", "dark"):
        page.evaluate(f"KG.setTheme('{theme}')")
        fills = dict(zip(["T00", "T03", "T04", "T09"], paths(page, "merged").evaluate_all(FILLS), strict=True))
        # T04+T05 lies above T00+T01 and below T09+T10.
        assert fills["T04"] not in {fills["T00"], fills["T09"]}


def test_letters_of_twice_the_size_break_nothing(visit, page_file):
    """At 200 % nothing sticks out sideways on a phone or a screen, and all buttons can be pressed."""
    for size in ((390, 844), (1400, 900)):
        page = visit(page_file, size=size).page
        for _ in range(3):
            page.click("#kg-text-size")
        assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "32px"
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
        assert page.evaluate("map_plan.getSize().y") > 150
        for name in ("before", "table-button", "theme", "print", "district", "search"):
            box = page.locator(f"#kg-{name}").bounding_box()
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= size[0]


def test_legend_table_and_panel_never_cover_each_other_on_a_phone(visit, page_file):
    """The panel closes the legend and the legend the panel; the open table covers the map only; targets are 44 px."""
    page = visit(page_file, size=(390, 844), touch=True).page
    page.evaluate("KG.select(2, null)")
    assert not boxes_overlap(page.locator("#kg-legend").bounding_box(), page.locator("#kg-panel").bounding_box())
    page.tap("#kg-table-button")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    table, top = page.locator("#kg-table").bounding_box(), page.locator(".kg-top").bounding_box()
    assert not boxes_overlap(table, top)
    for target in page.locator("#kg-table button:visible, #kg-table input").all():
        assert target.bounding_box()["height"] >= 44
    foot = page.evaluate("document.elementFromPoint(200, 500).closest('#kg-table') !== null")
    assert foot


def test_public_and_english_pages_pass_too(visit, tmp_path):
    """The public edition in English has nothing serious either."""
    page = visit(write_map(draw_plan(), tmp_path / "en.html", lang="en", audience="public", **OPTIONS)).page
    page.evaluate("KG.openTable(true)")
    assert findings(page) == []
