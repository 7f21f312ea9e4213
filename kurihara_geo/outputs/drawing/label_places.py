"""Where texts of a map go: inside their area where they fit, else beside it with a line; never over one another."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

__all__ = ["Block", "LabelPlaces", "Placed"]

# A line of text is a little higher than its size; the rest keeps texts apart.
LINE_HEIGHT = 1.14
_PAD_POINTS = 1.4
_GRID = 9
_TURNS, _RINGS, _RING_STEP = 32, 24, 0.75
_BATCH = 48

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Block:
    """Lines of text that stay together.

    Parameters
    ----------
    lines
        Text and size in points, from the top.
    """

    lines: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Placed:
    """A block and where it stands.

    Parameters
    ----------
    block
        The lines.
    x, y
        Middle of the block, in the map's units.
    leader
        Where the line to its area ends; None where the block is inside its area.
    """

    block: Block
    x: float
    y: float
    leader: tuple[float, float] | None = None


class LabelPlaces:
    """Gives texts their places, one after the other; what is placed stays.

    Parameters
    ----------
    frame
        The map's edges: west, south, east, north.
    unit
        Map units in one point (1/72 inch).
    width_of
        Text and size in points -> width in points.
    """

    def __init__(self, frame: Box, unit: float, width_of: Callable[[str, float], float]) -> None:
        self.frame, self.unit, self._width_of = frame, unit, width_of
        self._taken = np.empty((0, 4))
        self._soft = np.empty((0, 4))
        self._leaders: list[Any] = []

    def size_of(self, block: Block) -> tuple[float, float]:
        """Give width and height of a block in map units."""
        width = max(self._width_of(text, size) for text, size in block.lines)
        height = sum(size * LINE_HEIGHT for _, size in block.lines)
        return (width + 2 * _PAD_POINTS) * self.unit, (height + _PAD_POINTS) * self.unit

    def take(self, box: Box) -> None:
        """Keep a rectangle free of texts."""
        self._taken = np.vstack([self._taken, box])

    def is_taken(self, box: Box) -> bool:
        """Tell whether a rectangle overlaps what is placed."""
        return bool(_overlap(np.array([box]), self._taken)[0])

    def are_free(self, centres: Any, width: float, height: float) -> Any:
        """Tell of each place whether a rectangle around it is inside the frame and overlaps nothing."""
        return self._free(np.asarray(centres, dtype=float), width, height, softly=False)

    def avoid(self, points: Iterable[tuple[float, float]], points_wide: float) -> None:
        """Keep texts off small signs wherever there is another place."""
        half = points_wide * self.unit / 2
        boxes = [(x - half, y - half, x + half, y + half) for x, y in points]
        if boxes:
            self._soft = np.vstack([self._soft, boxes])

    def inside(self, area: Any, spot: tuple[float, float], blocks: Sequence[Block]) -> Placed | None:
        """Place the first block that fits wholly inside an area; None if none does.

        Parameters
        ----------
        area
            A polygon.
        spot
            Its best place, such as the centre of the largest circle inside.
        blocks
            From the one wanted most.
        """
        anchors, room = _anchors(area, spot)
        west, south, east, north = area.bounds
        for softly in (True, False):
            for block in blocks:
                width, height = self.size_of(block)
                if width > east - west or height > north - south:
                    continue
                near = anchors[room >= min(width, height) / 2]
                found = self._first(near, width, height, softly=softly, area=area)
                if found is not None:
                    return self._settle(block, found, width, height)
        return None

    def beside(self, spot: tuple[float, float], block: Block, *, clear: Any) -> Placed | None:
        """Place a block near a spot, with a line to it that crosses no text and no other line.

        Parameters
        ----------
        spot
            Where the line ends.
        block
            The lines.
        clear
            Points, an array of two columns, that the block must not cover.
        """
        width, height = self.size_of(block)
        turns = np.arange(_TURNS) * 2 * math.pi / _TURNS
        step = _RING_STEP * height
        reach = step * np.arange(1, _RINGS + 1)
        radius, turn = np.meshgrid(reach, turns, indexing="ij")
        x = spot[0] + (radius + width / 2 * np.abs(np.cos(turn))) * np.cos(turn)
        y = spot[1] + (radius + height / 2 * np.abs(np.sin(turn))) * np.sin(turn)
        centres = np.column_stack([x.ravel(), y.ravel()])
        free = self._free(centres, width, height, softly=True)
        free[free] = ~_covers(centres[free], width, height, clear)
        found = self._reachable(centres[free], width, height, spot)
        return None if found is None else self._settle(block, found, width, height, leader=spot)

    def anywhere(self, centres: Any, block: Block) -> Placed | None:
        """Place a block at the first of some places that is free; None if none is."""
        width, height = self.size_of(block)
        free = self._free(centres, width, height, softly=True)
        return self._settle(block, centres[free][0], width, height) if free.any() else None

    def _first(self, centres: Any, width: float, height: float, *, softly: bool, area: Any) -> Any:
        if not len(centres):
            return None
        free = self._free(centres, width, height, softly=softly)
        for centre in centres[free]:
            if area.covers(shapely.box(*_around(centre, width, height))):
                return centre
        return None

    def _free(self, centres: Any, width: float, height: float, *, softly: bool) -> Any:
        half = np.array([width, height]) / 2
        boxes = np.column_stack([centres - half, centres + half])
        west, south, east, north = self.frame
        inside = (boxes[:, 0] >= west) & (boxes[:, 1] >= south) & (boxes[:, 2] <= east) & (boxes[:, 3] <= north)
        taken = np.vstack([self._taken, self._soft]) if softly else self._taken
        return inside & ~_overlap(boxes, taken)

    def _reachable(self, centres: Any, width: float, height: float, spot: tuple[float, float]) -> Any:
        """Give the first place a line leads to that crosses no text and no other line, and keep the line."""
        taken: Any = shapely.box(self._taken[:, 0], self._taken[:, 1], self._taken[:, 2], self._taken[:, 3])
        tree = shapely.STRtree([*taken, *self._leaders])
        for start in range(0, len(centres), _BATCH):
            some = centres[start : start + _BATCH]
            ends = _edges_towards(some, width, height, np.array(spot))
            lines: Any = shapely.linestrings(np.stack([np.broadcast_to(spot, ends.shape), ends], axis=1))
            hit = tree.query(lines, predicate="intersects")[0]
            clear = np.setdiff1d(np.arange(len(some)), hit)
            if len(clear):
                self._leaders.append(lines[clear[0]])
                return some[clear[0]]
        return None

    def _settle(
        self, block: Block, centre: Any, width: float, height: float, leader: tuple[float, float] | None = None
    ) -> Placed:
        self.take(_around(centre, width, height))
        return Placed(block, float(centre[0]), float(centre[1]), leader)


def _anchors(area: Any, spot: tuple[float, float]) -> tuple[Any, Any]:
    """Give places inside an area, the best one first, and how far each is from the area's edge."""
    shapely.prepare(area)
    west, south, east, north = area.bounds
    shares = (np.arange(_GRID) + 0.5) / _GRID
    x, y = np.meshgrid(west + shares * (east - west), south + shares * (north - south))
    centres = np.column_stack([x.ravel(), y.ravel()])
    centres = centres[shapely.contains_xy(area, centres)]
    order = np.argsort(np.hypot(*(centres - spot).T), kind="stable")
    centres = np.vstack([[spot], centres[order]])
    return centres, shapely.distance(shapely.boundary(area), shapely.points(centres))


