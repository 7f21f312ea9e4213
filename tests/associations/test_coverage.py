"""A layer drawn by hand becomes a coverage, within the limit set, and every square metre that moved is listed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from kurihara_geo.associations.build import build_associations, list_repairs, read_associations
from kurihara_geo.associations.checks import check_associations
from kurihara_geo.associations.coverage import repair_coverage
from kurihara_geo.borders import find_borders
from kurihara_geo.errors import AssociationsError
from kurihara_geo.propose import propose_mergers
from kurihara_geo.rules import MergeRules
from kurihara_geo.sources.boundaries import read_boundaries
from tests.towns import ORIGIN_X_M, ORIGIN_Y_M, draw_town

if TYPE_CHECKING:
    from pathlib import Path


def box_m(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    """Draw a box in metres from the south-west corner of every picture."""
    return shapely.box(ORIGIN_X_M + west, ORIGIN_Y_M + south, ORIGIN_X_M + east, ORIGIN_Y_M + north)


def layer(**shapes: shapely.Polygon) -> gpd.GeoDataFrame:
    """Make a raw table of shapes by id."""
    names = [f"架空{name.upper()}区" for name in shapes]
    table = {"association_id": list(shapes), "name": names, "households": [60] * len(shapes)}
    return gpd.GeoDataFrame(table, geometry=list(shapes.values()), crs=6678)


def cracked() -> gpd.GeoDataFrame:
    """Draw a and b with c around them: a crack of 2 m by 100 m between a and b, and a lake of 100 m by 100 m."""
    frame = box_m(-100, -100, 500, 200).difference(box_m(0, 0, 202, 100)).difference(box_m(300, 0, 400, 100))
    return layer(a=box_m(0, 0, 100, 100), b=box_m(102, 0, 202, 100), c=frame)


def overlapping() -> gpd.GeoDataFrame:
    """Draw a and b with 2 m by 100 m in both; b has more of the border around it."""
    return layer(a=box_m(0, 0, 100, 100), b=box_m(98, 0, 300, 100))


def listed(table: gpd.GeoDataFrame) -> list[list[object]]:
    """List the repairs without names."""
    return list_repairs(table)[["association_id", "repair", "area_change_m2"]].to_numpy().tolist()


def test_a_narrow_gap_is_filled_and_a_lake_stays():
    """The crack of 200 m2 goes half to a and half to b, but for its two ends of 2 m; the lake is wider than 5 m."""
    repaired = repair_coverage(cracked(), gap_width_m=5, max_change_m2=300)
    got = {who: change for who, _, change in listed(repaired)}
    assert {what for _, what, _ in listed(repaired)} == {"gap between a 架空A区, b 架空B区, c 架空C区 filled"}
    # The ends: two triangles as high as half the crack is wide.
    assert got == {"a": pytest.approx(99, abs=0.1), "b": pytest.approx(99, abs=0.1), "c": pytest.approx(2, abs=0.2)}
    areas = repaired.set_index("association_id").area
    assert areas.sum() == pytest.approx(cracked().area.sum() + 200, abs=0.01)
    holes = sum(len(part.interiors) for part in [shapely.unary_union(repaired.geometry.to_numpy())])
    assert holes == 1


def test_a_filled_gap_parts_nobody_and_joins_nobody():
    """Two neighbours drawn 0.8 m too small all round: after filling, everybody borders whom they bordered before."""
    picture = "abcd\nefgh\nijkl\nmnop"
    town = draw_town(picture, 50, cell_m=100)
    town["geometry"] = [
        shape.buffer(-0.8, join_style="mitre") if name in "fg" else shape for name, shape in town.geometry.items()
    ]
    built = build_associations(town, accept_repairs=True, gap_width_m=3)

    def pairs(table, **options):
        return {(row.a, row.b) for row in find_borders(table, **options).itertuples()}

    # Where four areas meet, two get a border shorter than the gap was wide.
    assert pairs(built, min_border_m=3) == pairs(draw_town(picture, 50, cell_m=100))


def test_without_a_width_no_gap_is_filled():
    """Gaps are filled only where the planner says how wide."""
    assert listed(repair_coverage(cracked())) == []


@pytest.mark.parametrize(("to", "loser"), [("larger", "a"), ("smaller", "b")])
def test_an_overlap_goes_where_the_planner_says(to: str, loser: str):
    """200 m2 are in a and b: the larger is b."""
    repaired = repair_coverage(overlapping(), overlaps_to=to)
    ((who, what, change),) = listed(repaired)
    assert (who, change) == (loser, pytest.approx(-200))
    assert what.startswith("overlap given to")
    assert repaired.area.sum() == pytest.approx(300 * 100)
    assert shapely.coverage_is_valid(repaired.geometry.to_numpy())


def test_nothing_is_repaired_beyond_the_limit():
    """An overlap of 200 m2 and a limit of 150: who would change, and by how much."""
    with pytest.raises(AssociationsError) as raised:
        repair_coverage(overlapping(), overlaps_to="larger", max_change_m2=150)
    (problem,) = raised.value.problems
    assert (problem.kind, problem.association_id, problem.name) == ("repair_beyond_limit", "a", "架空A区")
    assert "200.0 m2" in problem.message
    assert "max_change_m2=" in problem.cure


def test_what_is_lost_and_gained_counts_against_the_limit_together():
    """B loses 200 m2 to a and gains a gap of 200 m2: its area stays, but 400 m2 moved."""
    frame = box_m(-100, -100, 500, 200).difference(box_m(0, 0, 202, 100))
    town = layer(a=box_m(0, 0, 102, 100), b=box_m(100, 0, 200, 100), c=frame)
    with pytest.raises(AssociationsError) as raised:
        repair_coverage(town, overlaps_to="larger", gap_width_m=5, max_change_m2=10)
    changes = {problem.association_id: problem.message for problem in raised.value.problems}
    assert "b" in changes


def test_an_association_of_which_much_moved_is_named():
    """A of 10 m by 100 m loses 2 m by 100 m, a fifth: a warning; b loses nothing and is large."""
    town = layer(a=box_m(0, 0, 10, 100), b=box_m(8, 0, 300, 100))
    repaired = repair_coverage(town, overlaps_to="larger")
    assert [(record["kind"], record["association_id"]) for record in repaired.attrs["records"]] == [
        ("repaired_much", "a")
    ]


def test_an_area_inside_another_is_named_not_lost():
    """B lies wholly inside a and would vanish."""
    town = layer(a=box_m(0, 0, 100, 100), b=box_m(10, 10, 20, 20))
    with pytest.raises(AssociationsError, match="vanish") as raised:
        repair_coverage(town, overlaps_to="larger")
    assert [problem.association_id for problem in raised.value.problems] == ["b"]


def test_vertices_that_nearly_meet_are_snapped_and_it_is_listed():
    """A and b miss each other by 1 cm along 100 m: snapped at 5 cm they share a border, and 1 m2 moved."""
    town = layer(a=box_m(0, 0, 100, 100), b=box_m(100.01, 0, 200, 100))
    snapped = repair_coverage(town, snapping_m=0.05)
    assert snapped.geometry[0].intersection(snapped.geometry[1]).length == pytest.approx(100)
    moved = list_repairs(snapped)
    assert set(moved["repair"]) == {"outline moved by snapping"}
    assert moved["area_change_m2"].sum() == pytest.approx(1)


def test_a_broken_outline_is_mended_on_the_way_and_listed():
    """A's outline crosses itself: the repair has a row of its own."""
    x, y = ORIGIN_X_M, ORIGIN_Y_M
    tie = shapely.Polygon([(x, y), (x + 100, y + 100), (x + 100, y), (x, y + 100)])
    repaired = repair_coverage(layer(a=tie, b=box_m(100, 0, 200, 100)))
    assert "outline mended" in list_repairs(repaired)["repair"].iloc[0]


