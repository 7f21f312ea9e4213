"""The rules on groups, one by one: as functions of a tally, and where each decides a plan."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import kurihara_geo as kg
from kurihara_geo.candidates import find_rule_conflicts, list_candidates
from kurihara_geo.candidates.constraints import (
    PERMITTED,
    SUFFICIENT,
    GroupTests,
    ids_that_stay,
    is_permitted,
    is_sufficient,
    pairs_kept_apart,
    stands,
    within_span,
    within_way,
)
from kurihara_geo.candidates.masks import units_of
from kurihara_geo.candidates.units import Tally, Unit, join_tallies, sum_tallies, tally_association
from kurihara_geo.errors import AssociationsError, RulesError
from kurihara_geo.places import Hall, Place, find_meeting_place
from kurihara_geo.rules import MergeRules
from tests.model.steps import list_groups, solve_town, town_graph
from tests.towns import ORIGIN_X_M, ORIGIN_Y_M, bar_border, draw_town, exact_borders, path_town, square_town

if TYPE_CHECKING:
    from kurihara_geo.plan import Plan

HOLDS = {rule.name: rule.holds for rule in (*SUFFICIENT, *PERMITTED)}
PAIR = Tally(households=55, members=2, small=2, large=0, halls=0, floor=50, counts=(40, 70))
TWO_FLOORS = MergeRules(floors={"households_2040": 40, "people_20_64": 70})


def propose(town: gpd.GeoDataFrame, *, borders=None, halls=None, **rules) -> Plan:
    """Make the plan of a drawn town."""
    return kg.propose_mergers(town, MergeRules(**rules), borders=borders, halls=halls, progress=False)


def groups(plan: Plan) -> list[str]:
    """Give the groups as words of one-letter ids."""
    return ["".join(ids) for ids in plan.groups["member_ids"]]


def below(plan: Plan) -> int:
    """Give the households left below the floor."""
    return int(plan.stage_table().at["below_floor", "value"])


def halls_at(*places: tuple[float, float]) -> gpd.GeoDataFrame:
    """Draw halls h1, h2, ... so many metres east and north of the picture's corner."""
    ids = [f"h{number}" for number in range(1, len(places) + 1)]
    return gpd.GeoDataFrame(
        {"name": [f"集会所{name}" for name in ids]},
        index=pd.Index(ids, name="hall_id"),
        geometry=[shapely.Point(ORIGIN_X_M + x, ORIGIN_Y_M + y) for x, y in places],
        crs=6678,
    )


# --- tallies ------------------------------------------------------------------------------------------------------


def test_a_tally_counts_one_association():
    """Association b is small under 50 with 30 households, 20 of them in 2040, and has no hall."""
    town = draw_town("ab", {"a": 60, "b": 30}, households_2040={"a": 50, "b": 20})
    rules = MergeRules(floors={"households_2040": 40})
    graph = town_graph(town, rules)
    assert tally_association(graph, "b", rules) == Tally(30, 1, 1, 0, 0, 50, (20,))
    assert tally_association(graph, "a", rules) == Tally(60, 1, 0, 1, 0, 50, (50,))


def test_a_floor_of_its_own_decides_who_is_small():
    """30 households are small under a floor of 40 of its own, and not under one of 30."""
    rules = MergeRules(
        lower_floors=[
            {"ids": ["a"], "min_households": 40, "reason": "山間部"},
            {"ids": ["b"], "min_households": 30, "reason": "島"},
        ]
    )
    graph = town_graph(draw_town("ab", 30), rules)
    assert tally_association(graph, "a", rules)[2:6] == (1, 0, 0, 40)
    assert tally_association(graph, "b", rules)[2:6] == (0, 1, 0, 30)


def test_halls_are_counted_where_the_rules_ask_for_them():
    """Two halls in a, none in b."""
    halls = halls_at((100, 100), (200, 200))
    for rules, count in ((MergeRules(needs_hall=True), 2), (MergeRules(), 0)):
        graph = town_graph(square_town(), rules, halls=halls.set_geometry(halls.translate(0, 500)))
        assert tally_association(graph, "a", rules).halls == count
        assert tally_association(graph, "b", rules).halls == 0


