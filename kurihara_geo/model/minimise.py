"""Minimise one stage of one block: the tightened relaxation first, the solver for what it leaves open."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from kurihara_geo.model.blocks import Block
from kurihara_geo.model.covers import best_cover, lexicographic_keys
from kurihara_geo.model.integer_program import Answer, ask_solver, better, checked
from kurihara_geo.model.reduced_cost_fixing import is_worth_pricing, relax
from kurihara_geo.model.relaxation import SCALE, Relaxation, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from kurihara_geo.model.partition import Partition
    from kurihara_geo.model.solver import SolverOptions

__all__ = ["minimise"]

# Rounds in a row that may leave the bound of a relaxation where it is, at first and when that was not enough.
_PATIENCE = (4, 12)
# Rounds after which a plan is looked for where groups are many for their units: it is often as good as the bound.
_FEW_ROUNDS = 6
# A choice is mended where at most such a share of the units is near something fractional, for so many seconds.
_MOST_MENDED, _MENDING_S = 0.5, 20.0
# Groups for each unit the solver is asked to choose among first, and how many times more when that gave no plan.
_FIRST_ASKED, _MORE_ASKED = 12, 3
# Groups for each unit whose covers are looked at one by one, and how many more states than without reduced costs.
_MOST_SWEPT, _SWEPT_STATES = 40, 400
# A sweep is not begun where its front would be long.
_MOST_UNITS_SWEPT = 250


def minimise(
    part: Partition,
    name: str,
    block: Block,
    options: SolverOptions,
    deadline: float,
    on_wait: Callable[[], None] | None,
) -> Answer:
    """Minimise one stage of one block: the tightened relaxation first, the solver for what it leaves open.

    An answer is optimal if it costs less than 1 above a bound that is summed exactly. Failing that, the solver looks at
    the groups whose reduced cost still lets them be part of a plan as good as the best one known.
    """
    if options.rounds <= 0 or not is_worth_pricing(block):
        return ask_solver(part, name, block, block.groups, options, deadline, on_wait)
    relaxed = relax(part, name, block, options)
    best, verdict = block.chosen, None
    foreseen = best is not None and block.foreseen == name
    dense = len(block.groups) > _MOST_SWEPT * len(block.units)
    for patience in _PATIENCE:
        rounds = _FEW_ROUNDS if dense and patience == _PATIENCE[0] else options.rounds
        goal = None if best is None else part.value(name, best)
        relaxed.tighten(deadline, rounds=rounds, patience=patience, goal=goal, on_wait=on_wait)
        verdict = relaxed.verdict()
        if verdict is None or relaxed.stopped:
            break
        best = better(part, name, replace(block, chosen=best), checked(part, block, relaxed.chosen()))
        if not _is_optimal(part, name, verdict, best):
            if not dense:
                near = _mend(part, name, block, relaxed, verdict, options, deadline, on_wait)
            elif patience == _PATIENCE[0]:
                near = _ask_few(part, name, block, relaxed, verdict, options, deadline, on_wait)
            else:
                near = None
            best = better(part, name, replace(block, chosen=best), near)
        if foreseen or _is_optimal(part, name, verdict, best):
            return Answer(chosen=best, optimal=True, verdict=verdict)
    if verdict is None and not (relaxed.infeasible or relaxed.stopped):
        # HiGHS gives no prices, and it was neither the clock nor the groups: whole numbers may still do.
        return ask_solver(part, name, block, block.groups, options, deadline, on_wait)
    if relaxed.infeasible or relaxed.stopped or verdict is None:
        bound = None if verdict is None else verdict.bound / SCALE
        return Answer(chosen=best, bound=bound, stopped=relaxed.stopped)
    return _search_slack(
        part, name, replace(block, chosen=best, rows=verdict.rows), verdict, options, deadline, on_wait
    )


def _search_slack(
    part: Partition,
    name: str,
    block: Block,
    verdict: Verdict,
    options: SolverOptions,
    deadline: float,
    on_wait: Callable[[], None] | None,
) -> Answer:
    """Look at the groups with the lowest reduced costs, as many as the best plan known leaves open.

    A plan worth U holds groups whose reduced costs sum up to U - L at most. A few groups give a good U, and with it few
    groups are left to look at for a better one.
    """
    ranked = sorted(verdict.reduced)
    count, best = _FIRST_ASKED * len(block.units), block.chosen
    limit: float = ranked[min(count, len(ranked)) - 1]
    if best is not None and verdict.slack(part.value(name, best)) < ranked[-1]:
        limit = max(limit, ranked[min(_MOST_SWEPT * len(block.units), len(ranked)) - 1])
    while True:
        most = math.inf if best is None else verdict.slack(part.value(name, best))
        limit = min(limit, most)
        swept = checked(part, block, _sweep(part, block, verdict, limit, options))
        if swept is not None and verdict.slack(part.value(name, swept)) <= limit:
            return Answer(chosen=swept, optimal=True, verdict=verdict, settled=True)
        # Costs are whole: a better plan is at least one below the best one, which is asked too.
        better_most, held = min(limit, most - SCALE), frozenset(best or ())
        asked = [
            position
            for position, cost in zip(block.groups, verdict.reduced, strict=True)
            if cost <= better_most or position in held
        ]
        whole = limit >= min(most, ranked[-1])
        answer = ask_solver(part, name, replace(block, chosen=best), asked, options, deadline, on_wait)
        best = answer.chosen
        # What is not among the groups asked costs more than the limit above the bound.
        enough = answer.optimal and best is not None and (whole or verdict.slack(part.value(name, best)) <= limit)
        if enough or _is_optimal(part, name, verdict, best):
            return Answer(chosen=best, optimal=True, verdict=verdict)
        if whole or answer.stopped:
            bound = max(verdict.bound / SCALE, answer.bound if whole and answer.bound is not None else -math.inf)
            return Answer(chosen=best, bound=bound, verdict=verdict, stopped=answer.stopped)
        count *= _MORE_ASKED
        limit = math.inf if answer.optimal else ranked[min(count, len(ranked)) - 1]


def _sweep(
    part: Partition, block: Block, verdict: Verdict, limit: float, options: SolverOptions
) -> tuple[int, ...] | None:
    """Find the best cover in all stages whose reduced costs sum up to the limit at most; None if there are too many."""
    if block.whole or len(block.units) > min(options.max_states, _MOST_UNITS_SWEPT):
        return None
    inside = [number for number, cost in enumerate(verdict.reduced) if cost <= limit]
    if len(inside) > _MOST_SWEPT * len(block.units):
        return None
    local = {unit: number for number, unit in enumerate(block.units)}
    positions = [block.groups[number] for number in inside]
    found = best_cover(
        len(block.units),
        [sorted(local[unit] for unit in part.groups[position]) for position in positions],
        lexicographic_keys([[costs[position] for position in positions] for costs in part.costs.values()]),
        weights=[max(0, verdict.reduced[number]) for number in inside],
        most_weight=limit,
        max_states=options.max_states * _SWEPT_STATES,
        max_steps=options.max_states * _SWEPT_STATES * _MOST_SWEPT,
    )
    return None if found is None else tuple(sorted(positions[number] for number in found.groups))


def _is_optimal(part: Partition, name: str, verdict: Verdict, chosen: tuple[int, ...] | None) -> bool:
    return chosen is not None and part.value(name, chosen) <= verdict.least


def _ask_few(
    part: Partition,
    name: str,
    block: Block,
    relaxed: Relaxation,
    verdict: Verdict,
    options: SolverOptions,
    deadline: float,
    on_wait: Callable[[], None] | None,
) -> tuple[int, ...] | None:
    """Let the solver choose among the few groups with the lowest reduced costs."""
    count = min(len(block.groups), _FIRST_ASKED * len(block.units))
    limit = sorted(verdict.reduced)[count - 1]
    few = [position for position, cost in zip(block.groups, verdict.reduced, strict=True) if cost <= limit]
    asked = replace(block, chosen=None, rows=verdict.rows)
    answer = ask_solver(part, name, asked, few, options, min(deadline, time.monotonic() + _MENDING_S), on_wait)
    if answer.stopped == "interrupted":
        relaxed.stopped = "interrupted"
    return answer.chosen


def _mend(
    part: Partition,
    name: str,
    block: Block,
    relaxed: Relaxation,
    verdict: Verdict,
    options: SolverOptions,
    deadline: float,
    on_wait: Callable[[], None] | None,
) -> tuple[int, ...] | None:
    """Choose anew around what is fractional and keep what is whole elsewhere: quick where little is fractional."""
    near, elsewhere = relaxed.around(verdict)
    if not 0 < len(near) <= len(block.units) * _MOST_MENDED:
        return None
    inside = tuple(position for position in block.groups if near.issuperset(part.groups[position]))
    fixed = tuple((stage, value - part.value(stage, elsewhere)) for stage, value in block.fixed)
    piece = Block(units=tuple(sorted(near)), groups=inside, fixed=fixed)
    answer = ask_solver(part, name, piece, inside, options, min(deadline, time.monotonic() + _MENDING_S), on_wait)
    if answer.stopped == "interrupted":
        relaxed.stopped = "interrupted"
    if answer.chosen is None:
        return None
    return checked(part, block, tuple(sorted((*elsewhere, *answer.chosen))))
