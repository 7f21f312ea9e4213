"""Plans that are not the optimum but near it: which groups they can use, how many there are, which come next.

A plan is *near-best* in a part of the town if it is as good as the plan at hand in some stages, in order, and at most a
stated slack worse in the last of them. Exact reduced costs strike out the groups that no such plan uses; what is left
falls apart into blocks whose covers are then looked at one by one.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from math import inf
from typing import TYPE_CHECKING, Any

from kurihara_geo.model.blocks import Block, split_block
from kurihara_geo.model.covers import (
    TooManyStatesError,
    best_covers,
    count_covers,
    lexicographic_keys,
    unchain,
    walk_covers,
)
from kurihara_geo.model.integer_program import build_model
from kurihara_geo.model.preemptive import rank_terms
from kurihara_geo.model.reduced_cost_fixing import WORTH_PRICING, reduced_costs
from kurihara_geo.model.relaxation import SCALE
from kurihara_geo.model.solver import SolverOptions, run_relaxation

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kurihara_geo.model.partition import Partition
    from kurihara_geo.model.preemptive import Rank

__all__ = ["NearBlock", "Point", "best_in_block", "count_in_block", "narrow", "pareto_covers", "undominated"]

Point = tuple[int, int, tuple[int, ...]]
"""Two costs, and the numbers of the groups."""

_LIMITS = {"max_states": 60_000, "max_steps": 1_500_000}


@dataclass(frozen=True)
class NearBlock:
    """Units that no near-best plan joins with others, and the groups such plans can use there.

    Parameters
    ----------
    partition
        Where the groups are priced.
    units
        Positions of its units.
    groups
        Numbers of its groups.
    chosen
        Numbers of the groups the plan uses.
    limits
        Stage -> most a near-best plan may cost here; the slack of the last stage is for all blocks of a part together.
    part_chosen
        Numbers of the groups the plan uses in the whole partition.
    """

    partition: Partition
    units: tuple[int, ...]
    groups: tuple[int, ...]
    chosen: tuple[int, ...]
    limits: Mapping[str, int]
    part_chosen: tuple[int, ...]

    def local_groups(self, left_out: Iterable[int] = ()) -> tuple[list[int], list[int], list[list[int]]]:
        """Give units, groups and the groups' positions among the units, without certain units."""
        gone = set(left_out)
        units = [unit for unit in self.units if unit not in gone]
        place = {unit: number for number, unit in enumerate(units)}
        groups = [group for group in self.groups if gone.isdisjoint(self.partition.groups[group])]
        return units, groups, [[place[unit] for unit in self.partition.groups[group]] for group in groups]

    def excess(self, chosen: Iterable[int]) -> dict[str, int]:
        """Say by how much some groups are worse than the plan, stage by stage."""
        picked = list(chosen)
        return {
            stage: self.partition.value(stage, picked) - self.partition.value(stage, self.chosen)
            for stage in self.partition.costs
        }


def narrow(
    part: Partition,
    chosen: Sequence[int],
    stages: Sequence[str],
    slack: int,
    *,
    options: SolverOptions | None = None,
    deadline: float = inf,
) -> list[NearBlock]:
    """Strike out the groups that no near-best plan uses, and split what is left.

    Parameters
    ----------
    part
        Units and priced groups of a part of the town, every group near-best plans could use among them.
    chosen
        The plan's groups; optimal in ``stages``, in order.
    stages
        Stages in which a near-best plan is as good.
    slack
        How much worse it may be in the last of them.
    options, deadline
        For the linear relaxations; what is not narrowed in time, in the seconds of :func:`time.monotonic`, stays whole.

    Raises
    ------
    KeyboardInterrupt
        If somebody interrupted the solver.
    RulesError
        If a stage adds up to more than a solver counts exactly.

    Notes
    -----
    As the plan is optimal in the stages before the last, every block costs at least there what the plan costs, so a
    near-best plan costs just that in every block; in the last stage a block may take all of the slack.
    """
    options = options or SolverOptions()
    blocks = [Block(units=tuple(range(part.unit_count)), groups=tuple(range(len(part.groups))), chosen=tuple(chosen))]
    ranked, ranks = rank_terms(part)
    for stage, room in _rooms(ranked, ranks, chosen, stages, slack):
        blocks = [rest for block in blocks for rest in _strike(ranked, stage, block, room, options, deadline)]
    return [
        NearBlock(
            part,
            block.units,
            block.groups,
            block.chosen or (),
            {stage: part.value(stage, block.chosen or ()) + (slack if stage == stages[-1] else 0) for stage in stages},
            tuple(chosen),
        )
        for block in blocks
    ]


