"""Shorten travel at a fixed number of groups: anneal, recombine what was met, then split neighbourhoods anew.

Travel stands for every stage after ``mergers``: they are weighted against each other while annealing, and compared
first things first wherever a plan is kept. Two exact steps follow the annealing. All groups met in good drafts are
recombined by set partitioning. Then regions of a few neighbouring groups are split anew: in a region of r groups with
H households none may have more than H - (r - 1) * floor, so the possible groups can be listed and the best choice
among them is exact (large-neighbourhood search).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pulp

from kurihara_geo.candidates.masks import border_of, units_of
from kurihara_geo.model.annealing import Draft, Schedule, anneal_worth
from kurihara_geo.model.solver import run_solver
from kurihara_geo.model.travel_columns import HubPricing, price_travel

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

    from kurihara_geo.model.open_component import OpenComponent, Watch
    from kurihara_geo.model.solver import SolverOptions
    from kurihara_geo.model.travel_columns import TravelBound

__all__ = ["TravelSearch", "list_region_sets", "travel_by_hubs"]

# How much more an earlier stage weighs while annealing than the next one, each measured by its value at the start.
_STAGE_WEIGHT = 5.0
# Temperatures as shares of what a group costs on average.
_HOT, _COLD, _REHEATED = 0.2, 0.006, 0.12
# What a missing household costs, in households' average travel, round after round: cheap ones give short ways and
# short groups, dear ones give plans; recombined they give both.
_LACK_WEIGHTS = (24.0, 12.0, 8.0, 24.0, 16.0, 10.0, 24.0, 12.0)
# Moves for each unit and round.
_MOVES = 4_000
# Seconds for recombining, and for one region; groups in a region, and sets it may have.
_RECOMBINE_S, _REGION_S = 30.0, 5.0
_STEP_SHARE, _ANNEALING_SHARE = 0.5, 0.3
_REGION_SIZES = (3, 4, 5)
_MOST_VISITED, _MOST_SETS = 120_000, 12_000
# How much dearer than needed groups are listed, as shares of the average, and how many at most.
_MARGINS = (0.06, 0.12, 0.25, 0.5, 1.0, 2.0)
_MOST_LISTED = 20_000
# Regions looked at in vain before the search ends, for each group of the plan.
_IN_VAIN = 3


def travel_by_hubs(component: OpenComponent) -> Callable[[int], int]:
    """Give the travel of a set as the least sum over the hubs of its units."""
    hubs: list[list[tuple[int, ...]]] = [[] for _ in component.households]
    for hub in component.hubs:
        hubs[hub.unit].append(hub.costs)
    always = all(min(hub.costs) >= 0 for hub in component.hubs)

    def travel(mask: int) -> int:
        units = units_of(mask)
        if always:
            return min(sum([costs[unit] for unit in units]) for own in units for costs in hubs[own])
        ways = ([costs[unit] for unit in units] for own in units for costs in hubs[own])
        return min(sum(way) for way in ways if min(way) >= 0)

    return travel


def list_region_sets(component: OpenComponent, region: int, most_households: int) -> list[int] | None:
    """List the sets inside a region that a plan may use, with at most so many households; None if too many.

    Parameters
    ----------
    component
        What the units are.
    region
        Where to look.
    most_households
        What a set of several units may have.
    """
    adjacency, households, permitted = component.adjacency, component.households, component.permitted
    least, plain, free = min(component.floors), component.only_households, component.unrestricted
    found: list[int] = []
    visited = 0
    for root in units_of(region):
        start = 1 << root
        if component.stands[root] or component.sufficient(start):
            found.append(start)
        closed = ~region | ((start << 1) - 1)
        offered = adjacency[root] & ~closed
        stack = [(start, households[root], offered, closed | offered)]
        while stack:
            mask, total, offered, passed = stack.pop()
            if not offered:
                continue
            lowest = offered & -offered
            offered ^= lowest
            if offered:
                stack.append((mask, total, offered, passed))
            added = lowest.bit_length() - 1
            more, grown = total + households[added], mask | lowest
            if more > most_households or not (free or permitted(grown)):
                continue
            visited += 1
            if more >= least and (plain or component.sufficient(grown)):
                found.append(grown)
            fresh = adjacency[added] & ~passed
            stack.append((grown, more, offered | fresh, passed | fresh))
        if visited > _MOST_VISITED or len(found) > _MOST_SETS:
            return None
    return found


@dataclass
class TravelSearch:
    """Looks for plans with the same number of groups and less travel.

    Parameters
    ----------
    component
        Where to look.
    options
        Which solver chooses among listed sets.
    rng
        Random numbers.
    watch
        When to stop.
    groups
        A plan to begin with; its units below the floor stay as they are.
    offer
        Takes a plan and tells whether it is the best so far.
    """

    component: OpenComponent
    options: SolverOptions
    rng: Random
    watch: Watch
    groups: tuple[int, ...]
    offer: Callable[[Sequence[int]], bool]
    first: int = 2
    met: dict[int, None] = field(default_factory=dict)
    bound: TravelBound | None = None
    listed: tuple[int, ...] = ()
    regions: int = 0
    improved: int = 0

    def __post_init__(self) -> None:
        component = self.component
        self.left = tuple(group for group in self.groups if group & (group - 1) == 0 and not component.is_whole(group))
        self.merged = tuple(group for group in self.groups if group not in set(self.left))
        self.values = self.best = component.prices(self.groups)
        self.stages = [
            stage for stage in range(self.first, len(component.stages)) if component.stages[stage] != "tie_break"
        ]
        self.price = self._make_price()

    def run(self) -> None:
        """Anneal, recombine, and split regions anew until nothing gets better."""
        if len(self.merged) < 2 or not any(self.price(mask) for mask in self.merged):
            return
        self._anneal()
        self._price()
        if not self.proven:
            self._search_regions()

    # --- annealing ------------------------------------------------------------------------------------------------

    def _make_price(self) -> Callable[[int], float]:
        """Weigh the stages by their values at the start, the first one most: all together cost about 1."""
        component = self.component
        everyone = component.costs(component.everyone)
        idle = {stage for stage in self.stages if component.stages[stage] == "crossings" and not everyone[stage]}
        counted = [stage for stage in self.stages if stage not in idle]
        scale = sum(_STAGE_WEIGHT**rank for rank in range(len(counted)))
        weights = {
            stage: _STAGE_WEIGHT ** (len(counted) - 1 - rank) / scale / max(1, abs(self.values[stage]))
            for rank, stage in enumerate(counted)
        }
        if [component.stages[stage] for stage in counted] == ["travel"] and component.hubs:
            travel, weight = travel_by_hubs(component), weights[counted[0]]
            return lambda mask: weight * travel(mask)

        def price(mask: int) -> float:
            costs = component.costs(mask)
            return sum(weight * costs[stage] for stage, weight in weights.items())

        return price

    def _worth(self, lack_weight: float) -> Callable[[int], float]:
        """Add what is lacking to what a set costs."""
        weight = lack_weight / max(1, sum(self.component.households))
        return lambda mask: self.price(mask) + weight * self.component.lack(mask)

    def _anneal(self) -> None:
        """Cool again and again, missing households dear or cheap in turn, and remember all groups met."""
        draft, watch = Draft(self.component, self.merged), self.watch.within(self.watch.left_s * _ANNEALING_SHARE)
        each = sum(self.price(mask) for mask in draft.masks) / len(draft.masks)
        for number, lack_weight in enumerate(_LACK_WEIGHTS):
            schedule = Schedule(
                moves=_MOVES * len(self.component.households),
                hot=(_REHEATED if number else _HOT) * each,
                cold=_COLD * each,
            )
            worth = self._worth(lack_weight)
            _, best = anneal_worth(self.component, draft, worth, schedule, self.rng, watch)
            self._meet(best)
            self._meet(draft.masks)
            self._keep(best)
            self.watch.look()
            if number % 2:
                self._recombine()
            if watch.is_over():
                return

    def _meet(self, masks: Sequence[int]) -> None:
        self.met.update(dict.fromkeys(mask for mask in masks if self.component.lack(mask) <= 0))

    def _keep(self, merged: Sequence[int]) -> bool:
        """Offer a plan; work on from it if it is the best so far."""
        if any(self.component.lack(mask) > 0 for mask in merged):
            return False
        if not self.offer((*merged, *self.left)):
            return False
        self.merged = tuple(merged)
        self.best = self.component.prices((*merged, *self.left))
        return True

    @property
    def notes(self) -> dict[str, int]:
        """What was done."""
        return {"groups_met": len(self.met), "regions": self.regions, "regions_improved": self.improved}

    @property
    def proven(self) -> bool:
        """Whether all groups that a plan with no more travel could use are listed."""
        return bool(self.listed)

    # --- exact steps ----------------------------------------------------------------------------------------------

    def _price(self) -> None:
        """Bound travel, list the groups worth having, and choose among more and more of them."""
        pricing = self._pricing()
        if pricing is None:
            return
        travel_of = travel_by_hubs(self.component)
        stage = self.component.stages.index("travel")
        travels = {mask: travel_of(mask) for mask in (*self.merged, *self.met)}
        self.bound = price_travel(pricing, travels, travel_of, self.best[stage], self.options)
        if self.bound is None:
            return
        self.met.update(dict.fromkeys(travels))
        self._recombine()
        for margin in _MARGINS:
            enough = self.bound.most(self.best[stage])
            most = min(enough, self.bound.threshold + int(margin * self.best[stage] / len(self.merged)))
            _, listed, complete = pricing.price(self.bound.prices, most, taken=_MOST_LISTED)
            if len(listed) > _MOST_LISTED:
                return
            self.met.update(dict.fromkeys(listed))
            self._recombine()
            if complete and most == enough:
                # Every plan with no more travel uses listed groups only.
                self.listed = tuple(sorted(listed))
                return

    def _pricing(self) -> HubPricing | None:
        """Give the pricing of hubs, if hubs tell the travel of groups and every unit is in a sufficient group."""
        component = self.component
        if self.left or not component.hubs or "travel" not in component.stages:
            return None
        stage, travel_of = component.stages.index("travel"), travel_by_hubs(component)
        if any(component.costs(mask)[stage] != travel_of(mask) for mask in self.merged):
            return None
        return HubPricing(component, len(self.merged), self.watch)

    def _recombine(self) -> None:
        """Choose the best plan among all groups met."""
        self._meet(self.merged)
        chosen = self._choose(sorted(self.met), self.merged, _RECOMBINE_S)
        if chosen:
            self._keep(chosen)

    def _search_regions(self) -> None:
        """Split regions anew, each beginning at the next group of a shuffled round, until a while passes in vain."""
        vain, done = 0, set()
        while vain < _IN_VAIN * len(self.merged):
            order = list(self.merged)
            self.rng.shuffle(order)
            for start in order:
                if start not in self.merged:
                    continue
                groups = self._region(start, _REGION_SIZES[vain * len(_REGION_SIZES) // (_IN_VAIN * len(order)) % 3])
                vain += 1
                if groups in done:
                    continue
                done.add(groups)
                self.watch.look()
                if self._split_anew(groups):
                    vain = 0

    def _region(self, start: int, size: int) -> tuple[int, ...]:
        """Choose a group and some around it, at random, rather such as touch several of those chosen."""
        chosen = [start]
        while len(chosen) < size:
            border = border_of(sum(chosen), self.component.adjacency)
            offered = [group for group in self.merged if group & border and group not in chosen]
            if not offered:
                break
            appeal = [(group & border).bit_count() ** 0.5 * self.rng.random() for group in offered]
            chosen.append(offered[appeal.index(max(appeal))])
        return tuple(sorted(chosen))

    def _split_anew(self, groups: tuple[int, ...]) -> bool:
        """Choose the best way to split a region into as many groups as it has; tell whether it is better."""
        component, region = self.component, sum(groups)
        self.regions += 1
        most = component.total(region) - min(component.floors) * (len(groups) - 1)
        if any(not component.counted[unit] and component.stands[unit] for unit in units_of(region)):
            most = component.total(region)
        sets = list_region_sets(component, region, most)
        if sets is None:
            return False
        chosen = self._choose(sets, groups, _REGION_S)
        if not chosen or set(chosen) == set(groups):
            return False
        better = self._keep([*(group for group in self.merged if group not in set(groups)), *chosen])
        self.improved += better
        return better

    def _choose(self, sets: Sequence[int], groups: Sequence[int], seconds: float) -> tuple[int, ...]:
        """Choose as many of the sets as there are groups, covering the same units at the least cost.

        Stage by stage, each without worsening the ones before; the search ends at the first stage that improves.
        """
        now = self.component.prices(groups)
        costs = {mask: self.component.costs(mask) for mask in sets}
        for rank, stage in enumerate(self.stages):
            if now[stage] == 0:
                continue
            kept = {earlier: now[earlier] for earlier in self.stages[:rank]}
            chosen = self._solve(costs, groups, stage, kept, seconds)
            if chosen and sum(costs[mask][stage] for mask in chosen) < now[stage]:
                return chosen
        return ()

    def _solve(
        self,
        costs: dict[int, tuple[int, ...]],
        groups: Sequence[int],
        stage: int,
        kept: dict[int, int],
        seconds: float,
    ) -> tuple[int, ...]:
        problem = pulp.LpProblem("region", pulp.LpMinimize)
        sets = list(costs)
        chosen = [
            problem.add_variable(f"z{number:06d}", lowBound=0, upBound=1, cat=pulp.LpInteger)
            for number in range(len(sets))
        ]
        problem.setObjective(_weigh(costs, stage, chosen))
        holding: dict[int, list[pulp.LpVariable]] = {unit: [] for unit in units_of(sum(groups))}
        for mask, variable in zip(sets, chosen, strict=True):
            for unit in units_of(mask):
                holding[unit].append(variable)
        for variables in holding.values():
            problem.addConstraint(pulp.lpSum(variables) == 1)
        problem.addConstraint(pulp.lpSum(chosen) == len(groups))
        for earlier, value in kept.items():
            problem.addConstraint(_weigh(costs, earlier, chosen) <= value)
        limit = min(seconds, self.watch.left_s * _STEP_SHARE)
        outcome = run_solver(problem, chosen, self.options, time_limit_s=limit, on_wait=self.watch.on_wait)
        if outcome.stopped == "interrupted":
            raise KeyboardInterrupt
        return tuple(mask for mask, value in zip(sets, outcome.values or (), strict=False) if value)


def _weigh(costs: dict[int, tuple[int, ...]], stage: int, chosen: Sequence[pulp.LpVariable]) -> pulp.LpAffineExpression:
    return pulp.lpSum(
        cost[stage] * variable for cost, variable in zip(costs.values(), chosen, strict=True) if cost[stage]
    )
