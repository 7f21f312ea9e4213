"""The map page as people meet it: opened from disk in a real browser with the network off."""

from __future__ import annotations

import pytest

from kurihara_geo.outputs.maps import map_plan, write_map
from tests.browser.hostile_town import COUNTS, HOUSEHOLDS, NAMES, OPTIONS, boxes_overlap, draw_plan, paths

pytestmark = pytest.mark.browser

OVERLAYS = {
    "councils": ("path.kg-council-areas", 2),
    "districts": ("path.kg-district-borders", 1),
    "barriers": ("path.kg-barrier-lines", 1),
    "halls": (".kg-hall", 1),
    "labels": (".kg-label", 7),
}


def test_it_opens_from_disk_without_a_network(visit, page_file):
    """One request, for the file itself; no error, no warning, no dialog."""
    seen = visit(page_file)
    seen.page.click("#kg-before")
    seen.page.wait_for_timeout(300)
    assert [url for url in seen.requests if not url.startswith("data:")] == [page_file.as_uri()]
    assert seen.complaints == []


def test_each_layer_has_its_areas_and_the_buttons_swap_them(visit, page_file):
    """再編案 shows 7 groups with both kinds of border, 現在 shows 11 associations and none of those."""
    page = visit(page_file).page
    assert paths(page, "groups").count() == COUNTS["groups"]
    assert paths(page, "new-borders").count() == paths(page, "old-borders").count() == 1
    assert paths(page, "associations").count() == 0
    assert page.locator("path.kg-below-floor").count() == 1
    page.click("#kg-before")
    assert paths(page, "associations").count() == COUNTS["associations"]
    assert page.locator("path.kg-small-area").count() == 7
    assert (
        paths(page, "groups").count() == paths(page, "new-borders").count() == paths(page, "old-borders").count() == 0
    )
    assert page.get_attribute("#kg-before", "aria-pressed") == "true"
    page.click("#kg-after")
    assert paths(page, "groups").count() == COUNTS["groups"]
    assert paths(page, "uninhabited").count() == COUNTS["uninhabited"]


@pytest.mark.parametrize("name", OVERLAYS)
def test_each_checkbox_adds_and_removes_its_layer(visit, page_file, name):
    """The box says what is shown, before and after two clicks."""
    page = visit(page_file).page
    selector, count = OVERLAYS[name]
    box = page.locator(f"#kg-show-{name}")
    for _ in range(3):
        assert page.locator(selector).count() == (count if box.is_checked() else 0)
        box.click()


def test_established_and_not_confirmed_look_different(visit, page_file):
    """The two districts are filled with different patterns, both of them there."""
    page = visit(page_file).page
    page.click("#kg-show-councils")
    fills = page.locator("path.kg-council-areas").evaluate_all("all => all.map(one => getComputedStyle(one).fill)")
    assert sorted(fills) == ['url("#kg-established")', 'url("#kg-not-confirmed")']


def test_hostile_names_equal_their_input_and_nothing_runs(visit, page_file):
    """Labels and panels show each name to the letter; the title is still the title."""
    seen = visit(page_file)
    page = seen.page
    page.click("#kg-before")
    inhabited = [name for name, households in zip(NAMES, HOUSEHOLDS, strict=True) if households]
    for number, name in enumerate(inhabited):
        page.evaluate(f"document.querySelector('path.kg-associations[data-number=\"{number}\"]').focus()")
        page.keyboard.press("Enter")
        assert page.locator("#kg-panel h2").evaluate("one => one.textContent") == name
    labels = page.locator(".kg-label span:first-child").evaluate_all("all => all.map(one => one.textContent)")
    assert set(labels) <= {*inhabited, *(f"{households}世帯" for households in HOUSEHOLDS)}
    page.evaluate("document.querySelector('.kg-hall').focus()")
    page.keyboard.press("Enter")
    assert page.locator("#kg-panel h2").evaluate("one => one.textContent") == "<i>集会所</i>"
    assert page.locator("#kg-title").evaluate("one => one.textContent") == OPTIONS["title"]
    assert page.title() == OPTIONS["title"]
    assert page.locator("img, svg[onload], .folium-map i, #kg-panel i, #kg-panel b").count() == 0
    assert seen.complaints == []


def test_the_policy_stops_scripts_that_are_not_the_page_s_own(visit, page_file):
    """Even if markup got in, nothing in it would run."""
    page = visit(page_file).page
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<a id=bad onclick=\"document.title=1\">x</a>')")
    page.evaluate("document.getElementById('bad').click()")
    page.evaluate("document.body.append(Object.assign(document.createElement('script'), {text: 'document.title = 2'}))")
    assert page.title() == OPTIONS["title"]


def test_search_finds_highlights_and_says_when_it_does_not(visit, page_file):
    """A part of a name leads to the group that holds it; a miss says 見つかりません."""
    page = visit(page_file).page
    page.fill("#kg-search", "川向")
    page.keyboard.press("Enter")
    assert page.locator("path.kg-chosen").count() == 1
    assert page.inner_text("#kg-panel h2") == "川向"
    page.fill("#kg-search", "どこにもない")
    assert page.inner_text("#kg-search-note") == "見つかりません"


def test_the_panel_tells_what_stands_behind_a_group(visit, page_file):
    """Members, sum, meeting place, distances, district and council; below the floor, the reason."""
    page = visit(page_file).page
    page.evaluate("document.querySelector('path.kg-groups[data-number=\"2\"]').focus()")
    page.keyboard.press("Enter")
    text = page.inner_text("#kg-panel")
    expected = (
        "109世帯",
        "60 + 49",
        "髙﨑𠮷",
        "500 m",
        "集会場所",
        "旧小学校区をまたぎます",
        "北の協議会",
        "未確認",
    )
    for words in expected:
        assert words in text
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.dataset.number") == "2"
    assert "再編案の概要" in page.inner_text("#kg-panel")
    page.evaluate("document.querySelector('path.kg-groups[data-number=\"4\"]').focus()")
    page.keyboard.press(" ")
    assert "川を渡る道がありません。" in page.inner_text("#kg-panel")