def test_joined_tallies_add_up_and_have_the_lowest_floor():
    """Every number is a sum, the floor is the lowest; order does not matter."""
    other = Tally(60, 1, 0, 1, 2, 30, (1, 2))
    joined = Tally(115, 3, 2, 1, 2, 30, (41, 72))
    assert join_tallies(PAIR, other) == join_tallies(other, PAIR) == joined
    assert sum_tallies([PAIR, other]) == joined
    assert sum_tallies(iter([PAIR])) == PAIR


# --- each rule as its own function --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "rules", "tally", "holds"),
    [
        ("min_households", MergeRules(), {"households": 50}, True),
        ("min_households", MergeRules(), {"households": 49}, False),
        ("min_households", MergeRules(), {"households": 49, "floor": 49}, True),
        ("floors", TWO_FLOORS, {"counts": (40, 70)}, True),
        ("floors", TWO_FLOORS, {"counts": (39, 99)}, False),
        ("floors", TWO_FLOORS, {"counts": (99, 69)}, False),
        ("needs_hall", MergeRules(needs_hall=True), {"halls": 0}, False),
        ("needs_hall", MergeRules(needs_hall=True), {"halls": 1}, True),
        ("max_members", MergeRules(max_members=2), {"members": 2}, True),
        ("max_members", MergeRules(max_members=2), {"members": 3}, False),
        ("max_members", MergeRules(max_members=None), {"members": 99}, True),
        ("max_households", MergeRules(max_households=55), {"households": 55}, True),
        ("max_households", MergeRules(max_households=55), {"households": 56}, False),
        ("max_small_per_large", MergeRules(max_small_per_large=0), {"small": 9, "large": 0}, True),
        ("max_small_per_large", MergeRules(max_small_per_large=0), {"small": 1, "large": 1}, False),
        ("max_small_per_large", MergeRules(max_small_per_large=0), {"small": 0, "large": 2}, False),
        ("max_small_per_large", MergeRules(max_small_per_large=1), {"small": 1, "large": 1}, True),
        ("max_small_per_large", MergeRules(max_small_per_large=1), {"small": 2, "large": 2}, False),
        ("max_small_per_large", MergeRules(max_small_per_large=1), {"small": 0, "large": 3}, True),
        ("max_small_per_large", MergeRules(max_small_per_large=1), {"small": 5, "large": 0}, True),
    ],
)
def test_a_rule_holds_up_to_its_figure_and_no_further(rule: str, rules: MergeRules, tally: dict, *, holds: bool):
    """Each rule on a tally at its edge; large members do not raise max_small_per_large."""
    assert HOLDS[rule](PAIR._replace(**tally), rules) is holds


def test_only_rules_that_are_set_are_asked():
    """Without floors and halls 55 households are sufficient; with one of them missing they are not."""
    assert is_sufficient(PAIR, MergeRules())
    assert is_sufficient(PAIR, TWO_FLOORS)
    assert not is_sufficient(PAIR, TWO_FLOORS.replace(needs_hall=True))
    assert is_permitted(PAIR, MergeRules(max_members=2))
    assert not is_permitted(PAIR, MergeRules(max_members=1))


ALONE = Tally(households=60, members=1, small=0, large=1, halls=0, floor=50, counts=(30,))


@pytest.mark.parametrize(
    ("changes", "applies", "exempt", "expected"),
    [
        ({}, "new", False, True),
        ({}, "all", False, False),
        ({"counts": (40,)}, "all", False, True),
        ({"households": 40, "small": 1, "large": 0}, "new", False, False),
        ({"households": 40, "small": 1, "large": 0}, "new", True, True),
        ({"members": 2, "large": 2, "households": 120}, "new", False, False),
        ({"members": 2, "large": 2, "households": 120}, "new", True, True),
    ],
)
def test_a_group_stands_if_it_is_sufficient_exempt_or_one_that_is_not_small(changes, applies, *, exempt, expected):
    """Under a 2040 floor of 40: 60 that fall to 30 stand alone unless the floor binds all; two of them never."""
    rules = MergeRules(floors={"households_2040": 40}, floors_apply_to=applies)
    assert stands(ALONE._replace(**changes), rules, exempt=exempt) is expected


