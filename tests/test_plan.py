"""A plan is checked from the map before anybody sees it; what it shows is what it holds."""

from __future__ import annotations

import dataclasses

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import kurihara_geo as kg
from kurihara_geo import columns
from kurihara_geo.errors import PlanCheckError
from kurihara_geo.model.solution import Stage
from kurihara_geo.plan import Plan, check_plan
from kurihara_geo.rules import MergeRules
from tests.plans import plan_by_hand
from tests.towns import (
    ORIGIN_X_M,
    ORIGIN_Y_M,
    bar_border,
    draw_town,
    exact_borders,
    grid_town,
    hollow_town,
    path_town,
    square_town,
    walled_town,
)


def plan_of(
    town: gpd.GeoDataFrame,
    groups: str,
    rules: MergeRules | None = None,
    *,
    borders: gpd.GeoDataFrame | None = None,
    halls: gpd.GeoDataFrame | None = None,
    reasons=None,
    **values: int,
) -> Plan:
    """Make the plan of a town from groups written as words of one-letter ids, and what was said of some stages."""
    stages = [Stage(name=name, value=value, bound=value, proven=True) for name, value in values.items()]
    words = [tuple(word) for word in groups.split()]
    borders = exact_borders(town) if borders is None else borders
    return plan_by_hand(town, borders, rules or MergeRules(), words, stages=stages, halls=halls, reasons=reasons)


def halls_at(**places: tuple[float, float, str]) -> gpd.GeoDataFrame:
    """Draw halls: id -> metres east and north of the picture's corner, and the association."""
    return gpd.GeoDataFrame(
        {
            "name": [f"集会所{name}" for name in places],
            "association_id": [owner for _, _, owner in places.values()],
        },
        index=pd.Index(list(places), name="hall_id"),
        geometry=[shapely.Point(ORIGIN_X_M + x, ORIGIN_Y_M + y) for x, y, _ in places.values()],
        crs=6678,
    )


def test_a_sound_plan_rejoins_its_map():
    """b60 and v20 merge, a60 stays: the group has their households and their two cells."""
    plan = plan_of(path_town(), "a bv", below_floor=0, mergers=1, crossings=0, travel=20 * 500)
    assert plan.groups["households"].to_dict() == {"a": 60, "b": 60 + 20}
    assert plan.groups["status"].to_dict() == {"a": "unchanged", "b": "merged"}
    assert plan.groups.area.to_dict() == pytest.approx({"a": 500**2, "b": 2 * 500**2})
    assert plan.members["group_id"].to_dict() == {"a": "a", "b": "b", "v": "b"}
    assert plan.left_below.empty
    assert check_plan(plan) == []


def test_the_tables_of_a_plan_have_the_columns_of_the_contract():
    """Groups, members, those left below and stages have the documented columns, in order."""
    plan = plan_of(path_town(), "a b v", below_floor=20)
    for table, described in (
        (plan.groups, columns.GROUPS),
        (plan.members, columns.MEMBERS),
        (plan.left_below, columns.LEFT_BELOW),
        (plan.stage_table(), columns.STAGES),
    ):
        assert [table.index.name, *table.columns] == [column.name for column in described]


def test_an_association_in_no_group_is_found():
    """V is left out of the solution."""
    with pytest.raises(PlanCheckError, match="in no group: v"):
        plan_of(path_town(), "a b")


@pytest.mark.parametrize("groups", ["ab bv", "ab b v", "a bv bv"])
def test_an_association_in_two_groups_is_found(groups: str):
    """B is in two groups of the solution."""
    with pytest.raises(PlanCheckError, match="in more than one group: b"):
        plan_of(path_town(), groups)


@pytest.mark.parametrize(("town", "groups"), [(path_town(), "a bv x"), (hollow_town(), "abcdefghz")])
def test_a_group_of_what_is_no_inhabited_association_is_found(town: gpd.GeoDataFrame, groups: str):
    """The solution names x, which is not on the map, or z, where nobody lives."""
    with pytest.raises(PlanCheckError, match="not an inhabited association"):
        plan_of(town, groups, MergeRules(max_members=None))


