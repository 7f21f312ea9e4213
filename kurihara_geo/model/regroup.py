"""The regrouping model: set partitioning over candidate groups, minimised stage by stage.

For each candidate group g a binary z_g; every unit is in exactly one chosen group. Stage k minimises the sum of c_k(g) z_g with the
values of the stages before it fixed. Costs are whole numbers, so fixing is exact; each stage begins from the plan of the one before.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from fractions import Fraction

import pulp

from kurihara_geo.candidates import Candidates, Component
from kurihara_geo.errors import NoPlanError
from kurihara_geo.model.objectives import STAGES, GroupFacts, internal_borders
from kurihara_geo.model.solution import Solution, Stage
from kurihara_geo.model.solver import SolverOptions, check_solver, run_solver, solver_name
from kurihara_geo.places import Place
from kurihara_geo.rules import MergeRules

__all__ = ["Town", "regroup"]


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
    costs
        Stage name -> cost of each group, in the order of the stages.
    """

    unit_count: int
    groups: tuple[tuple[int, ...], ...]
    costs: Mapping[str, tuple[int, ...]]

    def value(self, stage: str, chosen: Sequence[int]) -> int:
        """Sum a stage's costs over the chosen groups."""
        costs = self.costs[stage]
        return sum(costs[position] for position in chosen)

    def covers_once(self, chosen: Sequence[int]) -> bool:
        """Whether the chosen groups hold every unit exactly once."""
        covered = sorted(unit for position in chosen for unit in self.groups[position])
        return covered == list(range(self.unit_count))


@dataclass
class Choice:
    """What was found for one component: the chosen groups, or None, and its stages so far."""

    chosen: tuple[int, ...] | None = None
    stages: list[Stage] = field(default_factory=list)
    stopped: str = ""


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
    """Choose the groups of a plan, component by component, stage by stage.

    Parameters
    ----------
    town, candidates, rules
        The problem.
    options
        Which solver, which seed.
    time_limit_s
        Seconds for all components together.
    executor
        Where to solve components side by side; without it they are solved one after the other, here.
    on_wait
        Called now and then while the solver works here.

    Returns
    -------
    Solution

    Raises
    ------
    InputError
        If the solver is not available.
    NoPlanError
        If the time was up before a solution of any part was found.
    KeyboardInterrupt
        If interrupted before a solution of any part was found.
    """
    options = options or SolverOptions()
    check_solver(options.solver)
    partitions = [price(component, town, rules) for component in candidates.components]
    deadline = time.monotonic() + time_limit_s
    if executor is None:
        choices = _solve_in_turn(partitions, options, deadline, on_wait)
    else:
        futures = [executor.submit(solve_partition, part, options, time_limit_s) for part in partitions]
        choices = [future.result() for future in futures]
    _refuse_nothing(partitions, choices)
    return _gather(candidates, partitions, choices, options)


def _solve_in_turn(
    partitions: Sequence[Partition], options: SolverOptions, deadline: float, on_wait: Callable[[], None] | None
) -> list[Choice]:
    choices: list[Choice] = []
    for part in partitions:
        if choices and choices[-1].stopped == "interrupted":
            choices.append(Choice(stopped="interrupted"))
        else:
            choices.append(solve_partition(part, options, deadline - time.monotonic(), on_wait=on_wait))
    return choices


def price(component: Component, town: Town, rules: MergeRules) -> Partition:
    """Price every candidate group of a component in every stage."""
    facts = [town.facts(component.members(group)) for group in component.groups]
    costs = {term.name: tuple(term.cost(group, rules) for group in facts) for term in STAGES}
    return Partition(unit_count=len(component.units), groups=component.groups, costs=costs)


