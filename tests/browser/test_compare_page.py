"""The comparison as people meet it: two maps in a real browser with the network off."""

from __future__ import annotations

import pytest

import kurihara_geo as kg
from tests.outputs.test_compare_map import PLAN_B, draw_associations, draw_plan

pytestmark = pytest.mark.browser

NAMES = (
    "<img src=x onerror=document.title='run'>",
    "${document.title='run'}",
    "</script><script>document.title='run'</script>",
    "{{7*7}}{% raw %}",
    "line\u2028end`",
    "髙﨑𠮷",
    "<b>空き地</b>",
    '"><svg onload=alert(1)>',
)
DISTRICTS = ("<i>南</i>", "北")
LABELS = ("案<b>A</b>", "{{7*7}}")
TITLE = "比較 <script>document.title='run'</script>"


@pytest.fixture(scope="module")
def plans():
    """Make two plans of a town whose names try to break the page."""
    table = draw_associations(NAMES, DISTRICTS)
    return draw_plan(associations=table), draw_plan(PLAN_B, table)


@pytest.fixture(scope="module")
def page_file(plans, tmp_path_factory):
    """Write the comparison of two plans once."""
    return kg.write_comparison_map(
        plans[0], tmp_path_factory.mktemp("compare") / "plans.html", plans[1], labels=LABELS, title=TITLE
    )


@pytest.fixture(scope="module")
def today_file(plans, tmp_path_factory):
    """Write the comparison with today once."""
    return kg.write_comparison_map(plans[0], tmp_path_factory.mktemp("compare") / "today.html")


def texts(page, selector):
    """Give what elements say, to the letter."""
    return page.locator(selector).evaluate_all("all => all.map(one => one.textContent)")


def view(page, side):
    """Give where a map is: its zoom, and its centre to a metre or so."""
    return page.evaluate(
        f"[KG.maps[{side}].getZoom(), ...Object.values(KG.maps[{side}].getCenter()).map(v => Math.round(v * 1e4))]"
    )


def near(a, b):
    """Say whether two maps show the same place: the same zoom, and centres less than a pixel apart."""
    return a[0] == b[0] and all(abs(x - y) <= 2 for x, y in zip(a[1:], b[1:], strict=True))


def test_it_opens_from_disk_and_every_control_works_without_a_network(visit, page_file):
    """One request, for the file itself; no complaint after every button and box was used."""
    seen = visit(page_file)
    page = seen.page
    for box in page.locator("input[type=checkbox]").all():
        box.click()
        box.click()
    for button in ("#kg-text-size", "#kg-theme", "#kg-entries button"):
        page.locator(button).first.click()
    page.locator("#kg-all summary").click()
    page.select_option("#kg-district", index=1)
    assert [url for url in seen.requests if not url.startswith("data:")] == [page_file.as_uri()]
    assert seen.complaints == []


def test_both_maps_hold_every_area(visit, page_file):
    """Seven inhabited areas and an empty one on each side; two groups of two members are coloured on each."""
    page = visit(page_file).page
    for side in ("left", "right"):
        assert page.locator(f"#kg-map-{side} path.kg-cell").count() == 7
        assert page.locator(f"#kg-map-{side} path.kg-cell-empty").count() == 1
        assert page.locator(f"#kg-map-{side} path.kg-cell-merged").count() == 4


def test_the_maps_move_together(visit, page_file):
    """What is done to one map, with the mouse, its buttons or the keyboard, happens to the other."""
    page = visit(page_file).page
    page.locator("#kg-map-left .leaflet-control-zoom-in").click()
    assert near(view(page, 0), view(page, 1))
    box = page.locator("#kg-map-right").bounding_box()
    start = view(page, 0)
    page.mouse.move(box["x"] + 200, box["y"] + 300)
    page.mouse.down()
    page.mouse.move(box["x"] + 320, box["y"] + 340, steps=4)
    page.mouse.up()
    page.wait_for_timeout(200)
    assert not near(view(page, 0), start)
    assert near(view(page, 0), view(page, 1))
    page.locator("#kg-map-right").focus()
    page.keyboard.press("-")
    page.wait_for_timeout(200)
    assert near(view(page, 0), view(page, 1))


def test_what_differs_is_outlined_listed_and_gone_to(visit, page_file):
    """One place of four associations; the other three are pale; choosing it outlines it on both maps."""
    page = visit(page_file).page
    assert texts(page, "#kg-list-title") == ["違いの一覧 1か所"]
    for side in ("left", "right"):
        assert page.locator(f"#kg-map-{side} path.kg-difference").count() == 1
        assert page.locator(f"#kg-map-{side} path.kg-alike").count() == 3
        assert texts(page, f"#kg-map-{side} .kg-number") == ["1"]
    zoom = view(page, 0)[0]
    page.locator("#kg-entry-1 button").click()
    for side in ("left", "right"):
        assert page.locator(f"#kg-map-{side} path.kg-chosen").count() == 1
    assert view(page, 0)[0] >= zoom
    assert page.locator(".kg-entry-chosen").count() == 1
    page.keyboard.press("Escape")
    assert page.locator("path.kg-chosen").count() == 0
    page.locator("#kg-show-differences").click()
    assert page.locator("path.kg-difference, path.kg-alike, .kg-number").count() == 0


