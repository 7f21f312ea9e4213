"""Groups counted as a packing: minimal sets, and bounds that no plan beats."""

from __future__ import annotations

import math

import pytest

from kurihara_geo.candidates.masks import mask_of
from kurihara_geo.model.open_component import Watch
from kurihara_geo.model.packing import count_at_most, list_minimal_sets, pack, price_units
from kurihara_geo.model.solver import SolverOptions
from tests.model.open_components import all_plans, chance_component, open_component, path_component

FOREVER = Watch(math.inf)


def test_minimal_sets_of_a_row():
    """Sets that reach the floor and from whose ends nobody can go.

    a30 - b30 - c10 - d40: a+b has 60; b+c+d has 80 and loses b: c+d has 50; b+c has 40, a+b+c loses c.
    """
    found = list_minimal_sets(path_component(30, 30, 10, 40), FOREVER)
    assert sorted(found or []) == sorted([mask_of((0, 1)), mask_of((2, 3))])


def test_a_large_unit_is_in_no_minimal_set():
    """A unit that stands alone is a group already: 30 - 60 - 30 has no set of small units that touch."""
    assert list_minimal_sets(path_component(30, 60, 30), FOREVER) == []


def test_a_member_in_the_middle_cannot_go():
    """a25 - b5 - c25 is minimal, though a and c alone have 50: without b they do not touch."""
    assert list_minimal_sets(path_component(25, 5, 25), FOREVER) == [0b111]


def test_too_many_sets_are_not_listed():
    """Beyond the limit there is no list, instead of half of one."""
    assert list_minimal_sets(path_component(*[30] * 12), FOREVER, most_sets=5) is None


def test_cheap_bound_counts_large_units_and_households():
    """20 - 30 - 60 - 45 - 45: one large unit, floor(50 / 50) on its left, floor(90 / 50) on its right make 3."""
    assert count_at_most(path_component(20, 30, 60, 45, 45)) == 3


def test_households_left_below_allow_a_group_each():
    """With 45 households left below the floor one unit may be a group of its own; two have 20 + 30 or more."""
    assert count_at_most(path_component(20, 30, 60, 45, 45), left=45) == 3 + 1


def test_prices_see_what_the_households_hide():
    """Five units of 30 around a ring: floor(150 / 50) = 3, but a group needs two of five: the price of each is 1/2."""
    ring = open_component([30] * 5, [(unit, (unit + 1) % 5) for unit in range(5)])
    sets = list_minimal_sets(ring, FOREVER)
    prices = price_units(ring, sets or [], SolverOptions(), FOREVER)
    assert count_at_most(ring) == 3
    assert prices is not None
    assert prices.most_groups == 2
    assert all(prices.price(mask) >= prices.one for mask in sets or [])


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("most_members", [None, 3])
def test_no_plan_beats_the_bounds(seed, most_members):
    """Whatever a plan leaves below the floor, its groups are no more than the bounds for so many households say."""
    component = chance_component(seed, units=7, most_members=most_members)
    most: dict[int, int] = {}
    for plan in all_plans(component):
        left = sum(component.total(mask) for mask in plan if not component.sufficient(mask))
        most[left] = max(most.get(left, 0), len(plan))
    sets = list_minimal_sets(component, FOREVER) or []
    for left in sorted(most)[:4]:
        assert most[left] <= count_at_most(component, left)
        prices = price_units(component, sets, SolverOptions(), FOREVER, left=left) if sets else None
        assert prices is None or most[left] <= prices.most_groups


def test_packing_takes_disjoint_sets():
    """30 x 6 in a row: three pairs."""
    component = path_component(*[30] * 6)
    found, outcome = pack(component, list_minimal_sets(component, FOREVER) or [], SolverOptions(), FOREVER, seconds=10)
    assert sorted(found) == [0b11, 0b1100, 0b110000]
    assert outcome.optimal


def test_with_a_cap_packing_leaves_few_households_out():
    """20 - 40 - 20 - 35 with at most two members: 20+40 and 20+35 leave nobody out."""
    component = path_component(20, 40, 20, 35, permitted=lambda mask: mask.bit_count() <= 2)
    found, _ = pack(component, list_minimal_sets(component, FOREVER) or [], SolverOptions(), FOREVER, seconds=10)
    assert sorted(found) == [0b0011, 0b1100]
