"""Plots are drawn in Japanese and English with a font of their own, and leave the user's settings alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import matplotlib as mpl
import pandas as pd
import pytest

import kurihara_geo as kg
from kurihara_geo.errors import InputError, OutputError
from kurihara_geo.outputs.audience import Hidden
from kurihara_geo.outputs.plots.distribution import count_bars
from tests.plans import plan_by_hand
from tests.towns import draw_town, exact_borders

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def curve():
    """Give the curve of a50 - b30 - c30 - d20: leaving households below the floor against mergers."""
    town = draw_town("abcd", {"a": 50, "b": 30, "c": 30, "d": 20})
    plan = kg.propose_mergers(town, kg.MergeRules(max_members=None), borders=exact_borders(town))
    return kg.trade_off(plan, "below_floor", "mergers")


def drawn_points(figure) -> list[tuple[float, float]]:
    """Give the points of the curve as they were drawn."""
    return [tuple(point) for point in figure.axes[0].collections[0].get_offsets().tolist()]


def test_every_point_of_the_curve_is_drawn(curve):
    """The points of the table, in its order."""
    expected = list(zip(curve.table["below_floor"], curve.table["mergers"], strict=True))
    assert drawn_points(kg.plot_trade_off(curve)) == expected
    # bc and ad cannot be (a and d do not touch); a, bcd leaves nobody with 2 mergers, a, bc leaves d20 with 1, or all.
    assert expected == [(0, 2), (20, 1), (80, 0)]


@pytest.mark.parametrize(("lang", "label"), [("ja", "下限未満に残る世帯"), ("en", "Households left below the floor")])
def test_labels_are_in_the_language_asked_for(curve, lang: str, label: str):
    """The axis is named as the stage is everywhere."""
    assert kg.plot_trade_off(curve, lang=lang).axes[0].get_xlabel() == label


@pytest.mark.parametrize("by", ["group", "district"])
def test_floor_beyond_all_that_is_drawn_is_on_the_plot(by, tmp_path):
    """One association of 1 household that nobody joins: the floor of 50 stands inside the axes, and there is room."""
    town = draw_town("a", {"a": 1}, former_school_district={"a": "架空東"})
    plan = plan_by_hand(town, exact_borders(town), kg.MergeRules(), [("a",)])

    axes = kg.plot_households(plan, tmp_path / "plot.png", by=by).axes[0]

    assert axes.get_xlim()[1] > 50


@pytest.mark.parametrize("ending", ["svg", "pdf", "png"])
def test_equal_figures_are_equal_files(ending, tmp_path):
    """No time of writing and no random name in a figure's file: written twice, it is the same to the byte."""
    town = draw_town("ab", 60)
    plan = plan_by_hand(town, exact_borders(town), kg.MergeRules(), [("a",), ("b",)])
    files = [tmp_path / f"{number}.{ending}" for number in (1, 2)]

    for file in files:
        kg.plot_distribution(plan, file)

    assert files[0].read_bytes() == files[1].read_bytes()


@pytest.mark.parametrize("ending", ["png", "svg", "pdf"])
def test_a_file_is_written_without_a_missing_letter(curve, tmp_path: Path, ending: str):
    """Warnings are errors here, and matplotlib warns of a letter its font does not have."""
    path = tmp_path / f"curve.{ending}"
    kg.plot_trade_off(curve, path)
    assert path.stat().st_size > 1_000


def test_the_users_settings_stay_as_they_were(curve, tmp_path: Path):
    """The font is set for the plot only."""
    before = dict(mpl.rcParams)
    kg.plot_trade_off(curve, tmp_path / "curve.png")
    assert dict(mpl.rcParams) == before


def test_what_the_data_say_of_themselves_is_repeated(curve):
    """The sample's notice stands under the plot."""
    curve.plan.associations.attrs["notice"] = "自治会ではありません"
    assert kg.plot_trade_off(curve).get_supxlabel() == "自治会ではありません"


def test_a_folder_that_is_not_there_is_named(curve, tmp_path: Path):
    """One clear message, no traceback of matplotlib's."""
    with pytest.raises(OutputError, match="nowhere"):
        kg.plot_trade_off(curve, tmp_path / "nowhere" / "curve.png")


# --- a plan ---------------------------------------------------------------------------------------------------------

COUNTS = {"a": 30, "b": 25, "c": 80, "d": 7}


@pytest.fixture
def plan():
    """Give the plan ab | c | d of a30 - b25 - c80 - d7 in two districts, d left below the floor."""
    where = {"a": "架空西小", "b": "架空西小", "c": "架空東小", "d": "架空東小"}
    town = draw_town("abcd", COUNTS, former_school_district=where)
    town.attrs.update(notice="架空の町です", attribution="架空統計")
    rules = kg.MergeRules(max_members=None)
    return plan_by_hand(town, exact_borders(town), rules, [("a", "b"), ("c",), ("d",)])


def councils() -> pd.DataFrame:
    """Give a council that covers the west and one that covers nothing yet."""
    return pd.DataFrame({"name": ["架空協議会"], "status": ["established"], "district_names": ["架空西小"]})


def words_of(figure) -> list[str]:
    """Give every text of a figure."""
    figure.canvas.draw()
    return [text.get_text() for text in figure.findobj(mpl.text.Text) if text.get_text()]