@pytest.mark.parametrize(
    ("tamper", "message"),
    [
        (lambda ids: [i for i in ids if i != "v"], "in no group: v"),
        (lambda ids: [*ids, "a"] if "a" not in ids else ids, "in more than one group: a"),
        (lambda ids: [*ids, "x"], "not an inhabited association: x"),
    ],
    ids=["missing", "twice", "unknown"],
)
def test_a_finished_plan_with_tampered_groups_is_found_out(tamper, message: str):
    """The members listed in the groups are compared with the map, whatever the solution said."""
    plan = plan_of(path_town(), "a bv")
    groups = plan.groups.copy()
    groups["member_ids"] = [tuple(tamper(list(ids))) for ids in groups["member_ids"]]
    assert any(message in fault for fault in check_plan(dataclasses.replace(plan, groups=groups)))


FAULTS = [
    (path_town(), "av b", MergeRules(), "group a is not connected"),
    (walled_town(), "pq rs", MergeRules(max_households=60), "group r has 90 households, the most allowed is 60"),
    (walled_town(), "p qr s", MergeRules(keep_within=["former_school_district"]), "group q crosses the wall"),
    (grid_town(), "abcdefghi", MergeRules(max_members=8), "group a has 9 members, the most allowed is 8"),
    (grid_town(), "ab cdefghi", MergeRules(max_members=None), "group a was merged but is below the floor"),
    (path_town(), "a bv", MergeRules(unchanged=["b"]), "group b holds b, which should be unchanged"),
    (path_town(), "a bv", MergeRules(together=[["a", "b"]]), "a, b should be together"),
    (path_town(), "a bv", MergeRules(apart=[["b", "v"]]), "b, v should be apart"),
]


@pytest.mark.parametrize(("town", "groups", "rules", "message"), FAULTS, ids=[message for *_, message in FAULTS])
def test_a_plan_that_breaks_a_rule_is_never_returned(
    town: gpd.GeoDataFrame, groups: str, rules: MergeRules, message: str
):
    """Groups that are apart, too large, across a wall, below the floor, or against a wish: named, not returned."""
    with pytest.raises(PlanCheckError, match=message):
        plan_of(town, groups, rules)


def test_a_group_across_a_barred_border_is_not_connected():
    """B and v touch, but their border is barred."""
    town = path_town()
    barred = bar_border(exact_borders(town), "b", "v")
    with pytest.raises(PlanCheckError, match="group b is not connected"):
        plan_of(town, "a bv", borders=barred)


def test_every_fault_of_a_plan_is_named():
    """A and v are not connected, should be apart, and b is alone against the wish: three lines."""
    rules = MergeRules(apart=[["a", "v"]], together=[["a", "b"]])
    with pytest.raises(PlanCheckError) as raised:
        plan_of(path_town(), "av b", rules)
    assert len(str(raised.value).splitlines()) == 1 + 3


@pytest.mark.parametrize(("stage", "right"), [("below_floor", 20), ("mergers", 0), ("crossings", 0), ("travel", 0)])
def test_a_wrong_stage_value_is_found(stage: str, right: int):
    """Nothing merges in a60 - b60 - v20: 20 are left below; one more or less in any stage is a fault."""
    plan_of(path_town(), "a b v", **{stage: right})
    with pytest.raises(PlanCheckError, match=f"stage {stage}: the solver says {right + 1}, the map says {right}"):
        plan_of(path_town(), "a b v", **{stage: right + 1})


def test_the_map_counts_crossings_with_their_weights():
    """q30 and r30 merge across the district of weight 3: 60 x 3."""
    rules = MergeRules(prefer_within={"former_school_district": 3, "former_town": 5})
    plan = plan_of(walled_town(), "p qr s", rules, crossings=60 * 3)
    assert plan.groups["crosses"].to_dict() == {"p": (), "q": ("former_school_district",), "s": ()}


