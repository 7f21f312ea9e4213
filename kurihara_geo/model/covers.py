"""Exact covers of a few units by groups, looked at one by one: the best, the best few, and how many there are.

Units are covered in order, always the lowest one that is not yet in a group. What was chosen before matters only
through the units it covers beyond that one, so plans that cover the same units are compared and only the best kept.
With near units in near positions few units lie beyond the lowest open one, and there are few such states.
"""

from __future__ import annotations

from dataclasses import dataclass
from heapq import merge
from itertools import islice
from math import inf
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

__all__ = ["Cover", "best_cover", "best_covers", "count_covers", "lexicographic_keys"]

MAX_STATES, MAX_STEPS = 20_000, 400_000

_Value = TypeVar("_Value")


@dataclass(frozen=True)
class Cover:
    """Groups that cover every unit once.

    Parameters
    ----------
    key
        What it costs, as :func:`lexicographic_keys` gives it; lower is better.
    groups
        Numbers of its groups.
    """

    key: int
    groups: tuple[int, ...]


def lexicographic_keys(costs: Sequence[Sequence[int]]) -> list[int]:
    """Fold the costs of each group in every stage into one whole number whose sums compare as the stages do, in order.

    Parameters
    ----------
    costs
        For each stage the cost of each group.

    Notes
    -----
    Stage k counts B_k for each unit of cost, with B of the last stage 1 and every other B_k more than twice what the
    later stages could sum up to: sum over j > k of B_j x sum over groups of abs(cost). Whole numbers in Python are
    exact.
    """
    keys = [0] * len(costs[0]) if costs else []
    weight, most = 1, 0
    for stage in reversed(costs):
        keys = [key + weight * cost for key, cost in zip(keys, stage, strict=True)]
        most += weight * sum(abs(cost) for cost in stage)
        weight = 2 * most + 1
    return keys


def best_cover(
    unit_count: int,
    groups: Sequence[Sequence[int]],
    keys: Sequence[int],
    *,
    weights: Sequence[int] | None = None,
    most_weight: float = inf,
    **limits: int,
) -> Cover | None:
    """Find the cover with the lowest key.

    Parameters
    ----------
    unit_count
        Units are the positions 0 to ``unit_count`` - 1.
    groups
        Positions in each group, sorted.
    keys
        What each group costs.
    weights, most_weight
        Covers whose weights, 0 or more, sum up to more than ``most_weight`` are left out. Of those that cover the same
        units and have the lowest key, none may be left out for its weight where another is not.
    **limits
        ``max_states`` and ``max_steps``: how much to look at before giving up.

    Returns
    -------
    Cover or None
        None where there are more states than the limits, or no cover at all.
    """
    if weights is None:
        found = best_covers(unit_count, groups, keys, 1, **limits)
        return found[0] if found else None

    def extend(way: tuple[int, int, Any], group: int) -> tuple[int, int, Any] | None:
        weight = way[1] + weights[group]
        return None if weight > most_weight else (way[0] + keys[group], weight, (group, way[2]))

    def better(old: tuple[int, int, Any], new: tuple[int, int, Any]) -> tuple[int, int, Any]:
        return new if new[0] < old[0] else old

    final = _walk(unit_count, groups, (0, 0, None), extend, better, **limits)
    return None if final is None else Cover(final[0], tuple(sorted(_unchain(final[2]))))


def best_covers(
    unit_count: int, groups: Sequence[Sequence[int]], keys: Sequence[int], count: int, **limits: int
) -> list[Cover] | None:
    """Find the covers with the lowest keys, best first; parameters as for :func:`best_cover`.

    Returns
    -------
    list of Cover or None
        At most ``count``; None where there are more states than the limits.
    """

    def extend(ways: list[tuple[int, Any]], group: int) -> list[tuple[int, Any]]:
        return [(key + keys[group], (group, chain)) for key, chain in ways]

    def better(old: list[tuple[int, Any]], new: list[tuple[int, Any]]) -> list[tuple[int, Any]]:
        if count == 1:
            return new if new[0][0] < old[0][0] else old
        return list(islice(merge(old, new, key=lambda way: way[0]), count))

    final = _walk(unit_count, groups, [(0, None)], extend, better, **limits)
    if final is None:
        return None
    return [Cover(key, tuple(sorted(_unchain(chain)))) for key, chain in final]


def count_covers(
    unit_count: int, groups: Sequence[Sequence[int]], costs: Sequence[tuple[int, ...]], slack: int = 0, **limits: int
) -> dict[tuple[int, ...], int] | None:
    """Count the covers by what they cost in a few stages.

    Parameters
    ----------
    unit_count, groups, **limits
        As for :func:`best_cover`.
    costs
        The cost of each group in those stages.
    slack
        Covers whose first stage is more than this above the least are left out.

    Returns
    -------
    dict or None
        Costs in the stages -> number of covers; None where there are more states than the limits.
    """

    def extend(ways: dict[tuple[int, ...], int], group: int) -> dict[tuple[int, ...], int]:
        own = costs[group]
        return {tuple(a + b for a, b in zip(cost, own, strict=True)): ways[cost] for cost in ways}

    def joined(old: dict[tuple[int, ...], int], new: dict[tuple[int, ...], int]) -> dict[tuple[int, ...], int]:
        total = dict(old)
        for cost, number in new.items():
            total[cost] = total.get(cost, 0) + number
        # Whatever follows is the same for all of them, so what is behind here stays behind.
        least = min(cost[0] for cost in total)
        return {cost: number for cost, number in total.items() if cost[0] <= least + slack}

    width = len(costs[0]) if costs else 0
    start = {(0,) * width: 1}
    final = _walk(unit_count, groups, start, extend, joined, **limits)
    return {} if final is None and not groups else final


def _walk(
    unit_count: int,
    groups: Sequence[Sequence[int]],
    start: _Value,
    extend: Callable[[_Value, int], _Value | None],
    join: Callable[[_Value, _Value], _Value],
    *,
    max_states: int = MAX_STATES,
    max_steps: int = MAX_STEPS,
) -> _Value | None:
    """Carry a value along every way to cover the units; None where the limits are passed or no cover exists.

    Where ``extend`` gives None, that way is not followed.
    """
    beginning: list[list[tuple[int, int]]] = [[] for _ in range(unit_count)]
    for number, group in enumerate(groups):
        lowest = group[0]
        beginning[lowest].append((sum(1 << position - lowest for position in group), number))
    # At each position, the units covered from there on (bit 0 is the position itself) -> the value so far.
    waiting: list[dict[int, _Value]] = [{} for _ in range(unit_count + 1)]
    waiting[0][0] = start
    states = steps = 0
    for position in range(unit_count):
        here, waiting[position] = waiting[position], {}
        states += len(here)
        steps += len(here) * len(beginning[position])
        if states > max_states or steps > max_steps:
            return None
        for covered, value in here.items():
            for mask, number in beginning[position]:
                if covered & mask:
                    continue
                grown = extend(value, number)
                if grown is None:
                    continue
                after = covered | mask
                ahead = (~after & (after + 1)).bit_length() - 1
                rest = after >> ahead
                target = waiting[position + ahead]
                target[rest] = join(target[rest], grown) if rest in target else grown
    return waiting[unit_count].get(0)


def _unchain(chain: Any) -> Iterator[int]:
    while chain is not None:
        group, chain = chain
        yield group
