"""Why an association is left below the floor: a minimal set of rules that blocks it, or what it was traded off for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import kurihara_geo as kg
from kurihara_geo.candidates import blocking as blocking_module
from kurihara_geo.candidates import explain_left_below, find_blocking_rules, list_candidates
from kurihara_geo.rules import MergeRules, joined_sets
from kurihara_geo.rules.relaxing import BARRED_BORDERS, hard_rules, without_rule
from tests.model.steps import grid_graph, make_graph, town_graph
from tests.oracle import can_suffice
from tests.strategies import Case, random_case
from tests.towns import ORIGIN_X_M, ORIGIN_Y_M, bar_border, draw_town, exact_borders, island_town, path_town

if TYPE_CHECKING:
    from collections.abc import Collection

DISTRICT = "former_school_district"


def blocking(town, ids: str, *, borders=None, halls=None, **rules) -> tuple[str, ...] | None:
    """Ask what blocks associations with one-letter ids in a drawn town."""
    asked = MergeRules(**rules)
    return find_blocking_rules(town_graph(town, asked, borders, halls), asked, tuple(ids))


def left_below(town, *, borders=None, **rules) -> pd.DataFrame:
    """Make the plan of a drawn town and give those left below the floor."""
    return kg.propose_mergers(town, MergeRules(**rules), borders=borders, progress=False).left_below


# --- against brute force --------------------------------------------------------------------------------------------


def brute_force(case: Case, ids: Collection[str], kept: Collection[str]) -> bool:
    """Look at every group under those rules only: whether one with the ids is sufficient."""
    rules, borders = case.rules, case.borders
    for name in hard_rules(rules):
        if name not in kept:
            rules = without_rule(rules, name)
    if BARRED_BORDERS not in kept:
        borders = borders.assign(barred_by="", reason="")
    return can_suffice(case.associations, borders, rules, ids, case.halls)


@pytest.mark.slow
@pytest.mark.parametrize("start", range(0, 120, 20))
def test_the_rules_named_are_a_minimal_set_that_blocks(start: int):
    """With only those it is blocked, without any one of them it is not; none are named where a group is there.

    ``min_households`` alone says that it is blocked without any rule. Brute force looks at every set of members.
    """
    named = 0
    for seed in range(start, start + 20):
        case = random_case(seed, max_units=7)
        graph = town_graph(case.associations, case.rules, case.borders, case.halls)
        everything = {*hard_rules(case.rules), BARRED_BORDERS}
        bound = [tuple(sorted(ids)) for ids in joined_sets(case.rules.together)]
        singles = [(name,) for name in graph if not any(name in ids for ids in bound)]
        for ids in [*bound, *singles]:
            found = find_blocking_rules(graph, case.rules, ids)
            if found == ():
                assert brute_force(case, ids, everything), (seed, ids, case)
            elif found == ("min_households",):
                assert not brute_force(case, ids, ()), (seed, ids, case)
            else:
                assert found is not None
                assert set(found) <= everything
                assert not brute_force(case, ids, found), (seed, ids, found, case)
                for name in found:
                    assert brute_force(case, ids, set(found) - {name}), (seed, ids, found, name, case)
                named += 1
    assert named > 5, "the towns hold too little to tell"


# --- which rules are named ------------------------------------------------------------------------------------------

ROW = draw_town("abc", {"a": 20, "b": 20, "c": 20}, council={"a": "東", "b": "東", "c": "西"})
NAMED = [
    (ROW, "a", {"keep_within": ["council"]}, ("keep_within:council",)),
    (ROW, "a", {"max_members": 2}, ("max_members",)),
    (ROW, "a", {"max_households": 59}, ("max_households",)),
    (ROW, "a", {"max_span_m": 999}, ("max_span_m",)),
    (ROW, "a", {"max_way_m": 499}, ("max_way_m",)),
    (ROW, "a", {"apart": [["a", "c"]]}, ("apart",)),
    (ROW, "a", {"unchanged": ["c"]}, ("unchanged",)),
    (ROW, "a", {"obstacles": [{"ids": ["b", "c"], "ban": True, "reason": "訴訟"}]}, ("obstacles",)),
    (path_town(), "v", {"max_small_per_large": 0}, ("max_small_per_large",)),
    (path_town(), "v", {"max_households": 60}, ("max_households",)),
    (path_town(), "v", {}, ()),
    (path_town(), "a", {"unchanged": ["b"]}, ()),
    (draw_town("abc", 10), "b", {"max_members": 2, "unchanged": ["a"]}, ("min_households",)),
]


@pytest.mark.parametrize(("town", "ids", "rules", "expected"), NAMED, ids=[str(rules) for _, _, rules, _ in NAMED])
def test_the_rule_that_blocks_is_named(town, ids: str, rules, expected):
    """a20 - b20 - c20 reach 50 only all together, v20 of a60 - b60 - v20 with b: each rule forbids just that."""
    assert blocking(town, ids, **rules) == expected


def test_only_those_of_several_rules_that_block_are_named():
    """a20 needs b and c: the wall in between blocks it; a cap of 6, a span of 5 km and a wish about d do not."""
    town = draw_town("abcd", {"a": 20, "b": 20, "c": 20, "d": 60}, council={"a": "東", "b": "東", "c": "西", "d": "西"})
    found = blocking(town, "a", keep_within=["council"], max_members=6, max_span_m=5000, unchanged=["d"])
    assert found == ("keep_within:council",)


def test_where_either_of_two_rules_blocks_one_of_them_is_named():
    """Wall and cap each keep a20 from reaching 50: taking one away helps nobody, so one alone is a minimal set."""
    assert blocking(ROW, "a", keep_within=["council"], max_members=2) in [("keep_within:council",), ("max_members",)]


def test_two_rules_that_block_only_together_are_both_named():
    """v20 between a60 and b60: apart from a, and across a wall from b; without either of the two it could merge."""
    town = draw_town("avb", {"a": 60, "v": 20, "b": 60}, council={"a": "西", "v": "西", "b": "東"})
    assert blocking(town, "v", keep_within=["council"], apart=[["a", "v"]]) == ("keep_within:council", "apart")


def test_a_further_floor_is_named_by_its_column():
    """v20 and b60 have 9 households in 2040: the floor of 10 is not met, whoever comes."""
    town = path_town().assign(households_2040=[1, 4, 4])
    assert blocking(town, "v", floors={"households_2040": 10}) == ("floors:households_2040",)


def test_a_hall_that_nobody_can_reach_is_named():
    """The only hall is on an island."""
    halls = gpd.GeoDataFrame(
        {"name": ["集会所"]},
        index=pd.Index(["h"], name="hall_id"),
        geometry=[shapely.Point(ORIGIN_X_M + 1750, ORIGIN_Y_M + 250)],
        crs=6678,
    )
    assert blocking(island_town(), "a", needs_hall=True, halls=halls) == ("needs_hall",)


def test_a_border_that_nobody_can_pass_is_named():
    """v20 touches b60, but the river bars the border."""
    borders = bar_border(exact_borders(path_town()), "b", "v")
    assert blocking(path_town(), "v", borders=borders) == (BARRED_BORDERS,)


def test_a_barred_border_is_as_long_as_the_way_across_it():
    """w60 - v20 | b60: within 400 m along borders v reaches nobody, and b is 500 m away across the river too.

    Without the span v could merge with w. (An opened border once counted 1 m, and the river was named too.)
    """
    town = draw_town("wvb", {"w": 60, "v": 20, "b": 60})
    borders = bar_border(exact_borders(town), "b", "v")
    assert blocking(town, "v", borders=borders, max_span_m=400, span_along="borders") == ("max_span_m",)


def test_a_lower_floor_elsewhere_does_not_leave_it_unsettled():
    """a10 and b20, whose own floor is 40, have 30 together: too few under any rule."""
    entry = {"ids": ["b"], "min_households": 40, "reason": "島"}
    assert blocking(draw_town("ab", {"a": 10, "b": 20}), "a", lower_floors=[entry]) == ("min_households",)


def test_those_bound_together_are_asked_as_one():
    """a10 and b20 are bound, c30 is across a wall."""
    town = draw_town("abc", {"a": 10, "b": 20, "c": 30}, council={"a": "東", "b": "東", "c": "西"})
    assert blocking(town, "ab", together=[["a", "b"]], keep_within=["council"]) == ("keep_within:council",)


def test_a_question_that_takes_too_long_is_not_answered():
    """400 units of 1 household 500 m apart: within 1,500 m there are some ten, in more sets than may be looked at."""
    graph, rules = grid_graph(20, fewest=1, most=1), MergeRules(max_members=None, max_span_m=1500)
    assert find_blocking_rules(graph, rules, ["10-10"], max_sets=100) is None


# --- the words ------------------------------------------------------------------------------------------------------

WORDS = [
    ("exempt", path_town(), {"exempt": {"v": "独自の祭礼"}}, "v", "独自の祭礼"),
    ("unchanged", path_town(), {"unchanged": ["v"]}, "v", "変更しない"),
    ("no_border", island_town(), {}, "i", "隣り合う自治会がありません"),
    ("walls", ROW, {"keep_within": ["council"]}, "abc", "コミュニティ推進協議会をまたがない"),
    ("too_few_in_reach", draw_town("abc", 10), {}, "abc", "3自治会をすべて合わせても30世帯"),
    ("caps", ROW, {"max_members": 2}, "abc", "構成2自治会以内"),
    ("caps", ROW, {"max_households": 59}, "abc", "59世帯以内"),
    ("apart", ROW, {"apart": [["a", "c"]]}, "abc", "同じ組にしない指定"),
    ("apart", ROW, {"obstacles": [{"ids": ["a", "b"], "ban": True, "reason": "訴訟"}]}, "abc", "支障事案による禁止"),
    ("rules", ROW, {"max_span_m": 999}, "abc", "999m以内"),
    ("costs_others", draw_town("abc", {"a": 20, "b": 30, "c": 25}), {"max_members": 2}, "a", "減りません"),
]


@pytest.mark.parametrize(("word", "town", "rules", "left", "text"), WORDS, ids=[f"{w}-{r}" for w, _, r, _, _ in WORDS])
def test_each_reason_has_its_word_and_says_what_it_is(word: str, town, rules, left: str, text: str):
    """In a town drawn for it everybody left has the word, and both sentences are there."""
    found = left_below(town, **rules)
    assert found["reason"].to_dict() == dict.fromkeys(left, word)
    assert found["explanation"].str.contains(text, regex=False).all()
    assert (found["explanation_en"] != "").all()


def test_several_rules_that_block_together_are_all_named_in_the_sentence():
    """v20 is apart from a60 and across a wall from b60: both are said, and that one of them is enough."""
    town = draw_town("avb", {"a": 60, "v": 20, "b": 60}, council={"a": "西", "v": "西", "b": "東"})
    found = left_below(town, keep_within=["council"], apart=[["a", "v"]]).loc["v"]
    assert "またがない・同じ組にしない指定" in found["explanation"]
    assert "どれか一つがなければ届きます" in found["explanation"]
    assert "without any one of them it could" in found["explanation_en"]


def test_without_proof_nothing_is_claimed():
    """v20 could merge with b: why it was left is not settled as long as the first stage is not proven."""
    rules = MergeRules()
    graph = town_graph(path_town(), rules)
    candidates = list_candidates(graph, rules)
    for proven, word in ((False, "not_settled"), (True, "costs_others")):
        found = explain_left_below(graph, rules, candidates, [("v",)], proven=proven)
        assert found["v"][0] == word


def test_what_the_rules_block_is_said_without_proof_too():
    """No plan could take v in: that needs no proof of any plan."""
    rules = MergeRules(unchanged=["b"])
    graph = town_graph(path_town(), rules)
    found = explain_left_below(graph, rules, list_candidates(graph, rules), [("v",)], proven=False)
    assert found["v"][0] == "rules"


def test_a_limit_on_sets_is_not_called_a_limit_of_time(monkeypatch):
    """After one set of two the question is given up, in either language without a word of time: no clock ran out."""
    monkeypatch.setattr(blocking_module, "_SETS_A_QUESTION", 1)
    rules = MergeRules(max_members=2)
    graph = town_graph(draw_town("abcdefgh", 10), rules)
    candidates = list_candidates(graph, rules)
    for proven in (True, False):
        word, said_ja, said_en = explain_left_below(graph, rules, candidates, [("d",)], proven=proven)["d"]
        assert word == "not_settled"
        assert "within the limits of the search" in said_en
        assert "上限" in said_ja
        assert "時間" not in said_ja


def test_nobody_left_needs_no_reason():
    """An empty list gives no reasons."""
    graph = make_graph({"a": 60}, [])
    assert explain_left_below(graph, MergeRules(), list_candidates(graph, MergeRules()), [], proven=True) == {}