@pytest.mark.parametrize(
    "options",
    [{"max_change_m2": -1}, {"gap_width_m": float("nan")}, {"snapping_m": "1"}, {"overlaps_to": "nobody"}],
    ids=["limit", "gap", "snapping", "whom"],
)
def test_limits_that_are_none_are_refused_by_name(options: dict):
    """Each wrong argument is named."""
    with pytest.raises(AssociationsError, match=next(iter(options))):
        repair_coverage(overlapping(), **options)


def test_the_given_table_stays_as_it_was_and_the_index_as_it_is():
    """Ids as index in, ids as index out; the input is untouched."""
    town = overlapping().set_index("association_id")
    before = town.copy(deep=True)
    repaired = repair_coverage(town)
    pd.testing.assert_frame_equal(pd.DataFrame(town), pd.DataFrame(before))
    assert repaired.index.name == "association_id"
    assert list(repaired.index) == list(town.index)


def test_gaps_are_filled_when_the_table_is_built_only_if_repairs_are_accepted():
    """gap_width_m changes areas: without accept_repairs it is refused."""
    with pytest.raises(AssociationsError, match="accept_repairs=True"):
        build_associations(cracked(), gap_width_m=5)


def test_a_built_table_lists_what_was_filled_and_warns_of_what_is_left():
    """The crack is filled; the lake, and it alone, is still a gap."""
    built = build_associations(cracked(), accept_repairs=True, gap_width_m=5)
    assert list_repairs(built)["area_change_m2"].sum() == pytest.approx(200, abs=0.01)
    gaps = check_associations(built).query("kind == 'gap'")
    assert gaps["message"].tolist() == ["10,000.0 m2 between them belong to nobody"]


