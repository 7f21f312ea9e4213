"""Plans near the best one, on bare whole numbers: nothing near-best is struck out, and every one is counted once."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, product
from random import Random
from typing import TYPE_CHECKING

import pytest

from kurihara_geo.model import near_best as near
from kurihara_geo.model.covers import lexicographic_keys
from kurihara_geo.model.near_best import best_in_block, count_in_block, narrow, pareto_covers, undominated
from kurihara_geo.model.partition import Partition
from kurihara_geo.model.reduced_cost_fixing import WORTH_PRICING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

STAGES = ("first", "second", "third")


def partition(units: int, groups: Sequence[tuple[int, ...]], costs: Mapping[str, Sequence[int]]) -> Partition:
    """Make a partition whose units are named u0, u1 and so on."""
    members = tuple(tuple(f"u{unit}" for unit in group) for group in groups)
    prices = {stage: tuple(of) for stage, of in costs.items()}
    return Partition(unit_count=units, groups=tuple(groups), members=members, costs=prices)


def random_partition(seed: int, *, units: int = 7, share: float = 0.7, least: int = 0) -> Partition:
    """Draw groups of up to three units, single ones first, with small costs in three stages, so that many are equal."""
    order = Random(seed)  # noqa: S311 - test data
    larger = [group for size in (2, 3) for group in combinations(range(units), size) if order.random() < share]
    groups = [*((unit,) for unit in range(units)), *larger]
    return partition(units, groups, {stage: [order.randint(least, 3) for _ in groups] for stage in STAGES})


def covers(part: Partition, open_units: frozenset[int] | None = None) -> Iterator[tuple[int, ...]]:
    """List every way to cover the units with groups, each once."""
    waiting = frozenset(range(part.unit_count)) if open_units is None else open_units
    if not waiting:
        yield ()
        return
    for number, group in enumerate(part.groups):
        if min(waiting) in group and waiting.issuperset(group):
            for rest in covers(part, waiting.difference(group)):
                yield tuple(sorted((number, *rest)))


def values(part: Partition, cover: Sequence[int]) -> tuple[int, ...]:
    """Sum every stage over a cover."""
    return tuple(part.value(stage, cover) for stage in part.costs)


def near_best(part: Partition, stages: int, slack: int) -> tuple[tuple[int, ...], list[tuple[int, ...]]]:
    """Find the best cover, and all that are as good in some stages, the slack worse in the last of them."""
    ranked = sorted(covers(part), key=lambda cover: (values(part, cover), cover))
    best = values(part, ranked[0])
    return ranked[0], [
        cover
        for cover in ranked
        if values(part, cover)[: stages - 1] == best[: stages - 1]
        and values(part, cover)[stages - 1] <= best[stages - 1] + slack
    ]


def weighed(part: Partition, *weights: tuple[str, int]) -> Partition:
    """Put some stages into one weighted stage, ``sum``, before the others."""
    terms = {stage: tuple(weight * cost for cost in part.costs[stage]) for stage, weight in weights}
    rest = {stage: costs for stage, costs in part.costs.items() if stage not in terms}
    summed = tuple(map(sum, zip(*terms.values(), strict=True)))
    return replace(part, costs={"sum": summed, **rest}, terms={"sum": terms})


PATH = partition(
    3,
    [(0,), (1,), (2,), (0, 1), (1, 2), (0, 1, 2)],
    {"left": [0, 0, 20, 0, 0, 0], "mergers": [0, 0, 0, 1, 1, 2]},
)
"""a60 - b60 - v20: v alone costs 20; the best cover is a | b v."""


def test_a_cover_that_is_worse_in_a_stage_held_is_not_counted():
    """With ``left`` held at 0, v needs b: a | b v with one merger, and all three with one more."""
    (block,) = narrow(PATH, (0, 4), ("left", "mergers"), 1)
    assert count_in_block(block) == {0: 1, 1: 1}
    assert [PATH.members[group] for group in best_in_block(block, 5)[1]] == [("u0", "u1", "u2")]


def test_a_group_that_must_be_used_is_counted_with_its_own_cost():
    """Of the two covers within a slack of 1, one has b v and one has all three; v alone is in none."""
    (block,) = narrow(PATH, (0, 4), ("left", "mergers"), 1)
    assert [count_in_block(block, forced) for forced in (4, 5, 2)] == [{0: 1}, {1: 1}, {}]


def test_units_that_no_group_joins_fall_into_blocks():
    """Two pairs that touch nobody else: two blocks, each with the plan's groups there and its own limits."""
    part = partition(4, [(0,), (1,), (2,), (3,), (0, 1), (2, 3)], {"left": [5, 5, 7, 7, 0, 0]})
    blocks = narrow(part, (4, 5), ("left",), 0)
    assert [(block.units, block.chosen) for block in blocks] == [((0, 1), (4,)), ((2, 3), (5,))]


def test_too_many_states_give_no_number():
    """At the limit the answer is None, never a part of it."""
    (block,) = narrow(PATH, (0, 4), ("left", "mergers"), 1)
    assert count_in_block(block, max_states=1) is None
    assert best_in_block(block, 5, max_steps=1) is None


