"""Integer programs that place bases: nearest on average, nearest for the farthest, fewest that reach all, most reached.

A row is what is served (an association, or a group of them), a site is where a base may be. Every row is served by one
open base. What a solver answers is counted again in whole numbers before anything is believed of it.
"""

from __future__ import annotations

import math
import time
from bisect import bisect_left
from dataclasses import dataclass, field, replace
from hashlib import sha256
from itertools import pairwise
from typing import TYPE_CHECKING

import pulp

from kurihara_geo.model.median_bound import Bound, Median, Reduced, improve, raise_bound, reduce_rows, start
from kurihara_geo.model.solution import Stage
from kurihara_geo.model.solver import SolverOptions, run_solver, weighted_sum

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

__all__ = [
    "Placement",
    "Places",
    "fewest_bases",
    "place_centre",
    "place_cover",
    "place_median",
    "place_most_reached",
    "site_draw",
]

_DRAWN = 1 << 20
# Penalties looked at, each twice the one before.
_PENALTIES = 6


@dataclass(frozen=True)
class Places:
    """What is to be served, and from where.

    Parameters
    ----------
    ways
        For each row, site -> whole metres or minutes; a site that is not in it cannot serve the row.
    costs
        For each row, site -> what serving it from there costs: weight times way, summed over who goes there.
    weights
        Weight of each row.
    draws
        Lottery number of each site: how many sites there are.
    kept
        Sites that are bases already.
    """

    ways: Sequence[Mapping[int, int]]
    costs: Sequence[Mapping[int, int]]
    weights: Sequence[int]
    draws: Sequence[int]
    kept: frozenset[int] = frozenset()

    def within(self, reach: int | None) -> Places:
        """Give the same without the pairs that are farther apart."""
        if reach is None:
            return self
        near = [{site: way for site, way in ways.items() if way <= reach} for ways in self.ways]
        costs = [{site: costs[site] for site in ways} for ways, costs in zip(near, self.costs, strict=True)]
        return replace(self, ways=near, costs=costs)

    def missed(self, chosen: Iterable[int], reach: int) -> int:
        """Sum the weights of the rows without an open base within reach."""
        opened = set(chosen)
        return sum(
            weight
            for ways, weight in zip(self.ways, self.weights, strict=True)
            if not any(site in opened and way <= reach for site, way in ways.items())
        )


@dataclass(frozen=True, kw_only=True)
class Placement:
    """The bases chosen, who goes where, and what is proven.

    Parameters
    ----------
    chosen
        Open sites.
    serving
        For each row the site that serves it: the cheapest open one, then the nearest, then the lowest.
    stages
        What was minimised, in order, each with value, bound and proof.
    stopped
        ``""``, or ``time_limit``.
    """

    chosen: frozenset[int]
    serving: tuple[int, ...]
    stages: tuple[Stage, ...]
    stopped: str = ""

    @property
    def proven(self) -> bool:
        """Whether every stage is proven."""
        return all(stage.proven for stage in self.stages)


@dataclass
class _Run:
    """What one placement has found out so far."""

    options: SolverOptions
    deadline: float
    stages: list[Stage] = field(default_factory=list)
    stopped: str = ""

    def note(self, name: str, value: int, bound: float | None) -> None:
        """Write down a stage; its proof holds only if those before it are proven."""
        sure = all(stage.proven for stage in self.stages)
        least = None if bound is None or not sure else min(value, math.ceil(bound - 1e-6))
        self.stages.append(Stage(name=name, value=value, bound=least, proven=least == value))


@dataclass(frozen=True)
class _Answer:
    """A choice, and below which value there is none."""

    chosen: frozenset[int] | None
    bound: float | None


def site_draw(site_id: str) -> int:
    """Draw a site's lottery number, 1 to 1,048,576: 1 plus the first 20 bits of SHA-256 over its id in UTF-8."""
    return 1 + (int.from_bytes(sha256(site_id.encode()).digest()[:3], "big") >> 4) % _DRAWN