def test_the_span_is_asked_of_every_pair():
    """300 m and 400 m away at right angles are 500 m apart: not within 499."""
    a, b, c = Place("a", 1, 0, 0), Place("b", 1, 300, 0), Place("c", 1, 0, 400)
    assert within_span([a], [b, c], MergeRules(max_span_m=400))
    assert within_span([b], [c], MergeRules(max_span_m=500))
    assert not within_span([a, b], [c], MergeRules(max_span_m=499))
    assert within_span([a, b], [c], MergeRules())


def test_the_way_is_measured_to_the_best_meeting_place():
    """10, 30 and 20 households at 0, 300 and 700 m meet at the second, 400 m from the last; at a hall it is 700 m."""
    line = [Place("a", 10, 0, 0), Place("b", 30, 300, 0), Place("c", 20, 700, 0)]
    assert within_way(line, MergeRules(max_way_m=400))
    assert not within_way(line, MergeRules(max_way_m=399))
    at_hall = [replace(line[0], halls=(Hall("h", 0, 0),)), *line[1:]]
    assert within_way(at_hall, MergeRules(max_way_m=700))
    assert not within_way(at_hall, MergeRules(max_way_m=699))
    assert within_way(at_hall, MergeRules())


def test_of_meeting_places_with_equal_travel_the_one_with_the_shorter_longest_way_is_taken():
    """a20 at 0, b10 at 500 m, c10 at 1,000 m: 15,000 at a as at b, but c walks 1,000 m to a and 500 m to b.

    Else it would depend on the ids whether anybody's way is too long.
    """
    for first, second in ("ab", "ba"):
        line = [Place(first, 20, 0, 0), Place(second, 10, 500, 0), Place("c", 10, 1000, 0)]
        assert find_meeting_place(line).place_id == second
        assert find_meeting_place(line).travel_household_m == 15_000
        assert within_way(line, MergeRules(max_way_m=500))


def test_apart_and_bans_keep_pairs_out_of_one_group():
    """Every two of a set, the lower id first; a ban on one id keeps it out of every group instead."""
    rules = MergeRules(
        apart=[["c", "a", "b"]],
        unchanged=["u"],
        obstacles=[
            {"ids": ["z", "y"], "ban": True, "reason": "訴訟"},
            {"ids": ["x"], "ban": True, "reason": "解散予定"},
            {"ids": ["p", "q"], "weight": 3, "reason": "共有林"},
        ],
    )
    assert pairs_kept_apart(rules) == {("a", "b"), ("a", "c"), ("b", "c"), ("y", "z")}
    assert ids_that_stay(rules) == {"u", "x"}


def test_units_of_a_mask_are_its_bits():
    """0b1011 has the bits 0, 1 and 3."""
    assert units_of(0b1011) == (0, 1, 3)
    assert units_of(0) == ()


def test_the_rules_as_tests_on_masks_say_the_same():
    """Three units of 30, first and last apart, at most 2 members: ab may merge and suffices, ac and abc may not."""
    units = tuple(Unit((name,), Tally(30, 1, 1, 0, 0, 50), exempt=name == "c") for name in "abc")
    tests = GroupTests(units, (0b10, 0b101, 0b10), (0b100, 0, 0b1), MergeRules(max_members=2))
    assert [tests.permitted(mask) for mask in (0b011, 0b110, 0b101, 0b111)] == [True, True, False, False]
    assert [tests.sufficient(mask) for mask in (0b001, 0b011, 0b111)] == [False, True, True]
    assert [tests.stands(position) for position in range(3)] == [False, False, True]
    assert not tests.unrestricted
    assert GroupTests(units, (0, 0, 0), (0, 0, 0), MergeRules(max_members=None)).unrestricted