@pytest.mark.parametrize("least", [0, -2])
def test_near_best_covers_are_all_counted(least):
    """Over random partitions, some with rewards, with so many groups that they are priced and struck out: none is lost.

    The counts of the blocks, combined so that all together keep within the slack, are those of brute force.
    """
    for seed, stages, slack in product(range(4), (1, 2, 3), (0, 1, 2)):
        part = random_partition(seed, units=8, share=0.75, least=least)
        assert len(part.groups) >= WORTH_PRICING
        best, expected = near_best(part, stages, slack)
        blocks = narrow(part, best, STAGES[:stages], slack)
        total = {0: 1}
        for block in blocks:
            counted = count_in_block(block)
            pairs = [(a + b, n * m) for (a, n), (b, m) in product(total.items(), counted.items()) if a + b <= slack]
            total = {excess: sum(ways for each, ways in pairs if each == excess) for excess, _ in pairs}
        assert sum(total.values()) == len(expected), (seed, stages, slack)


@pytest.mark.parametrize("weight", [1, 5, 100, 10**16])
def test_near_best_covers_of_a_weighted_stage_are_all_counted(weight):
    """Whether the heavy term outweighs the light one or not, no cover within the slack of their sum is lost."""
    for seed, stages, slack in product(range(3), (1, 2), (0, 1, 7, weight, weight + 1)):
        part = weighed(random_partition(seed, units=7, share=0.85, least=-1), ("first", weight), ("second", 1))
        assert len(part.groups) >= WORTH_PRICING - 20
        best, expected = near_best(part, stages, slack)
        kept = [set(block.groups) for block in narrow(part, best, tuple(part.costs)[:stages], slack)]
        assert set().union(*expected) <= set().union(*kept), (seed, stages, slack)
        blocks = [set(block.units) for block in narrow(part, best, tuple(part.costs)[:stages], slack)]
        assert all(
            any(units.issuperset(part.groups[group]) for units in blocks) for cover in expected for group in cover
        )


@pytest.mark.parametrize("least", [0, -2])
def test_the_covers_with_a_group_are_those_that_hold_it(least):
    """Forced into a block that stayed whole, every group is in as many near-best covers as brute force finds."""
    for seed, slack in product(range(6), (0, 1)):
        part = random_partition(seed, units=6, share=0.4, least=least)
        best, expected = near_best(part, 2, slack)
        for block in narrow(part, best, STAGES[:2], slack):
            if len(block.units) < part.unit_count:
                continue
            for group in block.groups:
                counted = sum(count_in_block(block, group).values())
                assert counted == sum(group in cover for cover in expected), (seed, slack, group)


def test_the_best_of_a_block_come_in_order():
    """Best first in all stages, and none that is beyond the limits."""
    for seed in range(8):
        part = random_partition(seed, units=6, share=0.5)
        best, expected = near_best(part, 2, 1)
        for block in narrow(part, best, STAGES[:2], 1):
            if len(block.units) == part.unit_count:
                found = best_in_block(block, 10)
                assert [values(part, cover) for cover in found] == [values(part, cover) for cover in expected[:10]]


def test_pareto_covers_are_those_no_other_beats():
    """Among the covers with the lowest key, against all pairs of two stages."""
    for seed in range(12):
        part = random_partition(seed, units=6, share=0.5, least=-1 if seed % 2 else 0)
        keys = lexicographic_keys([part.costs["first"]])
        points = list(zip(part.costs["second"], part.costs["third"], strict=True))
        found = pareto_covers(part.unit_count, part.groups, keys, points)
        all_values = {values(part, cover) for cover in covers(part)}
        least = min(value[0] for value in all_values)
        held = {value[1:] for value in all_values if value[0] == least}
        front = sorted(x for x in held if not any(y != x and y[0] <= x[0] and y[1] <= x[1] for y in held))
        assert [(a, b) for a, b, _ in found] == front
        assert all(values(part, cover) == (least, a, b) for a, b, cover in found)


def test_pareto_covers_beyond_the_limits_are_none():
    """No part of a curve is given for the whole."""
    points = [(0, 0)] * len(PATH.groups)
    assert pareto_covers(3, PATH.groups, [0] * len(PATH.groups), points, max_states=1) is None


def test_of_equal_points_one_is_kept():
    """Equal in both is beaten too: each point is there once, the lowest first cost first."""
    assert undominated([(2, 1), (1, 2), (1, 2), (2, 2), (3, 1), (0, 5)]) == [(0, 5), (1, 2), (2, 1)]


def test_no_points_have_no_curve():
    """Nothing in, nothing out."""
    assert undominated([]) == []


def test_pareto_covers_of_units_no_group_holds_are_none_at_all():
    """No cover, no point; that is not the same as too many to look at."""
    assert pareto_covers(2, [(0,)], [0], [(0, 0)]) == []


def test_who_interrupts_the_relaxation_is_heard(monkeypatch):
    """Ctrl-C while groups are struck out: it once passed for time that was up, and the work went on."""
    monkeypatch.setattr(near, "run_relaxation", lambda *_, **__: (None, True))
    part = random_partition(0, units=8, share=0.75)
    best, _ = near_best(part, 1, 0)
    with pytest.raises(KeyboardInterrupt):
        narrow(part, best, STAGES[:1], 0)


def test_what_is_not_struck_out_in_time_stays_whole():
    """A deadline in the past: one block with every group."""
    part = random_partition(0, units=8, share=0.75)
    best, _ = near_best(part, 1, 0)
    (block,) = narrow(part, best, STAGES[:1], 0, deadline=0.0)
    assert len(block.groups) == len(part.groups)
