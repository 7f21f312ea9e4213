"""The second engine: plans that hold, bounds below the truth, and an end when it is asked for."""

from __future__ import annotations

import math
import time
from dataclasses import replace

import pytest

from kurihara_geo.candidates.masks import units_of
from kurihara_geo.model.search import search_component
from kurihara_geo.model.solver import SolverOptions
from tests.model.open_components import STAGES, best_values, chance_component, dice, grid_component, path_component

# A limit for work that ends by itself: no machine is so slow that its clock decides.
NO_MACHINE_TAKES_S = 1800.0


def search(component, seconds=NO_MACHINE_TAKES_S, *, seed=0, on_wait=None):
    """Search, to its end or within so many seconds, and check what comes back."""
    result = search_component(component, SolverOptions(seed=seed), time.monotonic() + seconds, on_wait=on_wait)
    assert component.is_plan(result.groups)
    assert tuple(stage.value for stage in result.stages) == component.prices(result.groups)
    assert tuple(stage.name for stage in result.stages) == component.stages
    assert all(stage.bound is None or stage.bound <= stage.value for stage in result.stages)
    assert (result.stopped == "") == all(stage.proven for stage in result.stages)
    return result


def search_some(component, groups):
    """Search until the costs of so many different groups were asked for, and interrupt then: work, not seconds."""
    asked = []

    def costs(mask):
        asked.append(mask)
        return component.costs(mask)

    def interrupt():
        if len(asked) >= groups:
            raise KeyboardInterrupt

    return search(replace(component, costs=costs), on_wait=interrupt)


def values(result):
    """Give the stage values."""
    return tuple(stage.value for stage in result.stages)


def test_a_row_with_one_best_plan():
    """20 30 25 25 40 10: three groups of 50, proven by floor(150 / 50); each pair walks 100 m at its smaller side."""
    result = search(path_component(20, 30, 25, 25, 40, 10))
    assert result.groups == (0b000011, 0b001100, 0b110000)
    assert values(result)[:4] == (0, 3, 0, 100 * (20 + 25 + 10))
    assert all(stage.proven for stage in result.stages[:4])


def test_too_few_households_for_any_group():
    """20 - 20 cannot reach 50: both stay as they are, and that is proven."""
    result = search(path_component(20, 20))
    assert result.groups == (0b01, 0b10)
    assert values(result) == (40, 0, 0, 0, 0)
    assert result.stopped == ""


def test_a_unit_no_group_can_take_is_below_the_floor_by_proof():
    """60 - 5 - 5 with at most two members: one 5 joins the 60, the other is in no set that reaches 50."""
    result = search(path_component(60, 5, 5, permitted=lambda mask: mask.bit_count() <= 2))
    assert result.groups == (0b011, 0b100)
    assert result.stages[0].value == result.stages[0].bound == 5


@pytest.mark.parametrize("seed", range(10))
def test_small_components_as_good_as_brute_force(seed):
    """Without caps the first stages and travel are those of the best of all plans."""
    component = chance_component(seed, units=8)
    best = best_values(component)
    result = search(component)
    assert values(result)[:4] == best[:4]
    if result.stages[4].proven:
        assert values(result) == best


@pytest.mark.parametrize("seed", range(10))
def test_no_bound_is_above_the_best_of_all_plans(seed):
    """With at most three members the plan may be worse than the best, and the bounds of the first stages may not."""
    component = chance_component(seed, units=8, most_members=3)
    best = best_values(component)
    # What is claimed must hold wherever the clock cuts the search off.
    result = search(component, 1.0)
    assert values(result) >= best
    assert result.stages[0].bound <= best[0]
    if result.stages[0].value == best[0]:
        assert result.stages[1].bound <= best[1]
    if values(result)[:2] == best[:2]:
        assert result.stages[3].bound <= best[3]
    if all(stage.proven for stage in result.stages):
        assert values(result) == best


def test_a_grid_no_list_would_hold():
    """On a grid of 144 units some 600 groups looked at serve every unit, and the count is within 5% of its bound."""
    result = search_some(grid_component(12, dice(0)), 600)
    below, mergers = result.stages[:2]
    assert below.value == 0
    assert 144 - mergers.value >= 0.95 * (144 - mergers.bound)


def test_no_cap_is_broken():
    """At most five members and 90 households: no group has more, on a grid where both bind."""

    def permitted(mask):
        units = units_of(mask)
        return len(units) <= 5 and sum(component.households[unit] for unit in units) <= 90

    component = grid_component(8, dice(1), permitted=permitted)
    result = search(component)
    assert all(mask.bit_count() <= 5 for mask in result.groups)
    assert all(component.total(mask) <= 90 for mask in result.groups if mask & (mask - 1))
    assert result.stages[0].value < sum(component.households) / 4


def test_the_same_seed_gives_the_same_plan():
    """Two searches with one seed that are not cut off agree in everything but the seconds."""
    component = chance_component(3, units=9)
    first, second = (search(component, seed=5) for _ in range(2))
    assert (first.groups, first.stages) == (second.groups, second.stages)


def test_another_order_of_stages_is_obeyed_without_a_proof():
    """With travel first nobody moves: each stays alone at no travel, though all are below the floor."""
    component = path_component(30, 30, 30, 30)
    travel_first = ("travel", "below_floor", "mergers", "crossings", "tie_break")
    order = [STAGES.index(stage) for stage in travel_first]
    turned = replace(
        component,
        stages=travel_first,
        costs=lambda mask: tuple(component.costs(mask)[number] for number in order),
    )
    result = search(turned)
    assert values(result) == (0, 120, 0, 0, 0)
    assert not result.stages[1].proven


def test_a_stage_that_rewards_has_no_bound_and_others_are_not_below_nothing():
    """A stage with a negative weight can be anything; one without any is 0 or more, whatever its name."""
    component = replace(
        path_component(30, 30, 30, 30), stages=("below_floor", "mergers", "crossings", "way", "tie_break")
    )
    assert search(component).stages[3].bound == 0
    way = search(replace(component, rewarded=("way",))).stages[3]
    assert way.bound is None
    assert not way.proven


def test_a_deadline_in_the_past_gives_a_plan_all_the_same():
    """The first groups grown by chance are a plan, nothing is proven, and the clock is blamed."""
    component = grid_component(6, dice(2))
    result = search(component, -1.0)
    assert result.stopped == "time_limit"
    assert not result.stages[1].proven


def test_the_time_limit_ends_the_search():
    """Sixteen million moves for 400 units fit into a fifth of a second nowhere: the clock is blamed, the plan holds."""
    result = search(grid_component(20, dice(3)), 0.2)
    assert result.stopped == "time_limit"
    assert not all(stage.proven for stage in result.stages)


def test_ctrl_c_gives_the_best_so_far():
    """An interruption after a thousand groups keeps a plan that leaves nobody below the floor."""
    result = search_some(grid_component(14, dice(4)), 1000)
    assert result.stopped == "interrupted"
    assert result.stages[0].value == 0


def test_without_a_limit_the_search_ends_by_itself():
    """An infinite deadline is no endless search."""
    component = path_component(20, 30, 25, 25, 40, 10)
    assert search_component(component, SolverOptions(), math.inf).groups == (0b000011, 0b001100, 0b110000)