def place_median(
    places: Places, count: int, *, options: SolverOptions | None = None, deadline: float = math.inf
) -> Placement | None:
    """Open ``count`` bases so that the costs, summed over the rows, are least; None if none of them serve every row.

    Stages: ``travel``, ``tie_break``.
    """
    run = _Run(options or SolverOptions(), deadline)
    begun = _serve_all(places, count, run)
    return None if begun is None else _finish(places, count, begun, run)


def place_centre(
    places: Places, count: int, *, options: SolverOptions | None = None, deadline: float = math.inf
) -> Placement | None:
    """Open ``count`` bases so that the longest way is least, then the costs; None if none of them serve every row.

    Stages: ``longest``, ``travel``, ``tie_break``. A length is reached if so many bases cover every row within it.
    """
    run = _Run(options or SolverOptions(), deadline)
    begun = _serve_all(places, count, run)
    if begun is None:
        return None
    lengths = sorted({way for ways in places.ways for way in ways.values()})
    best, low, high = begun, 0, bisect_left(lengths, _longest(places, begun))
    low = bisect_left(lengths, max((min(ways.values()) for ways in places.ways), default=0))
    while low < high and not run.stopped:
        middle = (low + high) // 2
        found, least = _cover(places.within(lengths[middle]), run, enough=count)
        if found is not None and len(found) <= count:
            best = _filled(places, found, count)
            high = bisect_left(lengths, _longest(places, best))
        elif least > count:
            low = middle + 1
        else:
            break
    value = lengths[high]
    run.note("longest", value, lengths[low])
    return _finish(places.within(value), count, best, run)


def place_cover(
    places: Places, reach: int, *, options: SolverOptions | None = None, deadline: float = math.inf
) -> Placement | None:
    """Open the fewest bases that have every row within reach, then those that cost least; None if no number does.

    Stages: ``bases``, ``travel``, ``tie_break``.
    """
    run = _Run(options or SolverOptions(), deadline)
    near = places.within(reach)
    found, least = _cover(near, run)
    if found is None:
        return None
    run.note("bases", len(found), least)
    return _finish(near, len(found), found, run)


def place_most_reached(
    places: Places, count: int, reach: int, *, options: SolverOptions | None = None, deadline: float = math.inf
) -> Placement | None:
    """Open ``count`` bases so that the weight of rows out of reach is least, then the costs; None if some have no way.

    Stages: ``out_of_reach``, ``travel``, ``tie_break``. A row with a base within reach is served by such a one.
    """
    run = _Run(options or SolverOptions(), deadline)
    begun = _serve_all(places, count, run)
    if begun is None:
        return None
    found = _most_reached(places, count, reach, run)
    best, missed = begun, places.missed(begun, reach)
    if found.chosen is not None and places.missed(found.chosen, reach) <= missed:
        best, missed = found.chosen, places.missed(found.chosen, reach)
    run.note("out_of_reach", missed, found.bound)
    return _finish(places, count, best, run, reach=reach)


def fewest_bases(places: Places, *, options: SolverOptions | None = None, deadline: float = math.inf) -> int | None:
    """Say how many bases serve every row at least; None if there are rows that no site can serve."""
    if not all(places.ways):
        return None
    run = _Run(options or SolverOptions(), deadline)
    return _cover(places, run)[1]


# --- covers -------------------------------------------------------------------------------------------------------


def _serve_all(places: Places, count: int, run: _Run) -> frozenset[int] | None:
    """Find some choice that serves every row."""
    if not all(places.ways) or count > len(places.draws):
        return None
    median = _median(places, count)
    begun = start(median)
    if median.value(begun) is None:
        found, _ = _cover(places, run, enough=count)
        if found is None or len(found) > count:
            return None
        begun = _filled(places, found, count)
    return improve(median, begun)