def test_areas_have_names_for_screen_readers(visit, page_file):
    """Each area says its name, households and status."""
    page = visit(page_file).page
    labels = paths(page, "groups").evaluate_all("all => all.map(one => one.getAttribute('aria-label'))")
    assert len(labels) == COUNTS["groups"]
    assert "川向 10世帯 下限未満で残る" in labels


def test_choosing_a_district_zooms_to_it(visit, page_file):
    """The map comes nearer, and back again for the whole area."""
    page = visit(page_file, size=(1600, 500)).page
    whole = page.evaluate("map_plan.getZoom()")
    page.select_option("#kg-district", label="南")
    page.wait_for_function("zoom => map_plan.getZoom() > zoom", arg=whole)
    page.select_option("#kg-district", label="全域")
    page.wait_for_function("zoom => map_plan.getZoom() <= zoom", arg=whole)


def test_labels_never_overlap_at_any_zoom_or_text_size(visit, page_file):
    """At six zoom levels and four text sizes no two labels touch, and some are shown when near."""
    page = visit(page_file).page
    for size in range(4):
        for step in range(-3, 3):
            page.evaluate(f"map_plan.setZoom(KG.wholeZoom + {step}, {{animate: false}})")
            boxes = page.locator(".kg-label").evaluate_all(
                "all => all.map(one => one.getBoundingClientRect().toJSON())"
            )
            assert not any(boxes_overlap(a, b) for i, a in enumerate(boxes) for b in boxes[:i])
            assert boxes or step < 0, (size, step)
        page.click("#kg-text-size")


def test_a_phone_needs_no_sideways_scrolling_and_taps_open_the_panel(visit, page_file):
    """At 390 px nothing sticks out, a tap opens the panel, no legend covers it, targets are 44 px."""
    page = visit(page_file, size=(390, 844), touch=True).page
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert not page.locator("#kg-panel").is_visible()
    box = paths(page, "groups").nth(4).bounding_box()
    page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_selector("#kg-panel[data-kind=group]")
    assert page.inner_text("#kg-panel h2") == "川向"
    assert not boxes_overlap(page.locator("#kg-legend").bounding_box(), page.locator("#kg-panel").bounding_box())
    page.locator("#kg-legend summary").tap()
    page.wait_for_selector("#kg-panel", state="hidden")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    targets = "button:visible, select:visible, input[type=search], summary, .kg-toggle, .leaflet-bar a"
    for button in page.locator(targets).all():
        assert button.bounding_box()["height"] >= 44
    page.tap("#kg-text-size")
    page.tap("#kg-text-size")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_notice_source_scale_and_north_are_visible(visit, page_file):
    """What must be said beside the map is on the screen, on a phone too."""
    for size in ((1400, 900), (390, 844)):
        page = visit(page_file, size=size).page
        assert "区域はおよその形です。" in page.inner_text("#kg-notice")
        assert "架空の統計局" in page.inner_text("#kg-source")
        for selector in ("#kg-notice", "#kg-source", ".leaflet-control-scale-line", ".kg-north"):
            assert page.locator(selector).is_visible()


def test_offline_tiles_say_so(visit, tmp_path):
    """Without a network the background map gives a notice and its source, and tries one host only."""
    seen = visit(write_map(draw_plan(), tmp_path / "tiles.html", tiles=True))
    seen.page.click("#kg-show-tiles")
    seen.page.wait_for_selector("#kg-tiles-note:visible")
    assert "国土地理院" in seen.page.inner_text("#kg-source")
    assert "国土地理院" in seen.page.inner_text("#kg-tiles-source")
    assert seen.page.locator("img:visible").count() == 0
    hosts = {url.split("/")[2] for url in seen.requests if url.startswith("http")}
    assert hosts == {"cyberjapandata.gsi.go.jp"}
    seen.page.click("#kg-show-tiles")
    assert not seen.page.locator("#kg-tiles-note").is_visible()
    assert not seen.page.locator("#kg-tiles-source").is_visible()


def test_english_pages_are_english(visit, tmp_path):
    """Every text of the page itself follows the language; names stay as they are."""
    page = visit(write_map(draw_plan(), tmp_path / "en.html", lang="en")).page
    assert page.get_attribute("html", "lang") == "en"
    assert page.inner_text("#kg-before").startswith("Today")
    page.fill("#kg-search", "nowhere")
    assert page.inner_text("#kg-search-note") == "Not found"
    page.evaluate("KG.select(4)")
    assert "No road crosses the river." in page.inner_text("#kg-panel")


def test_a_notebook_shows_the_map_in_a_frame(visit, tmp_path):
    """The notebook view works offline inside its own frame, cut off from the page around it."""
    holder = tmp_path / "notebook.html"
    holder.write_text(
        f"<!DOCTYPE html><meta charset=utf-8>{map_plan(draw_plan(), **OPTIONS)._repr_html_()}",
        encoding="utf-8",
    )
    seen = visit(holder, ready=False)
    frame = seen.page.frame_locator("iframe")
    frame.locator("body[data-ready]").wait_for()
    assert frame.locator("path.kg-groups").count() == COUNTS["groups"]
    assert [url for url in seen.requests if url.startswith("http")] == []
    assert seen.complaints == []