def test_building_sets_a_limit_where_gaps_are_filled():
    """Half of a crack of 24 m by 100 m is more than the 1,000 m2 a repair may move without being asked."""
    frame = box_m(-100, -100, 500, 200).difference(box_m(0, 0, 224, 100))
    town = layer(a=box_m(0, 0, 100, 100), b=box_m(124, 0, 224, 100), c=frame)
    with pytest.raises(AssociationsError, match="repair_beyond_limit"):
        build_associations(town, accept_repairs=True, gap_width_m=25)
    built = build_associations(town, accept_repairs=True, gap_width_m=25, max_change_m2=2000)
    assert built.area.sum() == pytest.approx(600 * 300)


@st.composite
def sloppy_grids(draw: st.DrawFn) -> gpd.GeoDataFrame:
    """Draw a grid of three by three whose every corner is drawn anew for every area, up to 3 m off."""
    step = st.integers(-3, 3)
    shapes = {}
    for name, (column, row) in zip("abcdefghi", [(x, y) for x in range(3) for y in range(3)], strict=True):
        corners = [(column, row), (column + 1, row), (column + 1, row + 1), (column, row + 1)]
        shapes[name] = shapely.Polygon(
            [(ORIGIN_X_M + 100 * x + draw(step), ORIGIN_Y_M + 100 * y + draw(step)) for x, y in corners]
        )
    return layer(**shapes)


@given(sloppy_grids())
@settings(max_examples=40, deadline=None)
def test_the_rows_add_up_to_the_change_of_every_area(town: gpd.GeoDataFrame):
    """However sloppily drawn: a valid coverage of all that was drawn, and repairs that explain every area."""
    repaired = repair_coverage(town, gap_width_m=12, max_change_m2=10_000)
    shapes = repaired.geometry.to_numpy()
    assert shapely.coverage_is_valid(shapes)
    drawn = shapely.unary_union(town.geometry.to_numpy())
    assert drawn.difference(shapely.unary_union(shapes)).area < 0.01
    explained = list_repairs(repaired).groupby("association_id")["area_change_m2"].sum()
    change = repaired.set_index("association_id").area - town.set_index("association_id").area
    assert change.to_dict() == pytest.approx(explained.reindex(change.index, fill_value=0).to_dict(), abs=0.5)


@pytest.mark.real_data
def test_the_real_dirty_file_becomes_a_coverage_and_a_plan(shared_folder: Path):
    """紫波町: with 19 counts supplied and repairs accepted, a valid coverage with every change listed, and a plan."""
    path = shared_folder / "real" / "shiwa_2015_dirty.geojson"
    raw = read_boundaries(path)
    without = raw.loc[raw["households"].isna(), "association_id"]
    assert len(without) == 19
    built = read_associations(
        path,
        fill_missing_households=dict.fromkeys(without, 20),
        accept_repairs=True,
        overlap_limit_m2=13_000,
        gap_width_m=50,
        max_change_m2=26_000,
    )
    assert int(built["households"].sum()) == 10_743 + 19 * 20
    assert shapely.coverage_is_valid(built.geometry.to_numpy())
    problems = check_associations(built)
    assert not problems["severity"].eq("error").any()
    assert not problems["kind"].eq("gap").any()
    assert problems["kind"].eq("count_filled").sum() == 19
    assert problems["kind"].eq("repaired_much").sum() == 11
    repairs = list_repairs(built)
    gaps = repairs[repairs["repair"].str.startswith("gap between")]
    assert gaps["area_change_m2"].sum() == pytest.approx(537_283, abs=1)
    # what was drawn is 239.3 km2; the repairs moved less than half a percent of it
    assert repairs["area_change_m2"].abs().sum() < 0.005 * built.area.sum()
    plan = propose_mergers(built, MergeRules(min_households=50, max_members=6))
    assert int(plan.groups["households"].sum()) == int(built["households"].sum())
    assert (plan.groups.loc[plan.groups["status"] == "merged", "households"] >= 50).all()


def test_an_area_that_touches_nobody_is_no_part_of_the_gap_around_it():
    """The middle of a square of nine, drawn 1 m too small on every side: the gap is the ring, not the middle."""
    town = draw_town("abc\ndef\nghi", 50, cell_m=100)
    town["geometry"] = [shape.buffer(-1) if name == "e" else shape for name, shape in town.geometry.items()]
    ring_m2 = 100**2 - 98**2
    gaps = check_associations(town).query("kind == 'gap'")
    assert gaps["message"].tolist() == [f"{ring_m2:,.1f} m2 between them belong to nobody"]
    repaired = build_associations(town, accept_repairs=True, gap_width_m=3)
    filled = list_repairs(repaired)
    assert filled["area_change_m2"].sum() == pytest.approx(ring_m2, abs=0.1)
    assert filled["repair"].str.startswith("gap between").all()
