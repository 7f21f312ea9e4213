"""Areas and lines as whole numbers: millionths of a degree, each point as its step from the one before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from kurihara_geo.outputs.drawing.shapes import DECIMALS, split_edges

if TYPE_CHECKING:
    import geopandas as gpd


Steps = list[int]


def list_areas(areas: gpd.GeoSeries) -> list[list[Steps]]:
    """Give the rings of each area, holes and further parts among them; nothing for an area without a shape."""
    return [_rings(area) for area in areas]


def list_lines(lines: Any) -> list[list[Steps]]:
    """Give the parts of each line."""
    return [_parts(line) for line in lines]


def list_edges(areas: gpd.GeoSeries) -> list[list[Any]]:
    """Give the lines between areas, each once: the positions of the two areas, then its parts.

    The outline of the town has the same position twice.
    """
    ends, owner = split_edges(areas)
    if not len(ends):
        return []
    unique, inverse = np.unique(ends, axis=0, return_inverse=True)
    sides = pd.Series(owner).groupby(inverse.reshape(-1)).agg(["min", "max"])
    rows = []
    found: Any = sides.groupby(["min", "max"]).indices
    for (first, second), places in sorted(found.items()):
        segments: Any = shapely.linestrings(unique[places].reshape(-1, 2, 2))
        rows.append([int(first), int(second), *_parts(shapely.line_merge(shapely.multilinestrings(segments)))])
    return rows


def _rings(area: Any) -> list[Steps]:
    if area is None or area.is_empty:
        return []
    polygons = [part for part in shapely.get_parts(area) if part.geom_type == "Polygon"]
    return [_steps(ring.coords[:-1]) for part in polygons for ring in (part.exterior, *part.interiors)]


def _parts(line: Any) -> list[Steps]:
    if line is None or line.is_empty:
        return []
    return [_steps(part.coords) for part in shapely.get_parts(line) if part.geom_type in ("LineString", "LinearRing")]


def _steps(points: Any) -> Steps:
    numbers = np.rint(np.array(points)[:, 1::-1] * 10**DECIMALS).astype(np.int64)
    steps = np.vstack([numbers[:1], np.diff(numbers, axis=0)])
    return [int(value) for value in steps.reshape(-1)]
