"""The largest number of groups as a packing: how many disjoint sets that are just sufficient find room.

Where no cap binds, a plan with the most groups is a largest packing of inclusion-minimal sufficient sets, because
what is left over may join any group it touches. Caps only lower the number, so every bound here holds with caps, too.
A bound is a price for each unit such that every minimal set costs 1 or more: the sum of all prices then bounds the
number of groups (the dual of the packing's linear relaxation).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulp

from kurihara_geo.candidates.masks import parts_of, stays_connected, union_of, units_of
from kurihara_geo.model.solver import Outcome, SolverOptions, run_relaxation, run_solver

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kurihara_geo.model.open_component import OpenComponent, Watch

__all__ = ["MOST_SETS", "Prices", "count_at_most", "list_minimal_sets", "pack", "price_units"]

MOST_SETS = 200_000
_MOST_VISITED = 3_000_000
_LOOKED_EVERY = 4_096
# Prices are rounded to whole fractions of this: sums are then exact.
_SCALE = 1 << 24
# Sets the relaxation starts with, for each unit, and takes in at most at each round.
_FIRST_SETS = 8
_ADDED_SETS = 3_000
_PRICING_ROUNDS = 60


@dataclass(frozen=True, kw_only=True)
class Prices:
    """A price for each unit, in whole parts, such that every set that can be a group costs ``one`` or more.

    Parameters
    ----------
    units
        Price of each unit.
    one
        What the cheapest set costs.
    households
        Price of each household that may be left below the floor.
    left
        Households left below the floor by the plans that are bounded.
    """

    units: tuple[int, ...]
    one: int
    households: int = 0
    left: int = 0

    @property
    def total(self) -> int:
        """What all units cost together, with the households that may be left."""
        return sum(self.units) + self.households * self.left

    @property
    def most_groups(self) -> int:
        """No plan has more groups than this."""
        return self.total // self.one

    def price(self, mask: int) -> int:
        """Give the price of a set."""
        return sum(self.units[unit] for unit in units_of(mask))

    def most(self, count: int) -> int:
        """Give the most a group of a plan with at least so many groups may cost: the others cost ``one`` or more."""
        return self.total - self.one * (count - 1)


def count_at_most(component: OpenComponent, left: int = 0) -> int:
    """Bound the number of groups without listing anything.

    A standing unit is one group at most; a part of small units with H households gives no more than floor(H / f)
    groups, f the least floor in it, and no more than it has units; so many units may be left below the floor as the
    ``left`` households allow.

    Parameters
    ----------
    component
        What is split.
    left
        Households left below the floor.
    """
    small = component.everyone & ~component.standing
    whole = sum(
        min(part.bit_count(), component.total(part) // max(1, component.floor(part)))
        for part in parts_of(small, component.adjacency)
    )
    # Small units beside standing ones may join forces with nobody else: a group with a standing unit counts as its.
    most = component.standing.bit_count() + whole + _most_left(component, small, left)
    return min(most, len(component.households))


def _most_left(component: OpenComponent, small: int, left: int) -> int:
    """Count the units that so many households can be, the smallest first."""
    count = 0
    for households in sorted(component.households[unit] for unit in units_of(small)):
        left -= households
        if left < 0:
            break
        count += 1
    return count


def list_minimal_sets(component: OpenComponent, watch: Watch, *, most_sets: int = MOST_SETS) -> list[int] | None:
    """List the connected, permitted, sufficient sets of small units from which no unit can go; None if too many.

    Each connected set is reached from its lowest unit by adding neighbours in one fixed order, and grows no further
    once it is sufficient.

    Parameters
    ----------
    component
        What is searched.
    watch
        When to stop; the list is then given up.
    most_sets
        Give up beyond so many sets.

    Raises
    ------
    OutOfTimeError
        If the time is up.
    """
    search = _MinimalSets(component, watch, most_sets)
    small = component.everyone & ~component.standing
    for root in units_of(small):
        if not search.grow(root, small & -(1 << root)):
            return None
    return search.found


class _MinimalSets:
    """Grows insufficient sets until they are sufficient and keeps those that are minimal."""

    def __init__(self, component: OpenComponent, watch: Watch, most_sets: int) -> None:
        self.component = component
        self.watch = watch
        self.most_sets = most_sets
        self.least_floor = min(component.floors)
        self.found: list[int] = []
        self.visited = 0

    def grow(self, root: int, allowed: int) -> bool:
        """Look at every set whose lowest unit is ``root``; tell whether the limits were kept."""
        adjacency, households = self.component.adjacency, self.component.households
        start = 1 << root
        if self._reaches(start, households[root]):  # alone sufficient, but neither counted nor standing
            self.found.append(start)
            return True
        offered = adjacency[root] & allowed & ~start
        stack = [(start, households[root], offered, ~allowed | start | offered)]
        while stack:
            mask, total, offered, passed = stack.pop()
            if not offered:
                continue
            lowest = offered & -offered
            stack.append((mask, total, offered ^ lowest, passed))
            grown, added = mask | lowest, lowest.bit_length() - 1
            more = total + households[added]
            if not self._count():
                return False
            if not self.component.unrestricted and not self.component.permitted(grown):
                continue
            if self._reaches(grown, more):
                if self._is_minimal(grown, more):
                    self.found.append(grown)
                continue
            fresh = adjacency[added] & ~passed
            stack.append((grown, more, (offered ^ lowest) | fresh, passed | fresh))
        return True

    def _count(self) -> bool:
        self.visited += 1
        if not self.visited % _LOOKED_EVERY:
            self.watch.look()
        return self.visited <= _MOST_VISITED and len(self.found) <= self.most_sets

    def _reaches(self, mask: int, total: int) -> bool:
        if total < self.least_floor:
            return False
        return self.component.only_households or self.component.sufficient(mask)

    def _is_minimal(self, mask: int, total: int) -> bool:
        for unit in units_of(mask):
            rest = mask ^ (1 << unit)
            if self._reaches(rest, total - self.component.households[unit]) and stays_connected(
                rest, unit, self.component.adjacency
            ):
                return False
        return True


def price_units(
    component: OpenComponent, sets: Sequence[int], options: SolverOptions, watch: Watch, *, left: int = 0
) -> Prices | None:
    """Price the units by the linear relaxation of the packing, and make the prices exact; None if not found in time.

    The relaxation is solved over few sets; those the prices are too low for are taken in, until there are none. The
    sets have no upper bound of their own, which would take part of the price away. What the solver says is rounded to
    whole parts, and ``one`` is what the cheapest set then costs: the bound holds whatever the solver's own rounding.

    Parameters
    ----------
    component
        Whose units are priced.
    sets
        All minimal sets, as :func:`list_minimal_sets` gives them.
    options
        Which solver.
    watch
        When to stop.
    left
        Households left below the floor: each unit among them is a group of its own.
    """
    small = units_of(component.everyone & ~component.standing)
    members = [units_of(mask) for mask in sets]
    chosen = _spread(members, len(component.households))
    inside = set(chosen)
    best: Prices | None = None
    for _ in range(_PRICING_ROUNDS):
        problem = _packing_problem(component, [members[number] for number in chosen], small, left)
        said, interrupted = run_relaxation(problem, options, time_limit_s=watch.left_s)
        if interrupted:
            raise KeyboardInterrupt
        if said is None:
            return best
        watch.look()
        prices, costs = _whole_prices(component, members, small, said, left)
        if prices is not None and (best is None or prices.total * best.one < best.total * prices.one):
            best = prices
        missing = [number for number, cost in enumerate(costs) if cost < _SCALE - 64 and number not in inside]
        if not missing:
            return best
        missing.sort(key=lambda number: (costs[number], number))
        chosen += missing[:_ADDED_SETS]
        inside.update(missing[:_ADDED_SETS])
    return best


def _spread(members: Sequence[tuple[int, ...]], units: int) -> list[int]:
    """Choose a few sets for each unit, to begin with."""
    seen = [0] * units
    chosen = []
    for number, group in enumerate(members):
        if min(seen[unit] for unit in group) < _FIRST_SETS:
            chosen.append(number)
            for unit in group:
                seen[unit] += 1
    return chosen


def _packing_problem(
    component: OpenComponent, members: Sequence[tuple[int, ...]], small: Sequence[int], left: int
) -> pulp.LpProblem:
    """Write the relaxed packing: most sets, each small unit in one at most; few households left."""
    problem = pulp.LpProblem("packing", pulp.LpMinimize)
    sets = [problem.add_variable(f"s{number:06d}", lowBound=0) for number in range(len(members))]
    alone = {unit: problem.add_variable(f"a{unit}", lowBound=0) for unit in small} if left else {}
    problem.setObjective(-pulp.lpSum([*sets, *alone.values()]))
    rows: dict[int, list[pulp.LpVariable]] = {unit: [alone[unit]] if left else [] for unit in small}
    for variable, group in zip(sets, members, strict=True):
        for unit in group:
            rows[unit].append(variable)
    for unit in small:
        problem.addConstraint(pulp.lpSum(rows[unit]) <= 1)
    if left:
        problem.addConstraint(
            pulp.lpSum(component.households[unit] * variable for unit, variable in alone.items()) <= left
        )
    return problem


def _whole_prices(
    component: OpenComponent,
    members: Sequence[tuple[int, ...]],
    small: Sequence[int],
    said: Sequence[float],
    left: int,
) -> tuple[Prices | None, list[int]]:
    """Round the solver's prices and find what the cheapest set costs; the costs of all sets, too."""
    units = [0] * len(component.households)
    for unit, price in zip(small, said, strict=False):
        units[unit] = max(0, round(-price * _SCALE))
    households = max(0, round(-said[len(small)] * _SCALE)) if left else 0
    costs = [sum([units[unit] for unit in group]) for group in members]
    alone = [units[unit] + households * component.households[unit] for unit in small] if left else []
    one = min([*costs, *alone], default=_SCALE)
    if one <= 0:
        return None, costs
    for unit in units_of(component.standing):
        units[unit] = one
    return Prices(units=tuple(units), one=one, households=households, left=left), costs


