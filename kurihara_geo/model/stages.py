"""Set partitioning over candidate groups, minimised stage by stage.

For each candidate group g a binary z_g; every unit is in exactly one chosen group. Stage k minimises the sum of
c_k(g) z_g with the values of the stages before it fixed. Costs are whole numbers, so fixing is exact.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

import pulp

from kurihara_geo.model.covers import best_cover, lexicographic_keys
from kurihara_geo.model.relaxation import SCALE, Relaxation, Row, Verdict
from kurihara_geo.model.solution import Stage
from kurihara_geo.model.solver import SolverOptions, run_solver, weighted_sum

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from kurihara_geo.model.partition import Partition

__all__ = [
    "WORTH_PRICING",
    "Block",
    "Choice",
    "build_model",
    "reduced_costs",
    "solve_partition",
    "split_block",
    "sum_stages",
]

# Fewer groups than this are solved again faster than they are priced.
WORTH_PRICING = 60
# Rounds in a row that may leave the bound of a relaxation where it is, at first and when that was not enough.
_PATIENCE = (4, 12)
# Rounds after which a plan is looked for where groups are many for their units: it is often as good as the bound.
_FEW_ROUNDS = 6
# A choice is mended where at most such a share of the units is near something fractional, for so many seconds.
_MOST_MENDED = 0.5
# Groups for each unit the solver is asked to choose among first, and how many times more when that gave no plan.
_FIRST_ASKED, _MORE_ASKED = 12, 3
# Groups for each unit whose covers are looked at one by one, and how many more states than without reduced costs.
_MOST_SWEPT, _SWEPT_STATES = 40, 400
# A sweep is not begun where its front would be long.
_MOST_UNITS_SWEPT = 250
_MENDING_S = 20.0


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
    tried
        Whether its covers were found too many to look at one by one.
    rows
        Rows that every plan keeps and that tighten the relaxation.
    whole
        Whether it is not to be split, because limits hold for all of it together.
    """

    units: tuple[int, ...]
    groups: tuple[int, ...]
    fixed: tuple[tuple[str, int], ...] = ()
    chosen: tuple[int, ...] | None = None
    stopped: str = ""
    foreseen: str = ""
    tried: bool = False
    rows: tuple[Row, ...] = ()
    whole: bool = False

    @property
    def settled(self) -> bool:
        """Whether nothing is left to choose: no open group but the chosen ones."""
        return self.chosen is not None and len(self.groups) == len(self.chosen)


@dataclass(frozen=True, kw_only=True)
class _Answer:
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


