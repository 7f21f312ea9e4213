"""Better a plan step by step, whatever the order of the stages: move a unit, join two groups, split one.

Nothing is proven here. Every step is judged by the sums of all stages, first things first, so that it works for any
order and for weighted stages, too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kurihara_geo.candidates.masks import border_of, is_connected, units_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from random import Random

    from kurihara_geo.model.open_component import OpenComponent, Watch

__all__ = ["improve_plan"]

# Ways to split a group that are looked at.
_SPLITS = 2_000


def improve_plan(
    component: OpenComponent,
    groups: Sequence[int],
    offer: Callable[[Sequence[int]], bool],
    rng: Random,
    watch: Watch,
) -> None:
    """Take any step that makes a plan better until there is none.

    Parameters
    ----------
    component
        What the units are.
    groups
        A plan.
    offer
        Takes a better plan.
    rng
        Random numbers.
    watch
        When to stop.

    Raises
    ------
    OutOfTimeError
        If the time is up.
    """
    plan = list(groups)
    better = True
    while better:
        better = False
        order = list(plan)
        rng.shuffle(order)
        for group in order:
            watch.look()
            step = _find_step(component, plan, group) if group in plan else None
            if step is not None:
                gone, come = step
                plan = [other for other in plan if other not in gone] + list(come)
                offer(plan)
                better = True


def _find_step(
    component: OpenComponent, plan: Sequence[int], group: int
) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    """Give the first step at a group that lowers the costs: which groups go, and which come."""
    for gone, come in _steps(component, plan, group):
        if component.prices(come) < component.prices(gone) and all(component.is_group(mask) for mask in come):
            return gone, come
    return None


def _steps(
    component: OpenComponent, plan: Sequence[int], group: int
) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
    border = border_of(group, component.adjacency)
    for other in plan:
        if other == group or not other & border:
            continue
        yield (group, other), (group | other,)
        for unit in units_of(group & border_of(other, component.adjacency)):
            rest = group ^ (1 << unit)
            if rest:
                yield (group, other), (rest, other | 1 << unit)
    for part in _parts(component, group):
        yield (group,), (part, group ^ part)
    if group & (group - 1):
        yield (group,), tuple(1 << unit for unit in units_of(group))


def _parts(component: OpenComponent, group: int) -> Iterator[int]:
    """Give connected parts of a group whose rest is connected, too, each split once, as far as the limit allows."""
    start = group & -group
    seen, waiting = {start}, [start]
    while waiting and len(seen) < _SPLITS:
        part = waiting.pop()
        if part != group and is_connected(group ^ part, component.adjacency):
            yield part
        for unit in units_of(border_of(part, component.adjacency) & group):
            grown = part | 1 << unit
            if grown not in seen:
                seen.add(grown)
                waiting.append(grown)