def _cover(places: Places, run: _Run, *, enough: int | None = None) -> tuple[frozenset[int] | None, int]:
    """Cover every row with the fewest sites: minimise sum y_j with, for each row, the sum of y_j that serve it >= 1.

    Gives the sites, and how many it takes at least; where ``enough`` of them do, any so few.
    """
    if not all(places.ways):
        return None, len(places.draws) + 1
    quick, least = _greedy_cover(places), max(_apart(places), len(places.kept))
    if enough is not None and (len(quick) <= enough or least > enough):
        return quick, least
    if len(quick) == least:
        return quick, least
    problem = pulp.LpProblem("cover", pulp.LpMinimize)
    y = _openings(problem, range(len(places.draws)), places.kept)
    problem.setObjective(weighted_sum([(one, 1) for one in y.values()]))
    for number, sites in enumerate(dict.fromkeys(frozenset(ways) for ways in places.ways)):
        problem.addConstraint(weighted_sum([(y[site], 1) for site in sorted(sites)]) >= 1, name=f"row{number}")
    answer = _ask(problem, y, run, lambda chosen: len(chosen) if _serves(places, chosen) else None)
    best = quick if answer.chosen is None or len(answer.chosen) > len(quick) else answer.chosen
    return best, least if answer.bound is None else max(least, math.ceil(answer.bound - 1e-6))


def _greedy_cover(places: Places) -> frozenset[int]:
    """Open the site that serves most rows not yet served, until all are."""
    opened = set(places.kept)
    waiting = [set(ways) for ways in places.ways if opened.isdisjoint(ways)]
    while waiting:
        counts: dict[int, int] = {}
        for sites in waiting:
            for site in sites:
                counts[site] = counts.get(site, 0) + 1
        best = max(counts, key=lambda site: (counts[site], -site))
        opened.add(best)
        waiting = [sites for sites in waiting if best not in sites]
    return frozenset(opened)


def _apart(places: Places) -> int:
    """Count rows no two of which a site can serve together: each needs a base of its own."""
    taken, count = set(places.kept), len(places.kept)
    for ways in sorted(places.ways, key=len):
        if taken.isdisjoint(ways):
            taken |= set(ways)
            count += 1
    return count


def _most_reached(places: Places, count: int, reach: int, run: _Run) -> _Answer:
    """Minimise sum w_i m_i: m_i + the sum of y_j within reach of row i >= 1, sum y_j = count."""
    problem = pulp.LpProblem("most_reached", pulp.LpMinimize)
    y = _openings(problem, range(len(places.draws)), places.kept)
    missed = _missed_rows(problem, places, reach, y, frozenset())
    problem.setObjective(weighted_sum(missed))
    problem.addConstraint(weighted_sum([(one, 1) for one in y.values()]) == count, name="count")
    _serve_each(problem, places, y)
    return _ask(problem, y, run, lambda chosen: places.missed(chosen, reach) if _serves(places, chosen) else None)


def _serve_each(problem: pulp.LpProblem, places: Places, y: Mapping[int, pulp.LpVariable]) -> None:
    """Have every row served where some site cannot."""
    few = {frozenset(ways) for ways in places.ways if len(ways) < len(places.draws)}
    for number, sites in enumerate(sorted(map(sorted, few))):
        problem.addConstraint(weighted_sum([(y[site], 1) for site in sites]) >= 1, name=f"serve{number}")


def _missed_rows(
    problem: pulp.LpProblem, places: Places, reach: int, y: Mapping[int, pulp.LpVariable], opened: frozenset[int]
) -> list[tuple[pulp.LpVariable, int]]:
    """Make m_i, 1 where no open base is within reach of row i; give them with the weights."""
    missed = []
    for number, (ways, weight) in enumerate(zip(places.ways, places.weights, strict=True)):
        near = [site for site, way in ways.items() if way <= reach]
        if not weight or not opened.isdisjoint(near):
            continue
        m = problem.add_variable(f"m{number:06d}", lowBound=0, upBound=1)
        missed.append((m, weight))
        terms = [(y[site], 1) for site in near if site in y]
        problem.addConstraint(weighted_sum([(m, 1), *terms]) >= 1, name=f"reach{number}")
    return missed