# --- floors where they decide -------------------------------------------------------------------------------------


def test_a_further_floor_decides_with_whom_a_small_one_merges():
    """v20 is nearer to a60, but both together fall to 30 by 2040; with b60 they keep 70."""
    town = draw_town("avbb", {"a": 60, "v": 20, "b": 60}, households_2040={"a": 20, "v": 10, "b": 60})
    assert groups(propose(town)) == ["av", "b"]
    assert groups(propose(town, floors={"households_2040": 40})) == ["a", "bv"]


def fading_town() -> gpd.GeoDataFrame:
    """Draw a55, which falls to 45 by 2040, beside b60, which keeps its households."""
    return draw_town("ab", {"a": 55, "b": 60}, households_2040={"a": 45, "b": 60})


def test_one_that_is_not_small_may_stay_alone_though_it_misses_a_further_floor():
    """a55 falls to 45 under a 2040 floor of 50: it stays as it is at no cost."""
    plan = propose(fading_town(), floors={"households_2040": 50})
    assert groups(plan) == ["a", "b"]
    assert plan.groups["status"].tolist() == ["unchanged", "unchanged"]
    assert below(plan) == 0


def test_one_that_misses_a_further_floor_is_not_sufficient():
    """b20 needs somebody. With a55 it makes 75, in 2040 only 54; a floor of 60 then asks for c60 as well.

    If a55 counted as sufficient alone, abc would be a55 beside bc80 and never be listed.
    """
    town = draw_town("abc", {"a": 55, "b": 20, "c": 60}, households_2040={"a": 45, "b": 9, "c": 50})
    plan = propose(town, floors={"households_2040": 60}, max_members=None)
    assert groups(plan) == ["abc"]
    assert below(plan) == 0
    assert plan.search["family"] == "atomic"


def test_further_floors_for_all_bind_those_who_stay_alone():
    """With floors for all a55 is left below, 55 households; with b60 beside it, it merges with it."""
    rules = {"floors": {"households_2040": 50}, "floors_apply_to": "all"}
    plan = propose(fading_town(), **rules)
    assert groups(plan) == ["ab"]
    alone = propose(fading_town(), **rules, unchanged=["a"])
    assert groups(alone) == ["a", "b"]
    assert alone.groups["status"].tolist() == ["below_floor", "unchanged"]
    assert below(alone) == 55
    assert alone.left_below["reason"].to_dict() == {"a": "unchanged"}


def test_those_left_below_a_further_floor_are_told_which():
    """a55 and b5 make 60 households, but 48 in 2040: both are told of the floor on 2040."""
    town = draw_town("ab", {"a": 55, "b": 5}, households_2040={"a": 45, "b": 3})
    found = propose(town, floors={"households_2040": 50}, floors_apply_to="all").left_below
    assert found["reason"].to_dict() == {"a": "rules", "b": "rules"}
    assert found["explanation"].str.contains("の合計50以上").all()
    assert found["explanation_en"].str.contains("at least 50 of").all()


@pytest.mark.parametrize("value", [None, 12.5, -3, "多い"])
def test_a_count_that_is_no_whole_number_is_named(value):
    """Association b has no usable count for 2040: the error names it and the column."""
    town = draw_town("ab", 60).assign(households_2040=pd.Series([60, value], index=["a", "b"], dtype=object))
    with pytest.raises(RulesError, match="'households_2040': b 架空B区") as raised:
        propose(town, floors={"households_2040": 40})
    assert [problem.kind for problem in raised.value.problems] == ["missing_count"]


def test_a_floor_on_a_column_that_is_not_there_is_refused():
    """The column is named, and those there are."""
    with pytest.raises(AssociationsError, match="households_2050"):
        propose(path_town(), floors={"households_2050": 10})


