"""Plans that are not the optimum but near it: which groups they can use, how many there are, which come next.

A plan is *near-best* in a part of the town if it is as good as the plan at hand in some stages, in order, and at most a
stated slack worse in the last of them. Exact reduced costs strike out the groups that no such plan uses; what is left
falls apart into blocks whose covers are then looked at one by one.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from kurihara_geo.model.covers import _walk, best_covers, count_covers, lexicographic_keys
from kurihara_geo.model.solver import SolverOptions, run_relaxation
from kurihara_geo.model.stages import _SCALE, _WORTH_PRICING, Block, _build_model, _reduced_costs, _split

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kurihara_geo.model.partition import Partition

__all__ = ["NearBlock", "best_in_block", "count_in_block", "narrow", "pareto_covers"]

Point = tuple[int, int, tuple[int, ...]]


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
    time_limit_s: float = 60.0,
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
    options, time_limit_s
        For the linear relaxations; what is not narrowed in time stays whole.

    Notes
    -----
    As the plan is optimal in the stages before the last, every block costs at least there what the plan costs, so a
    near-best plan costs just that in every block; in the last stage a block may take all of the slack.
    """
    options, deadline = options or SolverOptions(), time.time() + time_limit_s
    blocks = [Block(units=tuple(range(part.unit_count)), groups=tuple(range(len(part.groups))), chosen=tuple(chosen))]
    for stage in stages:
        room = slack if stage == stages[-1] else 0
        blocks = [rest for block in blocks for rest in _strike(part, stage, block, room, options, deadline)]
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


def _strike(
    part: Partition, stage: str, block: Block, room: int, options: SolverOptions, deadline: float
) -> list[Block]:
    """Keep the groups whose reduced cost is within the stage's value plus the room; fixed stages keep their value."""
    value = part.value(stage, block.chosen or ())
    kept = replace(block, fixed=(*block.fixed, (stage, value)))
    if block.settled or len(block.groups) < _WORTH_PRICING:
        return [kept] if room or block.settled else _split(part, kept)
    problem, _ = _build_model(part, stage, block)
    prices, _ = run_relaxation(problem, options, time_limit_s=deadline - time.time())
    if prices is None:
        return [kept]
    reduced, base = _reduced_costs(part, stage, block, prices)
    most = (value + room) * _SCALE - base - sum(cost for cost in reduced if cost < 0)
    groups = tuple(group for group, cost in zip(block.groups, reduced, strict=True) if cost <= most)
    return _split(part, replace(kept, groups=groups))


def count_in_block(
    block: NearBlock, forced: int | None = None, *, max_states: int = 60_000, max_steps: int = 1_500_000
) -> dict[int, int] | None:
    """Count the near-best covers of a block by what they are worse by in the last limited stage.

    Parameters
    ----------
    block
        As :func:`narrow` gives it.
    forced
        Number of a group they must use.
    max_states, max_steps
        How much to look at before giving up.

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
        # In the first stage the plan is the best there is: no near-best cover is further above it than the slack.
        room = block.limits[stages[0]] - part.value(stages[0], block.chosen) if len(stages) == 1 else 0
        counted = count_covers(len(units), local, costs, slack=room, max_states=max_states, max_steps=max_steps)
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
    block: NearBlock, count: int, *, max_states: int = 60_000, max_steps: int = 1_500_000
) -> list[tuple[int, ...]] | None:
    """List the best covers of a block within its limits as numbers of groups, best first; None where too many.

    Parameters
    ----------
    block
        As :func:`narrow` gives it.
    count
        At most so many.
    max_states, max_steps
        How much to look at before giving up.
    """
    units, groups, local = block.local_groups()
    part = block.partition
    keys = lexicographic_keys([[costs[group] for group in groups] for costs in part.costs.values()])
    found = best_covers(len(units), local, keys, count, max_states=max_states, max_steps=max_steps)
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
    max_states: int = 60_000,
    max_steps: int = 1_500_000,
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
    max_states, max_steps
        How much to look at before giving up.

    Returns
    -------
    list of tuple or None
        First cost, second cost and numbers of the groups, the lowest first cost first; None where there are too many
        states.
    """

    def extend(value: tuple[int, list[Any]], group: int) -> tuple[int, list[Any]]:
        key, front = value
        a, b = points[group]
        return key + keys[group], [(x + a, y + b, (group, chain)) for x, y, chain in front]

    def join(old: tuple[int, list[Any]], new: tuple[int, list[Any]]) -> tuple[int, list[Any]]:
        if old[0] != new[0]:
            return min(old, new, key=lambda value: value[0])
        return old[0], undominated([*old[1], *new[1]])

    final = _walk(unit_count, groups, (0, [(0, 0, None)]), extend, join, max_states=max_states, max_steps=max_steps)
    if final is None:
        return None
    return [(a, b, tuple(sorted(_listed(chain)))) for a, b, chain in final[1]]


def undominated(points: list[Any]) -> list[Any]:
    """Keep the points, each two costs and more, that no other beats in both costs; the lowest first cost first."""
    kept: list[Any] = []
    for point in sorted(points, key=lambda point: point[:2]):
        if not kept or point[1] < kept[-1][1]:
            kept.append(point)
    return kept


def _listed(chain: Any) -> list[int]:
    found = []
    while chain is not None:
        number, chain = chain
        found.append(number)
    return found