# --- travel, and the lottery ---------------------------------------------------------------------------------------


def _finish(places: Places, count: int, begun: frozenset[int], run: _Run, *, reach: int | None = None) -> Placement:
    """Minimise travel and then the lottery, with the stages before kept by the pairs that are left or by ``reach``."""
    side = None if reach is None else (reach, places.missed(begun, reach))
    median, bound, chosen, paid = _bounded(places, count, begun, side)
    value, least = _sum(median, chosen), float(bound.value)
    left = reduce_rows(median, bound, value)
    if not left.free:
        # A choice that costs no more can only be this one.
        chosen, value = left.opened, _sum(median, left.opened)
        least = value
    elif least < value:
        answer = _least_travel(places, median, left, side, run)
        least = max(least, -math.inf if answer.bound is None else answer.bound)
        if answer.chosen is not None and _sum(median, answer.chosen) <= value:
            chosen, value = answer.chosen, _sum(median, answer.chosen)
    run.note("travel", value - paid, least - paid)
    drawn = _fewest_drawn(places, median, reduce_rows(median, bound, value), value, chosen, side, run)
    if drawn.chosen is not None and _drawn(places, drawn.chosen) <= _drawn(places, chosen):
        chosen = drawn.chosen
    run.note("tie_break", _drawn(places, chosen), drawn.bound)
    serving = tuple(_serving(places, chosen, reach))
    return Placement(chosen=chosen, serving=serving, stages=tuple(run.stages), stopped=run.stopped)


def _bounded(
    places: Places, count: int, begun: frozenset[int], side: tuple[int, int] | None
) -> tuple[Median, Bound, frozenset[int], int]:
    """Give the problem with its bound and a good choice; and what that pays for rows out of reach.

    Where no more weight than V may be out of reach, each weight there pays a penalty p: choices that keep to it pay p V
    at most, so a bound less p V is a bound on their travel. The penalty that gives the best bound is looked for.
    """
    if side is None:
        median = _median(places, count)
        better = improve(median, begun)
        bound, better, _ = raise_bound(median, better, _sum(median, better))
        return median, bound, better, 0
    reach, missed = side
    chosen = begun
    best: tuple[Median, Bound, int] | None = None
    penalty = max(_least_penalty(places, reach), reach, 1)
    for _ in range(_PENALTIES):
        median, paid = _median(places, count, reach=reach, penalty=penalty), penalty * missed
        bound, better, _ = raise_bound(median, chosen, _sum(median, chosen))
        if places.missed(better, reach) <= missed:
            chosen = better
        if best is not None and bound.value - paid <= best[1].value - best[2]:
            break
        best, penalty = (median, bound, paid), 2 * penalty
    if best is None:
        raise AssertionError("no penalty was tried")
    return best[0], best[1], chosen, best[2]


