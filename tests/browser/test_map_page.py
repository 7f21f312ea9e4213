"""The map page as people meet it: opened from disk in a real browser with the network off."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from kurihara_geo.model.solution import Stage
from kurihara_geo.outputs.maps import map_plan, write_map
from kurihara_geo.rules import MergeRules
from tests.plans import plan_by_hand

pytestmark = pytest.mark.browser

# 4 x 3 squares, numbered row by row from the south-west; 6 is empty, 8 is left below the floor of 50.
HOUSEHOLDS = (20, 35, 80, 60, 30, 25, 0, 49, 10, 45, 90, 70)
GROUPS = (("T00", "T01"), ("T02",), ("T03", "T07"), ("T04", "T05"), ("T08",), ("T09", "T10"), ("T11",))
NAMES = (
    "<img src=x onerror=document.title='run'>",
    "${document.title='run'}",
    "</script><script>document.title='run'</script>",
    "{{7*7}}{% raw %}",
    "a`b",
    "line\u2028end",
    "空き地",
    "髙﨑𠮷",
    "川向",
    "<b>太字</b>",
    "&amp;&lt;",
    '"><svg onload=alert(1)>',
)
COUNTS = {"associations": 11, "groups": 7, "uninhabited": 1}


def draw_plan():
    """Draw a made-up town whose names try to break the page."""
    cells = [shapely.box(x * 500, y * 500, x * 500 + 500, y * 500 + 500) for y in range(3) for x in range(4)]
    ids = [f"T{i:02d}" for i in range(12)]
    associations = gpd.GeoDataFrame(
        {"name": NAMES, "households": HOUSEHOLDS, "former_school_district": ["北"] * 6 + ["南"] * 6},
        geometry=cells,
        index=pd.Index(ids, name="association_id"),
        crs=6678,
    )
    associations.attrs.update(notice="区域はおよその形です。", attribution="架空の統計局")
    rows = [
        {"a": ids[i], "b": ids[j], "length_m": 500.0, "kind": "border", "barred_by": "", "reason": "",
         "geometry": cells[i].intersection(cells[j])}
        for i in range(12) for j in (i + 1, i + 4)
        if j < 12 and (j == i + 4 or j % 4) and HOUSEHOLDS[i] and HOUSEHOLDS[j]
    ]  # fmt: skip
    borders = gpd.GeoDataFrame(rows, geometry="geometry", crs=6678)
    stages = (
        Stage(name="below_floor", value=10, bound=10, proven=True),
        Stage(name="mergers", value=4, bound=4, proven=True),
    )
    reasons = {"T08": ("reach", "川を渡る道がありません。", "No road crosses the river.")}
    return plan_by_hand(associations, borders, MergeRules(), GROUPS, stages=stages, reasons=reasons)


OPTIONS = {
    "halls": gpd.GeoDataFrame(
        {"name": ["<i>集会所</i>"], "kind": ["木造"]},
        geometry=[shapely.Point(1750, 250)],
        index=["H1"],
        crs=6678,
    ),
    "barriers": gpd.GeoDataFrame({"name": ["川"]}, geometry=[shapely.LineString([(0, 990), (2000, 1010)])], crs=6678),
    "councils": pd.DataFrame(
        {
            "name": ["北の協議会"],
            "status": ["established"],
            "founded": ["2020-04-01"],
            "district_names": ["北"],
        }
    ),
    "title": "再編案 <script>document.title='run'</script>",
}
OVERLAYS = {
    "councils": ("path.kg-council-areas", 2),
    "districts": ("path.kg-district-borders", 1),
    "barriers": ("path.kg-barrier-lines", 1),
    "halls": (".kg-hall", 1),
    "labels": (".kg-label", 7),
}


@pytest.fixture(scope="module")
def page_file(tmp_path_factory):
    """Write the page once for all tests that only look at it."""
    return write_map(draw_plan(), tmp_path_factory.mktemp("map") / "map.html", **OPTIONS)


def paths(page, name):
    """Find the drawn paths of one layer."""
    return page.locator(f"path.kg-{name}")


def boxes_overlap(a, b):
    """Say whether two rectangles on the screen touch."""
    return (
        a["x"] < b["x"] + b["width"]
        and b["x"] < a["x"] + a["width"]
        and a["y"] < b["y"] + b["height"]
        and (b["y"] < a["y"] + a["height"])
    )


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
    """Each area can be reached with the keyboard and says its name, households and status."""
    page = visit(page_file).page
    labels = paths(page, "groups").evaluate_all("all => all.map(one => [one.tabIndex, one.getAttribute('aria-label')])")
    assert [tab for tab, _ in labels] == [0] * COUNTS["groups"]
    assert "川向 10世帯 下限未満で残る" in [label for _, label in labels]


def test_choosing_a_district_zooms_to_it(visit, page_file):
    """The map comes nearer, and back again for the whole area."""
    page = visit(page_file, size=(1600, 500)).page
    whole = page.evaluate("map_plan.getZoom()")
    page.select_option("#kg-district", label="南")
    page.wait_for_function("zoom => map_plan.getZoom() > zoom", arg=whole)
    page.select_option("#kg-district", label="全域")
    page.wait_for_function("zoom => map_plan.getZoom() <= zoom", arg=whole)


def test_labels_never_overlap_at_any_zoom_or_text_size(visit, page_file):
    """At six zoom levels and three text sizes no two labels touch, and some are shown when near."""
    page = visit(page_file).page
    for size in range(3):
        for step in range(-3, 3):
            page.evaluate(f"map_plan.setZoom(KG.wholeZoom + {step}, {{animate: false}})")
            boxes = [one.bounding_box() for one in page.locator(".kg-label").all()]
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
    hosts = {url.split("/")[2] for url in seen.requests if url.startswith("http")}
    assert hosts == {"cyberjapandata.gsi.go.jp"}
    seen.page.click("#kg-show-tiles")
    assert not seen.page.locator("#kg-tiles-note").is_visible()


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
