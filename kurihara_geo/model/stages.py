"""Set partitioning over candidate groups, minimised stage by stage.

For each candidate group g a binary z_g; every unit is in exactly one chosen group. Stage k minimises the sum of
c_k(g) z_g with the values of the stages before it fixed. Costs are whole numbers, so fixing is exact.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kurihara_geo.model.blocks import Block, split_block
from kurihara_geo.model.bounds import best_bound, cheap_bound, measured, rewards
from kurihara_geo.model.covers import best_cover, lexicographic_keys
from kurihara_geo.model.minimise import minimise
from kurihara_geo.model.preemptive import add_up_ranks, rank_terms
from kurihara_geo.model.reduced_cost_fixing import strike_out
from kurihara_geo.model.solution import Stage

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from kurihara_geo.model.partition import Partition
    from kurihara_geo.model.solver import SolverOptions

__all__ = ["Choice", "solve_partition", "sum_stages"]


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


def solve_partition(
    part: Partition,
    options: SolverOptions,
    deadline: float,
    *,
    limits: Mapping[str, int] | None = None,
    whole: bool = False,
    start: Sequence[int] | None = None,
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
        When to stop, in the seconds of :func:`time.monotonic`.
    limits
        Stage -> what all groups together may cost there at most; such stages are not minimised. Limits of k on a cost
        of 1 and of -k on a cost of -1 ask for exactly k groups. A choice that is not proven may break them.
    whole
        Whether to keep all units together although no group joins them, because some term or rule is not separable.
    start
        A choice that covers every unit once, to begin from: the better it is, the sooner better ones are found or
        excluded. What is proven does not rest on it. It must keep the limits.

    Returns
    -------
    Choice
        Chosen groups and one :class:`Stage` for each stage; after a stop the later stages are only measured.
    """
    limits = limits or {}
    part, ranks = rank_terms(part, keep=limits)
    everything = Block(
        units=tuple(range(part.unit_count)),
        groups=tuple(range(len(part.groups))),
        fixed=tuple(limits.items()),
        chosen=None if start is None else tuple(start),
        whole=whole or bool(limits),
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
        stages=add_up_ranks(ranks, stages),
        stopped=next((block.stopped for block in blocks if block.stopped), ""),
    )


def _leave(part: Partition, name: str, block: Block) -> tuple[Stage, list[Block]]:
    """Keep what a block had when somebody interrupted between two runs of the solver."""
    left = replace(block, chosen=block.chosen or _first_guess(part, block), stopped="interrupted")
    return measured(part, name, left, bound=cheap_bound(part, name, left), optimal=False), [left]


def _share(deadline: float, weight: int, weight_left: int) -> float:
    """Give a block its share of the time left; what it does not use falls to those after it."""
    if weight == weight_left or math.isinf(deadline):
        return deadline
    now = time.monotonic()
    return now + (deadline - now) * max(0.1, weight / weight_left)


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
        return measured(part, name, block, bound=-math.inf, optimal=True), [block]
    if block.stopped:
        return measured(part, name, block, bound=cheap_bound(part, name, block), optimal=False), [block]
    if block.chosen is not None and part.value(name, block.chosen) == 0 and not rewards(part, name, block):
        # Nothing is below 0, and what costs anything cannot be part of it.
        free = tuple(position for position in block.groups if part.costs[name][position] == 0)
        return Stage(name=name, value=0, bound=0, proven=True), split_block(part, replace(block, groups=free))
    hopeful = _try_hopeful(part, name, block, options, deadline, on_wait)
    if hopeful is not None:
        optimal = not hopeful.stopped
        stage = measured(part, name, hopeful, bound=-math.inf, optimal=True)
        return stage, split_block(part, hopeful) if optimal else [hopeful]
    answer = minimise(part, name, block, options, deadline, on_wait)
    stopped = answer.stopped or ("" if answer.optimal else "not_settled")
    block = replace(block, chosen=answer.chosen or _first_guess(part, block), stopped=stopped)
    bound = -math.inf if answer.optimal else best_bound(part, name, block, answer.bound)
    stage = measured(part, name, block, bound=bound, optimal=answer.optimal)
    if not stage.proven or stopped == "interrupted":
        return stage, [block]
    if answer.settled:
        return stage, [replace(block, groups=block.chosen or ())]
    return stage, strike_out(part, name, replace(block, stopped=""), options, deadline, verdict=answer.verdict)


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
    if block.whole or name != order[0] or block.chosen is not None or len(order) < 2 or rewards(part, name, block):
        return None
    costs = part.costs[name]
    larger = {unit for position in block.groups if len(part.groups[position]) > 1 for unit in part.groups[position]}
    hopeful = tuple(
        position for position in block.groups if costs[position] == 0 or not larger.intersection(part.groups[position])
    )
    tried = replace(block, groups=hopeful)
    until = deadline if math.isinf(deadline) else time.monotonic() + (deadline - time.monotonic()) / 2
    answer = minimise(part, order[1], tried, options, until, on_wait)
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


def sum_stages(name: str, parts: Sequence[Stage]) -> Stage:
    """Add up what is known of a stage in several parts of the town."""
    bounds = [stage.bound for stage in parts]
    return Stage(
        name=name,
        value=sum(stage.value for stage in parts),
        bound=None if None in bounds else sum(bound for bound in bounds if bound is not None),
        proven=all(stage.proven for stage in parts),
    )
