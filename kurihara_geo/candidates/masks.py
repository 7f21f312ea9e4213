"""Sets of units as bit masks: unit i is in the set if bit i is 1."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["border_of", "is_connected", "mask_of", "parts_of", "stays_connected", "union_of", "units_of"]


def units_of(mask: int) -> tuple[int, ...]:
    """List the units of a set, lowest first."""
    units = []
    while mask:
        lowest = mask & -mask
        units.append(lowest.bit_length() - 1)
        mask ^= lowest
    return tuple(units)


def mask_of(units: Sequence[int]) -> int:
    """Give the set of some units."""
    mask = 0
    for unit in units:
        mask |= 1 << unit
    return mask


def union_of(masks: Iterable[int]) -> int:
    """Give the units that are in any of some sets."""
    union = 0
    for mask in masks:
        union |= mask
    return union


def border_of(mask: int, adjacency: Sequence[int]) -> int:
    """Give the units outside a set that touch it."""
    touched, rest = 0, mask
    while rest:
        lowest = rest & -rest
        touched |= adjacency[lowest.bit_length() - 1]
        rest ^= lowest
    return touched & ~mask


def is_connected(mask: int, adjacency: Sequence[int]) -> bool:
    """Whether one can walk between any two units of a set without leaving it."""
    return _flood(mask & -mask, mask, adjacency) == mask


def parts_of(mask: int, adjacency: Sequence[int]) -> list[int]:
    """Split a set into its connected parts, that of the lowest unit first."""
    parts = []
    while mask:
        part = _flood(mask & -mask, mask, adjacency)
        parts.append(part)
        mask ^= part
    return parts


def stays_connected(rest: int, gone: int, adjacency: Sequence[int]) -> bool:
    """Whether a connected set stays connected, and does not vanish, when the unit ``gone`` leaves it as ``rest``.

    Only the neighbours of the unit that left have to find each other, which is far less than flooding the whole set.
    """
    wanted = adjacency[gone] & rest
    if wanted & (wanted - 1) == 0:
        return wanted != 0
    reached = frontier = wanted & -wanted
    while frontier:
        lowest = frontier & -frontier
        fresh = adjacency[lowest.bit_length() - 1] & rest & ~reached
        reached |= fresh
        if not wanted & ~reached:
            return True
        frontier = (frontier ^ lowest) | fresh
    return False


def _flood(start: int, mask: int, adjacency: Sequence[int]) -> int:
    reached = frontier = start
    while frontier:
        lowest = frontier & -frontier
        fresh = adjacency[lowest.bit_length() - 1] & mask & ~reached
        reached |= fresh
        frontier = (frontier ^ lowest) | fresh
    return reached
