"""The map on paper: a number for every group, texts that never cover one another, the plan's words to the letter."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import geopandas as gpd
import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
import shapely
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.figure import Figure

import kurihara_geo as kg
from kurihara_geo.errors import InputError, KuriharaGeoWarning
from kurihara_geo.outputs.audience import disclose
from kurihara_geo.outputs.drawing import figures, map_frame
from kurihara_geo.outputs.drawing.figures import japanese_font, one_line
from kurihara_geo.outputs.drawing.label_places import Block, LabelPlaces
from kurihara_geo.outputs.drawing.map_paint import AREA_LOOKS, COUNCIL_LOOKS, LINE_LOOKS
from kurihara_geo.outputs.drawing.palette import MERGED
from kurihara_geo.outputs.drawing.plan_map import draw_legend, draw_plan_map, prepare_map
from tests.plans import plan_by_hand
from tests.towns import ORIGIN_X_M, ORIGIN_Y_M, bar_border, draw_town, exact_borders, link_units

if TYPE_CHECKING:
    from pathlib import Path

HOSTILE = ["髙﨑𠮷", "$x$ ${y}", "{{7*7}}{% raw %}", "<b>&amp;</b>", "`\\alpha`", "_a^b_"]


@pytest.fixture(scope="module")
def crowded():
    """Give a city of 64 villages and a dense centre of 36 cells of 60 m, each a group of its own, all with a hall."""
    town = crowded_town()
    return plan_by_hand(town, exact_borders(town), kg.MergeRules(), [(str(name),) for name in town.index])


def crowded_town() -> gpd.GeoDataFrame:
    """Draw cells of 2 km around one cell that is divided into 6 x 6."""
    ids, boxes = [], []
    for row in range(8):
        for column in range(8):
            x, y = ORIGIN_X_M + column * 2000, ORIGIN_Y_M + row * 2000
            if (row, column) != (3, 3):
                ids.append(f"v{row}{column}")
                boxes.append(shapely.box(x, y, x + 2000, y + 2000))
                continue
            for part in range(36):
                left, low = x + (part % 6) * 60, y + (part // 6) * 60
                ids.append(f"c{part:02d}")
                boxes.append(shapely.box(left, low, left + 60, low + 60))
    names = [f"架空{name.upper()}区" for name in ids]
    index = pd.Index(ids, name="association_id", dtype="str")
    table = pd.DataFrame({"name": names, "households": 60, "households_kind": "register"}, index=index)
    return gpd.GeoDataFrame(table, geometry=boxes, crs=6678).sort_index()


def town_plan(names: dict[str, str] | None = None, **more):
    """Make the plan ab | c | d of a30 - b30 - c80 - d10, 2 km wide cells, d left below the floor."""
    town = draw_town("abcd", {"a": 30, "b": 30, "c": 80, "d": 10}, cell_m=2000, **more)
    if names:
        town["name"] = pd.Series(names).reindex(town.index).fillna(town["name"])
    return plan_by_hand(town, exact_borders(town), kg.MergeRules(max_members=None), [("a", "b"), ("c",), ("d",)])


def sheet(size=(11.0, 7.0)):
    """Give axes that fill a sheet."""
    figure = Figure(figsize=size)
    return figure.add_axes((0.0, 0.0, 1.0, 1.0))


def drawn(plan, *, audience="office", size=(11.0, 7.0), **more):
    """Draw a plan and give the axes."""
    axes = sheet(size)
    draw_plan_map(axes, plan, shown=disclose(plan, audience=audience), **more)
    return axes


def texts_of(axes) -> list[str]:
    """Give the texts that can be selected: halos are outlines."""
    return [text.get_text() for text in axes.texts if not text.get_path_effects()]


def all_texts_of(axes) -> list[str]:
    """Give the texts of a map and of what is enlarged of it."""
    return [text for one in (axes, *axes.child_axes) for text in texts_of(one)]


def boxes_of(axes) -> list[tuple[str, shapely.Polygon]]:
    """Give the rectangles of the texts in pixels, as they are drawn."""
    renderer = FigureCanvasAgg(axes.figure).get_renderer()
    return [
        (text.get_text(), shapely.box(*text.get_tightbbox(renderer).extents))
        for one in (axes, *axes.child_axes)
        for text in one.texts
        if not text.get_path_effects() and text.get_text()
    ]


def fills_of(axes) -> set[str]:
    """Give the colours areas are filled with."""
    return {
        mpl.colors.to_hex(colour).upper()
        for one in axes.collections
        if isinstance(one, PathCollection)
        for colour in one.get_facecolor()
    }


def test_groups_and_states_have_the_colours_and_signs_of_the_page():
    """Ab has a colour of its own, c is grey, d orange with dots: colour is never the only sign."""
    axes = drawn(town_plan())
    assert {MERGED[0], AREA_LOOKS["unchanged"].fill, AREA_LOOKS["below_floor"].fill} <= fills_of(axes)
    hatches = {one.get_hatch() for one in axes.collections if isinstance(one, PathCollection)}
    assert AREA_LOOKS["below_floor"].hatch in hatches


def test_every_group_has_its_number_and_what_crowds_is_enlarged(crowded):
    """Numbers for all 99 groups: those of the centre stand in an enlarged part, which lies outside the land."""
    axes = drawn(crowded, size=(16.0, 9.0))
    numbers = {str(number) for number in prepare_map(crowded).numbers.values()}
    assert len(numbers) == 63 + 36
    assert numbers - {"0", "1", "2", "5"} <= {text for text in all_texts_of(axes) if text.isdigit()}
    assert {"拡大図 A", "A"} <= set(all_texts_of(axes))
    assert not any("書ききれない" in text for text in texts_of(axes))
    (inset,) = axes.child_axes
    place = shapely.box(*inset.get_window_extent().transformed(axes.transData.inverted()).extents)
    assert place.intersection(shapely.box(*crowded.associations.total_bounds)).area == pytest.approx(0, abs=1)


def test_no_text_covers_another(crowded):
    """The rectangles of all texts, as matplotlib measures them, overlap by less than a hair."""
    axes = drawn(crowded, size=(16.0, 9.0))
    axes.figure.canvas.draw()
    found = boxes_of(axes)
    boxes = [box.buffer(-1.2) for _, box in found]
    pairs = shapely.STRtree(boxes).query(boxes, predicate="intersects").T.tolist()
    assert [(found[a][0], found[b][0]) for a, b in pairs if a < b] == []


def test_texts_stand_inside_their_area_or_are_led_to_it():
    """Ab, c and d are wide: all texts are inside; with cells of 40 m beside a large one they are led to by a line."""
    axes = drawn(town_plan())
    assert len(axes.lines) == 0
    assert {"1", "2", "3", "60世帯", "80世帯", "10世帯"} <= set(texts_of(axes))
    tiny = draw_town(
        "\n".join(["a" * 30] * 10 + ["a" * 14 + "bc" + "a" * 14] + ["a" * 30] * 10),
        {"a": 80, "b": 60, "c": 70},
        cell_m=60,
    )
    plan = plan_by_hand(tiny, exact_borders(tiny), kg.MergeRules(), [("a",), ("b",), ("c",)])
    axes = drawn(plan, size=(4.0, 3.0))
    assert {"1", "2", "3"} <= set(texts_of(axes))
    ends = {tuple(map(float, line.get_xydata()[0])) for line in axes.lines if line.get_marker() == "o"}
    assert ends == {spot for name, spot in prepare_map(plan).group_spots.items() if name in "bc"}


def test_numbers_without_room_are_said(monkeypatch: pytest.MonkeyPatch):
    """Where no place is left at all, the map says which numbers are missing."""
    monkeypatch.setattr(LabelPlaces, "inside", lambda *_, **__: None)
    monkeypatch.setattr(LabelPlaces, "beside", lambda *_, **__: None)
    assert [text for text in texts_of(drawn(town_plan())) if "1, 2, 3" in text]


def test_before_shows_associations_with_the_number_of_their_group():
    """A and b carry 1 both; a, b and d are below the floor, c is not."""
    axes = drawn(town_plan(), state="before")
    assert sorted(text for text in texts_of(axes) if text in ("1", "2", "3") and text) == ["1", "1", "2", "3"]
    assert "30世帯" in texts_of(axes)
    assert MERGED[0] not in fills_of(axes)


@pytest.mark.parametrize(("labels", "written"), [("number", set()), ("name", {"架空C区"}), ("households", {"80世帯"})])
def test_what_is_written_can_be_chosen(labels, written):
    """Numbers only; names too; households too."""
    texts = set(texts_of(drawn(town_plan(), labels=labels)))
    assert {"1", "2", "3"} | written <= texts
    assert labels != "number" or not any("架空" in text or "世帯" in text for text in texts)


def test_counts_that_are_hidden_are_not_written():
    """D has 7 of a limit of 10: the public map says 10未満 and no other number of households below it."""
    town = draw_town("abcd", {"a": 30, "b": 30, "c": 80, "d": 7}, cell_m=2000)
    plan = plan_by_hand(town, exact_borders(town), kg.MergeRules(max_members=None), [("a", "b"), ("c",), ("d",)])
    assert "7世帯" in texts_of(drawn(plan))
    public = texts_of(drawn(plan, audience="public"))
    assert "7世帯" not in public
    assert "10未満" in public


def test_hostile_names_come_out_to_the_letter():
    """Formulas, templates, markup and rare letters are texts like any other."""
    for name in HOSTILE:
        plan = town_plan({"c": name})
        axes = drawn(plan, labels="name")
        joined = "".join(texts_of(axes))
        assert name in joined
        axes.figure.canvas.draw()


def test_a_letter_no_font_has_is_warned_of(tmp_path: Path):
    """An empty box never comes without a word that names the letter; warnings are errors elsewhere in these tests."""
    axes = drawn(town_plan({"c": "架空\U0001f9ff区"}), labels="name")
    with pytest.warns(KuriharaGeoWarning, match=r"U\+1F9FF"):
        figures.save_figure(axes.figure, tmp_path / "map.pdf")


def test_line_breaks_in_a_name_stay_on_the_line():
    """Breaks, tabs and line separators have no picture."""
    assert one_line("架空\n1\t区\u2028\x00") == "架空 1 区"


def test_texts_of_a_pdf_can_be_read_back(tmp_path: Path):
    """Rare letters too: the text of the page holds every name."""
    pdfium = pytest.importorskip("pypdfium2")
    axes = drawn(town_plan({"c": "髙﨑𠮷"}), labels="name")
    with japanese_font():
        axes.figure.savefig(tmp_path / "map.pdf")
    text = pdfium.PdfDocument(tmp_path / "map.pdf")[0].get_textpage().get_text_range()
    assert "髙﨑𠮷" in text
    assert "Type0" not in (tmp_path / "map.pdf").read_bytes().decode("latin-1")


def test_every_font_is_found_and_rare_letters_are_in_one_of_them():
    """髙, 﨑 and 𠮷, and those of the region."""
    from fontTools.ttLib import TTFont

    known = set().union(*(TTFont(file).getBestCmap() for file in figures.font_files()))
    assert [letter for letter in "髙﨑𠮷埣鶯澤辻" if ord(letter) not in known] == []


def test_the_users_settings_stay_as_they_were(monkeypatch: pytest.MonkeyPatch):
    """A dark style of the user's neither reaches the map nor is lost."""
    monkeypatch.setitem(mpl.rcParams, "axes.facecolor", "black")
    monkeypatch.setitem(mpl.rcParams, "text.color", "white")
    before = dict(mpl.rcParams)
    axes = drawn(town_plan())
    assert dict(mpl.rcParams) == before
    assert {text.get_color() for text in axes.texts} == {"#111111"}


