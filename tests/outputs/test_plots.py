"""Plots are drawn in Japanese and English with a font of their own, and leave the user's settings alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import matplotlib as mpl
import pytest

import kurihara_geo as kg
from kurihara_geo.errors import OutputError
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