def solve_partition(
    part: Partition,
    options: SolverOptions,
    deadline: float,
    *,
    limits: Mapping[str, int] | None = None,
    on_wait: Callable[[], None] | None = None,
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
    limits
        Stage -> what all groups together may cost there at most; such stages are not minimised. Limits of k on a cost
        of 1 and of -k on a cost of -1 ask for exactly k groups. A choice that is not proven may break them.

    Returns
    -------
    Choice
        Chosen groups and one :class:`Stage` for each stage; after a stop the later stages are only measured.
    """
    limits = limits or {}
    everything = Block(
        units=tuple(range(part.unit_count)),
        groups=tuple(range(len(part.groups))),
        fixed=tuple(limits.items()),
        whole=bool(limits),
    )
    blocks = split_block(part, everything)
    stages: list[Stage] = []
    interrupted = False
    for name in [stage for stage in part.costs if stage not in limits]:
        parts: list[Stage] = []
        following: list[Block] = []
        blocks.sort(key=lambda block: len(block.groups))
        weight_left = sum(len(block.groups) for block in blocks)
        for block in blocks:
            until = _share(deadline, len(block.groups), weight_left)
            weight_left -= len(block.groups)
            try:
                if interrupted and not block.settled:
                    stage, rest = _leave(part, name, block)
                else:
                    stage, rest = _solve_block(part, name, block, options, until, on_wait)
            except KeyboardInterrupt:
                stage, rest = _leave(part, name, block)
            interrupted = interrupted or any(done.stopped == "interrupted" for done in rest)
            parts.append(stage)
            following.extend(rest)
        stages.append(sum_stages(name, parts))
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


def _share(deadline: float, weight: int, weight_left: int) -> float:
    """Give a block its share of the time left; what it does not use falls to those after it."""
    if weight == weight_left or math.isinf(deadline):
        return deadline
    now = time.time()
    return now + (deadline - now) * max(0.1, weight / weight_left)


def _exhaust(part: Partition, block: Block, options: SolverOptions) -> Block:
    """Settle a block in all stages by looking at every cover of its units, where these are few enough."""
    if block.tried or block.whole or len(block.units) > options.max_states:
        return block
    local = {unit: number for number, unit in enumerate(block.units)}
    groups = [[local[unit] for unit in part.groups[position]] for position in block.groups]
    keys = lexicographic_keys([[costs[position] for position in block.groups] for costs in part.costs.values()])
    found = best_cover(len(block.units), groups, keys, max_states=options.max_states, max_steps=options.max_states * 20)
    if found is None:
        return replace(block, tried=True)
    chosen = tuple(block.groups[number] for number in found.groups)
    return replace(block, groups=chosen, chosen=chosen)


def _solve_block(
    part: Partition,
    name: str,
    block: Block,
    options: SolverOptions,
    deadline: float,
    on_wait: Callable[[], None] | None,
) -> tuple[Stage, list[Block]]:
    """Minimise one stage of one block; give the stage and the blocks for the next stage."""
    block = block if block.stopped or block.settled else _exhaust(part, block, options)
    if block.settled and not block.stopped:
        return _measured(part, name, block, bound=-math.inf, optimal=True), [block]
    if block.stopped:
        return _measured(part, name, block, bound=_cheap_bound(part, name, block), optimal=False), [block]
    if block.chosen is not None and part.value(name, block.chosen) == 0 and not _rewards(part, name, block):
        # Nothing is below 0, and what costs anything cannot be part of it.
        free = tuple(position for position in block.groups if part.costs[name][position] == 0)
        return Stage(name=name, value=0, bound=0, proven=True), split_block(part, replace(block, groups=free))
    hopeful = _try_hopeful(part, name, block, options, deadline, on_wait)
    if hopeful is not None:
        optimal = not hopeful.stopped
        stage = _measured(part, name, hopeful, bound=-math.inf, optimal=True)
        return stage, split_block(part, hopeful) if optimal else [hopeful]
    answer = _minimise(part, name, block, options, deadline, on_wait)
    stopped = answer.stopped or ("" if answer.optimal else "not_settled")
    block = replace(block, chosen=answer.chosen or _first_guess(part, block), stopped=stopped)
    bound = -math.inf if answer.optimal else _bound(part, name, block, answer.bound)
    stage = _measured(part, name, block, bound=bound, optimal=answer.optimal)
    if not stage.proven or stopped == "interrupted":
        return stage, [block]
    if answer.settled:
        return stage, [replace(block, groups=block.chosen or ())]
    return stage, _strike_out(part, name, replace(block, stopped=""), options, deadline, verdict=answer.verdict)


def _minimise(
    part: Partition,
    name: str,
    block: Block,
    options: SolverOptions,
    deadline: float,
    on_wait: Callable[[], None] | None,
) -> _Answer:
    """Minimise one stage of one block: the tightened relaxation first, the solver for what it leaves open.

    An answer is optimal if it costs less than 1 above a bound that is summed exactly. Failing that, the solver looks at
    the groups whose reduced cost still lets them be part of a plan as good as the best one known.
    """
    if options.rounds <= 0 or len(block.groups) < WORTH_PRICING:
        return _ask_solver(part, name, block, block.groups, options, deadline, on_wait)
    relaxed = _relax(part, name, block, options)
    best, verdict = block.chosen, None
    known = foreseen = part.value(name, best) if best is not None and block.foreseen == name else None
    dense = len(block.groups) > _MOST_SWEPT * len(block.units)
    for patience in _PATIENCE:
        rounds = _FEW_ROUNDS if dense and patience == _PATIENCE[0] else options.rounds
        relaxed.tighten(deadline, rounds=rounds, patience=patience, goal=known, on_wait=on_wait)
        verdict = relaxed.verdict()
        if verdict is None or relaxed.stopped:
            break
        best = _better(part, name, replace(block, chosen=best), _checked(part, block, relaxed.chosen()))
        if not _is_optimal(part, name, verdict, best):
            if not dense:
                near = _mend(part, name, block, relaxed, verdict, options, deadline, on_wait)
            elif patience == _PATIENCE[0]:
                near = _ask_few(part, name, block, relaxed, verdict, options, deadline, on_wait)
            else:
                near = None
            best = _better(part, name, replace(block, chosen=best), near)
        if foreseen is not None or _is_optimal(part, name, verdict, best):
            return _Answer(chosen=best, optimal=True, verdict=verdict)
    if relaxed.infeasible or relaxed.stopped or verdict is None:
        bound = None if verdict is None else verdict.bound / SCALE
        return _Answer(chosen=best, bound=bound, stopped=relaxed.stopped)
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
) -> _Answer:
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
        swept = _checked(part, block, _sweep(part, block, verdict, limit, options))
        if swept is not None and verdict.slack(part.value(name, swept)) <= limit:
            return _Answer(chosen=swept, optimal=True, verdict=verdict, settled=True)
        asked = [position for position, cost in zip(block.groups, verdict.reduced, strict=True) if cost <= limit]
        whole = limit >= min(most, ranked[-1])
        answer = _ask_solver(part, name, replace(block, chosen=best), asked, options, deadline, on_wait)
        best = answer.chosen
        # What is not among the groups asked costs more than the limit above the bound.
        enough = answer.optimal and best is not None and (whole or verdict.slack(part.value(name, best)) <= limit)
        if enough or _is_optimal(part, name, verdict, best):
            return _Answer(chosen=best, optimal=True, verdict=verdict)
        if whole or answer.stopped:
            bound = max(verdict.bound / SCALE, answer.bound if whole and answer.bound is not None else -math.inf)
            return _Answer(chosen=best, bound=bound, verdict=verdict, stopped=answer.stopped)
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


def _relax(part: Partition, name: str, block: Block, options: SolverOptions) -> Relaxation:
    return Relaxation(part, name, block.units, block.groups, block.fixed, block.rows, options)


def _is_optimal(part: Partition, name: str, verdict: Verdict, chosen: tuple[int, ...] | None) -> bool:
    return chosen is not None and part.value(name, chosen) <= verdict.least


def _checked(part: Partition, block: Block, found: tuple[int, ...] | None) -> tuple[int, ...] | None:
    return found if found is not None and _keeps_stages(part, block, found) else None


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
    answer = _ask_solver(part, name, asked, few, options, min(deadline, time.time() + _MENDING_S), on_wait)
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
    answer = _ask_solver(part, name, piece, inside, options, min(deadline, time.time() + _MENDING_S), on_wait)
    if answer.stopped == "interrupted":
        relaxed.stopped = "interrupted"
    if answer.chosen is None:
        return None
    return _checked(part, block, tuple(sorted((*elsewhere, *answer.chosen))))


def _ask_solver(
    part: Partition,
    name: str,
    block: Block,
    groups: Sequence[int],
    options: SolverOptions,
    deadline: float,
    on_wait: Callable[[], None] | None,
) -> _Answer:
    """Let the solver choose among some groups of a block; a status is no proof, nor is an objective."""
    asked = replace(block, groups=tuple(groups))
    problem, variables = build_model(part, name, asked)
    outcome = run_solver(problem, variables, options, time_limit_s=deadline - time.time(), on_wait=on_wait)
    found = None if outcome.values is None else _chosen(asked, outcome.values)
    kept = _checked(part, block, found)
    # The plan that came back must be worth what the solver says it is.
    optimal = outcome.optimal and kept is not None and outcome.agrees_with(part.value(name, kept))
    return _Answer(
        chosen=_better(part, name, block, kept), bound=outcome.bound, optimal=optimal, stopped=outcome.stopped
    )


def _try_hopeful(
    part: Partition,
    name: str,
    block: Block,
    options: SolverOptions,
    deadline: float,
    on_wait: Callable[[], None] | None,
) -> Block | None:
    """Look for a plan that leaves nobody below the floor who is in any larger group; None where there is none.

    Whoever is in no larger group is paid for in every plan, and nothing else need be: such a plan is optimal in this
    stage, and every plan that is uses groups without a cost elsewhere. It is looked for with the next stage's costs,
    which guide the solver: with costs of 0 for nearly all groups it finds nothing to hold on to. The block that comes
    back has these groups only, and names the next stage if it is settled with it.
    """
    order = list(part.costs)
    if block.whole or name != order[0] or block.chosen is not None or len(order) < 2 or _rewards(part, name, block):
        return None
    costs = part.costs[name]
    larger = {unit for position in block.groups if len(part.groups[position]) > 1 for unit in part.groups[position]}
    hopeful = tuple(
        position for position in block.groups if costs[position] == 0 or not larger.intersection(part.groups[position])
    )
    tried = replace(block, groups=hopeful)
    until = deadline if math.isinf(deadline) else time.time() + (deadline - time.time()) / 2
    answer = _minimise(part, order[1], tried, options, until, on_wait)
    if answer.chosen is None:
        return None
    return replace(
        tried,
        groups=answer.chosen if answer.settled else hopeful,
        chosen=answer.chosen,
        foreseen=order[1] if answer.optimal else "",
        rows=() if answer.verdict is None else answer.verdict.rows,
        stopped="interrupted" if answer.stopped == "interrupted" else "",
    )


def _bound(part: Partition, name: str, block: Block, said: float | None) -> float:
    """Take the better of the solver's bound and the cheap one; a bound above the plan's own value is not believed."""
    cheap = _cheap_bound(part, name, block)
    if said is None or _whole_bound(said) > part.value(name, block.chosen or ()):
        return cheap
    return max(cheap, said)


def _rewards(part: Partition, name: str, block: Block) -> bool:
    """Whether some group has a negative cost, so that 0 is not the least a plan can cost."""
    costs = part.costs[name]
    return any(costs[position] < 0 for position in block.groups)


def _chosen(block: Block, values: Sequence[int]) -> tuple[int, ...]:
    return tuple(position for position, value in zip(block.groups, values, strict=True) if value)


def _better(part: Partition, name: str, block: Block, found: tuple[int, ...] | None) -> tuple[int, ...] | None:
    if found is None or block.chosen is None:
        return found or block.chosen
    return found if part.value(name, found) <= part.value(name, block.chosen) else block.chosen


def _strike_out(
    part: Partition,
    name: str,
    block: Block,
    options: SolverOptions,
    deadline: float,
    *,
    verdict: Verdict | None = None,
) -> list[Block]:
    """Strike out the groups no optimal choice of this stage can use, and split what is left.

    For any prices y of the units, and m <= 0 of the stages already fixed at v and of the rows added, every choice costs
    L + (reduced costs of its groups that are above 0) or more, with L = sum of y + sum of m v + (reduced costs below
    0). A group whose reduced cost is above U - L, with U the optimum, is in no optimal choice. The prices come from
    the linear relaxation, rounded to whole fractions, so that the sums are exact whatever the solver's own rounding.
    """
    value = part.value(name, block.chosen or ())
    fixed = (*block.fixed, (name, value))
    kept = replace(block, fixed=fixed, foreseen="")
    if len(block.groups) < WORTH_PRICING:
        return [kept]
    if verdict is None:
        relaxed = _relax(part, name, block, options)
        relaxed.tighten(deadline, rounds=0, patience=0)
        verdict = relaxed.verdict()
        if verdict is None:
            return [replace(kept, stopped="interrupted") if relaxed.stopped == "interrupted" else kept]
    slack = verdict.slack(value)
    open_groups = tuple(position for position, cost in zip(block.groups, verdict.reduced, strict=True) if cost <= slack)
    highest = max((cost for cost in verdict.reduced if cost <= slack), default=0)
    # Whatever cover of the units is made of these groups: can it cost more than the optimum?
    redundant = verdict.ceiling + len(block.units) * max(highest, 0) < (value + 1) * SCALE
    return split_block(
        part, replace(kept, groups=open_groups, fixed=block.fixed if redundant else fixed, rows=verdict.rows)
    )


def reduced_costs(part: Partition, name: str, block: Block, prices: Sequence[float]) -> tuple[list[int], int]:
    """Reduced cost of each group and the sum of the prices, in whole parts of 1 / SCALE."""
    price = {unit: round(number * SCALE) for unit, number in zip(block.units, prices, strict=False)}
    multipliers = [min(0, round(number * SCALE)) for number in prices[len(block.units) :]]
    base = sum(price.values()) + sum(m * value for m, (_, value) in zip(multipliers, block.fixed, strict=True))
    reduced = [
        part.costs[name][position] * SCALE
        - sum(price[unit] for unit in part.groups[position])
        - sum(m * part.costs[stage][position] for m, (stage, _) in zip(multipliers, block.fixed, strict=True))
        for position in block.groups
    ]
    return reduced, base


def split_block(part: Partition, block: Block) -> list[Block]:
    """Split a block where no open group joins its units; fixed values are shared out as the choice has them."""
    if block.whole:
        return [block]
    find = _join_units(part, block)
    of_root: dict[int, tuple[list[int], list[int], list[int]]] = {}
    for unit in block.units:
        of_root.setdefault(find(unit), ([], [], []))[0].append(unit)
    chosen = set(block.chosen or ())
    for position in block.groups:
        _, groups, taken = of_root[find(part.groups[position][0])]
        groups.append(position)
        if position in chosen:
            taken.append(position)
    rows = _share_rows(part, block, find)
    return [
        replace(
            block,
            units=tuple(units),
            groups=tuple(groups),
            chosen=tuple(groups) if len(units) == 1 else None if block.chosen is None else tuple(taken),
            fixed=tuple((stage, part.value(stage, taken)) for stage, _ in block.fixed),
            rows=tuple(rows.get(root, ())),
            tried=False,
        )
        for root, (units, groups, taken) in of_root.items()
    ]


def _join_units(part: Partition, block: Block) -> Callable[[int], int]:
    """Join the units of every group; give the function that names the part a unit is in."""
    above = {unit: unit for unit in block.units}

    def find(unit: int) -> int:
        while above[unit] != unit:
            above[unit] = unit = above[above[unit]]
        return unit

    for position in block.groups:
        first, *others = part.groups[position]
        if others:
            root = find(first)
            for unit in others:
                above[find(unit)] = root
    return find


def _share_rows(part: Partition, block: Block, find: Callable[[int], int]) -> dict[int, list[Row]]:
    """Give each part of a block the rows that speak of its groups only; what is left of others says nothing new."""
    still_open = set(block.groups) if block.rows else set()
    shared: dict[int, list[Row]] = {}
    for row in block.rows:
        left = row.among(still_open)
        roots = {find(part.groups[position][0]) for position in left.weights}
        if len(roots) == 1:
            shared.setdefault(roots.pop(), []).append(left)
    return shared


def _first_guess(part: Partition, block: Block) -> tuple[int, ...]:
    """Take groups greedily, few units and low costs first: what is shown when the solver finds nothing in time."""
    stages = list(part.costs.values())
    order = sorted(block.groups, key=lambda group: (len(part.groups[group]), *(costs[group] for costs in stages)))
    paid_for = part.costs.get("below_floor", stages[0])
    small = {unit for unit in block.units if paid_for[unit] > 0}
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


def _measured(part: Partition, name: str, block: Block, *, bound: float, optimal: bool) -> Stage:
    value = part.value(name, block.chosen or ())
    whole = value if optimal else min(_whole_bound(bound), value)
    return Stage(name=name, value=value, bound=whole, proven=whole == value)


def _whole_bound(bound: float) -> int:
    """Round a bound up to a whole number, for costs are whole; the allowance covers the solver's own rounding."""
    return math.ceil(bound - max(1e-6, abs(bound) * 1e-9))


def sum_stages(name: str, parts: Sequence[Stage]) -> Stage:
    """Add up what is known of a stage in several parts of the town."""
    bounds = [stage.bound for stage in parts]
    return Stage(
        name=name,
        value=sum(stage.value for stage in parts),
        bound=None if None in bounds else sum(bound for bound in bounds if bound is not None),
        proven=all(stage.proven for stage in parts),
    )