PLOTS = {
    "plan": lambda plan, **more: kg.plot_plan(plan, **more),
    "group": lambda plan, **more: kg.plot_households(plan, **more),
    "district": lambda plan, **more: kg.plot_households(plan, by="district", **more),
    "distribution": lambda plan, **more: kg.plot_distribution(plan, **more),
    "coverage": lambda plan, **more: kg.plot_coverage(plan, councils(), **more),
}


@pytest.mark.parametrize("name", PLOTS)
def test_every_plot_says_that_it_is_a_proposal_and_where_the_data_are_from(plan, name: str):
    """Proposal, notice and source stand under each."""
    said = "\n".join(words_of(PLOTS[name](plan)))
    assert "案(検討用。決定ではありません)" in said
    assert "架空の町です" in said
    assert "出典: 架空統計" in said


@pytest.mark.parametrize("name", PLOTS)
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_plot_is_written_in_both_languages_without_a_missing_letter(plan, tmp_path: Path, name: str, lang: str):
    """Warnings are errors here; the user's settings stay."""
    before = dict(mpl.rcParams)
    path = tmp_path / "plot.pdf"
    PLOTS[name](plan, path=path, lang=lang)
    assert path.stat().st_size > 1_000
    assert dict(mpl.rcParams) == before


@pytest.mark.parametrize("name", PLOTS)
def test_no_hidden_count_is_in_a_public_plot(plan, name: str):
    """D has 7, under the limit of 10: nowhere is a 7, nor 87 for the east, and a note says what is hidden."""
    said = words_of(PLOTS[name](plan, audience="public"))
    numbers = {part for text in said for part in text.replace("世帯", " ").replace("(", " ").split()}
    assert not {"7", "87"} & numbers
    assert any("公開用" in text for text in said)


def test_a_bar_of_a_group_is_made_of_its_members(plan):
    """Ab: 30 and 25 one after the other, the largest first, and 55 at the end."""
    axes = kg.plot_households(plan).axes[0]
    bars = [patch for patch in axes.patches if patch.get_width()]
    assert [(bar.get_x(), bar.get_width()) for bar in bars] == [(0, 30), (30, 25)]
    assert "55" in [text.get_text() for text in axes.texts]
    assert [label.get_text().split()[0] for label in axes.get_yticklabels()] == ["1"]


def test_each_association_and_group_has_a_mark_in_its_district(plan):
    """Four today, three of them below the floor, and three after."""
    axes = kg.plot_households(plan, by="district").axes[0]
    marks = {one.get_label(): one.get_offsets()[:, 0].tolist() for one in axes.collections}
    assert marks == {"現在": [80], "現在(下限未満)": [30, 25, 7], "再編案": [55, 80, 7]}


def test_a_plan_without_mergers_says_so():
    """C alone: there is no group to draw."""
    town = draw_town("c", {"c": 80})
    figure = kg.plot_households(plan_by_hand(town, exact_borders(town), kg.MergeRules(), [("c",)]))
    assert "再編する自治会はありません" in words_of(figure)


def test_bars_count_what_falls_into_them_and_what_is_held_back():
    """9 and 10未満 share the first bar, 10 begins the second, 500 is in the last, one is held back."""
    counts = [9, Hidden.UNDER, 10, 500, Hidden.WITHHELD]
    assert count_bars(counts, [0, 10, 20, 200]) == ([2, 1, 0, 1], 1)
    assert count_bars([], [0, 10]) == ([0, 0], 0)


def test_coverage_counts_districts_associations_and_households(plan):
    """West established: 1 district, 2 associations, 55 households; the east is in no row: not confirmed."""
    words = words_of(kg.plot_coverage(plan, councils()))
    assert {"1 (50%)", "2 (50%)", "55 (39%)", "87 (61%)"} <= set(words)


def test_coverage_of_associations_has_no_public_edition(plan):
    """What may be shown is decided for a plan."""
    with pytest.raises(InputError, match="needs a plan"):
        kg.plot_coverage(plan.associations, councils(), audience="public")


def test_an_outlook_is_a_fan_of_the_city_and_the_number_below_the_floor():
    """In 2040 low, middle and high are 40, 60, 70 of each of two: 80 to 140, and two or none below 50."""
    later = {f"households_2040_{name}": {"a": n, "b": n} for name, n in (("low", 40), ("middle", 60), ("high", 70))}
    town = draw_town("ab", {"a": 80, "b": 80}, **later)
    left, right = kg.plot_outlook(town, base_year=2020).axes
    assert left.lines[0].get_xydata().tolist() == [[2020, 160], [2040, 120]]
    assert right.lines[0].get_xydata().tolist() == [[2020, 0], [2040, 0]]
    assert {"140", "80"} <= {text.get_text() for text in left.texts}
    assert {"2", "0"} <= {text.get_text() for text in right.texts}


def test_an_outlook_as_it_was_projected_can_be_drawn():
    """Its own base year, floor and method are taken."""
    town = draw_town("ab", {"a": 80, "b": 52}, households_2015={"a": 90, "b": 60})
    outlook = kg.project_households(town, base_year=2020, years=[2030, 2040])
    figure = kg.plot_outlook(outlook)
    assert figure.axes[0].get_xticks().tolist() == [2020, 2030, 2040]
    assert outlook.method.ja.replace("\n", "")[:8] in "".join(words_of(figure)).replace("\n", "")


def test_associations_without_later_years_are_refused():
    """The message says what to run first."""
    with pytest.raises(InputError, match="project_households"):
        kg.plot_outlook(draw_town("ab", 60))
