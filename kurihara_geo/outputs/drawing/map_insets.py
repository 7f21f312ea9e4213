"""Enlarged parts of a map on paper: where many areas are too small for their numbers, and where there is room."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kurihara_geo.outputs.drawing.label_places import Box, LabelPlaces

__all__ = ["Inset", "find_insets"]

_MOST = 4
_FEWEST = 5
# Points: how near areas are that one inset shows, and what is left around them.
_NEAR, _AROUND = (16.0, 10.0, 6.0), 9.0
_ZOOMS = (9.0, 7.5, 6.0, 5.0, 4.2, 3.5, 3.0, 2.5, 2.1, 1.8)
# Radius in points of a circle that holds a number of three digits.
_ROOM = 9.0
_STEPS = 28
_GAP = 5.0


@dataclass(frozen=True)
class Inset:
    """A part of the map drawn again, larger.

    Parameters
    ----------
    letter
        Its name on the map.
    names
        Areas that carry their numbers there.
    window
        What is enlarged: west, south, east, north.
    place
        Where it is drawn, likewise.
    """

    letter: str
    names: tuple[str, ...]
    window: Box
    place: Box


def find_insets(
    left: Sequence[str], spots: Mapping[str, tuple[float, float]], radii: Mapping[str, float], places: LabelPlaces,
    land: Any,
) -> list[Inset]:  # fmt: skip
    """Find where areas without room for their numbers crowd, and free places to enlarge these parts in.

    Parameters
    ----------
    left
        Areas that have no room.
    spots, radii
        Centres and radii of the largest circles inside.
    places
        The texts placed so far; the places of insets are taken.
    land
        What no inset may hide.
    """
    insets: list[Inset] = []
    shapely.prepare(land)
    rest = list(left)
    for near in _NEAR:
        for names in _crowds(rest, spots, near * places.unit):
            if len(insets) == _MOST:
                return insets
            window = _window(names, spots, _AROUND * places.unit)
            inside = tuple(name for name in rest if _within(spots[name], window))
            wanted = _ROOM * places.unit / max(float(np.quantile([radii[name] for name in names], 0.15)), 1e-9)
            place = _place(window, wanted, places, land)
            if place is not None:
                insets.append(Inset("ABCD"[len(insets)], inside, window, place))
                places.take(place)
                rest = [name for name in rest if name not in set(inside)]
    return insets


def _within(spot: tuple[float, float], window: Box) -> bool:
    return window[0] < spot[0] < window[2] and window[1] < spot[1] < window[3]


def _crowds(left: Sequence[str], spots: Mapping[str, tuple[float, float]], near: float) -> list[list[str]]:
    """Give sets of areas that are near one another, the largest first."""
    if not left:
        return []
    points = shapely.points([spots[name] for name in left])
    pairs = shapely.STRtree(points).query(points, predicate="dwithin", distance=near).T.tolist()
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(len(left)))
    graph.add_edges_from(pairs)
    found = [sorted(left[number] for number in part) for part in nx.connected_components(graph)]
    return sorted((names for names in found if len(names) >= _FEWEST), key=lambda names: (-len(names), names))


def _window(names: Sequence[str], spots: Mapping[str, tuple[float, float]], around: float) -> Box:
    points = np.array([spots[name] for name in names])
    west, south = (points.min(axis=0) - around).tolist()
    east, north = (points.max(axis=0) + around).tolist()
    # Neither a strip nor a column: a third at least of the other side.
    wide, high = east - west, north - south
    more_wide, more_high = max(high / 3 - wide, 0.0) / 2, max(wide / 3 - high, 0.0) / 2
    return west - more_wide, south - more_high, east + more_wide, north + more_high


def _place(window: Box, wanted: float, places: LabelPlaces, land: Any) -> Box | None:
    """Give the free place nearest to the window, as large as wanted or as there is room."""
    west, south, east, north = places.frame
    middle = np.array([(window[0] + window[2]) / 2, (window[1] + window[3]) / 2])
    gap = _GAP * places.unit
    for zoom in _ZOOMS:
        if zoom > max(wanted * 1.3, _ZOOMS[-1]):
            continue
        size = np.array([(window[2] - window[0]) * zoom, (window[3] - window[1]) * zoom])
        room = np.array([east - west, north - south]) - size - 2 * gap
        if (room < 0).any():
            continue
        x, y = np.meshgrid(np.linspace(0, 1, _STEPS), np.linspace(0, 1, _STEPS))
        corners = np.array([west, south]) + gap + np.column_stack([x.ravel(), y.ravel()]) * room
        order = np.argsort(np.hypot(*(corners + size / 2 - middle).T), kind="stable")
        corners = corners[order]
        free = places.are_free(corners + size / 2, float(size[0]), float(size[1]))
        boxes: Any = shapely.box(corners[:, 0] - gap, corners[:, 1] - gap, *(corners + size + gap).T)
        free[free] = ~shapely.intersects(land, boxes[free])
        if free.any():
            corner = corners[free][0].tolist()
            return corner[0], corner[1], corner[0] + float(size[0]), corner[1] + float(size[1])
    return None