def test_a_lower_floor_spares_its_association_and_its_groups():
    """v20 with a floor of its own of 20 is not small; y15 of the same entry needs v's households to reach 20."""
    town = draw_town("avy", {"a": 200, "v": 20, "y": 15})
    entry = {"ids": ["v", "y"], "min_households": 20, "reason": "島"}
    plan = propose(town, lower_floors=[entry])
    assert groups(plan) == ["a", "vy"]
    assert below(plan) == 0
    assert plan.groups["floor"].tolist() == [50, 20]
    assert plan.groups["floor_reason"].tolist() == ["", "島"]


def test_a_group_needs_the_lowest_floor_of_its_members():
    """a30 and b15 make 45: enough with a's floor of 40, not with 46."""
    town = draw_town("ab", {"a": 30, "b": 15})
    for floor, expected in ((45, ["ab"]), (46, ["a", "b"])):
        entry = {"ids": ["a"], "min_households": floor, "reason": "山間部"}
        assert groups(propose(town, lower_floors=[entry])) == expected


def test_floors_of_zero_beside_other_floors_make_no_empty_part():
    """A floor of 0 and one on 2040: a part of no households at all is no part (the search failed on it once)."""
    town = draw_town("abc", 20, households_2040=dict.fromkeys("abc", 20))
    plan = propose(town, min_households=0, floors={"households_2040": 30})
    assert groups(plan) == ["a", "b", "c"]
    lowered = propose(town, lower_floors=[{"ids": ["b"], "min_households": 0, "reason": "島"}])
    assert below(lowered) == 0


# --- halls --------------------------------------------------------------------------------------------------------


def test_a_new_group_needs_a_hall():
    """v20 is 500 m from a60 and b60; only b has a hall, in its middle."""
    town = draw_town("avb", {"a": 60, "v": 20, "b": 60})
    plan = propose(town, needs_hall=True, halls=halls_at((1250, 250)))
    assert groups(plan) == ["a", "bv"]
    assert plan.groups["meets_in_hall"].tolist() == [False, True]


def test_halls_for_all_bind_those_who_stay_alone():
    """a60 without a hall is left below: it joins b60, which has one."""
    town = draw_town("ab", 60)
    halls = halls_at((750, 250))
    assert groups(propose(town, needs_hall=True, halls=halls)) == ["a", "b"]
    assert groups(propose(town, needs_hall=True, floors_apply_to="all", halls=halls)) == ["ab"]


@pytest.mark.parametrize("halls", [None, halls_at((9_000, 9_000))], ids=["not given", "outside"])
def test_needs_hall_without_any_hall_is_refused(halls):
    """No halls, or none in any association: nothing could be a new group."""
    with pytest.raises(RulesError, match="needs_hall asks for a hall"):
        propose(path_town(), needs_hall=True, halls=halls)


# --- limits on who may share a group ------------------------------------------------------------------------------


def test_the_span_limits_how_far_apart_members_are():
    """a30 - b10 - c30 in a row: abc is 1,000 m long. Under 999 only pairs are left, of 40: nobody reaches 50."""
    town = draw_town("abc", {"a": 30, "b": 10, "c": 30})
    assert groups(propose(town, max_span_m=1000)) == ["abc"]
    plan = propose(town, max_span_m=999)
    assert groups(plan) == ["a", "b", "c"]
    assert set(plan.left_below["reason"]) == {"rules"}
    assert plan.left_below["explanation"].str.contains("999m以内").all()


def test_the_span_along_borders_is_longer_than_the_straight_one():
    """Around a corner, a - b - c: a and c are 707 m apart (500 x the root of 2), along the borders 500 + 500."""
    town = draw_town("ab\n.c", {"a": 20, "b": 20, "c": 20})
    assert groups(propose(town, max_span_m=708)) == ["abc"]
    assert groups(propose(town, max_span_m=708, span_along="borders")) == ["a", "b", "c"]
    assert groups(propose(town, max_span_m=1000, span_along="borders")) == ["abc"]


