"""Exact covers looked at one by one equal plain enumeration: the best, the best few, and how many there are."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kurihara_geo.model.covers import Cover, best_cover, best_covers, count_covers, lexicographic_keys

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Group = tuple[int, ...]
tried = settings(max_examples=200, deadline=None, derandomize=True)

PATH = [(0,), (1,), (2,), (0, 1), (1, 2), (0, 1, 2)]


def all_covers(unit_count: int, groups: Sequence[Group]) -> Iterator[Group]:
    """Try every set of groups, as numbers, and keep those that hold every unit once."""
    for size in range(unit_count + 1):
        for chosen in combinations(range(len(groups)), size):
            if sorted(unit for number in chosen for unit in groups[number]) == list(range(unit_count)):
                yield chosen


@st.composite
def instances(draw: st.DrawFn, stages: int = 3) -> tuple[int, list[Group], list[list[int]]]:
    """Draw at most 6 units, at most 11 groups that need not cover them, and what each group costs in each stage."""
    units = draw(st.integers(1, 6))
    kinds = st.sets(st.integers(0, units - 1), min_size=1).map(lambda ids: tuple(sorted(ids)))
    groups = draw(st.lists(kinds, max_size=11 - units, unique=True))
    if draw(st.integers(0, 4)):
        groups = [*dict.fromkeys([*((unit,) for unit in range(units)), *groups])]
    costs = st.lists(st.integers(-3, 9), min_size=len(groups), max_size=len(groups))
    return units, groups, [draw(costs) for _ in range(stages)]


def total(costs: Sequence[int], chosen: Sequence[int]) -> int:
    """Sum the costs of the groups chosen."""
    return sum(costs[number] for number in chosen)


# --- by hand ------------------------------------------------------------------------------------------------------


def test_a_path_of_three_has_four_covers():
    """Each of two borders is inside a group or not; costs 1, 2, 4 alone, 2, 7 in pairs, 6 for all.

    0 | 1 | 2 cost 7, 01 | 2 cost 6, 0 | 12 cost 8, 012 cost 6.
    """
    keys = [1, 2, 4, 2, 7, 6]
    covers = best_covers(3, PATH, keys, 10)
    assert [cover.key for cover in covers] == [6, 6, 7, 8]
    assert {cover.groups for cover in covers[:2]} == {(2, 3), (5,)}
    assert [cover.groups for cover in covers[2:]] == [(0, 1, 2), (0, 4)]
    assert count_covers(3, PATH, [(key,) for key in keys], slack=9) == {(6,): 2, (7,): 1, (8,): 1}


def test_without_units_there_is_one_cover_of_nothing():
    """Nothing to cover: no group is taken."""
    assert best_cover(0, [], []) == Cover(0, ())


def test_units_that_no_group_holds_have_no_cover():
    """Unit 1 is in no group: no cover, which is not the same as too many to look at."""
    assert best_cover(2, [(0,)], [5]) is None
    assert best_covers(2, [(0,)], [5], 3) == []
    assert count_covers(2, [(0,)], [(5,)]) == {}


def test_a_reward_is_taken():
    """A group of cost -5 is worth more than two that cost nothing."""
    assert best_cover(2, [(0,), (1,), (0, 1)], [0, 0, -5]) == Cover(-5, (2,))


def test_keys_compare_as_the_stages_do():
    """One unit of the first stage outweighs all of the second: (1, 0) is dearer than (0, 100)."""
    first, second = lexicographic_keys([[1, 0], [0, 100]])
    assert first > second
    assert lexicographic_keys([]) == []
    assert lexicographic_keys([[3, -4]]) == [3, -4]


# --- against plain enumeration ------------------------------------------------------------------------------------


@tried
@given(instance=instances())
def test_the_best_cover_is_the_best_of_all(instance):
    """Its key is the least, it is one of those that have it, and there is none where there is no cover."""
    units, groups, (costs, *_) = instance
    every = {chosen: total(costs, chosen) for chosen in all_covers(units, groups)}
    found = best_cover(units, groups, costs)
    if not every:
        assert found is None
        return
    assert found.key == min(every.values())
    assert every[found.groups] == found.key


@tried
@given(instance=instances(), count=st.integers(1, 8))
def test_the_best_covers_are_the_best_of_all_in_order(instance, count: int):
    """As many as there are, at most those asked for; no cover twice; keys as in the sorted list of all."""
    units, groups, (costs, *_) = instance
    every = {chosen: total(costs, chosen) for chosen in all_covers(units, groups)}
    found = best_covers(units, groups, costs, count) or []
    assert [cover.key for cover in found] == sorted(every.values())[:count]
    assert len({cover.groups for cover in found}) == len(found)
    assert all(every[cover.groups] == cover.key for cover in found)


@tried
@given(instance=instances(), slack=st.integers(0, 12))
def test_covers_are_counted_by_their_costs(instance, slack: int):
    """Of the covers that cost least in the first stage, those within the slack in the second, by what they cost.

    With one stage alone the slack is in that one.
    """
    units, groups, (first, second, _) = instance
    every = Counter((total(first, chosen), total(second, chosen)) for chosen in all_covers(units, groups))
    held, least = min(every, default=(0, 0))
    expected = {cost: n for cost, n in every.items() if cost[0] == held and cost[1] <= least + slack}
    assert count_covers(units, groups, list(zip(first, second, strict=True)), slack) == expected
    alone = Counter((total(first, chosen),) for chosen in all_covers(units, groups))
    expected = {cost: number for cost, number in alone.items() if cost[0] <= held + slack}
    assert count_covers(units, groups, [(cost,) for cost in first], slack) == expected


@tried
@given(instance=instances())
def test_keys_order_covers_as_their_stages_in_order(instance):
    """For any two covers the sums of keys compare as the tuples of stage sums do, negative costs among them."""
    units, groups, costs = instance
    keys = lexicographic_keys(costs)
    every = list(all_covers(units, groups))
    by_stages = sorted(every, key=lambda chosen: tuple(total(stage, chosen) for stage in costs))
    sums = [total(keys, chosen) for chosen in by_stages]
    assert sums == sorted(sums)
    tuples = {tuple(total(stage, chosen) for stage in costs) for chosen in every}
    assert len(set(sums)) == len(tuples)


# --- limits -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("limit", ["max_states", "max_steps"])
def test_beyond_its_limits_nothing_is_said(limit: str):
    """A path of three has states before unit 0 (none covered), 1 and 2 (once each): 3 of them, and 6 steps."""
    needed = {"max_states": 3, "max_steps": 6}[limit]
    keys = [1] * len(PATH)
    for search in (
        lambda **limits: best_cover(3, PATH, keys, **limits),
        lambda **limits: best_covers(3, PATH, keys, 2, **limits),
        lambda **limits: count_covers(3, PATH, [(1,)] * len(PATH), 0, **limits),
    ):
        assert search(**{limit: needed}) is not None
        assert search(**{limit: needed - 1}) is None


def test_what_is_dearer_in_any_stage_held_is_not_carried_along():
    """A row of 30, alone at 0 or in pairs, equal in the first stage: the one that costs least after that, at once.

    All stages but the first were once carried to the end, with every different sum of costs: half a gigabyte.
    """
    groups = [*((unit,) for unit in range(30)), *((unit, unit + 1) for unit in range(29))]
    costs = [*((0, 0, 0) for _ in range(30)), *((0, 1, 3**unit) for unit in range(29))]
    assert count_covers(30, groups, costs, 0, max_states=30, max_steps=59) == {(0, 0, 0): 1}
    assert count_covers(30, groups, [(cost[0], cost[2]) for cost in costs], 0, max_states=30) == {(0, 0): 1}


def test_every_cost_carried_along_counts_as_a_state():
    """A row of 20 whose covers all cost something else: given up at the limit, not when memory runs out."""
    groups = [*((unit,) for unit in range(20)), *((unit, unit + 1) for unit in range(19))]
    costs = [*((0,) for _ in range(20)), *((3**unit,) for unit in range(19))]
    assert count_covers(20, groups, costs, max_states=1_000) is None
    assert len(count_covers(20, groups, costs, max_states=10**5, max_steps=10**6)) == 10_946


def test_time_that_is_up_ends_the_walk():
    """A deadline in the past: nothing is said."""
    assert best_covers(3, PATH, [1] * len(PATH), 2, deadline=0.0) is None
    assert count_covers(3, PATH, [(1,)] * len(PATH), deadline=0.0) is None
