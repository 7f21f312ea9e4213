"""The regrouping model: set partitioning over candidate groups, minimised stage by stage.

For each candidate group g a binary z_g; every unit is in exactly one chosen group. Stage k minimises the sum of
c_k(g) z_g with the values of the stages before it fixed. Costs are whole numbers, so fixing is exact.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import accumulate
from typing import TYPE_CHECKING

import networkx as nx
import pulp

from kurihara_geo.model.objectives import STAGES, GroupFacts, internal_borders
from kurihara_geo.model.solution import Solution, Stage
from kurihara_geo.model.solver import Outcome, SolverOptions, check_solver, run_relaxation, run_solver, solver_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from concurrent.futures import Executor

    from kurihara_geo.candidates import Candidates, Component
    from kurihara_geo.places import Place
    from kurihara_geo.rules import MergeRules

__all__ = ["Town", "regroup"]

# Prices are rounded to whole fractions of this: sums are then exact.
_SCALE = 1 << 24
# Fewer groups than this are solved again faster than they are priced.
_WORTH_PRICING = 60


@dataclass(frozen=True, kw_only=True)
class Town:
    """What the terms need to know of the town, in plain values.

    Parameters
    ----------
    places
        Association id -> its households, point and halls.
    boundaries
        Association id -> value in each boundary column of the rules.
    neighbours
        Association id -> ids it shares an open border or link with.
    """

    places: Mapping[str, Place]
    boundaries: Mapping[str, Mapping[str, str | None]]
    neighbours: Mapping[str, frozenset[str]]

    def facts(self, ids: Sequence[str]) -> GroupFacts:
        """Collect what the terms may know of a group."""
        return GroupFacts(
            places=[self.places[name] for name in ids],
            boundaries=[self.boundaries[name] for name in ids],
            borders=internal_borders(ids, self.neighbours),
        )


@dataclass(frozen=True, kw_only=True)
class Partition:
    """One component as the model sees it: whole numbers only.

    Parameters
    ----------
    unit_count
        Units to cover, each exactly once.
    groups
        Positions of the units in each candidate group; the first ``unit_count`` groups are the single units.
    members
        Association ids of each candidate group, sorted.
    costs
        Stage name -> cost of each group, in the order of the stages.
    """

    unit_count: int
    groups: tuple[tuple[int, ...], ...]
    members: tuple[tuple[str, ...], ...]
    costs: Mapping[str, tuple[int, ...]]

    def value(self, stage: str, chosen: Sequence[int]) -> int:
        """Sum a stage's costs over the chosen groups."""
        costs = self.costs[stage]
        return sum(costs[position] for position in chosen)


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What was chosen for one component.

    Parameters
    ----------
    chosen
        Positions of the chosen groups.
    stages
        One for each term of the objective.
    stopped
        ``""``, ``time_limit``, ``interrupted`` or ``not_settled``.
    """

    chosen: tuple[int, ...]
    stages: tuple[Stage, ...]
    stopped: str = ""


@dataclass(frozen=True, kw_only=True)
class Block:
    """Units and groups still open after some stages, independent of every other block.

    Parameters
    ----------
    units
        Positions of its units.
    groups
        Positions of the groups that may still be chosen; each holds units of this block only.
    fixed
        Stage and value to keep, for stages that the remaining groups do not keep by themselves.
    chosen
        The best choice so far, or None.
    stopped
        Why the block is no longer improved; empty while it is.
    foreseen
        A stage in which the choice is proven already.
    """

    units: tuple[int, ...]
    groups: tuple[int, ...]
    fixed: tuple[tuple[str, int], ...] = ()
    chosen: tuple[int, ...] | None = None
    stopped: str = ""
    foreseen: str = ""

    @property
    def settled(self) -> bool:
        """Whether nothing is left to choose: no open group but the chosen ones."""
        return self.chosen is not None and len(self.groups) == len(self.chosen)


def regroup(
    town: Town,
    candidates: Candidates,
    rules: MergeRules,
    *,
    options: SolverOptions | None = None,
    time_limit_s: float = math.inf,
    executor: Executor | None = None,
    on_wait: Callable[[], None] | None = None,
) -> Solution:
    """Choose the groups of a plan, stage by stage.

    Parameters
    ----------
    town, candidates, rules
        The problem.
    options
        Which solver, which seed.
    time_limit_s
        Seconds for all components together.
    executor
        Where to solve components side by side; without it they are solved here, each with its share of the time.
    on_wait
        Called now and then while the solver works here.

    Returns
    -------
    Solution

    Raises
    ------
    InputError
        If the solver is not available.
    """
    options = options or SolverOptions()
    check_solver(options.solver)
    _check_order()
    deadline = time.time() + time_limit_s
    parts = [price(component, town, rules) for component in candidates.components]
    if executor is None:
        parts = [_join(parts)]
        choices = [solve_partition(parts[0], options, deadline, on_wait=on_wait)]
    else:
        choices = _solve_side_by_side(parts, options, deadline, executor)
    return _gather(parts, choices, options)


def _check_order() -> None:
    """Atomic groups are enough only if no term that splitting could worsen stands before mergers."""
    before = STAGES[: [term.name for term in STAGES].index("mergers")]
    if any(term.splitting_can_worsen for term in before) or not all(term.separable for term in STAGES):
        raise NotImplementedError("this order of terms needs every group to be listed, not only the atomic ones")


def _solve_side_by_side(
    parts: Sequence[Partition], options: SolverOptions, deadline: float, executor: Executor
) -> list[Choice]:
    """Hand each component to the executor; on Ctrl-C keep what is done and leave the rest as first guesses."""
    futures = [executor.submit(solve_partition, part, options, deadline) for part in parts]
    try:
        return [future.result() for future in futures]
    except KeyboardInterrupt:
        for future in futures:
            future.cancel()
        return [
            future.result() if future.done() and not future.cancelled() else solve_partition(part, options, -math.inf)
            for part, future in zip(parts, futures, strict=True)
        ]


def _join(parts: Sequence[Partition]) -> Partition:
    """Put components into one partition, so that every stage has its share of the time; the single units come first."""
    starts = list(accumulate((part.unit_count for part in parts), initial=0))
    singles = [(part, start, range(part.unit_count)) for part, start in zip(parts, starts, strict=False)]
    larger = [(part, start, range(part.unit_count, len(part.groups))) for part, start, _ in singles]
    order = [(part, start, position) for part, start, places in (*singles, *larger) for position in places]
    return Partition(
        unit_count=starts[-1],
        groups=tuple(tuple(unit + start for unit in part.groups[position]) for part, start, position in order),
        members=tuple(part.members[position] for part, _, position in order),
        costs={term.name: tuple(part.costs[term.name][position] for part, _, position in order) for term in STAGES},
    )


def price(component: Component, town: Town, rules: MergeRules) -> Partition:
    """Price every candidate group of a component in every stage."""
    members = tuple(component.members(group) for group in component.groups)
    facts = [town.facts(ids) for ids in members]
    costs = {term.name: tuple(term.cost(group, rules) for group in facts) for term in STAGES}
    return Partition(unit_count=len(component.units), groups=component.groups, members=members, costs=costs)


def solve_partition(
    part: Partition, options: SolverOptions, deadline: float, *, on_wait: Callable[[], None] | None = None
) -> Choice:
    """Minimise the stages of one component in order, each fixing the ones before.

    After each stage, groups that no optimal plan of that stage can use are struck out by their reduced costs, and
    what is left falls apart into blocks that are solved alone in the next stage.

    Parameters
    ----------
    part
        Groups and costs.
    options, on_wait
        As for :func:`regroup`.
    deadline
        When to stop, in the seconds of :func:`time.time`, which processes share.

    Returns
    -------
    Choice
        Chosen groups and one :class:`Stage` for each stage; after a stop the later stages are only measured.
    """
    everything = tuple(range(len(part.groups)))
    blocks = _split(part, Block(units=tuple(range(part.unit_count)), groups=everything))
    stages: list[Stage] = []
    for name in part.costs:
        parts: list[Stage] = []
        following: list[Block] = []
        blocks.sort(key=lambda block: len(block.groups))
        weights = [len(block.groups) for block in blocks]
        for number, block in enumerate(blocks):
            until = _share(deadline, weights[number:])
            interrupted = any(done.stopped == "interrupted" for done in following)
            try:
                if interrupted and not block.settled:
                    stage, rest = _leave(part, name, block)
                else:
                    stage, rest = _solve_block(part, name, block, options, until, on_wait)
            except KeyboardInterrupt:
                stage, rest = _leave(part, name, block)
            parts.append(stage)
            following.extend(rest)
        stages.append(_sum_stage(name, parts))
        blocks = following
    chosen = tuple(sorted(position for block in blocks for position in block.chosen or ()))
    return Choice(
        chosen=chosen,
        stages=tuple(stages),
        stopped=next((block.stopped for block in blocks if block.stopped), ""),
    )


def _leave(part: Partition, name: str, block: Block) -> tuple[Stage, list[Block]]:
    """Keep what a block had when somebody interrupted between two runs of the solver."""
    left = replace(block, chosen=block.chosen or _first_guess(part, block), stopped="interrupted")
    return _measured(part, name, left, bound=_cheap_bound(part, name, left), optimal=False), [left]


def _share(deadline: float, weights: Sequence[int]) -> float:
    """Give the first of several blocks its share of the time left; what it does not use falls to the others."""
    if len(weights) == 1 or math.isinf(deadline):
        return deadline
    now = time.time()
    return now + (deadline - now) * max(0.1, weights[0] / sum(weights))


def _solve_block(
    part: Partition,
    name: str,
    block: Block,
    options: SolverOptions,
    deadline: float,
    on_wait: Callable[[], None] | None,
) -> tuple[Stage, list[Block]]:
    """Minimise one stage of one block; give the stage and the blocks for the next stage."""
    if block.settled and not block.stopped:
        return _measured(part, name, block, bound=-math.inf, optimal=True), [block]
    if block.stopped:
        return _measured(part, name, block, bound=_cheap_bound(part, name, block), optimal=False), [block]
    if block.chosen is not None and part.value(name, block.chosen) == 0:
        # Costs are never negative: nothing is below 0, and what costs anything cannot be part of it.
        free = tuple(position for position in block.groups if part.costs[name][position] == 0)
        return Stage(name=name, value=0, bound=0, proven=True), _split(part, replace(block, groups=free))
    if block.foreseen == name and block.chosen is not None:
        value = part.value(name, block.chosen)
        stage = Stage(name=name, value=value, bound=value, proven=True)
        return stage, _strike_out(part, name, replace(block, foreseen=""), options, deadline)
    outcome, foreseen = _try_hopeful(part, name, block, options, deadline, on_wait)
    if outcome is None:
        problem, variables = _build_model(part, name, block)
        outcome = run_solver(problem, variables, options, time_limit_s=deadline - time.time(), on_wait=on_wait)
    found = None if outcome.values is None else _chosen(block, outcome.values)
    kept = found is not None and _keeps_stages(part, block, found)
    best = _better(part, name, block, found if kept else None)
    # A status is no proof: the plan that came back must be worth what the solver says it is.
    optimal = outcome.optimal and kept and outcome.agrees_with(part.value(name, found or ()))
    stopped = outcome.stopped or ("" if optimal else "not_settled")
    block = replace(block, chosen=best or _first_guess(part, block), stopped=stopped, foreseen=foreseen)
    stage = _measured(part, name, block, bound=_bound(part, name, block, outcome), optimal=optimal)
    if not stage.proven or stopped == "interrupted":
        return stage, [block]
    return stage, _strike_out(part, name, replace(block, stopped=""), options, deadline)


def _try_hopeful(
    part: Partition,
    name: str,
    block: Block,
    options: SolverOptions,
    deadline: float,
    on_wait: Callable[[], None] | None,
) -> tuple[Outcome | None, str]:
    """Look for a plan that leaves nobody below the floor who is in any larger group; None where there is none.

    Such a plan reaches the cheap bound, so it is optimal in this stage, and every plan that is uses these groups
    only. It is looked for with the next stage's costs, which guide the solver: with costs of 0 for nearly all groups
    it finds nothing to hold on to. The second value names the next stage if it is settled with it.
    """
    order = list(part.costs)
    if name != order[0] or block.chosen is not None:
        return None, ""
    costs = part.costs[name]
    larger = {unit for position in block.groups if len(part.groups[position]) > 1 for unit in part.groups[position]}
    hopeful = tuple(
        position for position in block.groups if costs[position] == 0 or not larger.intersection(part.groups[position])
    )
    problem, variables = _build_model(part, order[1], replace(block, groups=hopeful))
    outcome = run_solver(problem, variables, options, time_limit_s=(deadline - time.time()) / 2, on_wait=on_wait)
    if outcome.values is None:
        return (outcome if outcome.stopped == "interrupted" else None), ""
    chosen = _chosen(replace(block, groups=hopeful), outcome.values)
    if not _keeps_stages(part, block, chosen):
        return None, ""
    value, taken = part.value(name, chosen), set(chosen)
    values = tuple(int(position in taken) for position in block.groups)
    settled = outcome.optimal and outcome.agrees_with(part.value(order[1], chosen))
    said = Outcome(values=values, bound=float(value), optimal=True, objective=float(value), stopped=outcome.stopped)
    return said, order[1] if settled else ""


def _bound(part: Partition, name: str, block: Block, outcome: Outcome) -> float:
    """Take the better of the solver's bound and the cheap one; a bound above the plan's own value is not believed."""
    cheap = _cheap_bound(part, name, block)
    if outcome.bound is None or _whole_bound(outcome.bound) > part.value(name, block.chosen or ()):
        return cheap
    return max(cheap, outcome.bound)


def _chosen(block: Block, values: Sequence[int]) -> tuple[int, ...]:
    return tuple(position for position, value in zip(block.groups, values, strict=True) if value)


def _better(part: Partition, name: str, block: Block, found: tuple[int, ...] | None) -> tuple[int, ...] | None:
    if found is None or block.chosen is None:
        return found or block.chosen
    return found if part.value(name, found) <= part.value(name, block.chosen) else block.chosen


def _strike_out(part: Partition, name: str, block: Block, options: SolverOptions, deadline: float) -> list[Block]:
    """Strike out the groups no optimal choice of this stage can use, and split what is left.

    For any prices y of the units, and m <= 0 of the stages already fixed at v, every choice costs
    L + (reduced costs of its groups that are above 0) or more, with L = sum of y + sum of m v + (reduced costs below
    0). A group whose reduced cost is above U - L, with U the optimum, is in no optimal choice. The prices come from
    the linear relaxation, rounded to whole fractions, so that the sums are exact whatever the solver's own rounding.
    """
    value = part.value(name, block.chosen or ())
    fixed = (*block.fixed, (name, value))
    kept = replace(block, fixed=fixed)
    if len(block.groups) < _WORTH_PRICING:
        return [kept]
    problem, _ = _build_model(part, name, block)
    prices, interrupted = run_relaxation(problem, options, time_limit_s=deadline - time.time())
    if prices is None:
        return [replace(kept, stopped="interrupted") if interrupted else kept]
    reduced, base = _reduced_costs(part, name, block, prices)
    slack = value * _SCALE - base - sum(cost for cost in reduced if cost < 0)
    open_groups = tuple(position for position, cost in zip(block.groups, reduced, strict=True) if cost <= slack)
    highest = max((cost for cost in reduced if cost <= slack), default=0)
    # Whatever cover of the units is made of these groups: can it cost more than the optimum?
    redundant = base + len(block.units) * max(highest, 0) < (value + 1) * _SCALE
    return _split(part, replace(kept, groups=open_groups, fixed=block.fixed if redundant else fixed))


def _reduced_costs(part: Partition, name: str, block: Block, prices: Sequence[float]) -> tuple[list[int], int]:
    """Reduced cost of each group and the sum of the prices, in whole parts of 1 / _SCALE."""
    price = {unit: round(number * _SCALE) for unit, number in zip(block.units, prices, strict=False)}
    multipliers = [min(0, round(number * _SCALE)) for number in prices[len(block.units) :]]
    base = sum(price.values()) + sum(m * value for m, (_, value) in zip(multipliers, block.fixed, strict=True))
    reduced = [
        part.costs[name][position] * _SCALE
        - sum(price[unit] for unit in part.groups[position])
        - sum(m * part.costs[stage][position] for m, (stage, _) in zip(multipliers, block.fixed, strict=True))
        for position in block.groups
    ]
    return reduced, base


def _split(part: Partition, block: Block) -> list[Block]:
    """Split a block where no open group joins its units; fixed values are shared out as the choice has them."""
    joined = nx.utils.UnionFind(block.units)
    for position in block.groups:
        joined.union(*part.groups[position])
    of_root: dict[int, tuple[list[int], list[int], list[int]]] = {}
    for unit in block.units:
        of_root.setdefault(joined[unit], ([], [], []))[0].append(unit)
    chosen = set(block.chosen or ())
    for position in block.groups:
        _, groups, taken = of_root[joined[part.groups[position][0]]]
        groups.append(position)
        if position in chosen:
            taken.append(position)
    return [
        replace(
            block,
            units=tuple(units),
            groups=tuple(groups),
            chosen=tuple(groups) if len(units) == 1 else None if block.chosen is None else tuple(taken),
            fixed=tuple((stage, part.value(stage, taken)) for stage, _ in block.fixed),
        )
        for units, groups, taken in of_root.values()
    ]


def _first_guess(part: Partition, block: Block) -> tuple[int, ...]:
    """Take groups greedily, few units and little travel first: what is shown when the solver finds nothing in time."""
    order = sorted(block.groups, key=lambda group: (len(part.groups[group]), part.costs["travel"][group], group))
    small = {unit for unit in block.units if part.costs["below_floor"][unit]}
    free = set(block.units)
    taken = []
    for position in order:
        units = set(part.groups[position])
        if len(units) > 1 and units <= free and units & small:
            taken.append(position)
            free -= units
    return (*sorted(free), *taken)


def _cheap_bound(part: Partition, name: str, block: Block) -> float:
    """Bound a stage without a solver: every unit pays at least its share of the cheapest group that holds it."""
    costs = part.costs[name]
    least: dict[int, Fraction] = {}
    for position in block.groups:
        group = part.groups[position]
        share = Fraction(costs[position], len(group))
        for unit in group:
            least[unit] = min(least.get(unit, share), share)
    return float(sum(least.values()))


def _keeps_stages(part: Partition, block: Block, found: tuple[int, ...]) -> bool:
    """Check a rounded solution in whole numbers: every unit once, earlier stages no worse than they were."""
    covered = sorted(unit for position in found for unit in part.groups[position])
    return covered == sorted(block.units) and all(part.value(stage, found) <= value for stage, value in block.fixed)


def _build_model(part: Partition, name: str, block: Block) -> tuple[pulp.LpProblem, list[pulp.LpVariable]]:
    """Minimise sum c_g z_g: the z_g of the groups that hold a unit sum to 1, and fixed stages keep their value."""
    problem = pulp.LpProblem("regroup", pulp.LpMinimize)
    variables = [
        problem.add_variable(f"z{position:07d}", lowBound=0, upBound=1, cat=pulp.LpInteger) for position in block.groups
    ]
    problem.setObjective(_total(part, name, block, variables))
    holding: dict[int, list[pulp.LpVariable]] = {unit: [] for unit in block.units}
    for position, z in zip(block.groups, variables, strict=True):
        for unit in part.groups[position]:
            holding[unit].append(z)
    for unit, of_unit in holding.items():
        problem.addConstraint(pulp.lpSum(of_unit) == 1, name=f"unit{unit}")
    for stage, value in block.fixed:
        problem.addConstraint(_total(part, stage, block, variables) <= value, name=f"keep_{stage}")
    return problem, variables


def _total(part: Partition, name: str, block: Block, variables: Sequence[pulp.LpVariable]) -> pulp.LpAffineExpression:
    costs = part.costs[name]
    return pulp.lpSum(
        costs[position] * z for position, z in zip(block.groups, variables, strict=True) if costs[position]
    )


def _measured(part: Partition, name: str, block: Block, *, bound: float, optimal: bool) -> Stage:
    value = part.value(name, block.chosen or ())
    whole = value if optimal else min(max(_whole_bound(bound), 0), value)
    return Stage(name=name, value=value, bound=whole, proven=whole == value)


def _whole_bound(bound: float) -> int:
    """Round a bound up to a whole number, for costs are whole; the allowance covers the solver's own rounding."""
    return math.ceil(bound - max(1e-6, abs(bound) * 1e-9))


def _gather(parts: Sequence[Partition], choices: Sequence[Choice], options: SolverOptions) -> Solution:
    """Add up what was chosen for each part."""
    groups = [part.members[place] for part, choice in zip(parts, choices, strict=True) for place in choice.chosen]
    stopped = sorted({choice.stopped for choice in choices if choice.stopped})
    return Solution(
        groups=tuple(sorted(groups)),
        stages=tuple(
            _sum_stage(term.name, [choice.stages[number] for choice in choices]) for number, term in enumerate(STAGES)
        ),
        solver=solver_name(options.solver),
        stopped=stopped[0] if stopped else "",
    )


def _sum_stage(name: str, parts: Sequence[Stage]) -> Stage:
    bounds = [stage.bound for stage in parts]
    return Stage(
        name=name,
        value=sum(stage.value for stage in parts),
        bound=None if None in bounds else sum(bound for bound in bounds if bound is not None),
        proven=all(stage.proven for stage in parts),
    )