def test_the_span_along_borders_goes_through_the_whole_city():
    """p20 and r20 stand on a wide q20, with x60 of another zone between them: 500 + 500 m through x, 707 + 707 over q.

    No group crosses into x, but people walk through it, until its border with p is barred.
    """
    zones = dict.fromkeys("pqr", "西") | {"x": "東"}
    town = draw_town("pxr\nqqq", {"p": 20, "q": 20, "r": 20, "x": 60}, zone=zones)
    rules = {"keep_within": ["zone"], "max_span_m": 1000, "span_along": "borders"}
    assert groups(propose(town, **rules)) == ["pqr", "x"]
    barred = bar_border(exact_borders(town), "p", "x")
    assert groups(propose(town, borders=barred, **rules)) == ["p", "q", "r", "x"]
    assert groups(propose(town, borders=barred, **rules | {"max_span_m": 707 + 707})) == ["pqr", "x"]


def test_a_set_put_together_beyond_the_span_is_refused():
    """In a row, c is 1,000 m from a: all three are asked for together under 999 m, straight or along borders."""
    town = draw_town("abc", 20)
    for along in ("straight", "borders"):
        rules = MergeRules(together=[["a", "b", "c"]], max_span_m=999, span_along=along)
        (problem,) = find_rule_conflicts(town_graph(town, rules), rules)
        assert "more than max_span_m 999 m lie between a and c" in problem.message
        assert find_rule_conflicts(town_graph(town, rules), rules.replace(max_span_m=1000)) == []


def trap_town() -> gpd.GeoDataFrame:
    """Draw a60 - b20 - c20 - d60 in a row."""
    return draw_town("abcd", {"a": 60, "b": 20, "c": 20, "d": 60})


def test_nobodys_way_to_the_meeting_place_is_longer_than_asked():
    """b20 and c20 would join a60 if a meeting at a were near enough for c; within 500 m each joins its own side."""
    town = draw_town("abc", {"a": 60, "b": 20, "c": 20})
    assert groups(propose(town, max_way_m=1000)) == ["abc"]
    plan = propose(town, max_way_m=500)
    assert groups(plan) == ["ab", "c"]
    assert below(plan) == 20


def test_a_filter_gives_a_plan_that_atomic_groups_would_miss():
    """p50 - x50 - v10 in a row, nobody's way above 770 m; p's hall is beside x, v's hall in the far corner of v.

    xv meets at v's hall: x walks 740 m east and 240 m north, 778 m, which is too far. pxv meets at p's hall, where v
    walks 760 m: a group, though it splits into p50 and xv60. Atomic groups alone would leave v below the floor.
    """
    town = draw_town("pxv", {"p": 50, "x": 50, "v": 10})
    halls, rules = halls_at((490, 250), (1490, 490)), MergeRules(max_way_m=770)
    plan = propose(town, max_way_m=770, halls=halls)
    assert groups(plan) == ["pvx"]
    assert below(plan) == 0
    assert plan.members["distance_m"].to_dict() == {"p": 240, "v": 760, "x": 260}
    assert plan.search["family"] == "full"
    graph = town_graph(town, rules, halls=halls)
    assert list_groups(list_candidates(graph, rules, family="atomic")) == [{"p"}, {"x"}, {"v"}]
    assert {"p", "v", "x"} in list_groups(list_candidates(graph, rules, family="full"))


def test_a_set_put_together_may_be_left_as_it_is_whatever_the_way():
    """a30 and b30 are bound and 500 m apart, the limit is 400 m: they stay as they are and stand; the plan holds."""
    plan = propose(draw_town("ab", 30), together=[["a", "b"]], max_way_m=400)
    assert groups(plan) == ["ab"]
    assert below(plan) == 0


def test_large_ones_take_no_part_where_none_is_allowed():
    """a60 - v20 - w40: with max_small_per_large 0 v joins w, though a is as near; a60 - v20 alone leaves v."""
    town = draw_town("avw", {"a": 60, "v": 20, "w": 40})
    assert groups(propose(town, max_small_per_large=0)) == ["a", "vw"]
    plan = propose(path_town(), max_small_per_large=0)
    assert groups(plan) == ["a", "b", "v"]
    assert plan.left_below["reason"].to_dict() == {"v": "rules"}
    assert "下限以上の自治会は加わらない" in plan.left_below.at["v", "explanation"]


