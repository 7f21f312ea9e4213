"""One more plan from the solver: the best one within limits, other than those already known."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pulp

from kurihara_geo.model.preemptive import EXACT, rank_terms
from kurihara_geo.model.solver import SolverOptions, run_solver, weighted_sum

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kurihara_geo.model.partition import Partition

__all__ = ["best_within"]


def best_within(
    part: Partition,
    units: Sequence[int],
    groups: Sequence[int],
    order: Sequence[str],
    *,
    limits: Mapping[str, int],
    known: Sequence[Sequence[int]] = (),
    options: SolverOptions | None = None,
    deadline: float = float("inf"),
) -> tuple[int, ...] | None:
    """Minimise stages in order over the covers of some units that keep limits and differ from those known.

    For each group g a binary z_g; sum of z_g over the groups that hold a unit = 1; sum of c_k(g) z_g <= limit_k; for
    each known cover K of n groups: sum of z_g over g in K <= n - 1. A stage whose heavy terms outweigh the light ones
    is minimised term by term; where the costs of a limit are too large for a solver, it is given their whole parts of a
    larger unit, and a cover that passes the limit after all is no answer.

    Parameters
    ----------
    part
        Where groups are priced.
    units, groups
        Units to cover, and numbers of the groups to cover them with.
    order
        Stages to minimise, each fixing the ones before.
    limits
        Stage -> most it may cost.
    known
        Covers to differ from.
    options, deadline
        Solver, and when to stop in the seconds of :func:`time.monotonic`.

    Returns
    -------
    tuple of int or None
        Numbers of the groups, proven to be the best; None where there is no such cover, or it was not proven in time.

    Raises
    ------
    KeyboardInterrupt
        If somebody interrupted the solver.
    RulesError
        If a stage adds up to more than a solver counts exactly.
    """
    ranked, ranks = rank_terms(part)
    costs = {**part.costs, **ranked.costs}
    part = replace(part, costs=costs)
    names = {stage: [name for name in ranks if ranks[name].stage == stage] or [stage] for stage in order}
    bounds = dict(limits)
    chosen: tuple[int, ...] | None = None
    for stage in (name for weighted in order for name in names[weighted]):
        problem, variables = _build(part, units, groups, stage, bounds, known)
        outcome = run_solver(problem, variables, options or SolverOptions(), time_limit_s=deadline - time.monotonic())
        if outcome.stopped == "interrupted":
            raise KeyboardInterrupt
        if outcome.values is None or not outcome.optimal:
            return None
        chosen = tuple(group for group, value in zip(groups, outcome.values, strict=True) if value)
        value = part.value(stage, chosen)
        # A status is no proof: the answer must be worth what the solver says, and keep what was asked.
        if not (outcome.agrees_with(value) and _keeps(part, units, chosen, bounds, known)):
            return None
        bounds[stage] = min(value, bounds.get(stage, value))
    return chosen


def _build(
    part: Partition,
    units: Sequence[int],
    groups: Sequence[int],
    stage: str,
    bounds: Mapping[str, int],
    known: Sequence[Sequence[int]],
) -> tuple[pulp.LpProblem, list[pulp.LpVariable]]:
    problem = pulp.LpProblem("within", pulp.LpMinimize)
    z = {group: problem.add_variable(f"z{group:07d}", lowBound=0, upBound=1, cat=pulp.LpInteger) for group in groups}
    problem.setObjective(_total(part, stage, z))
    holding: dict[int, list[tuple[pulp.LpVariable, int]]] = {unit: [] for unit in units}
    for group, variable in z.items():
        for unit in part.groups[group]:
            holding[unit].append((variable, 1))
    for unit, of_unit in holding.items():
        problem.addConstraint(weighted_sum(of_unit) == 1, name=f"unit{unit}")
    for number, (limited, most) in enumerate(bounds.items()):
        # What is at most so much is so in whole parts of any unit, each rounded down.
        whole = 1 + max((abs(part.costs[limited][group]) for group in groups), default=0) // EXACT
        problem.addConstraint(_total(part, limited, z, whole=whole) <= most // whole, name=f"limit{number}")
    for number, cover in enumerate(known):
        terms = [(z[group], 1) for group in cover if group in z]
        if len(terms) == len(cover):
            problem.addConstraint(weighted_sum(terms) <= len(cover) - 1, name=f"known{number}")
    return problem, list(z.values())


def _total(part: Partition, stage: str, z: Mapping[int, pulp.LpVariable], *, whole: int = 1) -> pulp.LpAffineExpression:
    costs = part.costs[stage]
    return weighted_sum([(variable, costs[group] // whole) for group, variable in z.items() if costs[group] // whole])


def _keeps(
    part: Partition,
    units: Sequence[int],
    chosen: Sequence[int],
    bounds: Mapping[str, int],
    known: Sequence[Sequence[int]],
) -> bool:
    covered = sorted(unit for group in chosen for unit in part.groups[group])
    return (
        covered == sorted(units)
        and all(part.value(stage, chosen) <= most for stage, most in bounds.items())
        and all(set(chosen) != set(cover) for cover in known)
    )