def _around(centre: Any, width: float, height: float) -> Box:
    x, y = float(centre[0]), float(centre[1])
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def _overlap(boxes: Any, others: Any) -> Any:
    """Tell of each box whether it overlaps any of the others."""
    if not len(others):
        return np.zeros(len(boxes), dtype=bool)
    apart = (
        (boxes[:, None, 0] >= others[None, :, 2])
        | (boxes[:, None, 2] <= others[None, :, 0])
        | (boxes[:, None, 1] >= others[None, :, 3])
        | (boxes[:, None, 3] <= others[None, :, 1])
    )
    return (~apart).any(axis=1)


def _covers(centres: Any, width: float, height: float, points: Any) -> Any:
    if not len(points):
        return np.zeros(len(centres), dtype=bool)
    dx = np.abs(centres[:, None, 0] - points[None, :, 0]) <= width / 2
    dy = np.abs(centres[:, None, 1] - points[None, :, 1]) <= height / 2
    return (dx & dy).any(axis=1)


def _edges_towards(centres: Any, width: float, height: float, spot: Any) -> Any:
    """Give the points where lines from the blocks' middles leave them, a little outside."""
    way = spot - centres
    with np.errstate(divide="ignore"):
        share = np.minimum(width / 2 / np.abs(way[:, 0]), height / 2 / np.abs(way[:, 1]))
    return centres + way * np.minimum(share * 1.02, 1.0)[:, None]
