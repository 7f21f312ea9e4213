"""Every fault of a table is named at once; what is only worth knowing travels with it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from kurihara_geo import columns
from kurihara_geo.associations.build import build_associations, list_repairs, read_associations
from kurihara_geo.associations.checks import check_associations, find_problems
from kurihara_geo.errors import AssociationsError, Problem
from tests.towns import ORIGIN_X_M, ORIGIN_Y_M, draw_town, exclave_town, hollow_town, island_town, square_town

if TYPE_CHECKING:
    from pathlib import Path

# Six cells of 500 m in a row.
ROW = "abcdef"


def raw(town: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Give a town as a raw table, ids in a column."""
    return town.reset_index()


def kinds(problems: list[Problem], severity: str = "error") -> dict[str, str]:
    """Give kind -> ids of the problems of a severity."""
    return {problem.kind: problem.association_id for problem in problems if problem.severity == severity}


def box_m(x: float, y: float, width: float, height: float) -> shapely.Polygon:
    """Draw a box whose corner is so many metres from the south-west corner of the picture."""
    return shapely.box(ORIGIN_X_M + x, ORIGIN_Y_M + y, ORIGIN_X_M + x + width, ORIGIN_Y_M + y + height)


def bow_tie() -> shapely.Polygon:
    """Draw the outline of the first cell with its two eastern corners swapped."""
    x, y = ORIGIN_X_M, ORIGIN_Y_M
    return shapely.Polygon([(x, y), (x + 500, y + 500), (x, y + 500), (x + 500, y)])


def with_shapes(town: gpd.GeoDataFrame, **shapes) -> gpd.GeoDataFrame:
    """Give the town with some outlines drawn anew."""
    changed = town.copy()
    changed.geometry = gpd.GeoSeries(
        [shapes.get(name, shape) for name, shape in town.geometry.items()], index=town.index, crs=town.crs
    )
    return changed


def overlapping(width_m: float) -> gpd.GeoDataFrame:
    """Draw a and b side by side; b reaches into a by so many metres on 20 m of their border."""
    town = draw_town("ab")
    return with_shapes(town, b=shapely.union(town.geometry["b"], box_m(500 - width_m, 100, width_m, 20)))


def test_a_clean_town_has_no_problems():
    """Four squares that share their borders, with names and counts, give an empty table with all columns."""
    problems = check_associations(square_town())
    assert problems.empty
    assert list(problems.columns) == [column.name for column in columns.PROBLEMS]


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (None, "missing_households"),
        (float("nan"), "missing_households"),
        (pd.NA, "missing_households"),
        (-1, "negative_households"),
        (30.5, "fractional_households"),
        ("30", "text_households"),
        ("約三十", "text_households"),
        (float("inf"), "text_households"),
        (float("-inf"), "text_households"),
        (True, "text_households"),
        (np.bool_(False), "text_households"),  # noqa: FBT003 - a value under test
    ],
)
def test_households_that_are_no_count_are_named(value, kind: str):
    """B's households are not a whole number of 0 or more: an error that names b."""
    table = raw(draw_town(ROW))
    table["households"] = pd.Series([30, value, 30, 30, 30, 30], dtype=object)
    with pytest.raises(AssociationsError) as raised:
        build_associations(table)
    assert kinds(raised.value.problems) == {kind: "b"}
    assert raised.value.problems[0].name == "架空B区"
    assert raised.value.problems[0].cure


@pytest.mark.parametrize("value", [30.0, np.int32(30), np.float32(30)])
def test_whole_numbers_of_any_type_are_counts(value):
    """30.0 is 30: a whole number stored as a float is a count."""
    table = raw(draw_town("ab"))
    table["households"] = pd.Series([30, value], dtype=object)
    assert build_associations(table)["households"].tolist() == [30, 30]