def test_a_large_one_takes_no_more_small_ones_than_asked():
    """a60 between v20 and w20: with one small one a large one, one of them is left below."""
    town = draw_town("vaw", {"v": 20, "a": 60, "w": 20})
    assert groups(propose(town, max_small_per_large=2)) == ["avw"]
    plan = propose(town, max_small_per_large=1)
    assert below(plan) == 20
    assert sorted(len(word) for word in groups(plan)) == [1, 2]


@pytest.mark.parametrize(("most", "refused"), [(0, True), (1, False)])
def test_a_set_put_together_against_max_small_per_large_is_refused(most: int, *, refused: bool):
    """b60 and v20 are bound: one small one with a large one."""
    rules = MergeRules(together=[["b", "v"]], max_small_per_large=most)
    problems = find_rule_conflicts(town_graph(path_town(), rules), rules)
    assert [problem.message for problem in problems] == (
        ["together binds b, v, 1 large and 1 small, but max_small_per_large is 0"] if refused else []
    )


def test_a_banned_pair_shares_no_group():
    """v20 may not merge with b60: it has nobody else."""
    ban = {"ids": ["b", "v"], "ban": True, "reason": "訴訟"}
    plan = propose(path_town(), obstacles=[ban])
    assert groups(plan) == ["a", "b", "v"]
    assert plan.left_below["reason"].to_dict() == {"v": "apart"}


def test_a_banned_association_merges_with_nobody_and_is_no_way_through():
    """b60 is banned from merging: a60 and v20 lie on both sides of it."""
    plan = propose(path_town(), obstacles=[{"ids": ["b"], "ban": True, "reason": "解散予定"}])
    assert groups(plan) == ["a", "b", "v"]
    assert below(plan) == 20


# --- exempt -------------------------------------------------------------------------------------------------------


def test_the_exempt_may_stay_small_at_no_cost():
    """v20 may stay small: nothing is paid, it is marked, and its reason is told."""
    plan = propose(path_town(), exempt={"v": "独自の祭礼"})
    assert groups(plan) == ["a", "b", "v"]
    assert below(plan) == 0
    assert plan.groups.at["v", "status"] == "below_floor"
    found = plan.left_below.loc["v"]
    assert found["reason"] == "exempt"
    assert "独自の祭礼" in found["explanation"]
    assert plan.summary()["exempt_left_below"] == 1


def test_the_exempt_may_still_merge():
    """b20 needs a partner, and its only neighbour is the exempt a40."""
    plan = propose(draw_town("ab", {"a": 40, "b": 20}), exempt={"a": "離島"})
    assert groups(plan) == ["ab"]
    assert below(plan) == 0


def test_the_exempt_do_not_count_as_sufficient():
    """a40 is exempt, b20 is not: a group of both with c20 is not split into a alone and bc40, which is too small."""
    town = draw_town("abc", {"a": 40, "b": 20, "c": 20})
    plan = propose(town, exempt={"a": "離島"})
    assert groups(plan) == ["abc"]
    assert below(plan) == 0


def test_a_set_put_together_is_exempt_only_if_every_member_is():
    """a10 and b20 are bound on an island: with a exempt 30 households are paid for, with both none."""
    town = draw_town("ab.c", {"a": 10, "b": 20, "c": 60})
    assert below(propose(town, together=[["a", "b"]], exempt={"a": "離島"})) == 30
    assert below(propose(town, together=[["a", "b"]], exempt={"a": "離島", "b": "離島"})) == 0


def test_every_rule_also_decides_in_the_solver():
    """The rules shape the groups, not the search among them: HiGHS gives the plan of the exhaustive covers."""
    from kurihara_geo.model.solver import SolverOptions

    town = trap_town()
    rules = MergeRules(max_small_per_large=1, exempt={"b": "離島"}, max_span_m=500)
    assert solve_town(town, rules, options=SolverOptions(max_states=0)) == solve_town(town, rules)