# --- districts, councils, halls, barriers ---------------------------------------------------------------------------


def districts_of_two() -> gpd.GeoDataFrame:
    """Draw a west and an east district of two cells each."""
    boxes = [shapely.box(ORIGIN_X_M + x, ORIGIN_Y_M, ORIGIN_X_M + x + 4000, ORIGIN_Y_M + 2000) for x in (0, 4000)]
    return gpd.GeoDataFrame({"name": ["架空西小", "架空東小"]}, geometry=boxes, crs=6678)


def test_districts_are_a_wide_band_with_names():
    """Both names stand on the map, in purple."""
    axes = drawn(town_plan(), districts=districts_of_two())
    names = {text.get_text(): text.get_color() for text in axes.texts if "小" in text.get_text()}
    assert set(names) == {"架空西小", "架空東小"}
    widths = [one.get_linewidths()[0] for one in axes.collections if isinstance(one, LineCollection)]
    assert max(widths) >= LINE_LOOKS["districts"].width * 0.6


@pytest.mark.parametrize("status", list(COUNCIL_LOOKS))
def test_each_status_of_a_council_has_a_look_of_its_own(status):
    """A hatch or a sign; the four differ."""
    councils = pd.DataFrame({"name": [""], "status": [status], "district_names": ["架空西小;架空東小"]})
    axes = drawn(town_plan(), districts=districts_of_two(), councils=councils)
    look = COUNCIL_LOOKS[status]
    inks = [tuple(np.round(c, 3)) for one in axes.collections for c in one.get_edgecolor()]
    assert any(ink[:3] == tuple(np.round(mpl.colors.to_rgb(look.ink), 3)) for ink in inks)
    assert len({(each.hatch, each.sign) for each in COUNCIL_LOOKS.values()}) == len(COUNCIL_LOOKS)