@pytest.mark.filterwarnings("ignore:GeoSeries.notna:UserWarning")
def test_every_kind_of_error_is_named_at_once():
    """One table with a fault in every row raises one error that names each of them."""
    table = raw(
        with_shapes(
            draw_town("abcdefghijkl"),
            e=shapely.Polygon(),
            f=None,
            g=shapely.Point(ORIGIN_X_M, ORIGIN_Y_M),
            a=bow_tie(),
            l=box_m(5000, 0, 1000, 500),
        )
    )
    ids = table["association_id"].tolist()
    counts = [30, None, -3, 1.5, 30, 30, 30, "三十", float("inf"), True, 30, 30]
    table["households"] = pd.Series(counts, dtype=object)
    table["association_id"] = pd.Series([None if i == "d" else "c" if i == "b" else i for i in ids], dtype=object)
    with pytest.raises(AssociationsError) as raised:
        build_associations(table)
    found = {(problem.kind, problem.association_id) for problem in raised.value.problems if problem.severity == "error"}
    assert found == {
        ("missing_id", ""),
        ("duplicate_id", "c"),
        ("missing_households", "c"),
        ("negative_households", "c"),
        ("fractional_households", ""),
        ("text_households", "h"),
        ("text_households", "i"),
        ("text_households", "j"),
        ("empty_geometry", "e"),
        ("empty_geometry", "f"),
        ("not_polygon", "g"),
        ("broken_geometry", "a"),
        ("overlap", "k, l"),
    }
    text = str(raised.value)
    assert all(problem.message in text and problem.cure in text for problem in raised.value.problems)


def test_an_empty_area_is_an_error_and_nothing_else():
    """B has an empty outline: b is named, and no foreign warning is shown."""
    with pytest.raises(AssociationsError) as raised:
        build_associations(raw(with_shapes(draw_town("ab"), b=shapely.Polygon())))
    assert kinds(raised.value.problems) == {"empty_geometry": "b"}


def test_no_crs_is_named_with_the_other_faults():
    """A layer without a coordinate system is an error, and so is its missing count; both are said."""
    table = raw(square_town()).set_crs(None, allow_override=True).assign(households=[30, None, 30, 30])
    with pytest.raises(AssociationsError) as raised:
        build_associations(table)
    assert kinds(raised.value.problems) == {"no_crs": "", "missing_households": "b"}


def test_a_table_without_households_says_so_once():
    """Without a column of households there is one error, not one for each row."""
    table = raw(square_town()).drop(columns="households")
    with pytest.raises(AssociationsError) as raised:
        build_associations(table)
    assert kinds(raised.value.problems) == {"missing_households": ""}


def test_an_empty_table_has_no_units():
    """A table without rows is an error, not an empty plan."""
    with pytest.raises(AssociationsError) as raised:
        build_associations(raw(square_town()).iloc[:0])
    assert kinds(raised.value.problems) == {"no_units": ""}


def test_a_layer_of_points_is_refused():
    """Points instead of areas: every row is named as no polygon."""
    points = raw(square_town())
    points = points.set_geometry(points.representative_point())
    with pytest.raises(AssociationsError) as raised:
        build_associations(points)
    wrong = [problem.association_id for problem in raised.value.problems if problem.kind == "not_polygon"]
    assert wrong == ["a", "b", "c", "d"]


def test_a_table_without_an_id_column_is_refused_by_name():
    """A raw table whose ids have another heading is refused in a planner's words."""
    with pytest.raises(AssociationsError):
        build_associations(raw(square_town()).rename(columns={"association_id": "コード"}))


def test_a_table_without_a_name_column_is_called_by_ids():
    """A missing name is a warning: without any names the associations are called by their ids."""
    built = build_associations(raw(square_town()).drop(columns="name"))
    assert built["name"].tolist() == ["a", "b", "c", "d"]


def test_a_blank_id_is_a_missing_id():
    """An id of blanks identifies nobody."""
    with pytest.raises(AssociationsError, match="missing_id"):
        build_associations(raw(square_town()).assign(association_id=[" ", "b", "c", "d"]))


