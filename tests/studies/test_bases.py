"""Bases for councils or the city: existing ones stay, hazards are respected, and what cannot be is said by name."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import kurihara_geo as kg
from kurihara_geo import columns
from kurihara_geo.errors import InputError
from kurihara_geo.studies.base_inputs import read_demand, read_distances, read_sites
from tests.plans import plan_by_hand
from tests.towns import ORIGIN_X_M, ORIGIN_Y_M, draw_town, exact_borders


def town() -> gpd.GeoDataFrame:
    """Draw a40 - b10 | c20 - d30, 500 m apart, with the boundary of two districts in the middle."""
    district = {"a": "西小", "b": "西小", "c": "東小", "d": "東小"}
    return draw_town("abcd", {"a": 40, "b": 10, "c": 20, "d": 30}, former_school_district=district)


def sites(where: str = "abcd", **flags) -> gpd.GeoDataFrame:
    """Put a building on the point of each association named."""
    points = [shapely.Point(ORIGIN_X_M + 500 * "abcd".index(one) + 250, ORIGIN_Y_M + 250) for one in where]
    ids = [f"S{one}" for one in where]
    return gpd.GeoDataFrame({"name": [f"架空{one}館" for one in where], **flags}, index=ids, geometry=points, crs=6678)


def test_one_base_for_each_district():
    """West: a (40) outweighs b (10), which walks 500 m; east: d (30) outweighs c (20)."""
    found = kg.choose_bases(town(), sites(), per="former_school_district")
    assert found.bases.index.tolist() == ["Sd", "Sa"]
    assert found.bases["area"].tolist() == ["東小", "西小"]
    assert found.assignment["distance_m"].tolist() == [0, 500, 500, 0]
    assert found.bases["mean_distance_m"].tolist() == [20 * 500 / 50, 10 * 500 / 50]
    assert found.proven
    wanted = [column.name for column in columns.BASES if not column.name.endswith("_min")]
    assert [found.bases.index.name, *found.bases] == wanted


def test_the_farthest_decides_p_centre():
    """One base: at b or c nobody is farther than 1000 m; b costs 40*500+20*500+30*1000, c 40*1000+10*500+30*500."""
    found = kg.choose_bases(town(), sites(), count=1, goal="p_centre")
    assert found.stages["value"].tolist()[:2] == [1000, 60_000]
    assert found.bases.index.tolist() in (["Sb"], ["Sc"])
    assert min(60_000, 40_000 + 5_000 + 15_000) == 60_000


def test_cover_takes_as_few_as_it_needs():
    """Within 500 m b and d, a and c, a and d or b and c reach all; a and d leave 10 and 20 households to walk."""
    found = kg.choose_bases(town(), sites(), goal="cover", reach_m=500)
    assert found.stages["value"].tolist()[:2] == [2, 30 * 500]
    assert found.bases.index.tolist() == ["Sa", "Sd"]


def test_an_existing_base_stays_and_a_hazard_is_avoided():
    """Sb is kept, so the second is Sd; with Sd in the flood zone it is Sc, and Sd is listed with the reason."""
    assert kg.choose_bases(town(), sites(), count=2, keep=["Sb"]).bases.index.tolist() == ["Sb", "Sd"]
    wet = sites(shelter_flood=[True, True, True, False])
    found = kg.choose_bases(town(), wet, count=2, keep=["Sb"], avoid=["flood"])
    assert found.bases.index.tolist() == ["Sb", "Sc"]
    assert found.left_out["reason"].to_dict() == {"Sd": "hazard"}


def test_an_existing_base_in_a_hazard_needs_a_reason():
    """Without a reason it is named; with one it stays, and the reason is in the table."""
    wet = sites(flood=[True, False, False, False])
    with pytest.raises(InputError, match="Sa 架空a館"):
        kg.choose_bases(town(), wet, count=1, keep=["Sa"], avoid=["flood"])
    found = kg.choose_bases(town(), wet, count=1, keep={"Sa": "盛土済み"}, avoid=["flood"])
    assert found.bases[["reason", "hazards"]].to_numpy().tolist() == [["盛土済み", "flood"]]


def test_a_district_without_a_site_is_named_unless_another_will_do():
    """Only the west has buildings: the east is named, or takes Sb, its nearest."""
    with pytest.raises(InputError, match="No site is left in: 東小"):
        kg.choose_bases(town(), sites("ab"), per="former_school_district")
    found = kg.choose_bases(town(), sites("ab"), per="former_school_district", elsewhere=True)
    assert found.bases["area"].to_dict() == {"Sb": "東小", "Sa": "西小"}


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"goal": "cover", "reach_m": 400, "sites": sites("a")}, "b 架空B区 .nearest site 500 m."),
        ({"count": 1, "reach_m": 500}, "it takes at least 2"),
        ({"count": 5}, "more than the sites"),
        ({"count": 1, "keep": ["Sa", "Sb"]}, "less than the existing bases"),
        ({"count": 1, "keep": ["Sx"]}, "Sx"),
        ({"count": 1, "avoid": ["flood"]}, "no column for flood"),
        ({}, "needs count="),
        ({"goal": "cover"}, "needs reach_m="),
    ],
)
def test_what_cannot_be_is_said(asked, said):
    """Each with the names and numbers it is about."""
    with pytest.raises(InputError, match=said):
        kg.choose_bases(town(), **{"sites": sites(), **asked})


def test_a_planners_own_minutes_count():
    """By the matrix everybody is quickest at Sb; a pair that is missing is named."""
    minutes = pd.DataFrame([[9, 1, 9, 9]] * 4, index=list("abcd"), columns=["Sa", "Sb", "Sc", "Sd"])
    found = kg.choose_bases(town(), sites(), count=1, distances=minutes, unit="min")
    assert (found.bases.index.tolist(), found.summary()["mean_distance_min"]) == (["Sb"], 1.0)
    with pytest.raises(InputError, match="without a column: Sd"):
        kg.choose_bases(town(), sites(), count=1, distances=minutes.drop(columns="Sd"), unit="min")


def test_a_barred_border_is_walked_around():
    """Along the borders of abcd, with b - c barred, one base cannot serve both sides."""
    borders = kg.remove_border(exact_borders(town()), "b", "c", reason="橋がない")
    with pytest.raises(InputError, match="at least 2"):
        kg.choose_bases(town(), sites(), count=1, along="borders", borders=borders)


def test_a_group_goes_to_one_base():
    """Ab and cd, with sites at b and d: every member of a group has the base of its group."""
    plan = plan_by_hand(town(), exact_borders(town()), kg.MergeRules(), [("a", "b"), ("c", "d")])
    found = kg.choose_bases(plan, sites("bd"), count=2)
    assert found.assignment["site_id"].tolist() == ["Sb", "Sb", "Sd", "Sd"]


def test_row_order_changes_nothing():
    """Shuffled associations and sites give the same bases."""
    one = kg.choose_bases(town(), sites(), count=2)
    other = kg.choose_bases(town().iloc[::-1], sites().iloc[::-1], count=2)
    pd.testing.assert_frame_equal(one.assignment, other.assignment)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("count", [3, 10])
def test_the_sample_equals_spopt(count: int):
    """All goals on one former town and the halls of the city have the same value as in spopt."""
    locate = pytest.importorskip("spopt.locate", reason="spopt is not installed: pip install --group peers")
    sample = kg.load_sample()
    people, halls = sample[(sample["former_town"] == "一迫") & (sample["households"] > 0)], kg.load_sample_halls()
    found = kg.choose_bases(people, halls, count=count)
    demand = read_demand(people, "households")
    ways = read_distances(demand, read_sites(halls, people), None, "straight", None)
    matrix = pd.DataFrame(ways).T.to_numpy()
    weights = people["households"].to_numpy()
    peer = solved(locate.PMedian.from_cost_matrix(matrix, weights, count))
    assert peer == found.stages["value"].tolist()[0]
    centre = kg.choose_bases(people, halls, count=count, goal="p_centre")
    assert solved(locate.PCenter.from_cost_matrix(matrix, count)) == centre.stages["value"].tolist()[0]
    cover = kg.choose_bases(people, halls, goal="cover", reach_m=5000)
    assert solved(locate.LSCP.from_cost_matrix(matrix, 5000)) == cover.stages["value"].tolist()[0]
    most = kg.choose_bases(people, halls, count=count, goal="cover", reach_m=2000)
    reached = solved(locate.MCLP.from_cost_matrix(matrix, weights, 2000, count))
    assert weights.sum() - reached == most.stages["value"].tolist()[0]


def solved(peer) -> int:
    """Let HiGHS solve a model of spopt and give its value."""
    import pulp

    peer.problem.solve(pulp.HiGHS(msg=False))
    return round(peer.problem.objective.value())
