"""What an outsider knows of a hidden number without any sum: statuses, ceilings, who is the largest.

Where he knows a relation between two hidden numbers, he is credited with more than that: with a threshold between
them. So the bounds hold whatever he can conclude, and each number has its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kurihara_geo.outputs.audience.network import MOST
from kurihara_geo.outputs.audience.sums import Members

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kurihara_geo.outputs.audience.sums import Sums
    from kurihara_geo.rules import MergeRules

__all__ = ["Bounds", "list_bounds"]

Bounds = tuple[int, int]
_Said = tuple[Members, int, int]


def list_bounds(sums: Sums, rules: MergeRules, *, limit: int, extremes: Iterable[str] = ()) -> dict[Members, Bounds]:
    """Give the least and the most of every number, were it hidden.

    Parameters
    ----------
    sums
        The numbers.
    rules
        Floors and ceilings, which are public.
    limit
        Counts below this are hidden.
    extremes
        ``smallest_group``, ``largest_group``: those of them that are shown.
    """
    bounds: dict[Members, Bounds] = dict.fromkeys(sums.households, (0, MOST))
    groups = sorted({members for members in sums.groups.values() if members}, key=min)
    said = [*_statuses(sums, rules, groups)]
    for name in extremes:
        said += _EXTREMES[name](sums, groups, limit)
    for group in groups:
        if len(group) > 1:
            said += _largest_member(sums, group, limit)
            said += [(group, 0, rules.max_households)] if rules.max_households is not None else []
    for number, least, most in said:
        known = bounds[number]
        bounds[number] = (max(known[0], least), min(known[1], most))
    return bounds


def _statuses(sums: Sums, rules: MergeRules, groups: list[Members]) -> Iterator[_Said]:
    """Small or not, left below the floor or not: each number lies on its side of the floor."""
    for number in [*groups, *(Members([name]) for group in groups for name in group)]:
        floor = min(rules.floor_of(name) for name in number)
        below = sums.households[number] < floor
        yield number, len(number), MOST
        yield (number, 0, floor - 1) if below else (number, floor, MOST)


def _largest_member(sums: Sums, group: Members, limit: int) -> Iterator[_Said]:
    """Credit him with who is the largest member: the group may be named after it, or meet there.

    Nothing can be done where all members are under the limit: any threshold between them would tell.
    """
    count = {name: sums.households[Members([name])] for name in group}
    largest, second = sorted(group, key=lambda name: (-count[name], name))[:2]
    if count[largest] < limit:
        return
    threshold = max(count[second], limit - 1)
    tied = count[largest] == threshold
    yield Members([largest]), threshold if tied else threshold + 1, MOST
    for name in group - {largest}:
        # Of two that are as large the lower id gives the name.
        yield Members([name]), 0, threshold - 1 if tied and name < largest else threshold


def _smallest(sums: Sums, groups: list[Members], limit: int) -> Iterator[_Said]:
    """Credit him with which group is the smallest, its size, and the size of the next one."""
    sizes = sorted({sums.households[group] for group in groups})
    if not sizes or sizes[0] < limit:
        return  # that the smallest is under the limit says no more than its own label
    for group in groups:
        is_one = sums.households[group] == sizes[0]
        yield group, sizes[0], sizes[min(1, len(sizes) - 1)] if is_one else MOST


def _largest(sums: Sums, groups: list[Members], _limit: int) -> Iterator[_Said]:
    """Credit him with which group is the largest, its size, and the size of the next one."""
    sizes = sorted({sums.households[group] for group in groups})
    for group in groups:
        is_one = sums.households[group] == sizes[-1]
        yield group, sizes[max(-2, -len(sizes))] if is_one else 0, sizes[-1]


_EXTREMES = {"smallest_group": _smallest, "largest_group": _largest}
