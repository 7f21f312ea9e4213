"""Each association is assigned to one area, with its share; every doubt is listed."""

from __future__ import annotations

import geopandas as gpd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

import kurihara_geo as kg
from kurihara_geo.errors import AssociationsError
from tests.towns import draw_town


def strips(town: gpd.GeoDataFrame, **ends: float) -> gpd.GeoDataFrame:
    """Cut the town into upright strips, named, each up to a share of its width."""
    west, south, east, north = town.total_bounds
    start, names, boxes = 0.0, [], []
    for name, end in ends.items():
        boxes.append(shapely.box(west + start * (east - west), south, west + end * (east - west), north))
        names.append(name)
        start = end
    return gpd.GeoDataFrame({"name": names}, geometry=boxes, crs=town.crs)


@pytest.fixture
def town() -> gpd.GeoDataFrame:
    """Give four squares in a row, a to d."""
    return draw_town("abcd", {"a": 50, "b": 30, "c": 30, "d": 20})


def test_the_largest_overlap_decides_and_doubts_are_named(town):
    """East begins 3/10 into c: a and b are clear, c is 70 % East, d is clear."""
    found = kg.assign_areas(town, strips(town, West=(2 + 0.3) / 4, East=1.0))
    assert found["area"].tolist() == ["West", "West", "East", "East"]
    assert found["share"].tolist() == pytest.approx([1, 1, 0.7, 1])
    assert found["doubt"].tolist() == ["", "", "only 70% in East, 30% in West", ""]


def test_equal_shares_are_a_doubt_and_land_outside_too(town):
    """The border runs through the middle of b; d lies in no area."""
    found = kg.assign_areas(town, strips(town, West=1.5 / 4, East=3 / 4))
    assert found.loc["b", "doubt"] == "East and West have equal shares (50%)"
    assert found.loc["d", "doubt"] == "lies in no area"
    assert found["area"].isna().tolist() == [False, False, False, True]


def test_where_people_live_can_decide_otherwise(town):
    """Association c has 70 % of its land in East, but its point and 9 of its 10 households are in West."""
    west, south, east, _ = town.total_bounds
    side = (east - west) / 4
    areas = strips(town, West=2.3 / 4, East=1.0)
    town["point"] = town.geometry.representative_point()
    town.loc["c", "point"] = shapely.Point(west + 2.1 * side, south + side / 2)
    assert kg.assign_areas(town, areas, by="point").loc["c", "area"] == "West"
    spots = [(2.1, 9), (2.8, 1), (0.5, 4)]
    points = gpd.GeoDataFrame(
        {"households": [count for _, count in spots]},
        geometry=[shapely.Point(west + x * side, south + side / 2) for x, _ in spots],
        crs=town.crs,
    ).to_crs(4326)
    by_people = kg.assign_areas(town, areas, by="households", points=points)
    assert by_people.loc["c", ["area", "share", "second_share"]].tolist() == ["West", 0.9, 0.1]
    assert by_people.loc["d", "doubt"] == "lies in no area"


def test_a_name_decides_and_near_misses_are_offered(town):
    """Spaces and full width do not matter; a misspelling is asked back, never guessed."""
    town["学区"] = ["見本西", "見本 西", "見本酉", None]
    areas = strips(town, 見本西=0.5, 見本東=1.0)
    found = kg.assign_areas(town, areas, by="attribute", attribute="学区")
    assert found["area"].tolist()[:2] == ["見本西", "見本西"]
    assert "no area is called '見本酉'; did you mean 見本" in found.loc["c", "doubt"]
    assert found.loc["d", "doubt"] == "no area is named"


def test_every_fault_of_the_call_is_named_at_once(town):
    """No CRS, a repeated name, and a share beyond 1."""
    areas = strips(town, West=0.5, East=1.0).assign(name="West").set_crs(None, allow_override=True)
    with pytest.raises(AssociationsError) as caught:
        kg.assign_areas(town, areas, clear_share=1.5)
    assert len(caught.value.problems) == 3


@given(cuts=st.lists(st.integers(5, 95), min_size=1, max_size=4, unique=True), order=st.integers(0, 2**31))
def test_shares_are_those_of_the_land_whatever_the_order(cuts: list[int], order: int):
    """Shuffled areas give the same; the best share is at least one over the number of areas that cover it."""
    town = draw_town("abc", {"a": 50, "b": 30, "c": 30})
    areas = strips(
        town, **{f"area{number}": end for number, end in enumerate([*(cut / 100 for cut in sorted(cuts)), 1.0])}
    )
    found = kg.assign_areas(town, areas)
    shuffled = areas.sample(frac=1, random_state=order)
    assert kg.assign_areas(town, shuffled).equals(found)
    assert (found["share"] >= 1 / len(areas) - 1e-4).all()
    assert (found["share"] + found["second_share"] <= 1 + 2e-4).all()


def test_points_outside_and_on_borders_are_counted_and_said(town):
    """900 households outside every association and 50 on the border of a and b: both on record, none lost twice."""
    west, south, east, _ = town.total_bounds
    side = (east - west) / 4
    spots = [(0.5, 10), (1.0, 50), (1.5, 20), (9.0, 900)]
    points = gpd.GeoDataFrame(
        {"households": [count for _, count in spots]},
        geometry=[shapely.Point(west + x * side, south + side / 2) for x, _ in spots],
        crs=town.crs,
    )
    found = kg.assign_areas(town, strips(town, All=1.0), by="households", points=points)
    assert [entry["kind"] for entry in found.attrs["records"]] == ["points_outside", "points_on_border"]
    assert "1 points with 900 households" in found.attrs["records"][0]["message"]
    assert found.loc[["a", "b"], "share"].tolist() == [1, 1]


@pytest.mark.parametrize("count", [None, -1, "many"])
def test_points_need_counts(town, count):
    """A missing, negative or text count of a point is refused with its row."""
    points = gpd.GeoDataFrame(
        {"households": [5, count]}, geometry=town.geometry.representative_point()[:2].tolist(), crs=town.crs
    )
    with pytest.raises(AssociationsError, match="rows 1"):
        kg.assign_areas(town, strips(town, All=1.0), by="households", points=points)


def test_areas_that_cover_land_twice_are_refused(town):
    """Two areas over everything give shares of 1 and 1: neither is the larger."""
    areas = strips(town, West=1.0)
    twice = gpd.GeoDataFrame({"name": ["West", "East"]}, geometry=[areas.geometry[0]] * 2, crs=town.crs)
    with pytest.raises(AssociationsError, match="overlap each other in a, b, c, d"):
        kg.assign_areas(town, twice)


def test_areas_without_outline_and_names_alike_are_refused(town):
    """Full width makes no other name; a missing outline is named."""
    areas = strips(town, 見本=0.5, ほか=1.0)
    areas.loc[len(areas)] = ["見 本", None]
    with pytest.raises(AssociationsError) as caught:
        kg.assign_areas(town, areas, by="attribute", attribute="name")
    assert [problem.message.split(":")[0] for problem in caught.value.problems] == [
        "areas repeat the name 見 本, 見本; dissolve them by name first",
        "areas without a valid outline",
    ]
    with pytest.raises(AssociationsError, match="areas must be a GeoDataFrame"):
        kg.assign_areas(town, None)