def test_the_limit_of_overlaps_is_the_planners():
    """An overlap of 3 x 20 m is within the limit of 100 m2, and an error under a limit of 50 m2."""
    assert kinds(find_problems(raw(overlapping(3))), "warning") == {"tiny_overlap": "a, b"}
    assert kinds(find_problems(raw(overlapping(3)), overlap_limit_m2=50)) == {"overlap": "a, b"}
    assert "60.0 m2" in find_problems(raw(overlapping(3)))[0].message


def test_an_overlap_exactly_at_the_limit_is_within_it():
    """5 x 20 m overlap: 100 m2 is not above 100 m2."""
    assert kinds(find_problems(raw(overlapping(5)), overlap_limit_m2=100.0)) == {}


def test_an_overlap_is_measured_in_square_metres_whatever_the_crs():
    """The same overlap in longitude and latitude is the same 60 m2."""
    (problem,) = find_problems(raw(overlapping(3)).to_crs(4326))
    found = float(problem.message.removeprefix("overlap by ").removesuffix(" m2"))
    assert found == pytest.approx(3 * 20, rel=1e-3)


def test_a_tiny_overlap_is_settled_with_a_row():
    """60 m2 belong to one of a and b afterwards; a row says who lost how much, and nothing is lost in sum."""
    town = overlapping(3)
    built = build_associations(raw(town))
    repairs = list_repairs(built)
    assert list(repairs.columns) == [column.name for column in columns.REPAIRS]
    assert repairs["area_change_m2"].sum() == pytest.approx(-3 * 20)
    assert built.area.sum() == pytest.approx(shapely.union_all(town.geometry.to_numpy()).area)
    assert shapely.intersection(built.geometry["a"], built.geometry["b"]).area == pytest.approx(0)
    assert "tiny_overlap" in set(check_associations(built)["kind"])


def test_borders_drawn_with_different_corners_are_no_fault():
    """A is as high as b and c together: their outlines touch without sharing a corner; nothing is repaired."""
    town = draw_town(
        """
        ab
        ac
        """
    )
    built = build_associations(raw(with_shapes(town, a=box_m(0, 0, 500, 1000))))
    assert list_repairs(built).empty


def test_no_association_vanishes_when_overlaps_are_settled():
    """n, 9 m wide, lies wholly inside a: it is refused by name or keeps an area, but never becomes empty."""
    town = draw_town("ab.n")
    nested = with_shapes(town, n=box_m(100, 100, 9, 9))
    with suppress(AssociationsError):
        assert not build_associations(raw(nested)).geometry.is_empty.any()


@pytest.mark.parametrize(
    ("town", "kind", "where"),
    [
        (island_town(), "isolated", "i"),
        (exclave_town(), "several_parts", "m"),
        (hollow_town(), "uninhabited_area", "z"),
        (draw_town("ab").assign(water=[False, True]), "water_area", "b"),
        (draw_town("ab").assign(name=["甲区", None]), "missing_name", "b"),
        (
            draw_town(
                """
                abc
                d.e
                fgh
                """
            ),
            "gap",
            "a, b, c, d, e, f, g, h",
        ),
    ],
    ids=["isolated", "several_parts", "uninhabited_area", "water_area", "missing_name", "gap"],
)
def test_warnings_travel_with_the_table(town: gpd.GeoDataFrame, kind: str, where: str):
    """What is only worth knowing is named, and the table is built; asked again, it still says so."""
    built = build_associations(raw(town))
    travelled = Problem(**next(record for record in built.attrs["records"] if record["kind"] == kind))
    listed = check_associations(built)
    assert (travelled.severity, travelled.association_id) == ("warning", where)
    assert kind in set(listed["kind"])
    assert set(listed["severity"]) == {"warning"}


def test_a_gap_says_how_large_it_is():
    """The hole of one cell in the ring is 500 m x 500 m."""
    (gap,) = find_problems(
        raw(
            draw_town(
                """
                abc
                d.e
                fgh
                """
            )
        )
    )
    assert f"{500 * 500:,.1f} m2" in gap.message