def solve_partition(
    part: Partition, options: SolverOptions, time_limit_s: float, *, on_wait: Callable[[], None] | None = None
) -> Choice:
    """Minimise the stages of one component in order, each fixing the ones before.

    Parameters
    ----------
    part
        Groups and costs.
    options, time_limit_s, on_wait
        As for :func:`regroup`.

    Returns
    -------
    Choice
        Chosen groups and one :class:`Stage` for each stage; after a stop the later stages are only measured.
    """
    if len(part.groups) == part.unit_count:
        return _only_choice(part)
    deadline = time.monotonic() + time_limit_s
    problem, variables = _build_model(part)
    choice = Choice()
    for name in part.costs:
        if choice.stopped:
            choice.stages.append(_measured(part, name, choice.chosen, bound=_cheap_bound(part, name), optimal=False))
            continue
        _solve_stage(part, name, problem, variables, choice, options, deadline, on_wait)
        if choice.chosen is None:
            return choice
    return choice


def _solve_stage(
    part: Partition,
    name: str,
    problem: pulp.LpProblem,
    variables: Sequence[pulp.LpVariable],
    choice: Choice,
    options: SolverOptions,
    deadline: float,
    on_wait: Callable[[], None] | None,
) -> None:
    costs = part.costs[name]
    if choice.chosen is not None and part.value(name, choice.chosen) == 0:
        # Costs are never negative: nothing is below 0.
        choice.stages.append(Stage(name=name, value=0, bound=0, proven=True))
        _fix(problem, variables, costs, 0)
        return
    problem.setObjective(pulp.lpSum(cost * z for cost, z in zip(costs, variables, strict=True) if cost))
    outcome = run_solver(problem, variables, options, time_limit_s=deadline - time.monotonic(), on_wait=on_wait)
    found = None if outcome.values is None else tuple(p for p, value in enumerate(outcome.values) if value)
    kept = found is not None and _keeps_stages(part, found, choice)
    if kept and (choice.chosen is None or part.value(name, found or ()) <= part.value(name, choice.chosen)):
        choice.chosen = found
    elif choice.chosen is None and outcome.stopped:
        choice.chosen = _first_guess(part)
    # A status is no proof: the plan that came back must be worth what the solver says it is.
    optimal = outcome.optimal and kept and outcome.agrees_with(part.value(name, found or ()))
    choice.stopped = outcome.stopped or ("" if optimal else "not_settled")
    if choice.chosen is None:
        return
    bound = max(_cheap_bound(part, name), -math.inf if outcome.bound is None else outcome.bound)
    choice.stages.append(_measured(part, name, choice.chosen, bound=bound, optimal=optimal))
    if choice.stages[-1].proven and choice.stopped != "interrupted":
        choice.stopped = ""
    _fix(problem, variables, costs, choice.stages[-1].value)


def _first_guess(part: Partition) -> tuple[int, ...]:
    """Take groups greedily, few units and little travel first: what is shown when the solver finds nothing in time."""
    order = sorted(
        range(part.unit_count, len(part.groups)), key=lambda group: (len(part.groups[group]), part.costs["travel"][group], group)
    )
    small = {unit for unit in range(part.unit_count) if part.costs["below_floor"][unit]}
    free = set(range(part.unit_count))
    taken = []
    for position in order:
        units = set(part.groups[position])
        if units <= free and units & small:
            taken.append(position)
            free -= units
    return (*sorted(free), *taken)


def _cheap_bound(part: Partition, name: str) -> float:
    """Bound a stage without a solver: every unit pays at least its share of the cheapest group that holds it."""
    costs = part.costs[name]
    least = [Fraction(cost) for cost in costs[: part.unit_count]]
    for group, cost in zip(part.groups, costs, strict=True):
        share = Fraction(cost, len(group))
        for unit in group:
            least[unit] = min(least[unit], share)
    return float(sum(least))


def _keeps_stages(part: Partition, chosen: tuple[int, ...], choice: Choice) -> bool:
    """Check a rounded solution in whole numbers: every unit once, earlier stages no worse."""
    return part.covers_once(chosen) and all(part.value(stage.name, chosen) <= stage.value for stage in choice.stages)


