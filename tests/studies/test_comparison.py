"""Plans side by side: their figures can be counted on the drawn town, and only real differences are listed."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import pytest

import kurihara_geo as kg
from kurihara_geo import columns
from kurihara_geo.errors import InputError
from tests.plans import plan_by_hand
from tests.towns import draw_town, exact_borders

COUNTS = {"a": 80, "b": 20, "c": 60, "d": 40}


def plan_of(*groups: tuple[str, ...], town=None, rules=None):
    """Make the plan of a80 - b20 - c60 - d40 with these groups."""
    town = draw_town("abcd", COUNTS) if town is None else town
    rules = kg.MergeRules(min_households=50, max_members=None) if rules is None else rules
    return plan_by_hand(town, exact_borders(town), rules, groups)


def test_every_figure_is_what_can_be_counted():
    """Ab | cd: two mergers, four associations change; b and d walk 500 m of 200 households: (20 + 40) * 500 / 200."""
    figures = kg.compare_plans({"A": plan_of(("a", "b"), ("c", "d"))})["A"].to_dict()
    assert figures == {
        "associations_before": 4,
        "associations_after": 2,
        "mergers": 2,
        "merged_groups": 2,
        "associations_changed": 4,
        "households_changed": 200,
        "left_below": 0,
        "households_left_below": 0,
        "smallest_group": 100,
        "largest_group": 100,
        "mean_group": 100.0,
        "crossings": 0,
        "travel_per_household_m": (20 + 40) * 500 / 200,
        "halls_per_group": None,
        "groups_without_hall": 2,
        "proven": True,
    }


def test_one_column_a_plan_in_the_order_given():
    """B leaves d40 below the floor; the columns stand as they were given."""
    plans = {"案B": plan_of(("a",), ("b", "c"), ("d",)), "案A": plan_of(("a", "b"), ("c", "d"))}
    table = kg.compare_plans(plans)
    assert list(table) == ["案B", "案A"]
    assert table.loc["left_below"].tolist() == [1, 0]
    assert table.loc["households_left_below"].tolist() == [40, 0]
    assert table.loc["mean_group"].tolist() == [round(200 / 3, 1), 100.0]


def test_figures_have_units_and_names_in_both_languages():
    """Each figure is described; the order is that of the columns."""
    table = kg.compare_plans({"A": plan_of(("a", "b"), ("c", "d"))}, grants=kg.GrantShares(flat=1000))
    known = [column.name for column in columns.COMPARISON]
    assert sorted(table.index, key=known.index) == sorted(known, key=known.index)
    assert table.attrs["units"]["grants_change"] == "yen"
    assert table.attrs["labels_ja"]["mergers"] == "統合で減る自治会の数"
    assert table.attrs["labels_en"]["left_below"] == "Left below the floor"
    assert table.at["grants_change", "A"] == -2 * 1000


def test_later_years_are_counted_by_group_and_past_ones_left_out():
    """In 2060 cd has 25 + 20 of 50 households; 2015 is past; of 2061 d is not known."""
    later = {"a": 60, "b": 10, "c": 25, "d": 20}
    town = draw_town(
        "abcd", COUNTS, households_2060=later, households_2015=COUNTS, households_2061={"a": 9, "b": 9, "c": 9}
    )
    plan = kg.propose_mergers(town, kg.MergeRules(max_members=None), borders=exact_borders(town))
    table = kg.compare_plans({"A": plan})
    years = [name for name in table.index if name.startswith("below_floor_")]
    assert years == ["below_floor_2060", "below_floor_2061"]
    groups = plan.members.groupby("group_id").groups.values()
    assert table.at["below_floor_2060", "A"] == sum(sum(later[name] for name in ids) < 50 for ids in groups)
    assert table.at["below_floor_2061", "A"] is None
    assert table.attrs["labels_ja"]["below_floor_2060"] == "2060年に下限未満となる自治会の数"


def test_plans_of_other_associations_are_refused_by_name():
    """Another table has e in place of d, and another count for a."""
    other = draw_town("abce", {"a": 81, "b": 20, "c": 60, "e": 40})
    plans = {"A": plan_of(("a", "b"), ("c", "d")), "B": plan_of(("a", "b"), ("c", "e"), town=other)}
    with pytest.raises(InputError) as fault:
        kg.compare_plans(plans)
    said = str(fault.value)
    assert "架空D区: is in 'A', not in 'B'" in said
    assert "架空E区: is in 'B', not in 'A'" in said
    assert "has 80 households in 'A' and 81 in 'B'" in said
    with pytest.raises(InputError, match="same associations"):
        kg.list_differences(plans["A"], plans["B"])


@pytest.mark.parametrize("plans", [{}, None, [1], {"": 1}, {"A": 1}, {1: None}])
def test_what_is_no_mapping_of_plans_is_refused(plans):
    """One message, no traceback of another library's."""
    with pytest.raises(InputError):
        kg.compare_plans(plans)


def test_differences_name_both_groups_and_their_members():
    """Ab | cd against a | bc | d: every association has another group."""
    table = kg.list_differences(plan_of(("a", "b"), ("c", "d")), plan_of(("a",), ("b", "c"), ("d",)))
    assert list(table.index) == ["a", "b", "c", "d"]
    assert list(table) == [column.name for column in columns.DIFFERENCES][1:]
    assert table.at["b", "member_ids_a"] == ("a", "b")
    assert table.at["b", "member_names_b"] == ("架空B区", "架空C区")
    assert (table.at["c", "group_id_a"], table.at["c", "group_id_b"]) == ("c", "b")


def test_what_is_the_same_is_left_out():
    """Ab stays; only c and d part."""
    table = kg.list_differences(plan_of(("a", "b"), ("c", "d")), plan_of(("a", "b"), ("c",), ("d",)))
    assert list(table.index) == ["c", "d"]


def test_another_name_of_a_group_is_no_difference():
    """A and B hold the same groups; B calls one of them otherwise."""
    plan, other = plan_of(("a", "b"), ("c", "d")), plan_of(("a", "b"), ("c", "d"))
    other.groups.loc["a", "name"] = "架空の丘"
    assert kg.list_differences(plan, other).empty


def test_halls_without_a_column_of_associations_are_counted_where_they_stand():
    """Two halls stand in a; one says nothing of whose it is: two halls for two groups."""
    plan = plan_of(("a", "b"), ("c", "d"))
    spot = plan.associations.geometry["a"].representative_point()
    halls = gpd.GeoDataFrame(
        {"name": ["架空会館", "架空集会所"]}, index=["H1", "H2"], geometry=[spot, spot], crs=plan.associations.crs
    )
    assert kg.compare_plans({"A": replace(plan, halls=halls)}).at["halls_per_group", "A"] == 1.0
