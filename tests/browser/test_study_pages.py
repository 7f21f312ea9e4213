"""Maps of one question as people meet them: in a real browser with the network off."""

from __future__ import annotations

import pandas as pd
import pytest

import kurihara_geo as kg
from tests.browser.test_compare_page import DISTRICTS, NAMES, TITLE, texts
from tests.outputs.test_compare_map import draw_associations, draw_borders, draw_plan

pytestmark = pytest.mark.browser

REASON = "<img src=x onerror=document.title='run'> 川"


def draw_town():
    """Draw the town with hostile names, and counts of two later years: place 3 falls below 50 in 2030."""
    town = draw_associations(NAMES, DISTRICTS)
    town["households_2020"] = town["households"]
    town["households_2030"] = [20, 45, 80, 49, 48, 7, 0, 70]
    town["households_2040"] = [20, 45, 80, 40, 48, 7, 0, 49]
    return town


def draw_pages():
    """Make one page of each kind."""
    town = draw_town()
    councils = pd.DataFrame(
        {"name": ["{{7*7}}<b>協議会</b>"], "status": ["preparing"], "district_names": [DISTRICTS[0]]}
    )
    barred = kg.remove_border(draw_borders(town), "T0", "T1", reason=REASON)
    return {
        "borders": kg.map_borders(barred, town, title=TITLE),
        "problems": kg.map_problems(town, title=TITLE),
        "outlook": kg.map_outlook(town, title=TITLE),
        "coverage": kg.map_coverage(draw_plan(associations=town), None, councils, title=TITLE),
    }


KINDS = ("borders", "problems", "outlook", "coverage")


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Write each page once."""
    folder = tmp_path_factory.mktemp("studies")
    return {name: page.save(folder / f"{name}.html") for name, page in draw_pages().items()}


@pytest.mark.parametrize("kind", KINDS)
def test_each_page_works_without_a_network_and_shows_names_to_the_letter(visit, files, kind):
    """One request; choosing every entry and every area, all texts as given, nothing run, nothing complained."""
    seen = visit(files[kind])
    page = seen.page
    page.locator("#kg-all summary").click()
    page.wait_for_selector("#kg-all-rows tbody tr")
    assert page.locator("#kg-all-rows tbody tr").count() == page.evaluate("KG.data.table[1].length")
    for row, cells in enumerate(page.evaluate("KG.data.table[1]")):
        assert texts(page, f"#kg-all-rows tbody tr:nth-child({row + 1}) > *") == cells
    for button in page.locator("#kg-entries button").all():
        button.click()
        assert page.locator("path.kg-chosen").count() >= 1
    for number, title in page.evaluate("KG.data.things.map((thing, number) => [number, thing.title])"):
        page.evaluate(f"KG.choose([{number}])")
        assert texts(page, "#kg-detail h2") == [title]
    page.click("#kg-theme")
    page.click("#kg-text-size")
    assert texts(page, "#kg-title") == [TITLE]
    assert page.title() == TITLE
    assert page.locator("img, svg[onload], #kg-list b, #kg-list i").count() == 0
    assert [url for url in seen.requests if not url.startswith("data:")] == [files[kind].as_uri()]
    assert seen.complaints == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_phone_needs_no_sideways_scrolling(visit, files, kind):
    """At 390 px the map is there, nothing sticks out, and what is tapped is 44 px high."""
    page = visit(files[kind], size=(390, 844), touch=True).page
    assert page.locator("#kg-map").bounding_box()["height"] > 200
    for button in page.locator("button:visible, summary:visible, input[type=range]:visible").all():
        assert button.bounding_box()["height"] >= 44
    page.tap("#kg-text-size")
    page.tap("#kg-text-size")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_border_that_is_clicked_says_whom_it_parts_and_why(visit, files):
    """The barred border stands first in the list; a click on it, or on the map, gives ids, length and reason."""
    page = visit(files["borders"]).page
    assert page.locator("path.kg-look-border-barred").count() == 1
    page.locator("#kg-entries button").first.click()
    detail = page.locator("#kg-detail").evaluate("one => one.textContent")
    assert "T0, T1" in detail
    assert "500 m" in detail
    assert REASON in detail
    page.keyboard.press("Escape")
    assert not page.locator("#kg-detail").is_visible()
    page.locator("path.kg-grip").last.click(force=True)
    assert page.locator("path.kg-chosen").count() == 1


def test_the_slider_changes_looks_and_counts(visit, files):
    """4 of 7 are below 50 today; in 2030 place 3 comes to it, in 2040 place 7 too; the keyboard moves the slider."""
    page = visit(files["outlook"]).page
    below, fresh = page.locator("path.kg-look-below"), page.locator("path.kg-look-fresh")
    assert (below.count(), fresh.count()) == (4, 0)
    page.locator("#kg-year").focus()
    page.keyboard.press("ArrowRight")
    assert (below.count(), fresh.count()) == (5, 1)
    assert page.inner_text("#kg-year-name") == "2030"
    assert page.inner_text("#kg-year-count") == "50世帯未満の自治会: 5"
    page.keyboard.press("End")
    assert (below.count(), fresh.count()) == (6, 2)
    assert [row[:1] for row in texts(page, "#kg-figures tbody td:nth-child(2)")] == ["4", "5", "6"]
    listed = texts(page, "#kg-entries strong")
    assert listed == [NAMES[3], NAMES[7]]
    assert page.get_attribute("#kg-year", "aria-valuetext") == "2040年: 50世帯未満 6自治会"


def test_play_goes_through_the_years_and_stops(visit, files):
    """The button says what it does next; at the last year it is as at first."""
    page = visit(files["outlook"]).page
    label = page.inner_text("#kg-play")
    page.click("#kg-play")
    assert page.inner_text("#kg-play") != label
    page.wait_for_function(
        "label => document.getElementById('kg-year').value === '2' && KG.id('play').textContent === label",
        arg=label,
        timeout=20_000,
    )


def test_council_statuses_have_looks_of_their_own(visit, files):
    """Preparing and not confirmed are two patterns; the outlines of associations are thin and no targets."""
    page = visit(files["coverage"]).page
    fills = page.locator("path[class*=kg-look-council]").evaluate_all(
        "all => all.map(one => getComputedStyle(one).fill)"
    )
    assert sorted(fills) == ['url("#kg-not-confirmed")', 'url("#kg-preparing")']
    assert page.locator("path.kg-look-quiet").evaluate("one => getComputedStyle(one).pointerEvents") == "none"


def test_a_notebook_shows_each_in_a_sandboxed_frame(visit, tmp_path):
    """All four in one notebook page, each in its own frame, without a network and without a complaint."""
    holder = tmp_path / "notebook.html"
    frames = "".join(page._repr_html_() for page in draw_pages().values())
    assert frames.count('sandbox="allow-scripts allow-modals"') == len(KINDS)
    holder.write_text(f"<!DOCTYPE html><meta charset=utf-8>{frames}", encoding="utf-8")
    seen = visit(holder, ready=False)
    for number in range(len(KINDS)):
        frame = seen.page.locator("iframe").nth(number).content_frame
        frame.locator("body[data-ready]").wait_for()
        assert frame.locator("path.kg-study").count() > 0
    assert [url for url in seen.requests if url.startswith("http")] == []
    assert seen.complaints == []