def test_one_district_is_drawn_large_with_its_neighbours_in_pale():
    """The west holds ab only: c and d have no number there, and the frame is closer."""
    plan = town_plan()
    whole, west = drawn(plan, districts=districts_of_two()), drawn(
        plan, districts=districts_of_two(), district="架空西小"
    )  # fmt: skip
    assert np.ptp(west.get_xlim()) < np.ptp(whole.get_xlim())
    texts = texts_of(west)
    assert "1" in texts
    assert not {"2", "3", "架空西小"} & set(texts)
    assert AREA_LOOKS["elsewhere"].fill in fills_of(west)


def test_a_district_that_is_not_there_is_an_error_that_names_those_there_are():
    """One message, no traceback."""
    with pytest.raises(InputError, match=r"架空北小.*架空東小"):
        drawn(town_plan(), districts=districts_of_two(), district="架空北小")


def test_barred_borders_links_barriers_and_halls_are_drawn_and_in_the_legend():
    """A river bars b - c, a bridge joins a and c, a hall stands in a."""
    town = draw_town("abcd", {"a": 30, "b": 30, "c": 80, "d": 10}, cell_m=2000)
    borders = link_units(bar_border(exact_borders(town), "b", "c"), town, "a", "c")
    plan = plan_by_hand(town, borders, kg.MergeRules(max_members=None), [("a", "b"), ("c",), ("d",)])
    halls = gpd.GeoDataFrame({"name": ["架空会館"]}, geometry=[town.geometry["a"].centroid], crs=6678)
    river = gpd.GeoDataFrame(
        {"name": ["架空川"]},
        geometry=[shapely.LineString([(ORIGIN_X_M + 4000, ORIGIN_Y_M), (ORIGIN_X_M + 4000, ORIGIN_Y_M + 2000)])],
        crs=6678,
    )
    axes = drawn(plan, halls=halls, barriers=river)
    colours = {mpl.colors.to_hex(c).upper() for one in axes.collections for c in one.get_edgecolor()}
    assert {LINE_LOOKS[name].colour.upper() for name in ("barred", "links", "barriers")} <= colours
    assert legend_of(prepare_map(plan, halls=halls, barriers=river)) >= {
        "集会施設",
        "障害(川・道路など)",
        "通行できない境界",
        "連絡(橋・峠道など)",
    }


