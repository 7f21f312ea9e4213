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
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

__all__ = [
    "Cover",
    "TooManyStatesError",
    "best_cover",
    "best_covers",
    "count_covers",
    "groups_by_lowest",
    "lexicographic_keys",
    "unchain",
    "walk_covers",
]

MAX_STATES, MAX_STEPS = 20_000, 400_000

_Counted = tuple[tuple[int, ...], int, dict[int, int]]
"""Least costs in all stages but the last; the least in the last; and how many ways there are with each cost in it."""

_Value = TypeVar("_Value")


class TooManyStatesError(Exception):
    """There is more to look at than the limits allow."""


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
    **limits: Any,
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
        ``max_states`` and ``max_steps``: how much to look at before giving up; ``deadline``: when, in the seconds of
        :func:`time.monotonic`.

    Returns
    -------
    Cover or None
        None where there is no cover, and where the limits are passed: whoever must tell them apart asks
        :func:`best_covers` for one.
    """
    if weights is None:
        found = best_covers(unit_count, groups, keys, 1, **limits)
        return found[0] if found else None

    def extend(way: tuple[int, int, Any], group: int) -> tuple[int, int, Any] | None:
        weight = way[1] + weights[group]
        return None if weight > most_weight else (way[0] + keys[group], weight, (group, way[2]))

    def better(old: tuple[int, int, Any], new: tuple[int, int, Any]) -> tuple[int, int, Any]:
        return new if new[0] < old[0] else old

    try:
        final = walk_covers(unit_count, groups, (0, 0, None), extend, better, **limits)
    except TooManyStatesError:
        return None
    return None if final is None else Cover(final[0], tuple(sorted(unchain(final[2]))))


def best_covers(
    unit_count: int, groups: Sequence[Sequence[int]], keys: Sequence[int], count: int, **limits: Any
) -> list[Cover] | None:
    """Find the covers with the lowest keys, best first; parameters as for :func:`best_cover`.

    Returns
    -------
    list of Cover or None
        At most ``count``, none where there is no cover; None where the limits are passed.
    """

    def extend(ways: list[tuple[int, Any]], group: int) -> list[tuple[int, Any]]:
        return [(key + keys[group], (group, chain)) for key, chain in ways]

    def better(old: list[tuple[int, Any]], new: list[tuple[int, Any]]) -> list[tuple[int, Any]]:
        if count == 1:
            return new if new[0][0] < old[0][0] else old
        return list(islice(merge(old, new, key=lambda way: way[0]), count))

    try:
        final = walk_covers(unit_count, groups, [(0, None)], extend, better, **limits)
    except TooManyStatesError:
        return None
    return [Cover(key, tuple(sorted(unchain(chain)))) for key, chain in final or ()]


def count_covers(
    unit_count: int,
    groups: Sequence[Sequence[int]],
    costs: Sequence[tuple[int, ...]],
    slack: float = inf,
    **limits: Any,
) -> dict[tuple[int, ...], int] | None:
    """Count the covers that cost least in all stages but the last, in order, by what they cost.

    Parameters
    ----------
    unit_count, groups, **limits
        As for :func:`best_cover`; each different cost carried along counts as a state.
    costs
        The cost of each group in a few stages.
    slack
        Covers whose last stage is more than this above the least are left out.

    Returns
    -------
    dict or None
        Costs in the stages -> number of covers, empty where there is no cover; None where the limits are passed.
    """
    if not costs:
        return {} if unit_count else {(): 1}
    before, last = [cost[:-1] for cost in costs], [cost[-1] for cost in costs]

    def extend(way: _Counted, group: int) -> _Counted:
        held, least, counted = way
        more = last[group]
        grown = {cost + more: number for cost, number in counted.items()}
        return tuple(a + b for a, b in zip(held, before[group], strict=True)), least + more, grown

    def join(old: _Counted, new: _Counted) -> _Counted:
        # Whatever follows is the same for all of them, so what is behind here stays behind.
        if old[0] != new[0]:
            return min(old, new, key=lambda way: way[0])
        into, other = (old[2], new[2]) if len(old[2]) >= len(new[2]) else (new[2], old[2])
        for cost, number in other.items():
            into[cost] = into.get(cost, 0) + number
        least = min(old[1], new[1])
        if max(into) > least + slack:
            into = {cost: number for cost, number in into.items() if cost <= least + slack}
        return old[0], least, into

    start: _Counted = ((0,) * len(before[0]), 0, {0: 1})
    try:
        final = walk_covers(unit_count, groups, start, extend, join, size=lambda way: len(way[2]), **limits)
    except TooManyStatesError:
        return None
    return {} if final is None else {(*final[0], cost): number for cost, number in final[2].items()}


def walk_covers(
    unit_count: int,
    groups: Sequence[Sequence[int]],
    start: _Value,
    extend: Callable[[_Value, int], _Value | None],
    join: Callable[[_Value, _Value], _Value],
    *,
    size: Callable[[_Value], int] | None = None,
    max_states: float = MAX_STATES,
    max_steps: float = MAX_STEPS,
    deadline: float = inf,
) -> _Value | None:
    """Carry a value along every way to cover the units.

    Parameters
    ----------
    unit_count, groups
        Units are the positions 0 to ``unit_count`` - 1; the positions in each group, sorted.
    start
        The value with nothing covered.
    extend
        Gives the value after one more group, a new one; where it gives None, that way is not followed.
    join
        Makes one value of two that cover the same units; it may change them.
    size
        How many states a value counts for. None: one.
    max_states, max_steps, deadline
        How much to look at before giving up, and when, in the seconds of :func:`time.monotonic`.

    Returns
    -------
    The value with everything covered; None where there is no cover.

    Raises
    ------
    TooManyStatesError
        If the limits are passed.
    """
    beginning = groups_by_lowest(unit_count, groups)
    # At each position, the units covered from there on (bit 0 is the position itself) -> the value so far.
    waiting: list[dict[int, _Value]] = [{} for _ in range(unit_count + 1)]
    waiting[0][0] = start
    states = steps = 0
    for position in range(unit_count):
        here, waiting[position] = waiting[position], {}
        entries = len(here) if size is None else sum(size(value) for value in here.values())
        states += entries
        steps += entries * len(beginning[position])
        if states > max_states:
            raise TooManyStatesError
        for covered, value in here.items():
            if steps > max_steps or (deadline < inf and monotonic() > deadline):
                raise TooManyStatesError
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
                if rest not in target:
                    target[rest] = grown
                    continue
                target[rest] = join(target[rest], grown)
                if size is not None:
                    steps += size(target[rest]) - 1
    return waiting[unit_count].get(0)


def groups_by_lowest(unit_count: int, groups: Sequence[Sequence[int]]) -> list[list[tuple[int, int]]]:
    """Give for each unit the groups whose lowest one it is: their units as bits, from that one on, and their number."""
    beginning: list[list[tuple[int, int]]] = [[] for _ in range(unit_count)]
    for number, group in enumerate(groups):
        lowest = group[0]
        beginning[lowest].append((sum(1 << position - lowest for position in group), number))
    return beginning


def unchain(chain: Any) -> Iterator[Any]:
    """Yield the items of a chain, which is an item and the chain before it, or None; the last item first."""
    while chain is not None:
        item, chain = chain
        yield item