def _rooms(
    ranked: Partition, ranks: Mapping[str, Rank], chosen: Sequence[int], stages: Sequence[str], slack: int
) -> list[tuple[str, int]]:
    """Say how much worse near-best plans may be in each stage that is minimised, as far as the slack bounds them there.

    A stage worth D A + B with a slack of s leaves A a room of (s + B - least B) / D, rounded down, and B none of its
    own; without a slack every rank is as good.
    """
    rooms: list[tuple[str, int]] = []
    for stage in stages:
        names = [name for name in ranked.costs if name == stage or (name in ranks and ranks[name].stage == stage)]
        if stage != stages[-1] or not slack or names == [stage]:
            rooms += [(name, slack if stage == stages[-1] else 0) for name in names]
            continue
        first, *lighter = names
        spread = sum(ranks[name].step * (ranked.value(name, chosen) - ranks[name].least) for name in lighter)
        rooms.append((first, (slack + spread) // ranks[first].step))
    return rooms


def _strike(
    part: Partition, stage: str, block: Block, room: int, options: SolverOptions, deadline: float
) -> list[Block]:
    """Keep the groups whose reduced cost is within the stage's value plus the room; fixed stages keep their value."""
    value = part.value(stage, block.chosen or ())
    kept = replace(block, fixed=(*block.fixed, (stage, value)))
    if block.settled or len(block.groups) < WORTH_PRICING:
        return [kept] if room or block.settled else split_block(part, kept)
    problem, _ = build_model(part, stage, block)
    prices, interrupted = run_relaxation(problem, options, time_limit_s=deadline - time.monotonic())
    if interrupted:
        raise KeyboardInterrupt
    if prices is None:
        return [kept]
    reduced, base = reduced_costs(part, stage, block, prices)
    most = (value + room) * SCALE - base - sum(cost for cost in reduced if cost < 0)
    groups = tuple(group for group, cost in zip(block.groups, reduced, strict=True) if cost <= most)
    return split_block(part, replace(kept, groups=groups))


def count_in_block(
    block: NearBlock, forced: int | None = None, *, deadline: float = inf, **limits: int
) -> dict[int, int] | None:
    """Count the near-best covers of a block by what they are worse by in the last limited stage.

    Parameters
    ----------
    block
        As :func:`narrow` gives it.
    forced
        Number of a group they must use.
    deadline
        When to give up, in the seconds of :func:`time.monotonic`.
    **limits
        ``max_states`` and ``max_steps``: how much to look at before giving up.

    Returns
    -------
    dict or None
        Excess in the last stage -> number of covers; None where there are too many states.
    """
    part, stages = block.partition, list(block.limits)
    own = {stage: 0 if forced is None else part.costs[stage][forced] for stage in stages}
    units, groups, local = block.local_groups(() if forced is None else part.groups[forced])
    if not units:
        counted: dict[tuple[int, ...], int] | None = {(0,) * len(stages): 1}
    else:
        costs = [tuple(part.costs[stage][group] for stage in stages) for group in groups]
        # The plan is the best there is: in the last stage no near-best cover is further above the least than the slack.
        room = block.limits[stages[-1]] - part.value(stages[-1], block.chosen)
        counted = count_covers(len(units), local, costs, slack=room, deadline=deadline, **(_LIMITS | limits))
    if counted is None:
        return None
    base = part.value(stages[-1], block.chosen)
    found: dict[int, int] = {}
    for cost, number in counted.items():
        total = [value + own[stage] for stage, value in zip(stages, cost, strict=True)]
        if all(value <= block.limits[stage] for stage, value in zip(stages, total, strict=True)):
            found[total[-1] - base] = found.get(total[-1] - base, 0) + number
    return found


def best_in_block(
    block: NearBlock, count: int, *, deadline: float = inf, **limits: int
) -> list[tuple[int, ...]] | None:
    """List the best covers of a block within its limits as numbers of groups, best first; None where too many.

    Parameters
    ----------
    block
        As :func:`narrow` gives it.
    count
        At most so many.
    deadline, **limits
        As for :func:`count_in_block`.
    """
    units, groups, local = block.local_groups()
    part = block.partition
    keys = lexicographic_keys([[costs[group] for group in groups] for costs in part.costs.values()])
    found = best_covers(len(units), local, keys, count, deadline=deadline, **(_LIMITS | limits))
    if found is None:
        return None
    covers = [tuple(groups[number] for number in cover.groups) for cover in found]
    return [cover for cover in covers if all(part.value(stage, cover) <= most for stage, most in block.limits.items())]


def pareto_covers(
    unit_count: int,
    groups: Sequence[Sequence[int]],
    keys: Sequence[int],
    points: Sequence[tuple[int, int]],
    *,
    deadline: float = inf,
    **limits: int,
) -> list[Point] | None:
    """List the covers that no other cover beats in two costs at once, among those with the lowest key.

    Parameters
    ----------
    unit_count, groups
        As for :func:`kurihara_geo.model.covers.best_cover`.
    keys
        What each group costs in the stages that come first.
    points
        The two costs of each group.
    deadline, **limits
        As for :func:`count_in_block`; each point of a curve carried along counts as a state.

    Returns
    -------
    list of tuple or None
        First cost, second cost and numbers of the groups, the lowest first cost first, none where there is no cover;
        None where the limits are passed.
    """

    def extend(value: tuple[int, list[Any]], group: int) -> tuple[int, list[Any]]:
        key, front = value
        a, b = points[group]
        return key + keys[group], [(x + a, y + b, (group, chain)) for x, y, chain in front]

    def join(old: tuple[int, list[Any]], new: tuple[int, list[Any]]) -> tuple[int, list[Any]]:
        if old[0] != new[0]:
            return min(old, new, key=lambda value: value[0])
        return old[0], undominated([*old[1], *new[1]])

    start: tuple[int, list[Any]] = (0, [(0, 0, None)])
    try:
        final = walk_covers(
            unit_count,
            groups,
            start,
            extend,
            join,
            size=lambda value: len(value[1]),
            deadline=deadline,
            **(_LIMITS | limits),
        )
    except TooManyStatesError:
        return None
    return [] if final is None else [(a, b, tuple(sorted(unchain(chain)))) for a, b, chain in final[1]]


def undominated(points: list[Any]) -> list[Any]:
    """Keep the points, each two costs and more, that no other beats in both costs; the lowest first cost first."""
    kept: list[Any] = []
    for point in sorted(points, key=lambda point: point[:2]):
        if not kept or point[1] < kept[-1][1]:
            kept.append(point)
    return kept