def test_those_put_together_may_stay_below_the_floor():
    """A and b, 40 together, are bound by the rules: below the floor with two members, in one row each."""
    plan = plan_of(draw_town("abc", {"a": 20, "b": 20, "c": 60}), "ab c", MergeRules(together=[["a", "b"]]))
    assert plan.groups["status"].to_dict() == {"a": "below_floor", "c": "unchanged"}
    assert plan.left_below["households"].to_dict() == {"a": 20, "b": 20}


def test_lost_households_are_found():
    """A group that says one household less than its members is found out from the map."""
    plan = plan_of(path_town(), "a bv")
    groups = plan.groups.copy()
    groups.loc["b", "households"] -= 1
    assert check_plan(dataclasses.replace(plan, groups=groups)) == [
        "households are not conserved: 140 before, 139 after"
    ]


def test_lost_land_is_found():
    """A group whose area lacks a square of 10 m is found out."""
    plan = plan_of(path_town(), "a bv")
    groups = plan.groups.copy()
    corner = shapely.box(ORIGIN_X_M, ORIGIN_Y_M, ORIGIN_X_M + 10, ORIGIN_Y_M + 10)
    groups.loc["a", "geometry"] = shapely.difference(groups.geometry["a"], corner)
    (fault,) = check_plan(dataclasses.replace(plan, groups=groups))
    assert "area is not conserved" in fault


def test_people_are_conserved_and_unknown_where_one_member_is():
    """A's people are unknown: its group's are, the other group's are the sum."""
    town = draw_town("abcd", population={"b": 70, "c": 80, "d": 90})
    plan = plan_of(town, "ab cd")
    assert plan.groups["population"].isna().to_dict() == {"a": True, "c": False}
    assert plan.groups.at["c", "population"] == 80 + 90


# --- meeting places ----------------------------------------------------------------------------------


def test_without_halls_a_group_meets_where_the_way_is_least():
    """b60 and v20, 500 m apart: v's 20 households walk to b."""
    plan = plan_of(path_town(), "a bv", travel=20 * 500)
    assert plan.groups.at["b", "meeting_place_id"] == "b"
    assert plan.members["distance_m"].to_dict() == {"a": 0, "b": 0, "v": 500}


def test_the_groups_hall_decides_the_meeting_place():
    """V has a hall in its middle: b60 walks 500 m there, although v20 could walk to b."""
    town = path_town()
    halls = halls_at(h1=(1250, 250, "v"))
    plan = plan_of(town, "a bv", halls=halls, travel=60 * 500)
    assert plan.groups.loc["b", ["meeting_place_id", "meeting_place"]].tolist() == ["h1", "集会所h1"]
    assert plan.groups.at["a", "meeting_place_id"] == "a"
    assert plan.members["distance_m"].to_dict() == {"a": 0, "b": 500, "v": 0}


def test_of_several_halls_the_nearest_to_all_is_chosen():
    """Of the halls of b60 and v20, b's is nearer to most households."""
    town = path_town()
    halls = halls_at(h1=(1250, 250, "v"), h2=(750, 250, "b"))
    plan = plan_of(town, "a bv", halls=halls, travel=20 * 500)
    assert plan.groups.at["b", "meeting_place_id"] == "h2"


def test_a_hall_may_have_the_id_of_an_association():
    """Halls numbered like associations: hall b of v is named as the hall, and b, where there is none, as itself."""
    town = path_town()
    halls = halls_at(b=(1250, 250, "v"))
    plan = plan_of(town, "a b v", halls=halls)
    assert plan.groups["meeting_place"].to_dict() == {"a": "架空A区", "b": "架空B区", "v": "集会所b"}
    assert plan.members["distance_m"].to_dict() == {"a": 0, "b": 0, "v": 0}


