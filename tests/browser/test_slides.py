"""The briefing pack as people meet it: a file opened in a real browser with the network off."""

from __future__ import annotations

import pytest

from kurihara_geo.outputs.documents import write_documents
from tests.browser.hostile_town import NAMES, OPTIONS, draw_plan

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def pack(tmp_path_factory):
    """Write the pack once, with maps, for the town whose names try to break pages."""
    folder = tmp_path_factory.mktemp("slides")
    made = write_documents(draw_plan(), folder, halls=OPTIONS["halls"], title=OPTIONS["title"])
    return made["住民説明会資料.html"]


def test_it_opens_without_a_network_and_runs_nothing(visit, pack):
    """One request, for the file itself; no complaint; names and title are shown to the letter."""
    seen = visit(pack, ready=False)
    seen.page.wait_for_load_state()

    assert [url for url in seen.requests if not url.startswith("data:")] == [pack.as_uri()]
    assert seen.complaints == []
    assert seen.page.title().endswith(f"{OPTIONS['title']} 全域")
    text = seen.page.evaluate("document.body.textContent")
    # Everybody is on a card but the empty area and the two that stay as they are.
    shown = [name for number, name in enumerate(NAMES) if number not in (2, 6, 11)]
    assert [name for name in shown if name not in text] == []
    assert seen.page.evaluate("[...document.images].every(image => image.complete && image.naturalWidth > 500)")


@pytest.mark.parametrize("size", [(1600, 900), (1024, 768)])
def test_nothing_runs_over_the_edge_of_a_slide(visit, pack, size):
    """On a projector every slide fits whole, and what it holds fits on it."""
    page = visit(pack, size=size, ready=False).page

    over = page.evaluate(
        """() => [...document.querySelectorAll(".slide, .main, .split, .cards")]
            .filter(box => box.scrollHeight > box.clientHeight + 1 || box.scrollWidth > box.clientWidth + 1)
            .map(box => box.closest(".slide").id)"""
    )
    assert over == []
    slide = page.locator("#s1").bounding_box()
    assert slide["width"] <= size[0]
    assert slide["height"] <= size[1]


def test_a_phone_needs_no_scrolling_to_the_side(visit, pack):
    """At 390 pixels letters are large enough to read, buttons to tap, and nothing is wider than the screen."""
    page = visit(pack, size=(390, 844), touch=True, ready=False).page

    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate("parseFloat(getComputedStyle(document.querySelector('.card p')).fontSize)") >= 12
    button = page.locator("#s2 a").first.bounding_box()
    assert min(button["width"], button["height"]) >= 44


def test_keys_turn_the_pages(visit, pack):
    """Tab reaches the arrow to the next page, Enter follows it."""
    page = visit(pack, ready=False).page

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "次のページ"
    page.keyboard.press("Enter")
    page.wait_for_function("location.hash === '#s2'")


def test_paper_has_one_slide_a_page(visit, pack):
    """Printed, each slide is one A4 page on its side."""
    pdfium = pytest.importorskip("pypdfium2")
    page = visit(pack, ready=False).page

    slides = page.locator(".slide").count()
    paper = pdfium.PdfDocument(page.pdf(prefer_css_page_size=True))
    assert len(paper) == slides
    assert {tuple(round(side * 25.4 / 72) for side in sheet.get_size()) for sheet in paper} == {(297, 210)}
