"""Cut an area that several associations share: a straight cut, each part on the side where its association lies.

The true border inside a shared small area is not known, so every cut is approximate. It has the right area, keeps
parts in one piece where a straight cut can, and keeps each part beside the rest of its association.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from shapely.affinity import rotate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapely.geometry.base import BaseGeometry

__all__ = ["divide_area"]

# Degrees by which the cut may turn away from the straight line between the associations, the nearest first.
_TURNS = (0, 15, -15, 30, -30, 45, -45, 60, -60, 75, -75, 90)
_HALVINGS = 60
_TOUCHES_M = 1e-6


def divide_area(area: BaseGeometry, shares: Sequence[float], homes: Sequence[BaseGeometry | None]) -> list[Any]:
    """Cut an area into parts of given shares of it.

    Parameters
    ----------
    area
        A polygon or several, in a plane CRS.
    shares
        Each part's share of the area; they add up to 1.
    homes
        Where the rest of each part's association lies, or None where it has nothing else.

    Returns
    -------
    list
        One polygon, or several, per share; together they are the area. Each part lies on the side of its home: cuts
        run across the line between the two homes farthest apart, or across the area's longer side where no home is
        known, and turn in steps of 15 degrees where that keeps parts whole.
    """
    if len(shares) == 1:
        return [area]
    anchors = [_anchor(area, home) for home in homes]
    direction = _direction(area, anchors)
    along = [math.cos(direction) * x + math.sin(direction) * y for x, y in anchors]
    order = sorted(range(len(shares)), key=lambda place: (round(along[place], 6), place))
    low, high = order[: len(order) // 2], order[len(order) // 2 :]
    low_share = sum(shares[place] for place in low)
    total = sum(shares)
    halves = _cut(area, low_share / total, direction, ([homes[p] for p in low], [homes[p] for p in high]))
    parts: list[Any] = [None] * len(shares)
    for places, half in zip((low, high), halves, strict=True):
        divided = divide_area(half, [shares[place] for place in places], [homes[place] for place in places])
        for place, part in zip(places, divided, strict=True):
            parts[place] = part
    return parts


def _anchor(area: BaseGeometry, home: BaseGeometry | None) -> tuple[float, float]:
    """Give the middle of the border with the home, else the home's centroid, else the middle of the area."""
    if home is None:
        middle = area.centroid
    else:
        border = shapely.intersection(area.boundary, shapely.buffer(home, _TOUCHES_M))
        middle = (home if border.is_empty else border).centroid
    return float(middle.x), float(middle.y)


def _direction(area: BaseGeometry, anchors: Sequence[tuple[float, float]]) -> float:
    """Give the direction between the two anchors farthest apart, or of the longer side of the area."""
    pairs = list(combinations(anchors, 2))
    a, b = max(pairs, key=lambda pair: round(math.dist(*pair), 6))
    if math.dist(a, b) > _TOUCHES_M:
        return math.atan2(b[1] - a[1], b[0] - a[0])
    box = shapely.get_coordinates(shapely.oriented_envelope(area))
    start, end = max(pairwise(box), key=lambda side: round(math.dist(*side), 6))
    return math.atan2(end[1] - start[1], end[0] - start[0])


@dataclass(frozen=True)
class _Halves:
    """The two sides of a cut, and what speaks against it; less is better."""

    faults: tuple[int, int]
    low: Any
    high: Any


def _cut(
    area: BaseGeometry,
    share: float,
    direction: float,
    homes: tuple[Sequence[BaseGeometry | None], Sequence[BaseGeometry | None]],
) -> tuple[Any, Any]:
    """Cut off a share of the area: in fewest pieces, then beside the homes, then with the least turn."""
    best: _Halves | None = None
    for turn in _TURNS:
        low, high = _sweep(area, share, direction + math.radians(turn))
        pieces = shapely.get_num_geometries(low) + shapely.get_num_geometries(high)
        apart = sum(
            1
            for half, sides in ((low, homes[0]), (high, homes[1]))
            for home in sides
            if home is not None and _touch(area, home) and not _touch(half, home)
        )
        faults = (int(pieces) - int(shapely.get_num_geometries(area)) - 1, apart)
        if best is None or faults < best.faults:
            best = _Halves(faults, low, high)
        if best.faults <= (0, 0):
            break
    assert best is not None  # noqa: S101 - there is at least one turn
    return best.low, best.high


def _touch(one: BaseGeometry, other: BaseGeometry) -> bool:
    return bool(shapely.dwithin(one, other, _TOUCHES_M))


def _sweep(area: BaseGeometry, share: float, direction: float) -> tuple[Any, Any]:
    """Move a line across the area until the share of it lies behind, and cut there."""
    middle = area.centroid
    flat = rotate(area, -direction, origin=middle, use_radians=True)
    west, south, east, north = flat.bounds
    low, high = west, east
    for _ in range(_HALVINGS):
        at = (low + high) / 2
        if shapely.intersection(flat, shapely.box(west - 1, south - 1, at, north + 1)).area < share * flat.area:
            low = at
        else:
            high = at
    at = (low + high) / 2
    line = rotate(shapely.LineString([(at, south - 1), (at, north + 1)]), direction, origin=middle, use_radians=True)
    return _split(area, line, math.cos(direction), math.sin(direction))


def _split(area: BaseGeometry, line: BaseGeometry, dx: float, dy: float) -> tuple[Any, Any]:
    """Split an area along a line; both sides have the very same vertices on it."""
    edges = shapely.get_parts(shapely.union(area.boundary, line))
    faces = shapely.get_parts(shapely.polygonize(edges))
    inside = shapely.point_on_surface(faces)
    mine = shapely.contains(area, inside)
    faces, spots = faces[mine], shapely.get_coordinates(inside[mine])
    limit = np.dot(shapely.get_coordinates(line)[0], (dx, dy))
    behind = spots @ np.array([dx, dy]) < limit
    return shapely.union_all(faces[behind]), shapely.union_all(faces[~behind])