# --- names and views ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("names", "households", "expected"),
    [
        (["築館字薬師台一", "築館字薬師台二"], (30, 30), "築館字薬師台"),
        (["薬師台第1", "薬師台第2"], (30, 30), "薬師台"),
        (["本町", "新町"], (20, 30), "新町ほか"),
        (["本町", "新町"], (30, 30), "本町ほか"),
        (["架空町字本町", "架空町字新町"], (30, 20), "架空町字本町ほか"),
    ],
    ids=["shared place", "numbers", "largest", "first of equals", "former town says nothing"],
)
def test_a_group_is_called_after_its_members(names: list[str], households: tuple[int, int], expected: str):
    """The place all members share, if it says more than the former town; else the largest member and others."""
    town = draw_town("ab", dict(zip("ab", households, strict=True)), former_town=dict.fromkeys("ab", "架空町"))
    plan = plan_of(town.assign(name=names), "ab")
    assert plan.groups.at["a", "name"] == expected


def test_two_groups_never_take_the_same_shared_name():
    """Both pairs share 薬師台: each is called after its largest member."""
    town = draw_town("abcd").assign(name=["薬師台一", "薬師台二", "薬師台三", "薬師台四"])
    assert plan_of(town, "ab cd").groups["name"].tolist() == ["薬師台一ほか", "薬師台三ほか"]


def test_an_association_left_as_it_is_keeps_its_name():
    """Nothing is proposed for who does not merge."""
    assert plan_of(path_town(), "a bv").groups.at["a", "name"] == "架空A区"


def test_the_notebook_view_escapes_hostile_names():
    """A name with markup, a reason and a notice with markup are shown as text."""
    town = draw_town("ab.c", {"a": 60, "b": 60, "c": 20}).assign(name=["甲", "乙", '<script>alert("1")</script>'])
    town.attrs["notice"] = "<b>見本</b>"
    reasons = {"c": ("no_border", "<i>隣なし</i>", "none")}
    view = plan_of(town, "a b c", reasons=reasons, below_floor=20)._repr_html_()
    assert "<script" not in view
    assert "<b>見本" not in view
    assert "<i>" not in view
    assert "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;" in view


def test_the_views_say_whether_it_is_proven():
    """An open stage is said plainly in text and in the notebook."""
    town = square_town()
    stage = Stage(name="mergers", value=2, bound=1, proven=False)
    pairs = [("a", "b"), ("c", "d")]
    plan = plan_by_hand(town, exact_borders(town), MergeRules(), pairs, stages=[stage], stopped="time_limit")
    assert "NOT proven" in repr(plan)
    assert "NOT proven" in plan._repr_html_()
    assert plan.stage_table().at["mergers", "gap"] == pytest.approx((2 - 1) / 2)
    assert "4 associations -> 2" in repr(plan)


def test_the_summary_counts_before_and_after():
    """a60, b60 + v20: 3 associations become 2, one small becomes none."""
    summary = plan_of(path_town(), "a bv").summary()
    assert (summary["associations_before"], summary["associations_after"]) == (3, 2)
    assert (summary["small_before"], summary["small_after"]) == (1, 0)
    assert summary["households_before"] == summary["households_after"] == 60 + 60 + 20
    assert (summary["smallest_group"], summary["largest_group"]) == (60, 80)
    assert (summary["merged_groups"], summary["associations_changed"]) == (1, 2)


def test_a_plan_is_frozen():
    """Parts of a plan that was checked cannot be exchanged."""
    with pytest.raises(dataclasses.FrozenInstanceError):
        plan_of(path_town(), "a bv").rules = MergeRules()


def test_below_which_floor_is_said_where_some_have_their_own():
    """V needs 20 only: neither the short nor the notebook view speaks of 50 households for all."""
    rules = MergeRules(lower_floors=[{"ids": ["v"], "min_households": 20, "reason": "離島"}])
    plan = kg.propose_mergers(path_town(), rules, progress=False)
    assert "below their floor: 0 -> 0" in repr(plan)
    assert "下限未満（特例を含む） 0 → 0" in plan._repr_html_()
    assert "50" not in repr(plan)