def _least_penalty(places: Places, reach: int) -> int:
    """Give a penalty with which every row within reach of an open base is cheapest from one within reach."""
    least = 0
    for ways, costs, weight in zip(places.ways, places.costs, places.weights, strict=True):
        near = max((costs[site] for site, way in ways.items() if way <= reach), default=0)
        far = min((costs[site] for site, way in ways.items() if way > reach), default=near)
        if near > far:
            least = max(least, -((far - near) // weight))
    return least


def _least_travel(places: Places, median: Median, left: Reduced, side: tuple[int, int] | None, run: _Run) -> _Answer:
    """Ask the solver for the least costs among what is left."""
    problem = pulp.LpProblem("travel", pulp.LpMinimize)
    y = _openings(problem, left.free, frozenset())
    costs, constant = _costs(problem, left, y)
    problem.setObjective(weighted_sum(costs))
    _keep(problem, places, left, median, side, y)
    answer = _ask(problem, y, run, lambda chosen: _shifted(median, places, chosen, side, constant), opened=left.opened)
    return _Answer(answer.chosen, None if answer.bound is None else answer.bound + constant)


def _fewest_drawn(
    places: Places,
    median: Median,
    left: Reduced,
    value: int,
    chosen: frozenset[int],
    side: tuple[int, int] | None,
    run: _Run,
) -> _Answer:
    """Ask for the smallest sum of lottery numbers among the choices that cost as little."""
    if not left.free:
        return _Answer(chosen, _drawn(places, chosen))
    problem = pulp.LpProblem("tie_break", pulp.LpMinimize)
    y = _openings(problem, left.free, frozenset())
    costs, constant = _costs(problem, left, y)
    problem.setObjective(weighted_sum([(one, places.draws[site]) for site, one in y.items()]))
    _keep(problem, places, left, median, side, y)
    if costs:
        problem.addConstraint(weighted_sum(costs) <= value - constant, name="travel")
    given = sum(places.draws[site] for site in left.opened)

    def count(found: frozenset[int]) -> int | None:
        cost = median.value(found)
        fits = cost is not None and cost <= value and (side is None or places.missed(found, side[0]) <= side[1])
        return _drawn(places, found) - given if fits else None

    answer = _ask(problem, y, run, count, opened=left.opened)
    return _Answer(answer.chosen, None if answer.bound is None else answer.bound + given)


def _costs(
    problem: pulp.LpProblem, left: Reduced, y: Mapping[int, pulp.LpVariable]
) -> tuple[list[tuple[pulp.LpVariable, int]], int]:
    """Say what each row costs: the least, and each further step d for which z >= z before - sum of y_j up to there.

    z_k is 1 where no base is open among the sites of the first k costs of the row.
    """
    terms: list[tuple[pulp.LpVariable, int]] = []
    merged: dict[tuple[tuple[int, ...], ...], tuple[int, ...]] = {}
    constant = 0
    for pairs in left.rows:
        levels = _levels(pairs, left.opened)
        constant += levels[0][0] if levels else 0
        key = tuple(sites for _, sites in levels)
        steps = tuple(high - low for (low, _), (high, _) in pairwise(levels))
        merged[key] = tuple(map(sum, zip(merged[key], steps, strict=True))) if key in merged else steps
    for number, (key, steps) in enumerate(merged.items()):
        before = None
        for level, sites in enumerate(key):
            here = [(y[site], 1) for site in sites if site in y]
            if len(here) < len(sites):
                break  # one of them is open in any case
            if level < len(steps):
                z = problem.add_variable(f"z{number:06d}_{level:05d}", lowBound=0, upBound=1)
                terms.append((z, steps[level]))
                here.append((z, 1))
            if before is None:
                problem.addConstraint(weighted_sum(here) >= 1, name=f"c{number}_{level}")
            else:
                problem.addConstraint(weighted_sum([*here, (before, -1)]) >= 0, name=f"c{number}_{level}")
            before = z if level < len(steps) else None
    return terms, constant


def _levels(pairs: Sequence[tuple[int, int]], opened: frozenset[int]) -> list[tuple[int, tuple[int, ...]]]:
    """Put the sites of a row together by cost, up to the first that is open in any case."""
    levels: dict[int, list[int]] = {}
    for cost, site in pairs:
        levels.setdefault(cost, []).append(site)
    found = []
    for cost, sites in levels.items():
        found.append((cost, tuple(sites)))
        if not opened.isdisjoint(sites):
            break
    return found


def _keep(
    problem: pulp.LpProblem,
    places: Places,
    left: Reduced,
    median: Median,
    side: tuple[int, int] | None,
    y: Mapping[int, pulp.LpVariable],
) -> None:
    """Open as many as are to be open, and leave no more weight out of reach than before."""
    problem.addConstraint(
        weighted_sum([(one, 1) for one in y.values()]) == median.count - len(left.opened), name="count"
    )
    if side is not None:
        missed = _missed_rows(problem, places, side[0], y, left.opened)
        if missed:
            problem.addConstraint(weighted_sum(missed) <= side[1], name="out_of_reach")


# --- what they share -----------------------------------------------------------------------------------------------


def _openings(problem: pulp.LpProblem, sites: Iterable[int], kept: frozenset[int]) -> dict[int, pulp.LpVariable]:
    """Make y_j, 1 where a base is open."""
    return {
        site: problem.add_variable(f"y{site:06d}", lowBound=int(site in kept), upBound=1, cat=pulp.LpInteger)
        for site in sites
    }


def _ask(
    problem: pulp.LpProblem,
    y: Mapping[int, pulp.LpVariable],
    run: _Run,
    count: Callable[[frozenset[int]], int | None],
    *,
    opened: frozenset[int] = frozenset(),
) -> _Answer:
    """Solve; believe a choice only after counting it, and an optimum only if it is worth what the solver says."""
    outcome = run_solver(problem, list(y.values()), run.options, time_limit_s=run.deadline - time.monotonic())
    if outcome.stopped == "interrupted":
        raise KeyboardInterrupt
    run.stopped = run.stopped or outcome.stopped
    if outcome.values is None:
        return _Answer(None, outcome.bound)
    chosen = opened.union(site for site, value in zip(y, outcome.values, strict=True) if value)
    value = count(chosen)
    if value is None:
        return _Answer(None, None)
    if outcome.optimal and outcome.agrees_with(value):
        return _Answer(chosen, value)
    return _Answer(chosen, None if outcome.optimal else outcome.bound)


def _median(places: Places, count: int, *, reach: int | None = None, penalty: int = 0) -> Median:
    """Give the pairs of each row, cheapest first; beyond reach they cost the weight times a penalty more."""
    rows = [
        sorted(
            (cost + (penalty * weight if reach is not None and ways[site] > reach else 0), site)
            for site, cost in costs.items()
        )
        for ways, costs, weight in zip(places.ways, places.costs, places.weights, strict=True)
    ]
    return Median(rows, len(places.draws), count, places.kept)


def _shifted(
    median: Median, places: Places, chosen: frozenset[int], side: tuple[int, int] | None, constant: int
) -> int | None:
    """Count what the solver was to minimise; None if the choice does not keep what it must."""
    value = median.value(chosen)
    if value is None or (side is not None and places.missed(chosen, side[0]) > side[1]):
        return None
    return value - constant


def _filled(places: Places, found: frozenset[int], count: int) -> frozenset[int]:
    """Open further sites up to the number asked for."""
    return start(_median(replace(places, kept=found), count))


def _serves(places: Places, chosen: frozenset[int]) -> bool:
    return all(not chosen.isdisjoint(ways) for ways in places.ways)


def _sum(median: Median, chosen: frozenset[int]) -> int:
    value = median.value(chosen)
    if value is None:
        raise AssertionError("a choice that does not serve every row was taken for one that does")
    return value


def _longest(places: Places, chosen: frozenset[int]) -> int:
    """Give the longest way to the nearest open base."""
    return max((min(way for site, way in ways.items() if site in chosen) for ways in places.ways), default=0)


def _drawn(places: Places, chosen: Iterable[int]) -> int:
    return sum(places.draws[site] for site in chosen)


def _serving(places: Places, chosen: frozenset[int], reach: int | None) -> Iterable[int]:
    """Give each row its base: one within reach where that counts, then the cheapest, the nearest, the lowest."""
    for ways, costs in zip(places.ways, places.costs, strict=True):
        yield min(
            (site for site in ways if site in chosen),
            key=lambda site: (reach is not None and ways[site] > reach, costs[site], ways[site], site),
        )
