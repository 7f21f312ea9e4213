"""The set-partitioning integer program of one stage of a block: for each open group g a binary z_g.

Minimise the sum of c_g z_g, where the z_g of the groups that hold a unit sum to 1, and stages fixed before keep their
value. What a solver answers is checked in whole numbers before anything is believed of it.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pulp

from kurihara_geo.model.solver import SolverOptions, run_solver, weighted_sum

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kurihara_geo.model.blocks import Block
    from kurihara_geo.model.partition import Partition
    from kurihara_geo.model.relaxation import Verdict

__all__ = ["Answer", "ask_solver", "better", "build_model", "checked"]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The best choice known for one stage of a block, and what is known about it.

    Parameters
    ----------
    chosen
        Its groups; None where none is known.
    bound
        No choice is below this.
    optimal
        Whether it is proven the best.
    stopped
        ``""``, ``time_limit`` or ``interrupted``.
    verdict
        What the relaxation proves of the block's groups; None where it was not asked.
    settled
        Whether the choice is the best in every later stage too.
    """

    chosen: tuple[int, ...] | None
    bound: float | None = None
    optimal: bool = False
    stopped: str = ""
    verdict: Verdict | None = None
    settled: bool = False


def ask_solver(
    part: Partition,
    name: str,
    block: Block,
    groups: Sequence[int],
    options: SolverOptions,
    deadline: float,
    on_wait: Callable[[], None] | None,
) -> Answer:
    """Let the solver choose among some groups of a block; a status is no proof, nor is an objective."""
    asked = replace(block, groups=tuple(groups))
    problem, variables = build_model(part, name, asked)
    outcome = run_solver(problem, variables, options, time_limit_s=deadline - time.monotonic(), on_wait=on_wait)
    found = None if outcome.values is None else _chosen(asked, outcome.values)
    kept = checked(part, block, found)
    # The plan that came back must be worth what the solver says it is.
    optimal = outcome.optimal and kept is not None and outcome.agrees_with(part.value(name, kept))
    return Answer(chosen=better(part, name, block, kept), bound=outcome.bound, optimal=optimal, stopped=outcome.stopped)


def _chosen(block: Block, values: Sequence[int]) -> tuple[int, ...]:
    return tuple(position for position, value in zip(block.groups, values, strict=True) if value)


def checked(part: Partition, block: Block, found: tuple[int, ...] | None) -> tuple[int, ...] | None:
    """Give a choice if it covers every unit once and keeps the stages fixed before, else None."""
    return found if found is not None and _keeps_stages(part, block, found) else None


def _keeps_stages(part: Partition, block: Block, found: tuple[int, ...]) -> bool:
    """Check a rounded solution in whole numbers: every unit once, earlier stages no worse than they were."""
    covered = sorted(unit for position in found for unit in part.groups[position])
    return covered == sorted(block.units) and all(part.value(stage, found) <= value for stage, value in block.fixed)


def better(part: Partition, name: str, block: Block, found: tuple[int, ...] | None) -> tuple[int, ...] | None:
    """Give the cheaper of a choice found and the one the block has; None where there is neither."""
    if found is None or block.chosen is None:
        return found or block.chosen
    return found if part.value(name, found) <= part.value(name, block.chosen) else block.chosen


def build_model(part: Partition, name: str, block: Block) -> tuple[pulp.LpProblem, list[pulp.LpVariable]]:
    """Minimise sum c_g z_g: the z_g of the groups that hold a unit sum to 1, and fixed stages keep their value."""
    problem = pulp.LpProblem("regroup", pulp.LpMinimize)
    variables = [
        problem.add_variable(f"z{position:07d}", lowBound=0, upBound=1, cat=pulp.LpInteger) for position in block.groups
    ]
    problem.setObjective(_total(part, name, block, variables))
    holding: dict[int, list[tuple[pulp.LpVariable, int]]] = {unit: [] for unit in block.units}
    for position, z in zip(block.groups, variables, strict=True):
        for unit in part.groups[position]:
            holding[unit].append((z, 1))
    for unit, of_unit in holding.items():
        problem.addConstraint(weighted_sum(of_unit) == 1, name=f"unit{unit}")
    for stage, value in block.fixed:
        problem.addConstraint(_total(part, stage, block, variables) <= value, name=f"keep_{_stage_number(part, stage)}")
    at = dict(zip(block.groups, variables, strict=True)) if block.rows else {}
    for number, row in enumerate(block.rows):
        terms = [(at[position], weight) for position, weight in row.weights.items() if position in at]
        if terms:
            problem.addConstraint(weighted_sum(terms) <= row.most, name=f"row{number}")
    return problem, variables


def _stage_number(part: Partition, stage: str) -> int:
    """Give the number of a stage; its name may hold what a solver does not take in the name of a constraint."""
    return list(part.costs).index(stage)


def _total(part: Partition, name: str, block: Block, variables: Sequence[pulp.LpVariable]) -> pulp.LpAffineExpression:
    costs = part.costs[name]
    return weighted_sum(
        [(z, costs[position]) for position, z in zip(block.groups, variables, strict=True) if costs[position]]
    )
