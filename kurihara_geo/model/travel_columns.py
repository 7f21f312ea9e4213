"""Bound travel at a fixed number of groups, and list the groups worth having: column generation with hubs.

For prices p of the units, a group S that meets at hub k costs r_k(S) = sum over S of (cost to k - p) more than its
units' prices. Every plan of P groups uses P different hubs, so

    travel >= sum of p + sum of the P least r_k,   r_k = least r_k(S) over connected, permitted, sufficient S at k.

Prices come first from a subgradient method with a relaxed r_k (connectedness ignored, the last unit split), then from
the linear relaxation of the plan over the groups listed so far; groups with low r_k join the list until none is
missing. The search for r_k grows connected sets from the hub and gives up where even all units still in reach whose
price exceeds their way could not bring it down. Prices are whole numbers, so a bound is exact.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulp

from kurihara_geo.candidates.masks import units_of
from kurihara_geo.model.open_component import OutOfTimeError
from kurihara_geo.model.solver import run_relaxation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from kurihara_geo.model.open_component import Hub, OpenComponent, Watch
    from kurihara_geo.model.solver import SolverOptions

__all__ = ["HubPricing", "TravelBound", "price_travel"]

# Subgradient steps; units a hub looks at in them; how the step and its direction are damped.
_STEPS, _NEAR, _PATIENCE, _SHORTENED, _MOMENTUM = 250, 90, 12, 0.7, 0.7
# Rounds of column generation, groups taken in for each hub and round, and sets looked at for each hub.
_ROUNDS, _TAKEN, _MOST_VISITED = 30, 120, 300_000
# New prices keep this share of the best ones; groups this much dearer than needed, as a share of the average, are
# still listed.
_KEPT_SHARE, _MARGIN = 0.5, 0.08
# The bound is as high as this share of travel allows the relaxation to be above it.
_NEAR_ENOUGH = 3e-4


@dataclass(frozen=True, kw_only=True)
class TravelBound:
    """What some prices prove.

    Parameters
    ----------
    bound
        No plan with so many groups has less travel.
    prices
        Price of each unit.
    threshold
        The P-th least r_k.
    """

    bound: int
    prices: tuple[int, ...]
    threshold: int

    def most(self, travel: int) -> int:
        """Give the most r_k(S) a group may have in a plan with no more than so much travel."""
        return travel - self.bound + self.threshold


class HubPricing:
    """Finds groups that are cheap for given prices of the units.

    Parameters
    ----------
    component
        Its ``hubs`` say where groups may meet.
    count
        Number of groups.
    watch
        When to stop.
    """

    def __init__(self, component: OpenComponent, count: int, watch: Watch) -> None:
        self.component = component
        self.count = count
        self.watch = watch
        self.floor = min(component.floors)
        exempt = any(
            stands and not counted for stands, counted in zip(component.stands, component.counted, strict=True)
        )
        total = sum(component.households)
        self.most_households = total if exempt else total - self.floor * (count - 1)
        self.allowed = [sum(1 << unit for unit, cost in enumerate(hub.costs) if cost >= 0) for hub in component.hubs]
        self.near = [_nearest(component, hub) for hub in component.hubs]

    def relax(self, hub: int, prices: Sequence[float], units: Iterable[int]) -> tuple[float, list[tuple[int, float]]]:
        """Give r_k without connectedness, the last unit split; and the units taken, each with its share."""
        costs, own = self.component.hubs[hub].costs, self.component.households
        centre = self.component.hubs[hub].unit
        value, households, taken = float(costs[centre] - prices[centre]), own[centre], [(centre, 1.0)]
        dear = []
        for unit in units:
            extra = costs[unit] - prices[unit]
            if unit == centre or costs[unit] < 0:
                continue
            if extra <= 0:
                value += extra
                households += own[unit]
                taken.append((unit, 1.0))
            elif own[unit]:
                dear.append((extra / own[unit], unit, extra))
        if households >= self.floor or self.component.stands[centre]:
            return value, taken
        dear.sort()
        for _, unit, extra in dear:
            share = min(1.0, (self.floor - households) / own[unit])
            value += share * extra
            households += own[unit]
            taken.append((unit, share))
            if households >= self.floor:
                return value, taken
        return math.inf, taken

    def grow(self, hub: int, prices: Sequence[int], most: int) -> tuple[list[tuple[int, int]], bool]:
        """List the groups at a hub with r_k(S) up to ``most``; and whether all of them were found."""
        component, centre = self.component, self.component.hubs[hub].unit
        adjacency, own = component.adjacency, component.households
        extra = [cost - price for cost, price in zip(component.hubs[hub].costs, prices, strict=True)]
        allowed, start = self.allowed[hub], 1 << centre
        gains = {unit: -extra[unit] for unit in units_of(allowed & ~start) if extra[unit] < 0}
        found = []
        if extra[centre] <= most and (component.stands[centre] or component.sufficient(start)):
            found.append((extra[centre], start))
        offered = adjacency[centre] & allowed
        stack = [(start, own[centre], extra[centre], offered, ~allowed | start | offered, sum(gains.values()))]
        visited = 0
        while stack:
            mask, households, value, offered, passed, gain = stack.pop()
            if not offered:
                continue
            lowest = offered & -offered
            offered ^= lowest
            added = lowest.bit_length() - 1
            less = gain - gains.get(added, 0)
            if offered and value - less <= most:
                stack.append((mask, households, value, offered, passed, less))
            value, households, mask = value + extra[added], households + own[added], mask | lowest
            if households > self.most_households or value - less > most:
                continue
            if not component.unrestricted and not component.permitted(mask):
                continue
            visited += 1
            if visited > _MOST_VISITED:
                return found, False
            if value <= most and households >= self.floor and self._is_sufficient(mask):
                found.append((value, mask))
            fresh = adjacency[added] & ~passed
            stack.append((mask, households, value, offered | fresh, passed | fresh, less))
        return found, True

    def _is_sufficient(self, mask: int) -> bool:
        return self.component.only_households or self.component.sufficient(mask)

    def price(
        self, prices: Sequence[int], most: int, *, taken: int = _TAKEN
    ) -> tuple[TravelBound, dict[int, int], bool]:
        """Bound travel by some prices, and list the groups with r_k(S) up to ``most``.

        Parameters
        ----------
        prices
            Of the units.
        most
            How dear a group may be.
        taken
            Groups listed for each hub, the cheapest ones.

        Returns
        -------
        TravelBound, dict, bool
            The bound; group -> r_k(S); and whether no hub was given up and no group left out.
        """
        least = dict.fromkeys(range(len(self.component.households)), most + 1)
        listed: dict[int, int] = {}
        complete = True
        units = range(len(self.component.households))
        for number, hub in enumerate(self.component.hubs):
            relaxed, _ = self.relax(number, prices, units)
            if relaxed > most + 1:
                continue
            self.watch.look()
            found, whole = self.grow(number, prices, most)
            complete = complete and whole and len(found) <= taken
            lowest = min((value for value, _ in found), default=most + 1) if whole else math.floor(relaxed) - 1
            least[hub.unit] = min(least[hub.unit], lowest)
            for value, mask in sorted(found)[:taken]:
                listed[mask] = min(value, listed.get(mask, value))
        cheapest = sorted(least.values())[: self.count]
        bound = TravelBound(bound=sum(prices) + sum(cheapest), prices=tuple(prices), threshold=cheapest[-1])
        return bound, listed, complete


def _nearest(component: OpenComponent, hub: Hub) -> list[int]:
    """List the units nearest to a hub, by metres."""
    own = component.households
    metres = {unit: hub.costs[unit] / max(1, own[unit]) for unit in range(len(own)) if hub.costs[unit] >= 0}
    return sorted(metres, key=lambda unit: (metres[unit], unit))[:_NEAR]


def _subgradient(pricing: HubPricing, travel: int) -> list[float]:
    """Find prices that make the relaxed bound high, walking along damped subgradients (Held and Karp, 1971)."""
    own = pricing.component.households
    prices = [travel / max(1, sum(own)) * households for households in own]
    best, best_prices, length, patience = -math.inf, prices, 1.0, 0
    direction = [0.0] * len(own)
    for _ in range(_STEPS):
        pricing.watch.look()
        relaxed = sorted(
            (pricing.relax(number, prices, near) for number, near in enumerate(pricing.near)),
            key=lambda found: found[0],
        )[: pricing.count]
        bound = sum(prices) + sum(value for value, _ in relaxed)
        if bound > best + 1:
            best, best_prices, patience = bound, prices, 0
        else:
            patience += 1
            if patience >= _PATIENCE:
                length, prices, patience = length * _SHORTENED, best_prices, 0
                continue
        missed = [1.0] * len(own)
        for _, taken in relaxed:
            for unit, share in taken:
                missed[unit] -= share
        direction = [new + _MOMENTUM * old for new, old in zip(missed, direction, strict=True)]
        norm = sum(step * step for step in direction)
        if not norm or math.isinf(bound):
            break
        step = length * max(travel - bound, 1) / norm
        prices = [price + step * way for price, way in zip(prices, direction, strict=True)]
    return best_prices


def _master_prices(
    component: OpenComponent, travels: dict[int, int], count: int, options: SolverOptions, watch: Watch
) -> tuple[list[float], float] | None:
    """Price the units, and last a group, by the linear relaxation over the groups listed; and give its value."""
    problem = pulp.LpProblem("travel", pulp.LpMinimize)
    sets = [problem.add_variable(f"z{number:06d}", lowBound=0) for number in range(len(travels))]
    problem.setObjective(pulp.lpSum(cost * variable for cost, variable in zip(travels.values(), sets, strict=True)))
    holding: list[list[pulp.LpVariable]] = [[] for _ in component.households]
    for mask, variable in zip(travels, sets, strict=True):
        for unit in units_of(mask):
            holding[unit].append(variable)
    for variables in holding:
        problem.addConstraint(pulp.lpSum(variables) == 1)
    problem.addConstraint(pulp.lpSum(sets) == count)
    said, interrupted = run_relaxation(problem, options, time_limit_s=watch.left_s)
    if interrupted:
        raise KeyboardInterrupt
    if said is None:
        return None
    units = len(component.households)
    return list(said), sum(said[:units]) + count * said[units]


def price_travel(
    pricing: HubPricing, travels: dict[int, int], travel_of: Callable[[int], int], travel: int, options: SolverOptions
) -> TravelBound | None:
    """Raise the bound, and list the groups the linear relaxation wants, until none is missing.

    Parameters
    ----------
    pricing
        Finds groups for prices.
    travels
        Group -> travel: some plan's groups to begin with; those found are added.
    travel_of
        Gives the travel of a set.
    travel
        Travel of the best plan so far.
    options
        Which solver.

    Returns
    -------
    TravelBound or None
        The highest bound and its prices; None if the time was up before there was one.
    """
    component, watch, count = pricing.component, pricing.watch, pricing.count
    margin = max(1, int(_MARGIN * travel / count))
    prices = [round(price) for price in _subgradient(pricing, travel)]
    everyone = range(len(component.households))
    relaxed = sorted(pricing.relax(number, prices, everyone)[0] for number in range(len(component.hubs)))
    most, best = math.floor(relaxed[min(count, len(relaxed)) - 1]) + margin // 4, None
    for _ in range(_ROUNDS):
        try:
            bound, listed, _ = pricing.price(prices, most)
        except OutOfTimeError:
            break
        if best is None or bound.bound > best.bound:
            best = bound
        travels.update((mask, travel_of(mask)) for mask in listed if mask not in travels)
        said = _master_prices(component, travels, count, options, watch)
        if said is None or said[1] - best.bound < _NEAR_ENOUGH * travel:
            break
        # The relaxation has a price for each unit and one for being a group, and both are mixed alike.
        *prices, threshold = [
            round(_KEPT_SHARE * old + (1 - _KEPT_SHARE) * new)
            for old, new in zip((*best.prices, best.threshold), said[0], strict=True)
        ]
        most = threshold + margin
    return best