def _fix(problem: pulp.LpProblem, variables: Sequence[pulp.LpVariable], costs: Sequence[int], value: int) -> None:
    """Hold a stage at its value; at 0 the groups that cost anything are simply shut."""
    if value == 0:
        for cost, z in zip(costs, variables, strict=True):
            if cost:
                z.upBound = 0
        return
    problem.addConstraint(pulp.lpSum(cost * z for cost, z in zip(costs, variables, strict=True) if cost) <= value)


def _build_model(part: Partition) -> tuple[pulp.LpProblem, list[pulp.LpVariable]]:
    """Sum of z_g over the groups that hold unit u equals 1, for every unit u."""
    problem = pulp.LpProblem("regroup", pulp.LpMinimize)
    variables = [
        problem.add_variable(f"z{position}", lowBound=0, upBound=1, cat=pulp.LpInteger) for position in range(len(part.groups))
    ]
    holding: list[list[pulp.LpVariable]] = [[] for _ in range(part.unit_count)]
    for group, z in zip(part.groups, variables, strict=True):
        for unit in group:
            holding[unit].append(z)
    for unit, of_unit in enumerate(holding):
        problem.addConstraint(pulp.lpSum(of_unit) == 1, name=f"unit{unit}")
    return problem, variables


def _only_choice(part: Partition) -> Choice:
    """Settle a component in which every unit can only stay as it is."""
    chosen = tuple(range(part.unit_count))
    values = {name: part.value(name, chosen) for name in part.costs}
    return Choice(chosen, [Stage(name=name, value=value, bound=value, proven=True) for name, value in values.items()])


def _measured(part: Partition, name: str, chosen: tuple[int, ...] | None, *, bound: float, optimal: bool) -> Stage:
    value = part.value(name, chosen or ())
    whole = value if optimal else min(max(_whole_bound(bound), 0), value)
    return Stage(name=name, value=value, bound=whole, proven=whole == value)


def _whole_bound(bound: float) -> int:
    """Round a bound up to the next whole number, for costs are whole; the allowance covers the solver's own rounding."""
    return math.ceil(bound - max(1e-6, abs(bound) * 1e-9))


def _refuse_nothing(partitions: Sequence[Partition], choices: Sequence[Choice]) -> None:
    """Stop when no part in which there was anything to choose has a solution."""
    open_parts = [choice for part, choice in zip(partitions, choices, strict=True) if len(part.groups) > part.unit_count]
    if not open_parts or any(choice.chosen is not None for choice in open_parts):
        return
    if any(choice.stopped == "interrupted" for choice in open_parts):
        raise KeyboardInterrupt
    raise NoPlanError(
        "The solver found no plan in the time given. Raise time_limit_s, or make the problem smaller: a smaller max_members, "
        "or a wall such as keep_within=['former_school_district']."
    )


def _gather(
    candidates: Candidates, partitions: Sequence[Partition], choices: Sequence[Choice], options: SolverOptions
) -> Solution:
    """Add up the components; a part without a solution stays as it is, unproven."""
    groups: list[tuple[str, ...]] = []
    complete: list[Choice] = []
    for component, part, choice in zip(candidates.components, partitions, choices, strict=True):
        if choice.chosen is None:
            chosen = tuple(range(part.unit_count))
            stages = [_measured(part, name, chosen, bound=_cheap_bound(part, name), optimal=False) for name in part.costs]
            choice = Choice(chosen, stages, choice.stopped)  # noqa: PLW2901 - the loop goes on with the completed one
        complete.append(choice)
        groups.extend(component.members(part.groups[position]) for position in choice.chosen or ())
    stopped = sorted({choice.stopped for choice in complete if choice.stopped})
    return Solution(
        groups=tuple(sorted(groups)),
        stages=tuple(_sum_stage(term.name, [choice.stages[number] for choice in complete]) for number, term in enumerate(STAGES)),
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