def pack(
    component: OpenComponent, sets: Sequence[int], options: SolverOptions, watch: Watch, *, seconds: float
) -> tuple[tuple[int, ...], Outcome]:
    """Choose as many disjoint sets as possible among those given; with caps, first of all leave few households out.

    Without caps what no set holds may join a neighbour afterwards. With caps it may not, so every household in no set
    costs more than any number of groups could bring.

    Parameters
    ----------
    component
        Whose units they hold.
    sets
        Sufficient sets.
    options
        Which solver, which seed.
    watch
        When to stop.
    seconds
        The most this may take.

    Returns
    -------
    tuple of int, Outcome
        The chosen sets, none if none were found; and what the solver said (without caps its bound is minus a number
        of sets).
    """
    problem = pulp.LpProblem("packing", pulp.LpMinimize)
    chosen = [
        problem.add_variable(f"s{number:06d}", lowBound=0, upBound=1, cat=pulp.LpInteger) for number in range(len(sets))
    ]
    rows: dict[int, list[pulp.LpVariable]] = {}
    for mask, variable in zip(sets, chosen, strict=True):
        for unit in units_of(mask):
            rows.setdefault(unit, []).append(variable)
    missed = []
    for unit in sorted(rows):
        holding = pulp.lpSum(rows[unit])
        if component.unrestricted or component.stands[unit]:
            problem.addConstraint(holding <= 1)
            continue
        alone = problem.add_variable(f"a{unit}", lowBound=0, upBound=1, cat=pulp.LpContinuous)
        problem.addConstraint(holding + alone == 1)
        missed.append(component.households[unit] * alone)
    problem.setObjective(pulp.lpSum([(len(sets) + 1) * part for part in missed]) - pulp.lpSum(chosen))
    outcome = run_solver(problem, chosen, options, time_limit_s=min(seconds, watch.left_s), on_wait=watch.on_wait)
    if outcome.stopped == "interrupted":
        raise KeyboardInterrupt
    found = tuple(mask for mask, value in zip(sets, outcome.values or (), strict=False) if value)
    disjoint = sum(mask.bit_count() for mask in found) == union_of(found).bit_count()
    return (found if disjoint else ()), outcome
