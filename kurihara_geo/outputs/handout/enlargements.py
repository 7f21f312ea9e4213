"""Crowded parts of the city once more on sheets of their own, large enough for every number."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kurihara_geo.outputs.drawing.map_layers import MapLayers

__all__ = ["find_crowded", "only_groups"]

# Points on the whole city's map: how near to each other groups are one crowd.
_NEAR = 40.0
_LEAST_GROUPS = 8
# A sheet shows its part at least so many times as large; a larger part is halved, at most so often.
_LEAST_FACTOR, _MOST_HALVINGS = 2.2, 3


def find_crowded(layers: MapLayers, size: tuple[float, float], small: Sequence[str]) -> list[list[str]]:
    """Find the groups that need a larger map than that of the whole city.

    Parameters
    ----------
    layers
        The map.
    size
        Width and height the whole city has, in points.
    small
        Ids of the groups that have no number on that map.

    Returns
    -------
    list
        For each sheet its group ids: those in a crowd, and all others that stand among them.
    """
    scale = _scale(_bounds(layers.associations.total_bounds), size)
    spots = np.array([layers.group_spots[name] for name in small]).reshape(-1, 2)
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(len(small)))
    if small:
        points: Any = shapely.points(spots)
        pairs = shapely.STRtree(points).query(points, predicate="dwithin", distance=_NEAR / scale)
        graph.add_edges_from(pairs.T.tolist())
    crowds = [sorted(small[place] for place in part) for part in nx.connected_components(graph)]
    sheets = [part for crowd in crowds for part in _halved(layers, crowd, scale, size, _MOST_HALVINGS)]
    order = layers.numbers
    whole = [sorted(_among(layers, part), key=order.__getitem__) for part in sheets if len(part) >= _LEAST_GROUPS]
    return sorted(whole, key=lambda part: order[part[0]])


def _halved(
    layers: MapLayers, crowd: list[str], scale: float, size: tuple[float, float], times: int
) -> Iterator[list[str]]:
    bounds = _bounds(layers.groups[crowd].total_bounds)
    if times == 0 or len(crowd) < 2 * _LEAST_GROUPS or _scale(bounds, size) >= _LEAST_FACTOR * scale:
        yield crowd
        return
    axis = int(bounds[3] - bounds[1] > bounds[2] - bounds[0])
    ordered = sorted(crowd, key=lambda name: (layers.group_spots[name][axis], name))
    half = len(ordered) // 2
    for part in (ordered[:half], ordered[half:]):
        yield from _halved(layers, part, scale, size, times - 1)


def _among(layers: MapLayers, crowd: list[str]) -> set[str]:
    """Add the groups that stand between those of a crowd."""
    west, south, east, north = _bounds(layers.groups[crowd].total_bounds)
    inside = [name for name, (x, y) in layers.group_spots.items() if west <= x <= east and south <= y <= north]
    return {*crowd, *(str(name) for name in inside)}


def _bounds(bounds: Any) -> tuple[float, float, float, float]:
    west, south, east, north = bounds.tolist()
    return west, south, east, north


def _scale(bounds: tuple[float, float, float, float], size: tuple[float, float]) -> float:
    return min(size[0] / (bounds[2] - bounds[0]), size[1] / (bounds[3] - bounds[1]))


def only_groups(layers: MapLayers, groups: list[str], name: str) -> MapLayers:
    """Give the layers with these groups as the one district of this name, to be drawn large."""
    chosen = set(groups)
    return replace(layers, group_districts={each: name if each in chosen else "" for each in layers.numbers})
