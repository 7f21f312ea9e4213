"""A choice to begin from: groups of a plan at hand, and good ones around those that are not possible any more."""

from __future__ import annotations

from collections import Counter
from time import monotonic
from typing import TYPE_CHECKING

from kurihara_geo.model.blocks import Block
from kurihara_geo.model.bounds import cheap_bound, whole_bound
from kurihara_geo.model.partition import Partition
from kurihara_geo.model.stages import solve_partition

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from collections.abc import Set as AbstractSet

    from kurihara_geo.model.solver import SolverOptions

__all__ = ["begin_from"]

# Units that are planned anew around what the plan cannot keep, more and more of them.
_AROUND = (24, 36)


def begin_from(
    part: Partition, groups: Iterable[Sequence[str]], options: SolverOptions, deadline: float
) -> tuple[int, ...]:
    """Keep the groups that are possible and choose anew around the others.

    Parameters
    ----------
    part
        Units and priced groups.
    groups
        Association ids of each group of the plan at hand, sorted; those of other parts of the town do not matter.
    options, deadline
        As for :func:`kurihara_geo.model.stages.solve_partition`.

    Returns
    -------
    tuple of int
        Positions of groups that cover every unit once. Nothing says that it is the best choice.
    """
    numbers = {members: position for position, members in enumerate(part.members)}
    kept = [position for ids in groups if (position := numbers.get(tuple(ids))) is not None]
    open_units = set(range(part.unit_count)).difference(*(part.groups[position] for position in kept))
    if not open_units:
        return tuple(sorted(kept))
    chosen = sorted([*kept, *open_units])  # the single units come first: the number of each is its own
    for most in _AROUND:
        if monotonic() >= deadline:
            break
        chosen = _choose_around(part, chosen, open_units, most, options, deadline)
        if _is_enough(part, chosen):
            break
    return tuple(chosen)


def _is_enough(part: Partition, chosen: Sequence[int]) -> bool:
    """Whether a choice costs no more in the first stage than any must."""
    stage = next(iter(part.costs))
    everything = Block(units=tuple(range(part.unit_count)), groups=tuple(range(len(part.groups))))
    return part.value(stage, chosen) <= whole_bound(cheap_bound(part, stage, everything))


def _choose_around(
    part: Partition,
    chosen: Sequence[int],
    open_units: AbstractSet[int],
    most: int,
    options: SolverOptions,
    deadline: float,
) -> list[int]:
    """Choose the best for so many units around those that are open, and keep the other groups."""
    area = _area_around(part, chosen, open_units, most)
    inside = [position for position, group in enumerate(part.groups) if area.issuperset(group)]
    begun = {position for position in chosen if area.issuperset(part.groups[position])}
    start = [number for number, position in enumerate(inside) if position in begun]
    begin = None if most == _AROUND[0] else start
    again = solve_partition(_only(part, sorted(area), inside), options, deadline, start=begin).chosen
    return sorted([*(position for position in chosen if position not in begun), *(inside[number] for number in again)])


def _only(part: Partition, units: Sequence[int], groups: Sequence[int]) -> Partition:
    """Give some units with some groups of theirs; the single units still come first."""
    place = {unit: number for number, unit in enumerate(units)}
    return Partition(
        unit_count=len(units),
        groups=tuple(tuple([place[unit] for unit in part.groups[position]]) for position in groups),
        members=tuple(part.members[position] for position in groups),
        costs={stage: tuple(costs[position] for position in groups) for stage, costs in part.costs.items()},
        terms={
            stage: {term: tuple(costs[position] for position in groups) for term, costs in named.items()}
            for stage, named in part.terms.items()
        },
    )


def _area_around(part: Partition, chosen: Sequence[int], open_units: AbstractSet[int], most: int) -> set[int]:
    """Take the open units and those of whole groups chosen, the ones that most groups join to the open units first."""
    joined: Counter[int] = Counter()
    for group in part.groups:
        if not open_units.isdisjoint(group):
            joined.update(group)
    area = set(open_units)
    for position in sorted(chosen, key=lambda position: -max(joined[unit] for unit in part.groups[position])):
        group = part.groups[position]
        if any(joined[unit] for unit in group) and len(area.union(group)) <= most:
            area.update(group)
    return area
