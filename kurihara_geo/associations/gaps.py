"""Land between areas that belongs to nobody: found, and shared among those around it."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

__all__ = ["holes_of", "share_gaps"]

# Below this a gap is the rounding of coordinates, not something anybody drew.
_NOISE_M2 = 0.01
# Points along the rim of a gap stand half of its width apart: who is nearest is told that finely. They are moved
# by a thousandth of it, always in the same way, because points in a regular grid have no clear Voronoi cells.
_SPACINGS_PER_WIDTH, _STIR = 2, 1e-3
_MOST_POINTS = 2_000
# Areas that touch a gap nearer than this share its rim.
_RIM_M = 1e-6
_FEW = 2


def holes_of(shapes: Any) -> Any:
    """Give the holes of all shapes together, without the islands in them, as an array of polygons.

    Parameters
    ----------
    shapes
        Array of valid polygons in a metric plane CRS.

    Returns
    -------
    numpy.ndarray
        Polygons, rounding noise left out.
    """
    parts = np.array(
        [part for part in shapely.get_parts(shapely.unary_union(shapes)) if part.geom_type == "Polygon"], dtype=object
    )
    rings = np.array([shapely.Polygon(ring) for part in parts for ring in part.interiors], dtype=object)
    if not len(rings):
        return rings
    # An area that touches nobody stands in the hole around it, and is no gap.
    ring, island = shapely.STRtree(parts).query(rings, predicate="contains")
    for place in dict.fromkeys(ring.tolist()):
        rings[place] = shapely.difference(rings[place], shapely.union_all(parts[island[ring == place]]))
    pieces = shapely.get_parts(rings)
    return pieces[shapely.area(pieces) > _NOISE_M2]


def share_gaps(shapes: Any, gap_width_m: float) -> Any:
    """Share narrow gaps that more than two areas touch among them, each part to the area nearest to it.

    Given whole to one of them, such a gap would make neighbours of areas that do not meet and part others that do.

    Parameters
    ----------
    shapes
        Array of valid polygons in a metric plane CRS.
    gap_width_m
        Gaps whose widest circle has no larger diameter are shared.

    Returns
    -------
    numpy.ndarray
        The shapes with their parts of the gaps. Seams may miss each other by rounding; cleaning the coverage closes
        them.
    """
    tree = shapely.STRtree(shapes)
    given: dict[int, list[Any]] = {}
    for hole in holes_of(shapes):
        around = sorted(tree.query(hole, predicate="dwithin", distance=_RIM_M).tolist())
        width = _width_m(hole, gap_width_m) if len(around) > _FEW else np.inf
        if width > gap_width_m:
            continue
        for place, part in _nearest_parts(hole, shapes[around], width).items():
            given.setdefault(around[place], []).append(part)
    shared = shapes.copy()
    for place, parts in given.items():
        shared[place] = shapely.union_all([shapes[place], *parts])
    return shared


def _width_m(hole: Any, most_m: float) -> float:
    """Measure the widest circle in a gap, to a hundredth of the width that matters."""
    return 2 * float(shapely.length(shapely.maximum_inscribed_circle(hole, tolerance=most_m / 100)))


def _nearest_parts(hole: Any, owners: Any, width: float) -> dict[int, Any]:
    """Cut a gap into what is nearest to each owner's stretch of its rim (Voronoi cells of points along it)."""
    spacing = max(width / _SPACINGS_PER_WIDTH, hole.length / _MOST_POINTS)
    rim = shapely.segmentize(hole.boundary, spacing)
    points = np.unique(shapely.get_coordinates(rim), axis=0)
    mine = np.array([shapely.dwithin(owner, shapely.points(points), _RIM_M) for owner in _near(hole, owners)])
    # A point where two owners meet would give the cell to one of them; the points beside it decide.
    single = mine.sum(axis=0) == 1
    points, owner_of = points[single], mine[:, single].argmax(axis=0)
    if not len(points):
        return {}
    turn = np.arange(len(points))
    stirred = points + _STIR * width * np.column_stack([np.sin(12.9898 * turn), np.cos(78.233 * turn)])
    cells = shapely.get_parts(
        shapely.voronoi_polygons(shapely.multipoints(stirred), extend_to=hole.envelope, ordered=True)
    )
    parts = {place: shapely.coverage_union_all(cells[owner_of == place]) for place in dict.fromkeys(owner_of.tolist())}
    cut = {place: shapely.intersection(cell, hole) for place, cell in sorted(parts.items())}
    return {place: part for place, part in cut.items() if part.area > _NOISE_M2}


def _near(hole: Any, owners: Any) -> Any:
    """Give the owners' outlines around a gap only; far vertices cost time and decide nothing."""
    west, south, east, north = hole.bounds
    outlines = shapely.clip_by_rect(shapely.boundary(owners), west - 1, south - 1, east + 1, north + 1)
    shapely.prepare(outlines)
    return outlines