def legend_of(layers, **more) -> set[str]:
    """Draw the legend and give its texts on one line each."""
    axes = sheet((4, 6))
    draw_legend(axes, layers, **more)
    axes.figure.canvas.draw()
    return {text.get_text().replace("\n", "") for text in axes.get_legend().get_texts()}


def test_the_legend_holds_what_the_map_shows_and_nothing_else():
    """No districts, councils, halls or barriers are given: none is in the legend."""
    layers = prepare_map(town_plan())
    assert legend_of(layers) == {
        "再編後の自治会(色は隣との区別のみ)",
        "変更なし",
        "50世帯未満",
        "再編後の境界",
        "なくなる境界",
    }
    assert legend_of(layers, state="before", lang="en") == {
        "Association today",
        "Below 50 households",
        "Border of associations",
    }


# --- frame ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("metres", "length"), [(999, 500), (1000, 1000), (1999, 1000), (2000, 2000), (4999, 2000), (7300, 5000), (12, 10)]
)
def test_a_scale_bar_has_a_round_length(metres, length):
    """1, 2 or 5 times a power of ten, never longer than there is room for."""
    assert map_frame.nice_length(metres) == length


def test_the_scale_bar_is_as_long_as_it_says():
    """8 km in 11 inches: the bar's two fields are half of what stands at its end each."""
    axes = drawn(town_plan())
    bars = [p.get_width() for p in axes.patches if isinstance(p, mpl.patches.Rectangle) and p.get_alpha() is None]
    said = next(text for text in texts_of(axes) if text.endswith(" km"))
    assert sum(bars) == pytest.approx(float(said.removesuffix(" km")) * 1000)


