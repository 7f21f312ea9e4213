"""Which stretches of a border a barrier runs along: near it, and going its way."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Pieces", "cut_into_pieces", "runs_along"]

_PIECE_M = 10.0
_SAME_WAY = math.cos(math.radians(45.0))
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Pieces:
    """Borders cut into short pieces: where each is, which way the border goes there, and whose it is."""

    points: NDArray[np.object_]
    directions: NDArray[np.float64]
    metres: NDArray[np.float64]
    row: NDArray[np.intp]
    total_m: NDArray[np.float64]

    def share_of(self, chosen: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Give the part of each border's length that the chosen pieces are."""
        part = np.bincount(self.row[chosen], weights=self.metres[chosen], minlength=len(self.total_m))
        return np.divide(part, self.total_m, out=np.zeros(len(self.total_m)), where=self.total_m > 0)


def cut_into_pieces(shapes: Any, window_m: float) -> Pieces:
    """Cut each line into equal pieces of at most ten metres; directions are taken so many metres to either side."""
    lines, owner = shapely.get_parts(shapes, return_index=True)
    metres = shapely.length(lines)
    count = np.ceil(metres / _PIECE_M).astype(np.intp)
    line = np.repeat(np.arange(len(lines)), count)
    number = np.arange(len(line)) - np.repeat(np.cumsum(count) - count, count)
    piece_m = metres[line] / count[line]
    at = (number + 0.5) * piece_m
    return Pieces(
        points=shapely.line_interpolate_point(lines[line], at),
        directions=_directions(lines[line], at, window_m),
        metres=piece_m,
        row=owner[line],
        total_m=np.bincount(owner, weights=metres, minlength=len(shapes)).astype(np.float64),
    )


def runs_along(pieces: Pieces, shape: Any, lines: NDArray[np.object_], distance_m: float) -> NDArray[np.bool_]:
    """Say of each piece whether a barrier is within the distance and goes the same way there.

    Parameters
    ----------
    pieces
        Borders cut into pieces.
    shape
        The barrier, lines or areas.
    lines
        What shows its direction: its lines, and the banks of its areas.
    distance_m
        How near, in metres, and how far to either side its direction is taken.
    """
    runs = np.zeros(len(pieces.points), dtype=bool)
    shapely.prepare(shape)
    near = np.flatnonzero(shapely.dwithin(shape, pieces.points, distance_m))
    if not len(near) or not len(lines):
        return runs
    tree, points = shapely.STRtree(lines), pieces.points[near]
    # In the middle of a wide river no bank is within the distance: there the nearest one shows the way.
    within, nearest = tree.query(points, predicate="dwithin", distance=distance_m), tree.query_nearest(points)
    place, line = np.concatenate([within, nearest], axis=1)
    at = shapely.line_locate_point(lines[line], points[place])
    cosines = np.abs((_directions(lines[line], at, distance_m) * pieces.directions[near[place]]).sum(axis=1))
    runs[near[place[cosines >= _SAME_WAY]]] = True
    return runs


def _directions(lines: Any, at: Any, window_m: float) -> NDArray[np.float64]:
    """Give which way lines go at some place, as unit vectors, from so many metres before it to as many after."""
    metres, closed = shapely.length(lines), shapely.is_closed(lines)
    # Half around a ring the way would lead back to where it began.
    reach = np.where(closed, np.minimum(window_m, metres / 4), window_m)
    before = np.where(closed, (at - reach) % metres, np.maximum(at - reach, 0.0))
    after = np.where(closed, (at + reach) % metres, np.minimum(at + reach, metres))
    start, end = (shapely.get_coordinates(shapely.line_interpolate_point(lines, place)) for place in (before, after))
    way = end - start
    return np.asarray(way / np.maximum(np.hypot(way[:, :1], way[:, 1:]), _ROUNDING), dtype=np.float64)
