"""The information panel in a real browser: what it says of groups, associations, links and borders, and to whom."""

from __future__ import annotations

import pandas as pd
import pytest

from kurihara_geo.outputs.maps import map_plan, write_map
from kurihara_geo.plan import Provenance
from kurihara_geo.rules import MergeRules
from tests.outputs.test_maps import BAD, draw_crossed_town, explained
from tests.plans import plan_by_hand

pytestmark = pytest.mark.browser

BELOW, JOINED = 1, 0
C = 2


def draw_plan():
    """Draw a - b (barred river) - c, d, e - f with a bridge from c to e; c is left below the floor of 50."""
    associations, borders = draw_crossed_town()
    reasons = {"c": ("costs_others", "架空dと組むと45世帯が残ります。", "45 households would be left.")}
    groups = [("a", "b"), ("c",), ("d",), ("e", "f")]
    made = Provenance(created="2026-04-01T00:00:00")
    return plan_by_hand(associations, borders, MergeRules(), groups, reasons=reasons, provenance=made)


def explanations(plan):
    """Explain c, with a third sentence that stands behind the disclosure and one rule that would free it."""
    freeing = pd.DataFrame(
        {"ja": ["組の人数を増やす"], "en": ["Allow more"], "frees": [True], "proven": [True], "note": [""]},
        index=pd.Index(["max_members"], name="relaxation"),
    )
    return {"c": explained(plan, "c", ja=(BAD, "二つめです。", "  三つめです。"), relaxations=freeing)}


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """Write the office's page once."""
    plan = draw_plan()
    path = tmp_path_factory.mktemp("panel") / "office.html"
    return write_map(plan, path, explanations=explanations(plan), scenario=BAD)


@pytest.fixture(scope="module")
def public(tmp_path_factory):
    """Write the public page once."""
    plan = draw_plan()
    path = tmp_path_factory.mktemp("panel") / "public.html"
    return write_map(plan, path, explanations=explanations(plan), scenario=BAD, audience="public")


def panel(page):
    """Read the panel as people see it."""
    return page.inner_text("#kg-panel")


def test_a_group_says_why_and_what_else_it_could_be(visit, office):
    """Two sentences are open, the third folded away; alternatives say the sum, the price, how sure, what forbids."""
    page = visit(office).page
    page.evaluate(f"KG.select({BELOW})")
    text = panel(page)
    for words in (
        "2番",
        "30世帯",
        BAD,
        "二つめです。",
        "架空dと組む",
        "合わせて90世帯",
        "7増えます",
        "10m近く",
        "目安です",
    ):
        assert words in text, words
    for words in ("組めません", "組の人数を増やす", "どうすれば下限に届くか"):
        assert words in text, words
    assert "三つめです。" not in text
    page.click("#kg-panel .kg-why summary")
    assert "三つめです。" in panel(page)


def test_a_merger_says_its_members_and_their_sum(visit, office):
    """Members with their households today, what they add up to, people, district and council."""
    page = visit(office).page
    page.evaluate(f"KG.select({JOINED})")
    text = panel(page)
    for words in ("1番", "52世帯", "12 + 40", "架空a", "架空b", f"{31 + 97}人", "北の会"):
        assert words in text, words
    rows = page.locator("#kg-panel .kg-members tbody tr")
    assert [row.split()[:2] for row in rows.all_inner_texts()] == [["架空a", "12"], ["架空b", "40"]]


def test_an_association_lists_neighbours_and_years(visit, office):
    """Of c: b behind the river, d, e over the bridge; 2015, today, 2040 with its range; no column of the planner's."""
    page = visit(office).page
    page.click("#kg-before")
    page.evaluate(f"KG.select({C})")
    text = panel(page)
    for words in ("隣り合う自治会(3)", "通れない: 架空川", "連絡路"):
        assert words in text, words
    years = page.locator("#kg-panel .kg-years tbody tr").all_inner_texts()
    assert [row.split("\t") for row in years] == [
        ["2015", "33", "届かない"],
        ["いま", "30", "届かない"],
        ["2040", "23 (21~26)", "届かない"],
    ]
    assert "0228" not in text
    page.locator("#kg-panel .kg-row", has_text="架空d").click()
    assert page.inner_text("#kg-panel h2") == "架空d"


def test_links_and_barred_borders_can_be_chosen_on_the_map_and_from_a_list(visit, office):
    """The overview lists both; each says whom it joins or parts, what bars it, and the reason to the letter."""
    seen = visit(office)
    page = seen.page
    assert page.locator("path.kg-links").count() == page.locator("path.kg-barred").count() == 1
    page.locator("#kg-panel summary", has_text="通れない境界").click()
    page.locator("#kg-panel .kg-row", has_text="架空b と 架空c").click()
    text = page.locator("#kg-panel").evaluate("one => one.textContent")
    assert "架空川" in text
    assert BAD + "橋がない" in text
    page.keyboard.press("Escape")
    page.locator("path.kg-links").dispatch_event("click")
    assert page.inner_text("#kg-panel h2") == "架空c と 架空e"
    assert seen.complaints == []


def test_the_public_panel_says_that_counts_are_hidden(visit, public):
    """No sentence, no year and no number that tells e's 8 households; the page says that it is the public edition."""
    page = visit(public).page
    page.evaluate("KG.setState('before'); KG.select(4)")
    text = panel(page)
    assert "10未満" in text
    assert "届かない" not in text
    page.evaluate(f"KG.setState('after'); KG.select({BELOW})")
    text = panel(page)
    assert "公開用の地図には載せていません" in text
    assert "ほかの組み方" not in text
    assert "公開用です" in page.inner_text("body")
    labels = page.locator("[aria-label]").evaluate_all("all => all.map(one => one.getAttribute('aria-label'))")
    assert not any("8世帯" in label.split() for label in labels)


def test_the_panel_fits_a_phone(visit, office):
    """At 390 px nothing sticks out sideways, with every disclosure open, and buttons can be hit."""
    page = visit(office, size=(390, 844), touch=True).page
    for state, number in (("after", BELOW), ("after", JOINED), ("before", C)):
        page.evaluate(f"KG.setState('{state}'); KG.select({number})")
        page.evaluate("document.querySelectorAll('#kg-panel details').forEach(one => { one.open = true; })")
        assert page.evaluate("KG.id('panel').scrollWidth <= KG.id('panel').clientWidth")
        for button in page.locator("#kg-panel button, #kg-panel summary").all():
            assert button.bounding_box()["height"] >= 44


def test_a_notebook_without_rights_runs_the_page(visit, tmp_path):
    """In a frame with scripts and nothing else, the panel opens; where the frame is taken away, a sentence says why."""
    shown = map_plan(draw_plan(), scenario=BAD)._repr_html_()
    assert 'sandbox="allow-scripts allow-modals"' in shown
    assert "allow-same-origin" not in shown.split("srcdoc")[0] + shown.split('" title=')[-1]
    assert "ノートブックを信頼" in shown
    holder = tmp_path / "notebook.html"
    holder.write_text(f"<!DOCTYPE html><meta charset=utf-8>{shown}", encoding="utf-8")
    seen = visit(holder, ready=False)
    frame = seen.page.frame_locator("iframe")
    frame.locator("body[data-ready]").wait_for()
    frame.locator("path.kg-groups").first.dispatch_event("click")
    frame.locator("#kg-panel[data-kind=group]").wait_for()
    assert seen.complaints == []