def test_an_association_without_a_name_is_called_by_its_id():
    """B has no name; in the built table it is b."""
    built = build_associations(raw(draw_town("ab").assign(name=["甲区", None])))
    assert built["name"].tolist() == ["甲区", "b"]


def test_uninhabited_areas_stay_in_the_table():
    """z, where nobody lives, is in the built table with 0 households."""
    built = build_associations(raw(hollow_town()))
    assert built.at["z", "households"] == 0
    assert len(built) == 9


def test_the_problems_do_not_depend_on_the_order_of_the_rows():
    """Shuffled rows of a faulty table give the same problems, but for row numbers."""
    table = raw(with_shapes(draw_town(ROW), a=bow_tie())).assign(households=[30, -1, 30, 0, 30, 30])
    mixed = table.iloc[[4, 2, 0, 5, 1, 3]]
    assert set(find_problems(mixed)) == set(find_problems(table))


def test_checking_changes_nothing():
    """The table given is the same afterwards."""
    table = raw(hollow_town())
    before = table.copy()
    check_associations(table)
    pd.testing.assert_frame_equal(pd.DataFrame(table), pd.DataFrame(before))


@pytest.mark.real_data
def test_the_real_dirty_file_lists_all_its_faults_at_once(shared_folder: Path):
    """The file of Shiwa: 19 missing counts, the overlaps above the limit and the broken ring in one error."""
    with pytest.raises(AssociationsError) as raised:
        read_associations(shared_folder / "real" / "shiwa_2015_dirty.geojson")
    found = pd.Series([problem.kind for problem in raised.value.problems if problem.severity == "error"]).value_counts()
    assert found["missing_households"] == 19
    assert found["broken_geometry"] == 1
    assert found["overlap"] > 100
    assert all(problem.association_id for problem in raised.value.problems if problem.kind == "missing_households")


@pytest.mark.parametrize("letter", ["\u2028", "\u2029", "\x85", "\x00", "\x1f", "\n", "\t", "\ud800"], ids=ascii)
def test_an_id_with_a_control_character_or_line_break_is_refused(letter: str):
    """No file gives such an id back, so the written plan would name another: the row is named, wherever it stands."""
    for text in (f"a{letter}", f"{letter}a", f"a{letter}b"):
        (problem,) = find_problems(draw_town("ab").rename(index={"a": text}))
        assert (problem.severity, problem.kind) == ("error", "unreadable_id")
        assert problem.message.startswith("row 1 has an id with a control character or a line break in it: ")
        assert letter not in str(problem)


@pytest.mark.parametrize("space", [" ", "\u3000", "\u00a0"], ids=ascii)
def test_ids_and_names_with_spaces_around_them_are_refused(space: str):
    """Readers take such spaces off, so they would not come back: both rows are named at once."""
    town = draw_town("abc").assign(name=["甲", f"{space}乙", "丙 一"]).rename(index={"a": f"a{space}"})
    found = find_problems(town)
    assert {(problem.kind, problem.message.split(" has ")[0]) for problem in found} == {
        ("unreadable_id", "row 1"),
        ("unreadable_name", "row 2"),
    }


@pytest.mark.parametrize("letter", ["\u2028", "\u2029", "\x85", "\x00", "\n"], ids=ascii)
def test_a_name_that_no_file_gives_back_is_refused(letter: str):
    """A line break at its end would be taken off, and NUL cuts a name: refused, never silently repaired."""
    (problem,) = find_problems(draw_town("ab").assign(name=[f"本町{letter}", "乙"]))
    assert (problem.severity, problem.kind) == ("error", "unreadable_name")
    assert problem.message.startswith("row 1 has a name with ")


def test_a_name_may_have_a_line_break_inside():
    """Names typed on two lines of a cell come back as they are."""
    assert find_problems(draw_town("ab").assign(name=["本町\n一丁目", "本町\u2028二丁目"])) == []