def test_the_figures_are_those_of_compare_plans(visit, page_file, plans):
    """Associations, those below the floor and those that join others, on both sides."""
    page = visit(page_file).page
    table = kg.compare_plans({"A": plans[0], "B": plans[1]})
    rows = page.locator(".kg-pair-figures tbody tr").evaluate_all(
        "all => all.map(row => [...row.children].map(cell => cell.textContent))"
    )
    shown = {row[0]: row[1:] for row in rows}
    for label, figure in {
        "自治会の数": "associations_after",
        "50世帯未満の自治会": "left_below",
        "再編に加わる自治会": "associations_changed",
        "もっとも小さい自治会の世帯数": "smallest_group",
    }.items():
        assert shown[label] == [str(value) for value in table.loc[figure]]
    assert shown["旧小学校区をまたぐ自治会"] == ["0", "2"]


def test_hostile_names_equal_their_input_and_nothing_runs(visit, page_file):
    """In labels, list, table, detail and headings each name stands to the letter."""
    seen = visit(page_file)
    page = seen.page
    inhabited = [name for number, name in enumerate(NAMES) if number != 6]
    page.locator("#kg-all summary").click()
    page.wait_for_selector("#kg-all-rows tbody tr")
    assert [text.rsplit(" ", 1)[0] for text in texts(page, "#kg-all-rows tbody th")] == inhabited
    listed = " ".join(texts(page, "#kg-entries small"))
    assert all(inhabited[number] in listed for number in (0, 1, 4, 5))
    for place, name in enumerate(inhabited):
        page.evaluate(f"KG.openPlace({place})")
        assert page.locator("#kg-detail h2").evaluate("one => one.textContent").startswith(name)
    assert texts(page, ".kg-chip")[:2] == list(LABELS)
    assert [text.split(" 5")[0] for text in texts(page, ".kg-side-name")] == list(LABELS)
    assert DISTRICTS[0] in texts(page, "#kg-district option")
    assert texts(page, "#kg-title") == [TITLE]
    assert page.title() == TITLE
    assert page.locator("img, svg[onload], #kg-list b, #kg-list i, h2 b").count() == 0
    assert seen.complaints == []


def test_a_district_filters_list_figures_and_map(visit, today_file):
    """In 北 one of the two merged groups is listed, four areas are outside, and three associations are counted."""
    page = visit(today_file).page
    assert page.locator(".kg-entry").count() == 2
    page.select_option("#kg-district", label="北")
    assert page.locator(".kg-entry").count() == 1
    assert page.locator("#kg-map-left path.kg-outside").count() == 4
    assert texts(page, ".kg-pair-figures tbody tr:first-child td") == ["3", "2"]
    page.select_option("#kg-district", label="全域")
    assert page.locator("path.kg-outside").count() == 0
    assert page.locator(".kg-entry").count() == 2


def test_the_keyboard_alone_reaches_an_entry_and_chooses_it(visit, today_file):
    """Tab comes to the first number of the list; Enter takes both maps there; every map has a name."""
    page = visit(today_file).page
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "kg-list"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.locator("path.kg-chosen").count() == 2
    assert page.inner_text("#kg-live") == "1番を表示"
    names = page.locator(".folium-map").evaluate_all("all => all.map(one => one.getAttribute('aria-label'))")
    assert names == ["地図: 現在", "地図: 再編案"]


def test_a_phone_shows_one_map_above_the_other(visit, page_file):
    """At 390 px nothing sticks out, at every text size; what is tapped is 44 px high; a tap on the map tells."""
    page = visit(page_file, size=(390, 844), touch=True).page
    upper, lower = (page.locator(f"#kg-map-{side}").bounding_box() for side in ("left", "right"))
    assert upper["y"] + upper["height"] <= lower["y"] < 844
    for button in page.locator("button:visible, select:visible, summary:visible, .kg-toggle:visible").all():
        assert button.bounding_box()["height"] >= 44
    for _ in range(4):
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.tap("#kg-text-size")
    box = page.locator("#kg-map-right path.kg-cell").nth(2).bounding_box()
    page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert NAMES[2] in page.locator("#kg-detail h2").evaluate("one => one.textContent")


def test_on_paper_the_two_maps_stand_on_one_a3_sheet(visit, page_file):
    """Page 1 is A3 across with both maps' names and the notice, the list follows; afterwards all is as before."""
    import pypdfium2

    page = visit(page_file).page
    document = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True, print_background=True))
    width, height = (round(side / 72 * 25.4) for side in document[0].get_size())
    assert (width, height) == (420, 297)
    first = document[0].get_textpage().get_text_range()
    assert "7*7" in first
    assert "区域はおよその形です。" in first
    assert "違いの一覧" in document[1].get_textpage().get_text_range()
    assert page.evaluate("document.getElementById('kg-foot').parentElement === document.body")


def test_a_notebook_shows_it_in_a_sandboxed_frame(visit, plans, tmp_path):
    """The notebook view works offline inside its own frame, cut off from the notebook around it."""
    holder = tmp_path / "notebook.html"
    view_html = kg.map_comparison(*plans, lang="en")._repr_html_()
    assert 'sandbox="allow-scripts allow-modals"' in view_html
    holder.write_text(f"<!DOCTYPE html><meta charset=utf-8>{view_html}", encoding="utf-8")
    seen = visit(holder, ready=False)
    frame = seen.page.frame_locator("iframe")
    frame.locator("body[data-ready]").wait_for()
    assert frame.locator("path.kg-difference").count() == 2
    assert frame.locator("#kg-name-0").inner_text().startswith("Plan A")
    assert [url for url in seen.requests if url.startswith("http")] == []
    assert seen.complaints == []