def test_a_metre_is_as_long_north_as_east():
    """Limits fill the axes: the same metres a point both ways, whatever the sheet's shape."""
    for size in ((11, 7), (4, 9)):
        axes = drawn(town_plan(), size=size)
        assert np.ptp(axes.get_xlim()) / size[0] == pytest.approx(np.ptp(axes.get_ylim()) / size[1])


def test_the_same_plan_gives_the_same_map():
    """Texts, places and colours of two drawings are equal."""
    first, second = drawn(town_plan(), districts=districts_of_two()), drawn(town_plan(), districts=districts_of_two())
    assert [(t.get_text(), t.get_position()) for t in first.texts] == [
        (t.get_text(), t.get_position()) for t in second.texts
    ]


def test_a_leader_crosses_no_text_and_no_other_leader():
    """Twelve spots in a row, all blocks beside them: lines and rectangles are apart."""
    places = LabelPlaces((0.0, 0.0, 400.0, 400.0), 1.0, lambda text, size: len(text) * size / 2)
    spots = [(100.0 + 12 * number, 200.0) for number in range(12)]
    placed = [places.beside(spot, Block((("123", 8.0),)), clear=np.array(spots)) for spot in spots]
    assert all(placed)
    lines = [shapely.LineString([p.leader, (p.x, p.y)]) for p in placed]
    boxes = [shapely.box(p.x - 6, p.y - 4, p.x + 6, p.y + 4) for p in placed]
    outside = [line.difference(box) for line, box in zip(lines, boxes, strict=True)]
    assert not any(a.intersects(b) for n, a in enumerate(outside) for b in outside[:n])
    assert not any(line.intersects(box) for n, line in enumerate(outside) for m, box in enumerate(boxes) if n != m)


def test_an_area_in_several_parts_and_an_uninhabited_one_are_drawn():
    """A lies in two parts around b, u has no households: nothing is lost, and u is grey with lines."""
    town = draw_town("abau", {"a": 60, "b": 60, "u": 0}, cell_m=2000)
    plan = plan_by_hand(town, exact_borders(town), kg.MergeRules(), [("a",), ("b",)])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        axes = drawn(plan)
    hatches = {one.get_hatch() for one in axes.collections if isinstance(one, PathCollection)}
    assert AREA_LOOKS["uninhabited"].hatch in hatches
    assert {"1", "2"} <= set(texts_of(axes))
